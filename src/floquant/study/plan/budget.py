"""How many settings one solve may take: as many as fit into memory, few enough to occupy several workers and to be kept often.

A function of the study alone: the numbers must not depend on where they are computed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from floquant.model import Drive, Sector
from floquant.observe.occupations import REACH
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.zone.zone import POINTS, floquet_zone, static_zone
from floquant.study.description.axes import Axes
from floquant.transport.cutoff import ladder_for
from floquant.transport.windows import band_edges, hull

# Bytes of one solution.
MEMORY = 150_000_000
# What a solve is taken to need before it is known: panels of a segment of the zone, sidebands each way.
PANELS = 16
SIDEBANDS = 8
# Multiplications of one solve, and reservoirs read from it (settings × points): a second or so.
WORK = 1e9
READ = 1_000_000
# A reservoir at finite temperature takes so much longer than a cold one.
WARM = 20
# Settings beyond which a solve shares nothing more.
ENOUGH = 512


def settings_of_a_solve(
    sectors: Sequence[Sector], photon_energy: float, window: tuple[float, float], points: int, warm: bool
) -> int:
    """Settings of one solve over this window, at least 1; each is read at `points` reservoirs."""
    memory = work = shared = 0.0
    for sector in sectors:
        driven = photon_energy if sector.is_driven else 0.0
        bottom, top = hull(sector)
        inside = (min(max(window[0], bottom), top), max(min(window[1], top), bottom))
        edges = band_edges(sector)
        zone = floquet_zone(driven, edges, ()) if driven else static_zone(inside, edges)
        ladder = ladder_for(driven, inside, SIDEBANDS, 0)
        nodes = POINTS * PANELS * len(zone.start)
        memory += 8.0 * nodes * FlowLayout.of(Detectors.counting(Channels.of(sector)), ladder).size
        ports, orbitals = len(sector.ports), sector.hamiltonian.shape[0]
        setting = 20.0 + 8.0 * ports**3
        work += nodes * ladder.rungs * setting
        # Settings that pay for eliminating the rest of the device once more.
        shared = max(shared, 2.0 * orbitals**3 / setting)
    few = min(ENOUGH, WORK / max(work, 1.0), READ / (points * (WARM if warm else 1)))
    return int(np.clip(min(MEMORY / max(memory, 1.0), max(few, shared)), 1, 1_000_000))


def lowest_photon_energy(drive: Drive | None, axes: Axes) -> float:
    """The smallest of a study, 0 without a drive: its ladder has the most rungs."""
    if drive is None:
        return 0.0
    if isinstance(drive.photon_energy, str):
        return float(axes.values(drive.photon_energy).min())
    return float(np.min(drive.photon_energy))


def spanned(fermi_energy: np.ndarray, temperature: np.ndarray, bias: np.ndarray) -> tuple[float, float]:
    """The window that these reservoirs need: μ = E_F ± V/2, and 40 k_BT around it. Arrays of any shapes, all combinations."""
    half = 0.5 * float(np.abs(bias).max()) + REACH * float(temperature.max())
    return float(fermi_energy.min()) - half, float(fermi_energy.max()) + half
