"""Band edges of a lead: every energy at which a band E(k) has an extremum.

    dE_n/dk = ⟨n|dH/dk|n⟩ = 0,   H(k) = h + v e^{ik} + v† e^{−ik}

Bands are followed through crossings by the overlap of their states. Between two momenta each is a polynomial through its energy and
three derivatives at both; stretches of momentum are split until every band has, everywhere, a slope or a curvature that is surely not
zero. Extrema are then found to rounding by inverse iteration. The number of open channels at E is #(minima below E) − #(maxima below E).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.avoided_crossings import Approach, approached, avoided, crossings
from floquant.leads.bands.levels import Node, node
from floquant.leads.bands.segment import FINEST, Stretch, powers, stretch
from floquant.leads.bands.stationary_points import stations
from floquant.leads.cell import Cell

GRID = 24  # intervals of the first grid over 2π


@dataclass(frozen=True, eq=False)
class Extrema:
    """Energies at which dE/dk = 0: minima, maxima, and points of inflection (where no channel opens but g is not smooth)."""

    minima: Array
    maxima: Array
    inflections: Array

    @property
    def all(self) -> Array:
        """Their energies, not sorted."""
        return np.concatenate([self.minima, self.maxima, self.inflections])


def extrema(cell: Cell) -> Extrema:
    """All extrema of the bands of a connected piece. A band that is flat everywhere has none."""
    if not cell.rank:
        return Extrema(np.zeros(0), np.zeros(0), np.zeros(0))
    zone = Zone(cell)
    zone.refine(zone.start())
    while True:
        found, poor = stations(cell, zone.path)
        if not poor:
            break
        again = [part for i in sorted(poor) for part in _split(zone.path[i])]
        gone = {id(zone.path[i]) for i in poor}
        zone.path = [line for line in zone.path if id(line) not in gone]
        zone.turns = [turn for turn in zone.turns if id(turn[0]) not in gone]
        zone.refine(again)
    minima, maxima = ([turn[n] for turn in zone.turns] for n in (1, 2))
    return Extrema(
        np.sort(np.concatenate([found[0], minima])), np.sort(np.concatenate([found[1], maxima])), np.sort(found[2])
    )


class Zone:
    """The momenta from −π to π at which the bands of a cell are known; a real lead has the same bands at k and −k."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.real = cell.even
        self.known: dict[float, Node] = {}
        self.path: list[Stretch] = []
        self.turns: list[tuple[Stretch, float, float]] = []

    def node(self, momentum: float) -> Node:
        """The bands at a momentum, computed once."""
        if momentum > np.pi:
            return self.node(momentum - 2 * np.pi).moved(2 * np.pi)
        if self.real and momentum < 0:
            return self.node(-momentum).mirrored()
        key = round(momentum, 13)
        if key not in self.known:
            self.known[key] = node(self.cell, momentum)
        return self.known[key]

    def start(self) -> list[tuple[float, float]]:
        """The first grid."""
        even = np.pi * (2 * np.arange(GRID) + 1 - GRID) / GRID
        # uneven but the same for k and −k: crossings and extrema lie at simple fractions of π in most leads
        ends = even + 0.0381966 * np.sin(even) + 0.0123 * np.sin(2 * even)
        return list(zip(ends, [*ends[1:], ends[0] + 2 * np.pi], strict=True))

    def refine(self, pending: list[tuple[float, float]]) -> None:
        """Add plain stretches that cover these intervals, and the extrema of avoided crossings that they take for crossings."""
        while pending:
            lines = [stretch(self.cell, self.node(left), self.node(right)) for left, right in pending]
            good = [line.width <= FINEST or (line.certain and line.plain(self.cell)) for line in lines]
            pending = [part for line, plain in zip(lines, good, strict=True) if not plain for part in _split(line)]
            lines = [line for line, plain in zip(lines, good, strict=True) if plain]
            again, turns = self._crossed(lines)
            self.turns += turns
            self.path += [line for i, line in enumerate(lines) if i not in again]
            pending += [part for i, cuts in again.items() for part in _cut(lines[i], cuts)]
        self.path.sort(key=lambda line: line.left.momentum)

    def _crossed(self, lines: list[Stretch]) -> tuple[dict[int, list[float]], list[tuple[Stretch, float, float]]]:
        """Which stretches hide an avoided crossing, and momenta to cut them at; and avoided crossings too narrow for that."""
        index, at, energy, states = [], [], [], []
        for i, line in enumerate(lines):
            for one, two, t in zip(*crossings(self.cell, line), strict=True):
                index.append(i)
                at.append(line.left.momentum + t * line.width)
                energy.append(float(powers(np.array([t]), 0)[0] @ line.coefficients[:, one]))
                end, bands = (line.left, [one, two]) if t < 0.5 else (line.right, line.partner[[one, two]])
                states.append(end.states[:, bands])
        if not index:
            return {}, []
        found = self._approached(np.array(at), np.array(energy), np.array(states))
        turn, close = avoided(self.cell, found)
        again: dict[int, list[float]] = {}
        for j in np.flatnonzero(turn & ~close):
            if lines[index[j]].width > FINEST:
                around = 3 * found.half[j] / found.apart[j]
                again.setdefault(index[j], []).extend([found.momentum[j] - around, found.momentum[j] + around])
        reach = found.half * np.sqrt(np.maximum(1 - (found.mean / found.apart) ** 2, 0))
        here = [j for j in np.flatnonzero(close) if index[j] not in again]
        turns = [(lines[index[j]], float((found.energy + reach)[j]), float((found.energy - reach)[j])) for j in here]
        return again, turns

    def _approached(self, momentum: Array, energy: Array, states: Array) -> Approach:
        """Pairs of bands where they are nearest; those of a real lead at k and −k are computed once."""
        if not self.real:
            return approached(self.cell, momentum, energy, states)
        folded = np.remainder(momentum + np.pi, 2 * np.pi) - np.pi
        key = np.round(np.stack([np.abs(folded), energy / self.cell.scale], axis=1), 9)
        _, first, where = np.unique(key, axis=0, return_index=True, return_inverse=True)
        found = approached(self.cell, folded[first], energy[first], states[first])
        where = where.reshape(-1)
        flip = np.sign(folded) * np.sign(folded[first][where])
        at = momentum + flip * (found.momentum - folded[first])[where]
        return Approach(at, found.half[where], found.energy[where], found.mean[where], found.apart[where])


def _split(line: Stretch) -> list[tuple[float, float]]:
    """In two; in three if 0 or π is its middle, where bands have extrema and cross."""
    left, right = line.left.momentum, line.right.momentum
    middle = (left + right) / 2
    if min(abs(middle), abs(middle - np.pi)) < 1e-9:
        third = (right - left) / 3
        return [(left, left + third), (left + third, right - third), (right - third, right)]
    return [(left, middle), (middle, right)]


def _cut(line: Stretch, at: list[float]) -> list[tuple[float, float]]:
    """At momenta within it, or in two if none is."""
    left, right = line.left.momentum, line.right.momentum
    room = 0.02 * line.width
    inside = [cut for cut in sorted(at) if left + room < cut < right - room]
    points = [left]
    for cut in inside:
        if cut > points[-1] + 0.02 * line.width:
            points.append(cut)
    return list(zip(points, [*points[1:], right], strict=True)) if len(points) > 1 else _split(line)
