"""What lies beyond a ladder's end can change no amplitude by more than this.

    |ΔS_n| ≤ d_n = min(a_n a_r, √2 a_r),   a² = Σ over both ends of ‖φ‖²/h
    |ΔT_n| ≤ 2 √T_n d_n + d_n²,            |Σ_n ΔT_n| ≤ Σ_n 2 √T_n d_n + 2 a_r²

(see `solvers.ladder.ends` for φ and ‖X‖). Where an end lies beyond the spectrum, its h = gap − ‖X‖ > 0, and with both this is a proof.
Where they lie inside bands, or a lead does not say where its bands are, ‖G_OO‖ can only be bounded but for energies of a total measure
below the rounding of E: there h is ε ‖A‖, and the bound is an estimate, and called one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ends import LadderEnds
from floquant.transport.edge_rounding import EPSILON, EdgeRounding

# What a bound counts for where a solver sees its contacts' orbitals only.
GUESSED = 10.0
# Rounding of an amplitude over ε times what solving the ladder enlarged it by. Calibrated, so that this part of a bound is an estimate: at
# most 1.1 is needed, on weakly coupled devices; tools/check_bounds.py compares it with extended precision.
ROUNDING = 8.0


@dataclass(frozen=True, eq=False)
class Shift:
    """d_n (P, E, R), and 2 a_r² (P, E): how much amplitudes and the sum of powers may change by the ladder's ends; whether that is
    proven, (P, E). Rounding of amplitudes (P, E, R); and that of their waves' √Γ, of themselves, (E, R)."""

    each: Array
    lost: Array
    rounding: Array
    proven: Array
    of_waves: Array

    @classmethod
    def of(cls, ends: LadderEnds, gaps: Array, size: Array, edges: EdgeRounding, centre: int) -> Shift:
        """From what the ends see, the gaps beyond them (P, E, 2), the size of the energies there (E,), and edges beside rungs, for waves
        that enter at rung `centre`."""
        least = EPSILON * size[..., None]
        room = gaps - ends.returning
        h = np.maximum(room, least)
        # NumPy's sums over short axes are several times slower
        entering = np.einsum("pxe,pxe->px", ends.entering, 1.0 / h)
        leaving = np.einsum("pxer,pxe->pxr", ends.leaving, 1.0 / h)
        lost = 2.0 * entering
        factor = GUESSED if ends.guessed else 1.0
        # no amplitude changes by more than the sum of powers
        each = np.sqrt(entering[..., None] * np.minimum(leaving, 2.0 / factor))
        # without a drive there is nothing beyond
        seen = np.isinf(room) | (((room > least) | (ends.entering == 0)) & (not ends.guessed))
        proven = seen[..., 0] & seen[..., 1]
        rounding = ROUNDING * EPSILON * edges.slope[..., None] * ends.growth
        waves = edges.of_waves + edges.of_waves[..., centre, None]
        return cls(factor * each, factor * lost, rounding, proven, waves)

    def on(self, rungs: slice) -> Shift:
        """Of these rungs."""
        return replace(
            self, each=self.each[..., rungs], rounding=self.rounding[..., rungs], of_waves=self.of_waves[..., rungs]
        )

    def put(self, at: tuple[Array, Array], other: Shift, chosen: Array) -> None:
        """Put the chosen points (K, 1) of another shift into these places; the waves of both are the same."""
        for name in ("each", "lost", "rounding", "proven"):
            getattr(self, name)[at] = getattr(other, name)[chosen, 0]

    def of_powers(self, powers: Array, reflected: int = -1) -> Array:
        """Bounds of |ΔT_n| for T_n (P, E, R), rounding included; `reflected`: the rung at which S has −1 besides what is scattered."""
        roots = np.sqrt(np.maximum(powers, 0.0))
        d = self.each + self.rounded(roots, reflected)
        return np.asarray(d * (2.0 * roots + d))

    def of_sums(self, powers: Array, reflected: int = -1) -> Array:
        """Bounds of |Σ_n ΔT_n| (P, E) for T_n (P, E, R), rounding included."""
        roots = np.sqrt(np.maximum(powers, 0.0))
        rounded = self.rounded(roots, reflected)
        within = 2.0 * np.einsum("pxr,pxr->px", roots, self.each + rounded)
        return np.asarray(within + self.lost + np.einsum("pxr,pxr->px", rounded, rounded))

    def rounded(self, roots: Array, reflected: int = -1) -> Array:
        """Rounding of amplitudes (P, E, R) of these sizes."""
        scattered = roots
        if reflected >= 0:
            scattered = roots.copy()
            scattered[:, :, reflected] += 1.0
        return np.asarray(self.rounding + self.of_waves * scattered)

    def end_alone(self, powers: Array) -> Array:
        """The bound (P, E) of the sum over n without rounding, for T_n (P, E, R) summed over all leads; those of each T_n are less."""
        return np.asarray(2.0 * np.einsum("pxr,pxr->px", np.sqrt(np.maximum(powers, 0.0)), self.each) + self.lost)


def integrated(passed: Array, crossing: float, length: float, rungs: int) -> Array:
    """|∫ ΔT| over a stretch of energies of length L, all incoming rungs together.

    x (1 + ln(R L/x)) + 2π m Σ ‖φ_r‖²,   x = min(8 · crossing · m Σ ‖φ_r‖², L),   ‖φ_y‖ ≤ crossing · m ‖φ_r‖

    `passed` (…) is m Σ ‖φ_r‖², m the number of rungs up to the end, at least 1.

    Independent of how narrow a level beyond the end is: the measure of energies at which a resonance enlarges a product of two fixed
    vectors by 1/s is at most 4 of its size over s. Rigorous for one driven orbital and one harmonic, where the coupling out of the ladder
    has rank 1 and crossing is 2.
    """
    x = np.minimum(8.0 * crossing * passed, length)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(x > 0, 1.0 + np.log(rungs * length / np.where(x > 0, x, 1.0)), 0.0)
    return np.asarray(x * logarithm + 2.0 * np.pi * passed)
