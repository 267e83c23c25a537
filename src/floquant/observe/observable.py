"""What an observable is: a name, labels, and how it follows from a solution for given reservoirs.

`measure` does the rest for all of them: it lays reservoirs over the solution, refines where a bound is not met, labels, and refuses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Device
from floquant.observe.filling import ReservoirArrays
from floquant.transport import Solution


@dataclass(frozen=True)
class Measured:
    """Numbers (P, n, items), bounds of their errors, and where a bound is not met.

    `too_short`: where it is not met because the ladder of sidebands ends too early, which more nodes cannot improve. `met` (P,): False
    where the mesh itself could not be refined as far as required.
    """

    value: Array
    error: Array
    unmet: Array
    too_short: Array
    met: Array


class Observable(ABC):
    """A labelled quantity of a driven device. `name` and `long_name` are those of the result."""

    name: str
    long_name: str

    @abstractmethod
    def units(self, energy_unit: str) -> str:
        """The unit of the numbers."""

    @abstractmethod
    def coords(self, device: Device) -> dict[str, Sequence[Any]]:
        """The dims that follow those of settings and reservoirs, each with its labels."""

    @abstractmethod
    def evaluate(self, solution: Solution, filled: ReservoirArrays, levels: Array) -> Measured:
        """The numbers, each setting at its level of refinement, `levels` (P,)."""

    def hidden(self, device: Device) -> Array | None:
        """Which items have no meaning and are nan, bool, in the shape of `coords`; None if all have one."""
        return None

    def shape(self, device: Device) -> tuple[int, ...]:
        """Sizes of the dims of `coords`."""
        return tuple(len(labels) for labels in self.coords(device).values())

    def items(self, device: Device) -> int:
        """How many numbers there are at each point."""
        return int(np.prod(self.shape(device), dtype=int))
