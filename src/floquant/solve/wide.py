"""What the solvers of big devices share: contacts asked for once per energy, reduced to their open waves, and ladders solved one by one.

    S'_ba = −P' + i w'_b† G w'_a,   w_b = w'_b V_b†

The columns of w for each bank (contact, spin) are compressed to as many as there are open waves; powers between banks do not see V.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.model import Sector
from floquant.solve.contacts import ContactTable, contact_orbitals, contacts_at
from floquant.solve.dense import flows_of_amplitudes, relative_weight
from floquant.solve.ladder import Array, Channels, Ladder, LadderSolver

# Contacts are remembered up to so many numbers (256 MB of complex ones).
REMEMBERED = 16_000_000
# Share of the largest singular value of w below which a wave is closed.
CLOSED = 1e-9


@dataclass(frozen=True, eq=False)
class Waves:
    """The contacts at one energy: Σ (q, q), w' (q, c) of open waves, P' (c, c), each wave's bank (c,), and V (O, c) with w = w' V†."""

    table: ContactTable
    injection: Array
    projector: Array
    bank: Array
    back: Array


class RememberedContacts:
    """Contacts of a sector by energy: a lead is asked once per energy, for all rungs, directions, settings and lengths of ladder."""

    def __init__(self, sector: Sector, channels: Channels) -> None:
        self.sector, self.channels = sector, channels
        self.orbitals = contact_orbitals(sector)
        self._known: OrderedDict[float, Waves] = OrderedDict()

    @cached_property
    def most(self) -> int:
        """Energies that are remembered."""
        q, o = len(self.orbitals), len(self.channels.member)
        return max(16, REMEMBERED // max(1, q * q + 2 * q * o + o * o))

    def at(self, energies: Array) -> list[Waves]:
        """The contacts at each of these energies."""
        missing = np.array([energy for energy in dict.fromkeys(energies.tolist()) if energy not in self._known])
        if len(missing):
            table = contacts_at(self.sector, missing)
            for index, energy in enumerate(missing.tolist()):
                arrays = (table.self_energy[index], table.injection[index], table.projector[index])
                self._known[energy] = self._compressed(ContactTable(table.orbitals, *arrays))
        found = [self._known[energy] for energy in energies.tolist()]
        while len(self._known) > max(self.most, len(energies)):
            self._known.popitem(last=False)
        return found

    def _compressed(self, table: ContactTable) -> Waves:
        w, bank = table.injection, self.channels.bank
        columns, banks, back = [], [], []
        for number in range(len(self.channels.banks)):
            mine = np.flatnonzero(bank == number)
            values, vectors = np.linalg.eigh(table.projector[np.ix_(mine, mine)])
            chosen = vectors[:, values > 0.5] if _is_projector(values) else vectors[:, values > CLOSED]
            spread = np.zeros((len(bank), chosen.shape[1]), complex)
            spread[mine] = chosen
            columns.append(w[:, mine] @ chosen)
            banks.append(np.full(chosen.shape[1], number))
            back.append(spread)
        v = np.concatenate(back, axis=1)
        return Waves(table, np.concatenate(columns, axis=1), v.conj().T @ table.projector @ v, np.concatenate(banks), v)


def _is_projector(values: Array) -> bool:
    """Whether a bank's part of P is a projector itself: its waves do not mix with those of another bank."""
    return bool(np.all((np.abs(values) < 1e-6) | (np.abs(values - 1) < 1e-6)))


@dataclass(frozen=True, eq=False)
class LadderTable:
    """Energies (U, X, R); contacts are asked for when a ladder is solved."""

    energies: Array
    contacts: RememberedContacts

    @cached_property
    def is_open(self) -> Array:
        """Diagonal of P, (U, X, R, O)."""
        flat = self.energies.reshape(-1)
        step = max(1, self.contacts.most)
        rows = [
            np.real(np.diagonal(waves.table.projector))
            for begin in range(0, len(flat), step)
            for waves in self.contacts.at(flat[begin : begin + step])
        ]
        return np.array(rows).reshape(*self.energies.shape, -1)


