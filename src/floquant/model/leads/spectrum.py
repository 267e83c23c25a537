"""Band edges of a lead: every energy at which a band E(k) has an extremum.

    dE_n/dk = ⟨n|dH/dk|n⟩ = 0,   H(k) = h + v e^{ik} + v† e^{−ik}

Bands are followed through crossings by the overlap of their states, on a grid that is refined until every change of sign of a velocity is
bracketed, and each zero is then found to rounding. The number of open channels at E is #(minima below E) − #(maxima below E).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell

GRID = 48  # intervals of the first grid over 2π
FINEST = 1e-7  # an interval of momentum that is not split again
DEGENERATE = 1e-11  # levels nearer than this, in units of `scale`, are one level
STEEP = 1e-9  # a zero of the velocity is found if the velocity, or the bracket of momentum, is below this
STILL = 1e-12  # slower than this, in units of `scale`, a band stands still


@dataclass(frozen=True, eq=False)
class Node:
    """Energies, states, velocities and curvatures of all bands at one momentum; states of one level diagonalise the velocity."""

    momentum: float
    energy: Array
    states: Array
    velocity: Array
    curvature: Array


@dataclass(frozen=True, eq=False)
class Extrema:
    """Energies at which dE/dk = 0: minima, maxima, and points of inflection (where no channel opens but g is not smooth)."""

    minima: Array
    maxima: Array
    inflections: Array


def extrema(cell: Cell) -> Extrema:
    """All extrema of the bands of a connected piece. A band that is flat everywhere has none."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    if cell.rank:
        steps = _steps(cell)
        free = set(range(len(cell.h)))
        while free:
            first = band = min(free)
            walk = []
            while band in free:  # once around the zone a band may have become another one
                free.remove(band)
                for left, right, partner in steps:
                    walk.append((left, right, band, int(partner[band])))
                    band = int(partner[band])
            assert band == first, "the bands are permuted once around the zone"
            _stations(cell, walk, found)
    return Extrema(*(np.sort(np.array(kind, float)) for kind in found))


def _stations(
    cell: Cell, walk: list[tuple[Node, Node, int, int]], found: tuple[list[float], list[float], list[float]]
) -> None:
    """Add where one band, followed until it closes, turns or stands still."""
    still = STILL * cell.scale
    moving = [k for k, (left, _, band, _) in enumerate(walk) if abs(left.velocity[band]) > still]
    for k, after in zip(moving, [*moving[1:], *(k + len(walk) for k in moving[:1])], strict=True):
        left, right, band, other = walk[k]
        node, _, ahead, _ = walk[after % len(walk)]
        before, behind = left.velocity[band], node.velocity[ahead]
        if after == k + 1 and before * behind > 0:
            if before * left.curvature[band] >= 0 or before * node.curvature[ahead] <= 0:
                continue  # its speed has no minimum here
            at, here = _zero(cell, left, right, band, other, "curvature")
            if abs(at.velocity[here]) > still:
                continue
            energy = at.energy[here]
        elif after == k + 1:
            energy = _turning_point(cell, left, right, band, other)
        else:
            resting = [walk[m % len(walk)] for m in range(k + 1, after)]
            energy = min((abs(here.velocity[b]), here.energy[b]) for here, _, b, _ in resting)[1]
        found[2 if before * behind > 0 else 0 if before < 0 else 1].append(float(energy))


def _steps(cell: Cell) -> list[tuple[Node, Node, Array]]:
    """Intervals that cover the zone in order, and which band on the right continues each band on the left."""
    # an irrational start: crossings and extrema lie at 0 and π in most leads
    nodes = [_node(cell, k) for k in -0.3819660112501051 + 2 * np.pi * np.arange(GRID) / GRID]
    first = nodes[0]
    nodes.append(Node(first.momentum + 2 * np.pi, first.energy, first.states, first.velocity, first.curvature))
    pending = list(pairwise(nodes))[::-1]
    steps = []
    while pending:
        left, right = pending.pop()
        width = right.momentum - left.momentum
        partner, certain = _followed(cell, left, right)
        if width > FINEST and not (certain and _plain(cell, left, right, partner, width)):
            middle = _node(cell, (left.momentum + right.momentum) / 2)
            pending += [(middle, right), (left, middle)]
        else:
            steps.append((left, right, partner))
    return steps


