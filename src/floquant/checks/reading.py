"""What NumPy makes of something that a user gave: the only place where a value becomes an array. A mask is refused, and never ignored."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.words import brief
from floquant.errors import BadInput

# Sixth powers of it are floats: no product of energies on the way to a current overflows.
LARGEST = 1e50
# Lists in lists beyond this depth NumPy does not look into.
DEEPEST = 32


def array_of(value: Any, what: str, must: str = "must hold numbers; give numbers") -> Array:
    """The value as an array, of any type, NumPy's own if it is one. Raises `BadInput` for a mask, and for what NumPy cannot read.

    `what` opens the sentence of the refusal, `must` ends it.
    """
    if is_masked(value):
        raise BadInput(
            f"{what} is a masked array, but a mask says that some values are unknown, and every value counts; give a plain array of those "
            f"that you know, as values.compressed()."
        )
    try:
        array = np.asarray(value)
    except Exception:  # ragged lists, and whatever an object's own conversion raises
        raise BadInput(f"{what} is {brief(value)}, but it {must}.") from None
    return _of_numbers(array, what) if array.dtype.kind == "O" else array


def is_masked(value: Any, depth: int = 0) -> bool:
    """Whether it is a masked array, or a list that holds one."""
    if isinstance(value, np.ma.MaskedArray):
        return True
    if depth > DEEPEST or not isinstance(value, list | tuple):
        return False
    return any(is_masked(each, depth + 1) for each in value if isinstance(each, Sequence | np.ndarray))


def is_labelled(value: Any) -> bool:
    """Whether it is a DataArray, without importing xarray; a Dataset, which has dims too, is none."""
    return hasattr(value, "dims") and hasattr(value, "coords") and isinstance(getattr(value, "dtype", None), np.dtype)


def finite(array: Array, what: str, complex_allowed: bool = False) -> Array:
    """A new array of floats (or complex numbers where some are), all finite and no larger than 1e50. Raises `BadInput` otherwise."""
    with np.errstate(over="ignore"):  # from numbers with more digits than a float
        result = np.array(array, complex if np.iscomplexobj(array) else float)
    if not np.all(np.isfinite(result)):
        raise BadInput(f"{what} holds nan or inf, but it must be finite; give finite numbers.")
    if np.iscomplexobj(result):
        if np.any(result.imag) and not complex_allowed:
            raise BadInput(f"{what} holds complex numbers, but it must be real; give real numbers.")
        result = result if np.any(result.imag) else result.real.copy()
    largest = np.abs(result).max(initial=0.0)
    if largest > LARGEST:
        raise BadInput(too_large(what, largest))
    return result


def too_large(what: str, value: float) -> str:
    """The refusal of a number whose powers are no floats."""
    return (
        f"{what} holds {value:.3g}, but numbers beyond {LARGEST:g} overflow on the way to a result; give energies in a larger unit, or a "
        f"smaller number."
    )


def _of_numbers(array: Array, what: str) -> Array:
    """An array of objects as numbers, if all of them are: long integers, fractions, decimals. As it is otherwise."""
    if not all(isinstance(each, Number) for each in array.flat):
        return array
    try:
        return np.array([complex(each) for each in array.flat]).reshape(array.shape)
    except (OverflowError, ValueError, TypeError):
        raise BadInput(
            f"{what} is {brief(array)}, but it is beyond what a float holds; give smaller numbers."
        ) from None
