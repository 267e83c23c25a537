"""Energies at which bands are stationary, to rounding, from what their polynomials say.

    polynomial: t with dE/dt = 0 ──→ k, E, state, E″ ──→ inverse iteration ──────────────→ E to rounding
                                                         └ fails, or another level may mix in → bracket ─┘

If E is far from where the polynomial has it, the segment is doubtful, and has to be split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.bracket import followed_energy
from floquant.leads.bands.guess import STEPS, Guess, guesses
from floquant.leads.bands.momenta import distinct_points
from floquant.leads.bands.refine_extremum import refined_extrema
from floquant.leads.bands.segment import FINEST, Segment, polynomial_powers
from floquant.leads.cell import Cell

MISSED = 0.03  # an extremum farther than this from its guess, in units of how much the band changes, is another one
BESIDE = 1e-5  # another band nearer than this, in units of `scale`, may mix into the solution
HALVINGS = 40  # of the samples around a zero of a polynomial


@dataclass(frozen=True, eq=False)
class _Start:
    """Where inverse iteration starts from; `beside`: another band of another velocity is so near that it may end up there."""

    momentum: float
    energy: float
    state: Array
    curvature: float
    beside: bool


def stationary_points(cell: Cell, path: list[Segment]) -> tuple[tuple[list[float], ...], list[Segment]]:
    """Energies of all minima, maxima and points of inflection; and the segments that are not as their polynomials say."""
    looked_for = guesses(cell, path)
    energies, missed = _refined(cell, looked_for)
    found: tuple[list[float], ...] = ([], [], [])
    for guess, energy in zip(looked_for, energies, strict=True):
        found[guess.kind].append(float(energy))
    doubtful = {looked_for[i].line.interval: looked_for[i].line for i in missed if looked_for[i].line.width > FINEST}
    return found, [doubtful[interval] for interval in sorted(doubtful)]


def _refined(cell: Cell, looked_for: list[Guess]) -> tuple[Array, Array]:
    """The energies (N,) of N guesses to rounding, and the indices of those found far from their guess."""
    if not looked_for:
        return np.zeros(0), np.zeros(0, int)
    starts = _starts(cell, looked_for)
    momentum, energy, states, curvature, beside = (
        np.array([getattr(start, name) for start in starts])
        for name in ("momentum", "energy", "state", "curvature", "beside")
    )
    # k and −k of an even cell have the same extrema, to rounding; bands that are split a little have not
    first, which = distinct_points(cell, momentum, energy, 12)
    result = refined_extrema(cell, momentum[first], energy[first], states[first], curvature[first])
    for i in np.flatnonzero(np.isnan(result) | beside[first]):
        result[i] = followed_energy(cell, looked_for[first[i]])
    result = result[which]
    swing = np.array([np.ptp(guess.line.sampled(0)[:, guess.band]) for guess in looked_for])
    return result, np.flatnonzero(~(np.abs(result - energy) < MISSED * swing + 1e-8 * cell.scale))


def _starts(cell: Cell, looked_for: list[Guess]) -> list[_Start]:
    zeros = _zeros_of_slopes(looked_for)
    powers = zip(*(polynomial_powers(zeros, n) for n in range(3)), strict=True)
    return [_start(cell, guess, t, of) for guess, t, of in zip(looked_for, zeros, powers, strict=True)]


def _zeros_of_slopes(looked_for: list[Guess]) -> Array:
    """t (N,) where the slopes of the polynomials change sign."""
    low = np.array([guess.t for guess in looked_for])
    high = low + np.array([guess.span for guess in looked_for]) / STEPS
    coefficients = np.array([guess.line.coefficients[:, guess.band] for guess in looked_for])
    begin = np.sum(polynomial_powers(low, 1) * coefficients, axis=1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        onward = np.sum(polynomial_powers(middle, 1) * coefficients, axis=1) * begin > 0
        low, high = np.where(onward, middle, low), np.where(onward, high, middle)
    return np.asarray((low + high) / 2)


def _start(cell: Cell, guess: Guess, t: float, powers: tuple[Array, ...]) -> _Start:
    """From the polynomials at t; `powers` (8,) of t, and their first two derivatives."""
    line, band = guess.line, guess.band
    levels, slopes, bends = (of @ line.coefficients for of in powers)
    left, right = line.left.states[:, band], line.right.states[:, line.partner[band]]
    phase = np.vdot(right, left)
    state = (1 - t) * left + t * right * phase / (abs(phase) or 1)
    near = np.abs(levels - levels[band]) < BESIDE * cell.scale
    crosses = np.abs(slopes - slopes[band]) > BESIDE * cell.scale * line.width
    curvature = bends[band] / line.width**2 if guess.span else np.inf
    return _Start(line.left.momentum + t * line.width, levels[band], state, curvature, bool(np.any(near & crosses)))
