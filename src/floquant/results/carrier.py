"""What arithmetic needs of an array that has an error: its parts as plain xarray objects, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.results.propagation import Operand

if TYPE_CHECKING:
    import xarray as xr


# How attributes begin that only results have; what xarray's own functions make of a result keeps them.
CERTIFICATE = "certificate"


class Carrier:
    """An object that carries errors."""

    __slots__ = ()

    def plain(self) -> Any:
        """The values alone, as an ordinary xarray object."""
        raise NotImplementedError


class ArrayCarrier(Carrier):
    """A DataArray that carries one error."""

    __slots__ = ()

    def plain_error(self) -> xr.DataArray | None:
        """The error as an ordinary DataArray with the coordinates of the values, None if it is not known."""
        raise NotImplementedError

    def with_values(self, value: Any, error: Any, attrs: Mapping[Any, Any] | None = None) -> Any:
        """An array of the same kind from plain ones; no error where its shape is not that of the values."""
        raise NotImplementedError


def plain(value: Any) -> Any:
    """The same without errors; anything else as it is, lists and dicts item by item."""
    if isinstance(value, Carrier):
        return value.plain()
    if type(value) in (list, tuple):
        return type(value)(plain(item) for item in value)
    if type(value) is dict:
        return {key: plain(item) for key, item in value.items()}
    return value


def operand(value: Any) -> Operand:
    """One side of an operation. Numbers and ordinary arrays are exact, unless a certificate says that they come from a result."""
    import xarray as xr

    if isinstance(value, ArrayCarrier):
        error = value.plain_error()
        return Operand(value.plain(), error, error is not None)
    if isinstance(value, xr.DataArray):
        return Operand(value, None, not any(str(key).startswith(CERTIFICATE) for key in value.attrs))
    return Operand(np.asarray(value) if isinstance(value, list | tuple) else value, None)
