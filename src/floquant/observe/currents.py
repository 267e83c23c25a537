"""Cycle-averaged currents into the leads.

    I_b = (e/h) Σ_{a,n} ∫ dE |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]        (Moskalets and Büttiker, PRB 66, 205320)

The window form is the production form; the Landauer form is its check. 1/h is left out of the numbers: a current is in e·energy/h.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.names import one_of
from floquant.errors import BadInput
from floquant.model import Device, Reservoirs, has_conserved_spin
from floquant.observe.counted import Counted, Form
from floquant.observe.filling import refuse_other_than_solution
from floquant.observe.measure import measure
from floquant.solvers.zone.forms import Filling, landauer_form, window_form
from floquant.transport import Solution
from floquant.transport.sector_solution import SectorSolution
from floquant.transport.windows import hull

if TYPE_CHECKING:
    import xarray as xr

FORMS = ("window", "landauer")


@dataclass(frozen=True)
class Current(Counted):
    """Charge into each lead, or into each lead and spin."""

    resolve_spin: bool = False
    form: Form = window_form
    name = "dc_current"
    long_name = "charge current into the lead"
    conserved = True

    def units(self, energy_unit: str) -> str:
        """e/h times an energy."""
        return f"e/h * {energy_unit}"

    def coords(self, device: Device) -> dict[str, Sequence[Any]]:
        """lead, and spin where it is resolved."""
        leads = {"lead": list(device.contacts)}
        return {**leads, "spin": ["up", "down"]} if self.resolve_spin else {**leads}

    def weights(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> Array:
        """Every channel counts once."""
        return charge_weights(part, leads, self.resolve_spin)


def charge_weights(part: SectorSolution, leads: Sequence[str], resolve_spin: bool = False) -> Array:
    """Counting detectors → leads, or leads and spins, (Q, items)."""
    detectors, spins = part.recordings.counting, 2 if resolve_spin else 1
    channels = detectors.channels
    result = np.zeros((detectors.count, len(leads) * spins))
    for q, (channel, _, pauli, _) in enumerate(detectors.rows):
        if pauli == 0:
            spin = channels.spin[channel] if resolve_spin else 0
            result[q, leads.index(channels.names[channels.group[channel]]) * spins + spin] = 1.0
    return result


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
    one_of(form, FORMS, "form", "A current")
    resolve_spin = flag(resolve_spin, "resolve_spin")
    refuse_other_than_solution(solution)
    if resolve_spin and not has_conserved_spin(solution.device, tuple(part.sector for part in solution.parts)):
        raise BadInput(
            "resolve_spin needs a device whose S_z is conserved, but this one mixes spins or has none; ask for spin_current or the charge."
        )
    if form == "landauer":
        _refuse_without_bottom(solution)
    return measure(Current(resolve_spin, window_form if form == "window" else landauer_form), solution, reservoirs)


def _refuse_without_bottom(solution: Solution) -> None:
    """The Landauer form integrates over every occupied energy: the window must reach the bottom of the bands."""
    for part in solution.parts:
        bottom, _ = hull(part.sector)
        if solution.window[0] > bottom:
            raise BadInput(
                f"The Landauer form needs every energy from the bottom of the bands, {bottom:g}, but the window begins at "
                f"{solution.window[0]:g}; solve with a window that reaches the bottom, or use the window form."
            )
