"""Sums and products of waveforms.

(x + y)_k = x_k + y_k,   (x y)_k = Σ_j x_j y_{k−j}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.names import checked_name
from floquant.checks.numbers import is_number, numbers
from floquant.checks.reading import array_of
from floquant.checks.types import Parameter
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.waveforms.changed import Scaled
from floquant.model.waveforms.waveform import Waveform, constant
from floquant.model.waveforms.words import added, enclosed


@dataclass(frozen=True, eq=False, repr=False)
class _Combined(Waveform):
    """Of several waveforms, each with its parameters."""

    terms: tuple[Waveform, ...]

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Of all terms."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.parameters))

    @property
    def has_arrays(self) -> bool:
        """Of any term."""
        return any(term.has_arrays for term in self.terms)

    def meaning(self, name: str) -> str:
        """Of the first term that has it."""
        return next((term.meaning(name) for term in self.terms if name in term.parameters), "amplitude")

    def at(self, **values: ArrayLike) -> Self:
        """With these parameters given."""
        return type(self)(tuple(term.at(**values) for term in self.terms))

    def driven_at(self, photon_energy: Parameter) -> Self:
        """All terms in a drive of this ħΩ."""
        return type(self)(tuple(term.driven_at(photon_energy) for term in self.terms))


@dataclass(frozen=True, eq=False, repr=False)
class Sum(_Combined):
    """Σ of waveforms, made by a + b."""

    def harmonics(self) -> Mapping[int, complex | Array]:
        """Sums of the terms' harmonics."""
        result: dict[int, Any] = {}
        for term in self.terms:
            for k, x in term.harmonics().items():
                result[k] = result[k] + x if k in result else x
        return dict(sorted(result.items()))

    def __str__(self) -> str:
        return added(*map(str, self.terms))


@dataclass(frozen=True, eq=False, repr=False)
class Product(_Combined):
    """Π of waveforms, made by a * b: its harmonics are convolutions, to the sum of the highest of each."""

    def harmonics(self) -> Mapping[int, complex | Array]:
        """Convolutions of the factors' harmonics."""
        whole = _two_sided(self.terms[0].harmonics())
        for term in self.terms[1:]:
            whole = _convolution(whole, _two_sided(term.harmonics()))
        most = whole.shape[1] // 2
        found = {k: whole[:, most + k] for k in range(most + 1)}
        found[0] = found[0].real
        return {k: x[0] if len(x) == 1 else x for k, x in found.items() if np.any(x)}

    def __str__(self) -> str:
        return " · ".join(enclosed(str(term)) for term in self.terms)


def total(a: Waveform, other: Waveform | Parameter) -> Waveform:
    """a + other: a waveform, or a constant (a number, an array or a name)."""
    b = other if isinstance(other, Waveform) else constant(_scalar(other, "added to"))
    return Sum((*_terms(a, Sum), *_terms(b, Sum)))


def times(a: Waveform, other: Waveform | Parameter) -> Waveform:
    """a * other: a waveform, or a factor (a number, an array or a name)."""
    if not isinstance(other, Waveform):
        factor = _scalar(other, "multiplied by")
        if isinstance(a, Scaled) and not isinstance(factor, str) and not isinstance(a.number, str):
            return Scaled(np.multiply(factor, a.number), a.waveform)
        return Scaled(factor, a)
    return Product((*_terms(a, Product), *_terms(other, Product)))


def _scalar(value: Any, verb: str) -> Any:
    if isinstance(value, str):
        return checked_name(value, "parameter of a drive")
    what = f"What a waveform is {verb}"
    if not is_number(value) and array_of(value, what).dtype.kind not in "biufc":
        raise BadInput(
            f"A waveform is {verb} {brief(value)}, but it must be a waveform, a number or the name of a parameter; give one of them."
        )
    return numbers(value, what)


def _terms(waveform: Waveform, kind: type[_Combined]) -> tuple[Waveform, ...]:
    return waveform.terms if isinstance(waveform, kind) else (waveform,)


def _two_sided(harmonics: Mapping[int, Any]) -> Array:
    """x_{−K} … x_K, shape (P or 1, 2K + 1)."""
    most = max(harmonics, default=0)
    count = max((np.size(x) for x in harmonics.values()), default=1)
    result = np.zeros((count, 2 * most + 1), complex)
    for k, x in harmonics.items():
        result[:, most + k] = x
        result[:, most - k] = np.conj(x)
    return result


def _convolution(a: Array, b: Array) -> Array:
    if a.shape[1] > b.shape[1]:
        a, b = b, a
    result = np.zeros((max(len(a), len(b)), a.shape[1] + b.shape[1] - 1), complex)
    for j in range(a.shape[1]):
        result[:, j : j + b.shape[1]] += a[:, j, None] * b
    return result
