"""The ladder of energies ε + kħΩ, and what a solver says about it.

A ladder has `rungs` rungs; the window's own rungs are first … first + n_rung − 1, the others are the sidebands on both sides.
Cut j lies between rungs first − 1 + j and first + j.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector


@dataclass(frozen=True)
class Ladder:
    """Rungs `lowest` … `lowest + rungs − 1`, spaced by the photon energy (0 for a static problem, which has one rung)."""

    photon_energy: float
    lowest: int
    rungs: int
    first: int
    n_rung: int

    @property
    def n_cut(self) -> int:
        """Number of cuts: one below each window rung and one above the last; none in a static problem."""
        return self.n_rung + 1 if self.photon_energy > 0 else 0

    def energies(self, epsilon: Array) -> Array:
        """Energies of all rungs, shape epsilon.shape + (rungs,)."""
        return np.asarray(epsilon)[..., None] + self.photon_energy * (self.lowest + np.arange(self.rungs))


@dataclass(frozen=True)
class Channels:
    """The outgoing and incoming channels of a sector, and the detectors that count them.

    A channel is an orbital of a lead's cell, or, `grouped`, all orbitals of one contact and spin: wide leads are counted as a whole.
    `group[c]` is the contact's number of channel c. `member[o]` is the channel of lead orbital o, terminal by terminal.
    Detectors are rows (c₁, c₂, kind): kind 0 counts |o_{c₁}|²; kinds 1 and 2 are σ_x and σ_y of the pair (↑, ↓).
    The first detectors are the channels themselves.
    """

    names: tuple[str, ...]
    group: Array
    spin: Array  # 0 up, 1 down, −1 without spin
    detectors: Array
    member: Array
    pairs: Array  # (pairs, 2): lead orbitals that are ↑ and ↓ of one cell orbital

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(self.group)

    @cached_property
    def banks(self) -> tuple[tuple[str, int], ...]:
        """Different (contact, spin) of the channels: what transmissions are resolved by."""
        found = zip(self.group.tolist(), self.spin.tolist(), strict=True)
        return tuple((self.names[contact], spin) for contact, spin in dict.fromkeys(found))

    @cached_property
    def bank(self) -> Array:
        """Which bank each lead orbital belongs to."""
        place = {bank: number for number, bank in enumerate(self.banks)}
        return np.array([place[self.names[self.group[c]], int(self.spin[c])] for c in self.member], dtype=np.int64)

    @classmethod
    def of(cls, sector: Sector, grouped: bool = False) -> Channels:
        """List the channels of a sector, terminal by terminal."""
        names = tuple(dict.fromkeys(terminal.name for terminal in sector.terminals))
        group: list[int] = []
        spin: list[int] = []
        pairs: list[tuple[int, int]] = []
        for terminal in sector.terminals:
            start = len(group)
            group += [names.index(terminal.name)] * len(terminal.lead_orbitals)
            spin += [-1] * len(terminal.lead_orbitals) if terminal.spins is None else list(terminal.spins)
            if terminal.spins is None:
                continue
            place = {
                (orbital // 2, s): start + c
                for c, (orbital, s) in enumerate(zip(terminal.lead_orbitals, terminal.spins, strict=True))
            }
            pairs += [(c, place[cell, 1]) for (cell, s), c in place.items() if s == 0 and (cell, 1) in place]
        member = list(range(len(group)))
        if grouped:
            keys = list(zip(group, spin, strict=True))
            different = list(dict.fromkeys(keys))
            member = [different.index(key) for key in keys]
            group, spin = [key[0] for key in different], [key[1] for key in different]
        detectors = [(c, c, 0) for c in range(len(group))]
        mixed = dict.fromkeys((member[up], member[down]) for up, down in pairs)
        detectors += [(up, down, kind) for up, down in mixed for kind in (1, 2)]
        numbers = (np.array(rows, dtype=np.int64) for rows in (group, spin, detectors, member, pairs))
        found_group, found_spin, found_detectors, found_member, found_pairs = numbers
        return cls(
            names, found_group, found_spin, found_detectors.reshape(-1, 3), found_member, found_pairs.reshape(-1, 2)
        )

    def readings(self, s: Array) -> Array:
        """Detectors' readings (..., Q, I) of amplitudes (..., O, I): outgoing lead orbitals and any incoming index."""
        powers = s.real**2 + s.imag**2
        result = np.zeros((*s.shape[:-2], len(self.detectors), s.shape[-1]))
        for orbital, channel in enumerate(self.member):
            result[..., channel, :] += powers[..., orbital, :]
        for up, down in self.pairs:
            product = s[..., up, :].conj() * s[..., down, :]
            chosen = (self.detectors[:, 0] == self.member[up]) & (self.detectors[:, 1] == self.member[down])
            for q in np.flatnonzero(chosen & (self.detectors[:, 2] > 0)):
                result[..., q, :] += 2 * (product.real if self.detectors[q, 2] == 1 else product.imag)
        return result

    def collected(self, values: Array) -> Array:
        """Sums of (..., O) over the lead orbitals of each channel: (..., C)."""
        return values @ (self.member[:, None] == np.arange(self.count))

    def bank_powers(self, s: Array) -> Array:
        """|S|² summed over banks, (..., B, B), from amplitudes (..., O, O)."""
        powers = s.real**2 + s.imag**2
        if np.array_equal(self.bank, np.arange(len(self.banks))):
            return powers
        belongs = (self.bank[:, None] == np.arange(len(self.banks))).astype(float)
        return belongs.T @ powers @ belongs


