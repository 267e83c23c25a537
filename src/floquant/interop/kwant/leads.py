"""Leads of a Kwant system as contacts.

Kwant counts the interface of the device as the cell before the lead's first: inter_cell_hopping = ⟨cell 0|H|interface⟩, and
the interface is the first part of a cell. So τ = inter_cell_hopping† and H01 is the same with zeros below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import name_list
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.leads import PeriodicLead, SelfEnergy
from floquant.model.contact import Contact


def lead_names(system: Any, names: Any) -> list[str]:
    """One name for each lead. Raises `BadInput` if they do not match."""
    count = len(system.leads)
    if names is None:
        return [str(number) for number in range(count)]
    if isinstance(names, str) or not all(name_list(names, "leads")):
        raise BadInput(
            f"The leads are named {brief(names)}, but this must be a list of names; give one name per lead of the Kwant system."
        )
    if len(names) != count or len(set(names)) < count:
        raise BadInput(
            f"The leads are named {list(names)}, but the Kwant system has {count} lead{'' if count == 1 else 's'}; give {count} different "
            f"names, in the order in which the leads were attached."
        )
    return list(names)


def contact_of(system: Any, number: int, name: str, params: Mapping[str, Any], orbitals: Array) -> Contact:
    """The contact of lead `number`. Raises `BadInput` for a lead that does not repeat along one translation."""
    import kwant

    lead, sites = system.leads[number], [int(site) for site in system.lead_interfaces[number]]
    size = int(orbitals[sites].sum())
    if not isinstance(lead, kwant.system.InfiniteSystem):
        return Contact(_self_energy(lead, name, params, size), sites, np.eye(size))
    symmetry = getattr(lead, "symmetry", None)
    directions = getattr(symmetry, "num_directions", None)
    if directions != 1 or not isinstance(symmetry, kwant.TranslationalSymmetry):
        raise BadInput(
            f'Lead "{name}" of the Kwant system has the symmetry {symmetry}, but a lead must have one translation; give a '
            f"Builder with a TranslationalSymmetry of one vector."
        )
    h00, hopping = _matrices(lead, name, params)
    if hopping.shape[1] != size:
        raise BadInput(
            f'Lead "{name}" of the Kwant system has {hopping.shape[1]} orbitals at its interface, but the sites that it touches '
            f"have {size}; give them equally many orbitals."
        )
    tau = hopping.conj().T
    h01 = np.zeros_like(h00)
    h01[:size] = tau
    return Contact(PeriodicLead(h00, h01), sites, tau)


def failure(error: Exception) -> str:
    """Kwant's error, and the error of the user's value function that caused it."""
    cause = error.__cause__ or error
    told = (str(error).splitlines() or [""])[0]
    return f"{told} ({type(cause).__name__}: {cause}); repair this value function or give other params."


def _matrices(lead: Any, name: str, params: Mapping[str, Any]) -> tuple[Array, Array]:
    try:
        h00 = np.asarray(lead.cell_hamiltonian(params=dict(params)), complex)
        hopping = np.asarray(lead.inter_cell_hopping(params=dict(params)), complex)
    except Exception as error:
        raise BadInput(f'Kwant cannot make the Hamiltonian of lead "{name}": {failure(error)}') from error
    return h00, hopping


def _self_energy(lead: Any, name: str, params: Mapping[str, Any], size: int) -> SelfEnergy:
    """A lead that Kwant knows by its self-energy only, Σ(E) on the interface."""
    import kwant

    if not isinstance(lead, kwant.builder.SelfEnergyLead | kwant.builder.ModesLead):
        raise BadInput(
            f'Lead "{name}" of the Kwant system is {type(lead).__name__}, but it must be one with a translation or a '
            f"self-energy; give the system as it was before precalculate()."
        )
    return SelfEnergy(lambda energy: lead.selfenergy(energy, params=dict(params)), orbitals=size)
