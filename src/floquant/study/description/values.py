"""What a user wrote for one axis: numbers, arrays and DataArrays, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import text
from floquant.checks.reading import array_of, finite, is_labelled
from floquant.checks.words import brief, quoted
from floquant.errors import BadInput


def merged(axes: Any, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Axes and fixed values in one dict. Raises `BadInput` for a name in both, or for axes that are no dict."""
    if axes is None:
        axes = {}
    if not isinstance(axes, Mapping):
        raise BadInput(
            f'axes is {brief(axes)}, but it must be a dict from name to values; give for example axes={{"flux": …}}.'
        )
    for name in axes:
        text(name, "The name of an axis")
    both = [name for name in fixed if name in axes]
    if both:
        raise BadInput(
            f"{quoted(both)} is swept by axes and fixed by {both[0]}={brief(fixed[both[0]])}; keep one of them."
        )
    for name, value in fixed.items():
        if array_of(value, f'"{name}"').ndim:
            raise BadInput(
                f'"{name}" is given as a keyword, which fixes it, but it holds {np.size(value)} values; put it into axes.'
            )
    return {**{str(name): value for name, value in axes.items()}, **fixed}


def labelled(name: str, value: Any) -> tuple[tuple[str, ...], Array, dict[str, Array]]:
    """Dims and values of one axis, and the positions along those dims that have coordinates."""
    what = f'The axis "{name}"'
    array = array_of(value, what, "must be a number or an array; give one of them")
    if is_labelled(value):
        positions = {str(dim): np.asarray(value.coords[dim].values) for dim in value.dims if dim in value.coords}
        return tuple(str(dim) for dim in value.dims), array, positions
    if array.ndim > 1:
        raise BadInput(
            f'The axis "{name}" is an array of {array.ndim} dimensions, but only one can be named after it; give a DataArray '
            f"with named dims."
        )
    return (name,)[: array.ndim], array, {}


def checked_values(name: str, role: str, values: Array) -> Array:
    """Values that an axis of this role can have, as floats (complex, integers or strings where they are allowed)."""
    what = f'The axis "{name}"'
    if values.size == 0:
        raise BadInput(f"{what} is empty, but it must hold at least one value; give some, as np.linspace(0, 1, 101).")
    if role == "argument":
        if values.dtype.kind not in "biufcU":
            raise BadInput(f"{what} holds {values.dtype}, but an argument must be numbers or strings; give these.")
        if values.dtype.kind in "fc":
            finite(values, what, complex_allowed=True)
        return values
    complex_allowed = role in ("knob", "drive") and values.dtype.kind == "c"
    if values.dtype.kind not in "biuf" and not complex_allowed:
        shown = brief(python_value(values[()])) if values.ndim == 0 else f"{values.dtype} values"
        raise BadInput(f"{what} holds {shown}, but it must hold real numbers; give numbers.")
    values = finite(values, what, complex_allowed)
    if role == "photon energy" and values.min() <= 0:
        raise BadInput(
            f"{what} begins at {values.min():g}, but a photon energy must be > 0; give ħΩ in the energy unit."
        )
    if name == "temperature" and values.min() < 0:
        raise BadInput(f"{what} begins at {values.min():g}, but it must be ≥ 0; give k_B T in the energy unit.")
    return values.astype(complex) if complex_allowed else values


def python_value(value: Any) -> Any:
    """A NumPy scalar as a Python one: device functions take ints and strings."""
    return value.item() if isinstance(value, np.generic) else value
