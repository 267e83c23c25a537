"""Checks shared by everything that a user makes: numbers, names, sites, and dicts that cannot change."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from floquant.errors import BadInput

Array = npt.NDArray[Any]
Value = TypeVar("Value")

RESERVED_AXES = ("energy", "fermi_energy", "temperature", "bias")
RESERVED_KEYWORDS = (
    "device", "drive", "energies", "window", "rtol", "atol", "sidebands", "solver", "max_nodes", "accuracy", "solution",
    "reservoirs", "mu", "self", "max_half_width", "states",
)  # fmt: skip
RESERVED_DIMENSIONS = (
    "lead", "lead_out", "lead_in", "lead_other", "sideband", "spin", "spin_out", "spin_in", "channel", "channel_out",
    "channel_in", "direction", "harmonic", "site", "time", "t", "error", "converged", "resonance", "bound_state",
    "orbital",
)  # fmt: skip


class Frozen(dict[Any, Value]):
    """A dict that cannot change after it is made. (A MappingProxyType would not travel to a worker process.)"""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is frozen; make a new object instead")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def quoted(names: Iterable[str]) -> str:
    """`"a", "b"`, or the word `none`."""
    return ", ".join(f'"{name}"' for name in names) or "none"


def nearest(name: str, names: Iterable[str]) -> str:
    """` Did you mean "flux"?`, or nothing if no name is near."""
    near = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.5)
    return f' Did you mean "{near[0]}"?' if near else ""


def unknown(kind: str, name: Any, names: Iterable[str], owner: str) -> BadInput:
    """The refusal of a name that does not exist."""
    names = list(names)
    return BadInput(f'{owner} has no {kind} "{name}"; it has {quoted(names)}.{nearest(name, names)}')


def checked_name(name: Any, kind: str) -> str:
    """A name that can be a keyword and an axis: an identifier that means nothing else in a call or in a result."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise BadInput(
            f"A {kind} is named {name!r}, but names become keywords and axes; give an identifier such as dot_level."
        )
    for names, what in (
        (RESERVED_AXES, "an axis of every study"),
        (RESERVED_KEYWORDS, "a keyword of the calls"),
        (RESERVED_DIMENSIONS, "a dimension of results"),
    ):
        if name in names:
            raise BadInput(f'A {kind} is named "{name}", which is reserved: {what}; give it another name.')
    return name


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


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """A mapping from names, or nothing at all for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f"{what} are {value!r}, but they must be a dict from name to value; give a dict.")
    return value
