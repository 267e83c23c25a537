"""A contact: a lead, and the device sites it touches through τ = ⟨contact sites|H|cell 0⟩."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.checks.frozen import keep
from floquant.checks.matrices import dense, matrix
from floquant.checks.numbers import is_number, number, site_list
from floquant.checks.types import MatrixLike, SiteList
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.leads import Lead, SelfEnergy


@dataclass(frozen=True, eq=False, repr=False)
class Contact:
    """A lead on `sites` (an integer or a list) of the device.

    Σ(E) = τ g(E) τ†

    `coupling` τ is a number (times the identity: contact and lead have equally many orbitals) or a matrix, dense or
    sparse, of shape (contact orbitals, lead orbitals), in the energy unit; left out, it is the hopping of the lead.
    On a device with spin a lead without spin carries both: a number or a matrix for one spin then means τ ⊗ 1.
    Raises `BadInput` for a contact on no site, a site listed twice, or a coupling that is not finite.
    """

    lead: Lead
    sites: tuple[int, ...]
    coupling: complex | Array | None

    def __init__(self, lead: Lead, sites: SiteList, coupling: MatrixLike | None = None) -> None:
        if not isinstance(lead, Lead):
            raise BadInput(f"The lead of a contact is {brief(lead)}, but it must be a Lead; give for example Chain().")
        keep(self, lead=lead, sites=site_list(sites, "A contact"), coupling=_coupling(coupling))

    def __str__(self) -> str:
        where = f"site{'s' if len(self.sites) > 1 else ''} " + ", ".join(str(site) for site in self.sites[:6])
        where += f", … ({len(self.sites)})" if len(self.sites) > 6 else ""
        if self.coupling is None:
            return f"{where}, {self.lead}"
        tau = self.coupling
        return f"{where}, {self.lead}, coupling " + (
            f"matrix {tau.shape}" if isinstance(tau, np.ndarray) else f"{tau:g}"
        )

    def __repr__(self) -> str:
        return f"Contact: {self}"

    def channels(self, spin: bool) -> int:
        """Orbitals of the lead's cell on a device with or without spin."""
        return self.lead.orbitals * (2 if spin and self.lead.spinless else 1)

    def coupling_matrix(self, name: str, orbitals: int, spin: bool) -> Array:
        """τ, shape (`orbitals`, channels), on a device where the contact's sites have `orbitals` orbitals in all."""
        tau = self.lead.default_coupling() if self.coupling is None else self.coupling
        channels = self.channels(spin)
        expected = (orbitals, channels)
        if is_number(tau):
            if orbitals != channels:
                if isinstance(self.lead, SelfEnergy):
                    raise BadInput(self._of_a_self_energy(name, orbitals, channels))
                raise BadInput(
                    f'Contact "{name}" joins {orbitals} orbitals of the device to {channels} of its lead, but a coupling '
                    f"that is a single number needs equally many; give coupling as a matrix of shape {expected}."
                )
            return np.asarray(tau * np.eye(orbitals, dtype=complex))
        tau = np.asarray(tau, complex)
        if tau.shape == expected:
            return tau
        if spin and self.lead.spinless and 2 * tau.shape[0] == orbitals and 2 * tau.shape[1] == channels:
            return np.kron(tau, np.eye(2))
        raise BadInput(
            f'The coupling of contact "{name}" has shape {tau.shape}, but it must be {expected}: rows are orbitals of the '
            f"contact's sites, columns orbitals of the lead; give a matrix of that shape."
        )

    def _of_a_self_energy(self, name: str, orbitals: int, channels: int) -> str:
        """Σ mostly stands on the contact's own orbitals: then it has as many of them."""
        wanted = orbitals // (channels // self.lead.orbitals)
        return (
            f'Contact "{name}" joins {orbitals} orbitals of the device to a SelfEnergy of {self.lead.orbitals}; say SelfEnergy(…, '
            f"orbitals={wanted}) if Σ is a matrix on the orbitals of these sites, or give coupling as a matrix of shape "
            f"{(orbitals, channels)}."
        )


def _coupling(given: MatrixLike | None) -> complex | Array | None:
    """τ, a number or a read-only matrix; None where the hopping of the lead is meant."""
    if given is None:
        return None
    if is_number(given):
        return number(given, "The coupling of a contact", complex_allowed=True)
    result = np.array(dense(matrix(given, "The coupling of a contact")))
    result.setflags(write=False)
    return result
