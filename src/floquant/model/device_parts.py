"""What a device is made of, checked: orbitals of sites, contacts and knobs by name, positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.mappings import Frozen, mapping
from floquant.checks.matrices import pattern
from floquant.checks.names import checked_name
from floquant.checks.numbers import integers, real_array
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.contact import Contact
from floquant.model.geometry import Bond, Geometry
from floquant.model.knobs.element_rule import ElementRule
from floquant.model.knobs.knob import Knob


def offsets_of(orbitals: Any, size: int, spin: bool) -> Array:
    """First orbital of each site, and the number of all orbitals."""
    refusal = f"orbitals is {brief(orbitals)}, but it must be an integer ≥ 1, or one per site; give orbitals per site."
    counts = integers(orbitals, refusal)
    if counts.ndim > 1 or counts.size == 0 or np.any(counts < 1):
        raise BadInput(refusal)
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


def checked_parts(contacts: Any, knobs: Any) -> tuple[Frozen[Contact], Frozen[Knob]]:
    contacts, knobs = mapping(contacts, "contacts"), mapping(knobs, "knobs")
    for name, contact in contacts.items():
        if not isinstance(name, str) or not name:
            raise BadInput(f"A contact is named {brief(name)}, but a name is a string that is not empty; give a name.")
        if not isinstance(contact, Contact):
            raise BadInput(
                f'Contact "{name}" is {brief(contact)}, but it must be a Contact; give Contact(lead, sites).'
            )
    for name, knob in knobs.items():
        checked_name(name, "knob")
        if not isinstance(knob, Knob):
            raise BadInput(f'Knob "{name}" is {brief(knob)}, but it must be a Knob; give for example Onsite(0).')
    return Frozen(contacts), Frozen(knobs)


def geometry_of(
    offsets: Array, spin: bool, contacts: Mapping[str, Contact], positions: Array | None = None
) -> Geometry:
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
    return Geometry(offsets, spin, Frozen(bonds), positions)


def element_rules_of(h: Any, knobs: Mapping[str, Knob], geometry: Geometry) -> Frozen[ElementRule]:
    """What each knob does, in the order of the knobs; those that act on every bond learn first which bonds there are."""
    found = {name: knob.element_rule(name, geometry) for name, knob in knobs.items() if not knob.wants_elements}
    if len(found) < len(knobs):
        geometry = replace(geometry, elements=_elements(h, found))
    return Frozen(
        {name: found[name] if name in found else knob.element_rule(name, geometry) for name, knob in knobs.items()}
    )


def _elements(h: Any, rules: Mapping[str, ElementRule]) -> tuple[Array, Array]:
    """Rows < columns of what H and the knobs that add or set make different from zero."""
    n = h.shape[0]
    lists = [pattern(h)] + [(rule.rows, rule.columns) for rule in rules.values() if rule.kind in ("add", "set")]
    rows, columns = (np.concatenate([np.asarray(pair[k], np.int64) for pair in lists]) for k in range(2))
    inside = (rows < columns) & (columns < n)
    different = np.unique(rows[inside] * n + columns[inside])
    return different // n, different % n


def positions_of(positions: Any, sites: int) -> Array | None:
    if positions is None:
        return None
    array = real_array(positions, "positions")
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[0] != sites or array.shape[1] not in (1, 2, 3):
        raise BadInput(
            f"positions have shape {array.shape}, but they must be ({sites}, 1…3); give one point in space per site."
        )
    array.setflags(write=False)
    return array
