"""What the solvers of big devices share: contacts computed once per energy, reduced to their open waves, and ladders solved one by one.

    S'_ba = −P' + i w'_b† G w'_a,   w_b = w'_b V_b†

The columns of w for each bank (contact, spin) are compressed to as many as there are open waves; powers between banks do not see V.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.contacts import ContactTable, contact_orbitals, contacts_at
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ends import LadderEnds, driven_at_most, guessed_ends
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.ladder.wave_counts import LadderWaves, Passage

# Most numbers of the contacts that are remembered (256 MB of complex ones), and of one batch of them (16 MB).
REMEMBERED = 16_000_000
BATCH = 1_000_000
# Weight of a bank in the open channels below which a direction is closed: rounding, for P is a projector.
CLOSED = 1e-13


@dataclass(frozen=True, eq=False)
class Waves:
    """The contacts at one energy: `table` with Σ (q, q), w' (q, c) and P' (c, c) of open waves, banks (c,), V (O, c): w = w' V†."""

    table: ContactTable
    bank: Array
    back: Array

    @property
    def count(self) -> int:
        """Number of open waves, c."""
        return len(self.bank)

    @property
    def numbers(self) -> int:
        """Complex numbers in it."""
        return self.table.self_energy.size + self.table.injection.size + self.table.projector.size + self.back.size

    @property
    def is_open(self) -> Array:
        """Diagonal of P between lead orbitals, (O,)."""
        return np.asarray(np.einsum("oc,cd,od->o", self.back, self.table.projector, self.back.conj()).real)

    def opened(self, banks: int) -> Array:
        """Open waves of each bank, (B,)."""
        return np.bincount(self.bank, np.diagonal(self.table.projector).real, banks)


