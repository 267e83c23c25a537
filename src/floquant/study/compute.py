"""One block of a study → plain arrays. Pure: the same block of the same study gives the same numbers, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.errors import NotConverged
from floquant.model import Device, Drive, Reservoirs
from floquant.observe.occupations import REACH
from floquant.study.layout import Cell, Layout
from floquant.study.observables import Asked
from floquant.study.parts import Part, joined
from floquant.transport import Certificate, Solution, scatter, solve
from floquant.transport.cutoff import TAIL_FACTOR

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study

Array = np.ndarray

# Numbers in the amplitudes of one scattering.
AMPLITUDES = 6_000_000
# What a scattering is taken to have, before it is known: rungs of its ladder.
RUNGS = 32


def compute_block(study: Study, block: range) -> dict[str, Part]:
    """All observables on these rows."""
    layout = study.layout
    pieces = [_cell(study, layout, cell) for cell in layout.cells(block)]
    return {one.name: joined([piece[one.name] for piece in pieces], axis=0) for one in study.observe}


@dataclass(frozen=True, eq=False)
class _Problem:
    """The device, the drive and the settings of one cell; `knobs` are numbers, or DataArrays over the dim "row"."""

    device: Device
    drive: Drive | None
    knobs: dict[str, Any]
    rows: int


def _cell(study: Study, layout: Layout, cell: Cell) -> dict[str, Part]:
    at = layout.outer_index(cell.outer)
    device = study.device_at(at)
    answers: dict[str, Part] = {}
    problem = _problem(study, layout, cell, at, device)
    reservoirs = [one for one in study.observe if one.kind.needs == "reservoirs"]
    if reservoirs:
        answers |= _read_currents(study, layout, cell, at, problem, reservoirs)
    for one in study.observe:
        if one.kind.needs == "energy":
            answers[one.name] = _read_scattering(study, layout, cell, at, problem, one)
    return answers


def _problem(study: Study, layout: Layout, cell: Cell, at: dict[str, int], device: Device) -> _Problem:
    knobs: dict[str, Any] = {}
    for axis in study.axes.items.values():
        if axis.role not in ("knob", "drive", "photon energy"):
            continue
        values = axis.laid(at, (layout.inner,), layout.axes.sizes)
        knobs[axis.name] = values[0] if len(values) == 1 else _along_rows(values[cell.start : cell.stop])
    rows = cell.stop - cell.start
    if rows == 1:
        knobs = {name: value if np.ndim(value) == 0 else value.values[0] for name, value in knobs.items()}
    return _Problem(device, study.drive, knobs, rows)


def _along_rows(values: Array) -> xr.DataArray:
    import xarray as xr

    return xr.DataArray(values, dims=("row",))


def _part_of_problem(problem: _Problem, which: slice) -> _Problem:
    knobs = {name: value if np.ndim(value) == 0 else value[which] for name, value in problem.knobs.items()}
    return replace(problem, knobs=knobs, rows=which.stop - which.start)


def _read_currents(
    study: Study, layout: Layout, cell: Cell, at: dict[str, int], problem: _Problem, wanted: list[Asked]
) -> dict[str, Part]:
    """Solve once, and read every observable of the reservoirs from it."""
    occupied = _Occupied.of(study, layout, cell, at)
    window = study.window or occupied.window

    def solved(part: _Problem) -> Solution:
        return solve(part.device, part.drive, window, **study.accuracy_keywords, **part.knobs)

    answers: dict[str, list[Part]] = {one.name: [] for one in wanted}
    for which, solution in _in_halves(problem, solved):
        for one in wanted:
            if solution is None:
                answers[one.name].append(_nothing(which.stop - which.start, occupied.points))
            else:
                answers[one.name].append(_current(solution, occupied.reservoirs(problem.device, which), one))
    return {name: joined(parts, axis=0) for name, parts in answers.items()}


def _in_halves(problem: _Problem, call: Callable[[_Problem], Any], start: int = 0) -> Iterator[tuple[slice, Any]]:
    """The call for all rows at once; where it fails altogether, for halves, so that one hopeless row does not take the others with it."""
    try:
        yield slice(start, start + problem.rows), call(problem)
    except NotConverged:
        if problem.rows == 1:
            yield slice(start, start + 1), None
            return
        middle = problem.rows // 2
        for which in (slice(0, middle), slice(middle, problem.rows)):
            yield from _in_halves(_part_of_problem(problem, which), call, start + which.start)


def _nothing(rows: int, points: int) -> Part:
    """Rows about which nothing at all is known."""
    shape = (rows, points)
    return Part(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, bool), (), {}, {}, None)


def _current(solution: Solution, reservoirs: Reservoirs, one: Asked) -> Part:
    assert one.kind.call is not None
    try:
        result = one.kind.call(solution, reservoirs, **one.options)
        converged = np.ones((solution.settings.count, result.sizes["point"]), bool)
    except NotConverged as failure:
        result = failure.best
        converged = np.asarray(result.coords["converged"].values).reshape(solution.settings.count, -1)
    return _part(result, one.name, converged)


def _part(result: xr.DataArray, name: str, converged: Array) -> Part:
    dims = tuple(str(dim) for dim in result.dims if dim not in ("row", "point", "energy"))
    shape = (*converged.shape, *(result.sizes[dim] for dim in dims))
    attrs = {key: value for key, value in result.attrs.items() if not key.startswith("certificate")}
    return Part(
        result.values.reshape(shape),
        result.coords[f"{name}_error"].values.reshape(shape),
        converged,
        dims,
        {dim: result.coords[dim].values.tolist() for dim in dims if dim in result.coords},
        attrs,
        _certificate(result.attrs),
    )


def _certificate(attrs: Mapping[str, Any]) -> Certificate:
    """Back from the attributes of a result."""
    fields: dict[str, Any] = {
        key.removeprefix("certificate_"): value for key, value in attrs.items() if key.startswith("certificate_")
    }
    states = fields.pop("bound_states", None)
    if states is not None:
        fields["bound_states"] = () if states == "none" else tuple(float(x) for x in states.split(","))
    return Certificate(
        **fields | {flag: bool(fields[flag]) for flag in ("forced_sidebands", "converged")},
    )


@dataclass(frozen=True, eq=False)
class _Occupied:
    """Fermi energy, temperature and bias of a cell, each (rows or 1, points), and the window that they span."""

    fermi_energy: Array
    temperature: Array
    bias: Array

    @classmethod
    def of(cls, study: Study, layout: Layout, cell: Cell, at: dict[str, int]) -> _Occupied:
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


def _read_scattering(
    study: Study, layout: Layout, cell: Cell, at: dict[str, int], problem: _Problem, one: Asked
) -> Part:
    """Transmissions between all pairs of leads; one scattering for all rows, unless the energy itself follows the rows."""
    energies = study.axes.items[layout.energy].laid(at, (layout.inner, layout.points("energy")), layout.axes.sizes)
    if len(energies) == 1:
        return _transmissions(study, problem, energies[0], one)
    rows = []
    for row in range(problem.rows):
        rows.append(
            _transmissions(study, _part_of_problem(problem, slice(row, row + 1)), energies[cell.start + row], one)
        )
    return joined(rows, axis=0)


def _transmissions(study: Study, problem: _Problem, energies: Array, one: Asked) -> Part:
    """In pieces whose amplitudes fit into memory."""
    channels = study.channels
    size = max(1, AMPLITUDES // (RUNGS * channels**2))
    points = min(size, len(energies))
    rows = max(1, size // points)
    found = []
    for first in range(0, problem.rows, rows):
        part = _part_of_problem(problem, slice(first, min(first + rows, problem.rows)))
        pieces = [_rows_of_matrix(study, part, energies[e : e + points], one) for e in range(0, len(energies), points)]
        found.append(joined(pieces, axis=1))
    return joined(found, axis=0)


def _rows_of_matrix(study: Study, problem: _Problem, energies: Array, one: Asked) -> Part:
    parts = []
    for which, part in _in_halves(problem, lambda some: _matrix(study, some, energies, one)):
        parts.append(_nothing(which.stop - which.start, len(energies)) if part is None else part)
    return joined(parts, axis=0)


def _matrix(study: Study, problem: _Problem, energies: Array, one: Asked) -> Part:
    """T^(n)_ba for all pairs, dims (row, energy, [sideband], lead_out, lead_in, [spin_out, spin_in])."""
    kind = one.options.get("kind", "sidebands")
    drive, knobs, accuracy = problem.drive, problem.knobs, study.accuracy_keywords
    if kind == "static":
        drive, knobs = None, {name: value for name, value in knobs.items() if name in problem.device.knobs}
        accuracy = {**accuracy, "sidebands": None}
    scattering = scatter(problem.device, drive, energies, **accuracy, **knobs)
    leads = list(problem.device.contacts)
    values, errors, converged = [], [], np.ones((problem.rows, len(energies)), bool)
    for into in leads:
        for out in leads:
            try:
                result = scattering.transmission(out, into, kind="elastic" if kind == "static" else kind)
            except NotConverged as failure:
                result = failure.best
                good = TAIL_FACTOR * scattering.tail <= study.accuracy.rtol
                converged = converged & np.broadcast_to(good, converged.shape)
            values.append(result)
            errors.append(result.coords["transmission_error"])
    part = _part(result, one.name, converged)
    items = part.values.shape[2:]
    shape = (problem.rows, len(energies), *items)
    spins = 2 if problem.device.spin else 0
    # (in, out, rows, energies, sideband, spins) → (rows, energies, sideband, out, in, spins)
    stacked = np.stack([result.values.reshape(shape) for result in values]).reshape(len(leads), len(leads), *shape)
    # one bound for all sidebands and spins: the largest
    within = tuple(range(2, len(shape)))
    largest = [error.values.reshape(shape).max(axis=within, keepdims=True) for error in errors]
    bounds = np.stack(largest).reshape(len(leads), len(leads), *largest[0].shape)
    order = [2, 3, *range(4, stacked.ndim - spins), 1, 0, *range(stacked.ndim - spins, stacked.ndim)]
    dims = (*part.dims[: len(items) - spins], "lead_out", "lead_in", *part.dims[len(items) - spins :])
    return replace(
        part,
        values=stacked.transpose(order),
        error=bounds.transpose(order),
        dims=dims,
        coords={**part.coords, "lead_out": leads, "lead_in": leads},
        attrs={"units": "1", "long_name": f"transmission ({kind})", "kind": kind},
    )
