"""Waves that cross: an incoming and an outgoing wave with the same λ.

Any combination of two such waves is a wave. The retarded ones are eigenvectors of the velocity in their space: with the basis
orthonormal in ψ, the current form is diagonalised, and positive velocities go out.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.surface.bloch_waves import BlochWaves

NEAR = 1e-3  # waves of λ nearer than this may be mixed by rounding
SAME = 1e-11  # waves of λ nearer than this have the same λ


def has_crossing(cell: Cell, found: BlochWaves, chosen: Array) -> Array:
    """Energies (N,) bool at which a chosen wave and another have nearly the same λ, without being a pair at a band edge.

    At an edge the two waves become one: parallel, and slow. Two waves that rounding has put on the same side cross if the
    current in their space takes both signs.
    """
    factor = np.where(np.abs(np.abs(found.factor) - 1) < NEAR, found.factor, np.nan)
    apart = factor[:, :, None] - factor[:, None, :]
    near = np.triu(apart.real**2 + apart.imag**2 < NEAR**2, 1)
    result = np.zeros(len(chosen), bool)
    for i, j, k in zip(*np.nonzero(near), strict=True):
        pair = found.vectors_of(i, [j, k])
        if chosen[i, j] == chosen[i, k]:
            result[i] |= _takes_both_signs(pair, SAME + 10 * abs(apart[i, j, k]))
            continue
        parallel = abs(np.vdot(pair[:, 0], pair[:, 1])) > 0.99 * np.prod(np.linalg.norm(pair, axis=0))
        speed = np.abs(found.velocity[i, [j, k]]).max() / cell.scale
        result[i] |= not parallel or speed > 10 * abs(apart[i, j, k])
    return result


def _takes_both_signs(pair: Array, least: float) -> bool:
    """Whether the current in the space of two waves (2r, 2) takes both signs, by more than `least`."""
    b, a = np.split(np.linalg.qr(pair)[0], 2)
    values = np.linalg.eigvalsh(1j * (a.conj().T @ b - b.conj().T @ a))
    return bool(values[0] < -least and values[1] > least)


def separated_waves(cell: Cell, found: BlochWaves, i: int) -> tuple[Array, Array, Array]:
    """The waves at energy i, (b, a) in columns (2r, 2r), ψ (c, 2r) and velocities (2r,), separated where λ is the same."""
    vectors = found.vectors_of(i)
    psi, velocity = np.array(found.psi[i]), np.array(found.velocity[i])
    factor = found.factor[i]
    free = np.abs(np.abs(factor) - 1) < NEAR
    while np.any(free):
        group = np.flatnonzero(free & (np.abs(factor - factor[np.argmax(free)]) < SAME))
        free[group] = False
        if len(group) > 1:
            vectors[:, group], psi[:, group], velocity[group] = _by_velocity(cell, found, i, group)
    return vectors, psi, velocity


def _by_velocity(cell: Cell, found: BlochWaves, i: int, group: Array) -> tuple[Array, Array, Array]:
    """Waves in the eigenspace of these q equal eigenvalues that diagonalise the velocity: (2r, q), ψ (c, q), velocities."""
    transfer, value = found.transfer.at(i), np.mean(found.values[i, group])
    basis = np.linalg.svd(transfer.matrix[0] - value * np.eye(2 * cell.rank))[2][-len(group) :].conj().T
    basis = transfer.amplitudes(basis[None])[0]
    psi = transfer.response[0] @ basis / transfer.s(value[None])[0]
    lower = np.linalg.inv(np.linalg.cholesky(psi.conj().T @ psi)).conj().T
    basis, psi = basis @ lower, psi @ lower
    current = 1j * (basis[cell.rank :].conj().T @ basis[: cell.rank])
    velocity, turn = np.linalg.eigh(current + current.conj().T)
    return basis @ turn, psi @ turn, velocity
