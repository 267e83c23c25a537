"""Energies on band edges: which edge an energy stands on, and how far from it limits are taken.

On an edge the number of open channels jumps, and rounding would decide on which side an energy lies. What a lead says there is its
limit from the side on which more channels are open, from above where both sides have equally many: the same at both ends of a band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array

ROUNDING = 1e-13  # of the largest edge: energies that differ by less are the same
STEP = 1e-9  # of the width of all bands: nearer to an edge, g from Bloch waves loses its digits
FINE_STEP = 1e-12  # the same of a g in closed form
SHARE = 0.2  # of the distance to the next edge, which a step does not exceed


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges `at` (n,), sorted and distinct; `step` (n,): how far from each its limits are taken.

    `rough` (n,) bool: nearer than a step g loses its digits. `rounding`: so near, the side on which an energy lies is not known.
    """

    at: Array
    step: Array
    rough: Array
    rounding: float

    @classmethod
    def of(cls, energies: Array, rough: Array | None = None) -> Edges:
        """Of a lead with these edges (n,). `rough` (m,): those of bands whose g is no closed form."""
        at = distinct(energies)
        size = float(np.abs(at).max(initial=0.0)) or 1.0
        rounding, gaps = ROUNDING * size, np.concatenate([[np.inf], np.diff(at), [np.inf]])
        room = np.minimum(gaps[1:], gaps[:-1])[: len(at)]
        width = float(at[-1] - at[0]) if len(at) > 1 else size
        is_rough = np.zeros(len(at), bool)
        if rough is not None and len(rough):
            is_rough = np.abs(at[:, None] - rough).min(axis=1) <= rounding
        step = np.minimum(np.where(is_rough, STEP, FINE_STEP) * width, SHARE * room)
        return cls(at, np.maximum(step, 2 * rounding), is_rough, rounding)

    def nearest(self, energies: Array) -> Array:
        """The number of the edge nearest to each energy, 0 where there is none."""
        if len(self.at) < 2:
            return np.zeros(np.shape(energies), int)
        above = np.clip(np.searchsorted(self.at, energies), 1, len(self.at) - 1)
        return above - (np.abs(energies - self.at[above - 1]) <= np.abs(energies - self.at[above]))

    def within(self, energies: Array, reach: Array | float) -> tuple[Array, Array]:
        """The nearest edge of each energy, and whether it is nearer than `reach`, of each edge (n,) or of all: as `energies` in shape."""
        nearest = self.nearest(energies)
        if not len(self.at):
            return nearest, np.zeros(np.shape(energies), bool)
        return nearest, np.abs(energies - self.at[nearest]) < np.broadcast_to(reach, len(self.at))[nearest]

    @property
    def reach(self) -> Array:
        """How near an energy must be to stand on each edge (n,)."""
        return np.where(self.rough, self.step, self.rounding)


def distinct(energies: Array) -> Array:
    """Sorted, with those that differ by rounding only taken as one."""
    energies = np.sort(np.asarray(energies, float))
    keep = np.ones(len(energies), bool)
    keep[1:] = np.diff(energies) > ROUNDING * max(np.abs(energies).max(initial=0.0), 1e-300)
    return energies[keep]
