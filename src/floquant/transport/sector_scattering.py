"""One sector solved at given energies: powers between contacts, with enough sidebands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.progress import expect_ladders, ladders_solved
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.cutoff import (
    CHECKED,
    SAMPLE,
    TAIL_FACTOR,
    LadderJudge,
    fewest_sidebands,
    lengthened,
    refuse_stronger,
    relative_tail,
    row_defects,
    slowness,
)
from floquant.transport.plan import choose_solver

# Numbers in one block of amplitudes (32 MB), and in all powers if they are to be kept (384 MB).
BLOCK = 2_000_000
KEPT = 48_000_000
# How often every ladder is solved, roughly, until it is long enough.
TRIALS = 3

Block = tuple[slice, slice, Array, Array]


@dataclass(frozen=True, eq=False)
class SectorScattering:
    """One sector at given energies, with its solver, its sidebands, and its open waves (energies, banks)."""

    sector: Sector
    solver: LadderSolver
    photon_energy: float
    energies: Array
    opened: Array
    sidebands: int
    count: int
    padding: int = 0
    change: float = float("nan")
    kept_blocks: tuple[Block, ...] | None = None

    @property
    def centre(self) -> int:
        """The rung of the incoming wave."""
        return self.sidebands + self.padding

    @property
    def kept(self) -> slice:
        """Number of rungs, n = −N … N."""
        return slice(self.padding, self.padding + 2 * self.sidebands + 1)

    @property
    def open_leads(self) -> set[str]:
        """Leads that have an open wave at one of the energies."""
        return {name for (name, _), waves in zip(self.solver.channels.banks, self.opened.T, strict=True) if waves.any()}

    @property
    def ladder(self) -> Ladder:
        """All rungs that are solved, the incoming one in the middle."""
        return Ladder(self.photon_energy, -self.centre, 2 * self.centre + 1, self.centre, 1)

    @property
    def numbers(self) -> int:
        """Numbers in all powers."""
        return self.count * len(self.energies) * (2 * self.sidebands + 1) * len(self.solver.channels.banks) ** 2

    def powers(self) -> Iterator[Block]:
        """Slices of settings and energies, with |S|² (settings, energies, sideband, bank out, bank in), and the tail."""
        if self.kept_blocks is not None:
            yield from self.kept_blocks
            return
        for where, which, table, problem in self._runs(*self.solver.numbers(self.ladder.rungs)):
            with one_thread(self.solver.costly):
                powers, tail = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
            yield which, where, powers[:, :, self.kept], tail * slowness(self.sidebands)

    def tabulated(self, where: slice) -> Any:
        """The solver's table at a slice of the energies, for `amplitudes`."""
        with one_thread(self.solver.costly):
            return self.solver.tabulate(self.ladder.energies(self.energies[None, where]))

    def amplitudes(self, table: Any, which: slice) -> Array:
        """S (settings, energies, sideband, out, in) between lead orbitals, at a slice of the settings."""
        problem = np.arange(which.start, which.stop, dtype=np.int64)
        with one_thread(self.solver.costly):
            s, _ = self.solver.columns(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        return s[:, :, self.kept]

    @property
    def amplitude_numbers(self) -> tuple[int, int]:
        """Complex numbers that an energy takes in a table, and a setting and energy in amplitudes."""
        rungs = self.ladder.rungs
        return self.solver.numbers(rungs)[0], rungs * len(self.solver.channels.member) ** 2

    def _runs(self, per_node: int, per_pair: int) -> Iterator[tuple[slice, slice, object, Array]]:
        """Blocks of bounded memory: energies outside, so that their static work is shared by all settings."""
        ladder = self.ladder
        expect_ladders(self.count * len(self.energies))
        nodes = min(len(self.energies), max(1, BLOCK // per_node))
        size = max(1, BLOCK // (per_pair * nodes))
        for begin in range(0, len(self.energies), nodes):
            where = slice(begin, min(begin + nodes, len(self.energies)))
            with one_thread(self.solver.costly):
                table = self.solver.tabulate(ladder.energies(self.energies[None, where]))
            for first in range(0, self.count, size):
                which = slice(first, min(first + size, self.count))
                yield where, which, table, np.arange(which.start, which.stop, dtype=np.int64)
                ladders_solved((which.stop - which.start) * (where.stop - where.start))

    def sampled(self) -> tuple[Array, float]:
        """Powers of the sidebands that every ladder has, per open wave, and the weight at the ladder's ends, at few points."""
        energies = self.energies[_sample(len(self.energies), CHECKED)]
        problem = _sample(self.count, CHECKED)
        table = self.solver.tabulate(self.ladder.energies(energies[None]))
        powers, tail = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        opened = np.maximum(self.solver.open_waves(table, self.centre), 1.0)[:, :, None, None]
        few = fewest_sidebands(self.sector)
        return powers[:, :, self.centre - few : self.centre + few + 1] / opened, slowness(self.sidebands) * float(
            tail.max(initial=0.0)
        )

    def sampled_tail(self) -> float:
        """Relative weight at the ladder's ends, at sample settings and energies."""
        ladder, energies = self.ladder, self.energies[_sample(len(self.energies), SAMPLE)]
        problem = _sample(self.count, SAMPLE)
        table = self.solver.tabulate(ladder.energies(energies[None]))
        detectors = Detectors.counting(self.solver.channels)
        values = self.solver.flows(table, problem, np.zeros(len(problem), dtype=np.int64), ladder, detectors)
        tail = FlowLayout.of(detectors, ladder).view(values, "tail")
        return float(relative_tail(tail, self.sidebands).max(initial=0.0))

    def row_defects(self) -> Array:
        """Unitarity missing from rows at a few settings and energies (see `cutoff.row_defects`)."""
        if not self.photon_energy:
            return np.zeros(1)
        energies = self.energies[_sample(len(self.energies), CHECKED)]
        return row_defects(self.solver, self.photon_energy, energies, self.sidebands, self.count)


def _sample(count: int, most: int) -> Array:
    """At most this many of 0 … count − 1, evenly spaced."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def scatter_sector(
    sector: Sector, photon_energy: float, energies: Array, accuracy: Accuracy, count: int
) -> tuple[SectorScattering, Array, Array]:
    """The sector with enough sidebands, its tails (settings, energies), and its largest column defects (energies,)."""
    photon_energy = photon_energy if sector.is_driven else 0.0
    solver = choose_solver(sector, accuracy.solver, accuracy.sidebands, TRIALS * count * len(energies))
    with one_thread(solver.costly):
        return _scattered(sector, solver, photon_energy, energies, accuracy, count)


def _scattered(
    sector: Sector, solver: LadderSolver, photon_energy: float, energies: Array, accuracy: Accuracy, count: int
) -> tuple[SectorScattering, Array, Array]:
    opened = solver.open_waves(solver.tabulate(energies[None, :, None]), 0)[0]
    number = 0 if not photon_energy else accuracy.sidebands or fewest_sidebands(sector)
    if photon_energy and not accuracy.sidebands:
        refuse_stronger(sector, photon_energy)
    judge = LadderJudge(accuracy.rtol)
    while True:
        # Rungs that the solver adds are sidebands like the others, unless their number is forced.
        own = (number, solver.reach) if accuracy.sidebands else (number + solver.reach if photon_energy else 0, 0)
        part = SectorScattering(sector, solver, photon_energy, energies, opened, own[0], count, own[1])
        settled = not photon_energy or accuracy.sidebands is not None
        if settled or _accepted(judge, part):
            part, tail, column = _swept(replace(part, change=judge.change))
            if settled or TAIL_FACTOR * tail.max(initial=0.0) <= accuracy.rtol:
                return part, tail, column
        number = lengthened(number, sector)


def _accepted(judge: LadderJudge, part: SectorScattering) -> bool:
    if part.solver.costly:
        powers, tail = part.sampled()
        return judge.accepts_change(tail, powers)
    return judge.accepts(part.sampled_tail(), part.row_defects)


def _swept(part: SectorScattering) -> tuple[SectorScattering, Array, Array]:
    """Solve once everywhere: the tails, the largest column defects (without a drive of rows too), and the part with what is kept."""
    tail = np.zeros((part.count, len(part.energies)))
    column, kept = np.zeros(len(part.energies)), []
    for which, where, powers, weight in part.powers():
        tail[which, where] = weight if part.photon_energy else 0.0
        opened = part.opened[where]
        defect = np.abs(powers.sum(axis=(2, 3)) - opened)
        if not part.photon_energy:
            defect = np.maximum(defect, np.abs(powers.sum(axis=(2, 4)) - opened))
        column[where] = np.maximum(column[where], defect.max(axis=(0, 2)))
        if part.numbers <= KEPT:
            kept.append((which, where, powers, weight))
    return (replace(part, kept_blocks=tuple(kept)) if kept else part), tail, column
