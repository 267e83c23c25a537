"""Claimed errors of `dc_current` hold, on ladders that floquant chooses and on ladders that are too short. More: tools/check_bounds.py."""

from __future__ import annotations

import pytest

from bounds.currents import current_outcome

PROBLEMS = [
    ("several_harmonics", 0, None), ("several_harmonics", 1, None), ("several_harmonics", 2, None),
    ("several_harmonics", 0, 2), ("several_harmonics", 1, 4), ("several_harmonics", 5, 1), ("several_harmonics", 6, 3),
    ("level_beyond", 1, None), ("level_beyond", 1, 4), ("level_beyond", 2, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "seed", "sidebands"), PROBLEMS)
def test_no_true_current_is_off_by_more_than_its_claim(name: str, seed: int, sidebands: int | None) -> None:
    found = current_outcome(name, seed, sidebands)
    assert not found.refusal
    assert found.worst <= 1.0, f"{found.true} claimed {found.claimed}"