class RememberedContacts:
    """Contacts of a sector by energy: a lead is computed once per energy, for all rungs, directions, settings and lengths of ladder.

    Up to `remembered` complex numbers are kept; the oldest energies are dropped first. `asked` counts the energies at which
    leads were computed.
    """

    def __init__(self, sector: Sector, channels: Channels, remembered: int = REMEMBERED) -> None:
        self.sector, self.channels, self.remembered = sector, channels, remembered
        self.orbitals = contact_orbitals(sector)
        self.asked = 0
        self._known: OrderedDict[float, Waves] = OrderedDict()
        self._held = 0

    @property
    def together(self) -> int:
        """Number of energies in one batch."""
        q, o = len(self.orbitals), len(self.channels.member)
        return max(16, BATCH // max(1, (q + o) ** 2))

    def at(self, energies: Array) -> list[Waves]:
        """The contacts at each of these energies."""
        missing = np.array([energy for energy in dict.fromkeys(energies.tolist()) if energy not in self._known])
        if len(missing):
            self.asked += len(missing)
            compressed = self._compressed(contacts_at(self.sector, missing))
            for energy, waves in zip(missing.tolist(), compressed, strict=True):
                self._known[energy] = waves
                self._held += waves.numbers
        found = [self._known[energy] for energy in energies.tolist()]
        while self._held > self.remembered and len(self._known) > len(energies):
            self._held -= self._known.popitem(last=False)[1].numbers
        return found

    def _compressed(self, table: ContactTable) -> list[Waves]:
        """Each energy's open waves: for every bank a basis of the directions that its part of P does not close."""
        bank, empty = self.channels.bank, np.zeros((len(self.channels.bank), 0), complex)
        banks: list[list[int]] = [[] for _ in table.projector]
        backs: list[list[Array]] = [[empty] for _ in table.projector]
        for number in range(len(self.channels.banks)):
            mine = np.flatnonzero(bank == number)
            part = table.projector[:, mine[:, None], mine]
            is_open = np.flatnonzero(np.einsum("ecc->e", part).real > CLOSED)
            values, vectors = np.linalg.eigh(part[is_open])
            for index, value, vector in zip(is_open.tolist(), values, vectors, strict=True):
                back = np.zeros((len(bank), int(np.sum(value > CLOSED))), complex)
                back[mine] = vector[:, value > CLOSED]
                banks[index] += [number] * back.shape[1]
                backs[index].append(back)
        result = []
        for index, own in enumerate(banks):
            v = np.concatenate(backs[index], axis=1)
            w, p = table.injection[index] @ v, v.conj().T @ table.projector[index] @ v
            compressed = ContactTable(table.orbitals, table.self_energy[index], w, p)
            result.append(Waves(compressed, np.array(own, np.int64), v))
        return result


@dataclass(frozen=True, eq=False)
class LadderTable:
    """Energies (U, X, R); contacts are computed when a ladder is solved."""

    energies: Array
    contacts: RememberedContacts

    @cached_property
    def is_open(self) -> Array:
        """Diagonal of P, (U, X, R, O)."""
        flat = self.energies.reshape(-1)
        step = self.contacts.together
        rows = [
            waves.is_open
            for begin in range(0, len(flat), step)
            for waves in self.contacts.at(flat[begin : begin + step])
        ]
        return np.array(rows).reshape(*self.energies.shape, -1)

    def ladders(self, row: int) -> Iterator[tuple[Array, list[Waves]]]:
        """The energies of each node of a row and the contacts there, computed for many ladders at once."""
        energies = self.energies[row]
        rungs = energies.shape[1]
        step = max(1, self.contacts.together // rungs)
        for begin in range(0, len(energies), step):
            part = energies[begin : begin + step]
            waves = self.contacts.at(part.ravel())
            for x, ladder in enumerate(part):
                yield ladder, waves[x * rungs : (x + 1) * rungs]


class LadderByLadder(LadderSolver):
    """A solver whose ladders are so large that each is solved alone; banks of wide leads are counted as a whole."""

    costly = True

    def __init__(self, sector: Sector, remembered: int = REMEMBERED) -> None:
        self.sector = sector
        self.channels = Channels.of(sector, grouped=True)
        self.contacts = RememberedContacts(sector, self.channels, remembered)

    @property
    def sees_the_drive(self) -> bool:
        """Only where the drive touches nothing but the contacts' orbitals."""
        return bool(np.isin(self.sector.driven, self.contacts.orbitals).all())

    @abstractmethod
    def field(self, problem: int, energies: Array, waves: list[Waves], incoming: Array) -> Array:
        """G on the contacts' orbitals: (R, q, I) for sources `incoming` (R, q, I) on them."""

    def tabulate(self, energies: Array) -> LadderTable:
        """The energies; contacts are computed when they are needed."""
        return LadderTable(energies, self.contacts)

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Tables hold the contacts, powers are sums over banks."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * len(self.channels.banks) ** 2

    def columns(self, table: LadderTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """Amplitudes between lead orbitals for waves that enter at the centre, and what the ladder's ends see, an estimate."""
        orbitals = len(self.channels.member)
        nodes, rungs = table.energies.shape[1:]
        s = np.empty((len(problem), nodes, rungs, orbitals, orbitals), complex)
        size = np.empty((len(problem), nodes, rungs))
        for i, x, waves, found, size[i, x] in self._each(table, problem, row, centre):
            for m in range(rungs):
                s[i, x, m] = waves[m].back @ found[m] @ waves[centre].back.conj().T
        return s, self._ends(size, table, problem, row, centre)

    def powers(self, table: LadderTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """|S|² between banks, from the open waves that enter at the centre."""
        nodes, rungs = table.energies.shape[1:]
        count = len(self.channels.banks)
        powers = np.empty((len(problem), nodes, rungs, count, count))
        size = np.empty((len(problem), nodes, rungs))
        for i, x, waves, found, size[i, x] in self._each(table, problem, row, centre):
            for m in range(rungs):
                powers[i, x, m] = summed(found[m], waves[m].bank, waves[centre].bank, count)
        return powers, self._ends(size, table, problem, row, centre)

    def _ends(self, size: Array, table: LadderTable, problem: Array, row: Array, centre: int) -> LadderEnds:
        """From the norm of the field on each rung, (pairs, X, R), on the contacts' orbitals."""
        return guessed_ends(self.sector, problem, table.energies[row], self.contacts.orbitals, size, centre)

    def _each(
        self, table: LadderTable, problem: Array, row: Array, centre: int
    ) -> Iterator[tuple[int, int, list[Waves], list[Array], Array]]:
        """Pair and node, the contacts on its ladder, S' from the centre to every rung, and the field's norms."""
        for i, (p, t) in enumerate(zip(problem, row, strict=True)):
            for x, (energies, waves) in enumerate(table.ladders(int(t))):
                yield i, x, waves, *self._scattered(int(p), energies, waves, centre)

    def _scattered(
        self, problem: int, energies: Array, waves: list[Waves], centre: int
    ) -> tuple[list[Array], Array]:  # fmt: skip
        """S' from the centre to every rung; and the norm of the field on each rung, (R,)."""
        source = waves[centre].table
        incoming = np.zeros((len(energies), *source.injection.shape), complex)
        incoming[centre] = source.injection
        field = self.field(problem, energies, waves, incoming) if incoming.size else incoming
        s = [1j * (wave.table.injection.conj().T @ arriving) for wave, arriving in zip(waves, field, strict=True)]
        s[centre] = s[centre] - source.projector
        return s, np.sqrt(np.sum(field.real**2 + field.imag**2, axis=(1, 2)))

    def flows(self, table: LadderTable, problem: Array, row: Array, ladder: Ladder, detectors: Detectors) -> Array:
        """Sums over the amplitudes between all open waves of each ladder."""
        result = []
        for p, t in zip(problem.tolist(), row.tolist(), strict=True):
            result.append([self._passage(p, *found).flows(detectors, ladder) for found in table.ladders(t)])
        return np.array(result)

    def _passage(self, problem: int, energies: Array, waves: list[Waves]) -> Passage:
        """What the open waves of all rungs do, from one solution."""
        every = LadderWaves([wave.bank for wave in waves], [wave.back for wave in waves], self.channels)
        own = [slice(begin, end) for begin, end in itertools.pairwise(every.ends)]
        incoming = np.zeros((len(waves), len(self.contacts.orbitals), every.ends[-1]), complex)
        for m, wave in enumerate(waves):
            incoming[m, :, own[m]] = wave.table.injection
        field = self.field(problem, energies, waves, incoming) if incoming.size else incoming
        s = np.empty((every.ends[-1], every.ends[-1]), complex)
        for m, wave in enumerate(waves):
            s[own[m]] = 1j * (wave.table.injection.conj().T @ field[m])
            s[own[m], own[m]] -= wave.table.projector
        opened = np.array([wave.opened(self.channels.count) for wave in waves])
        driven = driven_at_most(self.sector, problem, np.sum(field.real**2 + field.imag**2, axis=1))
        return every.passage(energies, s, opened, driven)


def summed(s: Array, out: Array, into: Array, count: int) -> Array:
    """|S|² (c, c') summed over banks, (B, B)."""
    powers = s.real**2 + s.imag**2
    member = np.arange(count)
    return np.asarray((out[:, None] == member).T.astype(float) @ powers @ (into[:, None] == member))
