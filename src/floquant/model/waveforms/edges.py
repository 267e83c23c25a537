"""Waves with edges: a jump has harmonics that fall as 1/k, a kink as 1/k².

They have no last harmonic. `order` of them are kept, more than a ladder of sidebands needs at the default accuracy. The
drive that is solved is a wave whose edges take about 1/order of a cycle. The ladder grows until its end no longer
matters; the sharper the edge, the longer the ladder. If it is too short, the error says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from floquant.checks import Array
from floquant.checks.types import Parameter
from floquant.model.waveforms.cycle import Cycle, order_of, refuse_outside
from floquant.model.waveforms.words import shown


@dataclass(frozen=True, eq=False)
class Square(Cycle):
    """+v while |θ| < π·duty, else −v, θ = mΩt + χ; for duty 1/2 it has the sign of cos θ.

    f_k = 2v sin(πk·duty)/(πk),   f_0 = v (2·duty − 1)

    `amplitude` v, `phase` χ and `duty` in [0, 1], the share of the cycle spent at +v, are numbers, names of parameters or
    1-D arrays; harmonics k ≤ `order` are kept. Raises `BadInput` for anything else.
    """

    amplitude: Parameter
    phase: Parameter = 0.0
    duty: Parameter = 0.5
    multiple: int = 1
    order: int = 255
    open: ClassVar[tuple[str, ...]] = ("amplitude", "phase", "duty")

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_outside(self.duty, "The duty of a Square", 0.0, 1.0, "between 0 and 1")
        object.__setattr__(self, "order", order_of(self.order, "a Square"))

    def shape(self) -> Mapping[int, Array]:
        """As the class says, without those that are 0."""
        v, duty = np.asarray(self.amplitude), np.asarray(self.duty)
        found = {k: 2 * v * _sine(k * duty) / (np.pi * k) for k in range(1, self.order + 1)}
        found[0] = v * (2 * duty - 1)
        return {k: x for k, x in found.items() if np.any(x)}

    def __str__(self) -> str:
        return f"{shown(self.amplitude)} square({self._angle()})"


@dataclass(frozen=True, eq=False)
class Triangle(Cycle):
    """+v at θ = 0, falling to −v in a straight line and rising again during the share `rise` of the cycle; θ = mΩt + χ.

    f_k = (v/2π²k²) (1 − e^{−2πik·rise}) / (rise (1 − rise)),   for rise 1/2: 4v/π²k², k odd

    `rise` 1 and 0 are sawtooths, f_k = ∓iv/πk. `amplitude` v, `phase` χ and `rise` in [0, 1] are numbers, names of
    parameters or 1-D arrays; harmonics k ≤ `order` are kept. Raises `BadInput` for anything else.
    """

    amplitude: Parameter
    phase: Parameter = 0.0
    rise: Parameter = 0.5
    multiple: int = 1
    order: int = 127
    open: ClassVar[tuple[str, ...]] = ("amplitude", "phase", "rise")

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_outside(self.rise, "The rise of a Triangle", 0.0, 1.0, "between 0 and 1")
        object.__setattr__(self, "order", order_of(self.order, "a Triangle"))

    def shape(self) -> Mapping[int, Array]:
        """As the class says, without those that are 0."""
        v, rise = np.asarray(self.amplitude), np.asarray(self.rise, float)
        short, sign = np.minimum(rise, 1 - rise), np.where(rise <= 0.5, 1.0, -1.0)
        found = {}
        for k in range(1, self.order + 1):
            # 1 − e^{−iα} = 2i sin(α/2) e^{−iα/2}, and α = ∓2πk·short gives the same number
            share = np.where(short > 0, _sine(k * short) / np.where(short > 0, short, 1.0), np.pi * k)
            phase = np.exp(-1j * np.pi * sign * _rest(k * short)) * np.where(np.rint(k * short) % 2, -1.0, 1.0)
            found[k] = 1j * sign * v * share * phase / (np.pi**2 * k**2 * (1 - short))
        return {k: x for k, x in found.items() if np.any(x)}

    def __str__(self) -> str:
        return f"{shown(self.amplitude)} triangle({self._angle()})"


def _rest(x: Any) -> Array:
    """x minus the nearest integer."""
    return np.asarray(x - np.rint(x))


def _sine(x: Any) -> Array:
    """sin(πx), exactly 0 at integers."""
    return np.asarray(np.where(np.rint(x) % 2, -1.0, 1.0) * np.sin(np.pi * _rest(x)))
