"""The call `floquant.solve`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from floquant.checks.flags import flag_or_none
from floquant.checks.types import Numbers
from floquant.errors import BadInput
from floquant.model import Device, Drive, sectors
from floquant.solvers.progress import ladders_shown
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.closed_leads import refuse_if_all_closed
from floquant.transport.cutoff import SHARE, Demand
from floquant.transport.estimate import nodes_of
from floquant.transport.sector_solution import solve_sector
from floquant.transport.settings import Settings, photon_energy_of, settings
from floquant.transport.solution import Solution
from floquant.transport.windows import all_bands, checked_window


def solve(device: Device, drive: Drive | None, window: tuple[float, float] | None = None, *, rtol: float = 1e-6, atol: float | None = None,
          sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, progress: bool | None = None,
          **knobs: Numbers) -> Solution:  # fmt: skip
    """Solve a driven device over the closed window of energies that Fermi levels, bias and temperature will span.

    The Floquet zone is integrated adaptively until every cumulative flow ∫ |S_ba(E_n, E)|² dE over the window meets
    error ≤ rtol · (unsigned flow) + atol, with as many sidebands as that takes. `drive=None` is the static device. At T > 0 the
    window must hold μ ± 40 k_BT, or all of a band; it may exceed every band at no cost.

    Without a window it is that of all bands.

    `knobs`: numbers, one-dimensional arrays or DataArrays, which become leading dims; names of open drive parameters too.
    `sidebands=N` forces N sidebands each way, `solver="dense"` the reference; `max_nodes` bounds the energies per setting.
    `progress`: True or False for a bar on stderr or none; left out, there is one on a terminal if the work takes long.
    Raises `BadInput` for names, values or windows that cannot be, or energies at which no lead has an open channel.
    """
    accuracy = Accuracy(rtol, atol, sidebands, solver, max_nodes)
    batch = settings(device, drive, knobs)
    wanted = all_bands(device) if window is None else checked_window(window)
    return solve_batch(device, drive, wanted, accuracy, batch, flag_or_none(progress, "progress"))


@one_thread()
def solve_batch(
    device: Device, drive: Drive | None, window: tuple[float, float], accuracy: Accuracy, batch: Settings,
    progress: bool | None = None, demands: Sequence[Demand] = (),
) -> Solution:  # fmt: skip
    """`solve` with its arguments checked; `demands` on the ladder of each sector, where they are others than those of the accuracy."""
    if not device.contacts:
        raise BadInput("The device has no contacts, but transport needs at least one; give contacts={...}.")
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    separate = sectors(device, ready, values)
    refuse_if_all_closed(device, separate, np.array([window]), photon_energy, accuracy.sidebands)
    planned = batch.count * sum(nodes_of(sector, photon_energy, window) for sector in separate)
    with ladders_shown(planned, progress):
        asked = demands or [Demand(accuracy.rtol, accuracy.absolute(photon_energy))] * len(separate)
        parts = tuple(
            solve_sector(sector, photon_energy, window, accuracy, batch.count, demand)
            for sector, demand in zip(separate, asked, strict=True)
        )
    return Solution(device, drive, window, accuracy, batch, photon_energy, parts)


def finer(solution: Solution) -> Solution:
    """The same problem to a tenth of the tolerance, on a ladder as long as that takes."""
    accuracy = solution.accuracy.tenth(solution.photon_energy)
    return solve_batch(solution.device, solution.drive, solution.window, accuracy, solution.settings)


def longer(solution: Solution) -> Solution:
    """The same problem on ladders whose ends change a thousandth of what they do, or as little as counts."""
    accuracy = solution.accuracy
    atol = accuracy.absolute(solution.photon_energy)
    now = max(float(part.beyond.max(initial=0.0)) for part in solution.parts)
    demands = [
        Demand(accuracy.rtol, atol, max(now / 1000, SHARE * atol), part.margin, part.sidebands)
        for part in solution.parts
    ]
    return solve_batch(solution.device, solution.drive, solution.window, accuracy, solution.settings, None, demands)
