"""Where bands turn or stand still, along stretches that cover the zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.levels import Node, node
from floquant.leads.bands.refine_extremum import turned
from floquant.leads.bands.segment import FINEST, SAMPLES, Stretch, powers
from floquant.leads.cell import Cell

STEEP = 1e-9  # a zero of the velocity is found if the velocity, or the bracket of momentum, is below this
TOUCHING = 3e-10  # slower than this, in units of `scale`, where its velocity has no sign change: a point of inflection
MISSED = 0.03  # an extremum farther than this from its guess, in units of how much the band changes, is another one
BESIDE = 1e-5  # another band nearer than this, in units of `scale`, may mix into the solution


@dataclass(frozen=True, eq=False)
class Guess:
    """An extremum of one band in a stretch, within `span` samples after t ∈ [0, 1]; near t, where the band rests, if that is 0.

    `kind` 0 a minimum, 1 a maximum, 2 a point of inflection.
    """

    line: Stretch
    band: int
    t: float
    kind: int
    span: int


def stations(cell: Cell, path: list[Stretch]) -> tuple[tuple[list[float], list[float], list[float]], set[int]]:
    """Minima, maxima and points of inflection of all bands; and which stretches are not as their polynomials say."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    guesses: list[Guess] = []
    steps = SAMPLES - 1
    samples = [np.stack([line.sampled(n) / line.width**n for n in range(3)])[:, :-1] for line in path]
    columns, back = _continued(path)
    still = np.repeat([line.still(cell) for line in path], steps)
    widths = np.repeat([line.width for line in path], steps) / steps
    for cycle in _cycles(back):
        # once around the zone a band may have become another one
        velocity, curvature = (
            np.concatenate(
                [s[n][:, bands[first]] for first in cycle for s, bands in zip(samples, columns, strict=True)]
            )
            for n in (1, 2)
        )
        least = np.tile(still, len(cycle))
        width = np.tile(widths, len(cycle))
        for i, kind, span in _places(velocity, curvature, least, width, TOUCHING * cell.scale):
            turn, place = divmod(i % len(velocity), steps * len(path))
            which, sample = divmod(place, steps)
            guesses.append(Guess(path[which], int(columns[which][cycle[turn]]), sample / steps, kind, span))
    values, missed = _polished(cell, guesses)
    for one, value in zip(guesses, values, strict=True):
        found[one.kind].append(float(value))
    places = {id(line): i for i, line in enumerate(path)}
    return found, {places[id(guesses[i].line)] for i in missed if guesses[i].line.width > FINEST}


def _places(v: Array, c: Array, least: Array, width: Array, touching: float) -> list[tuple[int, int, int]]:
    """Samples of one band, at or before its extrema: (index, kind, span), from velocities and curvatures."""
    places = []
    moving = np.flatnonzero(np.abs(v) > least)
    after = np.append(moving[1:], moving[:1] + len(v))
    for i, j in zip(moving.tolist(), after.tolist(), strict=True):
        turn, kind = v[i] * v[j % len(v)] < 0, 0 if v[i] < 0 else 1
        if turn and j <= i + 2:
            # a sample between may be the extremum itself, to rounding
            places.append((i, kind, j - i))
        elif j > i + 1:
            rest = np.arange(i + 1, j) % len(v)
            places.append((i + 1 + int(np.argmin(np.abs(v[rest]))), kind if turn else 2, 0))
    v_next, c_next = np.roll(v, -1), np.roll(c, -1)
    slow = (v * v_next > 0) & (v * c < 0) & (v * c_next > 0) & (np.minimum(np.abs(v), np.abs(v_next)) > least)
    least_speed = v + c * width * c / np.where(slow, c - c_next, 1) / 2
    places += [(int(i), 2, 0) for i in np.flatnonzero(slow & (np.abs(least_speed) < touching))]
    return places


def _continued(path: list[Stretch]) -> tuple[list[Array], Array]:
    """Which band of each stretch continues each band of the first, and of the first again once around."""
    columns = [np.arange(len(path[0].partner))]
    for line in path:
        columns.append(line.partner[columns[-1]])
    return columns[:-1], columns[-1]


def _cycles(back: Array) -> list[list[int]]:
    free, cycles = set(range(len(back))), []
    while free:
        cycle = [min(free)]
        free.remove(cycle[0])
        while (band := int(back[cycle[-1]])) in free:
            free.remove(band)
            cycle.append(band)
        cycles.append(cycle)
    return cycles


