"""Cycle-averaged charge and spin currents into the leads.

    I_b = (e/h) Σ_{a,n} ∫ dE |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]        (Moskalets and Büttiker, PRB 66, 205320)

The window form is the production form; the Landauer form is its check. 1/h is left out of the numbers: a current is in e·energy/h.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.errors import BadInput, NotConverged
from floquant.model import Reservoirs, has_conserved_spin
from floquant.model.checks import unknown
from floquant.observe.occupations import Occupations, occupations
from floquant.solve.occupation import ZoneIntegrals
from floquant.transport import Solution
from floquant.transport.cutoff import TAIL_FACTOR
from floquant.transport.labels import labelled_array
from floquant.transport.solution import SectorSolution
from floquant.transport.windows import hull

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray

# Rounding of a current, of its unsigned flow.
ROUNDING = 2e-14
# How often an observable may ask for a finer solution.
REFINEMENTS = 3
# Points (settings × reservoirs) in one block.
BLOCK = 200_000
FORMS = ("window", "landauer")
DIRECTIONS = ("x", "y", "z")


@dataclass(frozen=True)
class Currents:
    """Currents (P, n, items), bounds of their errors, and where a bound is not met; items are (lead, …)."""

    value: Array
    error: Array
    unmet: Array


def dc_current(
    solution: Solution, reservoirs: Reservoirs, *, resolve_spin: bool = False, form: str = "window"
) -> xr.DataArray:
    """Cycle-averaged particle current into each lead.

    I_b = (e/h) Σ_an ∫ dE |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]      (Moskalets and Büttiker, PRB 66, 205320)

    Returns dims (…, lead), and `spin` with `resolve_spin=True` where S_z is conserved; in e·energy/h, with its error as the coordinate
    `dc_current_error`. `form="landauer"` computes ∫ Σ_{a≠b,n} [T^(n)_ba f_a − T^(n)_ab f_b] instead, from a window that reaches the
    bottom of every band. Raises `BadInput` if a lead has no reservoir, or if what the reservoirs ask for lies outside the window;
    `NotConverged` if error > rtol · (unsigned flow) + atol at `max_nodes`, with the best value inside, whose coordinate `converged` tells
    the points, and its bound.
    """
    if form not in FORMS:
        raise unknown("form", form, FORMS, "A current")
    if resolve_spin and not has_conserved_spin(solution.device, tuple(part.sector for part in solution.parts)):
        raise BadInput(
            "resolve_spin needs a device whose S_z is conserved, but this one mixes spins or has none; ask for spin_current or the charge."
        )
    if form == "landauer":
        _refuse_without_bottom(solution)
    flows = _window_form if form == "window" else _landauer_form
    spins = 2 if resolve_spin else 1

    def evaluate(finer: Solution, filled: Occupations) -> Currents:
        return _collect(finer, filled, flows, len(finer.device.contacts) * spins, _charge_weights(finer, spins))

    finer, filled, currents = _accurate(solution, reservoirs, evaluate)
    leads = list(solution.device.contacts)
    dims: tuple[str, ...] = ("lead",)
    coords = {"lead": leads}
    if resolve_spin:
        dims, coords = ("lead", "spin"), {"lead": leads, "spin": ["up", "down"]}
    return _labelled(
        "dc_current",
        "charge current into the lead",
        finer,
        filled,
        currents,
        dims,
        coords,
        (len(leads), 2)[: len(dims)],
    )


def spin_current(solution: Solution, reservoirs: Reservoirs) -> xr.DataArray:
    """Spin current vector into each lead, I_up − I_down along x, y and z.

    I^s_b = (e/h) Σ_an ∫ dE Tr[σ S_ba S_ba†] [f_a(E) − f_b(E_n)]

    Returns dims (…, lead, direction), in e·energy/h, with its error as the coordinate `spin_current_error`. Raises `BadInput` for a device
    without spin and as `dc_current` does; `NotConverged` likewise.
    """
    if not solution.device.spin:
        raise BadInput(
            "The device has no spin, so it has no spin current; build it with spin=True and two states per level."
        )

    def evaluate(finer: Solution, filled: Occupations) -> Currents:
        return _collect(finer, filled, _window_form, len(finer.device.contacts) * 3, _spin_weights(finer))

    finer, filled, currents = _accurate(solution, reservoirs, evaluate)
    leads = list(solution.device.contacts)
    coords = {"lead": leads, "direction": list(DIRECTIONS)}
    return _labelled(
        "spin_current",
        "spin current into the lead",
        finer,
        filled,
        currents,
        ("lead", "direction"),
        coords,
        (len(leads), 3),
    )


def _accurate(
    solution: Solution, reservoirs: Reservoirs, evaluate: Callable[[Solution, Occupations], Currents]
) -> tuple[Solution, Occupations, Currents]:
    """Evaluate, on finer solutions if the observable's own bound asks for it. Unmet bounds are for `_labelled` to refuse."""
    filled = occupations(solution, reservoirs)
    currents = evaluate(solution, filled)
    finer = solution
    for _ in range(REFINEMENTS):
        if not currents.unmet.any() or not finer.converged.all():
            break
        finer = finer.refined(evaluate, reservoirs)
        currents = evaluate(finer, filled)
    return finer if finer is solution else _asked_as(solution, finer), filled, currents


