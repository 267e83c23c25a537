"""One sector of a solution: its solver, its ladder, and what is recorded on its mesh."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.threads import one_thread
from floquant.solvers.zone.mesh import Mesh
from floquant.solvers.zone.recording import Recording
from floquant.solvers.zone.refinement import Criterion
from floquant.solvers.zone.zone import floquet_zone, static_zone
from floquant.transport.accuracy import Accuracy
from floquant.transport.cutoff import (
    Demand,
    checked_energies,
    choose_sidebands,
    flows_over_cuts,
    ladder_for,
    lengthened,
    row_defects,
)
from floquant.transport.estimate import likely_sidebands, nodes_of, rungs_of
from floquant.transport.gap_bound import beyond_the_ladder
from floquant.transport.plan import choose_solver
from floquant.transport.recordings import Recordings
from floquant.transport.spectrum import Spectrum
from floquant.transport.windows import band_edges, hull

# A share of what is allowed that is as good as none.
SMALLEST = 1e-6


@dataclass(frozen=True, eq=False)
class SectorSolution:
    """One sector: the ladder that was chosen, and its recordings."""

    sector: Sector
    solver: LadderSolver
    window: tuple[float, float]
    sidebands: int
    recordings: Recordings
    spectrum: Spectrum
    change: float = float("nan")
    margin: float = 1.0

    @property
    def photon_energy(self) -> float:
        """ħΩ, 0 for a sector that nothing drives."""
        return self.recordings.ladder.photon_energy

    @property
    def atol(self) -> float:
        """The absolute error that a current may have."""
        return self.recordings.criterion.atol[0]

    @property
    def counted(self) -> Recording:
        """Charge and spin, the mesh that every recording begins from."""
        return self.recordings.first()

    def recorded(self, detectors: Detectors, levels: Array) -> Recording:
        """What these detectors read, each setting (P,) at its level of refinement."""
        with one_thread(self.solver.costly):
            return self.recordings.at(detectors, levels)

    @cached_property
    def beyond(self) -> Array:
        """How much what lies beyond the ladder's ends may change a current, (P,), in energy; see `ladder_bound.integrated`, `gap_bound`.

        From the largest weight at a node.
        """
        noticed, ladder = self.counted.noticed, self.recordings.ladder
        every = np.arange(self.counted.mesh.problems)
        return beyond_the_ladder(self.solver, ladder, every, noticed.passed, noticed.ends, self.spectrum)

    @property
    def proven(self) -> bool:
        """Whether `beyond` is a proof for these weights: one driven orbital with one harmonic, or no ladder; else it is an estimate."""
        scalar = len(self.sector.driven) * self.sector.harmonic_count == 1
        return not self.photon_energy or (scalar and not self.solver.costly)

    @cached_property
    def flows(self) -> Array:
        """The most and the least unsigned flow over a cut, (P, 2), into the lead that least flows into: what a bound is measured by."""
        return flows_over_cuts(self.counted.scale, self.counted.layout, self.counted.detectors)

    @cached_property
    def missing(self) -> Array:
        """What rounding takes from the rows of each contact, integrated over the zone, worst rung: shape (P, contacts)."""
        channels = self.solver.channels
        member = channels.group[:, None] == np.arange(len(channels.names))
        return np.asarray(np.einsum("pcr,cb->pbr", self.counted.defect, member).max(axis=2, initial=0.0))

    def row_defects(self, count: int) -> Array:
        """Unitarity missing from rows at a few energies and settings if every energy has a separate ladder (see `cutoff`)."""
        if not self.photon_energy:
            return np.zeros((0, 1, 1))
        checked = checked_energies(self.photon_energy, self.window)
        return row_defects(self.solver, self.photon_energy, checked, self.sidebands, count)


def solve_sector(
    sector: Sector, photon_energy: float, window: tuple[float, float], accuracy: Accuracy, count: int, demand: Demand
) -> SectorSolution:
    """Choose solver and ladder, and integrate charge and spin over the zone."""
    # A sector without a drive scatters elastically, whatever the drive does elsewhere.
    photon_energy = photon_energy if sector.is_driven else 0.0
    ladders = count * nodes_of(sector, photon_energy, window)
    sidebands = accuracy.sidebands or likely_sidebands(sector, photon_energy)
    expected = rungs_of(sector, photon_energy, window, sidebands)
    solver = choose_solver(sector, accuracy.solver, accuracy.sidebands, ladders, expected)
    with one_thread(solver.costly):
        return _integrated(sector, solver, photon_energy, window, accuracy, count, demand)


def _integrated(
    sector: Sector, solver: LadderSolver, photon_energy: float, window: tuple[float, float], accuracy: Accuracy, count: int, demand: Demand
) -> SectorSolution:  # fmt: skip
    bottom, top = hull(sector)
    inside = (min(max(window[0], bottom), top), max(min(window[1], top), bottom))
    atol = accuracy.absolute(photon_energy)
    # a weighted flow has one more power of an energy in its unit
    criterion = Criterion(accuracy.rtol, (atol, atol * (photon_energy or 1.0)), accuracy.max_nodes, inside)
    edges, spectrum = band_edges(sector), Spectrum(sector)
    at_one = inside if inside[0] == inside[1] else ()
    zone = floquet_zone(photon_energy, edges, at_one) if photon_energy else static_zone(inside, edges)

    def integrated(number: int, change: float, start: Mesh | None = None) -> SectorSolution:
        ladder = ladder_for(photon_energy, inside, number, solver.reach)
        recordings = Recordings(solver, ladder, zone, criterion, count, start)
        part = SectorSolution(sector, solver, inside, number, recordings, spectrum, change)
        part.recordings.first()
        return part

    if not photon_energy or accuracy.sidebands:
        return integrated(accuracy.sidebands or 0 if photon_energy else 0, np.nan)
    start: Mesh | None = None
    while True:
        number, change, expected = choose_sidebands(solver, spectrum, photon_energy, inside, count, demand)
        part = integrated(number, change, start)
        excess = demand.excess(part.beyond, part.flows)
        if excess <= 1:
            return replace(part, margin=demand.margin)
        # what no sample energy saw: the next ladder is chosen so that it meets the demand there too
        margin, start = max(demand.margin, excess / max(expected, SMALLEST)), part.counted.mesh
        demand = replace(demand, margin=margin, fewest=lengthened(number, sector))
