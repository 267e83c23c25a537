"""Contacts as the solvers use them: self-energies, and the square roots of Γ that turn Green functions into amplitudes.

Γ = w w† with w = τ a^{1/2}, a = i (g − g†) the lead's surface spectral function; a closed channel has w = 0 but keeps its self-energy.
"""

from __future__ import annotations

import numpy as np

from floquant.model import Sector

Array = np.ndarray

# Below this fraction of the largest one, an eigenvalue of the surface spectral function is a closed channel.
CLOSED = 1e-13


def spectral_root(surface: Array) -> tuple[Array, Array]:
    """Return a^{1/2} with shape (..., c, c), columns are channels, and which of them are open, shape (..., c), as 0 or 1."""
    spectral = 1j * (surface - np.conj(np.swapaxes(surface, -1, -2)))
    diagonal = np.einsum("...ii->...i", spectral).real
    c = spectral.shape[-1]
    if c == 1 or not np.any(spectral * (1 - np.eye(c))):
        root = np.sqrt(np.maximum(diagonal, 0.0))
        return root[..., None] * np.eye(c), (root > 0).astype(float)
    values, vectors = np.linalg.eigh(spectral)
    floor = CLOSED * np.max(np.abs(surface), axis=(-1, -2))[..., None]
    values = np.where(values > floor, values, 0.0)
    return vectors * np.sqrt(values)[..., None, :], (values > 0).astype(float)


def self_energy(sector: Sector, energies: Array) -> Array:
    """Sum of all contacts' Σ on the sector's orbitals, shape energies.shape + (n, n)."""
    n = len(sector.orbitals)
    total = np.zeros((*np.shape(energies), n, n), dtype=complex)
    for terminal in sector.terminals:
        rows, columns = np.ix_(terminal.orbitals, terminal.orbitals)
        total[..., rows, columns] += terminal.self_energy(energies)
    return total


def injection(sector: Sector, energies: Array) -> tuple[Array, Array]:
    """w on the sector's orbitals, shape energies.shape + (n, C), and the open channels, energies.shape + (C,)."""
    n = len(sector.orbitals)
    pieces, opens = [], []
    for terminal in sector.terminals:
        root, is_open = spectral_root(terminal.surface(energies))
        piece = np.zeros((*np.shape(energies), n, root.shape[-1]), dtype=complex)
        piece[..., terminal.orbitals, :] = terminal.coupling @ root
        pieces.append(piece)
        opens.append(is_open)
    return np.concatenate(pieces, axis=-1), np.concatenate(opens, axis=-1)
