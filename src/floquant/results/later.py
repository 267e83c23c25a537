"""Objects that compute later, `rolling(…)`, `groupby(…)` and their like: what they answer has an error that nobody knows.

As an ordinary array it would pass for exact in what is computed with it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

import xarray as xr

from floquant.results import operations

OPERATORS = (
    *operations.SUMS,
    *operations.PRODUCTS,
    *operations.QUOTIENTS,
    *operations.OTHER_OPERATORS,
    *operations.COMPARISONS,
)


def answering(found: Any, kind: Any) -> Any:
    """Arrays or Datasets as results of this kind without errors; other objects so that they answer with such."""
    if isinstance(found, xr.DataArray | xr.Dataset):
        return _unknown(found, kind)
    found.__class__ = _guarded(type(found), kind)  # type: ignore[arg-type]  # a class is hashable
    return found


def _unknown(found: Any, kind: Any) -> Any:
    alike = any(isinstance(found, base) and issubclass(kind, base) for base in (xr.DataArray, xr.Dataset))
    return kind.of(found) if alike else found


@cache
def _guarded(cls: type, kind: Any) -> type:
    """The same class, of which every public method and operator answers with results."""

    def answer(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def operation(self: Any, *arguments: Any, **options: Any) -> Any:
            return _unknown(method(self, *arguments, **options), kind)

        return operation

    def pairs(self: Any) -> Iterator[Any]:
        for key, part in cls.__iter__(self):  # type: ignore[attr-defined]
            yield key, _unknown(part, kind)

    operators = [f"__{mark}{name}__" for name in OPERATORS for mark in ("", "r")]
    names = [name for name in dir(cls) if not name.startswith("_") or name in operators]
    methods: dict[str, Any] = {
        name: answer(getattr(cls, name)) for name in names if inspect.isfunction(inspect.getattr_static(cls, name))
    }
    if hasattr(cls, "__iter__"):
        methods["__iter__"] = pairs
    return type(cls.__name__, (cls,), {"__slots__": (), "__module__": cls.__module__, **methods})
