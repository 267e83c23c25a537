"""The bands between two momenta: polynomials of degree 7 through energies and three derivatives at both ends.

Their distance from the polynomials of degree 5, which leave the third derivatives out, says how far they can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.levels import ALIKE, DEGENERATE, Node
from floquant.leads.cell import Cell

FINEST = 1e-7  # a stretch of momentum that is not split again
SAMPLES = 17  # of every band in a stretch
CERTAIN = 0.6  # of a state goes on into one level on the other side, or it is not known how bands continue
SURE = 4  # by so many differences of the two polynomials a slope must differ from 0 to have a sign
STILL = 1e-12  # slower than this, in units of `scale`, a band stands still


@dataclass(frozen=True, eq=False)
class Stretch:
    """All bands from one node to another; `partner` (c,): the band on the right that continues each band on the left."""

    left: Node
    right: Node
    partner: Array
    certain: bool

    @property
    def width(self) -> float:
        """Of momentum."""
        return self.right.momentum - self.left.momentum

    @cached_property
    def coefficients(self) -> Array:
        """Of the polynomials in t = (k − left)/width, (8, c), lowest power first."""
        return _through(8) @ self._data(4)

    def sampled(self, derivative: int) -> Array:
        """dⁿE/dtⁿ of all bands, (SAMPLES, c)."""
        return np.asarray(_at_samples(derivative) @ self.coefficients)

    def plain(self, cell: Cell) -> bool:
        """Whether everywhere each band has a slope or a curvature that is surely not zero: then no extremum can hide."""
        lower = _through(6) @ self._data(3)
        pairs = [(self.sampled(n), _at_samples(n)[:, :6] @ lower) for n in (1, 2)]
        slope, bend = (np.abs(fine) > SURE * np.abs(fine - coarse).max(axis=0) for fine, coarse in pairs)
        still = np.abs(self.sampled(1)) < self.still(cell) * self.width
        return bool(np.all(slope | bend | still))

    def still(self, cell: Cell) -> float:
        """What is slower stands still, or does so to rounding of its energies."""
        return max(STILL * cell.scale, 1e-14 * np.abs(cell.levels).max() / self.width)

    def _data(self, orders: int) -> Array:
        ends = []
        for end, order in ((self.left, slice(None)), (self.right, self.partner)):
            derivatives = (end.energy, end.velocity, end.curvature, end.third)
            ends += [derivatives[n][order] * self.width**n for n in range(orders)]
        return np.array(ends)


def stretch(cell: Cell, left: Node, right: Node) -> Stretch:
    """The bands between two nodes, continued by the overlap of their states."""
    overlap = np.abs(left.states.conj().T @ right.states) ** 2
    partner = np.argmax(overlap, axis=1)
    alike = np.abs(right.energy[:, None] - right.energy) < DEGENERATE * cell.scale
    if np.count_nonzero(alike) > len(alike):  # states of equal energy and velocity are a matter of choice
        alike &= np.abs(right.velocity[:, None] - right.velocity) < ALIKE * cell.scale
        overlap = overlap @ alike
    if len(np.unique(partner)) < len(partner):
        # between equal states a choice is left; else only the narrowest stretch is used as it is
        if np.all(alike == np.eye(len(alike), dtype=bool)) and right.momentum - left.momentum > FINEST:
            return Stretch(left, right, partner, certain=False)
        from scipy.optimize import linear_sum_assignment

        partner = linear_sum_assignment(-overlap)[1]
    share = np.take_along_axis(overlap, partner[:, None], axis=1)
    return Stretch(left, right, partner, bool(np.all(share > CERTAIN)))


def powers(t: Array, derivative: int) -> Array:
    """The derivatives of 1, t, …, t⁷ at points t (n,), shape (n, 8)."""
    exponent = np.arange(8)
    factor = np.ones(8)
    for n in range(derivative):
        factor = factor * (exponent - n)
    return np.asarray(factor * t[:, None] ** np.maximum(exponent - derivative, 0))


@lru_cache
def _at_samples(derivative: int) -> Array:
    return powers(np.linspace(0, 1, SAMPLES), derivative)


@lru_cache
def _through(conditions: int) -> Array:
    """From derivatives at t = 0, then at t = 1, to the coefficients of the polynomial with as many."""
    orders = range(conditions // 2)
    rows = [powers(np.array([end]), n)[0, :conditions] for end in (0.0, 1.0) for n in orders]
    return np.linalg.inv(np.array(rows))
