"""Directions in space as users give them: "x", "y", "z", or any vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.reading import array_of, finite
from floquant.checks.words import brief
from floquant.errors import BadInput

AXES = ("x", "y", "z")


def unit_vector(direction: Any, what: str) -> Array:
    """A unit vector (3,): of "x", "y", "z", or of a vector of 2 or 3 real numbers whose length does not matter."""
    if isinstance(direction, str) and direction in AXES:
        return np.eye(3)[AXES.index(direction)]
    must = 'must be a direction; give "x", "y", "z" or a vector that is not 0'
    vector = array_of(direction, what, must)
    fits = vector.dtype.kind in "biuf" and vector.shape in ((2,), (3,))
    vector = finite(vector, what) if fits else vector
    length = np.linalg.norm(vector) if fits else 0.0
    if not length:
        raise BadInput(f"{what} is {brief(direction)}, but it {must}.")
    result = np.zeros(3)
    result[: len(vector)] = vector / length
    return result


def direction_name(direction: Array) -> str:
    """ "x", "y", "z", or the numbers."""
    for axis, name in enumerate(AXES):
        if abs(direction[axis] - 1.0) < 1e-12:
            return name
    return "(" + ", ".join(f"{component:.3g}" for component in direction) + ")"
