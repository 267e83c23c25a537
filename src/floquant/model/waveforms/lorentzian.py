"""A train of Lorentzian pulses: as a voltage each pulse carries a whole charge, and no holes (levitons)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from floquant.checks import Array
from floquant.checks.types import Parameter
from floquant.errors import BadInput
from floquant.model.waveforms.cycle import Cycle, order_of, refuse_outside
from floquant.model.waveforms.words import shown

SMALLEST = 1e-17  # of the largest: a harmonic below it is not kept


@dataclass(frozen=True, eq=False)
class Lorentzian(Cycle):
    """A pulse at every θ = 2πj, of half width w at half height in units of the cycle, without its mean; θ = mΩt + χ.

    x(t) = v Σ_j (1/π) w/[(θ/2π − j)² + w²] − v,   f_k = v e^{−2πkw},   f_0 = 0

    `amplitude` v is the mean of the whole train, which is taken off; left out, v = `charge` · mħΩ: as the voltage of a lead
    each pulse then carries `charge` electrons, ∫ u dt = charge · h. The mean v belongs to the reservoir, whose μ it moves; for
    a knob, add it: Lorentzian(…, amplitude=v) + v. `width` w > 0, `charge`, `amplitude` and `phase` χ are numbers, names of
    parameters or 1-D arrays. Harmonics are kept down to 1e-17 of the first, at most `order`, so that pulses narrower than
    about 6/order of a cycle are smoothed. Raises `BadInput` for anything else.
    (Levitov, Lee and Lesovik, J. Math. Phys. 37, 4845; Keeling, Klich and Levitov, PRL 97, 116403.)
    """

    width: Parameter
    charge: Parameter = 1.0
    phase: Parameter = 0.0
    amplitude: Parameter | None = None
    multiple: int = 1
    order: int = 1023
    photon_energy: Parameter | None = dataclasses.field(default=None, repr=False)  # of the drive, which gives it
    open: ClassVar[tuple[str, ...]] = ("width", "charge", "phase", "amplitude", "photon_energy")
    optional: ClassVar[tuple[str, ...]] = ("amplitude", "photon_energy")

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_outside(self.width, "The width of a Lorentzian", 1e-9, np.inf, "> 0, in units of the cycle")
        object.__setattr__(self, "order", order_of(self.order, "a Lorentzian"))

    def driven_at(self, photon_energy: Parameter) -> Lorentzian:
        """The amplitude follows ħΩ, if none was given."""
        return self if self.amplitude is not None else dataclasses.replace(self, photon_energy=photon_energy)

    def shape(self) -> Mapping[int, Array]:
        """As the class says."""
        if self.amplitude is not None:
            v = np.asarray(self.amplitude)
        elif self.photon_energy is not None:
            v = np.asarray(self.charge) * self.multiple * np.asarray(self.photon_energy)
        else:
            raise BadInput(
                "A Lorentzian has no amplitude, which then follows from the photon energy of its drive, but it is in no drive; "
                "give amplitude=…"
            )
        width = np.asarray(self.width)
        highest = int(np.ceil(-np.log(SMALLEST) / (2 * np.pi * width.min())))
        return {k: v * np.exp(-2 * np.pi * k * width) for k in range(1, min(self.order, highest) + 1)}

    def __str__(self) -> str:
        if self.amplitude is not None:
            size = f"{shown(self.amplitude)} "
        else:
            size = "" if isinstance(self.charge, float) and self.charge == 1 else f"{shown(self.charge)}e "
        return f"{size}pulses({self._angle()}, width {shown(self.width)})"
