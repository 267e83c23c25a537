"""What a contact needs of a lead at real energies: g, and the directions in which waves leave.

    a = i (g − g†) = V w V†,   V†V = 1

with one column of V for each open channel, of weight w > 0. Closed directions keep their part of g and carry no wave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array

CLOSED = 1e-13  # below this fraction of the largest element of g, an eigenvalue of a is a closed channel
SMALL = 24  # of fewer orbitals, a is diagonalised, many energies together
TINY = 1e-300  # the weight of a channel that is open although rounding says otherwise


@dataclass(frozen=True, eq=False)
class Opened:
    """At energies (N,): `surface` g (N, c, c), `weights` w (N, m) and `directions` V (N, c, m); those of weight 0 are closed."""

    surface: Array
    weights: Array
    directions: Array

    @cached_property
    def root(self) -> Array:
        """The Hermitian a^{1/2}, (N, c, c)."""
        back = np.conj(np.swapaxes(self.directions, 1, 2))
        return np.asarray((self.directions * np.sqrt(self.weights)[:, None]) @ back)

    @cached_property
    def projector(self) -> Array:
        """P on the open directions, (N, c, c)."""
        back = np.conj(np.swapaxes(self.directions, 1, 2))
        return np.asarray((self.directions * (self.weights > 0)[:, None]) @ back)

    def part(self, orbitals: Array) -> Opened:
        """That of some orbitals (c',) that nothing connects with the others."""
        if np.array_equal(orbitals, np.arange(self.surface.shape[1])):
            return self
        directions = self.directions[:, orbitals]
        weights = np.where(np.any(directions, axis=1), self.weights, 0.0)
        return Opened(self.surface[:, orbitals[:, None], orbitals], weights, directions)


def open_directions(surface: Array, count: Array | None = None) -> Opened:
    """From g (N, c, c). `count` (N,): how many channels are open, if the lead knows; beside an edge rounding hides that from a."""
    n, c = surface.shape[:2]
    spectral = 1j * (surface - np.conj(np.swapaxes(surface, 1, 2)))
    if count is None and (c == 1 or not np.any(spectral * (1 - np.eye(c)))):
        weights = np.maximum(np.einsum("nii->ni", spectral).real, 0.0)
        return Opened(surface, weights, np.broadcast_to(np.eye(c), (n, c, c)))
    if count is None or c < SMALL or 2 * count.max(initial=0) > c:
        return Opened(surface, *_by_diagonalising(surface, spectral, count))
    most = int(count.max(initial=0))
    weights, directions = np.zeros((n, most)), np.zeros((n, c, most), complex)
    for i, few in enumerate(count.tolist()):
        weights[i, :few], directions[i, :, :few] = _by_cholesky(spectral[i], few)
    return Opened(surface, weights, directions)


def side_by_side(pieces: Sequence[tuple[Array, Opened]], orbitals: int) -> Opened:
    """The whole of pieces that nothing connects, each with its orbitals (c',)."""
    if len(pieces) == 1:
        return pieces[0][1]
    n, ends = len(pieces[0][1].weights), np.cumsum([0, *(piece.weights.shape[1] for _, piece in pieces)])
    surface = np.zeros((n, orbitals, orbitals), complex)
    weights, directions = np.zeros((n, ends[-1])), np.zeros((n, orbitals, ends[-1]), complex)
    for (index, piece), begin, end in zip(pieces, ends[:-1], ends[1:], strict=True):
        surface[:, index[:, None], index] = piece.surface
        weights[:, begin:end], directions[:, index, begin:end] = piece.weights, piece.directions
    return Opened(surface, weights, directions)


def _by_diagonalising(surface: Array, spectral: Array, count: Array | None) -> tuple[Array, Array]:
    """Weights (N, c) and directions (N, c, c)."""
    c = spectral.shape[-1]
    values, vectors = np.linalg.eigh(spectral)
    if count is None:
        largest = np.abs(surface).max(axis=(1, 2), initial=0.0)[:, None]
        return np.where(values > CLOSED * largest, values, 0.0), vectors
    return np.where(np.arange(c) >= c - count[:, None], np.maximum(values, TINY), 0.0), vectors


def _by_cholesky(spectral: Array, count: int) -> tuple[Array, Array]:
    """The same of one a (c, c) of small rank, (count,) and (c, count): a = L L† by Cholesky with pivots, L by its singular values."""
    from scipy.linalg import lapack

    lower, pivots, rank, _ = lapack.zpstrf(spectral, lower=1)
    if rank < count:
        values, vectors = np.linalg.eigh(spectral)
        return np.maximum(values[len(values) - count :], TINY), vectors[:, len(values) - count :]
    factor = np.empty((len(spectral), count), complex)
    factor[pivots - 1] = np.tril(lower[:, :count])
    directions, values, _ = np.linalg.svd(factor, full_matrices=False)
    return np.maximum(values**2, TINY), directions
