"""The outgoing and incoming channels of a sector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector


@dataclass(frozen=True)
class Channels:
    """The outgoing and incoming channels of a sector.

    A channel is an orbital of a lead's cell, or, `grouped`, all orbitals of one contact and spin: wide leads are counted as a whole.
    `group[c]` is the contact's number of channel c. `member[o]` is the channel of lead orbital o, terminal by terminal.
    """

    names: tuple[str, ...]
    group: Array
    spin: Array  # 0 up, 1 down, −1 without spin
    member: Array
    pairs: Array  # (pairs, 2): lead orbitals that are ↑ and ↓ of one cell orbital

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(self.group)

    @cached_property
    def mixed(self) -> tuple[tuple[int, int], ...]:
        """Pairs of channels that hold ↑ and ↓ of the same orbitals."""
        return tuple(dict.fromkeys((int(self.member[up]), int(self.member[down])) for up, down in self.pairs))

    @cached_property
    def read(self) -> tuple[tuple[int, int, int], ...]:
        """(c₁, c₂, pauli) of everything that `readings` reads: each channel's power, then σ_x and σ_y of each pair."""
        powers = [(c, c, 0) for c in range(self.count)]
        return (*powers, *((up, down, pauli) for up, down in self.mixed for pauli in (1, 2)))

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
        groups, spins, members = (np.array(rows, dtype=np.int64) for rows in (group, spin, member))
        return cls(names, groups, spins, members, np.array(pairs, dtype=np.int64).reshape(-1, 2))

    def readings(self, s: Array) -> Array:
        """What is read (..., Q, I), in the order of `read`, of amplitudes (..., O, I): outgoing lead orbitals and any incoming index."""
        powers = s.real**2 + s.imag**2
        result = np.zeros((*s.shape[:-2], len(self.read), s.shape[-1]))
        for orbital, channel in enumerate(self.member):
            result[..., channel, :] += powers[..., orbital, :]
        for up, down in self.pairs:
            product = s[..., up, :].conj() * s[..., down, :]
            first = self.read.index((int(self.member[up]), int(self.member[down]), 1))
            result[..., first, :] += 2 * product.real
            result[..., first + 1, :] += 2 * product.imag
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
