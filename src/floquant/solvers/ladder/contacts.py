"""Contacts as the solvers use them: self-energies, and the square roots of Γ that turn Green functions into amplitudes.

Γ = w w† with w = τ a^{1/2}, a = i (g − g†) the lead's surface spectral function. a^{1/2} is the Hermitian root: it is smooth in
energy, as the quadrature needs, and its rows and columns are orbitals of the lead's cell, so that spin and disconnected wires keep their
labels. Closed directions are its null space: they keep their self-energy and carry no wave, and S = −P + i w† G w with P the projector
on the open ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.open_channels import Opened, open_directions, side_by_side
from floquant.model import Lead, Sector, Terminal


def spectral_root(surface: Array) -> tuple[Array, Array]:
    """Return a^{1/2} and the projector P on the open channels, both of the shape (..., c, c) of `surface`."""
    found = open_directions(surface.reshape(-1, *surface.shape[-2:]))
    return found.root.reshape(surface.shape), found.projector.reshape(surface.shape)


@dataclass(frozen=True, eq=False)
class ContactTable:
    """All contacts of a sector at energies (...,), on the `orbitals` (q,) that any of them touches.

    `self_energy` (..., q, q), `injection` w (..., q, C), `projector` P (..., C, C), block-diagonal: C counts the orbitals of all cells.
    """

    orbitals: Array
    self_energy: Array
    injection: Array
    projector: Array

    @property
    def is_open(self) -> Array:
        """The diagonal of P, (..., C): a channel's share of open waves."""
        return np.ascontiguousarray(np.einsum("...ii->...i", self.projector).real)

    def spread(self, size: int) -> tuple[Array, Array]:
        """Σ (..., size, size) and w (..., size, C) on all orbitals of the sector."""
        shape = self.self_energy.shape[:-2]
        sigma = np.zeros((*shape, size, size), dtype=complex)
        sigma[..., self.orbitals[:, None], self.orbitals] = self.self_energy
        w = np.zeros((*shape, size, self.injection.shape[-1]), dtype=complex)
        w[..., self.orbitals, :] = self.injection
        return sigma, w


def contact_orbitals(sector: Sector) -> Array:
    """The orbitals that any contact touches, sorted."""
    return np.unique(np.concatenate([terminal.orbitals for terminal in sector.terminals]))


def contacts_at(sector: Sector, energies: Array) -> ContactTable:
    """Self-energies and injection of all contacts."""
    energies = np.asarray(energies)
    leads = opened_leads(sector, energies.ravel())
    orbitals, sigma = contact_orbitals(sector), _self_energies(sector, leads)
    ends = np.cumsum([0, *(len(terminal.lead_orbitals) for terminal in sector.terminals)])
    w = np.zeros((energies.size, len(orbitals), ends[-1]), dtype=complex)
    projector = np.zeros((energies.size, ends[-1], ends[-1]), dtype=complex)
    for terminal, lead, begin, end in zip(sector.terminals, leads, ends[:-1], ends[1:], strict=True):
        rows, columns = np.searchsorted(orbitals, terminal.orbitals), slice(begin, end)
        w[:, rows, columns] = coupled(terminal.coupling, lead.root)
        projector[:, columns, columns] = lead.projector
    return ContactTable(
        orbitals, *(array.reshape(*energies.shape, *array.shape[1:]) for array in (sigma, w, projector))
    )


def _self_energies(sector: Sector, leads: list[Opened]) -> Array:
    """Sum of τ g τ† on the orbitals that any contact touches, (N, q, q)."""
    orbitals = contact_orbitals(sector)
    sigma = np.zeros((len(leads[0].weights), len(orbitals), len(orbitals)), dtype=complex)
    for terminal, lead in zip(sector.terminals, leads, strict=True):
        rows = np.searchsorted(orbitals, terminal.orbitals)
        half = np.swapaxes(coupled(terminal.coupling, lead.surface), 1, 2)
        sigma[:, rows[:, None], rows] += np.swapaxes(coupled(terminal.coupling.conj(), half), 1, 2)
    return sigma


def opened_leads(sector: Sector, energies: Array) -> list[Opened]:
    """For each terminal what it needs of its lead at energies (N,). Leads that are alike, or opposite, are computed once."""
    known: list[tuple[Lead, Opened]] = []
    for terminal in sector.terminals:
        lead = terminal.lead
        if any(lead.is_like(other) for other, _ in known):
            continue
        off_edges = lead.off_edges(energies)
        opposite = next((other.lead for other in sector.terminals if lead.is_opposite(other.lead)), None)
        if opposite is None or lead.is_like(opposite):
            known.append((lead, lead.open_directions(off_edges)))
        else:
            known += zip((lead, opposite), lead.both_open_directions(off_edges), strict=True)
    return [
        _of_terminal(terminal, next(own for lead, own in known if terminal.lead.is_like(lead)))
        for terminal in sector.terminals
    ]


def _of_terminal(terminal: Terminal, lead: Opened) -> Opened:
    """The part of a lead that a terminal holds; twice, of a lead without spin where the terminal has both."""
    chosen = terminal.lead_orbitals
    if terminal.spins is None or not terminal.lead.spinless:
        return lead.part(chosen)
    spins = [(np.flatnonzero(chosen % 2 == spin), lead.part(chosen[chosen % 2 == spin] // 2)) for spin in (0, 1)]
    return side_by_side([(index, part) for index, part in spins if len(index)], len(chosen))


def coupled(coupling: Array, matrix: Array) -> Array:
    """τ M for τ (m, c) and M (..., c, k): rows of M, where each row of τ has a single element."""
    if np.all(np.count_nonzero(coupling, axis=1) == 1):
        columns = np.argmax(coupling != 0, axis=1)
        return np.asarray(coupling[np.arange(len(coupling)), columns, None] * matrix[..., columns, :])
    return np.asarray(coupling @ matrix)


def self_energy(sector: Sector, energies: Array) -> Array:
    """Sum of all contacts' Σ on the sector's orbitals, shape energies.shape + (n, n)."""
    n = len(sector.orbitals)
    total = np.zeros((*np.shape(energies), n, n), dtype=complex)
    for terminal in sector.terminals:
        rows, columns = np.ix_(terminal.orbitals, terminal.orbitals)
        total[..., rows, columns] += terminal.self_energy(energies)
    return total
