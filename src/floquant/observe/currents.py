"""Cycle-averaged currents into the leads.

    I_b = (e/h) Σ_{a,n} ∫ dE |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]        (Moskalets and Büttiker, PRB 66, 205320)

The window form is the production form; the Landauer form is its check. 1/h is left out of the numbers: a current is in e·energy/h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.checks.names import unknown
from floquant.errors import BadInput, NotConverged
from floquant.model import Reservoirs, has_conserved_spin
from floquant.observe.flows import Currents, collect, landauer_form, refuse_without_bottom, window_form
from floquant.observe.occupations import Occupations, occupations
from floquant.transport import Solution
from floquant.transport.labels import labelled_array
from floquant.transport.solution import SectorSolution

if TYPE_CHECKING:
    import xarray as xr


# How often an observable may ask for a finer solution.
REFINEMENTS = 3
FORMS = ("window", "landauer")


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
        refuse_without_bottom(solution)
    flows = window_form if form == "window" else landauer_form
    spins = 2 if resolve_spin else 1

    def evaluate(finer: Solution, filled: Occupations) -> Currents:
        return collect(finer, filled, flows, len(finer.device.contacts) * spins, _charge_weights(finer, spins))

    finer, filled, currents = accurate(solution, reservoirs, evaluate)
    leads = list(solution.device.contacts)
    dims: tuple[str, ...] = ("lead",)
    coords = {"lead": leads}
    if resolve_spin:
        dims, coords = ("lead", "spin"), {"lead": leads, "spin": ["up", "down"]}
    return labelled(
        "dc_current",
        "charge current into the lead",
        finer,
        filled,
        currents,
        dims,
        coords,
        (len(leads), 2)[: len(dims)],
    )


def accurate(
    solution: Solution, reservoirs: Reservoirs, evaluate: Callable[[Solution, Occupations], Currents]
) -> tuple[Solution, Occupations, Currents]:
    """Evaluate, on finer solutions if the observable's own bound asks for it. Unmet bounds are for `labelled` to refuse."""
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


def labelled(
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
