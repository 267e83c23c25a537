"""Waves that cross: an incoming and an outgoing wave with the same λ.

Any combination of two such waves is a wave. The retarded ones are eigenvectors of the velocity in their space: with the basis
orthonormal in ψ, the current form is diagonalised, and positive velocities go out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floquant.checks import Array
from floquant.leads.surface.bloch_waves import BlochWaves, grouped

PARALLEL = 0.14  # sine of the angle between two waves that may be a pair at an edge of a band
ONE_WAVE = 1e-7  # below this sine two waves are the same wave: only at an edge
SAME = 1e-11  # waves of λ nearer than this have the same λ, and rounding has mixed them; parallel ones, nearer than this times that sine


def has_crossing(found: BlochWaves, chosen: Array) -> Array:
    """Energies (N,) bool at which a chosen wave and another have nearly the same λ, without being a pair at a band edge.

    Two waves that are both chosen, or both not, cross if the current in their space takes both signs.
    """
    result = np.zeros(len(chosen), bool)
    for i, j, k in found.near_pairs:
        if chosen[i, j] == chosen[i, k]:
            apart = abs(found.factor[i, j] - found.factor[i, k])
            result[i] |= _takes_both_signs(found.vectors_of(i, [j, k]), SAME + 10 * apart)
        else:
            result[i] |= _crosses(found, i, j, k)
    return result


def _crosses(found: BlochWaves, i: int, j: int, k: int) -> bool:
    """Whether two near waves are waves of different bands: not parallel, or parallel because rounding has mixed them.

    At an edge the matrix of both is a Jordan block: with the sine θ of their angle its element off the diagonal is |λ₁ − λ₂| / θ, of the
    order of 1. At a crossing it is of the order of |λ₁ − λ₂|, which is rounding if the waves are mixed.
    """
    sine, apart = _sine(found.vectors_of(i, [j, k])), abs(found.factor[i, j] - found.factor[i, k])
    return sine > PARALLEL or (sine > ONE_WAVE and apart < SAME * sine)


def _sine(pair: Array) -> float:
    """Of the angle between two vectors (n, 2)."""
    one, two = (pair / np.linalg.norm(pair, axis=0)).T
    return float(np.linalg.norm(two - np.vdot(one, two) * one))


def _takes_both_signs(pair: Array, least: float) -> bool:
    """Whether the current in the space of two waves (2r, 2) takes both signs, by more than `least`."""
    b, a = np.split(np.linalg.qr(pair)[0], 2)
    values = np.linalg.eigvalsh(1j * (a.conj().T @ b - b.conj().T @ a))
    return bool(values[0] < -least and values[1] > least)


def separated_waves(found: BlochWaves) -> BlochWaves:
    """The same waves, separated by their velocity where bands cross at the same λ."""
    same = [
        (i, j, k)
        for i, j, k in found.near_pairs
        if abs(found.factor[i, j] - found.factor[i, k]) < SAME and _crosses(found, i, j, k)
    ]
    if not same:
        return found
    b, a, psi, velocity = (np.array(own) for own in (found.b, found.a, found.psi, found.velocity))
    for i, group in grouped(same):
        basis, waves, speed = _by_velocity(found, i, group)
        b[i][:, group], a[i][:, group] = np.split(basis, 2)
        psi[i][:, group], velocity[i, group] = waves, speed
    return replace(found, b=b, a=a, psi=psi, velocity=velocity)


def _by_velocity(found: BlochWaves, i: int, group: Array) -> tuple[Array, Array, Array]:
    """Waves in the space of these q that diagonalise the velocity: (b, a) in columns (2r, q), ψ (c, q), velocities."""
    basis = np.linalg.qr(found.vectors_of(i, group))[0]
    transfer, value = found.transfer.at(i), np.mean(found.values[i, group])
    psi = transfer.response[0] @ basis / transfer.s(value[None])[0]
    lower = np.linalg.inv(np.linalg.cholesky(psi.conj().T @ psi)).conj().T
    basis, psi = basis @ lower, psi @ lower
    rank = len(basis) // 2
    current = 1j * (basis[rank:].conj().T @ basis[:rank])
    velocity, turn = np.linalg.eigh(current + current.conj().T)
    return basis @ turn, psi @ turn, velocity
