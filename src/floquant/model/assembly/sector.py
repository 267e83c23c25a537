"""Sectors: the connected components of device, drive and leads together. They are all that solvers see.

    H(t) of setting p = hamiltonian + static[p] + (Σ_{n≥1} harmonics[p, n − 1] e^{−inΩt} + h.c.) on `ports`

Spin that is conserved is two sectors. A contact that a knob turns has its lead's cell 0 taken in, and becomes a bond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.components import components
from floquant.checks.matrices import dense, is_sparse
from floquant.leads import Lead
from floquant.model.assembly.driven_system import driven_system
from floquant.model.assembly.open_system import DrivenSystem, Joint
from floquant.model.device import Device
from floquant.model.drive import Drive

LARGEST_DENSE = 400  # a sparse matrix of up to so many orbitals is factorised faster as a dense one


@dataclass(frozen=True, eq=False)
class Terminal:
    """The part of a contact that lives in one sector.

    `orbitals` (m,): indices into the sector. `lead_orbitals` (c,): orbitals of the lead's cell; of lead ⊗ spin, index
    2·orbital + s, for a lead without spin on a device with it. `spins` (c,): 0 for ↑, 1 for ↓, None without spin.
    `coupling` τ (m, c).
    """

    name: str
    lead: Lead
    lead_orbitals: Array
    spins: Array | None
    orbitals: Array
    coupling: Array

    def surface(self, energy: Any) -> Array:
        """g(E) on `lead_orbitals`, shape energy.shape + (c, c); energy real or complex."""
        chosen = self.lead_orbitals
        doubled = self.spins is not None and self.lead.spinless
        orbital = chosen // 2 if doubled else chosen
        g = self.lead.surface(energy)[..., orbital[:, None], orbital]
        return g * (chosen[:, None] % 2 == chosen % 2) if doubled else g

    def open_waves(self, energy: Array) -> Array | None:
        """How many waves are open at real energies, integers of their shape; None where the lead leaves that to the rank of i (g − g†)."""
        chosen = self.lead_orbitals
        if self.spins is None or not self.lead.spinless:
            return self.lead.open_channels_on(energy, chosen)
        counts = [self.lead.open_channels_on(energy, chosen[chosen % 2 == spin] // 2) for spin in (0, 1)]
        return None if counts[0] is None or counts[1] is None else np.asarray(counts[0] + counts[1])

    def self_energy(self, energy: Any) -> Array:
        """Σ(E) = τ g(E) τ†, shape energy.shape + (m, m)."""
        return np.asarray(self.coupling @ self.surface(energy) @ self.coupling.conj().T)


@dataclass(frozen=True, eq=False)
class Sector:
    """One connected component, as plain arrays.

    `orbitals` (n,): the device's orbital numbers, −1 for an absorbed lead cell. `hamiltonian` (n, n): H where the device
    rests; CSC only if the user's is sparse and n > 400. `positions` (n, 1…3): where the orbitals are, None if not known.
    `rows`, `columns` (e,), row ≤ column: the elements that knobs turn or drive; `changes` (P, e): their cycle average at
    setting p minus `hamiltonian`; `plus`, `minus` (P, M, e): H_k and H_{−k} there, k = 1 … M.
    As dense blocks on `ports` (d,), sorted indices of what is turned or driven: `static` (P, d, d) and `harmonics`
    (P, M, d, d), H_{−n} = H_n†; made when first used.
    """

    orbitals: Array
    hamiltonian: Any
    terminals: tuple[Terminal, ...]
    rows: Array
    columns: Array
    changes: Array
    plus: Array
    minus: Array
    positions: Array | None = None

    @property
    def settings(self) -> int:
        """P."""
        return len(self.changes)

    @property
    def harmonic_count(self) -> int:
        """M."""
        return int(self.plus.shape[1])

    @cached_property
    def harmonic_gap(self) -> int:
        """Largest distance between successive harmonics that are there, 0 included; at least 1. Rungs in between may be empty."""
        size = np.maximum(np.abs(self.plus), np.abs(self.minus)).max(axis=(0, 2), initial=0.0)
        there = np.flatnonzero(size > 1e-15 * size.max(initial=0.0)) + 1
        return int(np.diff(there, prepend=0).max(initial=1))

    @cached_property
    def weighed_harmonics(self) -> float:
        """(Σ‖H_k‖)²/Σ‖H_k‖², the largest of all settings: M where all are equally strong, and 2.5 where they fall as 1/k², however many."""
        size = np.sqrt(np.sum(np.abs(self.plus) ** 2 + np.abs(self.minus) ** 2, axis=2))
        size /= np.maximum(size.max(axis=1, initial=0.0, keepdims=True), 1e-300)
        with np.errstate(invalid="ignore"):
            return float(np.nanmax(size.sum(axis=1) ** 2 / np.sum(size**2, axis=1), initial=0.0))

    @property
    def is_driven(self) -> bool:
        """True if anything oscillates."""
        return bool(self.plus.any() or self.minus.any())

    @cached_property
    def ports(self) -> Array:
        """Orbitals of the turned and driven elements, sorted (d,)."""
        return np.unique(np.concatenate([self.rows, self.columns])).astype(int)

    @cached_property
    def driven(self) -> Array:
        """Those of the ports that the drive touches, (e,)."""
        touched = np.any(self.plus, axis=(0, 1)) | np.any(self.minus, axis=(0, 1))
        return np.unique(np.concatenate([self.rows[touched], self.columns[touched]])).astype(int)

    @cached_property
    def static(self) -> Array:
        """Change of the cycle average on the ports, (P, d, d)."""
        i, j = np.searchsorted(self.ports, self.rows), np.searchsorted(self.ports, self.columns)
        result = np.zeros((self.settings, len(self.ports), len(self.ports)), complex)
        result[:, j, i] = np.conj(self.changes)
        result[:, i, j] = self.changes
        return result

    @cached_property
    def harmonics(self) -> Array:
        """H_1 … H_M on the ports, (P, M, d, d)."""
        i, j = np.searchsorted(self.ports, self.rows), np.searchsorted(self.ports, self.columns)
        result = np.zeros((self.settings, self.harmonic_count, len(self.ports), len(self.ports)), complex)
        result[:, :, j, i] = np.conj(self.minus)
        result[:, :, i, j] = self.plus
        return result


def sectors(
    device: Device, drive: Drive | None, settings: Mapping[str, Any] | None = None, isolated: bool = False
) -> tuple[Sector, ...]:
    """The sectors of a driven device that hold a terminal, in the order of their lowest orbital; the others too if `isolated`.

    `settings`: values of knobs and of the drive's parameters, numbers or arrays of one common length P.
    Raises `BadInput` for unknown names, arrays of different lengths, values that are not finite, parameters without a
    value, or a knob on a contact whose lead cannot be opened.
    """
    whole = driven_system(device, drive, settings or {})
    n = whole.orbital_count
    channels, joints = 0, []
    for joint in whole.joints:
        joints.append((joint, n + channels))
        channels += joint.coupling.shape[1]
    edges = [(whole.rows, whole.columns)]
    for joint, first in joints:
        edges += _edges_of(joint, first)
    label = components(n + channels, edges)
    found = []
    touched = [label[joint.orbitals[k]] for joint in whole.joints for k in range(len(joint.orbitals))]
    for which in dict.fromkeys(label[:n] if isolated else touched):
        terminals = tuple(
            _terminal(joint, label[:n] == which, label[first : first + joint.coupling.shape[1]] == which)
            for joint, first in joints
            if np.any(label[first : first + joint.coupling.shape[1]] == which)
        )
        if terminals or isolated:
            found.append(_sector(whole, label[:n] == which, terminals))
    return tuple(sorted(found, key=lambda sector: int(sector.orbitals[0]) if sector.orbitals[0] >= 0 else n))


def has_conserved_spin(device: Device, sectors: tuple[Sector, ...]) -> bool:
    """True if the device has spin and every sector's terminals carry one spin only: S_z is conserved."""
    if not device.spin:
        return False
    spins = [[t.spins for t in sector.terminals if t.spins is not None] for sector in sectors]
    return all(len(np.unique(np.concatenate(of_sector))) == 1 for of_sector in spins if of_sector)


