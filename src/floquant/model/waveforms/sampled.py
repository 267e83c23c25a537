"""A cycle given by numbers at equal times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.frozen import keep
from floquant.checks.numbers import real_array
from floquant.checks.types import Parameter
from floquant.errors import BadInput
from floquant.model.waveforms.cycle import Cycle
from floquant.model.waveforms.words import shown

ROUNDING = 1e-16  # of the largest sample, times their number: a harmonic below it is a rounding error


@dataclass(frozen=True, eq=False, repr=False)
class Sampled(Cycle):
    """The smooth periodic function through N samples at θ = 2πj/N, j = 0 … N − 1, times v; θ = mΩt + χ.

    f_k = (v/N) Σ_j samples_j e^{2πijk/N},   k < N/2; for even N the highest, k = N/2, has half of it

    It is the trigonometric polynomial through them: exact for a wave whose harmonics end below N/2. `samples`: real
    numbers, one cycle without its repeated end. `amplitude` v and `phase` χ are numbers, names of parameters or 1-D arrays.
    Raises `BadInput` for anything else.
    """

    samples: Array
    amplitude: Parameter
    phase: Parameter
    multiple: int
    open: ClassVar[tuple[str, ...]] = ("amplitude", "phase")

    def __init__(
        self, samples: ArrayLike, amplitude: Parameter = 1.0, phase: Parameter = 0.0, multiple: int = 1
    ) -> None:
        given = real_array(samples, "The samples of a Sampled wave")
        if given.ndim != 1 or not given.size:
            raise BadInput(
                f"The samples of a Sampled wave have shape {given.shape}, but they must be a list of numbers; give one "
                f"cycle at equal times."
            )
        given.setflags(write=False)
        keep(self, samples=given, amplitude=amplitude, phase=phase, multiple=multiple)
        super().__post_init__()

    def shape(self) -> Mapping[int, complex | Array]:
        """As the class says, without rounding errors."""
        count = len(self.samples)
        found = np.fft.ifft(self.samples)[: count // 2 + 1]
        if count % 2 == 0:
            found[-1] *= 0.5 if count > 1 else 1.0
        found[np.abs(found) <= ROUNDING * count * np.abs(self.samples).max()] = 0
        v = np.asarray(self.amplitude)
        return {k: v * (f.real if k == 0 else f) for k, f in enumerate(found) if f}

    def __repr__(self) -> str:
        return f"Sampled: {self}"

    def __str__(self) -> str:
        amplitude: object = self.amplitude
        size = "" if isinstance(amplitude, float) and amplitude == 1 else f"{shown(amplitude)} "
        return f"{size}cycle of {len(self.samples)} samples({self._angle()})"
