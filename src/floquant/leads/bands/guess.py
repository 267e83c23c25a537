"""Guesses of where bands have extrema, from the slopes of their polynomials at SAMPLES points a segment.

    dE/dk  +  +  +  0  −  −  −  0  0  0  −  −  +  +         + → −  a maximum,   − → +  a minimum
                    ↑           ↑        ↑              zeros in between count as one place, at the slowest of them;
                 maximum    inflection  minimum         − 0 0 − is a point of inflection, and so is a slope that comes near 0

A band is followed through all segments of the zone. If it has then become another band, it is followed through them once more, until
it closes. Then each change of sign has a sample before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.segment import SAMPLES, Segment
from floquant.leads.cell import Cell

STEPS = SAMPLES - 1  # from sample to sample of a segment; its last one is the first of the next segment
TOUCHING = 3e-10  # slower than this, in units of `scale`, where its velocity has no sign change: a point of inflection
MINIMUM, MAXIMUM, INFLECTION = range(3)


@dataclass(frozen=True, eq=False)
class Guess:
    """A stationary point of one band of a segment, within `span` samples after t ∈ [0, 1]; at t, where the band stands still, if that is 0.

    `kind`: MINIMUM, MAXIMUM or INFLECTION.
    """

    line: Segment
    band: int
    t: float
    kind: int
    span: int


def guesses(cell: Cell, path: list[Segment]) -> list[Guess]:
    """All stationary points that the polynomials have along segments that cover the zone."""
    result = []
    numbers, around = _band_numbers(path)
    slopes, bends = ([line.sampled(n)[:-1] / line.width**n for line in path] for n in (1, 2))
    standstill = np.repeat([line.standstill(cell) for line in path], STEPS)
    spacing = np.repeat([line.width for line in path], STEPS) / STEPS
    for cycle in _cycles(around):
        velocity, curvature = (
            np.concatenate([of[:, bands[first]] for first in cycle for of, bands in zip(samples, numbers, strict=True)])
            for samples in (slopes, bends)
        )
        least, width = np.tile(standstill, len(cycle)), np.tile(spacing, len(cycle))
        places = _sign_changes(velocity, least)
        places += _near_zeros(velocity, curvature, least, width, TOUCHING * cell.scale)
        for sample, kind, span in places:
            turn, place = divmod(sample % len(velocity), STEPS * len(path))
            which, step = divmod(place, STEPS)
            result.append(Guess(path[which], int(numbers[which][cycle[turn]]), step / STEPS, kind, span))
    return result


def _band_numbers(path: list[Segment]) -> tuple[list[Array], Array]:
    """The number (c,) that each band of the first segment has in every segment, and in the first one again once around."""
    numbers = [np.arange(len(path[0].partner))]
    for line in path:
        numbers.append(line.partner[numbers[-1]])
    return numbers[:-1], numbers[-1]


def _cycles(around: Array) -> list[list[int]]:
    """Bands that become each other, in that order: `around` (c,) is the band that each has become once around the zone."""
    free, cycles = set(range(len(around))), []
    while free:
        cycle = [min(free)]
        free.remove(cycle[0])
        while (band := int(around[cycle[-1]])) in free:
            free.remove(band)
            cycle.append(band)
        cycles.append(cycle)
    return cycles


def _sign_changes(velocity: Array, least: Array) -> list[tuple[int, int, int]]:
    """(sample, kind, span) at or before each change of sign of a closed band's velocity, and where it stands still."""
    places = []
    moving = np.flatnonzero(np.abs(velocity) > least)
    after = np.append(moving[1:], moving[:1] + len(velocity))
    for i, j in zip(moving.tolist(), after.tolist(), strict=True):
        turns = velocity[i] * velocity[j % len(velocity)] < 0
        kind = MINIMUM if velocity[i] < 0 else MAXIMUM
        if turns and j <= i + 2:
            # a sample between may be the extremum itself, to rounding
            places.append((i, kind, j - i))
        elif j > i + 1:
            still = np.arange(i + 1, j) % len(velocity)
            slowest = i + 1 + int(np.argmin(np.abs(velocity[still])))
            places.append((slowest, kind if turns else INFLECTION, 0))
    return places


def _near_zeros(v: Array, c: Array, least: Array, width: Array, touching: float) -> list[tuple[int, int, int]]:
    """(sample, kind, span) where the velocity v of a closed band comes near zero between samples, without changing its sign.

    The curvature c changes its sign there: v is a parabola, with its least magnitude at `least_speed`.
    """
    v_next, c_next = np.roll(v, -1), np.roll(c, -1)
    slow = (v * v_next > 0) & (v * c < 0) & (v * c_next > 0) & (np.minimum(np.abs(v), np.abs(v_next)) > least)
    least_speed = v + c * width * c / np.where(slow, c - c_next, 1) / 2
    return [(int(i), INFLECTION, 0) for i in np.flatnonzero(slow & (np.abs(least_speed) < touching))]
