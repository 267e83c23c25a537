"""Claimed errors of `dc_current` against true ones."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from reference.current_families import Filled, filled

import floquant as fq
from bounds.as_floquant import as_floquant


@dataclass(frozen=True)
class CurrentOutcome:
    """One problem: true errors, claims and unsigned flows of each contact, the reference's own error; or what floquant said instead."""

    filled: Filled
    true: np.ndarray
    claimed: np.ndarray
    flow: np.ndarray
    own: np.ndarray
    sidebands: int = 0
    proven: bool = False
    refusal: str = ""
    seconds: float = 0.0

    @property
    def worst(self) -> float:
        """The largest true error over its claim, less what the reference may be wrong by."""
        left = np.maximum(self.true - self.own, 0.0)
        return float(np.max(np.where(left > 0, left / np.maximum(self.claimed, 1e-300), 0.0), initial=0.0))


def current_outcome(name: str, seed: int, sidebands: int | None = None) -> CurrentOutcome:
    """Solve and compare; with this number of sidebands where one is given."""
    given = filled(name, seed)
    problem = given.problem
    names = [wire.name for wire in problem.wires]
    mu, temperature = np.array(given.mu), np.array(given.temperature)
    window = float((mu - 40 * temperature).min()), float((mu + 40 * temperature).max())
    reservoirs = fq.Reservoirs(
        dict(zip(names, given.mu, strict=True)), dict(zip(names, given.temperature, strict=True))
    )
    start, empty = time.perf_counter(), np.zeros(0)
    try:
        device, drive, resting = as_floquant(problem)
        solution = fq.solve(device, drive, window=window, sidebands=sidebands, **resting)
        found = fq.dc_current(solution, reservoirs)
    except (fq.NotConverged, fq.BadInput) as refusal:
        return CurrentOutcome(
            given, empty, empty, empty, empty, refusal=f"{type(refusal).__name__}: {str(refusal)[:90]}"
        )
    seconds = time.perf_counter() - start
    truth = given.truth()
    return CurrentOutcome(
        given, np.abs(found.values - truth.current), found.dc_current_error.values, truth.flow, truth.error,
        solution.outcome.sidebands, all(part.proven for part in solution.parts), seconds=seconds,
    )  # fmt: skip
