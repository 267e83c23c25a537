"""Transmissions of a cell between all pairs of leads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.study.compute.pieces import Part, joined, nothing, part_of
from floquant.study.compute.problem import Problem, in_halves, part_of_problem
from floquant.study.description.observables import Asked
from floquant.study.plan.blocks import Cell, Layout
from floquant.transport import scatter
from floquant.transport.cutoff import TAIL_FACTOR

if TYPE_CHECKING:
    from floquant.study.study import Study


# Numbers in the amplitudes of one scattering.
AMPLITUDES = 6_000_000
# What a scattering is taken to have, before it is known: rungs of its ladder.
RUNGS = 32


def read_scattering(study: Study, layout: Layout, cell: Cell, at: dict[str, int], problem: Problem, one: Asked) -> Part:
    """Transmissions between all pairs of leads; one scattering for all rows, unless the energy itself follows the rows."""
    energies = study.axes.items[layout.energy].laid(at, (layout.inner, layout.points("energy")), layout.axes.sizes)
    if len(energies) == 1:
        return _transmissions(study, problem, energies[0], one)
    rows = []
    for row in range(problem.rows):
        rows.append(
            _transmissions(study, part_of_problem(problem, slice(row, row + 1)), energies[cell.start + row], one)
        )
    return joined(rows, axis=0)


def _transmissions(study: Study, problem: Problem, energies: Array, one: Asked) -> Part:
    """In pieces whose amplitudes fit into memory."""
    channels = study.channels
    size = max(1, AMPLITUDES // (RUNGS * channels**2))
    points = min(size, len(energies))
    rows = max(1, size // points)
    found = []
    for first in range(0, problem.rows, rows):
        part = part_of_problem(problem, slice(first, min(first + rows, problem.rows)))
        pieces = [_rows_of_matrix(study, part, energies[e : e + points], one) for e in range(0, len(energies), points)]
        found.append(joined(pieces, axis=1))
    return joined(found, axis=0)


def _rows_of_matrix(study: Study, problem: Problem, energies: Array, one: Asked) -> Part:
    parts = []
    for which, part in in_halves(problem, lambda some: _matrix(study, some, energies, one)):
        parts.append(nothing(which.stop - which.start, len(energies)) if part is None else part)
    return joined(parts, axis=0)


def _matrix(study: Study, problem: Problem, energies: Array, one: Asked) -> Part:
    """T^(n)_ba for all pairs, dims (row, energy, [sideband], lead_out, lead_in, [spin_out, spin_in])."""
    kind, spin_axis = one.options.get("kind", "sidebands"), one.options.get("spin_axis", "z")
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
                result = scattering.transmission(
                    out, into, kind="elastic" if kind == "static" else kind, spin_axis=spin_axis
                )
            except NotConverged as failure:
                result = failure.best
                good = TAIL_FACTOR * scattering.tail <= study.accuracy.rtol
                converged = converged & np.broadcast_to(good, converged.shape)
            values.append(result)
            errors.append(result.coords["transmission_error"])
    part = part_of(result, one.name, converged)
    items = part.values.shape[2:]
    shape = (problem.rows, len(energies), *items)
    spins = 2 if problem.device.spin and spin_axis is not None else 0
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
        attrs={"units": "1", "long_name": f"transmission ({kind})", "kind": kind}
        | ({"spin_axis": spin_axis} if spins else {}),
    )
