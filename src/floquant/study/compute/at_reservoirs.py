"""The reservoirs of a cell, and the observables that are read from one solution at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Device, Reservoirs
from floquant.observe.filling import REACH
from floquant.study.compute.pieces import BlockPart, block_part, joined, unknown_part
from floquant.study.compute.problem import Problem, in_halves, values_in_cell
from floquant.study.description.description import Description
from floquant.study.description.requests import RequestedObservable
from floquant.study.plan.blocks import Cell
from floquant.transport import Certificate, Solution

if TYPE_CHECKING:
    import xarray as xr

Solve = Callable[..., Solution]


def observed_at_reservoirs(
    description: Description, cell: Cell, problem: Problem, requests: Sequence[RequestedObservable], solve: Solve
) -> dict[str, BlockPart]:
    """Solve a cell once, and read every observable of the reservoirs from the solution."""
    filling = CellReservoirs.of(description, cell)
    window = description.window or filling.window

    def solved(some: Problem) -> Solution:
        return solve(some.device, some.drive, window, **description.accuracy_keywords, **some.knobs)

    found: dict[str, list[BlockPart]] = {request.name: [] for request in requests}
    for which, solution in in_halves(problem, solved):
        certificate = None if solution is None else solution.certified(problem.turn)
        for request in requests:
            if solution is None or certificate is None:
                part = unknown_part(which.stop - which.start, filling.points)
            else:
                part = _observed(solution, filling.reservoirs(problem.device, which), request, certificate)
            found[request.name].append(part)
    return {name: joined(parts, axis=0) for name, parts in found.items()}


def _observed(
    solution: Solution, reservoirs: Reservoirs, request: RequestedObservable, certificate: Certificate
) -> BlockPart:
    """One observable at all rows and points; the best values where it does not converge."""
    try:
        result = request.observable.call(solution, reservoirs, **request.options)
        converged = np.ones((solution.settings.count, result.sizes["point"]), bool)
    except NotConverged as failure:
        result = failure.best
        converged = np.asarray(result.coords["converged"].values).reshape(solution.settings.count, -1)
    return block_part(result, request.name, converged, certificate)


@dataclass(frozen=True, eq=False)
class CellReservoirs:
    """Fermi energy, temperature and bias of a cell, each (rows or 1, points)."""

    fermi_energy: Array
    temperature: Array
    bias: Array

    @classmethod
    def of(cls, description: Description, cell: Cell) -> CellReservoirs:
        """What a cell's axes say; temperature and bias are 0 where there is no axis."""
        point_dims = description.rows.point_dims("reservoirs")
        points = description.rows.size(point_dims)
        found = {}
        for name in ("fermi_energy", "temperature", "bias"):
            values = np.zeros((1, 1))
            if name in description.axes.items:
                values = values_in_cell(description, cell, name, point_dims)
            found[name] = np.broadcast_to(values, (len(values), points))
        return cls(**found)

    @property
    def points(self) -> int:
        """Number of reservoirs at which each row is read."""
        return int(self.fermi_energy.shape[1])

    @property
    def window(self) -> tuple[float, float]:
        """The energies that all Fermi functions of the cell need."""
        half = 0.5 * np.abs(self.bias) + REACH * self.temperature
        return float(np.min(self.fermi_energy - half)), float(np.max(self.fermi_energy + half))

    def reservoirs(self, device: Device, which: slice) -> Reservoirs:
        """Those of some rows: μ = E_F + V/2 in the first lead, E_F − V/2 in the second."""
        level, temperature, bias = (
            values[which if len(values) > 1 else slice(None)]
            for values in (self.fermi_energy, self.temperature, self.bias)
        )
        if not np.any(bias):
            return Reservoirs(_labelled(level), _labelled(temperature))
        first, second = device.contacts
        return Reservoirs(
            {first: _labelled(level + 0.5 * bias), second: _labelled(level - 0.5 * bias)}, _labelled(temperature)
        )


def _labelled(values: Array) -> xr.DataArray:
    """Values (rows or 1, points) over the dims row and point; over point alone where all rows have the same."""
    import xarray as xr

    return xr.DataArray(values[0], dims=("point",)) if len(values) == 1 else xr.DataArray(values, dims=("row", "point"))
