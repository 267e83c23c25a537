"""How much of its digits an energy loses beside a band edge.

A rung E is rounded by ε |E|. At a distance δ from an edge of a band of width W, Γ ~ √δ changes by half of ε |E|/δ of itself, and Σ has the
slope of a root, |dΣ/dE| = 4 ‖τ‖² / (W^{3/2} √δ) for a chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Sector

# Rounding of a number, of itself.
EPSILON = 2.3e-16


@dataclass(frozen=True, eq=False)
class EdgeRounding:
    """`of_waves` (E, R): the rounding of a wave's √Γ of itself, worst lead; `slope` (E,): |dΣ/dE| of the worst lead and rung, or 1."""

    of_waves: Array
    slope: Array

    @classmethod
    def at(cls, sector: Sector, rungs: Array) -> EdgeRounding:
        """On ladders of energies, (E, R)."""
        waves, slope = np.zeros(rungs.shape), np.ones(len(rungs))
        for terminal in sector.terminals:
            edges = np.array(terminal.lead.edges())
            if len(edges) < 2:
                continue
            above = np.clip(np.searchsorted(edges, rungs), 1, len(edges) - 1)
            distance = np.minimum(np.abs(rungs - edges[above - 1]), np.abs(rungs - edges[above]))
            size = EPSILON * np.maximum(np.abs(rungs), np.abs(edges).max())
            distance = np.maximum(distance, 4 * size)
            waves = np.maximum(waves, size / distance)
            coupling = float(np.sum(np.abs(terminal.coupling) ** 2))
            steep = 4 * coupling / (edges[-1] - edges[0]) ** 1.5 / np.sqrt(distance)
            slope = np.maximum(slope, steep.max(axis=1))
        return cls(waves, slope)

    def chosen(self, where: slice) -> EdgeRounding:
        """At a slice of the energies."""
        return EdgeRounding(self.of_waves[where], self.slope[where])

    def each(self, row: Array) -> EdgeRounding:
        """For single points (K, 1), by the numbers of their energies (K,)."""
        return EdgeRounding(self.of_waves[row][:, None], self.slope[row][:, None])
