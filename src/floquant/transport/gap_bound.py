"""What lies beyond a ladder's end changes a current little where the end lies beyond all that the device and its leads can hold.

There ‖G_OO‖ ≤ 1/h with h > 0, and of S_full − S = i φ_n† G_OO φ_r, by Cauchy's inequality over waves and over energies,

    |∫ ΔT| ≤ 2 √(L U) a + L a²,   a = Σ over both ends of √(Σ_n ‖φ_n‖² Σ_r ‖φ_r‖²)/h,   h = gap/2 − Σ_k ‖H_k‖

L the length of the zone and U the unsigned flow. Over all waves of all rungs both sums are equal, since G Γ G† = G† Γ G. Solvers say
m Σ ‖φ_r‖² for the waves from the window away from the end, m the rungs up to it: it stands for the sum over detectors, which reach
nearer to the end. ‖X‖ (see `ladder_bound`) is taken to be less than half the gap and the drive's norm. Both are estimates, with room to
spare: where `ladder_bound.integrated` is a proof, for one driven orbital and one harmonic, it is used alone.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ends import drive_norm
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.transport.ladder_bound import integrated
from floquant.transport.spectrum import Spectrum

# `LadderSolver.crossing` where the bound that holds for any spectrum is a proof.
PROVEN = 2.0


def beyond_the_ladder(
    solver: LadderSolver, ladder: Ladder, settings: Array, passed: Array, unsigned: Array, spectrum: Spectrum
) -> Array:
    """How much what lies beyond the ladder's ends may change a current, (P,), in energy.

    `settings` (P,), `passed` (P, 2) is the largest m Σ ‖φ_r‖² at a node, above and below, and `unsigned` (P,) the largest unsigned flow.
    Twice the bound of the waves that leave the ladder, for those that would come from beyond it.
    """
    anywhere = 2.0 * integrated(passed, solver.crossing, ladder.photon_energy, ladder.rungs).sum(axis=1)
    if solver.crossing <= PROVEN or not ladder.photon_energy:
        return np.asarray(anywhere)
    above, below = (ladder.photon_energy * np.array([rung]) for rung in (ladder.lowest + ladder.rungs, ladder.lowest))
    gaps = spectrum.gaps(above, below)[settings, 0]
    drive = np.array([0.5 * drive_norm(solver.sector, int(p)) for p in settings])
    return np.minimum(anywhere, 2.0 * _in_a_gap(passed, gaps, drive, unsigned, ladder))


def _in_a_gap(passed: Array, gaps: Array, drive: Array, unsigned: Array, ladder: Ladder) -> Array:
    """The bound of the module, (P,); infinite where an end is not beyond the spectrum."""
    room = 0.5 * gaps - drive[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(room > 0, passed / (np.sqrt(max(ladder.first, 1)) * room), np.inf)
    a = np.where(passed > 0, each, 0.0).sum(axis=1)
    length = ladder.photon_energy
    return np.asarray(2.0 * np.sqrt(length * unsigned) * a + length * a**2)


def largest_of(integrals: Array, layout: FlowLayout) -> Array:
    """The largest unsigned flow over any cut into all leads together, (P,), from integrals over the zone (P, n)."""
    counted = layout.view(integrals, "unsigned")[:, : layout.n_channel]
    return np.asarray(counted.sum(axis=1).max(axis=1, initial=0.0))
