"""The axes of a study: what the user wrote, checked, as named arrays over named dimensions.

A number is fixed; an array is an axis of its own name; DataArrays that share a dim are zipped along it. The order of the
dims is that of the axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model.checks import RESERVED_DIMENSIONS, quoted
from floquant.study.roles import Roles

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Axis:
    """One swept or fixed quantity: values (shape of dims) over `dims`, none where it is fixed."""

    name: str
    role: str
    dims: tuple[str, ...]
    values: Array

    def laid(self, at: Mapping[str, int], groups: tuple[tuple[str, ...], ...], sizes: Mapping[str, int]) -> Array:
        """Values with the dims of `at` taken there and the others in groups, each flattened; 1 for a group without any."""
        left = [dim for dim in self.dims if dim not in at]
        values = self.values[tuple(at.get(dim, slice(None)) for dim in self.dims)]
        order = [dim for group in groups for dim in group if dim in left]
        values = values.transpose([left.index(dim) for dim in order])
        full, spread, shape = [], [], []
        for group in groups:
            used = any(dim in left for dim in group)
            full += [sizes[dim] if dim in left else 1 for dim in group]
            spread += [sizes[dim] if used else 1 for dim in group]
            shape.append(int(np.prod([sizes[dim] for dim in group], dtype=int)) if used else 1)
        return np.ascontiguousarray(np.broadcast_to(values.reshape(full), spread)).reshape(shape)


@dataclass(frozen=True, eq=False)
class Axes:
    """All axes; `sizes` of the dims in order, `coords` of dims that are no axes themselves."""

    items: Mapping[str, Axis]
    sizes: Mapping[str, int]
    coords: Mapping[str, Array]

    @property
    def dims(self) -> tuple[str, ...]:
        """The dims in the order of the axes."""
        return tuple(self.sizes)

    def dims_of(self, *roles: str) -> tuple[str, ...]:
        """Dims along which an axis of one of these roles varies, in order."""
        used = {dim for axis in self.items.values() if axis.role in roles for dim in axis.dims}
        return tuple(dim for dim in self.sizes if dim in used)

    def values(self, name: str) -> Array:
        """All values of an axis, 0 for one that is not given."""
        return self.items[name].values if name in self.items else np.zeros(())

    def sample(self, *roles: str) -> dict[str, Any]:
        """First, middle and last value of each axis of these roles, one number where it is fixed."""
        found = {}
        for name, axis in self.items.items():
            if axis.role in roles:
                flat = axis.values.reshape(-1)
                found[name] = flat[[0, len(flat) // 2, -1]] if axis.dims else python_value(flat[0])
        return found


def python_value(value: Any) -> Any:
    """A NumPy scalar as a Python one: device functions take ints and strings."""
    return value.item() if isinstance(value, np.generic) else value


def checked_axes(given: Mapping[str, Any], roles: Roles) -> Axes:
    """Raises `BadInput` for names that mean nothing, for empty axes, for values that are not finite numbers, or dims that disagree."""
    items: dict[str, Axis] = {}
    sizes: dict[str, int] = {}
    owner: dict[str, str] = {}
    coords: dict[str, Array] = {}
    for name, value in given.items():
        role = roles.of_name(name)
        dims, values, own = _labelled(name, value)
        values = _checked_values(name, role, values)
        for dim, size in zip(dims, values.shape, strict=True):
            _check_dim(name, dim, given, roles)
            if sizes.setdefault(dim, size) != size:
                raise BadInput(
                    f'The axes "{owner[dim]}" and "{name}" share "{dim}", but have {sizes[dim]} and {size} values; zipped '
                    f"axes must have equally many."
                )
            owner.setdefault(dim, name)
        for dim, positions in own.items():
            if dim in coords and not np.array_equal(coords[dim], positions):
                raise BadInput(
                    f'The axes disagree about the coordinates along "{dim}"; give the same to all that share it.'
                )
            coords[dim] = positions
        items[name] = Axis(name, role, dims, values)
    for dim, positions in list(coords.items()):
        if dim in items:
            if items[dim].dims != (dim,) or not np.array_equal(items[dim].values, positions):
                raise BadInput(
                    f'An axis is given along "{dim}" at other values than the axis "{dim}" has; give the same.'
                )
            del coords[dim]
    return Axes(items, sizes, coords)


def _labelled(name: str, value: Any) -> tuple[tuple[str, ...], Array, dict[str, Array]]:
    """Dims, values and coordinates of the dims."""
    if hasattr(value, "dims") and hasattr(value, "coords"):
        own = {str(dim): np.asarray(value.coords[dim].values) for dim in value.dims if dim in value.coords}
        return tuple(str(dim) for dim in value.dims), np.asarray(value.values), own
    try:
        array = np.asarray(value)
    except ValueError:
        raise BadInput(
            f'The axis "{name}" is {value!r}, but it must be a number or an array; give one of them.'
        ) from None
    if array.ndim > 1:
        raise BadInput(
            f'The axis "{name}" is an array of {array.ndim} dimensions, but only one can be named after it; give a DataArray '
            f"with named dims."
        )
    return (name,)[: array.ndim], array, {}


def _check_dim(name: str, dim: str, given: Mapping[str, Any], roles: Roles) -> None:
    if dim in RESERVED_DIMENSIONS:
        raise BadInput(
            f'The axis "{name}" lies along "{dim}", which is a dimension of results; call the dimension otherwise.'
        )
    if dim in given and np.ndim(given[dim]) == 0:
        raise BadInput(
            f'"{dim}" is swept (the axis "{name}" lies along it) and fixed at {given[dim]!r}; keep one of them.'
        )
    if dim not in given and dim in roles.names:
        raise BadInput(
            f'The axis "{name}" lies along "{dim}", which the study could sweep, but does not; give "{dim}" as an axis too, or call the '
            f"dimension otherwise."
        )


def _checked_values(name: str, role: str, values: Array) -> Array:
    what = f'The axis "{name}"'
    if values.size == 0:
        raise BadInput(f"{what} is empty, but it must hold at least one value; give some, as np.linspace(0, 1, 101).")
    if role == "argument":
        if values.dtype.kind not in "biufcU":
            raise BadInput(f"{what} holds {values.dtype}, but an argument must be numbers or strings; give these.")
        return values
    complex_allowed = role in ("knob", "drive") and values.dtype.kind == "c"
    if values.dtype.kind not in "biuf" and not complex_allowed:
        shown = repr(python_value(values[()])) if values.ndim == 0 else f"{values.dtype} values"
        raise BadInput(f"{what} holds {shown}, but it must hold real numbers; give numbers.")
    if not np.all(np.isfinite(values)):
        raise BadInput(f"{what} holds nan or inf, but it must be finite; give finite numbers.")
    if role == "photon energy" and values.min() <= 0:
        raise BadInput(
            f"{what} begins at {values.min():g}, but a photon energy must be > 0; give ħΩ in the energy unit."
        )
    if name == "temperature" and values.min() < 0:
        raise BadInput(f"{what} begins at {values.min():g}, but it must be ≥ 0; give k_B T in the energy unit.")
    return values.astype(complex if complex_allowed else float)


def merged(axes: Any, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Axes and fixed values in one dict. Raises `BadInput` for a name in both, or for axes that are no dict."""
    if axes is None:
        axes = {}
    if not isinstance(axes, Mapping):
        raise BadInput(
            f'axes is {axes!r}, but it must be a dict from name to values; give for example axes={{"flux": …}}.'
        )
    both = [name for name in fixed if name in axes]
    if both:
        raise BadInput(f"{quoted(both)} is swept by axes and fixed by {both[0]}={fixed[both[0]]!r}; keep one of them.")
    for name, value in fixed.items():
        if np.ndim(value):
            raise BadInput(
                f'"{name}" is given as a keyword, which fixes it, but it holds {np.size(value)} values; put it into axes.'
            )
    return {**{str(name): value for name, value in axes.items()}, **fixed}
