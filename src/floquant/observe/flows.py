"""Flows of all sectors into the leads, for given reservoirs: the window form, and the Landauer form that checks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.observe.occupations import Occupations
from floquant.solvers.zone.occupation import ZoneIntegrals
from floquant.transport import Solution
from floquant.transport.cutoff import TAIL_FACTOR
from floquant.transport.solution import SectorSolution
from floquant.transport.windows import hull

# Rounding of a current, of its unsigned flow.
ROUNDING = 2e-14
# Points (settings × reservoirs) in one block.
BLOCK = 200_000


@dataclass(frozen=True)
class Currents:
    """Currents (P, n, items), bounds of their errors, and where a bound is not met; items are (lead, …)."""

    value: Array
    error: Array
    unmet: Array


@dataclass(frozen=True)
class PartFlows:
    """One sector's flows into its detectors and their quadrature errors (P, n, Q); unsigned flows into its contacts (P, n, contacts)."""

    value: Array
    quadrature: Array
    unsigned: Array


def collect(
    solution: Solution, filled: Occupations, flows: Callable[[SectorSolution, ZoneIntegrals, Occupations], PartFlows], items: int,
    weights: Callable[[SectorSolution], Array],
) -> Currents:  # fmt: skip
    """Add up the sectors, in blocks of settings and reservoirs, so that little is held beyond the result."""
    count, n = solution.settings.count, filled.count
    result = Currents(np.empty((count, n, items)), np.empty((count, n, items)), np.empty((count, n, items), dtype=bool))
    levels = min(n, BLOCK)
    settings = max(1, BLOCK // levels)
    for first in range(0, count, settings):
        for begin in range(0, n, levels):
            rows, columns = slice(first, min(first + settings, count)), slice(begin, min(begin + levels, n))
            _fill(result, solution, filled.part(rows, columns), flows, weights, rows, columns)
    return result


def _fill(
    result: Currents, solution: Solution, filled: Occupations, flows: Callable[[SectorSolution, ZoneIntegrals, Occupations], PartFlows],
    weights: Callable[[SectorSolution], Array], rows: slice, columns: slice,
) -> None:  # fmt: skip
    accuracy = solution.accuracy
    leads = list(solution.device.contacts)
    per_lead = result.value.shape[-1] // len(leads)
    value, quadrature, ladder, unsigned = (np.zeros(result.value[rows, columns].shape) for _ in range(4))
    for part in solution.parts:
        found, weight = flows(part, part.integrals.part(rows.start, rows.stop), filled), weights(part)
        value += found.value @ weight
        quadrature += found.quadrature @ np.abs(weight)
        for contact, name in enumerate(part.solver.channels.names):
            own = slice(leads.index(name) * per_lead, (leads.index(name) + 1) * per_lead)
            unsigned[:, :, own] += found.unsigned[:, :, contact, None]
            ladder[:, :, own] += TAIL_FACTOR * part.tail[rows, None, None] * found.unsigned[:, :, contact, None]
            ladder[:, :, own] += part.missing[rows, None, contact, None]
    # A forced number of sidebands is flagged by its tail, not refused.
    bound = (quadrature if accuracy.sidebands else quadrature + ladder) + ROUNDING * unsigned
    result.value[rows, columns] = value
    result.error[rows, columns] = quadrature + ladder + ROUNDING * unsigned
    result.unmet[rows, columns] = bound > accuracy.rtol * unsigned + accuracy.absolute(solution.photon_energy)


def window_form(part: SectorSolution, integrals: ZoneIntegrals, filled: Occupations) -> PartFlows:
    channels = part.solver.channels
    owner = channels.group[channels.detectors[:, 0]]
    count = len(channels.detectors)
    shape = (integrals.problems, filled.count)
    value, quadrature = np.zeros((*shape, count)), np.zeros((*shape, count))
    pumped_flow, driven_flow = np.zeros((*shape, len(channels.names))), np.zeros((*shape, len(channels.names)))
    for b, lead in enumerate(channels.names):
        twin = next((a for a in range(b) if filled.alike(channels.names[a], lead)), None)
        if twin is None:
            pumped = integrals.pumped(filled.mu[lead], filled.temperature[lead])
            for other in range(b, len(channels.names)):
                if other == b or filled.alike(channels.names[other], lead):
                    mine = owner == other
                    value[..., mine], quadrature[..., mine] = pumped.flow[..., mine], pumped.error[..., mine]
                    pumped_flow[..., other] = pumped.unsigned[..., channels.group == other].sum(axis=-1)
        mine = owner == b
        for a, source in enumerate(channels.names):
            if a == b or filled.alike(source, lead):
                continue
            flow, error, passed = integrals.transferred(
                *np.broadcast_arrays(
                    filled.mu[source], filled.mu[lead], filled.temperature[source], filled.temperature[lead]
                )
            )
            value[..., mine] += flow[..., mine, a]
            quadrature[..., mine] += error[..., mine, a]
            counts = mine & (channels.detectors[:, 2] == 0)
            driven_flow[..., b] += passed[..., counts, a].sum(axis=-1)
    return PartFlows(value, quadrature, _unsigned(pumped_flow, driven_flow))


def _unsigned(pumped: Array, driven: Array) -> Array:
    """Unsigned flow of both parts of the window form together.

    Where both are there, an electron may be raised from the bias window and taken out again by its lead's own occupation; the sum of
    both magnitudes would count it. Half the larger part, or the difference, whichever is more, does not promise more than is there.
    """
    if not driven.any():
        return pumped
    both = np.maximum(np.abs(pumped - driven), 0.5 * np.maximum(pumped, driven))
    return np.asarray(np.where((pumped == 0) | (driven == 0), pumped + driven, both))


def refuse_without_bottom(solution: Solution) -> None:
    """The Landauer form integrates over every occupied energy: the window must reach the bottom of the bands."""
    for part in solution.parts:
        bottom, _ = hull(part.sector)
        if solution.window[0] > bottom:
            raise BadInput(
                f"The Landauer form needs every energy from the bottom of the bands, {bottom:g}, but the window begins at "
                f"{solution.window[0]:g}; solve with a window that reaches the bottom, or use the window form."
            )


def landauer_form(part: SectorSolution, integrals: ZoneIntegrals, filled: Occupations) -> PartFlows:
    channels = part.solver.channels
    owner = channels.group[channels.detectors[:, 0]]
    shape = (integrals.problems, filled.count)
    value, quadrature = np.zeros((*shape, len(owner))), np.zeros((*shape, len(owner)))
    unsigned = np.zeros((*shape, len(channels.names)))
    counts = channels.detectors[:, 2] == 0
    for source_number, source in enumerate(channels.names):
        empty = np.full_like(filled.mu[source], part.window[0])
        flow, error, _ = integrals.transferred(
            filled.mu[source], empty, filled.temperature[source], np.zeros_like(empty)
        )
        for b in range(len(channels.names)):
            if b == source_number:
                continue
            mine = owner == b
            value[..., mine] += flow[..., mine, source_number]
            quadrature[..., mine] += error[..., mine, source_number]
            passed = flow[..., mine & counts, source_number].sum(axis=-1)
            # What leaves `source` for b leaves its first channel's account: only the sum over a lead's channels has a meaning here.
            first = np.flatnonzero((owner == source_number) & counts)[0]
            value[..., first] -= passed
            quadrature[..., first] += error[..., mine & counts, source_number].sum(axis=-1)
            unsigned[..., b] += np.abs(passed)
            unsigned[..., source_number] += np.abs(passed)
    return PartFlows(value, quadrature, unsigned)
