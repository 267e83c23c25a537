"""What symmetries are looked for in: H(t) and its contacts at one setting, as blocks between nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.components import components
from floquant.checks.matrices import elements, pattern
from floquant.errors import BadInput
from floquant.model import Device, Drive
from floquant.model.assembly.driven_system import driven_system
from floquant.model.assembly.open_system import DrivenSystem
from floquant.symmetry.blocks import Blocks, Collector
from floquant.symmetry.interiors import SAMPLES, Interior, interior, sample_energies
from floquant.symmetry.kinds import SHIFT, Kind

DEVICE, CELL, LEAD = 0, 1, 2
# A block below this share of the largest of its kind is rounding.
NEGLIGIBLE = 1e-14
# An element larger than this multiple of the median says nothing about rounding elsewhere.
WALL = 100.0


@dataclass(frozen=True, eq=False)
class Problem:
    """The whole driven device with the first cells of its leads; node = orbital // k.

    `what` (nodes,): DEVICE, CELL (of a lead, taken in because a knob turns its contact) or LEAD; `contact` (nodes,): which
    lead, −1 for none; `site` (nodes,): the device's site, −1 for none; `connected` (nodes,): the number of the component, −1
    for what no lead sees.
    """

    device: Device
    whole: DrivenSystem
    interiors: tuple[Interior, ...]
    k: int
    what: Array
    contact: Array
    site: Array
    connected: Array

    @property
    def nodes(self) -> int:
        """Nodes, those of leads included."""
        return len(self.what)

    def lead_nodes(self, number: int) -> Array:
        """The nodes of a lead's cell that take part."""
        nodes = np.unique(self.interiors[number].orbitals // self.k)
        return nodes[self.connected[nodes] >= 0]

    @cached_property
    def driven(self) -> Array:
        """Which nodes belong to a component that is driven, (nodes,) bool."""
        target = self.target
        return np.isin(self.connected, np.unique(self.connected[target.row[self.charges[target.channel] != 0]]))

    @property
    def separate_spins(self) -> bool:
        """True if there is spin and ↑ and ↓ never mix."""
        values = self.target.values
        return self.k == 2 and not np.any(values[:, 0, 1]) and not np.any(values[:, 1, 0])

    @cached_property
    def harmonics(self) -> int:
        """The highest harmonic M of H(t)."""
        return int(self.whole.plus.shape[1])

    @property
    def channels(self) -> int:
        """Harmonics 0, ±1 … ±M, then H01 and its adjoint, then g and its adjoint at each sample energy."""
        return 2 * self.harmonics + 3 + 2 * SAMPLES

    @cached_property
    def charges(self) -> Array:
        """The harmonic number of each channel."""
        m = np.arange(1, self.harmonics + 1)
        return np.concatenate([[0], m, -m, np.zeros(2 + 2 * SAMPLES, int)])

    def channel(self, n: Any) -> Any:
        """The channel of harmonic n."""
        return np.where(np.asarray(n) >= 0, n, self.harmonics - np.asarray(n))

    @cached_property
    def middle(self) -> float:
        """c: the only energy at which the spectrum can be mirrored, the mean level of the device."""
        mine = (self.what == DEVICE) & (self.connected >= 0)
        orbitals = np.flatnonzero(np.repeat(mine, self.k))
        levels = elements(self.whole.hamiltonian, orbitals, orbitals)
        total = float(levels.real.sum()) + float(self._turned_levels(orbitals))
        result = total / max(len(orbitals), 1)
        return 0.0 if abs(result) < 1e-14 * self.scale else result

    def _turned_levels(self, orbitals: Array) -> Any:
        own = (self.whole.turned_rows == self.whole.turned_columns) & np.isin(self.whole.turned_rows, orbitals)
        return self.whole.static[0, own].real.sum()

    @cached_property
    def scale(self) -> float:
        """The size of H_0 and of the leads: the largest element, but not that of a few hard walls."""
        whole = self.whole
        rows, columns = pattern(whole.hamiltonian)
        lists = [elements(whole.hamiltonian, rows, columns), whole.static[0]]
        lists += [part.joint.coupling for part in self.interiors]
        lists += [h for part in self.interiors for h in (part.h00, part.h01) if h is not None]
        sizes = np.concatenate([np.abs(values).ravel() for values in lists])
        sizes = sizes[sizes > 0]
        return float(min(sizes.max(), WALL * np.median(sizes))) if sizes.size else 1.0

    @cached_property
    def scales(self) -> Array:
        """The size against which rounding is judged, for each channel."""
        result = np.full(self.channels, self.scale)
        drive = max(np.abs(self.whole.plus).max(initial=0.0), np.abs(self.whole.minus).max(initial=0.0))
        result[1 : 2 * self.harmonics + 1] = drive or 1.0
        sampled = [
            np.abs(part.matrices(SHIFT, self.energies, 0.0)).max() for part in self.interiors if not part.periodic
        ]
        result[-2 * SAMPLES :] = max(sampled, default=1.0)
        return result

    @cached_property
    def energies(self) -> Array:
        """Where leads without matrices are compared."""
        return sample_energies(self.interiors, self.scale, self.middle)

    def _matrices(self, kind: Kind) -> list[list[Array]]:
        return [part.matrices(kind, self.energies, self.middle) for part in self.interiors]

    @cached_property
    def target(self) -> Blocks:
        """H_n, τ and the leads as they are."""
        return self.source(SHIFT)

    def source(self, kind: Kind) -> Blocks:
        """X_n, τ and the leads as this kind of symmetry takes them, before U."""
        found = Collector(self.k)
        sign = -1.0 if kind.flips else 1.0

        def taken(values: Array) -> Array:
            return sign * (np.conj(values) if kind.conjugates else values)

        self._collect_harmonics(found, kind, taken)
        plain = np.flatnonzero(np.repeat((self.what != LEAD) & (self.connected >= 0), self.k))
        found.add(plain, plain, 0, 2 * self.middle if kind.flips else 0.0)
        for part, matrices in zip(self.interiors, self._matrices(kind), strict=True):
            tau = taken(part.joint.coupling)
            found.matrix(part.joint.orbitals, part.orbitals, 0, tau)
            found.matrix(part.orbitals, part.joint.orbitals, 0, tau.conj().T)
            if part.periodic:
                found.matrix(part.orbitals, part.orbitals, 0, matrices[0])
                found.add(part.orbitals, part.orbitals, 0, 0.0)
                channels = [(matrices[1], 2 * self.harmonics + 1)]
            else:
                channels = [(g, 2 * self.harmonics + 3 + 2 * s) for s, g in enumerate(matrices)]
            for values, channel in channels:
                found.matrix(part.orbitals, part.orbitals, channel, values)
                found.matrix(part.orbitals, part.orbitals, channel + 1, values.conj().T)
        return found.blocks(self.nodes, self.channels, NEGLIGIBLE * self.scales, self.connected >= 0)

    def _collect_harmonics(self, found: Collector, kind: Kind, taken: Any) -> None:
        whole = self.whole
        inside = np.repeat(self.connected >= 0, self.k)
        rows, columns = pattern(whole.hamiltonian)
        seen = inside[rows]
        found.add(rows[seen], columns[seen], 0, taken(elements(whole.hamiltonian, rows[seen], columns[seen])))
        seen = inside[whole.turned_rows]
        rows, columns = whole.turned_rows[seen], whole.turned_columns[seen]
        off = rows != columns
        changes = [(0, whole.static[0][seen], np.conj(whole.static[0][seen]))]
        for n in range(1, self.harmonics + 1):
            plus, minus = whole.plus[0, n - 1][seen], whole.minus[0, n - 1][seen]
            changes += [(n, plus, np.conj(minus)), (-n, minus, np.conj(plus))]
        for n, upper, lower in changes:
            channel = self.channel(-n if kind.flips else n)
            found.add(rows, columns, channel, taken(upper))
            found.add(columns[off], rows[off], channel, taken(lower[off]))


def problem_of(device: Device, drive: Drive | None, settings: Mapping[str, Any], spin: int | None = None) -> Problem:
    """The problem at this one setting; `spin` 0 or 1: that of ↑ or ↓ alone, where they do not mix.

    Raises `BadInput` as a solution of it would, and for arrays.
    """
    whole = driven_system(device, drive, settings)
    if whole.settings != 1:
        raise BadInput(
            f"The settings hold arrays of {whole.settings} values, but symmetries are those of one setting; give numbers."
        )
    k = 2 if device.spin and spin is None else 1
    interiors, first = [], whole.orbital_count
    for joint in whole.joints:
        interiors.append(interior(joint, first))
        first += len(interiors[-1].orbitals)
    what = np.full(first // k, LEAD)
    what[: whole.orbital_count // k] = CELL
    what[: device.orbital_count // k] = DEVICE
    contact, site = np.full((2, first // k), -1)
    for number, part in enumerate(interiors):
        contact[part.orbitals // k] = number
        if what[part.joint.orbitals[0] // k] == CELL:
            contact[part.joint.orbitals // k] = number
    offsets = device.geometry.offsets
    site[: device.orbital_count // k] = np.searchsorted(offsets, k * np.arange(device.orbital_count // k), "right") - 1
    connected = _connected(whole, interiors, first, k)
    if spin is not None:
        connected[1 - spin :: 2] = -1
        contact[connected < 0] = -1
    return Problem(device, whole, tuple(interiors), k, what, contact, site, connected)


def _connected(whole: DrivenSystem, interiors: list[Interior], size: int, k: int) -> Array:
    """The component of each node; −1 for those that no lead sees."""
    edges = [(whole.rows // k, whole.columns // k)]
    seen = []
    for part in interiors:
        rows, columns = np.nonzero(part.joint.coupling)
        edges.append((part.joint.orbitals[rows] // k, part.orbitals[columns] // k))
        left, right = np.nonzero(part.joint.connected)
        edges.append((part.orbitals[left] // k, part.orbitals[right] // k))
        seen.append(part.orbitals // k)
    label = components(size // k, edges)
    mine = np.concatenate(seen) if seen else np.zeros(0, int)
    return np.where(np.isin(label, label[mine]), label, -1)
