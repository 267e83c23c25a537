"""Momenta of the Brillouin zone: folded into it, and listed once where several agree."""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell


def folded(momentum: Array) -> Array:
    """The same momenta in [−π, π)."""
    return np.asarray(np.remainder(momentum + np.pi, 2 * np.pi) - np.pi)


def distinct_points(cell: Cell, momentum: Array, energy: Array, digits: int) -> tuple[Array, Array]:
    """Points (k, E) of the bands that differ in so many digits: `first` of each (D,), and `which` of these every point (N,) is.

    Points at k and −k are the same if the bands are.
    """
    place = np.abs(folded(momentum)) if cell.even else folded(momentum)
    key = np.round(np.stack([place, energy / cell.scale], axis=1), digits)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return first, which.reshape(-1)
