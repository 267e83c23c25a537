"""The space of the outgoing waves from a Schur form, where eigenvectors of decaying waves are nearly parallel.

Two decaying waves become one at isolated energies, without any edge of a band, and in a magnetic field many are nearly parallel
throughout. Eigenvectors then span their space badly; the leading columns of an ordered Schur form are an orthonormal
basis of it, as good as the matrix. Waves near |λ| = 1 are still taken one by one, for their velocity tells which go out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell
from floquant.model.leads.transfer import Waves, assembled, right_divided, transfer_problem

DECAYED = 1e-2  # waves with |λ| below 1 − this are told by their decay alone


@dataclass(frozen=True, eq=False)
class SchurWaves:
    """Waves at one energy, and the Schur form Q T Q† of their problem; only waves near |λ| = 1 have vectors, the others zeros."""

    found: Waves
    triangular: Array
    basis: Array

    def sigma(self, chosen: Array, vectors: Array | None = None) -> Array:
        """σ (r, r) of the r chosen waves (2r,) bool: those that decay from the Schur form, the others by their vectors."""
        decays = chosen & (np.abs(self.found.factor[0]) < 1 - DECAYED)
        taken = (self.found.vectors[0] if vectors is None else vectors)[:, chosen & ~decays]
        space = leading_space(self.triangular, self.basis, decays)
        return _quotient(np.hstack([space, taken / np.linalg.norm(taken, axis=0)]))


def leading_space(triangular: Array, basis: Array, chosen: Array) -> Array:
    """An orthonormal basis (n, q) of the space that belongs to q chosen eigenvalues (n,) bool of a Schur form."""
    from scipy.linalg import lapack

    return np.asarray(lapack.ztrsen(chosen, triangular, basis, job="N")[1][:, : int(chosen.sum())])


def sigma_by_eigenvalues(problem: Array, values: Array) -> Array:
    """σ (r, r) of the space that belongs to these r eigenvalues of the problem (2r, 2r)."""
    from scipy.linalg import schur

    triangular, basis = schur(problem, output="complex")
    distance = np.abs(np.diagonal(triangular)[:, None] - values).min(axis=1)
    chosen = np.zeros(len(problem), bool)
    chosen[np.argsort(distance, kind="stable")[: len(values)]] = True
    return _quotient(leading_space(triangular, basis, chosen))


def _quotient(space: Array) -> Array:
    r = space.shape[1]
    return np.asarray(right_divided(space[None, :r], space[None, r:])[0])


def schur_waves(cell: Cell, energy: Array) -> SchurWaves:
    """Waves at one energy (1,)."""
    from scipy.linalg import schur

    problem, origin, response = transfer_problem(cell, energy)
    triangular, basis = schur(problem[0], output="complex")
    s = np.diagonal(triangular).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.flatnonzero(np.abs(np.abs(origin + 1 / s) - 1) < 2 * DECAYED)
    vectors = np.zeros_like(basis)
    vectors[:, near] = basis @ _eigenvectors(triangular, near)
    found = assembled(cell, energy, s[None], vectors[None], problem, origin, response)
    return SchurWaves(found, triangular, basis)


def _eigenvectors(triangular: Array, which: Array) -> Array:
    """Eigenvectors (n, q) of an upper triangular matrix for some of its eigenvalues, of norm 1, by substitution."""
    n = len(triangular)
    s, smallest = np.diagonal(triangular), 1e-16 * np.abs(triangular).max()
    result = np.zeros((n, len(which)), complex)
    result[which, np.arange(len(which))] = 1
    first = np.searchsorted(which, np.arange(n), "right")  # columns whose eigenvalue stands below row i
    for i in range(n - 2, -1, -1):
        columns = slice(first[i], None)
        gap = s[i] - s[which[columns]]
        gap = np.where(np.abs(gap) < smallest, smallest, gap)
        result[i, columns] = -(triangular[i, i + 1 :] @ result[i + 1 :, columns]) / gap
    return result / np.linalg.norm(result, axis=0)
