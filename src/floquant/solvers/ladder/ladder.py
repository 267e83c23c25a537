"""The ladder of energies ε + kħΩ.

A ladder has `rungs` rungs. Those of the window are first … first + n_rung − 1, the others are the sidebands on both sides.
Cut j lies between rungs first − 1 + j and first + j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput

# Rungs of the window on the longest ladder: more would take hours, and fit into no memory.
LONGEST = 120_000


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


def window_rungs(window: tuple[float, float], photon_energy: float, longest: int = LONGEST) -> tuple[int, int]:
    """Numbers k of the lowest and the highest rung kħΩ … (k + 1)ħΩ that the window meets. Raises `BadInput` if they are too many."""
    low, high = (int(np.floor(edge / photon_energy)) for edge in window)
    furthest = max(high - low, abs(low), abs(high))
    if furthest > longest:
        raise BadInput(
            f"The energies from {window[0]:g} to {window[1]:g} reach {furthest:.3g} photons of {photon_energy:g} far, but a ladder has at "
            f"most {longest} rungs; give a narrower window, energies nearer to 0, or a larger photon energy."
        )
    return low, high
