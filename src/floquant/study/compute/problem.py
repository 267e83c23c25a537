"""The problem of one cell: a device, a drive, and settings that one call solves together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Device, Drive
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Cell

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Problem:
    """`rows` settings of one device and drive; `knobs` are numbers, or DataArrays over the dim "row". `turn`: the number of its cell."""

    device: Device
    drive: Drive | None
    knobs: Mapping[str, Any]
    rows: int
    turn: int

    def part(self, which: slice) -> Problem:
        """Some of the rows."""
        knobs = {name: value if np.ndim(value) == 0 else value[which] for name, value in self.knobs.items()}
        return replace(self, knobs=knobs, rows=which.stop - which.start)


def problem_of(description: Description, cell: Cell) -> Problem:
    """The device of a cell, and its settings. Raises `BadInput` if the device function does."""
    device = description.device_at(description.rows.outer_index(cell.outer))
    knobs: dict[str, Any] = {}
    for name, axis in description.axes.items.items():
        if axis.role in ("knob", "drive", "photon energy"):
            values = values_in_cell(description, cell, name)[:, 0]
            knobs[name] = values[0] if len(values) == 1 else _along_rows(values)
    return Problem(device, description.drive, knobs, cell.stop - cell.start, cell.number)


def values_in_cell(description: Description, cell: Cell, name: str, point_dims: tuple[str, ...] = ()) -> Array:
    """Values of an axis in a cell, (rows, points); 1 for rows or points along which it does not vary."""
    rows, axes = description.rows, description.axes
    values = axes.items[name].grouped(rows.outer_index(cell.outer), (rows.inner, point_dims), axes.sizes)
    return values if len(values) == 1 else values[cell.start : cell.stop]


def _along_rows(values: Array) -> xr.DataArray:
    import xarray as xr

    return xr.DataArray(values, dims=("row",))


def in_halves(problem: Problem, call: Callable[[Problem], Any], start: int = 0) -> Iterator[tuple[slice, Any]]:
    """Rows, and what the call returns for them: all rows at once or, where none of them converges, halves.

    So a row that cannot converge does not spoil the others. None stands for a single row that does not converge.
    """
    try:
        yield slice(start, start + problem.rows), call(problem)
    except NotConverged:
        if problem.rows == 1:
            yield slice(start, start + 1), None
            return
        middle = problem.rows // 2
        for which in (slice(0, middle), slice(middle, problem.rows)):
            yield from in_halves(problem.part(which), call, start + which.start)
