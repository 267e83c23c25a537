"""How many sidebands: enough that what reaches the end of the ladder no longer matters, judged at sample energies.

Two independent signs must both be small: the weight in the last sidebands, relative to the window's outermost rung; and the unitarity that
rows of S miss when every incoming energy has a separate ladder −N … N, which is the difference between the window form and the Landauer
form of a current at that N. (One ladder for all energies conserves particles exactly, however short, so its rows prove nothing.) Where
a ladder costs seconds, the second sign is what lengthening the ladder changed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Sector
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder, window_rungs
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.zone.zone import NODES, WEIGHTS

# The error from the ladder's end over the weight found there; checked against longer ladders in the tests.
TAIL_FACTOR = 30.0
# Share of rtol that the ladder's end may use.
SHARE = 0.1
# Settings and energies at which the number is chosen; afterwards it is checked at all of them.
SAMPLE = 24
MOST = 100_000
TOO_STRONG = (
    f"Even {MOST} sidebands are not enough; the drive is far stronger than its photon energy. Give a weaker drive, or sidebands=N to force "
    f"a number."
)
# Settings whose rows are checked, and the longest ladder for which that is done: it costs N² operations.
CHECKED = 3
LONGEST_CHECKED = 64


def ladder_for(photon_energy: float, window: tuple[float, float], sidebands: int, reach: int) -> Ladder:
    """The ladder that gives every rung of the window `sidebands` neighbours on both sides; one rung without a drive."""
    if photon_energy == 0:
        return Ladder(0.0, 0, 1, 0, 1)
    low, high = window_rungs(window, photon_energy)
    extra = sidebands + reach
    return Ladder(photon_energy, low - extra, high - low + 1 + 2 * extra, extra, high - low + 1)


def slowness(sidebands: int) -> float:
    """The factor of a long ladder's tail: with edges in the drive the weight falls as a power of N, and all beyond is N times the end."""
    return max(1.0, sidebands / TAIL_FACTOR)


def relative_tail(tail: np.ndarray, sidebands: int) -> np.ndarray:
    """Larger of the two ends' weights, relative, from FlowLayout's tail (..., 4) of a ladder with so many sidebands each way."""
    with np.errstate(invalid="ignore", divide="ignore"):
        top = np.where(tail[..., 1] > 0, tail[..., 0] / tail[..., 1], 0.0)
        bottom = np.where(tail[..., 3] > 0, tail[..., 2] / tail[..., 3], 0.0)
    return np.asarray(slowness(sidebands) * np.maximum(top, bottom))


def row_defects(solver: LadderSolver, photon_energy: float, energies: Array, sidebands: int, problems: int) -> Array:
    """Open waves of b less Σ_{a, |k| ≤ N} |S_ba(E, E_k)|², each S from the ladder −N … N around its incoming energy.

    Shape (sample settings, energies, banks); empty where it would cost more than the solution itself (N > 64, or a costly solver).
    """
    if sidebands > LONGEST_CHECKED or solver.costly:
        return np.zeros((0, len(energies), len(solver.channels.banks)))
    sample = np.unique(np.linspace(0, problems - 1, min(problems, CHECKED)).astype(np.int64))
    extra = sidebands + solver.reach
    shift = np.arange(-sidebands, sidebands + 1)
    incoming = energies + photon_energy * shift[:, None]
    table = solver.tabulate(Ladder(photon_energy, -extra, 2 * extra + 1, extra, 1).energies(incoming))
    rows = np.arange(len(shift), dtype=np.int64)
    opened = solver.open_waves(table, extra)[sidebands]
    result = np.repeat(opened[None], len(sample), axis=0)
    for place, problem in enumerate(sample):
        powers, _ = solver.powers(table, np.full(len(rows), problem), rows, extra)
        for row, k in enumerate(shift):
            result[place] -= powers[row, :, extra - k].sum(axis=-1)
    return result


def fewest_sidebands(sector: Sector) -> int:
    """The shortest ladder that is judged: if it were shorter than the gap between harmonics, no wave could reach its ends."""
    return max(2, sector.harmonic_gap)


