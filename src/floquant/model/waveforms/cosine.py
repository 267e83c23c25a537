"""One harmonic, or any few of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.mappings import Frozen
from floquant.checks.numbers import whole
from floquant.checks.types import Parameter
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.waveforms.cycle import HIGHEST, Cycle
from floquant.model.waveforms.waveform import Waveform, given, parameter, refuse_open
from floquant.model.waveforms.words import shown


@dataclass(frozen=True, eq=False)
class Cosine(Cycle):
    """v cos(mΩt + χ): x_m = (v/2) e^{−iχ}.

    `amplitude` v in the unit of the knob, `phase` χ in radians: real numbers, names of parameters, or 1-D arrays (one per
    setting). `multiple` m: an integer ≥ 1. Raises `BadInput` for anything else.
    """

    amplitude: Parameter
    phase: Parameter = 0.0
    multiple: int = 1

    def shape(self) -> Mapping[int, Array]:
        """{1: v/2}."""
        return {1: 0.5 * np.asarray(self.amplitude)}

    def __str__(self) -> str:
        return f"{shown(self.amplitude)} cos({self._angle()})"


@dataclass(frozen=True, eq=False)
class Harmonics(Waveform):
    """Any waveform by its Fourier coefficients {k: x_k}, k ≥ 0; x_{−k} = x_k* is filled in.

    x_0 must be real: it shifts the resting value. Each x_k is a number, the name of a parameter, or a 1-D array (one per
    setting). Raises `BadInput` for negative k, a complex mean, or numbers that are not finite.
    """

    coefficients: Mapping[int, Parameter]

    def __post_init__(self) -> None:
        if not isinstance(self.coefficients, Mapping):
            raise BadInput(
                f"Harmonics holds {brief(self.coefficients)}, but it must be a dict from k to x_k; give a dict."
            )
        checked = {}
        k: Any
        for k, value in self.coefficients.items():
            k = whole(k, "A key of Harmonics", 0, HIGHEST, "x_−k = x_k* is filled in")
            checked[k] = parameter(value, f"Harmonic {k}", complex_allowed=k != 0)
        object.__setattr__(self, "coefficients", Frozen(dict(sorted(checked.items()))))

    def harmonics(self) -> Mapping[int, Array]:
        """The coefficients."""
        refuse_open(self)
        return {k: np.asarray(value, complex) for k, value in self.coefficients.items()}

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those coefficients that are strings."""
        return tuple(value for value in self.coefficients.values() if isinstance(value, str))

    @property
    def has_arrays(self) -> bool:
        """Of its coefficients."""
        return any(np.ndim(value) for value in self.coefficients.values())

    def at(self, **values: ArrayLike) -> Harmonics:
        """With these parameters given."""
        return Harmonics({k: given(value, values) for k, value in self.coefficients.items()})

    def __str__(self) -> str:
        if set(self.coefficients) == {0}:  # a constant, in a sum
            return shown(self.coefficients[0])
        return "Harmonics " + ", ".join(f"x_{k} = {shown(x)}" for k, x in self.coefficients.items())
