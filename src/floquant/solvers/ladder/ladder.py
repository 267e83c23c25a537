"""The ladder of energies ε + kħΩ.

A ladder has `rungs` rungs. Those of the window are first … first + n_rung − 1, the others are the sidebands on both sides.
Cut j lies between rungs first − 1 + j and first + j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array


@dataclass(frozen=True)
class Ladder:
    """Rungs `lowest` … `lowest + rungs − 1`, spaced by the photon energy (0 for a static problem, which has one rung)."""

    photon_energy: float
    lowest: int
    rungs: int
    first: int
    n_rung: int

    @property
    def n_cut(self) -> int:
        """Number of cuts: one below each window rung and one above the last; none in a static problem."""
        return self.n_rung + 1 if self.photon_energy > 0 else 0

    def energies(self, epsilon: Array) -> Array:
        """Energies of all rungs, shape epsilon.shape + (rungs,)."""
        return np.asarray(epsilon)[..., None] + self.photon_energy * (self.lowest + np.arange(self.rungs))
