"""A chain of one orbital per site, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.numbers import energies_of, number
from floquant.errors import BadInput
from floquant.leads.lead import Lead
from floquant.leads.modes import Modes, bloch_modes
from floquant.leads.piece import pieces
from floquant.leads.surface.transverse_modes import chain_surface

# The square of a smaller hopping may be no float.
SMALLEST = 1e-100


@dataclass(frozen=True)
class Chain(Lead):
    """A chain of one orbital per site.

    g(E) = (x − i √(4t² − x²)) / 2t² inside the band, (x − sgn(x) √(x² − 4t²)) / 2t² outside, x = E − level, t = |hopping|.

    `hopping` = ⟨cell 0|H|cell 1⟩ is a real or complex number that is not zero, `level` real, both in the energy unit.
    Raises `BadInput` for other values. (Datta, Electronic Transport in Mesoscopic Systems, section 3.5.)
    """

    hopping: complex = 1.0
    level: float = 0.0
    spinless = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "hopping", number(self.hopping, "The hopping of a Chain", complex_allowed=True))
        object.__setattr__(self, "level", number(self.level, "The level of a Chain"))
        if abs(self.hopping) < SMALLEST:
            raise BadInput(
                f"The hopping of a Chain is {self.hopping:g}, but then nothing propagates in it; give a hopping that is not 0 (beyond "
                f"{SMALLEST:g}, for its square divides)."
            )

    def surface(self, energy: ArrayLike) -> Array:
        """As the class says; shape energy.shape + (1, 1)."""
        return chain_surface(energies_of(energy) - self.level, np.abs(self.hopping))[..., None, None]

    def bands(self) -> tuple[tuple[float, float], ...]:
        """[level − 2t, level + 2t]."""
        return ((self.level - 2 * abs(self.hopping), self.level + 2 * abs(self.hopping)),)

    def count_open(self, energies: Array) -> Array:
        """1 inside the band, 0 outside."""
        return np.asarray(np.abs(energies - self.level) < 2 * abs(self.hopping)).astype(int)

    def modes(self, energy: float) -> Modes:
        """The Bloch wave out and the one in, inside the band, its edges included; none outside."""
        value = self._energy_of_modes(energy)
        h00, h01, _ = self.absorbed()
        return bloch_modes(value, h01, self.surface(value), pieces(h00, h01))

    def default_coupling(self) -> complex:
        """The hopping: the device goes on as the chain does."""
        return self.hopping

    def absorbed(self) -> tuple[Array, Array, Lead]:
        """One site: the chain behind it is the same chain."""
        return np.array([[self.level]], complex), np.array([[self.hopping]], complex), self

    def connections(self) -> Array:
        """One orbital, connected to itself."""
        return np.eye(1, dtype=bool)
