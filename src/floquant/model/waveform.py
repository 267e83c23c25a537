"""Waveforms: how a knob oscillates.

    x(t) = Σ_k x_k e^{−ikΩt},   x_{−k} = x_k*

So x_1 = (v/2) e^{−iχ} is v cos(Ωt + χ), and a positive phase leads. x_0 is added to the value at which the knob rests.
A string where a number is expected names a parameter, to be given later (`Drive.at`) or swept by a study.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model import checks
from floquant.model.checks import Frozen


class Waveform(ABC):
    """A real periodic function of time."""

    @abstractmethod
    def harmonics(self) -> Mapping[int, Any]:
        """{k: x_k} for k ≥ 0, complex numbers or arrays (one number per setting). Raises `BadInput` for an open parameter."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that are still open."""
        return ()

    def at(self, **values: Any) -> Waveform:
        """The same waveform with these parameters given (names that it does not have are ignored)."""
        return self

    def __str__(self) -> str:
        return repr(self)


@dataclass(frozen=True, eq=False)
class Cosine(Waveform):
    """v cos(Ωt + χ): x_1 = (v/2) e^{−iχ}.

    `amplitude` v in the unit of the knob, `phase` χ in radians: real numbers, names of parameters, or 1-D arrays (one per
    setting). Raises `BadInput` for anything else.
    """

    amplitude: Any
    phase: Any = 0.0

    def __post_init__(self) -> None:
        for name in ("amplitude", "phase"):
            object.__setattr__(self, name, parameter(getattr(self, name), f"The {name} of a Cosine"))

    def harmonics(self) -> Mapping[int, Any]:
        """{1: (v/2) e^{−iχ}}."""
        _refuse_open(self, self.parameters)
        phase = np.cos(self.phase) - 1j * np.sin(self.phase)
        return {1: 0.5 * np.asarray(self.amplitude) * phase}

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those of amplitude and phase that are strings."""
        return tuple(value for value in (self.amplitude, self.phase) if isinstance(value, str))

    def at(self, **values: Any) -> Cosine:
        """With these parameters given."""
        return dataclasses.replace(self, amplitude=_given(self.amplitude, values), phase=_given(self.phase, values))

    def __str__(self) -> str:
        if isinstance(self.phase, float) and self.phase == 0:
            return f"{shown(self.amplitude)} cos(Ωt)"
        return f"{shown(self.amplitude)} cos(Ωt + {shown(self.phase)})"


@dataclass(frozen=True, eq=False)
class Harmonics(Waveform):
    """Any waveform by its Fourier coefficients {k: x_k}, k ≥ 0; x_{−k} = x_k* is filled in.

    x_0 must be real: it shifts the resting value. Each x_k is a number, the name of a parameter, or a 1-D array (one per
    setting). Raises `BadInput` for negative k, a complex mean, or numbers that are not finite.
    """

    coefficients: Mapping[int, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.coefficients, Mapping):
            raise BadInput(f"Harmonics holds {self.coefficients!r}, but it must be a dict from k to x_k; give a dict.")
        checked = {}
        k: Any
        for k, value in self.coefficients.items():
            if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 0:
                raise BadInput(f"Harmonics has the key {k!r}, but keys are integers k ≥ 0; x_−k = x_k* is filled in.")
            checked[int(k)] = parameter(value, f"Harmonic {k}", complex_allowed=k != 0)
        object.__setattr__(self, "coefficients", Frozen(dict(sorted(checked.items()))))

    def harmonics(self) -> Mapping[int, Any]:
        """The coefficients."""
        _refuse_open(self, self.parameters)
        return {k: np.asarray(value, complex) for k, value in self.coefficients.items()}

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those coefficients that are strings."""
        return tuple(value for value in self.coefficients.values() if isinstance(value, str))

    def at(self, **values: Any) -> Harmonics:
        """With these parameters given."""
        return Harmonics({k: _given(value, values) for k, value in self.coefficients.items()})

    def __str__(self) -> str:
        return "Harmonics " + ", ".join(f"x_{k} = {shown(x)}" for k, x in self.coefficients.items())


def parameter(value: Any, what: str, complex_allowed: bool = False) -> Any:
    """A number, a 1-D array, or the name of a parameter."""
    if isinstance(value, str):
        return checks.checked_name(value, "parameter of a drive")
    return checks.numbers(value, what, complex_allowed)


def shown(value: Any) -> str:
    """A parameter for a repr: a name, a number, or how many numbers."""
    if isinstance(value, str):
        return value
    return f"{value:g}" if np.ndim(value) == 0 else f"({len(value)} values)"


def _given(value: Any, values: Mapping[str, Any]) -> Any:
    return values.get(value, value) if isinstance(value, str) else value


def _refuse_open(waveform: Waveform, names: tuple[str, ...]) -> None:
    if names:
        raise BadInput(
            f'The waveform {waveform} has no value for "{names[0]}"; give one, as drive.at({names[0]}=…), or sweep it.'
        )
