"""Numbers, arrays of numbers and sites as users give them: finite, of the right kind, or a refusal."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput


def is_number(value: Any) -> bool:
    """True for what numpy calls a scalar number; a string is not one."""
    return isinstance(value, int | float | complex | np.number) or (
        getattr(value, "ndim", None) == 0 and np.asarray(value).dtype.kind in "biufc"
    )


def number(value: Any, what: str, complex_allowed: bool = False) -> Any:
    """A finite float (or complex), or BadInput. `what` opens the sentence: `Knob "flux"`."""
    if not is_number(value):
        raise BadInput(f"{what} is {value!r}, but it must be a number; give a finite number.")
    result = complex(value)
    if not np.isfinite(result):
        raise BadInput(f"{what} is {value!r}, but it must be finite; give a finite number.")
    if result.imag and not complex_allowed:
        raise BadInput(f"{what} is {value!r}, but it must be real; give a real number.")
    return result if result.imag else result.real


def numbers(value: Any, what: str, complex_allowed: bool = False) -> Any:
    """As `number`, or a read-only 1-D array of such numbers (one per setting)."""
    if is_number(value):
        return number(value, what, complex_allowed)
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" or array.ndim != 1 or array.size == 0:
        raise BadInput(f"{what} is {value!r}, but it must be a number or a 1-D array of numbers; give one of them.")
    if not np.all(np.isfinite(array)):
        raise BadInput(f"{what} holds nan or inf, but it must be finite; give finite numbers.")
    if np.iscomplexobj(array):
        if np.any(array.imag) and not complex_allowed:
            raise BadInput(f"{what} holds complex numbers, but it must be real; give real numbers.")
        array = array if np.any(array.imag) else array.real
    result = array.astype(complex if np.iscomplexobj(array) else float)
    result.setflags(write=False)
    return result


def real_array(value: Any, what: str) -> Array:
    """A new float array of any dimension, finite."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise BadInput(f"{what} is {value!r}, but it must hold real numbers; give numbers.")
    if not np.all(np.isfinite(array)):
        raise BadInput(f"{what} holds nan or inf, but it must be finite; give finite numbers.")
    return np.array(array, float)


def site_list(sites: Any, what: str) -> tuple[int, ...]:
    """One site or several as a tuple of different integers ≥ 0; whether the device has them is checked by the device."""
    listed = np.atleast_1d(np.asarray(sites))
    if listed.size == 0:
        raise BadInput(f"{what} touches no site, but it must touch at least one; give sites inside the device.")
    if listed.ndim != 1 or listed.dtype.kind not in "iu":
        raise BadInput(f"{what} touches {sites!r}, but sites are integers; give one integer or a list of them.")
    result = tuple(int(site) for site in listed)
    if len(set(result)) < len(result):
        raise BadInput(f"{what} touches {list(result)}, but a site may appear only once; list each site once.")
    return result
