"""Datasets whose errors and flags stay with their numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import xarray as xr
from xarray.core.dataset import DataVariables  # type: ignore[attr-defined]  # it moved, and is found here in all versions

from floquant.results.array import ResultArray, error_name
from floquant.results.carrier import plain
from floquant.results.dataset_operations import DatasetOperations


class ValuesAlone(DataVariables):
    """The data variables; what `xarray.apply_ufunc` and the like compute with holds neither errors nor flags."""

    __slots__ = ()

    @property
    def variables(self) -> Any:
        belongings = {*self._dataset.errors.values(), *self._dataset.flags}
        known = self._dataset.variables
        return {name: known[name] for name in self if name not in belongings}


class ResultDataset(DatasetOperations, xr.Dataset):  # type: ignore[no-untyped-call]
    """An `xarray.Dataset` whose errors stay with their numbers: what a study returns, and what `floquant.open` reads.

    The variable `<name>_error` is a bound of the error of every number of `<name>`; a variable that is taken out is a `ResultArray`, and
    brings its error. Flags (`converged`, `<name>_converged`) say which numbers met their bound: after an operation those do whose
    parts all did. What the operations of a `ResultArray` do to its error and labels, those of a Dataset do to each variable; after
    any other the errors and flags of what has changed are gone. `data.plain()` is an ordinary Dataset, in which they are variables
    like any other.
    """

    __slots__ = ()

    @classmethod
    def of(cls, data: xr.Dataset) -> ResultDataset:
        """From any Dataset; errors that are coordinates become variables."""
        errors = [name for name in data.coords if any(name == error_name(value) for value in data.data_vars)]
        return cls._made(data.reset_coords(errors))

    @classmethod
    def _made(cls, data: xr.Dataset) -> ResultDataset:
        result = xr.Dataset.copy(data, deep=False)
        # the class is all that differs: no copy of variables, encodings, indexes
        result.__class__ = cls
        return result  # type: ignore[return-value]

    def plain(self) -> xr.Dataset:
        """An ordinary Dataset, in which errors and flags are variables like any other."""
        result = xr.Dataset.copy(self, deep=False)
        result.__class__ = xr.Dataset  # type: ignore[assignment]
        return result

    def values_alone(self) -> xr.Dataset:
        """An ordinary Dataset without errors and flags."""
        return self.plain().drop_vars([*self.errors.values(), *self.flags])

    def carrying(self, name: Hashable) -> ResultArray:
        """A variable as a `ResultArray`, with its error if it has one."""
        return ResultArray.of(self[name])

    @property
    def errors(self) -> dict[Hashable, Hashable]:
        """Which variable is the error of which: {value: error}."""
        known = [name for name in self._variables if name not in self._coord_names]
        return {name: error_name(name) for name in known if error_name(name) in known}

    @property
    def flags(self) -> list[Hashable]:
        """Variables that say which numbers met their bound."""
        return [
            name
            for name, variable in self._variables.items()
            if name not in self._coord_names
            and variable.dtype == bool
            and (name == "converged" or str(name).endswith("_converged"))
        ]

    @property
    def data_vars(self) -> ValuesAlone:
        """The data variables."""
        return ValuesAlone(self)

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if not isinstance(found, xr.DataArray) or key in self._coord_names:
            return found
        if key in self.errors.values() or found.dtype.kind not in "iufc":
            return found
        # a number without an error has one that nobody knows
        error = self.errors.get(key)
        return ResultArray._made(found, None if error is None else self._variables[error])

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, Mapping):
            super().__setitem__(key, value)
            return
        self.values_alone()[key] = plain(value)  # the same arrays, in place
        for name in [*self.errors.values(), *self.flags]:
            del self[name]

    def update(self, other: Any) -> None:
        """As in xarray: a variable brings its error; one that brings none loses the error of what it replaces."""
        before = {name: self._variables[name] for name in self.errors}
        items = plain(other) if isinstance(other, xr.Dataset) else _with_errors(dict(other))
        super().update(items)
        for name in items:
            error = error_name(name)
            same = name in before and self._variables[name]._data is before[name]._data
            if error in self._variables and error not in items and not same:
                del self[error]


def _with_errors(items: dict[Hashable, Any]) -> dict[Hashable, Any]:
    """Plain variables, and the errors that they bring, unless these are given too."""
    errors = {
        error_name(name): value.plain_error()
        for name, value in items.items()
        if isinstance(value, ResultArray) and not str(name).endswith("_error")  # an error of an error is none
    }
    brought = {name: error for name, error in errors.items() if error is not None and name not in items}
    return {**plain(items), **brought}