def _edges_of(joint: Joint, first: int) -> list[tuple[Array, Array]]:
    """What connects a contact's orbitals with its channels, and these with each other."""
    rows, columns = np.nonzero(joint.coupling)
    left, right = np.nonzero(joint.connected)
    edges = [(joint.orbitals[rows], first + columns), (first + left, first + right)]
    # a channel that reaches no orbital still belongs to its contact: it reflects all waves
    reached = components(len(joint.connected), [(left, right)])
    alone = np.flatnonzero(~np.isin(reached, reached[columns]))
    edges.append((joint.orbitals[alone % len(joint.orbitals)], first + alone))
    return edges


def _terminal(joint: Joint, orbitals: Array, channels: Array) -> Terminal:
    """The part of a contact with these orbitals and these channels (masks); orbitals are renumbered for the sector.

    Orbitals that the coupling does not reach are left out (half of a honeycomb's cell), since solvers keep those of contacts to the end.
    """
    rows = np.flatnonzero(orbitals[joint.orbitals])
    columns = np.flatnonzero(channels)
    position = np.cumsum(orbitals) - 1
    coupling = joint.coupling[np.ix_(rows, columns)]
    reached = np.any(coupling, axis=1)
    if np.any(reached):
        rows, coupling = rows[reached], coupling[reached]
    spins = columns % 2 if joint.spin else None
    return Terminal(joint.name, joint.lead, columns, spins, position[joint.orbitals[rows]], coupling)


def _sector(whole: DrivenSystem, mine: Array, terminals: tuple[Terminal, ...]) -> Sector:
    """Everything of the whole that lies on these orbitals (mask)."""
    index = np.flatnonzero(mine)
    h = whole.hamiltonian
    if is_sparse(h):
        h = h[:, index][index, :].tocsc()
        h = dense(h) if len(index) <= LARGEST_DENSE else h
    else:
        h = h if len(index) == len(h) else h[np.ix_(index, index)]
    keep = np.flatnonzero(mine[whole.turned_rows])
    plus, minus = whole.plus[:, :, keep], whole.minus[:, :, keep]
    used = np.flatnonzero(np.any(plus, axis=(0, 2)) | np.any(minus, axis=(0, 2)))
    most = int(used[-1]) + 1 if used.size else 0
    position = np.cumsum(mine) - 1
    rows, columns = position[whole.turned_rows[keep]], position[whole.turned_columns[keep]]
    orbitals = np.where(index < whole.device_orbitals, index, -1)
    points = None if whole.positions is None else whole.positions[index]
    changes = whole.static[:, keep]
    return Sector(orbitals, h, terminals, rows, columns, changes, plus[:, :most], minus[:, :most], points)
