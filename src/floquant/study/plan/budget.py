"""How many settings one solve may take: as many as fit into memory, but few enough for several workers and for frequent storing.

It depends on the study alone: the numbers must not depend on where they are computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floquant.model import Drive, Sector
from floquant.observe.filling import REACH
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.zone.zone import POINTS, floquet_zone, static_zone
from floquant.study.description.axes import Axes
from floquant.study.description.description import Description
from floquant.transport.cutoff import ladder_for
from floquant.transport.windows import band_edges, hull

# Bytes of one solution.
MEMORY = 150_000_000
# Assumed needs of a solve, before they are known: panels of each segment of the zone, sidebands each way.
PANELS = 16
SIDEBANDS = 8
# Multiplications of one solve, and reservoirs read from it (settings × points): each takes about a second.
WORK = 1e9
READ = 1_000_000
# A reservoir at finite temperature takes so many times as long as a cold one.
WARM = 20
# With more settings than this, sharing a solve gains nothing more.
ENOUGH = 512


def settings_of_a_solve(description: Description, sectors: Sequence[Sector]) -> int:
    """Settings that one solve of this study may take, at least 1; `sectors` are those of its first device at a few settings."""
    axes, rows = description.axes, description.rows
    window = description.window or spanned(*(axes.values(name) for name in ("fermi_energy", "temperature", "bias")))
    photon_energy = lowest_photon_energy(description.drive, axes)
    memory = work = shared = 0.0
    for sector in sectors:
        needs = _needs_of(sector, photon_energy if sector.is_driven else 0.0, window)
        memory, work, shared = memory + needs.memory, work + needs.work, max(shared, needs.shared)
    # each setting is read at so many reservoirs
    points = rows.size(rows.point_dims("reservoirs")) * (WARM if np.any(axes.values("temperature")) else 1)
    few = min(ENOUGH, WORK / max(work, 1.0), READ / points)
    return int(np.clip(min(MEMORY / max(memory, 1.0), max(few, shared)), 1, 1_000_000))


@dataclass(frozen=True)
class _Needs:
    """Of one sector: bytes and multiplications of a setting, and how many settings cost as much as eliminating the rest of the device."""

    memory: float
    work: float
    shared: float


def _needs_of(sector: Sector, photon_energy: float, window: tuple[float, float]) -> _Needs:
    bottom, top = hull(sector)
    inside = (min(max(window[0], bottom), top), max(min(window[1], top), bottom))
    edges = band_edges(sector)
    zone = floquet_zone(photon_energy, edges, ()) if photon_energy else static_zone(inside, edges)
    ladder = ladder_for(photon_energy, inside, SIDEBANDS, 0)
    nodes = POINTS * PANELS * len(zone.start)
    memory = 8.0 * nodes * FlowLayout.of(Detectors.counting(Channels.of(sector)), ladder).size
    ports, orbitals = len(sector.ports), sector.hamiltonian.shape[0]
    setting = 20.0 + 8.0 * ports**3
    return _Needs(memory, nodes * ladder.rungs * setting, 2.0 * orbitals**3 / setting)


def lowest_photon_energy(drive: Drive | None, axes: Axes) -> float:
    """The smallest photon energy of a study, whose ladder has the most rungs; 0 without a drive."""
    if drive is None:
        return 0.0
    if isinstance(drive.photon_energy, str):
        return float(axes.values(drive.photon_energy).min())
    return float(np.min(drive.photon_energy))


def spanned(fermi_energy: np.ndarray, temperature: np.ndarray, bias: np.ndarray) -> tuple[float, float]:
    """The window that these reservoirs need: μ = E_F ± V/2, and 40 k_BT around it. Arrays of any shapes, all combinations."""
    half = 0.5 * float(np.abs(bias).max()) + REACH * float(temperature.max())
    return float(fermi_energy.min()) - half, float(fermi_energy.max()) + half