@dataclass(frozen=True)
class FlowLayout:
    """Where each quantity lies in a solver's list of flows, per node.

    flow      (detector, cut)            Σ_{k≤K<m} |S_mk|² − Σ_{m≤K<k} |S_mk|², all incoming channels
    unsigned  (channel, cut)             the same with a plus
    total     (detector, contact, rung)  Σ_m |S_mk|² from the channels of a contact at window rung k
    defect    (channel, rung)            1 − Σ_{a,k} |S_mk|² for an open channel, 0 − … for a closed one: the row's missing unitarity
    probe     (4, cut), (2, rung)        complex amplitudes whose poles are the ladder's; see `quadrature`
    tail      (4,)                       weight at the ladder's upper end, at the window's top; at its lower end, at the window's bottom
    """

    n_det: int
    n_channel: int
    n_group: int
    n_cut: int
    n_rung: int

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Slices into the last axis of a solver's flows."""
        sizes = {
            "flow": self.n_det * self.n_cut,
            "unsigned": self.n_channel * self.n_cut,
            "total": self.n_det * self.n_group * self.n_rung,
            "defect": self.n_channel * self.n_rung,
            "probe": 4 * self.n_cut,
            "elastic": 2 * self.n_rung,
            "tail": 4,
        }
        ends = np.cumsum([0, *sizes.values()])
        return {name: slice(int(ends[i]), int(ends[i + 1])) for i, name in enumerate(sizes)}

    @property
    def size(self) -> int:
        """Numbers per node."""
        return self.slices["tail"].stop

    @classmethod
    def of(cls, channels: Channels, ladder: Ladder) -> FlowLayout:
        """The layout for these channels on this ladder."""
        return cls(len(channels.detectors), channels.count, len(channels.names), ladder.n_cut, ladder.n_rung)


def probe_phases(rungs: int, channels: int) -> tuple[Array, Array]:
    """Fixed phases, without pattern, by which probes add up incoming and outgoing channels; shapes (rungs, channels)."""
    number = np.arange(rungs)[:, None] * channels + np.arange(channels)[None, :] + 1.0
    return np.exp(2j * np.pi * number**2 * 0.6180339887498949), np.exp(2j * np.pi * number**2 * 0.41421356237309503)


class LadderSolver(ABC):
    """One sector and its knob settings, solved on ladders of energies.

    `tabulate` does the work that all settings share, at energies of shape (U, X, R): U rows of X nodes. `flows` and `columns` solve
    (setting, row) pairs; `reach` is the number of extra rungs that the solver wants beyond the sidebands asked for. `costly`: a ladder
    takes so long that checks which solve many more of them are out of proportion.
    """

    name: str
    sector: Sector
    channels: Channels
    reach: int = 0
    costly: bool = False

    @abstractmethod
    def tabulate(self, energies: Array) -> Any:
        """Static work at these energies, shared by all settings. Its `is_open` (U, X, R, O) is the diagonal of the projector P."""

    @abstractmethod
    def flows(self, table: Any, problem: Array, row: Array, ladder: Ladder) -> Array:
        """Flows of each pair at each node, shape (pairs, X, FlowLayout.size)."""

    @abstractmethod
    def columns(self, table: Any, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """S[pair, node, rung, out, in] between lead orbitals for waves that enter at rung `centre`; the field's weight at the ladder's
        ends (pair, node)."""

    def powers(self, table: Any, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """|S|² between banks for waves that enter at rung `centre`, shape (pairs, X, R, B, B), and the tail (pairs, X)."""
        s, tail = self.columns(table, problem, row, centre)
        return self.channels.bank_powers(s), tail

    def powers_from_every_rung(self, table: Any, problem: Array, row: Array) -> Iterator[tuple[Array, Array]]:
        """`powers` for waves that enter at rung 0, 1, … of the ladder, one after the other."""
        for centre in range(table.is_open.shape[2]):
            yield self.powers(table, problem, row, centre)

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Complex numbers that a node takes in a table, and a pair in `powers`: what blocks of bounded memory are cut by."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * orbitals * (orbitals + 12)

    def open_waves(self, table: Any, rung: int) -> Array:
        """Number of open waves of each bank at a rung, shape (U, X, B)."""
        return np.asarray(
            table.is_open[..., rung, :] @ (self.channels.bank[:, None] == np.arange(len(self.channels.banks)))
        )
