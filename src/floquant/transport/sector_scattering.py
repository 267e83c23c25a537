"""One sector solved at given energies: powers between contacts, with enough sidebands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.ends import LadderEnds
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.cutoff import CHECKED, MOST, SAMPLE, fewest_sidebands, lengthened, refuse_longer, row_defects
from floquant.transport.edge_rounding import EdgeRounding
from floquant.transport.ladder_bound import Shift
from floquant.transport.plan import choose_solver
from floquant.transport.spectrum import Spectrum

# Numbers in one block of amplitudes (32 MB), and in all powers if they are to be kept (384 MB).
BLOCK = 2_000_000
KEPT = 48_000_000


@dataclass(frozen=True, eq=False)
class Block:
    """Slices of settings and energies, |S|² there (settings, energies, rung, bank out, bank in), and how much it may change; all rungs."""

    which: slice
    where: slice
    powers: Array
    shift: Shift


@dataclass(frozen=True, eq=False)
class SectorScattering:
    """One sector at given energies, with its solver, its sidebands, and its open waves (energies, banks).

    Its ladder is n = −N … N, and further rungs above where the solver takes several at a time: they are solved and counted in sums.
    """

    sector: Sector
    solver: LadderSolver
    photon_energy: float
    energies: Array
    opened: Array
    sidebands: int
    count: int
    change: float = float("nan")
    kept_blocks: tuple[Block, ...] | None = None

    @property
    def centre(self) -> int:
        """The rung of the incoming wave."""
        return self.sidebands

    @property
    def kept(self) -> slice:
        """The rungs n = −N … N."""
        return slice(0, 2 * self.sidebands + 1)

    @property
    def rungs(self) -> int:
        """Number of rungs that are solved: a multiple of what the solver takes at a time, or one without a drive."""
        count = 2 * self.sidebands + 1
        return count + (-count % self.solver.per_step if self.photon_energy else 0)

    @property
    def open_leads(self) -> set[str]:
        """Leads that have an open wave at one of the energies."""
        return {name for (name, _), waves in zip(self.solver.channels.banks, self.opened.T, strict=True) if waves.any()}

    @property
    def on_edge(self) -> Array:
        """Energies of which a rung lies on an edge of a lead, to rounding, and was moved off it; (energies,) bool."""
        rungs = self._ladder().energies(self.energies)
        moved = [terminal.lead.off_edges(rungs) != rungs for terminal in self.sector.terminals]
        return np.asarray(np.any(moved, axis=(0, 2)))

    def _ladder(self) -> Ladder:
        return Ladder(self.photon_energy, -self.centre, self.rungs, self.centre, 1)

    @property
    def numbers(self) -> int:
        """Numbers in all powers."""
        return self.count * len(self.energies) * (2 * self.sidebands + 1) * len(self.solver.channels.banks) ** 2

    @cached_property
    def spectrum(self) -> Spectrum:
        """What the device can hold, for the gap beyond the ladder's ends."""
        return Spectrum(self.sector)

    def shift(self, ends: LadderEnds, which: Array | slice, energies: Array) -> Shift:
        """How much what lies beyond the ladder may change amplitudes, for settings `which` at some energies (E,)."""
        above = energies + (self.rungs - self.centre) * self.photon_energy
        below = energies - (self.centre + 1) * self.photon_energy
        size = np.maximum(np.maximum(np.abs(above), np.abs(below)), self.spectrum.size)
        gaps = (
            self.spectrum.gaps(above, below)[which] if self.photon_energy else np.full(np.shape(ends.entering), np.inf)
        )
        edges = EdgeRounding.at(self.sector, self._ladder().energies(energies))
        return Shift.of(ends, gaps, size, edges, self.centre)

    def powers(self) -> Iterator[Block]:
        """All powers with their shifts, in blocks of bounded memory."""
        if self.kept_blocks is not None:
            yield from self.kept_blocks
            return
        for where, which, table, problem in self._runs(*self.solver.numbers(self.rungs)):
            with one_thread(self.solver.costly):
                powers, ends = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
            yield Block(which, where, powers, self.shift(ends, which, self.energies[where]))

    def tabulated(self, where: slice) -> Any:
        """The solver's table at a slice of the energies, for `amplitudes`."""
        with one_thread(self.solver.costly):
            return self.solver.tabulate(self._ladder().energies(self.energies[None, where]))

    def amplitudes(self, table: Any, which: slice, where: slice) -> tuple[Array, Shift]:
        """S (settings, energies, sideband, out, in) between lead orbitals, at slices of settings and energies, and its shift."""
        problem = np.arange(which.start, which.stop, dtype=np.int64)
        with one_thread(self.solver.costly):
            s, ends = self.solver.columns(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        return s[:, :, self.kept], self.shift(ends, which, self.energies[where]).on(self.kept)

    @property
    def amplitude_numbers(self) -> tuple[int, int]:
        """Complex numbers that an energy takes in a table, and a setting and energy in amplitudes."""
        return self.solver.numbers(self.rungs)[0], self.rungs * len(self.solver.channels.member) ** 2

    def _runs(self, per_node: int, per_pair: int) -> Iterator[tuple[slice, slice, object, Array]]:
        """Blocks of bounded memory: energies outside, so that their static work is shared by all settings."""
        ladder = self._ladder()
        nodes = min(len(self.energies), max(1, BLOCK // per_node))
        size = max(1, BLOCK // (per_pair * nodes))
        for begin in range(0, len(self.energies), nodes):
            where = slice(begin, min(begin + nodes, len(self.energies)))
            with one_thread(self.solver.costly):
                table = self.solver.tabulate(ladder.energies(self.energies[None, where]))
            for first in range(0, self.count, size):
                which = slice(first, min(first + size, self.count))
                yield where, which, table, np.arange(which.start, which.stop, dtype=np.int64)

    def sampled(self) -> tuple[Array, float]:
        """At few settings and energies: powers of the sidebands that every ladder has, and what lies beyond the ends, per open wave."""
        most = CHECKED if self.solver.costly else SAMPLE
        energies = self.energies[_sample(len(self.energies), most)]
        problem = _sample(self.count, most)
        table = self.solver.tabulate(self._ladder().energies(energies[None]))
        powers, ends = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        opened = np.maximum(self.solver.open_waves(table, self.centre).sum(axis=-1), 1.0)
        few = fewest_sidebands(self.sector)
        shift = self.shift(ends, problem, energies)
        beyond = shift.end_alone(powers.sum(axis=(3, 4))) / opened
        inner = powers[:, :, self.centre - few : self.centre + few + 1] / opened[..., None, None, None]
        return inner, float(beyond.max(initial=0.0))

    def row_defects(self) -> Array:
        """Unitarity missing from rows at a few settings and energies (see `cutoff.row_defects`)."""
        if not self.photon_energy:
            return np.zeros(1)
        energies = self.energies[_sample(len(self.energies), CHECKED)]
        return row_defects(self.solver, self.photon_energy, energies, self.sidebands, self.count)


def _sample(count: int, most: int) -> Array:
    """At most this many of 0 … count − 1, evenly spaced."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Swept:
    """What solving everywhere showed: what lies beyond the ends per open wave (settings, energies), column defects (energies,)."""

    part: SectorScattering
    beyond: Array
    column: Array
    proven: bool


def scatter_sector(sector: Sector, photon_energy: float, energies: Array, accuracy: Accuracy, count: int) -> Swept:
    """The sector with enough sidebands."""
    photon_energy = photon_energy if sector.is_driven else 0.0
    solver = choose_solver(sector, accuracy.solver, accuracy.sidebands)
    with one_thread(solver.costly):
        return _scattered(sector, solver, photon_energy, energies, accuracy, count)


def _scattered(
    sector: Sector, solver: LadderSolver, photon_energy: float, energies: Array, accuracy: Accuracy, count: int
) -> Swept:
    opened = solver.open_waves(solver.tabulate(energies[None, :, None]), 0)[0]
    number = 0 if not photon_energy else accuracy.sidebands or fewest_sidebands(sector)
    before: Array | None = None
    change = np.nan
    while True:
        part = SectorScattering(sector, solver, photon_energy, energies, opened, number, count, change)
        if not photon_energy or accuracy.sidebands is not None:
            return _swept(part)
        powers, beyond = part.sampled()
        accepted = beyond <= accuracy.rtol
        if solver.costly and accepted:
            # its ends are estimated: lengthening must have changed nothing either
            change = np.inf if before is None else float(np.abs(powers - before).max(initial=0.0))
            accepted, before = change <= accuracy.rtol, powers
            part = replace(part, change=change)
        if accepted:
            swept = _swept(part)
            if swept.beyond.max(initial=0.0) <= accuracy.rtol:
                return swept
        number = lengthened(number, sector)
        if number > MOST:
            raise refuse_longer()


def _swept(part: SectorScattering) -> Swept:
    """Solve once everywhere; the column defects without a drive are those of rows too."""
    beyond = np.zeros((part.count, len(part.energies)))
    column, kept, proven = np.zeros(len(part.energies)), [], True
    for block in part.powers():
        opened = part.opened[block.where]
        end = block.shift.end_alone(block.powers.sum(axis=(3, 4)))
        beyond[block.which, block.where] = end / np.maximum(opened.sum(axis=1), 1.0)
        proven = proven and bool(np.all(block.shift.proven))
        defect = np.abs(block.powers.sum(axis=(2, 3)) - opened)
        if not part.photon_energy:
            defect = np.maximum(defect, np.abs(block.powers.sum(axis=(2, 4)) - opened))
        column[block.where] = np.maximum(column[block.where], defect.max(axis=(0, 2)))
        if part.numbers <= KEPT:
            kept.append(block)
    return Swept(replace(part, kept_blocks=tuple(kept)) if kept else part, beyond, column, proven)
