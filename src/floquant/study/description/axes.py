"""The axes of a study: what the user wrote, checked, as named arrays over named dimensions.

A number is fixed; an array is swept under the name of the axis; DataArrays that share a dim are zipped along it. The order of the
dims is that of the axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import RESERVED_DIMENSIONS
from floquant.errors import BadInput
from floquant.study.description.roles import Roles
from floquant.study.description.values import checked_values, labelled, python_value


@dataclass(frozen=True, eq=False)
class Axis:
    """One swept or fixed quantity: values (shape of dims) over `dims`, none where it is fixed."""

    name: str
    role: str
    dims: tuple[str, ...]
    values: Array

    def grouped(self, at: Mapping[str, int], groups: tuple[tuple[str, ...], ...], sizes: Mapping[str, int]) -> Array:
        """Values at the positions `at`, with the other dims in groups: one flat dimension a group, of size 1 where nothing varies in it."""
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


def checked_axes(given: Mapping[str, Any], roles: Roles) -> Axes:
    """Raises `BadInput` for names that mean nothing, for empty axes, for values that are not finite numbers, or dims that disagree."""
    items: dict[str, Axis] = {}
    sizes: dict[str, int] = {}
    owner: dict[str, str] = {}
    coords: dict[str, Array] = {}
    for name, value in given.items():
        role = roles.of_name(name)
        dims, values, along = labelled(name, value)
        values = checked_values(name, role, values)
        for dim, size in zip(dims, values.shape, strict=True):
            _check_dim(name, dim, given, roles)
            if sizes.setdefault(dim, size) != size:
                raise BadInput(
                    f'The axes "{owner[dim]}" and "{name}" share "{dim}", but have {sizes[dim]} and {size} values; zipped '
                    f"axes must have equally many."
                )
            owner.setdefault(dim, name)
        for dim, positions in along.items():
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
