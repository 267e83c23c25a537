"""Errors of sums, products and quotients, of bounds δ that may all be met at once.

    |(a + α) ± (b + β) − (a ± b)| ≤ δa + δb
    |(a + α)(b + β) − ab|         ≤ |a| δb + |b| δa + δa δb
    |(a + α)/(b + β) − a/b|       ≤ (δa + |a/b| δb) / (|b| − δb),   without bound where δb ≥ |b|

for all |α| ≤ δa, |β| ≤ δb. The terms of second order are kept, so that what comes out is a bound as what went in; rounding of the
arithmetic itself, 1e-16 of the values, is left out. Nothing is assumed about errors that go together: i − i has the error 2 δ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Rule = Callable[["Operand", "Operand"], Any]


@dataclass(frozen=True)
class Operand:
    """One side of an operation: a plain DataArray, an array or a number; and its error as a plain DataArray, None if it is exact.

    `known`: False where it has an error that nobody knows.
    """

    value: Any
    error: Any
    known: bool = True

    @property
    def zero(self) -> Any:
        """An error of 0 in the shape of the value, which brings its dims and coordinates along."""
        import xarray as xr

        if isinstance(self.value, xr.DataArray | xr.Variable):
            return xr.zeros_like(self.value, dtype=float)
        return np.zeros(np.shape(self.value)) if np.ndim(self.value) else 0.0


def of_sum(one: Operand, other: Operand) -> Any:
    """The error of a ± b."""
    return (one.zero if one.error is None else one.error) + (other.zero if other.error is None else other.error)


def of_product(one: Operand, other: Operand) -> Any:
    """The error of a · b."""
    if other.error is None:
        return one.error * abs(other.value)
    if one.error is None:
        return abs(one.value) * other.error
    return abs(one.value) * other.error + abs(other.value) * one.error + one.error * other.error


def of_quotient(one: Operand, other: Operand) -> Any:
    """The error of a / b."""
    if other.error is None:
        return one.error / abs(other.value)
    size = abs(other.value)
    grown = abs(one.value) / size * other.error
    left = size - other.error + one.zero  # over the dims and coordinates of the quotient
    total = grown if one.error is None else one.error + grown
    # where the divisor may be zero there is no bound; what is nan stays so
    return (total / left).where(~(left <= 0), np.inf)
