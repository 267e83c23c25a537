"""What the paper's formulas say if they are taken literally."""

from __future__ import annotations

import numpy as np

from floquant.paper.claims.claim import Claim, judged, vanishes
from floquant.paper.extremum import Extremum
from floquant.paper.ring import AMPLITUDE, bound, pumped


def formula_claims(extremum: Extremum) -> list[Claim]:
    """Eq. (2) and Eq. (7)."""
    return [_doubled(extremum), _reversed(extremum)]


def _doubled(extremum: Extremum) -> Claim:
    """With + h.c. behind the whole sum, ε_j c†c is added to itself: level and drive of the dot are twice what they are called."""
    once, twice = pumped(extremum.flux), pumped(extremum.flux, amplitude=2 * AMPLITUDE)
    ratio = twice / once
    # What the figures show apart from the size: sign, and zeros at integer and half-integer flux.
    same_picture = bool(ratio > 0) and vanishes(pumped(np.array([0.0, 0.5, 1.0]), amplitude=2 * AMPLITUDE))
    return Claim(
        "Eq. (2): + h.c.",
        "Eq. (2)",
        "“+ h.c.” stands behind the whole sum, the levels ε_j included.",
        "largest current if the dot's level is 2 v cos Ωt, over that for v cos Ωt",
        float(ratio),
        float(bound(ratio)),
        "1",
        judged(abs(float(ratio) - 1) < 1e-6, in_substance=same_picture),
        "Taken literally it doubles every level, the driven one included, and the largest current of the figures grows by this "
        "factor; signs and zeros stay. “+ h.c.” belongs to the hoppings alone: here a level is ε_j, and the drive v cos Ωt.",
    )


def _reversed(extremum: Extremum) -> Claim:
    left, right = pumped(extremum.flux, lead="L"), pumped(extremum.flux)
    quotient = left / right
    ratio, error = float(quotient), float(bound(quotient))
    return Claim(
        "Eq. (7): G_LR",
        "Eq. (7)",
        "The transmission from L to R is written with the Green function G_LR.",
        "current if G_LR is read as ⟨L|G|R⟩, over that if read as from L to R",
        ratio,
        error,
        "1",
        judged(abs(ratio - 1) <= error, in_substance=bool(np.isclose(ratio, -1.0, atol=2 * error))),
        "⟨L|G|R⟩ leads from R to L: with this reading every current changes its sign. The paper fixes no absolute sign, so both readings "
        "give its figures up to the colours. Here currents are positive into R and T_RL is from L to R.",
    )
