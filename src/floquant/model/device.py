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

from floquant.errors import BadInput
from floquant.model import checks
from floquant.model.action import Action
from floquant.model.checks import Array, Frozen
from floquant.model.composition import gather
from floquant.model.contact import Contact
from floquant.model.geometry import Bond, Geometry
from floquant.model.knob import Flux, Knob
from floquant.model.matrix import elements, hermitian, is_sparse, replaced


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
    actions: Mapping[str, Action] = field(init=False)

    def __post_init__(self) -> None:
        h = hermitian(self.h, "The Hamiltonian")
        offsets = _offsets(self.orbitals, h.shape[0], self.spin)
        contacts, knobs = _checked_names(self.contacts, self.knobs)
        geometry = _geometry(offsets, bool(self.spin), contacts)
        actions = Frozen({name: knob.action(name, geometry) for name, knob in knobs.items()})
        _refuse_two_setters(actions, geometry.orbital_count)
        for name, value in {
            "h": h,
            "contacts": contacts,
            "knobs": knobs,
            "orbitals": self.orbitals if np.ndim(self.orbitals) == 0 else tuple(int(o) for o in self.orbitals),
            "spin": bool(self.spin),
            "positions": _positions(self.positions, geometry.site_count),
            "resting": Frozen({name: knob.neutral for name, knob in knobs.items()}),
            "geometry": geometry,
            "actions": actions,
        }.items():
            object.__setattr__(self, name, value)
        _refuse_mixed_spin(self)

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
            raise checks.unknown("knob", name, self.knobs, "The device")
        return checks.numbers(value, f'Knob "{name}"', complex_allowed=self.knobs[name].complex_values)

    def hamiltonian(self, **knobs: Any) -> Any:
        """H at these values of the knobs (numbers; the others rest): a dense (n, n) array, or CSC if h is sparse.

        Raises `BadInput` for a knob that does not exist or a value that is not a finite number.
        """
        values = {**self.resting, **self._numbers(knobs)}
        chosen = [
            name
            for name, action in self.actions.items()
            if values[name] != self.knobs[name].neutral and action.contact is None
        ]
        touched = gather(self.actions, chosen, self.base)
        return replaced(self.h, touched.rows, touched.columns, touched.values(values)[0])

    def at(self, **knobs: Any) -> Device:
        """The same device resting at these values of the knobs; every knob can still be turned, swept and driven."""
        result = copy.copy(self)
        object.__setattr__(result, "resting", Frozen({**self.resting, **self._numbers(knobs)}))
        return result

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


