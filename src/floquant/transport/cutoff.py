"""How many sidebands: enough that what lies beyond the ladder no longer matters (see `ladder_bound`, `gap_bound`), judged
at sample energies.

The unitarity that rows of S miss when every incoming energy has a separate ladder −N … N is the difference between the window form and the
Landauer form of a current at that N: it stands in the certificate. (One ladder for all energies conserves particles exactly, however short,
so its rows prove nothing.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Sector
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder, window_rungs
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.zone.refinement import LONG
from floquant.solvers.zone.zone import NODES, WEIGHTS
from floquant.transport.gap_bound import beyond_the_ladder
from floquant.transport.spectrum import Spectrum

# Share of rtol that the ladder's end may use.
SHARE = 0.1
# Settings and energies at which the number is chosen; afterwards it is checked at all of them.
SAMPLE = 24
# Energies of them for ladders that are long already in the window.
FEW = 3
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


@dataclass(frozen=True)
class Demand:
    """What the ladder's ends may change of a current: a share of rtol · flow + atol for the largest flow over a cut, all of it for the
    least, and no more than `ends`, an energy.

    `margin`: how much more than at sample energies they change somewhere, and `fewest` sidebands to begin with, where that is known.
    """

    rtol: float
    atol: float
    ends: float = np.inf
    margin: float = 1.0
    fewest: int = 0

    def excess(self, bounds: Array, flows: Array) -> float:
        """The largest of bounds (P,) over what is allowed for these flows (P, 2), see `flows_over_cuts`."""
        largest, least = (self.rtol * flows + self.atol).T
        allowed = np.minimum(np.minimum(SHARE * largest, least), self.ends)
        return float(np.max(bounds / allowed, initial=0.0))


def choose_sidebands(
    solver: LadderSolver,
    spectrum: Spectrum,
    photon_energy: float,
    window: tuple[float, float],
    problems: int,
    demand: Demand,
) -> tuple[int, float, float]:
    """The smallest number of sidebands for which what lies beyond the ladder meets the demand, judged at sample settings and energies.

    For costly solvers, whose ends are estimates, lengthening must have changed nothing either; what it changed last is returned too (nan
    for the others), and the largest bound over what is allowed.
    """
    sample = np.unique(
        np.linspace(0, problems - 1, min(problems, CHECKED if solver.costly else SAMPLE)).astype(np.int64)
    )
    low, high = window_rungs(window, photon_energy)
    # the rungs of a long ladder are samples themselves
    nodes, shares = np.polynomial.legendre.leggauss(FEW) if high - low >= LONG else (NODES, WEIGHTS)
    epsilon, weights = 0.5 * photon_energy * (nodes[None, :] + 1.0), 0.5 * photon_energy * shares
    if solver.costly:
        epsilon, weights = photon_energy * np.array([[0.29, 0.77]]), np.full(2, 0.5 * photon_energy)
    row = np.zeros(len(sample), dtype=np.int64)
    sidebands, change = max(fewest_sidebands(solver.sector), demand.fewest), np.nan
    refuse_stronger(solver.sector, photon_energy)
    before: Array | None = None
    detectors = Detectors.counting(solver.channels)
    while sidebands <= MOST:
        ladder = ladder_for(photon_energy, window, sidebands, solver.reach)
        values = solver.flows(solver.tabulate(ladder.energies(epsilon)), sample, row, ladder, detectors)
        layout = FlowLayout.of(detectors, ladder)
        passed, ends = (layout.view(values, name).max(axis=1) for name in ("tail", "ends"))
        integrals = np.einsum("pxn,x->pn", values, weights)
        bounds = beyond_the_ladder(solver, ladder, sample, passed, ends, spectrum)
        flows = flows_over_cuts(integrals, layout, detectors)
        excess = demand.excess(bounds, flows)
        accepted = excess * demand.margin <= 1
        if solver.costly:
            total = layout.view(values, "total")
            total = total / np.maximum(total.max(axis=-1, keepdims=True), 1e-300)
            change = np.inf if before is None else float(np.abs(total - before).max(initial=0.0))
            accepted, before = accepted and change <= demand.rtol, total
        if accepted:
            return sidebands, change, excess
        sidebands = lengthened(sidebands, solver.sector)
    raise NotConverged(TOO_STRONG)


def flows_over_cuts(integrals: Array, layout: FlowLayout, detectors: Detectors) -> Array:
    """Unsigned flows into the lead that least flows into, but not nothing, over the cut with the most and that with the least, (P, 2).

    From integrals over the zone (P, n).
    """
    counted = slice(0, layout.n_channel)
    member = (detectors.owner[counted, None] == np.arange(layout.n_group)).astype(float)
    over_cuts = np.einsum("pcj,cb->pbj", layout.view(integrals, "unsigned")[:, counted], member)
    least = np.where(over_cuts > 0, over_cuts, np.inf).min(axis=2, initial=np.inf)
    both = np.stack([over_cuts.max(axis=2, initial=0.0), least], axis=2)
    found = np.where(both > 0, both, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isfinite(found), found, 0.0)


def checked_energies(photon_energy: float, window: tuple[float, float]) -> Array:
    """A few energies of the window's middle rung at which rows are checked."""
    lowest = photon_energy * np.floor(0.5 * (window[0] + window[1]) / photon_energy)
    return np.asarray(lowest + photon_energy * np.array([0.13, 0.38, 0.61, 0.87]))
