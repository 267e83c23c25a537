"""What a waveform is.

    x(t) = Σ_k x_k e^{−ikΩt},   x_{−k} = x_k*

So x_1 = (v/2) e^{−iχ} is v cos(Ωt + χ), and a positive phase leads. x_0 is added to the value at which the knob rests.
A string where a number is expected names a parameter, to be given later (`Drive.at`) or swept by a study.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.names import PHOTON_ENERGY, checked_name
from floquant.checks.numbers import numbers, real_array
from floquant.checks.types import Checked, Parameter
from floquant.checks.words import brief
from floquant.errors import BadInput

# One over a smaller number overflows on the way to a result.
SMALLEST = 1e-50


class Waveform(ABC):
    """A real periodic function of time. `a + b` and `a * b` are waveforms, and so are `2 * a`, `"v" * a`, `a + 0.3`."""

    __array_ufunc__ = None  # so that array * waveform is one waveform with an array, and not an array of waveforms

    @abstractmethod
    def harmonics(self) -> Mapping[int, complex | Array]:
        """{k: x_k} for k ≥ 0, complex numbers or arrays (one number per setting). Raises `BadInput` for an open parameter."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that are still open."""
        return ()

    @property
    def has_arrays(self) -> bool:
        """Whether some number in it is an array, one number per setting."""
        return False

    def meaning(self, name: str) -> str:
        """What the open parameter `name` is: "amplitude" if it is in the unit of what the wave drives, "phase", "width"…"""
        return "amplitude"

    def at(self, **values: ArrayLike) -> Waveform:
        """The same waveform with these parameters given (names that it does not have are ignored)."""
        return self

    def driven_at(self, photon_energy: Parameter) -> Waveform:
        """The same waveform in a drive of this ħΩ (a number, an array or a name), which some amplitudes follow."""
        return self

    def shifted(self, angle: Parameter) -> Waveform:
        """x(Ωt + angle): the same wave earlier by angle/Ω; the angle is a number, the name of a parameter, or a 1-D array."""
        from floquant.model.waveforms.changed import Shifted

        return Shifted(angle, self)

    def values(self, angle: ArrayLike) -> Array:
        """x at the angles Ωt (any shape); a period is 2π. Raises `BadInput` for open parameters or arrays of settings."""
        angles = real_array(angle, "The angle")
        found = at_angles(self.harmonics(), angles.ravel())
        if len(found) > 1:
            raise BadInput(f"The waveform {self} has an array, but here it must have numbers; give numbers.")
        return found[0].reshape(angles.shape)

    def __add__(self, other: Waveform | Parameter) -> Waveform:
        from floquant.model.waveforms.algebra import total

        return total(self, other)

    def __mul__(self, other: Waveform | Parameter) -> Waveform:
        from floquant.model.waveforms.algebra import times

        return times(self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Waveform:
        return self * -1.0

    def __sub__(self, other: Waveform | Parameter) -> Waveform:
        return self + -1.0 * (other if isinstance(other, Waveform) else constant(other))

    def __rsub__(self, other: Waveform | Parameter) -> Waveform:
        return -self + other

    def __truediv__(self, other: ArrayLike) -> Waveform:
        divisor = numbers(other, "The divisor of a waveform")
        if np.any(np.abs(divisor) < SMALLEST):
            raise BadInput(f"The divisor of a waveform is {brief(other)}, but it must not be 0; give another number.")
        return self * (1.0 / divisor)

    def __str__(self) -> str:
        return repr(self)


def constant(value: Parameter) -> Waveform:
    """x(t) = value."""
    from floquant.model.waveforms.cosine import Harmonics

    return Harmonics({0: value})


def at_angles(harmonics: Mapping[int, Any], angle: Array) -> Array:
    """x at the angles Ωt, shape (P or 1, angles)."""
    result = np.zeros((1, len(angle)))
    for k, value in harmonics.items():
        value = np.atleast_1d(value)[:, None]
        # the real part of x e^{−ikΩt}, twice unless it is the mean
        result = result + (
            value.real if k == 0 else 2 * (value.real * np.cos(k * angle) + value.imag * np.sin(k * angle))
        )
    return result


def parameter(value: Any, what: str, complex_allowed: bool = False) -> Checked:
    """A number, a 1-D array, or the name of a parameter."""
    if isinstance(value, str):
        # a photon energy may have the name that it has in results
        return value if value == PHOTON_ENERGY else checked_name(value, "parameter of a drive")
    return numbers(value, what, complex_allowed)


def given(value: Any, values: Mapping[str, Any]) -> Any:
    """The value, or that of the parameter which it names."""
    return values.get(value, value) if isinstance(value, str) else value


def refuse_open(waveform: Waveform) -> None:
    """Raises `BadInput` if a parameter has no value."""
    names = waveform.parameters
    if names:
        raise BadInput(
            f'The waveform {waveform} has no value for "{names[0]}"; give one, as drive.at({names[0]}=…), or sweep it.'
        )
