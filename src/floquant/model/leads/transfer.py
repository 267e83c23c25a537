"""The waves of a periodic lead at a given energy, by a transfer problem that is never singular.

With z₀ = e^{ik₀}, G₀ = [E − H(k₀)]⁻¹ and s = 1/(λ − z₀), Bloch waves ψ_j = λ^j ψ of a lead (see `cell`) obey the ordinary eigenproblem

    s (b, a) = [[ B†G₀A,      −z₀* B†G₀B         ],   (b, a),    ψ = s⁻¹ G₀ (A b − z₀* B a)
                [ z₀* A†G₀A,  −z₀* (1 + z₀* A†G₀B)]]

k₀ is chosen so that E is far from the levels of H(k₀). Waves with λ = 0 (s = −z₀*) and λ = ∞ (s = 0), which a singular v has, are
eigenvalues like the others. Half of the 2r waves go out or decay; their (b, a) give σ = b a⁻¹.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell

AWAY = 2e-9  # in units of `scale`: how far an energy is moved from a pole


@dataclass(frozen=True, eq=False)
class Waves:
    """All 2r waves at energies (N,): λ (N, 2r), b and a (N, r, 2r) in columns, and ψ (N, c, 2r).

    `problem` (N, 2r, 2r) is the matrix, `origin` (N,) its z₀ and `s` (N, 2r) its eigenvalues. `velocity` (N, 2r) = current / |ψ|².
    """

    energies: Array
    s: Array
    factor: Array
    b: Array
    a: Array
    psi: Array
    velocity: Array
    problem: Array
    origin: Array

    @property
    def vectors(self) -> Array:
        """(b, a) in columns, (N, 2r, 2r)."""
        return np.concatenate([self.b, self.a], axis=1)


def clearance(cell: Cell, energies: Array) -> Array:
    """How far energies (N,) are from the levels of each reference H(k₀), (N, momenta)."""
    result = np.empty((len(energies), len(cell.momenta)))
    for i, levels in enumerate(cell.levels):
        result[:, i] = np.abs(energies[:, None] - levels).min(axis=-1)
    return result


def transfer_problem(cell: Cell, energies: Array) -> tuple[Array, Array, Array]:
    """The matrix (N, 2r, 2r), z₀ (N,) and G₀ [A, −z₀* B] (N, c, 2r)."""
    momentum = cell.momenta[np.argmax(clearance(cell, energies), axis=1)]
    origin = np.exp(1j * momentum)
    c, r = cell.a.shape
    matrix = energies[:, None, None] * np.eye(c) - cell.bloch(momentum)
    sources = np.empty((len(energies), c, 2 * r), complex)
    sources[..., :r] = cell.a
    sources[..., r:] = -origin.conj()[:, None, None] * cell.b
    response = solved(matrix, sources)
    problem = np.empty((len(energies), 2 * r, 2 * r), complex)
    problem[:, :r] = cell.b.conj().T @ response
    problem[:, r:] = origin.conj()[:, None, None] * (cell.a.conj().T @ response)
    diagonal = np.arange(r, 2 * r)
    problem[:, diagonal, diagonal] -= origin.conj()[:, None]
    return problem, origin, response


def waves(cell: Cell, energies: Array) -> Waves:
    """All waves at real or complex energies (N,)."""
    problem, origin, response = transfer_problem(cell, energies)
    s, vectors = np.linalg.eig(problem)
    return assembled(cell, energies, s, vectors, problem, origin, response)


def assembled(
    cell: Cell, energies: Array, s: Array, vectors: Array, problem: Array, origin: Array, response: Array
) -> Waves:
    """Waves from eigenvalues and eigenvectors of the transfer problem; a vector of zeros has velocity 0."""
    b, a = vectors[:, : cell.rank], vectors[:, cell.rank :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.where(s == 0, np.inf, origin[:, None] + 1 / s)
        psi = (response @ vectors) / s[:, None, :]
        current = 2 * np.einsum("nij,nij->nj", b.conj(), a).imag
        velocity = np.nan_to_num(current / np.einsum("nij,nij->nj", psi.conj(), psi).real)
    return Waves(energies, s, factor, b, a, psi, velocity, problem, origin)


def outgoing(cell: Cell, factor: Array, velocity: Array) -> Array:
    """Which r of the 2r waves go out or decay, (N, 2r) bool, for energies on the real axis or above.

    Waves are ranked by velocity plus decay: near a band edge, where rounding decides whether a pair of waves still
    propagates, both are small and opposite within the pair, so that exactly one of the two is taken.
    """
    modulus = np.abs(factor)
    score = velocity / cell.scale + np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)
    chosen = np.zeros(score.shape, bool)
    np.put_along_axis(chosen, np.argsort(-score, axis=-1, kind="stable")[:, : cell.rank], True, axis=-1)
    return chosen


def sigma_of(found: Waves, chosen: Array) -> Array:
    """σ = b a⁻¹ of the chosen waves, (N, r, r); infinite at a pole."""
    columns = np.nonzero(chosen)[1].reshape(len(chosen), found.b.shape[1])[:, None, :]
    b, a = np.take_along_axis(found.b, columns, axis=2), np.take_along_axis(found.a, columns, axis=2)
    return right_divided(b, a)


def right_divided(b: Array, a: Array) -> Array:
    """b a⁻¹ (N, r, r), with a perturbed by rounding where it is singular."""
    return np.swapaxes(solved(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)


def solved(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ right (N, …); a matrix that is singular to the last bit is moved by rounding, so that a pole is a large number."""
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        left, values, adjoint = np.linalg.svd(matrix)
        values = np.maximum(values, np.maximum(1e-16 * values[..., :1], 1e-200))
        turned = np.swapaxes(left, -1, -2).conj() @ right
        return np.swapaxes(adjoint, -1, -2).conj() @ (turned / values[..., None])


def surface_of(cell: Cell, energies: Array, sigma: Array) -> Array:
    """g = (E − h − A σ A†)⁻¹, (N, c, c)."""
    identity = np.eye(len(cell.h))
    matrix = energies[:, None, None] * identity - cell.h - cell.a @ sigma @ cell.a.conj().T
    return solved(matrix, np.broadcast_to(identity, matrix.shape))


def defect(cell: Cell, sigma: Array, g: Array) -> Array:
    """‖Σ − v g v†‖ / ‖Σ‖, (N,)."""
    weight = cell.root[:, None] * cell.root
    again = cell.b.conj().T @ g @ cell.b
    size = np.linalg.norm(weight * sigma, axis=(-1, -2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, np.linalg.norm(weight * (sigma - again), axis=(-1, -2)) / size, 0.0)
