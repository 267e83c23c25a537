"""Spin currents into the leads, as vectors or along given axes.

    I^s_b = (e/h) Σ_{a,n} ∫ dE Tr[σ S_ba S_ba†] [f_a(E) − f_b(E_n)]

I_up − I_down, not half of it, counted where the lead begins. A component means something only if the lead conserves it: else the number
would depend on the cell of the lead in which it is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.directions import AXES, direction_name
from floquant.checks.types import Direction
from floquant.errors import BadInput
from floquant.model import Reservoirs
from floquant.observe.currents import accurate, labelled
from floquant.observe.flows import Currents, collect, window_form
from floquant.observe.occupations import Occupations
from floquant.transport import Solution
from floquant.transport.solution import SectorSolution
from floquant.transport.spin import SAMPLES, checked_axis, conserved, conserved_axes, names_of

if TYPE_CHECKING:
    import xarray as xr


def spin_current(
    solution: Solution, reservoirs: Reservoirs, *, axes: Direction | Mapping[str, Direction] | None = None
) -> xr.DataArray:
    """Spin current into each lead, I_up − I_down.

    I^s_b = (e/h) Σ_an ∫ dE Tr[σ S_ba S_ba†] [f_a(E) − f_b(E_n)]

    Returns the vector, dims (…, lead, direction) with direction x, y, z, in e·energy/h, with its error as the coordinate
    `spin_current_error`. A component along an axis that the lead itself does not conserve is nan, and the attribute
    `not_conserved` says why. With `axes` (an axis for all leads, or a dict from lead to axis: "x", "y", "z" or a vector)
    returns the component along it, dims (…, lead) of the leads that are named, with the coordinate `spin_axis`.
    Raises `BadInput` for a device without spin, a lead that conserves no axis, an axis that its lead does not conserve, and
    as `dc_current` does; `NotConverged` likewise.
    """
    if not solution.device.spin:
        raise BadInput(
            "The device has no spin, so it has no spin current; build it with spin=True and two states per level."
        )
    return _vectors(solution, reservoirs) if axes is None else _along(solution, reservoirs, axes)


def _vectors(solution: Solution, reservoirs: Reservoirs) -> xr.DataArray:
    leads, energies = list(solution.device.contacts), _energies(solution)
    known = np.zeros((len(leads), 3), dtype=bool)
    reasons = []
    for number, (name, contact) in enumerate(solution.device.contacts.items()):
        axes = conserved_axes(contact, energies)
        if not len(axes):
            others = [other for other in leads if other != name]
            raise BadInput(
                f'Lead "{name}" conserves the spin along no axis, so that a spin current into it means nothing; ask for dc_current'
                + (f', or for the other leads by axes={{"{others[0]}": "z"}}.' if others else ".")
            )
        known[number] = [conserved(axis, axes) is not None for axis in np.eye(3)]
        missing = [axis for axis, here in zip(AXES, known[number], strict=True) if not here]
        if missing:
            reasons.append(f"{name}: {', '.join(missing)} (the lead conserves the spin along {names_of(axes)} only)")
    result = _components(solution, reservoirs, np.tile(np.eye(3), (len(leads), 1, 1)), known, ("lead", "direction"))
    return result.assign_attrs(not_conserved="; ".join(reasons)) if reasons else result


def _along(solution: Solution, reservoirs: Reservoirs, axes: Any) -> xr.DataArray:
    leads, energies = list(solution.device.contacts), _energies(solution)
    named = list(axes) if isinstance(axes, Mapping) else leads
    if not named:
        raise BadInput(
            'The axes are an empty dict, but they must name at least one lead; give for example axes={"L": "z"}.'
        )
    wanted = np.zeros((len(leads), 3, 1))
    for name in named:
        axis = checked_axis(solution.device, name, axes, energies, "ask for dc_current")
        wanted[leads.index(name), :, 0] = axis
    known = np.isin(leads, named)[:, None]
    result = _components(solution, reservoirs, wanted, known, ("lead",)).isel(lead=np.flatnonzero(known[:, 0]))
    shown = [direction_name(wanted[leads.index(str(name)), :, 0]) for name in result.lead.values]
    return result.assign_coords(spin_axis=("lead", shown))


def _components(
    solution: Solution, reservoirs: Reservoirs, wanted: Array, known: Array, dims: tuple[str, ...]
) -> xr.DataArray:
    """Components along `wanted` (leads, 3, items) where `known` (leads, items); nan elsewhere."""
    leads, hidden = list(solution.device.contacts), ~known.ravel()

    def evaluate(finer: Solution, filled: Occupations) -> Currents:
        found = collect(finer, filled, window_form, known.size, _weights(leads, np.where(known[:, None], wanted, 0.0)))
        return replace(found, unmet=found.unmet & ~hidden)

    finer, filled, currents = accurate(solution, reservoirs, evaluate)
    currents.value[..., hidden] = np.nan
    currents.error[..., hidden] = np.nan
    coords = {"lead": leads, "direction": list(AXES)}
    return labelled(
        "spin_current", "spin current into the lead", finer, filled, currents,
        dims, {dim: coords[dim] for dim in dims}, known.shape[: len(dims)],
    )  # fmt: skip


def _energies(solution: Solution) -> Array:
    """Energies that electrons of the window leave at."""
    reach = solution.photon_energy * max(part.sidebands for part in solution.parts)
    return np.linspace(solution.window[0] - reach, solution.window[1] + reach, SAMPLES)


def _weights(leads: list[str], wanted: Array) -> Callable[[SectorSolution], Array]:
    """Detectors → (lead, item) components: σ_x and σ_y are detectors of their own, σ_z is ↑ − ↓."""
    items = wanted.shape[2]

    def weights(part: SectorSolution) -> Array:
        channels = part.solver.channels
        result = np.zeros((len(channels.detectors), len(leads), items))
        for q, (channel, _, kind) in enumerate(channels.detectors):
            lead = leads.index(channels.names[channels.group[channel]])
            sign = 1.0 if kind else 1.0 - 2.0 * channels.spin[channel]
            # kind 0 counts ↑ and ↓: the last direction, z
            result[q, lead] = sign * wanted[lead, kind - 1]
        return result.reshape(len(channels.detectors), -1)

    return weights
