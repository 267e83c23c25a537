"""The problem of one cell: a device, a drive, and settings that one call solves together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Device, Drive
from floquant.study.plan.blocks import Cell, Layout

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study


@dataclass(frozen=True, eq=False)
class Problem:
    """The device, the drive and the settings of one cell; `knobs` are numbers, or DataArrays over the dim "row"."""

    device: Device
    drive: Drive | None
    knobs: dict[str, Any]
    rows: int


def problem_of(study: Study, layout: Layout, cell: Cell, at: dict[str, int], device: Device) -> Problem:
    knobs: dict[str, Any] = {}
    for axis in study.axes.items.values():
        if axis.role not in ("knob", "drive", "photon energy"):
            continue
        values = axis.laid(at, (layout.inner,), layout.axes.sizes)
        knobs[axis.name] = values[0] if len(values) == 1 else _along_rows(values[cell.start : cell.stop])
    rows = cell.stop - cell.start
    if rows == 1:
        knobs = {name: value if np.ndim(value) == 0 else value.values[0] for name, value in knobs.items()}
    return Problem(device, study.drive, knobs, rows)


def _along_rows(values: Array) -> xr.DataArray:
    import xarray as xr

    return xr.DataArray(values, dims=("row",))


def part_of_problem(problem: Problem, which: slice) -> Problem:
    knobs = {name: value if np.ndim(value) == 0 else value[which] for name, value in problem.knobs.items()}
    return replace(problem, knobs=knobs, rows=which.stop - which.start)


def in_halves(problem: Problem, call: Callable[[Problem], Any], start: int = 0) -> Iterator[tuple[slice, Any]]:
    """The call for all rows at once; where it fails altogether, for halves, so that one hopeless row does not take the others with it."""
    try:
        yield slice(start, start + problem.rows), call(problem)
    except NotConverged:
        if problem.rows == 1:
            yield slice(start, start + 1), None
            return
        middle = problem.rows // 2
        for which in (slice(0, middle), slice(middle, problem.rows)):
            yield from in_halves(part_of_problem(problem, which), call, start + which.start)
