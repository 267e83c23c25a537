"""One sector solved at given energies: powers between contacts, and amplitudes."""

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
from floquant.solvers.progress import expect_ladders, ladders_solved
from floquant.solvers.threads import one_thread
from floquant.transport.cutoff import CHECKED, SAMPLE, fewest_sidebands, row_defects
from floquant.transport.edge_rounding import EdgeRounding
from floquant.transport.ladder_bound import Shift
from floquant.transport.spectrum import Spectrum

# Numbers in one block of amplitudes (32 MB), and in all powers if they are to be kept (384 MB).
BLOCK = 2_000_000
KEPT = 48_000_000
# How often every ladder is solved, roughly, until it is long enough.
TRIALS = 3


@dataclass(frozen=True, eq=False)
class Block:
    """Slices of settings and energies, |S|² there (settings, energies, rung, bank out, bank in), and how much it may change; all rungs."""

    which: slice
    where: slice
    powers: Array
    shift: Shift

    @cached_property
    def beyond(self) -> Array:
        """The most that the ladder's ends may change any T_n or their sum, summed over all leads (settings, energies)."""
        return self.shift.end_alone(np.einsum("perba->per", self.powers))

    def not_kept(self, kept: slice) -> Array:
        """A bound of the powers of all rungs that are not kept, beyond the ladder's ends too, (settings, energies)."""
        outside = self.powers.sum(axis=(2, 3, 4)) - self.powers[:, :, kept].sum(axis=(2, 3, 4))
        return self.shift.lost + np.maximum(outside, 0.0)


