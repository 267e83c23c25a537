"""What the leads of all programs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.numbers import sign_of
from floquant.errors import BadInput


def checked_direction(direction: Any) -> int:
    """+1 or −1."""
    return sign_of(direction, "The direction of a lead", "cells follow along the lattice vector")


def nearest_cells_only(blocks: Mapping[int, Array], owner: str, larger: str) -> None:
    """Raises `BadInput` unless ⟨cell 0|H|cell r⟩ is zero for all r > 1. `larger`: how to make a cell of {cells} cells."""
    reach = max((abs(r) for r, block in blocks.items() if np.any(block)), default=0)
    if reach > 1:
        raise BadInput(
            f"{owner} has hoppings that reach {reach} cells, but those of a lead reach the next cell only; give a cell of {reach} "
            f"of them, as {larger.format(cells=reach)}."
        )