def _node(cell: Cell, momentum: float) -> Node:
    energy, states = np.linalg.eigh(cell.bloch(np.array(momentum)))
    hop = cell.v * np.exp(1j * momentum)
    slope, bend = 1j * hop - 1j * hop.conj().T, -hop - hop.conj().T
    start = 0
    for stop in [*(np.flatnonzero(np.diff(energy) > DEGENERATE * cell.scale) + 1), len(energy)]:
        if stop - start > 1:
            level = states[:, start:stop]
            turn = np.linalg.eigh(level.conj().T @ slope @ level)[1]
            states[:, start:stop] = level @ turn
            energy[start:stop] = energy[start:stop] @ np.abs(turn) ** 2
        start = stop
    matrix = states.conj().T @ slope @ states
    gap = energy[:, None] - energy
    apart = np.abs(gap) > DEGENERATE * cell.scale
    second = np.where(apart, np.abs(matrix) ** 2 / np.where(apart, gap, 1), 0).sum(axis=1)
    curvature = np.einsum("ij,ij->j", states.conj(), bend @ states).real + 2 * second
    return Node(momentum, energy, states, np.diagonal(matrix).real.copy(), curvature)


def _followed(cell: Cell, left: Node, right: Node) -> tuple[Array, bool]:
    """Which band on the right continues each band on the left, and whether the overlaps leave no doubt."""
    overlap = np.abs(left.states.conj().T @ right.states) ** 2
    alike = (np.abs(right.energy[:, None] - right.energy) < DEGENERATE * cell.scale) & (
        np.abs(right.velocity[:, None] - right.velocity) < np.sqrt(DEGENERATE) * cell.scale
    )
    partner = np.argmax(overlap, axis=1)
    if len(np.unique(partner)) < len(partner):
        from scipy.optimize import linear_sum_assignment

        partner = linear_sum_assignment(-overlap @ alike)[1]
    share = np.take_along_axis(overlap @ alike, partner[:, None], axis=1)
    return partner, bool(np.all(share > 0.7))


def _plain(cell: Cell, left: Node, right: Node, partner: Array, width: float) -> bool:
    """No band can hide a second extremum here: its velocity bends little, and as its energies say."""
    v, w = left.velocity, right.velocity[partner]
    bend, curl = left.curvature * width, right.curvature[partner] * width
    mean = (right.energy[partner] - left.energy) / width
    small = 1e-7 * cell.scale
    straight = np.abs(mean - (v + w) / 2) < 0.1 * (np.abs(v) + np.abs(w)) + small
    # one sign: neither end reaches zero within the interval by its own curvature
    steady = (v * w >= 0) & (np.abs(bend) < 2 * np.abs(v) + small) & (np.abs(curl) < 2 * np.abs(w) + small)
    steady |= (v * w >= 0) & (bend * v > -small) & (curl * w < small)  # nearest zeros lie outside, on either side
    once = (v * w < 0) & (bend * (w - v) > 0) & (curl * (w - v) > 0)
    flat = np.maximum(np.abs(v), np.abs(w)) < STILL * cell.scale
    return bool(np.all(flat | (steady & straight) | once))


def _turning_point(cell: Cell, left: Node, right: Node, band: int, other: int) -> float:
    """The energy of the one extremum of a band between two nodes."""
    node, here = _zero(cell, left, right, band, other, "velocity")
    return float(node.energy[here] - 0.5 * node.velocity[here] ** 2 / (node.curvature[here] or np.inf))


def _zero(cell: Cell, left: Node, right: Node, band: int, other: int, of: str) -> tuple[Node, int]:
    """Where the velocity or the curvature of a band is zero between two nodes at which it has opposite signs."""
    node, here = left, band
    for _ in range(80):
        width = right.momentum - left.momentum
        v, w = getattr(left, of)[band], getattr(right, of)[other]
        part = min(max(v / (v - w), 0.02), 0.98)
        node = _node(cell, left.momentum + part * width)
        overlap = np.abs(left.states[:, band].conj() @ node.states) ** 2
        overlap = overlap + np.abs(right.states[:, other].conj() @ node.states) ** 2
        here = int(np.argmax(overlap))
        value = getattr(node, of)[here]
        if abs(value) < STEEP * cell.scale or width < STEEP:
            break
        if value * v > 0:
            left, band = node, here
        else:
            right, other = node, here
    return node, here
