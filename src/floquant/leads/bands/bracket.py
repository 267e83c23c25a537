"""An extremum between two momenta by following its band: slower than inverse iteration, and safe where other levels are near.

    v < 0 ●─────────●────────────● v > 0      a minimum lies between
                 new node                     v < 0 here: it takes the place of the left end, else of the right one

The velocity of the band has another sign at the two ends. The new node stands where a straight line through both velocities is zero; of
its levels the one belongs to the band whose state overlaps most with the band's states at both ends.
"""

from __future__ import annotations

import numpy as np

from floquant.leads.bands.guess import MINIMUM, STEPS, Guess
from floquant.leads.bands.levels import Node, node
from floquant.leads.bands.segment import Segment
from floquant.leads.cell import Cell

STEEP = 1e-9  # a zero of the velocity is found if the velocity, or the bracket of momentum, is below this
ROUNDS = 80


def followed_energy(cell: Cell, guess: Guess) -> float:
    """The energy of a stationary point; where the band stands still, that at the guess."""
    line = guess.line
    if guess.span == 0:
        here = node(cell, line.left.momentum + line.width * guess.t)
        return float(here.energy[_level_of(line, guess.band, here)])
    sample = round(guess.t * STEPS)
    left, right = (
        node(cell, line.left.momentum + line.width * i / STEPS) for i in (sample - 0.01, sample + guess.span + 0.01)
    )
    band, other = (_level_of(line, guess.band, end) for end in (left, right))
    for _ in range(ROUNDS):
        width = right.momentum - left.momentum
        here = node(cell, left.momentum + _share(left.velocity[band], right.velocity[other]) * width)
        overlap = np.abs(left.states[:, band].conj() @ here.states) ** 2
        overlap = overlap + np.abs(right.states[:, other].conj() @ here.states) ** 2
        level = int(np.argmax(overlap))
        velocity = here.velocity[level]
        if abs(velocity) < STEEP * cell.scale or width < STEEP:
            break
        if (velocity < 0) == (guess.kind == MINIMUM):
            left, band = here, level
        else:
            right, other = here, level
    return float(here.energy[level] - 0.5 * here.velocity[level] ** 2 / (here.curvature[level] or np.inf))


def _share(v: float, w: float) -> float:
    """Of an interval with velocities v and w at its ends, the share up to the zero of a straight line; at least 2 % from both."""
    return min(max(v / (v - w), 0.02), 0.98) if v * w < 0 else 0.5


def _level_of(line: Segment, band: int, here: Node) -> int:
    """Which level at a node within a segment belongs to a band."""
    overlap = np.abs(line.left.states[:, band].conj() @ here.states) ** 2
    overlap += np.abs(line.right.states[:, line.partner[band]].conj() @ here.states) ** 2
    return int(np.argmax(overlap))
