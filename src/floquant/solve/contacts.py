"""Contacts as the solvers use them: self-energies, and the square roots of Γ that turn Green functions into amplitudes.

Γ = w w† with w = τ a^{1/2}, a = i (g − g†) the lead's surface spectral function. a^{1/2} is the Hermitian root: it is smooth in
energy, as the quadrature needs, and its rows and columns are orbitals of the lead's cell, so that spin and disconnected wires keep their
labels. Closed directions are its null space: they keep their self-energy and carry no wave, and S = −P + i w† G w with P the projector
on the open ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.model import Sector, Terminal

Array = np.ndarray

# Below this fraction of the largest one, an eigenvalue of the surface spectral function is a closed channel.
CLOSED = 1e-13


def spectral_root(surface: Array, count: Array | None = None) -> tuple[Array, Array]:
    """Return a^{1/2} and the projector P on the open channels, both of the shape (..., c, c) of `surface`.

    `count` (...,): how many channels are open, if the lead knows; beside an edge rounding hides that from the eigenvalues of a.
    """
    spectral = 1j * (surface - np.conj(np.swapaxes(surface, -1, -2)))
    diagonal = np.einsum("...ii->...i", spectral).real
    c = spectral.shape[-1]
    if count is None and (c == 1 or not np.any(spectral * (1 - np.eye(c)))):
        root = np.sqrt(np.maximum(diagonal, 0.0))
        return root[..., None] * np.eye(c), (root > 0)[..., None] * np.eye(c)
    values, vectors = np.linalg.eigh(spectral)
    if count is None:
        is_open = values > CLOSED * np.max(np.abs(surface), axis=(-1, -2))[..., None]
    else:
        is_open = np.arange(c) >= c - np.asarray(count)[..., None]
    values = np.where(is_open, np.maximum(values, 0.0), 0.0)
    back = np.conj(np.swapaxes(vectors, -1, -2))
    return (vectors * np.sqrt(values)[..., None, :]) @ back, (vectors * is_open[..., None, :]) @ back


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
    """Self-energies and injection of all contacts; every lead is asked once for all of its contacts."""
    energies = np.asarray(energies)
    orbitals = contact_orbitals(sector)
    sizes = [len(terminal.lead_orbitals) for terminal in sector.terminals]
    total, shape = sum(sizes), energies.shape
    sigma = np.zeros((*shape, len(orbitals), len(orbitals)), dtype=complex)
    w = np.zeros((*shape, len(orbitals), total), dtype=complex)
    projector = np.zeros((*shape, total, total), dtype=complex)
    begin = 0
    known: list[tuple[Terminal, Array, Array, Array]] = []
    for terminal, size in zip(sector.terminals, sizes, strict=True):
        surface, root, open_part = _alike(known, terminal) or (None, None, None)
        if surface is None or root is None or open_part is None:
            settled = terminal.lead.settled(energies)
            surface = terminal.surface(settled)
            root, open_part = spectral_root(surface, terminal.open_waves(settled))
            known.append((terminal, surface, root, open_part))
        rows = np.searchsorted(orbitals, terminal.orbitals)
        columns = slice(begin, begin + size)
        sigma[..., rows[:, None], rows] += terminal.coupling @ surface @ terminal.coupling.conj().T
        w[..., rows, columns] = terminal.coupling @ root
        projector[..., columns, columns] = open_part
        begin += size
    return ContactTable(orbitals, sigma, w, projector)


def _alike(known: list[tuple[Terminal, Array, Array, Array]], terminal: Terminal) -> tuple[Array, Array, Array] | None:
    """What is already known of a lead that another contact has too."""
    for other, *found in known:
        same = other.lead is terminal.lead and (other.spins is None) == (terminal.spins is None)
        if same and np.array_equal(other.lead_orbitals, terminal.lead_orbitals):
            return found[0], found[1], found[2]
    return None


def self_energy(sector: Sector, energies: Array) -> Array:
    """Sum of all contacts' Σ on the sector's orbitals, shape energies.shape + (n, n)."""
    n = len(sector.orbitals)
    total = np.zeros((*np.shape(energies), n, n), dtype=complex)
    for terminal in sector.terminals:
        rows, columns = np.ix_(terminal.orbitals, terminal.orbitals)
        total[..., rows, columns] += terminal.self_energy(energies)
    return total
