"""How many ladders a solve takes, roughly, before it is known."""

from __future__ import annotations

import numpy as np

from floquant.model import Sector
from floquant.solvers.zone.zone import POINTS, Zone, floquet_zone, static_zone
from floquant.transport.cutoff import ladder_for
from floquant.transport.windows import band_edges, hull

# Panels of a segment of the zone: four at first, and about as many again around every resonance.
PANELS = 16
# Sidebands each way beyond those of the drive's strength.
SIDEBANDS = 5


def nodes_of(sector: Sector, photon_energy: float, window: tuple[float, float]) -> int:
    """Energies at which a setting is solved, good to about a factor of three."""
    return POINTS * PANELS * len(_zone_of(sector, photon_energy, window).start)


def sidebands_of(sector: Sector, photon_energy: float) -> int:
    """Sidebands each way: some more than the photons that the drive's harmonics exchange at once."""
    return _sidebands(sector, photon_energy, sector.harmonic_count)


def likely_sidebands(sector: Sector, photon_energy: float) -> int:
    """The same with harmonics weighed by their strength: what a solver is chosen for, since few ladders need the weak ones."""
    return _sidebands(sector, photon_energy, sector.weighed_harmonics)


def _sidebands(sector: Sector, photon_energy: float, harmonics: float) -> int:
    if not sector.is_driven:
        return 0
    largest = max(float(np.abs(elements).max(initial=0.0)) for elements in (sector.plus, sector.minus))
    return SIDEBANDS + int(np.ceil(harmonics)) + int(np.ceil(2 * largest * max(harmonics, 1) / photon_energy))


def rungs_of(sector: Sector, photon_energy: float, window: tuple[float, float], sidebands: int | None) -> int:
    """Rungs of a ladder: those of the window and the sidebands on both sides."""
    if not sector.is_driven:
        return 1
    number = sidebands or sidebands_of(sector, photon_energy)
    return ladder_for(photon_energy, _inside(sector, window), number, 0).rungs


def _inside(sector: Sector, window: tuple[float, float]) -> tuple[float, float]:
    bottom, top = hull(sector)
    return min(max(window[0], bottom), top), max(min(window[1], top), bottom)


def _zone_of(sector: Sector, photon_energy: float, window: tuple[float, float]) -> Zone:
    inside, edges = _inside(sector, window), band_edges(sector)
    if not sector.is_driven:
        return static_zone(inside, edges)
    return floquet_zone(photon_energy, edges, inside if inside[0] == inside[1] else ())
