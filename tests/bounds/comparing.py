"""Claimed errors of `scatter` against true ones, problem by problem."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from reference.bound_families import family
from reference.driven_problem import DrivenProblem, as_matrices
from reference.long_ladder import Exact, exact

import floquant as fq
from bounds.as_floquant import as_floquant

Array = np.ndarray[Any, Any]
# A true error below this says nothing of how much larger the claim is.
SEEN = 1e-14


@dataclass(frozen=True)
class Compared:
    """One kind of number of one problem: the largest true error over its claim, and claims over true errors where these are seen."""

    what: str
    worst: float
    true: float
    claimed: float
    loose: float
    where: str

    @property
    def broken(self) -> bool:
        """Whether a true error is above its claim."""
        return not self.worst <= 1.0


@dataclass(frozen=True)
class Outcome:
    """A problem: what was compared (nothing where floquant refused, `refusal`), sidebands, proven or not, solvers, seconds."""

    problem: DrivenProblem
    compared: tuple[Compared, ...] = ()
    sidebands: int = 0
    proven: bool = False
    solver: str = ""
    refusal: str = ""
    seconds: float = 0.0
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def broken(self) -> tuple[Compared, ...]:
        """The claims that do not hold."""
        return tuple(each for each in self.compared if each.broken)


def outcome(name: str, seed: int) -> Outcome:
    """Solve the problem of a family and compare all that `scatter` says with the reference."""
    problem = family(name, seed)
    start = time.perf_counter()
    try:
        device, drive, resting = as_floquant(problem)
        solved = fq.scatter(device, drive, list(problem.energies), **problem.asked, **resting)
        found = list(_read(solved, problem))
    except (fq.NotConverged, fq.BadInput) as refused:
        return Outcome(problem, refusal=f"{type(refused).__name__}: {str(refused)[:90]}")
    seconds = time.perf_counter() - start
    number = int(solved.sidebands[-1])
    matrices = as_matrices(problem)
    truths = [exact(matrices, energy, number) for energy in problem.energies]
    compared = [_compared(what, value, claim, truths, place) for what, value, claim, place in found]
    compared += list(_amplitudes(solved, problem, truths, matrices.amplitudes))
    # not from the certificate, which searches for states
    names = solved.outcome.solver
    return Outcome(problem, tuple(compared), number, solved.proven, names, seconds=seconds)


def refusal(name: str, seed: int) -> str:
    """What floquant says instead of a solution; nothing where it solves the problem."""
    problem = family(name, seed)
    try:
        device, drive, resting = as_floquant(problem)
        fq.scatter(device, drive, list(problem.energies), **problem.asked, **resting)
    except (fq.NotConverged, fq.BadInput) as refused:
        return f"{type(refused).__name__}: {refused}"
    return ""


def _read(solved: fq.Scattering, problem: DrivenProblem) -> Iterator[tuple[str, Array, Array, tuple[int, int]]]:
    """(what, values, claims, (out, in)) of all transmissions and reflections, with the energies first."""
    names = [wire.name for wire in problem.wires]
    for b, out in enumerate(names):
        for a, into in enumerate(names):
            for kind in ("sidebands", "total"):
                data = solved.transmission(out, into, kind=kind)
                yield f"{kind} {into}→{out}", data.values, data.transmission_error.values, (b, a)


def _compared(what: str, value: Array, claim: Array, truths: list[Exact], place: tuple[int, int]) -> Compared:
    b, a = place
    if what.startswith("total"):
        truth = np.array([each.powers[:, b, a].sum() for each in truths])
    else:
        half = value.shape[1] // 2
        truth = np.array([each.centred(half)[:, b, a] for each in truths])
    return ratios(what, np.abs(value - truth), claim, np.array([each.own for each in truths]))


def ratios(what: str, off: Array, claim: Array, own: Array) -> Compared:
    """True errors `off` against claims of the same shape, less what the reference itself may be wrong by."""
    own = own.reshape(-1, *(1,) * (off.ndim - 1)) * np.ones(off.shape)
    left = np.maximum(off - own, 0.0)
    worst = np.where(left > 0, left / np.where(claim > 0, claim, 1e-300), 0.0)
    worst = np.where(np.isfinite(claim), worst, 0.0)
    worst = np.where(np.isnan(off) | np.isnan(claim), np.inf, worst)
    at = np.unravel_index(int(np.argmax(worst)), worst.shape)
    seen = off > SEEN
    loose = float(np.median(claim[seen] / off[seen])) if seen.any() else np.nan
    return Compared(what, float(worst[at]), float(off[at]), float(claim[at]), loose, str(tuple(int(i) for i in at)))


def _amplitudes(
    solved: fq.Scattering, problem: DrivenProblem, truths: list[Exact], phases: bool
) -> Iterator[Compared]:  # fmt: skip
    """S between leads of one orbital, as numbers; otherwise, and where a contact moves, the norm over a lead's channels."""
    for b, out in enumerate(problem.wires):
        for a, into in enumerate(problem.wires):
            data = solved.amplitude(out.name, into.name)
            s, claim = data.values, data.amplitude_error.values
            half = s.shape[1] // 2
            if phases and truths[0].amplitudes is not None:
                truth = np.array([_centred(each.amplitudes, half)[:, b, a] for each in truths])
                off = np.abs(s[:, :, 0, 0] - truth)
            else:
                truth = np.sqrt(np.maximum([each.centred(half)[:, b, a] for each in truths], 0))
                off = np.abs(np.sqrt(np.sum(np.abs(s) ** 2, axis=(2, 3))) - truth)
            yield ratios(f"amplitude {into.name}→{out.name}", off, claim[:, :, 0, 0], np.array([e.own for e in truths]))


def _centred(values: Array | None, half: int) -> Array:
    assert values is not None
    middle = len(values) // 2
    return values[middle - half : middle + half + 1]
