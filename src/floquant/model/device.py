"""A device: a static Hamiltonian with named contacts and named knobs.

    H = H_CC + Σ_contacts (τ + τ†) + H_leads,   ⟨i|H|j⟩ is the hopping from j to i

It is checked once, when it is made, and never changes: `at` returns another device.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.mappings import Frozen
from floquant.checks.matrices import elements, hermitian, is_sparse, replaced
from floquant.checks.names import unknown
from floquant.checks.numbers import numbers
from floquant.errors import BadInput
from floquant.model.assembly.composition import gather
from floquant.model.contact import Contact
from floquant.model.geometry import Geometry
from floquant.model.knobs.conflicts import refuse_mixed_spin, refuse_two_setters
from floquant.model.knobs.element_rule import ElementRule
from floquant.model.knobs.knob import Knob
from floquant.model.numbering import checked_parts, element_rules_of, geometry_of, offsets_of, positions_of


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

    h: Any
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    knobs: Mapping[str, Knob] = field(default_factory=dict)
    orbitals: Any = 1
    positions: Any = None
    spin: bool = False
    energy_unit: str | None = None
    resting: Mapping[str, Any] = field(init=False)
    geometry: Geometry = field(init=False)
    element_rules: Mapping[str, ElementRule] = field(init=False)

    def __post_init__(self) -> None:
        h = hermitian(self.h, "The Hamiltonian")
        offsets = offsets_of(self.orbitals, h.shape[0], self.spin)
        contacts, knobs = checked_parts(self.contacts, self.knobs)
        positions = positions_of(self.positions, len(offsets) - 1)
        geometry = geometry_of(offsets, bool(self.spin), contacts, positions)
        rules = element_rules_of(h, knobs, geometry)
        refuse_two_setters(rules, geometry.orbital_count)
        for name, value in {
            "h": h,
            "contacts": contacts,
            "knobs": knobs,
            "orbitals": self.orbitals if np.ndim(self.orbitals) == 0 else tuple(int(o) for o in self.orbitals),
            "spin": bool(self.spin),
            "positions": positions,
            "resting": Frozen({name: knob.neutral for name, knob in knobs.items()}),
            "geometry": geometry,
            "element_rules": rules,
        }.items():
            object.__setattr__(self, name, value)
        refuse_mixed_spin(geometry, knobs, rules, self.base)

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
        return self.geometry.site(site, "The question")

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

    def knob_value(self, name: str, value: Any) -> Any:
        """A checked value of a knob: a number or a 1-D array. Raises `BadInput`, with the nearest right name."""
        if name not in self.knobs:
            raise unknown("knob", name, self.knobs, "The device")
        return numbers(value, f'Knob "{name}"', complex_allowed=self.knobs[name].complex_values)

    def hamiltonian(self, **knobs: Any) -> Any:
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

    def at(self, **knobs: Any) -> Device:
        """The same device resting at these values of the knobs; every knob can still be turned, swept and driven."""
        result = copy.copy(self)
        object.__setattr__(result, "resting", Frozen({**self.resting, **self._numbers(knobs)}))
        return result

    def plot(self, drive: Any = None, **options: Any) -> Any:
        """Draw sites, bonds, leads and knobs, and mark what the drive shakes: a matplotlib Figure (see `floquant.drawing.plot_device`)."""
        from floquant.drawing import plot_device

        return plot_device(self, drive, **options)

    def _numbers(self, knobs: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: self.knob_value(name, value) for name, value in knobs.items()}
        for name, value in values.items():
            if np.ndim(value):
                raise BadInput(f'Knob "{name}" is an array, but here it must be one number; give a number.')
        return values

    def __repr__(self) -> str:
        lines = [_headline(self)]
        lines += [f"  contact {name}: {_contact_line(contact)}" for name, contact in self.contacts.items()]
        width = max((len(name) for name in self.knobs), default=0)
        for name, knob in self.knobs.items():
            value = self.resting[name]
            rests = "not set" if value is None else f"rests at {value:g}"
            lines.append(f"  knob {name:<{width}}  {knob}, {rests}")
        return "\n".join(lines)


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


def _contact_line(contact: Contact) -> str:
    where = f"site{'s' if len(contact.sites) > 1 else ''} " + ", ".join(str(site) for site in contact.sites[:6])
    where += f", … ({len(contact.sites)})" if len(contact.sites) > 6 else ""
    if contact.coupling is None:
        return f"{where}, {contact.lead}"
    shown = f"{contact.coupling:g}" if np.ndim(contact.coupling) == 0 else f"matrix {contact.coupling.shape}"
    return f"{where}, {contact.lead}, coupling {shown}"
