"""What lies beyond a ladder's ends changes a current little where both ends lie beyond all that the device and its leads can hold.

There ‖G_OO‖ ≤ 1/h, h > 0, and every open wave enters and leaves inside the ladder. The current into a lead is the integral of
Σ_nr (f_r − f_n) |S_nr|², n its outgoing waves. With ΔS_nr = i φ_n† G_OO φ_r, f_r − ½ and f_n − ½ of size ½ at most, and ‖S‖ ≤ 1,

    |Σ_nr (f_r − f_n) 2 Re S_nr* ΔS_nr| ≤ 2 √(Σ_n ‖φ_n‖²) √(Σ_r ‖φ_r‖²)/h ≤ 2 a²,   Σ_nr |ΔS_nr|² ≤ a⁴,   a² = Σ_r ‖φ_r‖²/h

summed over both ends and all waves of all rungs: for these Σ_n ‖φ_n‖² = Σ_r ‖φ_r‖², since G Γ G† = G† Γ G.

‖X‖ of h = gap − ‖X‖ (see `ladder_bound`) is not recorded. It is taken to be less than half the gap and the drive's norm: an estimate.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ends import drive_norm
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.transport.ladder_bound import integrated
from floquant.transport.spectrum import Spectrum
from floquant.transport.windows import hull

# `LadderSolver.crossing` where the bound that holds for any spectrum is a proof.
PROVEN = 2.0


def beyond_the_ladder(
    solver: LadderSolver, ladder: Ladder, settings: Array, passed: Array, ends: Array, spectrum: Spectrum
) -> Array:
    """How much what lies beyond the ladder's ends may change a current, (P,), in energy: by the bound that is the smaller.

    `settings` (P,), `passed` and `ends` (P, 2) the largest of `FlowLayout`'s tail and ends at a node. `integrated` counts twice: for waves
    that leave the ladder and for those that would come from beyond it.
    """
    anywhere = 2.0 * integrated(passed, solver.crossing, ladder.photon_energy, ladder.rungs).sum(axis=1)
    closed_beyond = np.isfinite(hull(solver.sector)).all()  # a wide band is open at every energy
    if solver.crossing <= PROVEN or not (solver.sees_the_drive and closed_beyond and ladder.photon_energy):
        return np.asarray(anywhere)
    # The nearest energies of the first rungs outside; steps laid over the rungs leave out as many more as the solver reaches farther.
    above, below = ladder.lowest + ladder.rungs - solver.reach, ladder.lowest + solver.reach
    gaps = spectrum.gaps(*(ladder.photon_energy * np.array([rung]) for rung in (above, below)))[settings, 0]
    drive = np.array([0.5 * drive_norm(solver.sector, int(p)) for p in settings])
    room = 0.5 * gaps - drive[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(ends > 0, np.where(room > 0, ends / room, np.inf), 0.0).sum(axis=1)
    return np.minimum(anywhere, ladder.photon_energy * (2.0 * a + a**2))
