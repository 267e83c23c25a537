"""All bands of a cell followed through the zone, segment by segment.

    pending intervals → segments → plain? ─ no → halves ───────────────────────────────→ pending again
                                     └ yes → an avoided crossing inside? ─ yes → cuts ─→ pending again
                                                                          └ no → kept, under its interval of momentum

The intervals that are kept cover the zone without overlapping. A segment that proves wrong later is taken out by its interval, with the
narrow gaps that were found in it, and its halves are followed in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.avoided_crossings import closest_approaches, crossings
from floquant.leads.bands.levels import KnownNodes
from floquant.leads.bands.segment import FINEST, Interval, Segment, polynomial_powers, segment
from floquant.leads.cell import Cell

GRID = 24  # intervals of the first grid over 2π
AROUND = 3  # widths of an avoided crossing, from its middle to where a segment is cut
EDGE = 0.02  # of a segment: no cut is made nearer than this to its ends or to another cut


@dataclass(frozen=True)
class NarrowGap:
    """An avoided crossing too narrow to be resolved: the minimum of the upper band and the maximum of the lower one."""

    minimum: float
    maximum: float


def first_grid() -> list[Interval]:
    """Intervals of momentum that cover the zone once."""
    even = np.pi * (2 * np.arange(GRID) + 1 - GRID) / GRID
    # uneven but the same for k and −k: crossings and extrema lie at simple fractions of π in most leads
    ends = even + 0.0381966 * np.sin(even) + 0.0123 * np.sin(2 * even)
    return list(zip(ends, [*ends[1:], ends[0] + 2 * np.pi], strict=True))


class FollowedBands:
    """The bands of a cell along the zone: plain segments, and the gaps that are too narrow for them."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._nodes = KnownNodes(cell)
        self._segments: dict[Interval, Segment] = {}
        self._gaps: dict[Interval, list[NarrowGap]] = {}

    @property
    def path(self) -> list[Segment]:
        """The segments, in the order of momentum."""
        return [self._segments[interval] for interval in sorted(self._segments)]

    @property
    def narrow_gaps(self) -> list[NarrowGap]:
        """In all segments."""
        return [gap for gaps in self._gaps.values() for gap in gaps]

    def cover(self, pending: list[Interval]) -> None:
        """Follow the bands through these intervals, in as many segments as needed."""
        while pending:
            segments = [segment(self.cell, self._nodes.at(left), self._nodes.at(right)) for left, right in pending]
            plain = [line.is_plain(self.cell) for line in segments]
            pending = [part for line, fine in zip(segments, plain, strict=True) if not fine for part in halves(line)]
            segments = [line for line, fine in zip(segments, plain, strict=True) if fine]
            cuts, gaps = self._avoided(segments)
            for line, at, narrow in zip(segments, cuts, gaps, strict=True):
                if at:
                    pending += cut(line, at)
                else:
                    self._segments[line.interval], self._gaps[line.interval] = line, narrow

    def cover_again(self, segments: list[Segment]) -> None:
        """Follow the bands through these segments again, split."""
        for line in segments:
            del self._segments[line.interval], self._gaps[line.interval]
        self.cover([part for line in segments for part in halves(line)])

    def _avoided(self, segments: list[Segment]) -> tuple[list[list[float]], list[list[NarrowGap]]]:
        """For each segment the momenta at which to cut it, and its gaps that are too narrow for that."""
        cuts: list[list[float]] = [[] for _ in segments]
        gaps: list[list[NarrowGap]] = [[] for _ in segments]
        number, momentum, energy, states = self._crossings(segments)
        if not number:
            return cuts, gaps
        nearest = closest_approaches(self.cell, np.array(momentum), np.array(energy), np.array(states))
        avoided, narrow = nearest.avoided(self.cell), nearest.narrow
        for j in np.flatnonzero(avoided & ~narrow):
            if segments[number[j]].width > FINEST:
                around = AROUND * nearest.half_gap[j] / nearest.half_difference[j]
                cuts[number[j]] += [nearest.momentum[j] - around, nearest.momentum[j] + around]
        minima, maxima = nearest.extrema
        for j in np.flatnonzero(avoided & narrow):
            gaps[number[j]].append(NarrowGap(float(minima[j]), float(maxima[j])))
        return cuts, gaps

    def _crossings(self, segments: list[Segment]) -> tuple[list[int], list[float], list[float], list[Array]]:
        """Where polynomials cross: number of the segment, momentum, energy, and the two states (c, 2) at the end that is nearer."""
        number, momentum, energy, states = [], [], [], []
        for i, line in enumerate(segments):
            for one, two, t in zip(*crossings(self.cell, line), strict=True):
                number.append(i)
                momentum.append(line.left.momentum + t * line.width)
                energy.append(float(polynomial_powers(np.array([t]), 0)[0] @ line.coefficients[:, one]))
                end, bands = (line.left, [one, two]) if t < 0.5 else (line.right, line.partner[[one, two]])
                states.append(end.states[:, bands])
        return number, momentum, energy, states


def halves(line: Segment) -> list[Interval]:
    """A segment in two; in three if 0 or π is its middle, where bands have extrema and cross."""
    left, right = line.interval
    middle = (left + right) / 2
    if min(abs(middle), abs(middle - np.pi)) < 1e-9:
        third = (right - left) / 3
        return [(left, left + third), (left + third, right - third), (right - third, right)]
    return [(left, middle), (middle, right)]


def cut(line: Segment, momenta: Sequence[float]) -> list[Interval]:
    """A segment cut at the momenta within it; in halves if none is."""
    left, right = line.interval
    room = EDGE * line.width
    points = [left]
    for momentum in sorted(momenta):
        if left + room < momentum < right - room and momentum > points[-1] + room:
            points.append(momentum)
    return list(zip(points, [*points[1:], right], strict=True)) if len(points) > 1 else halves(line)
