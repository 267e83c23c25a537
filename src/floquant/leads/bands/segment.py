"""Segments: all bands between two nodes, as polynomials of degree 7 through energies and three derivatives at both ends.

    left      right      t = 0 … 1 from left to right. A level on the left goes on into the one on the right with the most
    1 ●─╮    ╭─● 1       similar state, its `partner`: bands cross, and need not keep their order.
         ╲  ╱
          ╳              Here partner = [1, 0]: the lower level on the left goes on into the upper one on the right.
         ╱  ╲
    0 ●─╯    ╰─● 0

Their distance from the polynomials of degree 5, which leave the third derivatives out, says how far they can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.levels import ALIKE, DEGENERATE, Node
from floquant.leads.cell import Cell

Interval = tuple[float, float]  # of momentum: what identifies a segment

FINEST = 1e-7  # of momentum: a segment this narrow is not split again
SAMPLES = 17  # of every band in a segment
CERTAIN = 0.6  # of a state must continue into one level on the other side, or the continuation is uncertain
SURE = 4  # a slope has a sign if it differs from 0 by this many differences of the two polynomials
STILL = 1e-12  # slower than this, in units of `scale`, a band stands still


@dataclass(frozen=True, eq=False)
class Segment:
    """All bands from one node to another; `partner` (c,): the band on the right that continues each band on the left.

    `certain`: every state on the left is nearly one state on the right, so that there is no choice.
    """

    left: Node
    right: Node
    partner: Array
    certain: bool

    @property
    def interval(self) -> Interval:
        """The momenta at both ends."""
        return self.left.momentum, self.right.momentum

    @property
    def width(self) -> float:
        """Of momentum."""
        return self.right.momentum - self.left.momentum

    @cached_property
    def coefficients(self) -> Array:
        """Of the polynomials in t = (k − left)/width, (8, c), lowest power first."""
        return _interpolation(8) @ self._derivatives_at_ends(4)

    def sampled(self, derivative: int) -> Array:
        """dⁿE/dtⁿ of all bands, (SAMPLES, c)."""
        return np.asarray(_at_samples(derivative) @ self.coefficients)

    def is_plain(self, cell: Cell) -> bool:
        """Whether it need not be split: it is the narrowest, or no extremum can hide in it."""
        return self.width <= FINEST or (self.certain and self._has_slope_or_curvature(cell))

    def _has_slope_or_curvature(self, cell: Cell) -> bool:
        """Whether everywhere each band has a slope or a curvature that is surely not zero, or stands still."""
        lower = _interpolation(6) @ self._derivatives_at_ends(3)
        pairs = [(self.sampled(n), _at_samples(n)[:, :6] @ lower) for n in (1, 2)]
        slope, bend = (np.abs(fine) > SURE * np.abs(fine - coarse).max(axis=0) for fine, coarse in pairs)
        still = np.abs(self.sampled(1)) < self.standstill(cell) * self.width
        return bool(np.all(slope | bend | still))

    def standstill(self, cell: Cell) -> float:
        """The velocity dE/dk below which a band stands still, to rounding of its energies at least."""
        return max(STILL * cell.scale, 1e-14 * np.abs(cell.levels).max() / self.width)

    def _derivatives_at_ends(self, orders: int) -> Array:
        """dⁿE/dtⁿ of all bands, n < `orders`, on the left and then on the right, (2·orders, c)."""
        ends = []
        for end, order in ((self.left, slice(None)), (self.right, self.partner)):
            derivatives = (end.energy, end.velocity, end.curvature, end.third)
            ends += [derivatives[n][order] * self.width**n for n in range(orders)]
        return np.array(ends)


def segment(cell: Cell, left: Node, right: Node) -> Segment:
    """The bands between two nodes, continued by the overlap of their states."""
    overlap = np.abs(left.states.conj().T @ right.states) ** 2
    partner = np.argmax(overlap, axis=1)
    alike = np.abs(right.energy[:, None] - right.energy) < DEGENERATE * cell.scale
    if np.count_nonzero(alike) > len(alike):  # states of equal energy and velocity can be chosen freely
        alike &= np.abs(right.velocity[:, None] - right.velocity) < ALIKE * cell.scale
        overlap = overlap @ alike
    if len(np.unique(partner)) < len(partner):
        # equal states leave a choice; otherwise only the narrowest segment is used without a certain continuation
        if np.all(alike == np.eye(len(alike), dtype=bool)) and right.momentum - left.momentum > FINEST:
            return Segment(left, right, partner, certain=False)
        from scipy.optimize import linear_sum_assignment

        partner = linear_sum_assignment(-overlap)[1]
    share = np.take_along_axis(overlap, partner[:, None], axis=1)
    return Segment(left, right, partner, bool(np.all(share > CERTAIN)))


def polynomial_powers(t: Array, derivative: int) -> Array:
    """The derivatives of 1, t, …, t⁷ at points t (n,), shape (n, 8)."""
    exponent = np.arange(8)
    factor = np.ones(8)
    for n in range(derivative):
        factor = factor * (exponent - n)
    return np.asarray(factor * t[:, None] ** np.maximum(exponent - derivative, 0))


@lru_cache
def _at_samples(derivative: int) -> Array:
    """`polynomial_powers` at SAMPLES points from 0 to 1."""
    return polynomial_powers(np.linspace(0, 1, SAMPLES), derivative)


@lru_cache
def _interpolation(conditions: int) -> Array:
    """From derivatives at t = 0, then at t = 1, to the coefficients of the polynomial with as many."""
    orders = range(conditions // 2)
    rows = [polynomial_powers(np.array([end]), n)[0, :conditions] for end in (0.0, 1.0) for n in orders]
    return np.linalg.inv(np.array(rows))
