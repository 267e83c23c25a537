"""A cycle given by numbers at equal times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from floquant.checks.numbers import real_array
from floquant.errors import BadInput
from floquant.model.waveforms.cycle import Cycle
from floquant.model.waveforms.waveform import shown

ROUNDING = 1e-16  # of the largest sample, times their number: a harmonic below it is a rounding error


@dataclass(frozen=True, eq=False)
class Sampled(Cycle):
    """The smooth periodic function through N samples at θ = 2πj/N, j = 0 … N − 1, times v; θ = mΩt + χ.

    f_k = (v/N) Σ_j samples_j e^{2πijk/N},   k < N/2; for even N the highest, k = N/2, has half of it

    It is the one trigonometric polynomial through them: exact for a wave whose harmonics end below N/2. `samples`: real
    numbers, one cycle without its repeated end. `amplitude` v and `phase` χ are numbers, names of parameters or 1-D arrays.
    Raises `BadInput` for anything else.
    """

    samples: Any
    amplitude: Any = 1.0
    phase: Any = 0.0
    multiple: int = 1
    open: ClassVar[tuple[str, ...]] = ("amplitude", "phase")

    def __post_init__(self) -> None:
        super().__post_init__()
        samples = real_array(self.samples, "The samples of a Sampled wave")
        if samples.ndim != 1 or not samples.size:
            raise BadInput(
                f"The samples of a Sampled wave have shape {samples.shape}, but they must be a list of numbers; give one "
                f"cycle at equal times."
            )
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    def shape(self) -> Mapping[int, Any]:
        """As the class says, without rounding errors."""
        count = len(self.samples)
        found = np.fft.ifft(self.samples)[: count // 2 + 1]
        if count % 2 == 0:
            found[-1] *= 0.5 if count > 1 else 1.0
        found[np.abs(found) <= ROUNDING * count * np.abs(self.samples).max()] = 0
        v = np.asarray(self.amplitude)
        return {k: v * (f.real if k == 0 else f) for k, f in enumerate(found) if f}

    def __str__(self) -> str:
        size = "" if isinstance(self.amplitude, float) and self.amplitude == 1 else f"{shown(self.amplitude)} "
        return f"{size}cycle of {len(self.samples)} samples({self._angle()})"
