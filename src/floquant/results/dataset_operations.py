"""Every operation of a Dataset, with what it does to errors, flags and labels: by the tables in `operations`.

What only moves values is done to a plain Dataset, in which errors and flags are variables like any other. What makes new numbers is done to
a Dataset without them, and each variable with an error has its own from the same operation on a `ResultArray`. After the rest, those
errors and flags are left whose numbers have not changed.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
import xarray as xr

from floquant.results import labels, operations
from floquant.results.array_operations import spoiled
from floquant.results.carrier import Carrier, plain
from floquant.results.flags import fitting, flags_after
from floquant.results.later import answering

Method = Callable[..., Any]


class DatasetOperations(Carrier):
    """Methods and operators; `xr.Dataset` must follow among the bases."""

    __slots__ = ()

    def values_alone(self) -> Any:
        """The values without errors and flags, as an ordinary Dataset."""
        raise NotImplementedError

    def carrying(self, name: Any) -> Any:
        """A variable as a `ResultArray`, with its error if it has one."""
        raise NotImplementedError

    def map(self: Any, func: Any, keep_attrs: Any = None, args: Any = (), **options: Any) -> Any:
        """As in xarray, over the values; what `func` gives brings its error."""
        found = {name: func(self[name], *args, **options) for name in self.values_alone().data_vars}
        arrays = iter(found.values())
        result = type(self).of(self.values_alone().map(lambda _: copy.copy(plain(next(arrays))), keep_attrs))
        for name, value in found.items():
            if isinstance(value, Carrier):
                result[name] = value
            else:
                result[name].attrs = dict(getattr(value, "attrs", {}))
        return result

    def rename(self: Any, name_dict: Any = None, **names: Any) -> Any:
        """As in xarray; errors follow their values."""
        return self._made(self.plain().rename(self._followed({**(name_dict or {}), **names})))

    def rename_vars(self: Any, name_dict: Any = None, **names: Any) -> Any:
        """As in xarray; errors follow their values."""
        return self._made(self.plain().rename_vars(self._followed({**(name_dict or {}), **names})))

    def _followed(self: Any, names: Mapping[Any, Any]) -> dict[Any, Any]:
        errors = {self.errors[old]: f"{new}_error" for old, new in names.items() if old in self.errors}
        return {**errors, **names}

    def assign(self: Any, variables: Any = None, **named: Any) -> Any:
        """As in xarray; variables bring their errors."""
        result = self._made(self.plain())
        given = {**(variables or {}), **named}
        result.update({name: value(result) if callable(value) else value for name, value in given.items()})
        return result

    def to_dataarray(self: Any, *arguments: Any, **options: Any) -> Any:
        """As in xarray, of the values alone."""
        return self.values_alone().to_dataarray(*arguments, **options)

    def to_array(self: Any, *arguments: Any, **options: Any) -> Any:
        """As in xarray, of the values alone."""
        return self.values_alone().to_dataarray(*arguments, **options)

    def to_stacked_array(self: Any, *arguments: Any, **options: Any) -> Any:
        """As in xarray, of the values alone."""
        return self.values_alone().to_stacked_array(*arguments, **options)

    def __array_ufunc__(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        alone = [each.values_alone() if isinstance(each, DatasetOperations) else plain(each) for each in inputs]
        return stripped(getattr(ufunc, method)(*alone, **options))

    def __copy__(self: Any) -> Any:
        return self.copy(deep=False)

    def __deepcopy__(self: Any, memo: Any = None) -> Any:
        return self.copy(deep=True)


def stripped(data: Any) -> Any:
    """A Dataset without units and long names of its variables."""
    if isinstance(data, xr.Dataset):
        data = data.copy(deep=False)
        for name in data.data_vars:
            data.variables[name].attrs = labels.unlabelled(data.variables[name].attrs)
    return data


def kept(name: str, method: Method) -> Method:
    """The same is done to values, errors and flags."""
    fallback = changed(name, method)

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        if spoiled(method, name, arguments, options):
            return fallback(self, *arguments, **options)
        found = method(self.plain(), *plain(arguments), **plain(options))
        return type(self).of(found) if isinstance(found, xr.Dataset) else found

    return operation


def each(name: str, method: Method) -> Method:
    """New numbers, each variable with the error of its own operation."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        # a condition may be a function of the Dataset, not of each of its variables
        arguments = tuple(item(self) if callable(item) else item for item in arguments)
        found = method(self.values_alone(), *(_values_of(item) for item in arguments), **plain(options))
        if not isinstance(found, xr.Dataset):
            return found
        result = type(self).of(found)
        for variable in found.data_vars:
            own = [item[variable] if isinstance(item, xr.Dataset) else item for item in arguments]
            done = getattr(self.carrying(variable), name)(*own, **options)
            if isinstance(done, xr.DataArray):
                result[variable] = done
        result.update(fitting(flags_after(name, self, arguments, options), found))
        return result

    return operation


def _values_of(item: Any) -> Any:
    return item.values_alone() if isinstance(item, DatasetOperations) else plain(item)


def changed(name: str, method: Method) -> Method:
    """Errors and flags of what has not changed are left."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        found = method(self.values_alone(), *(_values_of(item) for item in arguments), **plain(options))
        if not isinstance(found, xr.Dataset):
            return found
        before = self.variables
        same = {key for key in found.data_vars if key in before and found.variables[key]._data is before[key]._data}
        if name not in operations.FILLED:
            for key in set(found.data_vars) - same:
                attrs = found.variables[key].attrs
                fits = name in operations.SAME_UNIT
                found[key].attrs = labels.of_another_number(attrs) if fits else labels.unlabelled(attrs)
        left = {error: before[error] for key, error in self.errors.items() if key in same}
        if same >= set(self.values_alone().data_vars):
            left.update({flag: before[flag] for flag in self.flags})
        return type(self).of(found.assign(left))

    return operation


def later(method: Method) -> Method:
    """What computes later gets bare values."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        return answering(method(stripped(self.values_alone()), *plain(arguments), **plain(options)), type(self))

    return operation


EACH = (*operations.REDUCTIONS, *operations.COMPONENTS, "cumsum", "diff", "where")


def _rule_of(name: str, method: Method) -> Method:
    """By the tables."""
    if name in operations.KEPT:
        return kept(name, method)
    if name in operations.LATER:
        return later(method)
    return each(name, method) if name in EACH else changed(name, method)


def install(cls: type[DatasetOperations]) -> None:
    """Give the class every public method and operator of a Dataset that it does not define itself."""
    own = {name for base in cls.__mro__ for name in vars(base)}
    for name in dir(xr.Dataset):
        method = inspect.getattr_static(xr.Dataset, name)
        hidden = name.startswith(("_", "to_")) or name in (*operations.AS_IT_IS, "eval", "update")
        if inspect.isfunction(method) and not hidden and name not in own:
            setattr(cls, name, _rule_of(name, method))
    arithmetic = (*operations.SUMS, *operations.PRODUCTS, *operations.QUOTIENTS)
    for name in (*arithmetic, *operations.UNARY, *operations.OTHER_OPERATORS, *operations.COMPARISONS, "invert"):
        for mark in ("", "r"):
            full = f"__{mark}{name}__"
            if inspect.isfunction(getattr(xr.Dataset, full, None)):
                known = name in (*arithmetic, *operations.UNARY)
                setattr(cls, full, (each if known else changed)(full, getattr(xr.Dataset, full)))
        if f"__i{name}__" in dir(xr.Dataset):
            setattr(cls, f"__i{name}__", getattr(cls, f"__{name}__"))


install(DatasetOperations)
