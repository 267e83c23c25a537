"""Band edges of a lead: every energy at which a band E(k) has an extremum.

    dE_n/dk = ⟨n|dH/dk|n⟩ = 0,   H(k) = h + v e^{ik} + v† e^{−ik}

The number of open channels at E is #(minima below E) − #(maxima below E), so none may be missed and none counted twice. Sampling
energies on a grid would do both where bands cross or avoid each other. There are four steps, each in a module:

1. Follow (`follow`, `levels`, `segment`). At a node ● all levels are known with three derivatives. Between two nodes lies a
   segment: the states at its ends tell which level goes on into which, through crossings too, and each band is a polynomial.
   A segment is halved until every band has a slope or a curvature in it that is surely not zero. It then holds one
   extremum of a band or none, and none can hide. Nodes are dense where a band changes quickly:

       E │        ●─●─●
         │      ●       ●
         │    ●           ●
         │  ●               ●●
         │●                   ●──●──●
         └────────────────────────────── k
         −π            0            π

2. Cut (`avoided_crossings`). Two bands that cross in their polynomials may turn back in truth, at a gap much narrower than the
   segment. There the segment is cut on both sides of the gap and followed afresh. A gap narrower than 1e-6 in momentum is
   not resolved: the closed form of two levels gives its minimum and its maximum.

         ╲     ╱                    ╲  ┊   ┊  ╱
          ╲   ╱                      ╲ ┊   ┊ ╱
           ╲ ╱      turns out         ╲┊╲_╱┊╱      minimum of the upper band
            ╳       to be              ┊ _ ┊
           ╱ ╲                        ╱┊╱ ╲┊╲      maximum of the lower band
          ╱   ╲                      ╱ ┊   ┊ ╲
         ╱     ╲                    ╱  ┊   ┊  ╲

3. Guess (`guess`). Along a band the slope of the polynomials changes its sign at an extremum: − to + is a minimum, + to − a
   maximum. Where it touches zero and keeps its sign there is a point of inflection.

4. Refine (`stationary_points`, `refine_extremum`, `bracket`). Inverse iteration from the guess finds the energy to rounding. A
   result far from its guess says that a segment was not as its polynomials say: it is split, and followed afresh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.follow import FollowedBands, first_grid
from floquant.leads.bands.guess import INFLECTION, MAXIMUM, MINIMUM
from floquant.leads.bands.stationary_points import stationary_points
from floquant.leads.cell import Cell


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
    """All extrema of the bands of a connected piece, each kind sorted. A band that is flat everywhere has none."""
    if not cell.rank:
        return Extrema(np.zeros(0), np.zeros(0), np.zeros(0))
    bands = FollowedBands(cell)
    bands.cover(first_grid())
    found, doubtful = stationary_points(cell, bands.path)
    while doubtful:
        bands.cover_again(doubtful)
        found, doubtful = stationary_points(cell, bands.path)
    minima = found[MINIMUM] + [gap.minimum for gap in bands.narrow_gaps]
    maxima = found[MAXIMUM] + [gap.maximum for gap in bands.narrow_gaps]
    return Extrema(np.sort(minima), np.sort(maxima), np.sort(found[INFLECTION]))
