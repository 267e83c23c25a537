"""One waveform, scaled or shifted by a number, the name of a parameter, or an array.

(c x)_k = c x_k,   x(Ωt + α)_k = x_k e^{−ikα}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.types import Parameter
from floquant.model.waveforms.cycle import Cycle
from floquant.model.waveforms.waveform import Waveform, given, parameter, refuse_open
from floquant.model.waveforms.words import MINUS, enclosed, shown, shown_angle


@dataclass(frozen=True, eq=False, repr=False)
class _Changed(Waveform):
    """A waveform and the number that changes it."""

    what: ClassVar[str]
    kind: ClassVar[str]
    number: Any
    waveform: Waveform

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self}"

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", parameter(self.number, self.what))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The waveform's, and the number if it is a name."""
        names = (self.number,) if isinstance(self.number, str) else ()
        return tuple(dict.fromkeys(names + self.waveform.parameters))

    @property
    def has_arrays(self) -> bool:
        """Of the number or the waveform."""
        return bool(np.ndim(self.number)) or self.waveform.has_arrays

    def meaning(self, name: str) -> str:
        """Of the number: amplitude or phase."""
        return self.kind if name == self.number else self.waveform.meaning(name)

    def at(self, **values: ArrayLike) -> Self:
        """With these parameters given."""
        return dataclasses.replace(self, number=given(self.number, values), waveform=self.waveform.at(**values))

    def driven_at(self, photon_energy: Parameter) -> Self:
        """The waveform in a drive of this ħΩ."""
        return dataclasses.replace(self, waveform=self.waveform.driven_at(photon_energy))


@dataclass(frozen=True, eq=False, repr=False)
class Scaled(_Changed):
    """number × waveform, made by c * x."""

    what: ClassVar[str] = "The factor of a waveform"
    kind: ClassVar[str] = "amplitude"

    def harmonics(self) -> Mapping[int, complex | Array]:
        """c x_k."""
        refuse_open(self)
        return {k: self.number * np.asarray(x) for k, x in self.waveform.harmonics().items()}

    def __str__(self) -> str:
        inner = enclosed(str(self.waveform))
        if isinstance(self.number, float) and abs(self.number) == 1:
            return inner if self.number == 1 else f"{MINUS}{inner}"
        return f"{shown(self.number)}·{inner}"


@dataclass(frozen=True, eq=False, repr=False)
class Shifted(_Changed):
    """x(Ωt + number), made by x.shifted(α): the angle is in radians of the whole period."""

    what: ClassVar[str] = "The angle by which a waveform is shifted"
    kind: ClassVar[str] = "phase"

    def harmonics(self) -> Mapping[int, complex | Array]:
        """x_k e^{−ikα}."""
        refuse_open(self)
        found = self.waveform.harmonics()
        return {k: x * (np.cos(k * self.number) - 1j * np.sin(k * self.number)) if k else x for k, x in found.items()}

    def __str__(self) -> str:
        wave = self.waveform
        if isinstance(wave, Cycle) and isinstance(wave.phase, float) and isinstance(self.number, float):
            moved: Any = wave  # each subclass is a dataclass
            return str(dataclasses.replace(moved, phase=wave.phase + wave.multiple * self.number))
        return f"({wave}) shifted by {shown_angle(self.number)}"
