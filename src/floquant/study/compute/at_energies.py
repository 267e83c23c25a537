"""Observables of a cell that are read at energies, between all pairs of leads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.study.compute.pieces import BlockPart, block_part, joined, unknown_part
from floquant.study.compute.problem import Problem, in_halves, values_in_cell
from floquant.study.description.description import Description
from floquant.study.description.requests import RequestedObservable
from floquant.study.plan.blocks import Cell
from floquant.transport import scatter

# Numbers in the amplitudes of one scattering.
AMPLITUDES = 6_000_000
# Assumed number of rungs of its ladder, before it is known.
RUNGS = 32

SPINS = ("spin_out", "spin_in")


def observed_at_energies(
    description: Description, cell: Cell, problem: Problem, request: RequestedObservable
) -> BlockPart:
    """One observable between all pairs of leads; one scattering for all rows, unless the energy itself follows the rows."""
    rows = description.rows
    energies = values_in_cell(description, cell, rows.energy_axis, rows.point_dims("energy"))
    if len(energies) == 1:
        return _in_pieces(description, problem, energies[0], request)
    each = [
        _in_pieces(description, problem.part(slice(row, row + 1)), energies[row], request)
        for row in range(problem.rows)
    ]
    return joined(each, axis=0)


def _in_pieces(description: Description, problem: Problem, energies: Array, request: RequestedObservable) -> BlockPart:
    """All rows and energies, in pieces whose amplitudes fit into memory."""
    size = max(1, AMPLITUDES // (RUNGS * description.channels**2))
    points = min(size, len(energies))
    rows = max(1, size // points)
    found = []
    for first in range(0, problem.rows, rows):
        some = problem.part(slice(first, min(first + rows, problem.rows)))
        along = [
            _observed(description, some, energies[e : e + points], request) for e in range(0, len(energies), points)
        ]
        found.append(joined(along, axis=1))
    return joined(found, axis=0)


def _observed(description: Description, problem: Problem, energies: Array, request: RequestedObservable) -> BlockPart:
    """All rows and energies at once; rows that do not converge at all are unknown."""
    parts = []
    for which, part in in_halves(problem, lambda some: _between_leads(description, some, energies, request)):
        parts.append(unknown_part(which.stop - which.start, len(energies)) if part is None else part)
    return joined(parts, axis=0)


def _between_leads(
    description: Description, problem: Problem, energies: Array, request: RequestedObservable
) -> BlockPart:
    """T^(n)_ba for all pairs, items ([sideband], lead_out, lead_in, [spin_out, spin_in])."""
    options, kind = dict(request.options), request.options.get("kind", "sidebands")
    drive, knobs, accuracy = problem.drive, problem.knobs, description.accuracy_keywords
    if kind == "static":
        drive, knobs = None, {name: value for name, value in knobs.items() if name in problem.device.knobs}
        accuracy["sidebands"], options["kind"] = None, "elastic"
    scattering = scatter(problem.device, drive, energies, **accuracy, **knobs)
    leads = list(problem.device.contacts)
    certificate = scattering.certified(problem.turn)
    found, converged = [], np.ones((problem.rows, len(energies)), bool)
    for into in leads:
        for out in leads:
            try:
                result = request.observable.call(scattering, out, into, **options)
            except NotConverged as failure:
                result = failure.best
                converged = scattering.converged
            found.append(block_part(result, request.name, converged, certificate))
    attrs = {"units": "1", "long_name": f"{request.name} ({kind})", "kind": kind}
    attrs |= {name: value for name, value in result.attrs.items() if name == "spin_axis"}
    # other blocks may have more sidebands, which are 0 here
    absent = scattering.absent() if kind == "sidebands" else np.zeros(converged.shape)
    return replace(_matrix(found, leads, absent), converged=converged, attrs=attrs)


def _matrix(pairs: list[BlockPart], leads: list[str], absent: Array) -> BlockPart:
    """Parts of all pairs of leads, the outgoing one fastest, as one with the dims lead_out and lead_in before those of the spins.

    One bound for all sidebands and spins: the largest, and not less than `absent` (rows, energies).
    """
    last = pairs[-1]
    spins = len([dim for dim in last.dims if dim in SPINS])
    items = last.values.ndim - 2
    absent = absent.reshape(*absent.shape, *[1] * items)
    errors = [np.maximum(part.error.max(axis=tuple(range(2, items + 2)), keepdims=True), absent) for part in pairs]
    # (in, out, rows, energies, sideband, spins) → (rows, energies, sideband, out, in, spins)
    order = [2, 3, *range(4, 4 + items - spins), 1, 0, *range(4 + items - spins, 4 + items)]
    values, error = (
        np.stack(arrays).reshape(len(leads), len(leads), *arrays[0].shape).transpose(order)
        for arrays in ([part.values for part in pairs], errors)
    )
    dims = (*last.dims[: items - spins], "lead_out", "lead_in", *last.dims[items - spins :])
    return replace(
        last, values=values, error=error, dims=dims, coords={**last.coords, "lead_out": leads, "lead_in": leads}
    )
