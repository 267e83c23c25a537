"""Detectors: what is counted of outgoing waves, charge, spin or energy.

    reading of a row (c₁, c₂, pauli, power) = o† σ o · w^power,   w = E_m − reference

o are the outgoing amplitudes at rung m: of channel c₁ alone where pauli is 0, of the pair (c₁, c₂) = (↑, ↓) for σ_x (1) and σ_y (2).
A window form holds for any weight of the outgoing rung, so that charge, spin and energy are rows of one kind (see docs/theory.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.channels import Channels

# What `power` may be: count, weigh by w, weigh by |w|.
COUNTED, WEIGHED, MAGNITUDE = 0, 1, -1


@dataclass(frozen=True, eq=False)
class Detectors:
    """Rows (Q, 4) of (c₁, c₂, pauli, power), and the energy from which w is measured.

    The first rows count the channels, one after the other; the first `unsigned` rows are recorded as unsigned flows too. `spread` is the
    range of w over the rungs that can be open, max(w, 0) − min(w, 0): how much more than a charge a row can weigh.
    """

    channels: Channels
    rows: Array
    reference: float = 0.0
    unsigned: int = 0
    spread: float = 1.0

    @classmethod
    def counting(cls, channels: Channels) -> Detectors:
        """Charge in each channel, and both spin components across z of each pair of channels."""
        rows = [(c, c, 0, COUNTED) for c in range(channels.count)]
        rows += [(up, down, pauli, COUNTED) for up, down in channels.mixed for pauli in (1, 2)]
        return cls(channels, _table(rows), unsigned=channels.count)

    @classmethod
    def weighing(cls, channels: Channels, reference: float, low: float, high: float) -> Detectors:
        """Charge in each channel, the magnitude of w, and w itself; open rungs lie between the energies low and high."""
        powers = (COUNTED, MAGNITUDE, WEIGHED)
        rows = [(c, c, 0, power) for power in powers for c in range(channels.count)]
        spread = max(high - reference, 0.0) - min(low - reference, 0.0)
        return cls(channels, _table(rows), reference, 2 * channels.count, spread)

    @property
    def key(self) -> tuple[bytes, float]:
        """What distinguishes these detectors from others of the same channels."""
        return self.rows.tobytes(), self.reference

    @property
    def count(self) -> int:
        """Q."""
        return len(self.rows)

    @cached_property
    def owner(self) -> Array:
        """The contact of each row, (Q,)."""
        return np.asarray(self.channels.group[self.rows[:, 0]])

    @cached_property
    def measure(self) -> Array:
        """0 for rows that count, 1 for those that weigh, (Q,): flows of different measures have different units."""
        return (self.rows[:, 3] != COUNTED).astype(np.int64)

    @property
    def measures(self) -> int:
        """How many measures there are."""
        return int(self.measure.max()) + 1

    @cached_property
    def scale(self) -> Array:
        """Numbers measure · contacts + contact of the unsigned rows, (unsigned,)."""
        contacts = len(self.channels.names)
        return np.asarray(self.measure[: self.unsigned] * contacts + self.owner[: self.unsigned])

    @cached_property
    def reach(self) -> Array:
        """The most that a row reads of one electron, (Q,): 1, or the range of w."""
        return np.where(self.measure == 1, self.spread, 1.0)

    def weights(self, energies: Array) -> Array:
        """w^power of each row at energies (…, R): shape (…, R, Q)."""
        w = np.asarray(energies)[..., None] - self.reference
        power = self.rows[:, 3]
        return np.where(power == WEIGHED, w, np.where(power == MAGNITUDE, np.abs(w), 1.0))

    def weighed(self, readings: Array, energies: Array) -> Array:
        """These rows of readings (..., R, Q', in, in'), `Channels.read` before weights, at rungs of energies (..., R)."""
        if self.measures == 1:
            return readings
        return np.asarray(readings[..., self.plain, :, :] * self.weights(energies)[..., None, None])

    @cached_property
    def plain(self) -> Array:
        """Where each row's reading stands among `Channels.readings`, which know no weight, (Q,)."""
        place = {row: number for number, row in enumerate(self.channels.read)}
        return np.array([place[c1, c2, pauli] for c1, c2, pauli, _ in self.rows.tolist()], dtype=np.int64)


def _table(rows: list[tuple[int, int, int, int]]) -> Array:
    return np.array(rows, dtype=np.int64).reshape(-1, 4)
