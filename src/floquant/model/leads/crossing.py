"""Waves that cross: an incoming and an outgoing wave with the same λ.

Any combination of two such waves is a wave. The retarded ones are eigenvectors of the velocity in their space: with the basis
orthonormal in ψ, the current form is diagonalised, and positive velocities go out.
"""

from __future__ import annotations

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell
from floquant.model.leads.transfer import Waves, solved

NEAR = 1e-3  # waves of λ nearer than this may be mixed by rounding
SAME = 1e-11  # waves of λ nearer than this have the same λ


def crossed(cell: Cell, found: Waves, chosen: Array) -> Array:
    """Energies (N,) bool at which a chosen wave and another have nearly the same λ, without being a pair at a band edge.

    At an edge the two waves become one: parallel, and slow.
    """
    n, r = len(chosen), cell.rank
    mine, others = (np.nonzero(mask)[1].reshape(n, r) for mask in (chosen, ~chosen))
    factor = np.where(np.abs(np.abs(found.factor) - 1) < NEAR, found.factor, np.nan)
    with np.errstate(invalid="ignore"):
        near = np.abs(
            np.take_along_axis(factor, mine, 1)[:, :, None] - np.take_along_axis(factor, others, 1)[:, None, :]
        )
    result = np.zeros(n, bool)
    for i, j, k in zip(*np.nonzero(near < NEAR), strict=True):
        x, y = (np.concatenate([found.b[i, :, m], found.a[i, :, m]]) for m in (mine[i, j], others[i, k]))
        parallel = abs(np.vdot(x, y)) > 0.99 * np.linalg.norm(x) * np.linalg.norm(y)
        speed = max(abs(found.velocity[i, mine[i, j]]), abs(found.velocity[i, others[i, k]])) / cell.scale
        result[i] |= not parallel or speed > 10 * near[i, j, k]
    return result


def wave_vectors(cell: Cell, found: Waves, i: int) -> tuple[Array, Array, Array]:
    """All waves at energy i, (b, a) in columns (2r, 2r), ψ (c, 2r) and velocities (2r,), separated where λ is the same."""
    vectors = np.array(found.vectors[i])
    psi, velocity = np.array(found.psi[i]), np.array(found.velocity[i])
    factor = found.factor[i]
    free = np.abs(np.abs(factor) - 1) < NEAR
    while np.any(free):
        group = np.flatnonzero(free & (np.abs(factor - factor[np.argmax(free)]) < SAME))
        free[group] = False
        if len(group) > 1:
            vectors[:, group], psi[:, group], velocity[group] = _by_velocity(cell, found, i, group)
    return vectors, psi, velocity


def _by_velocity(cell: Cell, found: Waves, i: int, group: Array) -> tuple[Array, Array, Array]:
    """Waves in the eigenspace of these q equal eigenvalues that diagonalise the velocity: (2r, q), ψ (c, q), velocities."""
    r, s = cell.rank, np.mean(found.s[i, group])
    basis = np.linalg.svd(found.problem[i] - s * np.eye(2 * r))[2][-len(group) :].conj().T
    origin = found.origin[i]
    sources = cell.a @ basis[:r] - origin.conj() * cell.b @ basis[r:]
    reference = found.energies[i] * np.eye(len(cell.h)) - cell.bloch(np.angle(origin))
    psi = solved(reference, sources) / s
    lower = np.linalg.inv(np.linalg.cholesky(psi.conj().T @ psi)).conj().T
    basis, psi = basis @ lower, psi @ lower
    current = 1j * (basis[r:].conj().T @ basis[:r])
    velocity, turn = np.linalg.eigh(current + current.conj().T)
    return basis @ turn, psi @ turn, velocity
