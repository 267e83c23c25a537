"""Claimed errors of `scatter` hold: a few problems of each family, the quick ones. Many more: tools/check_bounds.py.

The families are what the parts of a bound rest on (reference/bound_families.py).
"""

from __future__ import annotations

import pytest
from reference.bound_families import FAMILIES

from bounds.comparing import outcome, refusal

SEEDS = {
    "random": (0, 5, 8),
    "waves": (0, 2, 6, 8),
    "moving": (0, 4, 5, 7),
    "forced": (0, 2, 3, 6, 7),
    "weak": (0, 1, 2, 3, 4),
    "edges": (0, 3, 4, 5, 7),
    "strong": (0, 2, 5, 6),
    "slow": (0, 1, 2, 3),
    "narrow": (0, 1, 3, 6, 7),
    "continuum": (1, 2, 3, 4),
    "static": (0, 1, 2, 3, 4),
    "wide_sweep": (1, 34),
}
# Of these many problems of each family few are refused.
ASKED = range(200, 205)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_no_true_error_exceeds_its_claim(name: str) -> None:
    for seed in SEEDS[name]:
        found = outcome(name, seed)
        assert not found.refusal
        assert not found.broken, f"seed {seed}: {found.broken}"


def test_few_problems_are_refused() -> None:
    """Those with a knob that turns nothing, or without an open lead, are; none is for want of accuracy."""
    every = [refusal(name, seed) for name in FAMILIES for seed in ASKED]
    refused = [said for said in every if said]
    assert len(refused) <= 0.15 * len(every)
    assert not any(said.startswith("NotConverged") for said in refused)


def test_sidebands_that_one_sector_lacks_are_bounded() -> None:
    """Two sectors, one of which has fewer sidebands."""
    assert not outcome("random", 1124).broken


def test_what_is_driven_deep_inside_is_not_forgotten() -> None:
    """A site that no lead touches is driven far from all bands, and the solver sees the leads' sites only."""
    assert not outcome("forced", 1030).broken
