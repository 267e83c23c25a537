"""Choosing, replacing and exporting values of a DataArray that has an error, where that needs more than the same done twice."""

from __future__ import annotations

from typing import Any

import xarray as xr

from floquant.results import labels
from floquant.results.carrier import operand, plain

EXPORTS = (
    "to_dask_dataframe", "to_dataframe", "to_dict", "to_iris", "to_netcdf", "to_pandas", "to_series", "to_zarr",
)  # fmt: skip


class ArraySelections:
    """A part of `ArrayOperations`."""

    __slots__ = ()

    def __getitem__(self: Any, key: Any) -> Any:
        if isinstance(key, str):
            return self.coords[key]
        key, error = plain(key), self.plain_error()
        return self.with_values(self.plain()[key], None if error is None else error[key])

    def __setitem__(self: Any, key: Any, value: Any) -> None:
        xr.DataArray.__setitem__(self, key, plain(value))
        if not isinstance(key, str):
            self.set_error(None)

    def where(self: Any, cond: Any, *other: Any, **options: Any) -> Any:
        """As in xarray; numbers that are put in are exact, unless they bring an error."""
        cond = plain(cond(self) if callable(cond) and not isinstance(cond, xr.DataArray) else cond)
        inserted = [operand(each) for each in (*other, *([options.pop("other")] if "other" in options else []))]
        value = self.plain().where(cond, *(each.value for each in inserted), **options)
        error = self.plain_error()
        if error is not None:
            errors = [each.zero if each.error is None else each.error for each in inserted]
            error = error.where(cond, *errors, **options) if all(each.known for each in inserted) else None
        return self.with_values(value, error, self.attrs)

    def drop_vars(self: Any, names: Any, *, errors: Any = "raise") -> Any:
        """As in xarray; the error is among the names."""
        names = names(self) if callable(names) else names
        listed = [names] if isinstance(names, str) or not hasattr(names, "__iter__") else list(names)
        left = [name for name in listed if name != self.error_name or self._error is None]
        value = self.plain().drop_vars(left, errors=errors)
        return self.with_values(value, self.plain_error() if left == listed else None)

    def assign_coords(self: Any, coords: Any = None, **named: Any) -> Any:
        """As in xarray; `<name>_error` gives the error."""
        given = {**({} if coords is None else coords), **named}
        error = given.pop(self.error_name, None)
        # a Coordinates object brings indexes along, which a dict of its items would make again
        rest = coords if coords is not None and not named and len(given) == len(coords) else given
        result = self.with_values(
            self.plain().assign_coords(plain(rest)), getattr(self.plain_error(), "variable", None)
        )
        if error is not None:
            result.coords[self.error_name] = error
        return result

    def __copy__(self: Any) -> Any:
        return self.copy(deep=False)

    def __deepcopy__(self: Any, memo: Any = None) -> Any:
        return self.copy(deep=True)

    def __array_wrap__(self: Any, *arguments: Any) -> Any:
        found = self.plain().__array_wrap__(*arguments)
        return self.with_values(found, None, labels.unlabelled(found.attrs))

    @property
    def real(self: Any) -> Any:
        """The real part, no further off than the whole."""
        return self.with_values(self.plain().real, self.plain_error(), labels.of_another_number(self.attrs))

    @property
    def imag(self: Any) -> Any:
        """The imaginary part, likewise."""
        return self.with_values(self.plain().imag, self.plain_error(), labels.of_another_number(self.attrs))


def _export(name: str) -> Any:
    method = getattr(xr.DataArray, name)

    def export(self: Any, *arguments: Any, **options: Any) -> Any:
        return method(self.exposed(), *arguments, **options)

    export.__name__, export.__doc__ = name, method.__doc__
    return export


def _replaceable(name: str) -> property:
    """A property that may be set: with other values the error is gone."""
    known: Any = getattr(xr.DataArray, name)

    def replace(self: Any, value: Any) -> None:
        known.fset(self, value)
        self.set_error(None)

    return property(known.fget, replace, doc=known.__doc__)


for _name in EXPORTS:
    if hasattr(xr.DataArray, _name):
        setattr(ArraySelections, _name, _export(_name))
for _name in ("values", "data"):
    setattr(ArraySelections, _name, _replaceable(_name))
