"""What a ladder's ends see of the waves that enter at one rung: all that a bound of its truncation needs.

With I the rungs inside and O those outside, r = G w the field of the incoming waves, l_n = G† w_n the detectors of rung n, V the drive's
couplings of every harmonic order from inside to outside, φ_r = V r, φ_n = V l_n, X = V G V†, all on the truncated ladder,

    S_full − S = i φ_n† G_OO φ_r   (exact),    Σ over all outgoing channels |ΔS|² = −2 Im φ_r† G_OO φ_r   (exact),

Only ‖G_OO‖ is not known; see `transport.ladder_bound`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.model import Sector


@dataclass(frozen=True, eq=False)
class LadderEnds:
    """Norms over all channels at the upper and the lower end (2).

    `entering` ‖φ_r‖ and `returning` ‖X‖ (pairs, X, 2), `leaving` ‖φ_n‖ (pairs, X, 2, R). `growth` (pairs, X): by how much solving the ladder
    enlarged its rounding. `guessed`: the solver sees its contacts' orbitals only, so that these are estimates.
    """

    entering: Array
    leaving: Array
    returning: Array
    growth: Array
    guessed: bool = False

    def chosen(self, rungs: slice) -> LadderEnds:
        """With these rungs only."""
        return replace(self, leaving=self.leaving[..., rungs])


def guessed_ends(entering: Array, growth: Array, rungs: int, centre: int, size: float) -> LadderEnds:
    """From ‖φ_r‖ (pairs, X, 2) on the contacts' orbitals alone: an estimate.

    ‖φ_n‖ is taken to fall from `size`, a norm of V G, at the ends to ‖φ_r‖ at the centre, geometrically.
    """
    share = np.minimum(np.abs(np.arange(rungs) - centre) / max(centre, 1), 1.0)
    start = np.minimum(entering, size)[..., None]
    leaving = np.where(start > 0, np.maximum(start, 1e-300) ** (1.0 - share) * size**share, 0.0)
    return LadderEnds(entering, leaving, np.full_like(entering, size), growth, guessed=True)


def drive_norm(sector: Sector, problem: int) -> float:
    """A bound of max_t ‖H(t) − its mean‖ at one setting: Σ_k (‖H_k‖ + ‖H_−k‖) by row sums of the elements."""
    size = np.abs(sector.plus[problem]).sum(axis=0) + np.abs(sector.minus[problem]).sum(axis=0)
    rows = np.zeros(len(sector.orbitals))
    np.add.at(rows, sector.rows, size)
    off = sector.rows != sector.columns
    np.add.at(rows, sector.columns[off], size[off])
    return float(rows.max(initial=0.0))


def sector_scale(sector: Sector) -> float:
    """The size of the undriven H: its largest row sum."""
    return float(np.max(np.asarray(abs(sector.hamiltonian).sum(axis=1)), initial=0.0))
