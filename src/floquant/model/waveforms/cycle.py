"""A waveform with one shape: amplitude × shape(multiple · Ωt + phase)."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.numbers import whole
from floquant.checks.types import Parameter
from floquant.errors import BadInput
from floquant.model.waveforms.waveform import Waveform, given, parameter, refuse_open
from floquant.model.waveforms.words import added, shown_angle

# The highest harmonic: a ladder has no more rungs.
HIGHEST = 10_000


class Cycle(Waveform):
    """x(t) = f(mΩt + χ), f(θ) = Σ_k f_k e^{−ikθ}:   x_{mk} = f_k e^{−ikχ}.

    `multiple` m ≥ 1 is an integer: with ħΩ the photon that two commensurate frequencies have in common, each wave is a
    multiple of it. `phase` χ counts in cycles of the wave, 2π each: a time χ/(mΩ) earlier.
    """

    phase: Parameter
    multiple: int
    open: ClassVar[tuple[str, ...]] = ("amplitude", "phase")  # its numbers, which may be names of parameters
    optional: ClassVar[tuple[str, ...]] = ()  # those of the numbers that may be left out

    def __post_init__(self) -> None:
        for name in self.open:
            value = getattr(self, name)
            if value is not None or name not in self.optional:
                object.__setattr__(self, name, parameter(value, f"The {name} of {self._article}"))
        do = "it is how many cycles fit into one period of the drive; give ħΩ as the common photon, and multiples of it"
        object.__setattr__(self, "multiple", whole(self.multiple, f"The multiple of {self._article}", 1, HIGHEST, do))

    @abstractmethod
    def shape(self) -> Mapping[int, complex | Array]:
        """{k: f_k} for k ≥ 0, at phase 0."""

    def harmonics(self) -> Mapping[int, complex | Array]:
        """{mk: f_k e^{−ikχ}}."""
        refuse_open(self)
        found, phase = self.shape(), np.asarray(self.phase)
        return {
            self.multiple * k: f * (np.cos(k * phase) - 1j * np.sin(k * phase)) if k else f for k, f in found.items()
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those of its numbers that are strings."""
        return tuple(dict.fromkeys(v for v in (getattr(self, name) for name in self.open) if isinstance(v, str)))

    @property
    def has_arrays(self) -> bool:
        """Of its numbers."""
        return any(np.ndim(getattr(self, name)) for name in self.open if getattr(self, name) is not None)

    def meaning(self, name: str) -> str:
        """The field that holds it."""
        return next((field for field in self.open if getattr(self, field) == name), "amplitude")

    def at(self, **values: ArrayLike) -> Self:
        """With these parameters given."""
        result: Any = self  # each subclass is a dataclass
        return cast(
            Self, dataclasses.replace(result, **{name: given(getattr(self, name), values) for name in self.open})
        )

    @property
    def _article(self) -> str:
        return f"a {type(self).__name__}"

    def _angle(self) -> str:
        """The argument of the shape, for a repr."""
        text = "Ωt" if self.multiple == 1 else f"{self.multiple}Ωt"
        return text if isinstance(self.phase, float) and self.phase == 0 else added(text, shown_angle(self.phase))


def refuse_outside(value: Any, what: str, low: float, high: float, must: str) -> None:
    """Raises `BadInput` if a number, or one of an array, is not inside low … high; a name is checked when it has a value."""
    if isinstance(value, str):
        return
    wrong = [x for x in np.atleast_1d(value) if not low <= x <= high]
    if wrong:
        raise BadInput(f"{what} is {wrong[0]:g}, but it must be {must}; give such a number.")


def order_of(order: Any, what: str) -> int:
    """The highest harmonic that is kept."""
    return whole(order, f"The order of {what}", 1, HIGHEST, "give the highest harmonic to keep")
