"""Energies of which a rung stands on a band edge of a lead: their limits from both sides.

A channel opens there, and T goes as T₀ + c √δ with the distance δ on either side, with another T₀ where the wave that opens is transmitted
at once. What is given is the limit from the side on which more channels are open, from above if both have equally many:

    T₀ = [√δ₂ T(δ₁) − √δ₁ T(δ₂)] / (√δ₂ − √δ₁) = 2 T(δ) − T(4δ),   error = 2 |T(δ) − T(4δ)| of both sides + |T₀ − T₀ of the other side|

The first terms bound what is left of powers of δ from ¼ on, and rounding, which grows as 1/δ. The last is the jump: on an edge to
rounding, an energy may lie on either side of it. One that lies beside the edge for sure, but within a step, has the limit of its own side.
Amplitudes are extrapolated alike; that of the wave that opens goes as δ^{1/4} and keeps fewer digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Lead, Sector
from floquant.transport.sweep import Swept

# Distances of the points on each side, in steps of the edge: the side of the limit first.
DISTANCES = np.array([1.0, 4.0, -1.0, -4.0])
# Rungs on either side of which it is looked beforehand whether they stand on an edge.
EXPECTED = 100


@dataclass(frozen=True, eq=False)
class EdgeLimits:
    """Energies asked for (E,), and what is solved for them: `solved` (X,), of which `first` (E,) stands for each.

    `on_edge` (k,): which of those asked for stand on an edge, `points` (k, 4) what is solved for each of these, `roots` (k, 4) of their
    distances from the edge, and `may_jump` (k,) bool: whether they may lie on its other side.
    """

    solved: Array
    first: Array
    on_edge: Array
    points: Array
    roots: Array
    may_jump: Array

    @classmethod
    def at(cls, energies: Array, standing: Standing) -> EdgeLimits:
        """Around those that stand on an edge, four points instead of one."""
        on_edge = np.flatnonzero(standing.step)
        count = np.ones(len(energies), int)
        count[on_edge] = len(DISTANCES)
        first = np.cumsum(count) - count
        points = first[on_edge, None] + np.arange(len(DISTANCES))
        solved = np.repeat(energies, count)
        own = standing.side[on_edge]
        side = np.where(own != 0, own, np.where(standing.lean[on_edge] < 0, -1, 1))
        edge, shift = standing.edge[on_edge, None], standing.shift[on_edge, None]
        solved[points] = (edge - shift) + (side * standing.step[on_edge])[:, None] * DISTANCES
        # of the rungs as they are rounded: the wanted distances have a few digits only
        roots = np.sqrt(np.abs((solved[points] + shift) - edge))
        return cls(solved, first, on_edge, points, roots, own == 0)

    def limit(self, values: Array) -> Array:
        """Of values (P, X, …) the limits (P, E, …)."""
        if not len(self.on_edge):
            return values
        result = values[:, self.first]
        result[:, self.on_edge] = self._extrapolated(values, 0)
        return result

    def error(self, values: Array) -> Array:
        """Bounds of the error of limits that are not negative, (P, E, …); 0 off the edges."""
        result = np.zeros((len(values), len(self.first), *values.shape[2:]))
        jump = self._left_over(values, 2) + np.abs(self._extrapolated(values, 0) - self._extrapolated(values, 2))
        jump[:, ~self.may_jump] = 0
        result[:, self.on_edge] = self._left_over(values, 0) + jump
        return result

    def _left_over(self, values: Array, first: int) -> Array:
        """2 |T(δ) − T(4δ)| of a side, (P, k, …)."""
        return np.asarray(2 * np.abs(values[:, self.points[:, first]] - values[:, self.points[:, first + 1]]))

    def _extrapolated(self, values: Array, first: int) -> Array:
        """T₀ of a side, (P, k, …)."""
        near, far = self.roots[:, first], self.roots[:, first + 1]
        shape = (-1, *[1] * (values.ndim - 2))
        weight = (near / (far - near)).reshape(shape)
        here, there = values[:, self.points[:, first]], values[:, self.points[:, first + 1]]
        return np.asarray(here + weight * (here - there))

    @property
    def farther(self) -> tuple[Array, Array]:
        """The points of the second distance, and those of the first, (2k,) each."""
        return self.points[:, 1::2].ravel(), self.points[:, ::2].ravel()

    def largest(self, values: Array) -> Array:
        """Of values (…, X) the largest of the points of each energy, (…, E)."""
        return np.maximum.reduceat(values, self.first, axis=-1) if len(self.on_edge) else values

    def worst(self, bounds: Array) -> Array:
        """Of bounds (P, X, …) of errors those of the limits, (P, E, …): 2 T(δ) − T(4δ) adds up three."""
        if not len(self.on_edge):
            return bounds
        result = np.maximum.reduceat(bounds, self.first, axis=1)
        result[:, self.on_edge] *= 3.0
        return result

    @property
    def owner(self) -> Array:
        """Of each energy solved (X,) the number of the one asked for."""
        return np.searchsorted(self.first, np.arange(len(self.solved)), "right") - 1

    def wording(self) -> str:
        """What a result says of them."""
        return (
            f"{len(self.on_edge)} energies with a rung on a band edge: the limit from the side where more channels are open, and the jump "
            f"to the other side in its error"
        )


@dataclass(frozen=True, eq=False)
class Standing:
    """Of energies (E,) those of which a rung stands on an edge, the others have step 0.

    `edge`: the edge, `shift`: the rung less the energy, `step`: how far from the edge limits are taken. `side`: 1 if the rung lies above
    it for sure, −1 below. `lean`: how many more channels are open above than below.
    """

    edge: Array
    shift: Array
    step: Array
    side: Array
    lean: Array

    @classmethod
    def of(cls, energies: Array, ladders: Iterable[tuple[Sector, Array]]) -> Standing:
        """On the edges of all leads of these sectors, whose rungs are the energies shifted by (R,)."""
        found = cls(*(np.zeros(len(energies), kind) for kind in (float, float, float, int, int)))
        for sector, shifts in ladders:
            known: list[Lead] = []
            for lead in (terminal.lead for terminal in sector.terminals):
                if not any(lead.is_like(other) or lead.is_opposite(other) for other in known):
                    known.append(lead)
                    found._add(lead, energies, shifts)
        return found

    def _add(self, lead: Lead, energies: Array, shifts: Array) -> None:
        """What rungs, energies shifted by (R,), stand on of one lead."""
        points, rungs = lead.edge_points(), energies[:, None] + shifts
        nearest, on = points.within(rungs, points.reach)
        if not on.any():
            return
        (where, rung), number = np.nonzero(on), nearest[on]
        edge, step = points.at[number], points.step[number]
        is_new = self.step[where] == 0
        self.edge[where[is_new]], self.shift[where[is_new]] = edge[is_new], shifts[rung[is_new]]
        offset = rungs[on] - edge
        self.side[where] += np.where(np.abs(offset) > points.rounding, np.sign(offset), 0).astype(int)
        np.maximum.at(self.step, where, step)
        np.add.at(self.lean, where, lead.count_open(edge + step) - lead.count_open(edge - step))


def expected_rungs(sector: Sector, photon_energy: float, energies: Array, sidebands: int | None) -> Array:
    """Shifts (R,) of the rungs of a ladder that reaches all edges from these energies, or of the one that is forced."""
    if not photon_energy or not sector.is_driven:
        return np.zeros(1)
    if sidebands is not None:
        return photon_energy * np.arange(-sidebands, sidebands + 1)
    edges = np.array([edge for terminal in sector.terminals for edge in terminal.lead.edges() if np.isfinite(edge)])
    if not len(edges):
        return np.zeros(1)
    low, high = (edges.min() - energies.max()) / photon_energy, (edges.max() - energies.min()) / photon_energy
    first, last = max(np.floor(low), -EXPECTED), min(np.ceil(high), EXPECTED)
    return photon_energy * np.arange(min(first, 0), max(last, 0) + 1)


def solved_beside_edges(
    energies: Array, expected: Iterable[tuple[Sector, Array]], solve: Callable[[Array], list[Swept]]
) -> tuple[EdgeLimits, list[Swept]]:
    """What `solve` finds of all sectors at the energies, and beside the edges on which some of them stand.

    The length of the ladders tells which rungs there are: it is known after a solution only, which is done again if there are edges that
    were not `expected`. A rung that stands on an edge beyond its ladder does no harm.
    """
    standing = Standing.of(energies, expected)
    while True:
        limits = EdgeLimits.at(energies, standing)
        found = solve(limits.solved)
        parts = [each.part for each in found]
        standing = Standing.of(energies, [(part.sector, part.ladder.energies(np.zeros(1))[0]) for part in parts])
        if np.all(np.isin(np.flatnonzero(standing.step), limits.on_edge)):
            return limits, found
