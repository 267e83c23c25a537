"""Every operation of a DataArray, with what it does to the error: one rule for each row of the tables in `operations`.

None of them runs on the array itself: xarray gets the values, and the error, as plain arrays. So an operation that is in no table
cannot take an error along.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import xarray as xr

from floquant.results import labels, operations
from floquant.results.carrier import ArrayCarrier, operand, plain
from floquant.results.later import answering
from floquant.results.propagation import Rule, of_product, of_quotient, of_sum
from floquant.results.reductions import ArrayReductions
from floquant.results.selections import ArraySelections

Method = Callable[..., Any]

BINARY_UFUNCS = {np.add: "add", np.subtract: "sub", np.multiply: "mul", np.true_divide: "truediv"}
UNARY_UFUNCS = {
    np.absolute: "__abs__", np.negative: "__neg__", np.positive: "__pos__", np.conjugate: "conj",
}  # fmt: skip


class ArrayOperations(ArraySelections, ArrayReductions, ArrayCarrier):
    """Methods and operators; `xr.DataArray` must follow among the bases."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and not options and ufunc in UNARY_UFUNCS:
            return getattr(self, UNARY_UFUNCS[ufunc])()
        if method == "__call__" and not options and ufunc in BINARY_UFUNCS:
            first, second = inputs
            if first is self:
                return getattr(self, f"__{BINARY_UFUNCS[ufunc]}__")(second)
            return getattr(self, f"__r{BINARY_UFUNCS[ufunc]}__")(first)
        return _without_error(self, getattr(ufunc, method)(*plain(inputs), **options))


def _without_error(array: ArrayCarrier, found: Any, fits: bool = False) -> Any:
    """What an operation gave, with no error, and without labels unless they fit."""
    if not isinstance(found, xr.DataArray):
        return found
    return array.with_values(found, None, None if fits else labels.unlabelled(found.attrs))


def spoiled(method: Method, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Whether an operation that only moves values was asked to bring in others, or to move them by what they are."""
    given = inspect.signature(method).bind(None, *arguments, **options).arguments
    foreign = any(key in given for key in operations.FOREIGN.get(name, ()))
    return foreign or (
        name == "sortby" and any(callable(value) and not isinstance(value, xr.DataArray) for value in given.values())
    )


def kept(name: str, method: Method) -> Method:
    """The same is done to values and errors."""

    @wraps(method)
    def operation(self: ArrayCarrier, *arguments: Any, **options: Any) -> Any:
        arguments, options = plain(arguments), plain(options)
        value, error = method(self.plain(), *arguments, **options), self.plain_error()
        if not isinstance(value, xr.DataArray):
            return value
        if error is None or spoiled(method, name, arguments, options):
            return self.with_values(value, None)
        return self.with_values(value, method(error, *arguments, **options))

    return operation


def filled(method: Method) -> Method:
    """New values that the labels still describe."""

    @wraps(method)
    def operation(self: ArrayCarrier, *arguments: Any, **options: Any) -> Any:
        return _without_error(self, method(self.plain(), *plain(arguments), **plain(options)), fits=True)

    return operation


def same_unit(method: Method) -> Method:
    """Other numbers in the same unit."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        found = method(self.plain(), *plain(arguments), **plain(options))
        if not isinstance(found, xr.DataArray):
            return found
        return self.with_values(found, None, labels.of_another_number(self.attrs))

    return operation


def later(method: Method) -> Method:
    """What computes later gets bare values."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        bare = self.plain().copy(deep=False)
        bare.attrs = labels.unlabelled(bare.attrs)
        return answering(method(bare, *plain(arguments), **plain(options)), type(self))

    return operation


def unknown(method: Method) -> Method:
    """Anything may have happened."""

    @wraps(method)
    def operation(self: ArrayCarrier, *arguments: Any, **options: Any) -> Any:
        return _without_error(self, method(self.plain(), *plain(arguments), **plain(options)))

    return operation


def component(method: Method) -> Method:
    """−x, |x|, x*: no further off than x; the long name described x."""

    @wraps(method)
    def operation(self: Any, *arguments: Any, **options: Any) -> Any:
        value = method(self.plain(), *arguments, **options)
        return self.with_values(value, self.plain_error(), labels.of_another_number(self.attrs))

    return operation


def binary(method: Method, rule: Rule, reflected: bool, same_unit: bool) -> Method:
    """An operator with a rule for its error."""

    @wraps(method)
    def operation(self: Any, other: Any) -> Any:
        value = method(self.plain(), plain(other))
        if value is NotImplemented or not isinstance(value, xr.DataArray):
            return value
        one, two = operand(self), operand(other)
        inexact = one.error is not None or two.error is not None
        error = (rule(two, one) if reflected else rule(one, two)) if inexact and one.known and two.known else None
        return self.with_values(value, error, labels.of_both(self.attrs, getattr(other, "attrs", {}), same_unit))

    return operation


def _rule_of(name: str, method: Method) -> Method:
    """By the tables."""
    if name in operations.KEPT:
        return kept(name, method)
    if name in operations.FILLED:
        return filled(method)
    if name in operations.SAME_UNIT:
        return same_unit(method)
    if name in operations.LATER:
        return later(method)
    return component(method) if name in operations.COMPONENTS else unknown(method)


def install(cls: type[ArrayOperations]) -> None:
    """Give the class every public method and operator of a DataArray that it does not define itself."""
    own = {name for base in cls.__mro__ for name in vars(base)}
    for name in dir(xr.DataArray):
        method = inspect.getattr_static(xr.DataArray, name)
        hidden = name.startswith(("_", "to_")) or name in operations.AS_IT_IS
        if inspect.isfunction(method) and not hidden and name not in own:
            setattr(cls, name, _rule_of(name, method))
    rules: dict[str, Rule] = {
        **dict.fromkeys(operations.SUMS, of_sum),
        **dict.fromkeys(operations.PRODUCTS, of_product),
        **dict.fromkeys(operations.QUOTIENTS, of_quotient),
    }
    for name, rule in rules.items():
        for reflected, mark in ((False, ""), (True, "r")):
            method = getattr(xr.DataArray, f"__{mark}{name}__")
            setattr(cls, f"__{mark}{name}__", binary(method, rule, reflected, name in operations.SUMS))
        # a result is a value: what is bound to another name does not change with it
        setattr(cls, f"__i{name}__", getattr(cls, f"__{name}__"))
    for name in operations.UNARY:
        setattr(cls, f"__{name}__", component(getattr(xr.DataArray, f"__{name}__")))
    for name in (*operations.OTHER_OPERATORS, *operations.COMPARISONS, "invert"):
        for mark in ("", "r"):
            full = f"__{mark}{name}__"
            if hasattr(xr.DataArray, full) and inspect.isfunction(getattr(xr.DataArray, full)):
                setattr(cls, full, unknown(getattr(xr.DataArray, full)))
        if f"__i{name}__" in dir(xr.DataArray):
            setattr(cls, f"__i{name}__", getattr(cls, f"__{name}__"))


install(ArrayOperations)
