"""DataArrays that keep their error."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import xarray as xr

from floquant.results.array_operations import ArrayOperations
from floquant.results.coordinates import CoordinatesWithError

# The error beside the values while xarray joins arrays.
BESIDE = "<error>"


class ResultArray(ArrayOperations, xr.DataArray):  # type: ignore[no-untyped-call]
    """An `xarray.DataArray` whose error stays with its numbers: what an observable returns.

    The coordinate `<name>_error` (`error` where there is no name) is a bound of the error of every number. After `+ − · /`, scaling, `abs`,
    sums, means, extremes, differences along a dim, `where`, selection, reordering and `xarray.concat` it is the bound of what came out,
    the worst case of all errors that went in. After any other operation it is gone, and so are units and long names that may
    no longer fit. Everything else is as in xarray; `result.plain()` is the values alone.
    """

    __slots__ = ("_error",)

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._error: xr.Variable | None = None
        given = self._coords.pop(self.error_name, None)
        if given is not None and not options.get("fastpath"):
            self.set_error(given)

    @classmethod
    def of(cls, value: xr.DataArray) -> ResultArray:
        """From any DataArray; a coordinate `<name>_error` is its error."""
        if isinstance(value, cls):
            return value
        name = error_name(value.name)
        error = value.coords.get(name)
        return cls._made(value.drop_vars(name, errors="ignore"), None if error is None else error.variable)

    @classmethod
    def _made(cls, value: xr.DataArray, error: xr.DataArray | xr.Variable | None) -> ResultArray:
        """With the very variable of `value`, so that its attributes are shared where xarray shares them."""
        result = cls(value.variable, dict(value._coords), name=value.name, indexes=value._indexes, fastpath=True)
        result.set_error(error.variable if isinstance(error, xr.DataArray) else error)
        return result

    def with_values(
        self,
        value: xr.DataArray,
        error: xr.DataArray | xr.Variable | None,
        attrs: Mapping[Hashable, object] | None = None,
    ) -> ResultArray:
        """An array of this kind from plain ones, with these attributes where they are given."""
        if attrs is not None:
            value = value.copy(deep=False)
            value.attrs = dict(attrs)
        return self._made(value, error)

    @property
    def error_name(self) -> str:
        """What the coordinate of the error is called."""
        return error_name(self.name)

    def set_error(self, error: xr.Variable | None) -> None:
        """Take an error, over the dims of the values or some of them; one of another shape is none."""
        if (
            error is None
            or not set(error.dims) <= set(self.dims)
            or any(error.sizes[dim] != self.sizes[dim] for dim in error.dims)
        ):
            self._error = None
            return
        self._error = xr.Variable(self.dims, error.set_dims(dict(self.sizes)).transpose(*self.dims).data)  # type: ignore[no-untyped-call]

    def plain(self) -> xr.DataArray:
        """The values alone, as an ordinary DataArray."""
        return xr.DataArray(self.variable, dict(self._coords), name=self.name, indexes=self._indexes, fastpath=True)

    def plain_error(self) -> xr.DataArray | None:
        """The error as an ordinary DataArray with the coordinates of the values, None if it is not known."""
        if self._error is None:
            return None
        units = {"units": self.attrs["units"]} if "units" in self.attrs else {}
        of = self.attrs.get("long_name", self.name)
        labels = units if of is None else {**units, "long_name": f"bound of the error of {of}"}
        error = xr.Variable(self.dims, self._error.data, labels)
        return xr.DataArray(error, dict(self._coords), name=self.error_name, indexes=self._indexes, fastpath=True)

    def exposed(self) -> xr.DataArray:
        """An ordinary DataArray with the error as a coordinate like any other: for files and tables."""
        error = self.plain_error()
        return self.plain() if error is None else self.plain().assign_coords({self.error_name: error.variable})

    @property
    def coords(self) -> CoordinatesWithError:
        """The coordinates, the error among them."""
        return CoordinatesWithError(self)

    def __getattr__(self, name: str) -> Any:
        if name == "_error":  # made by xarray without __init__
            return None
        if self._error is not None and name == self.error_name:
            return self.plain_error()
        return super().__getattr__(name)

    def _to_temp_dataset(self) -> xr.Dataset:
        """What xarray joins in `concat`: both are joined alike."""
        result = super()._to_temp_dataset()
        return result if self._error is None else result.assign({BESIDE: self._error})

    def _from_temp_dataset(self, dataset: xr.Dataset, *name: Any, **options: Any) -> ResultArray:
        error = dataset.variables.get(BESIDE)
        result = super()._from_temp_dataset(dataset.drop_vars(BESIDE, errors="ignore"), *name, **options)
        result.set_error(error)
        return result


def error_name(name: Hashable) -> str:
    """What the error of a quantity of this name is called."""
    return "error" if name is None else f"{name}_error"
