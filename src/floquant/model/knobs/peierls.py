"""A field that acts on the phases of all bonds, from the positions of the sites: a magnetic field, or light.

    ⟨i|H|j⟩ → ⟨i|H|j⟩ exp(iφ_ij),   φ_ij = ∫_j^i A·dr along the straight bond,   φ_ji = −φ_ij

    vector potential a along u:      φ_ij = a u·(r_i − r_j)                                  a in radians per unit length
    field b along n, gauge along u:  φ_ij = 2πb u·(r_i − r_j) w·(r_i + r_j)/2,  w = u × n    b in flux quanta per unit area

Hopping once around a loop, counterclockwise about n, gains exp(2πi b · area), as fluxes on its bonds would add up to
b · area. The particles' charge q is in A (φ = q/ħ ∫A·dr): for electrons b counts quanta h/e of the field −B.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.directions import direction_name, unit_vector
from floquant.checks.frozen import keep
from floquant.checks.mappings import Frozen, by_name
from floquant.checks.numbers import real_array
from floquant.checks.types import BondList, Direction
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.bonds import Bonds, bond_list, orbital_pairs, plural
from floquant.model.knobs.element_rule import ElementRule, upper
from floquant.model.knobs.knob import Knob

STRAIGHT = 1e-12  # a bond's component along A below this share of its length is rounding of the positions: no phase


@dataclass(frozen=True, eq=False, repr=False)
class Peierls(Knob):
    """Multiplies ⟨i|H|j⟩ by exp(iφ_ij), φ from the positions of sites i and j. Phases add, with other Peierls and Flux.

    Give one of
    `vector_potential`: "x", "y", "z" or a vector (its length does not matter): φ = value · u·(r_i − r_j), the value in
    radians per unit length. Light is such a knob, driven; circular light is two, along x and y, with a phase lag.
    `field`: likewise, the direction of a uniform magnetic field; the value in flux quanta per unit area.
    `gauge`: the direction of A of a `field`, at right angles to it, zero through the origin of the positions; "x" if left
    out. Take it along the leads: bonds across them then have no phase, as in a lead outside the field.

    `bond`: a pair of sites or a list; left out, every bond of H and of the other knobs. ⟨device|H|lead⟩ has no phase, but
    in `contacts={"L": positions}`: a point for each orbital of the lead's cell 0 (or for each group of equally many).
    Bonds at right angles to A, and bonds inside a site, are left alone.
    Raises `BadInput` for both or neither of the two, a gauge along the field, a device without positions, or a direction
    in which its positions do not extend. (Peierls, Z. Phys. 80, 763 (1933); Hofstadter, PRB 14, 2239.)
    """

    vector_potential: Direction | None
    field: Direction | None
    gauge: Direction | None
    bond: Bonds | None
    contacts: Mapping[str, Array]
    wants_elements: ClassVar[bool] = True

    def __init__(
        self, vector_potential: Direction | None = None, field: Direction | None = None, gauge: Direction | None = None,
        bond: BondList | None = None, contacts: Mapping[str, ArrayLike] | None = None,
    ) -> None:  # fmt: skip
        keep(self, vector_potential=vector_potential, field=field, gauge=gauge)
        self._check_directions()
        keep(self, bond=None if bond is None else bond_list(bond, "A Peierls knob"), contacts=_points_of(contacts))

    def _check_directions(self) -> None:
        if (self.vector_potential is None) == (self.field is None):
            raise BadInput(
                'A Peierls knob needs either a vector potential or a field; give vector_potential="x" (light) or '
                'field="z" (a magnetic field).'
            )
        for name in ("vector_potential", "field", "gauge"):
            if getattr(self, name) is not None:
                unit_vector(getattr(self, name), f"The {name} of a Peierls knob")
        if self.field is None and self.gauge is not None:
            raise BadInput(
                "A Peierls knob has a vector potential and a gauge, but the gauge belongs to a field; leave one out."
            )
        along, normal = self._directions()
        if normal is not None and abs(along @ normal) > 1e-9:
            raise BadInput(
                f"The gauge of a Peierls knob points along {direction_name(along)}, but it must be at right angles to the "
                f"field along {direction_name(normal)}; give another gauge."
            )

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """The phase of every bond, in turns."""
        if geometry.positions is None:
            raise BadInput(
                f'Knob "{name}" is a Peierls phase, but the device has no positions; give Device(positions=…), a point for '
                f"each site."
            )
        if self.bond is None:
            rows, columns = geometry.elements
        else:
            rows, columns = orbital_pairs(self.bond, None, name, geometry)
        points = _padded(geometry.positions[geometry.sites_of(np.arange(geometry.orbital_count))])
        parts = [(rows, columns, self._turns(name, points[rows], points[columns], geometry))]
        for contact, cell in self.contacts.items():
            rows, columns = orbital_pairs(None, contact, name, geometry)
            first, count = int(columns.min()), int(columns.max()) + 1 - int(columns.min())
            ends = _cell_points(name, contact, cell, count, geometry.positions.shape[1])
            parts.append((rows, columns, self._turns(name, points[rows], ends[columns - first], geometry)))
        rows, columns, turns = (np.concatenate([part[k] for part in parts]) for k in range(3))
        felt = turns != 0
        return upper("turn", rows[felt], columns[felt], turns[felt])

    def _directions(self) -> tuple[Array, Array | None]:
        """u and n."""
        if self.field is None:
            return unit_vector(self.vector_potential, ""), None
        return unit_vector("x" if self.gauge is None else self.gauge, ""), unit_vector(self.field, "")

    def _turns(self, name: str, r_i: Array, r_j: Array, geometry: Geometry) -> Array:
        """φ_ij / 2π at value 1, exactly 0 for bonds at right angles to A."""
        along, normal = self._directions()
        dimensions = 0 if geometry.positions is None else geometry.positions.shape[1]
        across = None if normal is None else np.cross(along, normal)
        for direction in (along, across):
            if direction is not None and np.any(direction[dimensions:]):
                raise BadInput(
                    f'Knob "{name}" needs positions along {direction_name(direction)}, but the device\'s have '
                    f"{dimensions} coordinate{'s' if dimensions > 1 else ''}; give positions that extend there, or another "
                    f"direction."
                )
        step = r_i - r_j
        component = step @ along
        component[np.abs(component) <= STRAIGHT * np.abs(step).sum(axis=1)] = 0.0
        if across is None:
            return np.asarray(component / (2 * np.pi))
        return np.asarray(component * (0.5 * (r_i + r_j) @ across))

    def __str__(self) -> str:
        along, normal = self._directions()
        where = "all bonds" if self.bond is None else plural("bond", self.bond)
        where += "".join(f', the coupling of contact "{contact}"' for contact in self.contacts)
        if normal is None:
            return f"vector potential along {direction_name(along)}, on {where}"
        return f"magnetic field along {direction_name(normal)} (gauge along {direction_name(along)}), on {where}"


def _points_of(contacts: Mapping[str, ArrayLike] | None) -> Mapping[str, Array]:
    """Positions of lead orbitals by contact, (k, 1…3)."""
    result = {}
    for name, points in by_name(contacts, "The contacts of a Peierls knob").items():
        array = real_array(points, f'The points of contact "{name}"')
        array = array[None, :] if array.ndim == 1 else array
        if array.ndim != 2 or array.shape[1] > 3 or not array.size:
            raise BadInput(
                f'The points of contact "{name}" have shape {array.shape}, but they must be (points, 1…3); give a point for '
                f"each orbital of the lead's cell 0."
            )
        array.setflags(write=False)
        result[name] = array
    return Frozen(result)


def _cell_points(name: str, contact: str, points: Array, count: int, dimensions: int) -> Array:
    """A point for each of the `count` orbitals of a lead's cell."""
    if count % len(points) or points.shape[1] != dimensions:
        raise BadInput(
            f'Knob "{name}" has points of shape {points.shape} for contact "{contact}", but its lead has {count} orbitals in '
            f"a cell and positions have {dimensions} coordinates; give a point for each orbital."
        )
    return np.repeat(_padded(points), count // len(points), axis=0)


def _padded(points: Array) -> Array:
    """As (…, 3)."""
    result = np.zeros((len(points), 3))
    result[:, : points.shape[1]] = points
    return result
