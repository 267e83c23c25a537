"""Sums, means, extremes and differences of a DataArray that has an error.

    Σ: Σ δ     mean: mean of δ     max, min: max δ     cumulative sum: that of δ     x_{i+1} − x_i: δ_{i+1} + δ_i

Values that are nan and skipped count with no error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floquant.results import labels


class ArrayReductions:
    """A part of `ArrayOperations`."""

    __slots__ = ()

    def sum(self: Any, dim: Any = None, **options: Any) -> Any:
        """As in xarray, with its error."""
        return _reduced(self, "sum", dim, options, lambda error, value: error.sum(dim, skipna=False))

    def mean(self: Any, dim: Any = None, **options: Any) -> Any:
        """As in xarray, with its error."""
        # a mean over nothing is nan, and 0/0 is as well
        return _reduced(
            self, "mean", dim, options, lambda error, value: error.sum(dim, skipna=False) / value.count(dim)
        )

    def max(self: Any, dim: Any = None, **options: Any) -> Any:
        """As in xarray, with its error."""
        return _reduced(self, "max", dim, options, lambda error, value: error.max(dim, skipna=False))

    def min(self: Any, dim: Any = None, **options: Any) -> Any:
        """As in xarray, with its error."""
        return _reduced(self, "min", dim, options, lambda error, value: error.max(dim, skipna=False))

    def cumsum(self: Any, dim: Any = None, **options: Any) -> Any:
        """As in xarray, with its error."""
        return _reduced(self, "cumsum", dim, options, lambda error, value: error.cumsum(dim, skipna=False))

    def diff(self: Any, dim: Any, n: int = 1, **options: Any) -> Any:
        """As in xarray, with its error."""
        value = self.plain().diff(dim, n, **options)
        error: Any = getattr(self.plain_error(), "variable", None)
        for _ in range(0 if error is None else n):
            error = error.isel({dim: slice(1, None)}) + error.isel({dim: slice(None, -1)})
        return self.with_values(value, error, labels.of_another_number(self.attrs))


def _reduced(self: Any, name: str, dim: Any, options: dict[str, Any], rule: Callable[[Any, Any], Any]) -> Any:
    """Values by xarray's method, and their error by a rule from errors and values; `axis` and the like give none."""
    values = self.plain()
    value, error = getattr(values, name)(dim, **options), self.plain_error()
    attrs = {} if options.get("keep_attrs") is False else labels.of_another_number(self.attrs)
    if error is None or not set(options) <= {"skipna", "min_count", "keep_attrs"}:
        return self.with_values(value, None, attrs)
    return self.with_values(value, rule(error.where(values.notnull(), 0.0), values), attrs)
