"""The ladder of energies ε + kħΩ, and what a solver says about it.

A ladder has `rungs` rungs; the window's own rungs are first … first + n_rung − 1, the others are the sidebands on both sides.
Cut j lies between rungs first − 1 + j and first + j.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.model import Sector

Array = np.ndarray


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

    `group[c]` is the contact's number of channel c. Detectors are rows (c₁, c₂, kind): kind 0 counts |o_{c₁}|²; kinds 1 and 2 are σ_x and
    σ_y of the pair (↑, ↓). The first detectors are the channels themselves.
    """

    names: tuple[str, ...]
    group: Array
    spin: Array  # 0 up, 1 down, −1 without spin
    detectors: Array

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(self.group)

    @classmethod
    def of(cls, sector: Sector) -> Channels:
        """List the channels of a sector, terminal by terminal."""
        names = tuple(dict.fromkeys(terminal.name for terminal in sector.terminals))
        group: list[int] = []
        spin: list[int] = []
        detectors: list[tuple[int, int, int]] = []
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
        detectors += [(c, c, 0) for c in range(len(group))]
        detectors += [(up, down, kind) for up, down in pairs for kind in (1, 2)]
        return cls(
            names,
            np.array(group, dtype=np.int64),
            np.array(spin, dtype=np.int64),
            np.array(detectors, dtype=np.int64).reshape(-1, 3),
        )


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
    (setting, row) pairs; `reach` is the number of extra rungs that the solver wants beyond the sidebands asked for.
    """

    name: str
    sector: Sector
    channels: Channels
    reach: int = 0

    @abstractmethod
    def tabulate(self, energies: Array) -> Any:
        """Static work at these energies, shared by all settings."""

    @abstractmethod
    def flows(self, table: Any, problem: Array, row: Array, ladder: Ladder) -> Array:
        """Flows of each pair at each node, shape (pairs, X, FlowLayout.size)."""

    @abstractmethod
    def columns(self, table: Any, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """S[pair, node, rung, out, in] for waves that enter at rung `centre`; the field's weight at the ladder's ends (pair, node)."""
