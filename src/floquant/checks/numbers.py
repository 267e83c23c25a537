"""Numbers, arrays of numbers and sites as users give them: finite, of the right kind, or a refusal."""

from __future__ import annotations

import operator
from numbers import Number
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.reading import LARGEST, array_of, finite, is_masked, too_large
from floquant.checks.words import brief
from floquant.errors import BadInput


def is_number(value: Any) -> bool:
    """True for a scalar number, of Python, NumPy or as an array without dims; a string is not one."""
    if isinstance(value, Number):
        return True
    return (
        isinstance(getattr(value, "ndim", None), int)
        and value.ndim == 0
        and getattr(value, "dtype", np.dtype("O")).kind in "biufc"
    )


def number(value: Any, what: str, complex_allowed: bool = False) -> Any:
    """A finite float (or complex), or BadInput. `what` opens the sentence: `Knob "flux"`."""
    if not is_number(value):
        raise BadInput(f"{what} is {brief(value)}, but it must be a number; give a finite number.")
    if isinstance(value, float) and type(value) is float and abs(value) <= LARGEST:
        return value  # most are, and nan is not
    try:
        with np.errstate(over="ignore"):
            result = complex(array_of(value, what).item())
    except (OverflowError, ValueError):
        raise BadInput(
            f"{what} is {brief(value)}, but it is beyond what a float holds; give a smaller number."
        ) from None
    if not np.isfinite(result):
        raise BadInput(f"{what} is {brief(value)}, but it must be finite; give a finite number.")
    if result.imag and not complex_allowed:
        raise BadInput(f"{what} is {brief(value)}, but it must be real; give a real number.")
    if abs(result) > LARGEST:
        raise BadInput(too_large(what, abs(result)))
    return result if result.imag else result.real


def whole(value: Any, what: str, least: int, most: int | None = None, must: str = "give such a number") -> int:
    """An integer of `least` … `most`, of any of Python's and NumPy's kinds of integers. `what` opens the sentence: `The length`."""
    try:
        if isinstance(value, bool | np.bool_ | np.ma.MaskedArray):
            raise TypeError
        result = operator.index(value)
    except Exception:  # whatever an object's own conversion raises
        result = None
    if result is None or result < least or (most is not None and result > most):
        limit = f"≥ {least}" if result is None or result < least else f"≤ {most}"
        raise BadInput(f"{what} is {brief(value)}, but it must be an integer {limit}; {must}.")
    return result


def sign_of(value: Any, what: str, meaning: str) -> int:
    """1 or −1. `meaning` says what 1 means: `from x to y`."""
    try:
        sign = whole(value, what, -1, 1)
    except BadInput:
        sign = 0
    if not sign:
        raise BadInput(f"{what} is {brief(value)}, but it must be 1 ({meaning}) or −1; give one of them.")
    return sign


def numbers(value: Any, what: str, complex_allowed: bool = False) -> Any:
    """As `number`, or a read-only 1-D array of such numbers (one per setting)."""
    if is_number(value):
        return number(value, what, complex_allowed)
    must = "must be a number or a 1-D array of numbers; give one of them"
    array = array_of(value, what, must)
    if array.dtype.kind not in "biufc" or array.ndim != 1 or array.size == 0:
        raise BadInput(f"{what} is {brief(value)}, but it {must}.")
    result = finite(array, what, complex_allowed)
    result.setflags(write=False)
    return result


def real_array(value: Any, what: str) -> Array:
    """A new float array of any dimension, finite."""
    array = array_of(value, what, "must hold real numbers; give numbers")
    if array.dtype.kind not in "biufc":
        raise BadInput(f"{what} is {brief(value)}, but it must hold real numbers; give numbers.")
    return finite(array, what)


def energies_of(value: Any, what: str = "The energy") -> Array:
    """Energies of any shape as an array of floats, or of complex numbers where they are of that type, all finite."""
    array = array_of(value, what, "must be a number or an array of numbers; give energies")
    if array.dtype.kind not in "biufc":
        raise BadInput(f"{what} is {brief(value)}, but it must be a number or an array of numbers; give energies.")
    if array.dtype not in (np.float64, np.complex128):
        with np.errstate(over="ignore"):
            array = array.astype(complex if array.dtype.kind == "c" else float)
    if not np.all(np.abs(array) <= LARGEST):
        finite(array, what, complex_allowed=True)
    return array


def integers(value: Any, refusal: str) -> Array:
    """An array of integers of any kind, as int64. Raises `BadInput` with this text for anything else."""
    try:
        array = np.asarray(None if is_masked(value) else value)
    except Exception:  # ragged lists, and whatever an object's own conversion raises
        array = np.asarray(None)
    if array.size and (array.dtype.kind not in "iu" or np.any(array > np.iinfo(np.int64).max)):
        raise BadInput(refusal)
    return array.astype(np.int64)


def site_list(sites: Any, what: str) -> tuple[int, ...]:
    """One site or several as a tuple of different integers ≥ 0; whether the device has them is checked by the device."""
    refusal = f"{what} touches {brief(sites)}, but sites are integers; give one integer or a list of them."
    listed = np.atleast_1d(integers(sites, refusal))
    if listed.ndim != 1:
        raise BadInput(refusal)
    if listed.size == 0:
        raise BadInput(f"{what} touches no site, but it must touch at least one; give sites inside the device.")
    result = tuple(int(site) for site in listed)
    if len(set(result)) < len(result):
        raise BadInput(f"{what} touches {brief(list(result))}, but a site may appear only once; list each site once.")
    return result
