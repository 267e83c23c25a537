"""Permutations of the vertices that map one coloured graph onto another: colour refinement, then backtracking.

Colours are refined in both graphs at once: a vertex's next colour is its colour with the labels and colours around it. Where vertices
still share a colour, one is given an image (leads first, then their orbitals), and so on. Branches in which the graphs differ end early.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from floquant.checks import Array
from floquant.symmetry.budget import BRANCH, Budget
from floquant.symmetry.graph import Graph, mixed

# Most permutations that are tried for each way of exchanging leads.
MOST_EACH = 48


@dataclass
class Search:
    """Isomorphisms of `source` to `target`; `complete` tells whether all were seen. The last `leads` vertices are the leads."""

    source: Graph
    target: Graph
    leads: int
    budget: Budget
    complete: bool = True
    found: dict[tuple[int, ...], int] = field(default_factory=dict)

    def permutations(self) -> Iterator[Array]:
        """The image of every vertex, one permutation after another."""
        stack: list[tuple[Array, Array, int, int]] = [(self.source.colour, self.target.colour, -1, -1)]
        while stack:
            self.budget.spend(BRANCH)
            if self.budget.exhausted:
                self.complete = False
                return
            here, there, vertex, image = stack.pop()
            if vertex >= 0:
                here, there = _singled(here, vertex), _singled(there, image)
            refined = self._refine(here, there)
            if refined is None:
                continue
            here, there, order_here, order_there = refined
            cell = self._cell(here, order_here)
            exchanged = self._exchanged(here, there)
            if exchanged is not None and self.found.get(exchanged, 0) >= MOST_EACH:
                self.complete = False
                continue
            if cell is None:
                assert exchanged is not None
                self.found[exchanged] = self.found.get(exchanged, 0) + 1
                result = np.empty(len(here), np.int64)
                result[order_here] = order_there
                yield result
                continue
            vertex = int(cell[0])
            images = np.flatnonzero(there == here[vertex])
            # the vertex itself is last on the stack, and so is tried first
            for image in sorted(images.tolist(), key=lambda v: (v == vertex, -v)):
                stack.append((here, there, vertex, image))

    def _refine(self, here: Array, there: Array) -> tuple[Array, Array, Array, Array] | None:
        """Stable colours and the orders that sort them, or None where the graphs differ."""
        count = 0
        while True:
            order_here, order_there = np.argsort(here), np.argsort(there)
            sorted_here = here[order_here]
            if not np.array_equal(sorted_here, there[order_there]):
                return None
            colours = 1 + int(np.count_nonzero(np.diff(sorted_here)))
            if colours == count or colours == len(here):
                return here, there, order_here, order_there
            count = colours
            self.budget.spend(len(self.source.neighbour) + 4 * len(here))
            here, there = _next(self.source, here), _next(self.target, there)

    def _cell(self, here: Array, order: Array) -> Array | None:
        """The vertices of the colour to split next: a lead's, else the smallest; None if every colour is that of one vertex."""
        starts = np.flatnonzero(np.concatenate([[True], np.diff(here[order]) != 0]))
        sizes = np.diff(np.append(starts, len(here)))
        shared = np.flatnonzero(sizes > 1)
        if not shared.size:
            return None
        cells = [np.sort(order[starts[c] : starts[c] + sizes[c]]) for c in shared[np.argsort(sizes[shared])[:64]]]
        first_lead = len(here) - self.leads
        leads = [np.sort(order[starts[c] : starts[c] + sizes[c]]) for c in shared if order[starts[c]] >= first_lead]
        return leads[0] if leads else cells[0]

    def _exchanged(self, here: Array, there: Array) -> tuple[int, ...] | None:
        """Where each lead goes, if that is settled."""
        of_leads_here, of_leads_there = here[len(here) - self.leads :], there[len(here) - self.leads :]
        if len(np.unique(of_leads_here)) < self.leads:
            return None
        order = np.argsort(of_leads_there)
        return tuple(order[np.searchsorted(of_leads_there[order], of_leads_here)].tolist())


def _next(graph: Graph, colour: Array) -> Array:
    around = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed(graph.label ^ colour[graph.neighbour]))])
    return mixed(colour) + around[graph.first[1:]] - around[graph.first[:-1]]


def _singled(colour: Array, vertex: int) -> Array:
    result = colour.copy()
    result[vertex] = mixed(result[vertex : vertex + 1] ^ np.uint64(0x5851F42D4C957F2D))[0]
    return result
