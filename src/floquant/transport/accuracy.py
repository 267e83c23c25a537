"""The required accuracy: one frozen value inside, the same keywords on every call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

from floquant.errors import BadInput

# atol in units of the photon energy (of the energy unit without a drive).
DEFAULT_ATOL = 1e-13
SOLVERS = ("ports", "slices", "dissection", "dense")


@dataclass(frozen=True)
class Accuracy:
    """error ≤ rtol · (unsigned flow) + atol.

    `atol` defaults to 1e-13 ħΩ. `sidebands=N` keeps n = −N … N; None chooses N by the sidebands' tail and by row unitarity.
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
        _positive("rtol", self.rtol, below=1.0)
        if self.atol is not None and not (_real(self.atol) and 0 <= self.atol < float("inf")):
            raise BadInput(
                f"atol is {self.atol!r}, but it must be a number ≥ 0, in the unit of a current; give one or leave it out."
            )
        if self.sidebands is not None and (not _whole(self.sidebands) or self.sidebands < 1):
            raise BadInput(
                f"sidebands is {self.sidebands!r}, but it must be an integer ≥ 1 (n = −N … N); give one or leave it out."
            )
        if self.solver is not None and self.solver not in SOLVERS:
            raise BadInput(
                f"solver is {self.solver!r}, but it must be one of {', '.join(map(repr, SOLVERS))}; give one or leave it out."
            )
        if not _whole(self.max_nodes) or self.max_nodes < 1:
            raise BadInput(f"max_nodes is {self.max_nodes!r}, but it must be an integer ≥ 1; give one.")

    def tenth(self, photon_energy: float) -> Accuracy:
        """Ten times as accurate."""
        return replace(self, rtol=max(self.rtol / 10, 1e-14), atol=self.absolute(photon_energy) / 10)

    def absolute(self, photon_energy: float) -> float:
        """atol as a number."""
        return DEFAULT_ATOL * (photon_energy or 1.0) if self.atol is None else float(self.atol)


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _real(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _positive(name: str, value: Any, below: float) -> None:
    if not _real(value) or not 0 < value < below:
        raise BadInput(
            f"{name} is {value!r}, but it must be a number between 0 and {below:g}; give for example {name}=1e-6."
        )
