"""A device: a static Hamiltonian with named contacts and named knobs.

    H = H_CC + Σ_contacts (τ + τ†) + H_leads,   ⟨i|H|j⟩ is the hopping from j to i

It is checked once, when it is made, and never changes: `at` returns another device.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.frozen import keep
from floquant.checks.mappings import Frozen
from floquant.checks.matrices import elements, hermitian, is_sparse, replaced
from floquant.checks.names import one_of, text
from floquant.checks.numbers import numbers, whole
from floquant.checks.types import MatrixLike, Value
from floquant.errors import BadInput
from floquant.model.assembly.composition import gather
from floquant.model.contact import Contact
from floquant.model.device_parts import checked_parts, element_rules_of, geometry_of, offsets_of, positions_of
from floquant.model.geometry import Geometry
from floquant.model.knobs.conflicts import refuse_mixed_spin, refuse_two_setters
from floquant.model.knobs.element_rule import ElementRule
from floquant.model.knobs.idle import refuse_idle
from floquant.model.knobs.knob import Knob

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from floquant.drawing import Drive, PictureOptions  # a drive knows the device; the device does not know drives


@dataclass(frozen=True, eq=False, repr=False)
class Device:
    """A static Hamiltonian h (n, n), in the energy unit, with contacts and knobs.

    h: any dense array or scipy.sparse matrix, Hermitian. `contacts` and `knobs`: dicts from name to Contact and Knob.
    `orbitals`: states of a site, spin included: a number, or one per site. `spin=True`: the fastest pair of every site is
    ↑, ↓ along z, so every number of orbitals is even. `positions` (sites, 1…3): where the sites are, to draw them and for
    fields. `energy_unit`: a name for the unit, as "meV".
    `resting`: the value of every knob until a call, a study or a drive turns it.

    Raises `BadInput` if h is not square, Hermitian and finite, if contacts or knobs do not fit it, if a knob's name is
    not an identifier or is reserved, or if two knobs set the same element.
    """

    h: Any  # a complex ndarray, or a scipy CSC array if the user's was sparse
    contacts: Mapping[str, Contact]
    knobs: Mapping[str, Knob]
    orbitals: int | tuple[int, ...]
    positions: Array | None
    spin: bool
    energy_unit: str | None
    resting: Mapping[str, float | complex | None] = field(init=False)
    geometry: Geometry = field(init=False)
    element_rules: Mapping[str, ElementRule] = field(init=False)

    def __init__(
        self, h: MatrixLike, contacts: Mapping[str, Contact] | None = None, knobs: Mapping[str, Knob] | None = None,
        orbitals: int | Sequence[int] | Array = 1, positions: ArrayLike | None = None, spin: bool = False,
        energy_unit: str | None = None,
    ) -> None:  # fmt: skip
        own = hermitian(h, "The Hamiltonian")
        spin = flag(spin, "The spin of a device")
        offsets = offsets_of(orbitals, own.shape[0], spin)
        its_contacts, its_knobs = checked_parts(contacts, knobs)
        places = positions_of(positions, len(offsets) - 1)
        geometry = geometry_of(offsets, spin, its_contacts, places)
        rules = element_rules_of(own, its_knobs, geometry)
        refuse_two_setters(rules, geometry.orbital_count)
        keep(
            self, h=own, contacts=its_contacts, knobs=its_knobs, positions=places, spin=spin,
            energy_unit=text(energy_unit, "The energy unit", optional=True),
            orbitals=_as_integers(orbitals),
            resting=Frozen({name: knob.neutral for name, knob in its_knobs.items()}), geometry=geometry, element_rules=rules,
        )  # fmt: skip
        refuse_idle(geometry, its_knobs, rules, self.base)
        refuse_mixed_spin(geometry, its_knobs, rules, self.base)

    @property
    def orbital_count(self) -> int:
        """Number of orbitals, spin included: the size of h."""
        return self.geometry.orbital_count

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return self.geometry.site_count

    def site_orbitals(self, site: int) -> Array:
        """The orbitals of a site. Raises `BadInput` for a site outside the device."""
        return self.geometry.site(whole(site, "A site", 0), "The question")

    def base(self, rows: Array, columns: Array) -> Array:
        """Elements of H with no knob turned, row ≤ column; columns ≥ n are those of contacts, ⟨device|H|cell 0⟩."""
        n = self.orbital_count
        result = np.zeros(len(rows), complex)
        inside = columns < n
        result[inside] = elements(self.h, rows[inside], columns[inside])
        for bond in self.geometry.contacts.values():
            mine = np.isin(columns, bond.columns) & np.isin(rows, bond.rows)
            if mine.any():
                order = np.argsort(bond.rows)
                row = order[np.searchsorted(bond.rows[order], rows[mine])]
                result[mine] = bond.coupling[row, columns[mine] - bond.columns[0]]
        return result

    def knob_value(self, name: str, value: ArrayLike) -> Value:
        """A checked value of a knob: a number or a 1-D array. Raises `BadInput`, with the nearest right name."""
        one_of(name, self.knobs, "knob", "The device")
        return numbers(value, f'Knob "{name}"', complex_allowed=self.knobs[name].complex_values)

    def hamiltonian(self, **knobs: complex) -> Any:  # dense or sparse, as h is
        """H at these values of the knobs (numbers; the others rest): a dense (n, n) array, or CSC if h is sparse.

        Raises `BadInput` for a knob that does not exist or a value that is not a finite number.
        """
        values = {**self.resting, **self._numbers(knobs)}
        chosen = [
            name
            for name, rule in self.element_rules.items()
            if values[name] != self.knobs[name].neutral and rule.contact is None
        ]
        touched = gather(self.element_rules, chosen, self.base).inside(self.orbital_count)
        return replaced(self.h, touched.rows, touched.columns, touched.values(values)[0])

    def at(self, **knobs: complex) -> Device:
        """The same device resting at these values of the knobs; every knob can still be turned, swept and driven."""
        result = copy.copy(self)
        keep(result, resting=Frozen({**self.resting, **self._numbers(knobs)}))
        return result

    def plot(self, drive: Drive | None = None, axes: Axes | None = None, **options: Unpack[PictureOptions]) -> Figure:
        """Draw sites, bonds, leads and knobs, and mark what the drive shakes: a matplotlib Figure (see `floquant.drawing.plot_device`)."""
        from floquant.drawing import plot_device

        return plot_device(self, drive, axes, **options)

    def _numbers(self, knobs: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: self.knob_value(name, value) for name, value in knobs.items()}
        for name, value in values.items():
            if np.ndim(value):
                raise BadInput(f'Knob "{name}" is an array, but here it must be one number; give a number.')
        return values

    def __repr__(self) -> str:
        lines = [_headline(self)]
        lines += [f"  contact {name}: {contact}" for name, contact in self.contacts.items()]
        width = max((len(name) for name in self.knobs), default=0)
        for name, knob in self.knobs.items():
            value = self.resting[name]
            rests = "not set" if value is None else f"rests at {value:g}"
            lines.append(f"  knob {name:<{width}}  {knob}, {rests}")
        return "\n".join(lines)


def _as_integers(orbitals: Any) -> int | tuple[int, ...]:
    """Orbitals of a site, or of each, that have been checked."""
    return int(orbitals) if np.ndim(orbitals) == 0 else tuple(int(count) for count in np.asarray(orbitals))


def _headline(device: Device) -> str:
    n, sites = device.orbital_count, device.site_count
    parts = [f"{sites} site{'s' if sites > 1 else ''}"]
    if n != sites:
        parts.append(f"{n} orbitals")
    parts.append("with spin" if device.spin else "without spin")
    if is_sparse(device.h):
        parts.append("sparse")
    if device.energy_unit:
        parts.append(f"energies in {device.energy_unit}")
    return "Device: " + ", ".join(parts)
