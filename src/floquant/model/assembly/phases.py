"""exp(2πi·turns), to the last digit where it matters."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks import Array


def unit_phase(turns: Any) -> Array:
    """exp(2πi·turns), exactly ±1 and ±i at quarters, and exactly periodic and odd in its phase."""
    turns = np.asarray(turns, float)
    rest = turns - np.rint(turns)
    quarter = np.rint(4 * rest)
    angle = 2 * np.pi * (rest - quarter / 4)
    quarters = np.array([1, 1j, -1, -1j])[quarter.astype(int) % 4]
    return np.asarray((np.cos(angle) + 1j * np.sin(angle)) * quarters)


def phase_deviation(turns: Any) -> Array:
    """exp(2πi·turns) − 1 without cancellation."""
    angle = np.pi * np.asarray(turns, float)
    return 2j * np.sin(angle) * (np.cos(angle) + 1j * np.sin(angle))
