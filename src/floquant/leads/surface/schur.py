"""The space of the outgoing waves from a Schur form, where eigenvectors of decaying waves are nearly parallel.

Two decaying waves become one at isolated energies, without any edge of a band, and in a magnetic field many are nearly parallel
throughout. Eigenvectors then span their space badly; the leading columns of an ordered Schur form are an orthonormal
basis of it, as good as the matrix. Waves near |λ| = 1 are still taken one by one, by the sign of their velocity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.surface.bloch_waves import BlochWaves, right_divided, waves_of
from floquant.leads.surface.transfer_matrix import TransferMatrix, transfer_matrix

DECAYED = 1e-2  # waves with |λ| below 1 − this, or its inverse, are known to go out or come in by their decay alone


@dataclass(frozen=True, eq=False)
class SchurWaves:
    """Waves at one energy, and the Schur form Q T Q† of their transfer matrix; only waves near |λ| = 1 have vectors, the others zeros."""

    found: BlochWaves
    triangular: Array
    basis: Array

    def sigma(self, chosen: Array, back: bool = False) -> Array:
        """σ (r, r) of the r chosen waves (2r,) bool: those that decay from the Schur form, the others by their vectors.

        `back`: for the other side, of waves that grow here.
        """
        far = chosen & (np.abs(np.log(np.abs(self.found.factor[0]))) > DECAYED)
        taken = self.found.vectors_of(0, chosen & ~far)
        space = self.found.transfer.amplitudes(leading_space(self.triangular, self.basis, far)[None])[0]
        return _quotient(np.hstack([space, taken / np.linalg.norm(taken, axis=0)]), back)


def leading_space(triangular: Array, basis: Array, chosen: Array) -> Array:
    """An orthonormal basis (n, q) of the space that belongs to q chosen eigenvalues (n,) bool of a Schur form."""
    from scipy.linalg import lapack

    return np.asarray(lapack.ztrsen(chosen, triangular, basis, job="N")[1][:, : int(chosen.sum())])


def sigma_by_eigenvalues(transfer: TransferMatrix, values: Array) -> Array:
    """σ (r, r) of the space that belongs to these r eigenvalues of the transfer matrix at one energy."""
    triangular, basis = schur_form(transfer.matrix[0])
    distance = np.abs(np.diagonal(triangular)[:, None] - values).min(axis=1)
    chosen = np.zeros(len(basis), bool)
    chosen[np.argsort(distance, kind="stable")[: len(values)]] = True
    return _quotient(transfer.amplitudes(leading_space(triangular, basis, chosen)[None])[0])


def _quotient(space: Array, back: bool = False) -> Array:
    """σ = b a⁻¹ (r, r) of a space of waves (b, a) in columns (2r, r); a b⁻¹ for the other side."""
    b, a = np.split(space[None], 2, axis=1)
    return np.asarray((right_divided(a, b) if back else right_divided(b, a))[0])


def schur_form(matrix: Array) -> tuple[Array, Array]:
    """T, upper triangular and complex, and Q with matrix = Q T Q†. That of a real matrix is turned from its real form.

    A real form has 2×2 blocks [[a, b], [c, a]], b c < 0, on its diagonal: (b, i √−bc) is an eigenvector.
    """
    from scipy.linalg import schur

    triangular, basis = schur(matrix, output="complex" if np.iscomplexobj(matrix) else "real", check_finite=False)
    if np.iscomplexobj(matrix):
        return triangular, basis
    low = np.flatnonzero(np.diagonal(triangular, -1))
    above, below = triangular[low, low + 1], triangular[low + 1, low]
    size = np.hypot(np.sqrt(np.abs(above)), np.sqrt(np.abs(below)))
    first, second = np.sign(above) * np.sqrt(np.abs(above)) / size, 1j * np.sqrt(np.abs(below)) / size
    turn = np.eye(len(matrix), dtype=complex)
    turn[low, low], turn[low + 1, low] = first, second
    turn[low, low + 1], turn[low + 1, low + 1] = second, first
    triangular = turn.conj().T @ triangular @ turn
    triangular[low + 1, low] = 0
    return triangular, basis @ turn


def schur_waves(cell: Cell, energy: Array) -> SchurWaves:
    """Waves at one energy (1,)."""
    transfer = transfer_matrix(cell, energy)
    triangular, basis = schur_form(transfer.matrix[0])
    values = np.diagonal(triangular).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.abs(np.log(np.abs(transfer.origin + 1 / transfer.s(values[None])[0]))) < 2 * DECAYED
    vectors = np.zeros_like(basis)
    values[near], vectors[:, near] = _eigenvectors(triangular, basis, near)
    found = waves_of(cell, energy, values[None], vectors[None], transfer)
    return SchurWaves(found, triangular, basis)


def _eigenvectors(triangular: Array, basis: Array, chosen: Array) -> tuple[Array, Array]:
    """Eigenvalues (q,) and eigenvectors (n, q), of norm 1, of Q T Q† for those that are chosen (n,) bool."""
    from scipy.linalg import lapack

    first, space = lapack.ztrsen(chosen, triangular, basis, job="N")[:2]
    count = int(chosen.sum())
    values, vectors = np.linalg.eig(first[:count, :count])
    return values, space[:, :count] @ vectors
