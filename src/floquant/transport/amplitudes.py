"""Amplitudes between all channels of two leads, put together from the sectors.

    S_ba(E_n, E) = −δ_ba δ_n0 P_a + i a_b^{1/2} τ_b† G_{n0,ba} τ_a a_a^{1/2},   a = i (g − g†)

on the orbitals of the leads' cell 0, ↑ ↓ fastest. Where a knob or a voltage moves a contact, sectors hold cell 0 and the lead behind it,
with a' and h01; the amplitudes are those of cell 0 all the same:

    S = U_out(E_n) S' U_in(E)†,   U_out = a^{−1/2} g† h01 a'^{1/2},   U_in = a^{−1/2} g h01 a'^{1/2}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.leads.modes import Modes
from floquant.model import Device
from floquant.solvers.ladder.contacts import spectral_root
from floquant.transport.ladder_bound import Shift
from floquant.transport.sector_scattering import BLOCK, SectorScattering

# Below this fraction of the largest one, an eigenvalue of a^{1/2} is a closed channel.
CLOSED = 1e-9


@dataclass(frozen=True, eq=False)
class LeadChannels:
    """The channels of one contact in all sectors: `places` are (sector, lead orbital within it), in the order of the lead's orbitals."""

    device: Device
    name: str
    places: tuple[tuple[int, int], ...]
    absorbed: bool

    @classmethod
    def of(cls, device: Device, parts: tuple[SectorScattering, ...], name: str) -> LeadChannels:
        """Collect a contact's channels."""
        found, absorbed = [], False
        for which, part in enumerate(parts):
            number = 0
            for terminal in part.sector.terminals:
                for orbital in terminal.lead_orbitals:
                    if terminal.name == name:
                        found.append((int(orbital), which, number))
                    number += 1
                absorbed |= terminal.name == name and bool(np.any(part.sector.orbitals[terminal.orbitals] < 0))
        return cls(device, name, tuple((which, number) for _, which, number in sorted(found)), absorbed)

    def within(self, which: int) -> tuple[Array, Array]:
        """For one sector: places in the lead, and lead orbitals of the sector."""
        mine = [(place, number) for place, (owner, number) in enumerate(self.places) if owner == which]
        places, numbers = np.array(mine, dtype=np.int64).reshape(-1, 2).T
        return places, numbers

    @cached_property
    def spins(self) -> Array:
        """The identity in spin space, if the lead has none of its own."""
        return np.eye(2 if self.device.spin and self.device.contacts[self.name].lead.spinless else 1)

    def from_cell(self, energies: Array, outgoing: bool) -> Array:
        """U_out or U_in of the lead behind an absorbed cell 0, shape energies.shape + (c, c)."""
        lead = self.device.contacts[self.name].lead
        opened = lead.absorbed()
        assert opened is not None, "a contact that moves has given up a cell"
        g, (behind, _) = lead.surface(energies), spectral_root(opened[2].surface(energies))
        side = np.conj(np.swapaxes(g, -1, -2)) if outgoing else g
        return np.asarray(np.kron(inverse_root(g) @ side @ (opened[1] @ behind), self.spins))

    def modes(self, energies: Array) -> list[Modes]:
        """The lead's modes at every energy, flat; the same energy is solved once."""
        lead = self.device.contacts[self.name].lead
        known = {energy: lead.modes(energy) for energy in dict.fromkeys(energies.ravel().tolist())}
        return [known[energy] for energy in energies.ravel().tolist()]


def inverse_root(surface: Array) -> Array:
    """a^{−1/2} on the open channels, 0 on the closed ones."""
    root, _ = spectral_root(surface)
    return np.linalg.pinv(root, rcond=CLOSED, hermitian=True)


def lead_amplitudes(
    device: Device, parts: tuple[SectorScattering, ...], to: str, from_: str, photon_energy: float
) -> Iterator[tuple[slice, slice, Array, Array]]:
    """Slices of settings and energies, with S (settings, energies, sideband, out, in) between all orbitals of two leads, and the
    bound of |ΔS| (settings, energies, sideband).

    All sectors at once, in blocks of bounded memory: spins along other axes than z see several sectors together.
    """
    out, into = LeadChannels.of(device, parts, to), LeadChannels.of(device, parts, from_)
    most, energies = max(part.sidebands for part in parts), parts[0].energies
    for which, where, solved in _blocks(parts):
        shape = (which.stop - which.start, where.stop - where.start, 2 * most + 1, len(out.places), len(into.places))
        s, bound = np.zeros(shape, dtype=complex), np.zeros(shape[:3])
        # on sidebands that a sector's shorter ladder lacks, its S is 0, and no more than what it loses
        for number, (part, (own, shift)) in enumerate(zip(parts, solved, strict=True)):
            (rows, outs), (columns, ins) = out.within(number), into.within(number)
            place = slice(most - part.sidebands, most + part.sidebands + 1)
            s[:, :, place, rows[:, None], columns] = own[..., outs[:, None], ins]
            rounded = shift.rounded(np.linalg.norm(own, axis=(3, 4)), part.centre if to == from_ else -1)
            both = np.broadcast_to(np.sqrt(shift.lost)[..., None], bound.shape).copy()
            both[:, :, place] = shift.each + rounded
            bound = np.maximum(bound, both)
        if out.absorbed:
            s = out.from_cell(energies[where, None] + photon_energy * np.arange(-most, most + 1), outgoing=True) @ s
        if into.absorbed:
            s = s @ np.conj(np.swapaxes(into.from_cell(energies[where], outgoing=False), -1, -2))[:, None]
        yield which, where, s, bound


def _blocks(parts: tuple[SectorScattering, ...]) -> Iterator[tuple[slice, slice, list[tuple[Array, Shift]]]]:
    """Blocks of bounded memory: energies outside, so that their static work is shared by all settings."""
    each = [part.amplitude_numbers for part in parts]
    count, points = parts[0].count, len(parts[0].energies)
    nodes = min(points, max(1, BLOCK // sum(table for table, _ in each)))
    size = max(1, BLOCK // (nodes * sum(pair for _, pair in each)))
    for begin in range(0, points, nodes):
        where = slice(begin, min(begin + nodes, points))
        tables: list[Any] = [part.tabulated(where) for part in parts]
        for first in range(0, count, size):
            which = slice(first, min(first + size, count))
            yield (
                which,
                where,
                [part.amplitudes(table, which, where) for part, table in zip(parts, tables, strict=True)],
            )
