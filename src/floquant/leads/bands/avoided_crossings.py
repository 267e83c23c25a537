"""Bands that cross, or nearly cross: at an avoided crossing of opposite velocities one band has a minimum and the other a maximum.

    ╲   ╱             ╲   ╱
     ╲ ╱               ╲_╱    E₊, a minimum       At their nearest the bands are a gap apart. With a mean velocity u the two
      ╳     avoided:    _     E₋, a maximum       extrema lie on either side of that momentum; there are none if |u| exceeds
     ╱ ╲               ╱ ╲                        half the difference |w| of the velocities.
    ╱   ╲             ╱   ╲

Near it two bands are the levels of H₂(δ) = ε + δ u + (m + δ w)·σ, at their nearest where δ = −m·w/|w|², and there

    gap = 2 |m × w| / |w|,   E± = ε + δ u ± (gap/2) √(1 − u²/w²)   at the extrema of the two bands, if |u| < |w|

ε, u, m and w follow from the two states, which inverse iteration finds; it moves on to the momentum of closest approach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.levels import ALIKE, DEGENERATE
from floquant.leads.bands.momenta import distinct_points, folded
from floquant.leads.bands.segment import SAMPLES, Segment, polynomial_powers
from floquant.leads.cell import Cell

BATCH = 2**20  # elements of matrices solved together
ROUNDS = 4
CLOSE = 1e-6  # an avoided crossing narrower than this in momentum is its two levels alone


@dataclass(frozen=True, eq=False)
class Approach:
    """Pairs of bands where they are nearest, each (N,): momentum, half their gap, and mean energy; mean velocity u and |w|."""

    momentum: Array
    half_gap: Array
    energy: Array
    mean_velocity: Array
    half_difference: Array

    def avoided(self, cell: Cell) -> Array:
        """Pairs (N,) bool that do not cross but turn back."""
        has_gap = self.half_gap > DEGENERATE * cell.scale / 2
        return np.asarray(has_gap & (np.abs(self.mean_velocity) < self.half_difference))

    @property
    def narrow(self) -> Array:
        """Pairs (N,) bool so near that E± are their extrema to rounding."""
        return np.asarray(self.half_gap < CLOSE * self.half_difference)

    @property
    def extrema(self) -> tuple[Array, Array]:
        """E₊ and E₋, (N,): minima of the upper bands, maxima of the lower ones."""
        reach = self.half_gap * np.sqrt(np.maximum(1 - (self.mean_velocity / self.half_difference) ** 2, 0))
        return self.energy + reach, self.energy - reach


def crossings(cell: Cell, line: Segment) -> tuple[Array, Array, Array]:
    """Pairs of bands of a segment that cross with opposite velocities, and t ∈ [0, 1] where they do."""
    energy = line.sampled(0)
    order = np.argsort(energy, axis=1, kind="stable")
    moved = np.flatnonzero(np.any(order[1:] != order[:-1], axis=1))
    if not len(moved):
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    above = energy[:, :, None] > energy[:, None, :]
    at, one, two = np.nonzero(np.triu(above[moved] != above[moved + 1]))
    at = moved[at]
    gap = energy[:, one] - energy[:, two]
    which = np.arange(len(one))
    before, after = gap[at, which], gap[at + 1, which]
    t = np.clip((at + before / np.where(before == after, 1, before - after)) / (SAMPLES - 1), 0, 1)
    slope = polynomial_powers(t, 1)
    v, w = (np.einsum("ni,in->n", slope, line.coefficients[:, band]) / line.width for band in (one, two))
    differ = np.abs(v - w) > ALIKE * cell.scale
    opposite = (v * w < 0) | (np.minimum(np.abs(v), np.abs(w)) < 0.1 * np.abs(v - w))
    keep = differ & opposite
    return one[keep], two[keep], t[keep]


def closest_approaches(cell: Cell, momentum: Array, energy: Array, states: Array) -> Approach:
    """N pairs of bands where they are nearest; energies and momenta (N,) near there, states (N, c, 2).

    Those of an even cell at k and −k are computed once.
    """
    if not cell.even:
        return _in_batches(cell, momentum, energy, states)
    here = folded(momentum)
    first, which = distinct_points(cell, momentum, energy, 9)
    found = _in_batches(cell, here[first], energy[first], states[first])
    mirror = np.sign(here) * np.sign(here[first][which])
    at = momentum + mirror * (found.momentum - here[first])[which]
    rest = (found.half_gap, found.energy, found.mean_velocity, found.half_difference)
    return Approach(at, *(array[which] for array in rest))


def _in_batches(cell: Cell, momentum: Array, energy: Array, states: Array) -> Approach:
    size = max(1, BATCH // len(cell.h) ** 2)
    parts = [
        _batch(cell, momentum[i : i + size], energy[i : i + size], states[i : i + size])
        for i in range(0, len(momentum), size)
    ]
    return Approach(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _batch(cell: Cell, momentum: Array, energy: Array, states: Array) -> tuple[Array, ...]:
    """The fields of an `Approach`, of pairs that are solved together."""
    unit = np.eye(len(cell.h))
    for count in range(ROUNDS):
        hop = cell.v * np.exp(1j * momentum)[:, None, None]
        bloch = cell.h + hop + hop.conj().swapaxes(1, 2)
        # beside the level: exactly at it there is nothing to solve
        shifted = bloch - (energy + 1e-9 * cell.scale)[:, None, None] * unit
        states = np.linalg.qr(np.linalg.solve(shifted, states))[0]
        adjoint = states.conj().swapaxes(1, 2)
        level, turn = adjoint @ bloch @ states, adjoint @ hop @ states
        slope = 1j * (turn - turn.conj().swapaxes(1, 2))
        (e, m), (u, w) = _pauli(level), _pauli(slope)
        size = np.maximum(np.linalg.norm(w, axis=1), 1e-300)
        step = np.clip(-np.einsum("ni,ni->n", m, w) / size**2, -0.05, 0.05)
        gap = np.linalg.norm(np.cross(m, w), axis=1) / size
        momentum, energy = momentum + step, e + step * u
        if count and np.abs(step).max() < 1e-8:
            break
    return momentum, gap, energy, u, size


def _pauli(matrix: Array) -> tuple[Array, Array]:
    """ε and m of Hermitian matrices ε + m·σ (N, 2, 2)."""
    a, b, c = matrix[:, 0, 0].real, matrix[:, 1, 1].real, matrix[:, 0, 1]
    return (a + b) / 2, np.stack([c.real, -c.imag, (a - b) / 2], axis=1)