def lengthened(sidebands: int, sector: Sector) -> int:
    """The next ladder: longer by the gap between harmonics at least, so that it can change something. Raises `NotConverged` at the end."""
    longer = sidebands + max(sector.harmonic_gap, 1 if sidebands < 12 else sidebands // 6)
    if longer > MOST:
        raise NotConverged(TOO_STRONG)
    return longer


def refuse_stronger(sector: Sector, photon_energy: float) -> None:
    """Raises `NotConverged` for a drive that no ladder is long enough for: an amplitude v lifts electrons by some v/ħΩ photons."""
    strength = float((np.abs(sector.plus) + np.abs(sector.minus)).sum(axis=1).max(initial=0.0))
    if strength > MOST * photon_energy:
        raise NotConverged(TOO_STRONG)


class LadderJudge:
    """Decides over ladders of growing length by the tail, and by the row defect or (costly solvers) by what lengthening changed."""

    def __init__(self, rtol: float) -> None:
        self.rtol = rtol
        self.before = np.inf
        self.change = np.nan
        self.values: Array | None = None

    def accepts(self, tail: float, defects: Callable[[], Array]) -> bool:
        """Both signs are small; or the tail is, and a longer ladder does not improve the rows: then it is rounding, which is reported."""
        if TAIL_FACTOR * tail > SHARE * self.rtol:
            return False
        defect = float(np.abs(defects()).max(initial=0.0))
        mended = defect < 0.5 * self.before
        self.before = defect
        return defect <= self.rtol or not mended

    def accepts_change(self, tail: float, values: Array) -> bool:
        """The tail is small, and so is the change of `values` (…,), which are relative numbers."""
        if self.values is not None:
            self.change = float(np.abs(values - self.values).max(initial=0.0))
        self.values = values
        return TAIL_FACTOR * tail <= self.rtol and self.change <= self.rtol


def choose_sidebands(
    solver: LadderSolver, photon_energy: float, window: tuple[float, float], problems: int, rtol: float
) -> tuple[int, float]:
    """The smallest number of sidebands whose two signs are small at sample settings and energies, and what lengthening changed last."""
    sample = np.unique(
        np.linspace(0, problems - 1, min(problems, CHECKED if solver.costly else SAMPLE)).astype(np.int64)
    )
    epsilon = 0.5 * photon_energy * (NODES[None, :] + 1.0)
    weights = WEIGHTS
    if solver.costly:
        epsilon, weights = photon_energy * np.array([[0.29, 0.77]]), np.ones(2)
    row = np.zeros(len(sample), dtype=np.int64)
    sidebands = fewest_sidebands(solver.sector)
    refuse_stronger(solver.sector, photon_energy)
    judge, detectors = LadderJudge(rtol), Detectors.counting(solver.channels)
    checked = checked_energies(photon_energy, window)
    while sidebands <= MOST:
        ladder = ladder_for(photon_energy, window, sidebands, solver.reach)
        values = solver.flows(solver.tabulate(ladder.energies(epsilon)), sample, row, ladder, detectors)
        layout = FlowLayout.of(detectors, ladder)
        tail = float(relative_tail(np.einsum("pxt,x->pt", layout.view(values, "tail"), weights), sidebands).max())
        if solver.costly:
            total = values[:, :, layout.slices["total"]]
            # as strict as the check after the integral, or the whole zone would be solved twice
            accepted = judge.accepts_change(tail / SHARE, total / np.maximum(total.max(axis=-1, keepdims=True), 1e-300))
        else:
            accepted = judge.accepts(tail, partial(row_defects, solver, photon_energy, checked, sidebands, problems))
        if accepted:
            return sidebands, judge.change
        sidebands = lengthened(sidebands, solver.sector)
    raise NotConverged(TOO_STRONG)


def checked_energies(photon_energy: float, window: tuple[float, float]) -> Array:
    """A few energies of the window's middle rung at which rows are checked."""
    lowest = photon_energy * np.floor(0.5 * (window[0] + window[1]) / photon_energy)
    return np.asarray(lowest + photon_energy * np.array([0.13, 0.38, 0.61, 0.87]))
