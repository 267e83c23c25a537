"""The required accuracy: one frozen value inside, the same keywords on every call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from floquant.checks.frozen import keep
from floquant.checks.names import one_of
from floquant.checks.numbers import number, whole
from floquant.checks.words import brief
from floquant.errors import BadInput

# atol in units of the photon energy (of the energy unit without a drive).
DEFAULT_ATOL = 1e-13
SOLVERS = ("ports", "slices", "dissection", "dense")
# Ladders and meshes beyond these fit into no memory.
MOST_SIDEBANDS, MOST_NODES = 100_000, 10**9


@dataclass(frozen=True)
class Accuracy:
    """error ≤ rtol · (unsigned flow) + atol.

    `atol` defaults to 1e-13 ħΩ. `sidebands=N` keeps n = −N … N; None chooses N by what lies beyond the ladder.
    `solver`: None (the cheapest by `floquant.plan`), "ports", "slices", "dissection" or "dense" (the reference).
    `max_nodes`: energies per knob setting and sector.
    Raises `BadInput` for values out of range.
    """

    rtol: float = 1e-6
    atol: float | None = None
    sidebands: int | None = None
    solver: str | None = None
    max_nodes: int = 200_000

    def __post_init__(self) -> None:
        keep(self, rtol=_relative(self.rtol), max_nodes=whole(self.max_nodes, "max_nodes", 1, MOST_NODES))
        if self.atol is not None:
            keep(self, atol=_absolute(self.atol))
        if self.sidebands is not None:
            do = "give N for n = −N … N, or leave it out"
            keep(self, sidebands=whole(self.sidebands, "sidebands", 1, MOST_SIDEBANDS, do))
        if self.solver is not None:
            keep(self, solver=one_of(self.solver, SOLVERS, "solver", "floquant"))

    def tenth(self, photon_energy: float) -> Accuracy:
        """Ten times as accurate."""
        return replace(self, rtol=max(self.rtol / 10, 1e-14), atol=self.absolute(photon_energy) / 10)

    def absolute(self, photon_energy: float) -> float:
        """atol as a number."""
        return DEFAULT_ATOL * (photon_energy or 1.0) if self.atol is None else self.atol


def _relative(value: object) -> float:
    rtol = float(number(value, "rtol"))
    if isinstance(value, bool) or not 0 < rtol < 1:
        raise BadInput(f"rtol is {brief(value)}, but it must be a number between 0 and 1; give for example rtol=1e-6.")
    return rtol


def _absolute(value: object) -> float:
    atol = float(number(value, "atol"))
    if isinstance(value, bool) or atol < 0:
        raise BadInput(
            f"atol is {brief(value)}, but it must be a number ≥ 0, in the unit of a current; give one or leave it out."
        )
    return atol
