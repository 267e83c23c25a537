"""Bound states: energies at which a state lives on the device and reaches no reservoir."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floquant.checks.types import Numbers
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model import Device, Drive, Sector, sectors
from floquant.observe.states.found_states import FoundState, dataset, on_device
from floquant.observe.states.resonances import row
from floquant.solvers.poles.bound_states import closed_states, distinct
from floquant.solvers.poles.dark_states import LARGEST, BoundState
from floquant.solvers.poles.embedded_states import embedded_states, is_mixed
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.settings import photon_energy_of, settings
from floquant.transport.windows import checked_window

if TYPE_CHECKING:
    import xarray as xr

LABELS = {"in_band": ("1", "1 if the state lies in a lead's band, 0 outside all bands")}


@one_thread()
def bound_states(device: Device, drive: Drive | None = None, window: tuple[float, float] | None = None, *,
                 max_nodes: int = 200_000, **knobs: Numbers) -> xr.Dataset:  # fmt: skip
    """Energies at which a state of the device reaches no reservoir, with the states.

    [E − H − Σ(E)] ψ = 0,   E real

    Outside all bands every eigenvalue of H + Σ(E) − E falls with E: states are counted at the ends of each gap, and none is missed. In
    the bands (bound states in the continuum, as that of a ring at integer flux) those are found that exactly no open channel sees: states
    that H never brings to a contact, parts of the device without a lead, and, in a `window` of energies if one is given, states whose
    only contact is with closed channels (by symmetry, among poles of no width: as costly as `resonances`). With a drive the states are
    those of the Floquet ladder all of whose replicas are closed or unseen, and energies are quasienergies, each at its heaviest replica.
    No reservoir fills or empties such states: they keep their initial occupation.

    `knobs`: numbers, one-dimensional arrays or DataArrays, which become leading dims; names of open drive parameters too. `max_nodes`
    bounds the solutions of the search in the bands, per setting.

    Returns a Dataset over (…, bound_state), by energy, filled with nan where a setting has fewer: `energy` in the energy unit, `in_band`
    (1 or 0), `site_weight` and `sideband_weight` (each adds up to the weight on the device; the rest is in the leads' tails),
    `wavefunction` (sideband, orbital), and `spin` on a device with spin. Raises `BadInput` for names or values that cannot be, and for a
    connected part of more than 1200 orbitals times sidebands; there, `resonances` finds them as poles of no width.
    """
    accuracy = Accuracy(max_nodes=max_nodes)
    searched = None if window is None else checked_window(window)
    if searched is not None and searched[0] == searched[1]:
        raise BadInput(
            f"window is {brief(window)}, but states are looked for between two energies; give window=(low, high)."
        )
    batch = settings(device, drive, knobs)
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    parts = sectors(device, ready, values, isolated=True)
    found = [
        [
            _found(device, part, own)
            for part in parts
            for own in _states(part, row(part, problem), photon_energy, searched, accuracy.max_nodes)
        ]
        for problem in range(batch.count)
    ]
    attrs = {"photon_energy": photon_energy, "summary": "states of the device that no open channel sees"}
    return dataset("bound_state", device, batch, found, LABELS, True, attrs)


def _states(
    sector: Sector, problem: int, photon_energy: float, window: tuple[float, float] | None, budget: int
) -> list[BoundState]:
    known = closed_states(sector, problem, photon_energy, LARGEST)
    if known is None:
        raise BadInput(
            f"Bound states are counted by diagonalising, but a connected part of the device has {len(sector.orbitals)} orbitals, which "
            f"with its sidebands is too many; ask fq.resonances for poles of no width in a window."
        )
    if window is None or not sector.terminals or not is_mixed(sector, photon_energy):
        return known
    driven = photon_energy if sector.is_driven else 0.0
    return [*known, *distinct(embedded_states(sector, problem, photon_energy, window, budget), known, driven)]


def _found(device: Device, sector: Sector, own: BoundState) -> FoundState:
    wave = on_device(device, sector, own.state)
    bands = [band for terminal in sector.terminals for band in terminal.lead.bands()]
    in_band = any(low <= own.energy <= high for low, high in bands)
    return FoundState(own.energy, wave, own.lowest, {"in_band": float(in_band)}, {})
