"""How many sidebands: enough that what reaches the end of the ladder no longer matters, judged at sample energies.

Two independent signs must both be small: the weight in the last sidebands, relative to the window's outermost rung, and the missing
unitarity of rows (which is the difference between the window form and the Landauer form of a current).
"""

from __future__ import annotations

import numpy as np

from floquant.errors import NotConverged
from floquant.solve.ladder import FlowLayout, Ladder, LadderSolver
from floquant.solve.zone import NODES, WEIGHTS

# The error from the ladder's end over the weight found there; checked against longer ladders in the tests.
TAIL_FACTOR = 30.0
# Share of rtol that the ladder's end may take.
SHARE = 0.1
# Settings and energies at which the number is chosen; it is checked at all of them afterwards.
SAMPLE = 24
MOST = 100_000


def ladder_for(photon_energy: float, window: tuple[float, float], sidebands: int, reach: int) -> Ladder:
    """The ladder that gives every rung of the window `sidebands` neighbours on both sides; one rung without a drive."""
    if photon_energy == 0:
        return Ladder(0.0, 0, 1, 0, 1)
    low, high = (int(np.floor(edge / photon_energy)) for edge in window)
    extra = sidebands + reach
    return Ladder(photon_energy, low - extra, high - low + 1 + 2 * extra, extra, high - low + 1)


def relative_tail(tail: np.ndarray) -> np.ndarray:
    """Larger of the two ends' weights, relative, from FlowLayout's tail (..., 4)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        top = np.where(tail[..., 1] > 0, tail[..., 0] / tail[..., 1], 0.0)
        bottom = np.where(tail[..., 3] > 0, tail[..., 2] / tail[..., 3], 0.0)
    return np.asarray(np.maximum(top, bottom))


class LadderJudge:
    """Decides over ladders of growing length by tail and row defect."""

    def __init__(self, rtol: float) -> None:
        self.rtol = rtol
        self.before = np.inf

    def accepts(self, tail: float, defect: float) -> bool:
        """Both signs are small; or the tail is, and a longer ladder no longer mends the defect: then it is rounding, which is reported."""
        if TAIL_FACTOR * tail > SHARE * self.rtol:
            return False
        mended = defect < 0.5 * self.before
        self.before = defect
        return defect <= max(self.rtol, 1e-11) or not mended


def choose_sidebands(
    solver: LadderSolver,
    photon_energy: float,
    window: tuple[float, float],
    problems: int,
    rtol: float,
    at_least: int = 1,
) -> int:
    """The smallest number of sidebands whose tail is below rtol's share at sample settings and energies."""
    sample = np.unique(np.linspace(0, problems - 1, min(problems, SAMPLE)).astype(np.int64))
    epsilon = 0.5 * photon_energy * (NODES[None, :] + 1.0)
    row = np.zeros(len(sample), dtype=np.int64)
    sidebands = max(at_least, 2)
    judge = LadderJudge(rtol)
    while sidebands <= MOST:
        ladder = ladder_for(photon_energy, window, sidebands, solver.reach)
        values = solver.flows(solver.tabulate(ladder.energies(epsilon)), sample, row, ladder)
        layout = FlowLayout.of(solver.channels, ladder)
        tail = relative_tail(np.einsum("pxt,x->pt", values[:, :, layout.slices["tail"]], WEIGHTS))
        defect = np.abs(values[:, :, layout.slices["defect"]]).max(initial=0.0)
        if judge.accepts(float(tail.max()), float(defect)):
            return sidebands
        sidebands += 1 if sidebands < 12 else sidebands // 6
    raise NotConverged(
        f"Even {MOST} sidebands are not enough; the drive is far stronger than its photon energy. Give sidebands=N to force a number."
    )