def _zeros(guesses: list[Guess]) -> Array:
    """t where the slopes of the polynomials change sign."""
    low = np.array([guess.t for guess in guesses])
    high = low + np.array([guess.span for guess in guesses]) / (SAMPLES - 1)
    coefficients = np.array([guess.line.coefficients[:, guess.band] for guess in guesses])
    begin = np.sum(powers(low, 1) * coefficients, axis=1)
    for _ in range(40):
        middle = (low + high) / 2
        onward = np.sum(powers(middle, 1) * coefficients, axis=1) * begin > 0
        low, high = np.where(onward, middle, low), np.where(onward, high, middle)
    return np.asarray((low + high) / 2)


def _polished(cell: Cell, guesses: list[Guess]) -> tuple[Array, Array]:
    """Their energies to rounding; and which of them are not where they were looked for."""
    if not guesses:
        return np.zeros(0), np.zeros(0, int)
    momentum, energy, states, curvature, beside = [], [], [], [], []
    zeros = _zeros(guesses)
    rows = zip(*(powers(zeros, n) for n in range(3)), strict=True)
    for guess, t, row in zip(guesses, zeros, rows, strict=True):
        line, band = guess.line, guess.band
        levels, slopes, bends = (order @ line.coefficients for order in row)
        momentum.append(line.left.momentum + t * line.width)
        energy.append(levels[band])
        curvature.append(bends[band] / line.width**2 if guess.span else np.inf)
        left, right = line.left.states[:, band], line.right.states[:, line.partner[band]]
        phase = np.vdot(right, left)
        states.append((1 - t) * left + t * right * phase / (abs(phase) or 1))
        near = np.abs(levels - levels[band]) < BESIDE * cell.scale
        beside.append(bool(np.any(near & (np.abs(slopes - slopes[band]) > BESIDE * cell.scale * line.width))))
    # k and −k of a real lead have the same extrema, to rounding; bands that are split a little have not
    real = cell.even
    folded = np.remainder(np.array(momentum) + np.pi, 2 * np.pi) - np.pi
    key = np.round(np.stack([np.abs(folded) if real else folded, np.array(energy) / cell.scale], axis=1), 12)
    _, first, where = np.unique(key, axis=0, return_index=True, return_inverse=True)
    arrays = (np.array(column)[first] for column in (momentum, energy, states, curvature))
    result = turned(cell, *arrays)
    for i in np.flatnonzero(np.isnan(result) | np.array(beside)[first]):
        guess = guesses[first[i]]
        result[i] = _bracketed(cell, guess)
    result = result[where.reshape(-1)]
    swing = np.array([np.ptp(guess.line.sampled(0)[:, guess.band]) for guess in guesses])
    return result, np.flatnonzero(~(np.abs(result - energy) < MISSED * swing + 1e-8 * cell.scale))


def _bracketed(cell: Cell, guess: Guess) -> float:
    """The energy of an extremum between the ends of a stretch by following the band."""
    line = guess.line
    steps = SAMPLES - 1
    if guess.span == 0:
        here = node(cell, line.left.momentum + line.width * guess.t)
        return float(here.energy[_nearest(line, guess.band, here)])
    low = round(guess.t * steps)
    start, stop = (
        node(cell, line.left.momentum + line.width * i / steps) for i in (low - 0.01, low + guess.span + 0.01)
    )
    band, other = (_nearest(line, guess.band, end) for end in (start, stop))
    left, right, here = start, stop, start
    for _ in range(80):
        v, w = left.velocity[band], right.velocity[other]
        width = right.momentum - left.momentum
        part = min(max(v / (v - w), 0.02), 0.98) if v * w < 0 else 0.5
        here = node(cell, left.momentum + part * width)
        overlap = np.abs(left.states[:, band].conj() @ here.states) ** 2
        overlap = overlap + np.abs(right.states[:, other].conj() @ here.states) ** 2
        at = int(np.argmax(overlap))
        value = here.velocity[at]
        if abs(value) < STEEP * cell.scale or width < STEEP:
            break
        if (value < 0) == (guess.kind == 0):
            left, band = here, at
        else:
            right, other = here, at
    return float(here.energy[at] - 0.5 * here.velocity[at] ** 2 / (here.curvature[at] or np.inf))


def _nearest(line: Stretch, band: int, end: Node) -> int:
    """Which level at a node within a stretch belongs to a band."""
    overlap = np.abs(line.left.states[:, band].conj() @ end.states) ** 2
    overlap += np.abs(line.right.states[:, line.partner[band]].conj() @ end.states) ** 2
    return int(np.argmax(overlap))
