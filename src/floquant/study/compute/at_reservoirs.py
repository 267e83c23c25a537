"""Reservoirs of a cell, and the observables that are read from one solution at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Device, Reservoirs
from floquant.observe.occupations import REACH
from floquant.study.compute.pieces import Part, joined, nothing, part_of
from floquant.study.compute.problem import Problem, in_halves
from floquant.study.description.observables import Asked
from floquant.study.plan.blocks import Cell, Layout
from floquant.transport import Solution, solve

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study


def read_currents(
    study: Study, layout: Layout, cell: Cell, at: dict[str, int], problem: Problem, wanted: list[Asked]
) -> dict[str, Part]:
    """Solve once, and read every observable of the reservoirs from it."""
    occupied = Occupied.of(study, layout, cell, at)
    window = study.window or occupied.window

    def solved(part: Problem) -> Solution:
        return solve(part.device, part.drive, window, **study.accuracy_keywords, **part.knobs)

    answers: dict[str, list[Part]] = {one.name: [] for one in wanted}
    for which, solution in in_halves(problem, solved):
        for one in wanted:
            if solution is None:
                answers[one.name].append(nothing(which.stop - which.start, occupied.points))
            else:
                answers[one.name].append(_current(solution, occupied.reservoirs(problem.device, which), one))
    return {name: joined(parts, axis=0) for name, parts in answers.items()}


def _current(solution: Solution, reservoirs: Reservoirs, one: Asked) -> Part:
    assert one.kind.call is not None
    try:
        result = one.kind.call(solution, reservoirs, **one.options)
        converged = np.ones((solution.settings.count, result.sizes["point"]), bool)
    except NotConverged as failure:
        result = failure.best
        converged = np.asarray(result.coords["converged"].values).reshape(solution.settings.count, -1)
    return part_of(result, one.name, converged)


@dataclass(frozen=True, eq=False)
class Occupied:
    """Fermi energy, temperature and bias of a cell, each (rows or 1, points), and the window that they span."""

    fermi_energy: Array
    temperature: Array
    bias: Array

    @classmethod
    def of(cls, study: Study, layout: Layout, cell: Cell, at: dict[str, int]) -> Occupied:
        groups = (layout.inner, layout.points("reservoirs"))
        found = {}
        for name in ("fermi_energy", "temperature", "bias"):
            if name not in study.axes.items:
                found[name] = np.zeros((1, 1))
                continue
            values = study.axes.items[name].laid(at, groups, layout.axes.sizes)
            found[name] = values if len(values) == 1 else values[cell.start : cell.stop]
        points = layout.size(groups[1])
        return cls(**{name: np.broadcast_to(values, (len(values), points)) for name, values in found.items()})

    @property
    def points(self) -> int:
        return int(self.fermi_energy.shape[1])

    @property
    def window(self) -> tuple[float, float]:
        """What all Fermi functions of the cell need."""
        half = 0.5 * np.abs(self.bias) + REACH * self.temperature
        return float(np.min(self.fermi_energy - half)), float(np.max(self.fermi_energy + half))

    def reservoirs(self, device: Device, which: slice) -> Reservoirs:
        """μ = E_F ± V/2: plus for the first lead, minus for the second."""
        level, temperature, bias = (
            values[which if len(values) > 1 else slice(None)]
            for values in (self.fermi_energy, self.temperature, self.bias)
        )
        if not np.any(bias):
            return Reservoirs(_over(level), _over(temperature))
        first, second = device.contacts
        return Reservoirs({first: _over(level + 0.5 * bias), second: _over(level - 0.5 * bias)}, _over(temperature))


def _over(values: Array) -> xr.DataArray:
    import xarray as xr

    return xr.DataArray(values[0], dims=("point",)) if len(values) == 1 else xr.DataArray(values, dims=("row", "point"))