@dataclass(frozen=True, eq=False)
class SectorScattering:
    """One sector at given energies, with its solver, its sidebands, and its open waves (energies, banks).

    Its ladder is n = −N … N, and `padding` rungs at either end. Where the solver takes several rungs at a time there are some more above,
    that are solved and counted in sums.
    """

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
    longer: LongLadders | None = None

    @property
    def centre(self) -> int:
        """The rung of the incoming wave."""
        return self.sidebands + self.padding

    @property
    def kept(self) -> slice:
        """The rungs n = −N … N."""
        return slice(self.padding, self.padding + 2 * self.sidebands + 1)

    @property
    def rungs(self) -> int:
        """Number of rungs that are solved: a multiple of what the solver takes at a time, or one without a drive."""
        count = 2 * self.centre + 1
        return count + (-count % self.solver.per_step if self.photon_energy else 0)

    @property
    def open_leads(self) -> set[str]:
        """Leads that have an open wave at one of the energies."""
        return {name for (name, _), waves in zip(self.solver.channels.banks, self.opened.T, strict=True) if waves.any()}

    @property
    def ladder(self) -> Ladder:
        """The ladder around each incoming energy."""
        return Ladder(self.photon_energy, -self.centre, self.rungs, self.centre, 1)

    @property
    def numbers(self) -> int:
        """Numbers in all powers."""
        return self.count * len(self.energies) * (2 * self.sidebands + 1) * len(self.solver.channels.banks) ** 2

    @cached_property
    def spectrum(self) -> Spectrum:
        """What the device can hold, for the gap beyond the ladder's ends."""
        return Spectrum(self.sector)

    def shift(self, ends: LadderEnds, which: slice, where: slice) -> Shift:
        """How much what lies beyond the ladder may change amplitudes, for slices of settings and energies."""
        size = self.size(self.energies[where])
        return Shift.of(ends, self._gaps[which, where], size, self._edges.chosen(where), self.centre)

    @cached_property
    def _gaps(self) -> Array:
        return self.gaps(self.energies)

    @cached_property
    def _edges(self) -> EdgeRounding:
        return EdgeRounding.at(self.sector, self.ladder.energies(self.energies))

    def gaps(self, energies: Array) -> Array:
        """The gaps beyond both ends at incoming energies (E,), for every setting: (P, E, 2)."""
        if not self.photon_energy:
            return np.full((self.count, len(energies), 2), np.inf)
        above, below = self.rungs - self.centre, self.centre + 1
        return self.spectrum.gaps(energies + above * self.photon_energy, energies - below * self.photon_energy)

    def size(self, energies: Array) -> Array:
        """About the largest energy of the device and its rungs, for each incoming one."""
        return np.maximum(np.abs(energies) + (self.rungs - self.centre) * self.photon_energy, self.spectrum.size)

    def powers(self) -> Iterator[Block]:
        """All powers with their shifts, in blocks of bounded memory."""
        yield from self._solved() if self.kept_blocks is None else self.kept_blocks

    def _solved(self) -> Iterator[Block]:
        for where, which, table, problem in self._runs(*self.solver.numbers(self.rungs)):
            with one_thread(self.solver.costly):
                powers, ends = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
            shift = self.shift(ends, which, where)
            if self.longer is not None:
                self.longer.improve_powers(which, where, powers, shift)
            yield Block(which, where, powers, shift)

    def tabulated(self, where: slice) -> Any:
        """The solver's table at a slice of the energies, for `amplitudes`."""
        with one_thread(self.solver.costly):
            return self.solver.tabulate(self.ladder.energies(self.energies[None, where]))

    def amplitudes(self, table: Any, which: slice, where: slice) -> tuple[Array, Shift]:
        """S (settings, energies, sideband, out, in) between lead orbitals, at slices of settings and energies, and its shift: `lost` are
        the powers of all rungs that are not kept."""
        problem = np.arange(which.start, which.stop, dtype=np.int64)
        with one_thread(self.solver.costly):
            s, ends = self.solver.columns(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        shift = self.shift(ends, which, where)
        if self.longer is not None:
            self.longer.improve_amplitudes(which, where, s, shift)
        kept, shift = s[:, :, self.kept], shift.on(self.kept)
        if s.shape[2] > kept.shape[2]:
            shift = replace(shift, lost=shift.lost + np.maximum(_per_point(s) - _per_point(kept), 0.0))
        return kept, shift

    @property
    def amplitude_numbers(self) -> tuple[int, int]:
        """Complex numbers that an energy takes in a table, and a setting and energy in amplitudes."""
        return self.solver.numbers(self.rungs)[0], self.rungs * len(self.solver.channels.member) ** 2

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

    def sampled(self) -> tuple[Array, Array]:
        """At few settings and energies: powers of the sidebands that every ladder has, and what lies beyond the ends, per open wave."""
        most = CHECKED if self.solver.costly else SAMPLE
        energies = self.energies[evenly(len(self.energies), most)]
        problem = evenly(self.count, most)
        table = self.solver.tabulate(self.ladder.energies(energies[None]))
        powers, ends = self.solver.powers(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
        opened = np.maximum(self.solver.open_waves(table, self.centre).sum(axis=-1), 1.0)
        edges = EdgeRounding.at(self.sector, self.ladder.energies(energies))
        shift = Shift.of(ends, self.gaps(energies)[problem], self.size(energies), edges, self.centre)
        block = Block(slice(0), slice(0), powers, shift)
        few = fewest_sidebands(self.sector)
        inner = powers[:, :, self.centre - few : self.centre + few + 1] / opened[..., None, None, None]
        return inner, block.beyond / opened

    def row_defects(self) -> Array:
        """Unitarity missing from rows at a few settings and energies (see `cutoff.row_defects`)."""
        if not self.photon_energy:
            return np.zeros(1)
        energies = self.energies[evenly(len(self.energies), CHECKED)]
        return row_defects(self.solver, self.photon_energy, energies, self.sidebands, self.count)


@dataclass(frozen=True, eq=False)
class LongLadders:
    """Single settings and energies (K,), for which the common ladder is too short, and `part` with longer ones.

    A narrow level near an end asks for many more rungs at one energy of thousands. What is emitted beyond the common sidebands, known
    there to be negligible, is part of the bound.
    """

    part: SectorScattering
    problem: Array
    place: Array

    @cached_property
    def block(self) -> Block:
        """Powers (K, 1, …) and their shift."""
        powers, ends = self._solved
        shift = self._shift(ends).on(self.common)
        return Block(slice(0), slice(0), powers[:, :, self.common], replace(shift, lost=shift.lost + self.outside))

    @property
    def common(self) -> slice:
        """The rungs of the common ladder."""
        return slice(self.part.padding, self.part.padding + replace(self.part, padding=0).rungs)

    @property
    def outside(self) -> Array:
        """Powers beyond the common ladder, summed over all leads (K, 1)."""
        powers, _ = self._solved
        return np.maximum(powers.sum(axis=(2, 3, 4)) - powers[:, :, self.common].sum(axis=(2, 3, 4)), 0.0)

    @cached_property
    def _solved(self) -> tuple[Array, LadderEnds]:
        table, row = self._tabulated(self.place)
        return self.part.solver.powers(table, self.problem, row, self.part.centre)

    def improve_powers(self, which: slice, where: slice, powers: Array, shift: Shift) -> None:
        """Put the powers of the points that lie in a block in their places there."""
        chosen, at = self._inside(which, where)
        powers[at] = self.block.powers[chosen, 0]
        shift.put(at, self.block.shift, chosen)

    def improve_amplitudes(self, which: slice, where: slice, s: Array, shift: Shift) -> None:
        """Put the amplitudes of the points that lie in a block in their places there."""
        chosen, at = self._inside(which, where)
        if not len(chosen):
            return
        table, row = self._tabulated(self.place[chosen])
        better, _ = self.part.solver.columns(table, self.problem[chosen], row, self.part.centre)
        s[at] = better[:, 0, self.common]
        shift.put(at, self.block.shift, chosen)

    def _inside(self, which: slice, where: slice) -> tuple[Array, tuple[Array, Array]]:
        rows = (self.problem >= which.start) & (self.problem < which.stop)
        columns = (self.place >= where.start) & (self.place < where.stop)
        chosen = np.flatnonzero(rows & columns)
        return chosen, (self.problem[chosen] - which.start, self.place[chosen] - where.start)

    def _tabulated(self, place: Array) -> tuple[Any, Array]:
        different, row = np.unique(place, return_inverse=True)
        return self.part.solver.tabulate(self.part.ladder.energies(self.part.energies[different][:, None])), row

    def _shift(self, ends: LadderEnds) -> Shift:
        different, row = np.unique(self.place, return_inverse=True)
        part, energies = self.part, self.part.energies[different]
        edges = EdgeRounding.at(part.sector, part.ladder.energies(energies)).each(row)
        return Shift.of(
            ends, part.gaps(energies)[self.problem, row][:, None], part.size(energies)[row][:, None], edges, part.centre
        )


def _per_point(s: Array) -> Array:
    """|S|² summed over rungs and channels, (settings, energies)."""
    return np.asarray(np.sum(s.real**2 + s.imag**2, axis=(2, 3, 4)))


def evenly(count: int, most: int) -> Array:
    """At most this many of 0 … count − 1, evenly spaced."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))
