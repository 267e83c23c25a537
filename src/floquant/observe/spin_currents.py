"""Spin currents into the leads, as vectors or along given axes.

    I^s_b = (e/h) Σ_{a,n} ∫ dE Tr[σ S_ba S_ba†] [f_a(E) − f_b(E_n)]

This is I_up − I_down, not half of it, counted where the lead begins. A component has a meaning only if the lead conserves it: otherwise
the number would depend on the cell of the lead in which it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.directions import AXES, direction_name
from floquant.checks.types import Direction
from floquant.errors import BadInput
from floquant.model import Device, Reservoirs
from floquant.observe.counted import Counted
from floquant.observe.filling import refuse_other_than_solution
from floquant.observe.measure import measure
from floquant.solvers.zone.forms import Filling
from floquant.transport import Solution
from floquant.transport.sector_solution import SectorSolution
from floquant.transport.spin import SAMPLES, checked_axis, conserved, conserved_axes, names_of

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class SpinCurrent(Counted):
    """Components of the spin along `wanted` (leads, 3, components) where `known` (leads, components)."""

    wanted: Array
    known: Array
    directions: bool
    name = "spin_current"
    long_name = "spin current into the lead"

    def units(self, energy_unit: str) -> str:
        """e/h times an energy."""
        return f"e/h * {energy_unit}"

    def coords(self, device: Device) -> dict[str, Sequence[Any]]:
        """lead, and direction where vectors are wanted."""
        leads = {"lead": list(device.contacts)}
        return {**leads, "direction": list(AXES)} if self.directions else {**leads}

    def hidden(self, device: Device) -> Array:
        """Components that their lead does not conserve."""
        return ~self.known

    def weights(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> Array:
        """σ_x and σ_y are read by detectors, σ_z is ↑ − ↓."""
        detectors, wanted = part.recordings.counting, np.where(self.known[:, None], self.wanted, 0.0)
        channels = detectors.channels
        result = np.zeros((detectors.count, len(leads), wanted.shape[2]))
        for q, (channel, _, pauli, _) in enumerate(detectors.rows):
            lead = leads.index(channels.names[channels.group[channel]])
            sign = 1.0 if pauli else 1.0 - 2.0 * channels.spin[channel]
            # pauli 0 counts ↑ and ↓: the last direction, z
            result[q, lead] = sign * wanted[lead, pauli - 1]
        return result.reshape(detectors.count, -1)


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
    refuse_other_than_solution(solution)
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
    result = measure(SpinCurrent(np.tile(np.eye(3), (len(leads), 1, 1)), known, True), solution, reservoirs)
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
    result = measure(SpinCurrent(wanted, known, False), solution, reservoirs).isel(lead=np.flatnonzero(known[:, 0]))
    shown = [direction_name(wanted[leads.index(str(name)), :, 0]) for name in result.lead.values]
    return result.assign_coords(spin_axis=("lead", shown))


def _energies(solution: Solution) -> Array:
    """Energies that electrons of the window leave at."""
    reach = solution.photon_energy * max(part.sidebands for part in solution.parts)
    return np.linspace(solution.window[0] - reach, solution.window[1] + reach, SAMPLES)