def _offsets(orbitals: Any, size: int, spin: bool) -> Array:
    """First orbital of each site, and the number of all orbitals."""
    counts = np.asarray(orbitals)
    if counts.dtype.kind not in "iu" or counts.ndim > 1 or counts.size == 0 or np.any(counts < 1):
        raise BadInput(
            f"orbitals is {orbitals!r}, but it must be an integer ≥ 1, or one per site; give orbitals per site."
        )
    if counts.ndim == 0:
        if size % int(counts):
            raise BadInput(
                f"The Hamiltonian has {size} rows, but a site has {counts} orbitals, which does not divide them; give the "
                f"number of states of a site, spin included."
            )
        counts = np.full(size // int(counts), counts)
    if counts.sum() != size:
        raise BadInput(
            f"orbitals add up to {counts.sum()}, but the Hamiltonian has {size} rows; give the states of every site."
        )
    if spin and np.any(counts % 2):
        odd = int(counts[counts % 2 == 1][0])
        raise BadInput(
            f"A site has {odd} orbital{'s' if odd > 1 else ''}, but with spin=True the number must be even (↑, ↓ is the "
            f"fastest pair); give orbitals=2 for one level with spin."
        )
    result = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    result.setflags(write=False)
    return result


def _checked_names(contacts: Any, knobs: Any) -> tuple[Frozen[Contact], Frozen[Knob]]:
    contacts, knobs = checks.mapping(contacts, "contacts"), checks.mapping(knobs, "knobs")
    for name, contact in contacts.items():
        if not isinstance(name, str) or not name:
            raise BadInput(f"A contact is named {name!r}, but a name is a string that is not empty; give a name.")
        if not isinstance(contact, Contact):
            raise BadInput(f'Contact "{name}" is {contact!r}, but it must be a Contact; give Contact(lead, sites).')
    for name, knob in knobs.items():
        checks.checked_name(name, "knob")
        if not isinstance(knob, Knob):
            raise BadInput(f'Knob "{name}" is {knob!r}, but it must be a Knob; give for example Onsite(0).')
    return Frozen(contacts), Frozen(knobs)


def _geometry(offsets: Array, spin: bool, contacts: Mapping[str, Contact]) -> Geometry:
    sites_only = Geometry(offsets, spin, {})
    bonds: dict[str, Bond] = {}
    first = int(offsets[-1])
    for name, contact in contacts.items():
        rows = sites_only.sites(contact.sites, f'Contact "{name}"')
        if spin and not contact.lead.spinless and contact.lead.orbitals % 2:
            raise BadInput(
                f'The lead of contact "{name}" has {contact.lead.orbitals} orbitals, but on a device with spin the number '
                f"must be even (↑, ↓ is the fastest pair); give a lead with spin."
            )
        coupling = contact.coupling_matrix(name, len(rows), spin)
        coupling.setflags(write=False)
        columns = first + np.arange(coupling.shape[1])
        first += coupling.shape[1]
        bonds[name] = Bond(rows, columns, coupling)
    return Geometry(offsets, spin, Frozen(bonds))


def _positions(positions: Any, sites: int) -> Array | None:
    if positions is None:
        return None
    array = np.array(positions, float)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[0] != sites or array.shape[1] not in (1, 2, 3):
        raise BadInput(
            f"positions have shape {array.shape}, but they must be ({sites}, 1…3); give one point in space per site."
        )
    if not np.all(np.isfinite(array)):
        raise BadInput("positions hold nan or inf, but they must be finite; give finite coordinates.")
    array.setflags(write=False)
    return array


def _refuse_two_setters(actions: Mapping[str, Action], size: int) -> None:
    """Additive knobs, strengths and phases share elements; two knobs that each set one cannot."""
    seen: dict[str, Array] = {}
    for name, action in actions.items():
        if action.kind != "set":
            continue
        keys = action.rows * size + action.columns
        for other, taken in seen.items():
            shared = np.intersect1d(keys, taken)
            if shared.size:
                i, j = divmod(int(shared[0]), size)
                raise BadInput(
                    f'Knobs "{other}" and "{name}" both set element [{i}, {j}] of H, but an element can be set by one knob '
                    f"only; give them separate sites, or let one of them add (Matrix)."
                )
        seen[name] = keys


def _refuse_mixed_spin(device: Device) -> None:
    """A phase σ·φ means nothing on an element that turns the spin over."""
    n = device.orbital_count
    for name, knob in device.knobs.items():
        if not isinstance(knob, Flux) or not knob.spin:
            continue
        everything = Flux(knob.bond, knob.contact).action(name, device.geometry)
        spins = device.geometry.spins
        mixed = spins(everything.rows) != spins(everything.columns)
        rows, columns = everything.rows[mixed], everything.columns[mixed]
        found = device.base(rows, columns) != 0
        for action in device.actions.values():
            if action.kind == "set" or (action.kind == "add" and np.any(action.weights)):
                width = n + sum(len(bond.columns) for bond in device.geometry.contacts.values())
                found |= np.isin(rows * width + columns, action.rows * width + action.columns)
        if found.any():
            i, j = int(rows[found][0]), int(columns[found][0])
            raise BadInput(
                f'Knob "{name}" is a Flux with spin=True, but element [{i}, {j}] of its bond turns the spin over; give a '
                f"bond that conserves the spin, or the phase of each spin by a Matrix or Function knob."
            )