def _asked_as(solution: Solution, finer: Solution) -> Solution:
    """A finer solution that still carries the accuracy that the user asked for."""
    from dataclasses import replace

    return replace(finer, accuracy=solution.accuracy)


def _labelled(
    name: str, long_name: str, solution: Solution, filled: Occupations, currents: Currents,
    dims: tuple[str, ...], coords: dict[str, list[str]], sizes: tuple[int, ...],
) -> xr.DataArray:  # fmt: skip
    unit = solution.device.energy_unit or "energy"
    shape = (solution.settings.count, *filled.shape, *sizes)
    attrs = {"units": f"e/h * {unit}", "long_name": long_name, **solution.certificate.attrs()}
    result = labelled_array(
        name,
        currents.value.reshape(shape),
        solution.settings,
        (*filled.dims, *dims),
        {**filled.coords, **coords},
        attrs,
        currents.error.reshape(shape),
    )
    unmet = currents.unmet
    if unmet.any():
        worst = int(np.argmax(unmet.any(axis=(1, 2))))
        missed, points = int(unmet.any(axis=2).sum()), unmet.shape[0] * unmet.shape[1]
        places = (*solution.settings.dims, *filled.dims)
        good = ~unmet.any(axis=2).reshape((*solution.settings.shape, *filled.shape))
        result = result.assign_coords(converged=(places, good))
        raise NotConverged(
            f"{name} is not good to rtol = {solution.accuracy.rtol:g} at {missed} of {points} points "
            f"(first: {solution.settings.describe(worst)}), with max_nodes = {solution.accuracy.max_nodes}; raise max_nodes or rtol.",
            result,
            result.coords[f"{name}_error"],
        )
    return result


def _charge_weights(solution: Solution, spins: int) -> Callable[[SectorSolution], Array]:
    """Detectors → (lead, spin) items: every channel counts once."""
    leads = list(solution.device.contacts)

    def weights(part: SectorSolution) -> Array:
        channels = part.solver.channels
        result = np.zeros((len(channels.detectors), len(leads) * spins))
        for q, (channel, _, kind) in enumerate(channels.detectors):
            if kind == 0:
                spin = channels.spin[channel] if spins == 2 else 0
                result[q, leads.index(channels.names[channels.group[channel]]) * spins + spin] = 1.0
        return result

    return weights


def _spin_weights(solution: Solution) -> Callable[[SectorSolution], Array]:
    """Detectors → (lead, direction) items: σ_x and σ_y are detectors of their own, σ_z is ↑ − ↓."""
    leads = list(solution.device.contacts)

    def weights(part: SectorSolution) -> Array:
        channels = part.solver.channels
        result = np.zeros((len(channels.detectors), len(leads) * 3))
        for q, (channel, _, kind) in enumerate(channels.detectors):
            item = leads.index(channels.names[channels.group[channel]]) * 3
            if kind == 0:
                result[q, item + 2] = 1.0 - 2.0 * channels.spin[channel]
            else:
                result[q, item + kind - 1] = 1.0
        return result

    return weights


@dataclass(frozen=True)
class _PartFlows:
    """One sector's flows into its detectors and their quadrature errors (P, n, Q); unsigned flows into its contacts (P, n, contacts)."""

    value: Array
    quadrature: Array
    unsigned: Array


def _collect(
    solution: Solution, filled: Occupations, flows: Callable[[SectorSolution, ZoneIntegrals, Occupations], _PartFlows], items: int,
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
    result: Currents, solution: Solution, filled: Occupations, flows: Callable[[SectorSolution, ZoneIntegrals, Occupations], _PartFlows],
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


def _window_form(part: SectorSolution, integrals: ZoneIntegrals, filled: Occupations) -> _PartFlows:
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
    return _PartFlows(value, quadrature, _unsigned(pumped_flow, driven_flow))


def _unsigned(pumped: Array, driven: Array) -> Array:
    """Unsigned flow of both parts of the window form together.

    Where both are there, an electron may be raised from the bias window and taken out again by its lead's own occupation; the sum of
    both magnitudes would count it. Half the larger part, or the difference, whichever is more, does not promise more than is there.
    """
    if not driven.any():
        return pumped
    both = np.maximum(np.abs(pumped - driven), 0.5 * np.maximum(pumped, driven))
    return np.asarray(np.where((pumped == 0) | (driven == 0), pumped + driven, both))


def _refuse_without_bottom(solution: Solution) -> None:
    """The Landauer form integrates over every occupied energy: the window must reach the bottom of the bands."""
    for part in solution.parts:
        bottom, _ = hull(part.sector)
        if solution.window[0] > bottom:
            raise BadInput(
                f"The Landauer form needs every energy from the bottom of the bands, {bottom:g}, but the window begins at "
                f"{solution.window[0]:g}; solve with a window that reaches the bottom, or use the window form."
            )


def _landauer_form(part: SectorSolution, integrals: ZoneIntegrals, filled: Occupations) -> _PartFlows:
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
    return _PartFlows(value, quadrature, unsigned)
