"""The interface of every solver of ladders, and the probes by which poles are found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ends import LadderEnds
from floquant.solvers.ladder.ladder import Ladder


def probe_phases(rungs: int, channels: int) -> tuple[Array, Array]:
    """Fixed phases, without pattern, by which probes add up incoming and outgoing channels; shapes (rungs, channels)."""
    number = np.arange(rungs)[:, None] * channels + np.arange(channels)[None, :] + 1.0
    return np.exp(2j * np.pi * number**2 * 0.6180339887498949), np.exp(2j * np.pi * number**2 * 0.41421356237309503)


class LadderSolver(ABC):
    """One sector and its knob settings, solved on ladders of energies.

    `tabulate` does the work that all settings share, at energies of shape (U, X, R): U rows of X nodes. `flows` and `columns` solve
    (setting, row) pairs; `reach` is the number of extra rungs that the solver needs beyond the sidebands, and `per_step` divides the
    number of rungs that it solves: rungs above that are left out. `costly`: a ladder takes so long that checks which solve many more
    ladders would cost more than the problem.
    """

    name: str
    sector: Sector
    channels: Channels
    reach: int = 0
    per_step: int = 1
    costly: bool = False

    @abstractmethod
    def tabulate(self, energies: Array) -> Any:
        """Static work at these energies, shared by all settings. Its `is_open` (U, X, R, O) is the diagonal of the projector P."""

    @abstractmethod
    def flows(self, table: Any, problem: Array, row: Array, ladder: Ladder, detectors: Detectors) -> Array:
        """What the detectors read of each pair at each node, shape (pairs, X, FlowLayout.size)."""

    @abstractmethod
    def columns(self, table: Any, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """S[pair, node, rung, out, in] between lead orbitals for waves that enter at rung `centre`; and what the ladder's ends see."""

    def powers(self, table: Any, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """|S|² between banks for waves that enter at rung `centre`, shape (pairs, X, R, B, B); and what the ladder's ends see."""
        s, ends = self.columns(table, problem, row, centre)
        return self.channels.bank_powers(s), ends

    @property
    def sees_the_drive(self) -> bool:
        """Whether the field that is driven out of the ladder is known on all orbitals that the drive touches."""
        return True

    @property
    def crossing(self) -> float:
        """‖φ_y‖/‖φ_r‖ at most, for each rung up to the end, see `transport.ladder_bound.integrated`.

        2 for one driven orbital and one harmonic, since Γ|G| ≤ 2. Several see each other, and count as many times: an estimate.
        """
        return 2.0 * max(1.0, len(self.sector.driven) * self.sector.weighed_harmonics)

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Complex numbers that a node takes in a table, and a pair in `powers`: what blocks of bounded memory are cut by."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * orbitals * (orbitals + 12)

    def open_waves(self, table: Any, rung: int) -> Array:
        """Number of open waves of each bank at a rung, shape (U, X, B)."""
        return np.asarray(
            table.is_open[..., rung, :] @ (self.channels.bank[:, None] == np.arange(len(self.channels.banks)))
        )