class LadderByLadder(LadderSolver):
    """A solver whose ladders are so large that each is solved alone; banks of wide leads are counted as a whole."""

    costly = True

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.channels = Channels.of(sector, grouped=True)
        self.contacts = RememberedContacts(sector, self.channels)

    @abstractmethod
    def field(self, problem: int, energies: Array, waves: list[Waves], incoming: Array) -> Array:
        """G on the contacts' orbitals: (R, q, I) for sources `incoming` (R, q, I) on them."""

    def tabulate(self, energies: Array) -> LadderTable:
        """The energies; contacts are asked for when they are needed."""
        return LadderTable(energies, self.contacts)

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Tables hold the contacts, powers are sums over banks."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * len(self.channels.banks) ** 2

    def columns(self, table: LadderTable, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """Amplitudes between lead orbitals for waves that enter at the centre, and the tail."""
        orbitals = len(self.channels.member)
        nodes, rungs = table.energies.shape[1:]
        s = np.empty((len(problem), nodes, rungs, orbitals, orbitals), complex)
        tail = np.empty((len(problem), nodes))
        for i, x, waves, found, tail[i, x] in self._each(table, problem, row, centre):
            for m in range(rungs):
                s[i, x, m] = waves[m].back @ found[m] @ waves[centre].back.conj().T
        return s, tail

    def powers(self, table: LadderTable, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """|S|² between banks, from open waves alone."""
        nodes, rungs = table.energies.shape[1:]
        count = len(self.channels.banks)
        powers = np.empty((len(problem), nodes, rungs, count, count))
        tail = np.empty((len(problem), nodes))
        for i, x, waves, found, tail[i, x] in self._each(table, problem, row, centre):
            for m in range(rungs):
                powers[i, x, m] = summed(found[m], waves[m].bank, waves[centre].bank, count)
        return powers, tail

    def _each(
        self, table: LadderTable, problem: Array, row: Array, centre: int
    ) -> Iterator[tuple[int, int, list[Waves], list[Array], float]]:
        """Pair and node, the contacts on its ladder, S' from the centre to every rung, and the tail."""
        for i, (p, t) in enumerate(zip(problem, row, strict=True)):
            for x, energies in enumerate(table.energies[t]):
                waves = self.contacts.at(energies)
                yield i, x, waves, *self._scattered(int(p), energies, waves, centre)

    def _scattered(self, problem: int, energies: Array, waves: list[Waves], centre: int) -> tuple[list[Array], float]:
        """S' from the centre to every rung, and the weight at the ladder's ends."""
        incoming = np.zeros((len(energies), len(self.contacts.orbitals), waves[centre].injection.shape[1]), complex)
        incoming[centre] = waves[centre].injection
        field = self.field(problem, energies, waves, incoming)
        s = [1j * (waves[m].injection.conj().T @ field[m]) for m in range(len(energies))]
        s[centre] = s[centre] - waves[centre].projector
        return s, float(relative_weight(field[None], centre, self.sector.harmonic_gap)[0])

    def flows(self, table: LadderTable, problem: Array, row: Array, ladder: Ladder) -> Array:
        """Explicit sums over all amplitudes of each ladder."""
        return np.array(
            [
                [self._flows_of(int(p), table.energies[t, x], ladder) for x in range(table.energies.shape[1])]
                for p, t in zip(problem, row, strict=True)
            ]
        )

    def _flows_of(self, problem: int, energies: Array, ladder: Ladder) -> Array:
        waves = self.contacts.at(energies)
        rungs, orbitals, q = len(energies), len(self.channels.member), len(self.contacts.orbitals)
        incoming = np.zeros((rungs, q, rungs * orbitals), complex)
        for k in range(rungs):
            incoming[k, :, k * orbitals : (k + 1) * orbitals] = waves[k].table.injection
        field = self.field(problem, energies, waves, incoming).reshape(rungs, q, rungs, orbitals)
        s = np.empty((rungs, orbitals, rungs, orbitals), complex)
        for m in range(rungs):
            w = waves[m].table.injection.conj().T
            s[m] = 1j * np.einsum("cq,qkd->ckd", w, field[m])
            s[m, :, m] -= waves[m].table.projector
        is_open = np.array([np.real(np.diagonal(wave.table.projector)) for wave in waves])
        return flows_of_amplitudes(
            s[None], is_open[None], field[None], self.channels, ladder, self.sector.harmonic_gap
        )[0]


def summed(s: Array, out: Array, into: Array, count: int) -> Array:
    """|S|² (c, c') summed over banks, (B, B)."""
    powers = s.real**2 + s.imag**2
    member = np.arange(count)
    return np.asarray((out[:, None] == member).T.astype(float) @ powers @ (into[:, None] == member))
