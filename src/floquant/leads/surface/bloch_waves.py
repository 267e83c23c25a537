"""The waves of a periodic lead at a given energy, and σ from those that leave.

Half of the 2r waves of a lead (see `transfer_matrix`) go out or decay: their (b, a) give σ = b a⁻¹. The other half come in or grow: they
are the waves that leave on the other side, with a and b exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.components import components
from floquant.leads.cell import Cell
from floquant.leads.surface.transfer_matrix import TransferMatrix, left_divided, transfer_matrix

AWAY = 2e-9  # in units of `scale`: how far an energy is moved from a pole
NEAR = 1e-3  # waves of λ on the unit circle nearer than this to each other are a crowd: rounding may mix them


@dataclass(frozen=True, eq=False)
class BlochWaves:
    """All 2r waves at energies (N,): λ (N, 2r), b and a (N, r, 2r) in columns, and ψ (N, c, 2r).

    `velocity` (N, 2r) = current / |ψ|². `values` (N, 2r): eigenvalues of the transfer matrix.
    """

    energies: Array
    values: Array
    factor: Array
    b: Array
    a: Array
    psi: Array
    velocity: Array
    transfer: TransferMatrix

    def vectors_of(self, i: int, columns: Any = slice(None)) -> Array:
        """(b, a) of waves at energy i in columns, (2r, …)."""
        return np.concatenate([self.b[i][:, columns], self.a[i][:, columns]])

    @cached_property
    def near_pairs(self) -> list[tuple[int, int, int]]:
        """(i, j, k): at energy i the waves j < k are near each other, and near the unit circle."""
        factor = np.where(np.abs(np.abs(self.factor) - 1) < NEAR, self.factor, np.nan)
        apart = factor[:, :, None] - factor[:, None, :]
        near = np.triu(apart.real**2 + apart.imag**2 < NEAR**2, 1)
        return list(zip(*(index.tolist() for index in np.nonzero(near)), strict=True))

    @cached_property
    def crowds(self) -> list[tuple[int, Array]]:
        """(i, waves): at energy i these (q,) waves are near each other, from one to the next."""
        return grouped(self.near_pairs)


def grouped(pairs: list[tuple[int, int, int]]) -> list[tuple[int, Array]]:
    """(i, members): pairs (i, j, k) that hang together, for each i."""
    result = []
    for i in dict.fromkeys(pair[0] for pair in pairs):
        ends = np.array([pair[1:] for pair in pairs if pair[0] == i])
        members = np.unique(ends)
        label = components(len(members), [tuple(np.searchsorted(members, ends).T)])
        result += [(i, members[label == which]) for which in np.unique(label)]
    return result


def bloch_waves(cell: Cell, energies: Array) -> BlochWaves:
    """All waves at real or complex energies (N,)."""
    transfer = transfer_matrix(cell, energies)
    values, vectors = np.linalg.eig(transfer.matrix)
    return waves_of(cell, energies, values, vectors, transfer)


def waves_of(cell: Cell, energies: Array, values: Array, vectors: Array, transfer: TransferMatrix) -> BlochWaves:
    """Waves from eigenvalues and eigenvectors of the transfer matrix; a vector of zeros has velocity 0."""
    s, vectors = transfer.s(values), transfer.amplitudes(vectors)
    b, a = vectors[:, : cell.rank], vectors[:, cell.rank :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.where(s == 0, np.inf, transfer.origin[:, None] + 1 / s)
        psi = (transfer.response @ vectors) / s[:, None, :]
        current = 2 * np.einsum("nij,nij->nj", b.conj(), a).imag
        velocity = np.nan_to_num(current / np.einsum("nij,nij->nj", psi.conj(), psi).real)
    return BlochWaves(energies, values, factor, b, a, psi, velocity, transfer)


def sigma_of(found: BlochWaves, chosen: Array, back: bool = False) -> Array:
    """σ = b a⁻¹ of the chosen waves, (N, r, r); infinite at a pole. `back`: a b⁻¹, for the other side."""
    columns = np.nonzero(chosen)[1].reshape(len(chosen), found.b.shape[1])[:, None, :]
    b, a = np.take_along_axis(found.b, columns, axis=2), np.take_along_axis(found.a, columns, axis=2)
    return right_divided(a, b) if back else right_divided(b, a)


def right_divided(b: Array, a: Array) -> Array:
    """b a⁻¹ (N, r, r), with a perturbed by rounding where it is singular."""
    return np.swapaxes(left_divided(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)


def surface_of(cell: Cell, energies: Array, sigma: Array) -> Array:
    """g = (E − h − A σ A†)⁻¹, (N, c, c)."""
    identity = np.eye(len(cell.h))
    matrix = energies[:, None, None] * identity - cell.h - cell.a @ sigma @ cell.a.conj().T
    return left_divided(matrix, np.broadcast_to(identity, matrix.shape))


def relative_residual(cell: Cell, sigma: Array, g: Array) -> Array:
    """‖Σ − v g v†‖ / ‖Σ‖, (N,)."""
    weight = cell.root[:, None] * cell.root
    again = cell.b.conj().T @ g @ cell.b
    size = np.linalg.norm(weight * sigma, axis=(-1, -2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, np.linalg.norm(weight * (sigma - again), axis=(-1, -2)) / size, 0.0)
