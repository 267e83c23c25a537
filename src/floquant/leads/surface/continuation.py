"""A lead's outgoing waves followed through the complex plane of energy.

Below the real axis growth does not set outgoing waves apart: outgoing waves of an open channel grow there. They are followed
along a path from above the axis, step by step, by their overlap with the waves of the step before.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.surface.bloch_waves import bloch_waves, sigma_of, surface_of
from floquant.leads.surface.outgoing import outgoing
from floquant.leads.surface.schur import sigma_by_eigenvalues

SHORTEST = 1e-9  # of a path: shorter steps are taken as they come


class WaveFollower:
    """The outgoing waves at one energy; `advance` moves them along a straight line to another."""

    def __init__(self, cell: Cell, energy: complex):
        """Start on the real axis or above it, where the outgoing waves are those that decay or carry current away."""
        self.cell, self.energy = cell, complex(energy)
        self.found = bloch_waves(cell, np.array([self.energy]))
        self.chosen = outgoing(cell, self.found)

    @property
    def sigma(self) -> Array:
        """σ (r, r)."""
        if self.cell.oblique:
            return sigma_by_eigenvalues(self.found.transfer, self.found.values[0, self.chosen[0]])
        return sigma_of(self.found, self.chosen)[0]

    def advance(self, energy: complex) -> Array:
        """σ (r, r) at the end of a straight line to `energy`."""
        self._advance(complex(energy), abs(energy - self.energy) * SHORTEST)
        return self.sigma

    def _advance(self, energy: complex, shortest: float) -> None:
        found = bloch_waves(self.cell, np.array([energy]))
        share = self._shares(np.concatenate([found.b[0], found.a[0]]))
        order = np.argsort(-share, kind="stable")
        r = self.cell.rank
        if share[order[r - 1]] - share[order[r]] < 0.5 and abs(energy - self.energy) > shortest:
            # not in the middle: an exact crossing of two waves often lies there
            self._advance(self.energy + 0.47 * (energy - self.energy), shortest)
            self._advance(energy, shortest)
            return
        chosen = np.zeros((1, 2 * r), bool)
        chosen[0, order[:r]] = True
        self.energy, self.found, self.chosen = energy, found, chosen

    def _shares(self, vectors: Array) -> Array:
        """How much of each vector lies in the space of the chosen waves, between 0 and 1."""
        old = np.concatenate([self.found.b[0], self.found.a[0]])
        mine, others = (np.linalg.qr(old[:, mask])[0] for mask in (self.chosen[0], ~self.chosen[0]))
        parts = np.abs(np.linalg.lstsq(np.hstack([mine, others]), vectors)[0]) ** 2
        return np.asarray(parts[: self.cell.rank].sum(axis=0) / parts.sum(axis=0))


def followed_down(cell: Cell, energy: complex) -> WaveFollower:
    """The waves at an energy below the real axis: straight down from it, so that the axis is crossed at the real part."""
    energy = complex(energy)
    follower = WaveFollower(cell, energy.real + 1j * min(abs(energy.imag), 1e-2 * cell.scale))
    follower.advance(energy)
    return follower


def mean_on_circle(cell: Cell, energy: complex, radius: float, closest: float, points: int = 16) -> tuple[Array, float]:
    """g from its values on a circle about `energy`, and an estimate of the square root of its relative error.

        g(E) = mean of g(z) + Z / (E − p),   Z = mean of g(z)(z − E),   Z (p − E) = mean of g(z)(z − E)²

    Z is the residue of a pole p of g inside the circle, or zero; of a pole on the axis it is Hermitian, so that none of its rounding
    is current. Elsewhere g is analytic, and the means are exact to (radius / distance of the nearest singularity)^points: no
    point of the circle is as sensitive to rounding as its centre, when two waves cross there or a pole is near. A pole
    nearer than `closest` is seen from there.
    """
    half = points // 2
    sides = []
    for turn in (1, -1):
        follower = WaveFollower(cell, energy + 1j * radius)
        angles = np.pi / 2 - turn * np.pi * np.arange(half + 1) / half
        circle = energy + radius * np.exp(1j * angles)
        sides.append(surface_of(cell, circle, np.array([follower.advance(z) for z in circle])))
    right, left = sides
    values = np.concatenate([right[:-1], left[:0:-1]])
    turns = np.exp(1j * (np.pi / 2 - 2 * np.pi * np.arange(points) / points))[:, None, None]
    mean, first, second = (np.mean(values * turns**k, axis=0) for k in range(3))
    size = np.linalg.norm(mean)
    error = np.linalg.norm(mean - np.mean(values[::2], axis=0)) / size
    # both ways round must end at the same place, else there is a branch point inside
    error = max(error, 1e-4 * np.linalg.norm(right[-1] - left[-1]) / size)
    if np.linalg.norm(first) > 1e-11 * size:
        beyond = np.vdot(first, second).real / np.linalg.norm(first) ** 2
        error = max(error, np.linalg.norm(second - beyond * first) / np.linalg.norm(first))
        step = -beyond * radius
        step = step if abs(step) > closest else closest
        residue = first if energy.imag else (first + first.conj().T) / 2
        mean = mean + residue * radius / step
    return mean, float(error)
