"""Energy and heat carried into the leads.

    J^E_b = (1/h) Σ_{a,n} ∫ dE E_n |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)],   J^Q_b = J^E_b − μ_b I_b

Recordings weigh waves by E_n − (middle of the window). A distant zero of energy would give large numbers that cancel; so they cancel
before anything is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Reservoirs
from floquant.observe.counted import Counted
from floquant.observe.measure import measure
from floquant.solvers.ladder.detectors import COUNTED, WEIGHED, Detectors
from floquant.solvers.zone.forms import Filling
from floquant.transport import Solution
from floquant.transport.sector_solution import SectorSolution
from floquant.transport.windows import hull

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class EnergyCurrent(Counted):
    """Energy into each lead."""

    name = "energy_current"
    long_name = "energy current into the lead"
    energies = 1

    def units(self, energy_unit: str) -> str:
        """An energy squared over h."""
        return f"1/h * {energy_unit}^2"

    def coords(self, device: Device) -> dict[str, Sequence[Any]]:
        """lead."""
        return {"lead": list(device.contacts)}

    def detectors(self, part: SectorSolution) -> Detectors:
        """Charge, and energies from the middle of the window; open rungs lie inside the bands."""
        ladder, (bottom, top) = part.recordings.ladder, hull(part.sector)
        ends = ladder.energies(np.array([0.0, ladder.photon_energy]))
        low, high = part.window
        lowest, highest = (float(ends.min()), float(ends.max())) if ladder.photon_energy else part.window
        return Detectors.weighing(part.solver.channels, 0.5 * (low + high), max(bottom, lowest), min(top, highest))

    def zero(self, leads: Sequence[str], filling: Filling) -> Array:
        """The zero of energy of each lead, (1 or P, 1 or n, leads)."""
        return np.zeros((1, 1, len(leads)))

    def weights(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> Array:
        """w and (reference − zero) · 1 of each channel, (…, Q, leads)."""
        detectors = self.detectors(part)
        shift = detectors.reference - self.zero(leads, filling)
        result = np.zeros((*shift.shape[:2], detectors.count, len(leads)))
        for q, (channel, _, _, power) in enumerate(detectors.rows):
            lead = leads.index(detectors.channels.names[detectors.channels.group[channel]])
            if power == WEIGHED:
                result[..., q, lead] = 1.0
            elif power == COUNTED:
                result[..., q, lead] = shift[..., lead]
        return result

    def scales(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> tuple[float | Array, ...]:
        """|reference − zero| of the charge, and the energy itself."""
        return np.abs(self.detectors(part).reference - self.zero(leads, filling)), 1.0


@dataclass(frozen=True)
class HeatCurrent(EnergyCurrent):
    """Heat into each lead: the energy relative to μ_b."""

    name = "heat_current"
    long_name = "heat current into the lead"

    def zero(self, leads: Sequence[str], filling: Filling) -> Array:
        """μ of the lead."""
        return np.stack([filling.mu[lead] for lead in leads], axis=-1)


def energy_current(solution: Solution, reservoirs: Reservoirs) -> xr.DataArray:
    """Cycle-averaged energy carried into each lead.

    J^E_b = (1/h) Σ_an ∫ dE E_n |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]      (Moskalets and Büttiker, PRB 66, 035306)

    Returns dims (…, lead), in energy²/h, with its error as the coordinate `energy_current_error`. Energies count from the zero of the
    device's own. The sum over all leads is the power that the drive puts in: nothing without a drive.
    Raises `BadInput` if a lead has no reservoir, or if what the reservoirs ask for lies outside the window; `NotConverged` if
    error > rtol · (unsigned flow) + atol at `max_nodes`, with the best value inside, whose coordinate `converged` tells the points, and
    its bound. The unsigned flow is that of the energy, and of the charge times what the zero lies away from the window.
    """
    return measure(EnergyCurrent(), solution, reservoirs)


def heat_current(solution: Solution, reservoirs: Reservoirs) -> xr.DataArray:
    """Cycle-averaged heat carried into each lead: the energy above its μ.

    J^Q_b = J^E_b − μ_b I_b = (1/h) Σ_an ∫ dE (E_n − μ_b) |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]      (Moskalets and Büttiker, PRB 66, 035306)

    Returns dims (…, lead), in energy²/h, with its error as the coordinate `heat_current_error`. With one temperature T for all leads
    Σ_b J^Q_b ≥ 0: the drive and the bias only heat. Raises as `energy_current` does.
    """
    return measure(HeatCurrent(), solution, reservoirs)
