"""Which waves of a lead leave: they decay, or carry current away from the device. Rounding must not decide it.

Alone, a wave tells by its decay or its velocity. Beside an edge, in a narrow gap, and where bands cross, waves have nearly the same λ, and
both numbers of each may be rounding. What such a *crowd* does together is not: the current is a form in its space, and

    waves of the crowd that leave = positive eigenvalues of the form        (E on the real axis or just above it)

An edge is a crowd of two, a wave out and one in: exactly one of them leaves. Within the crowd a wave off the unit circle has its mirror
1/λ* in the crowd too, and no velocity: such waves are told by their decay alone, the others by their velocity alone.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.surface.bloch_waves import BlochWaves

ON_CIRCLE = 1e-12  # ||λ| − 1| below this is rounding
BESIDE_CIRCLE = 0.1  # |log|λ|| of waves that are surely off it
UNDECIDED = 1e-9  # a current form with an eigenvalue nearer to 0 than this (of 1) does not tell how many waves leave
SETTLED = 10.0  # more than any wave scores alone


def outgoing(cell: Cell, found: BlochWaves) -> Array:
    """Which r of the 2r waves go out or decay, (N, 2r) bool, for energies on the real axis or above."""
    modulus = np.abs(found.factor)
    score = found.velocity / cell.scale + np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)
    for i, crowd in found.crowds:
        leaving = _leaving(cell, found, i, crowd)
        if leaving is not None:
            score[i, crowd] += np.where(leaving, SETTLED, -SETTLED)
    chosen = np.zeros(score.shape, bool)
    np.put_along_axis(chosen, np.argsort(-score, axis=-1, kind="stable")[:, : cell.rank], True, axis=-1)
    return chosen


def is_propagating(factor: Array) -> Array:
    """Which λ (n,) lie on the unit circle to rounding, (n,) bool: their distance from it is small beside that from each other.

    A wave off the circle but near it is never farther from another than from its mirror 1/λ*, at twice its distance from the circle.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        decay = np.abs(np.log(np.abs(factor)))
        apart = np.abs(factor[:, None] - factor)
    np.fill_diagonal(apart, np.inf)
    return np.asarray((decay < BESIDE_CIRCLE) & (decay < np.maximum(ON_CIRCLE, 0.25 * np.fmin.reduce(apart, axis=1))))


def _leaving(cell: Cell, found: BlochWaves, i: int, crowd: Array) -> Array | None:
    """Which waves of a crowd at energy i leave, (q,) bool; None where the current form does not tell how many."""
    b, a = np.split(np.linalg.qr(found.vectors_of(i, crowd))[0], 2)
    current = np.linalg.eigvalsh(1j * (a.conj().T @ b - b.conj().T @ a))
    if np.abs(current).min() < UNDECIDED:
        return None
    factor, velocity = found.factor[i, crowd], found.velocity[i, crowd] / cell.scale
    inwards = 1 - np.abs(factor)
    sure = np.where(is_propagating(factor), np.sign(velocity), np.sign(inwards))
    order = np.argsort(-(SETTLED * sure + velocity + inwards), kind="stable")
    leaving = np.zeros(len(crowd), bool)
    leaving[order[: int(np.sum(current > 0))]] = True
    return leaving
