"""Narrow and long devices driven everywhere: one slice after the other, each holding the orbitals at one distance from the first contact.

The cost is linear in the length. Where the block of a slice is singular, the ladder is solved by the dissection, which delays
pivots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.elimination.fronts import Pattern
from floquant.solvers.extended.dissection import DissectionSolver
from floquant.solvers.extended.ladder_by_ladder import REMEMBERED, LadderByLadder, Waves
from floquant.solvers.ladder.contacts import contact_orbitals

# A slice whose inverse is larger than this over ‖H‖ sends its ladder to the dissection.
LARGEST_STEP = 1e4


@dataclass(frozen=True, eq=False)
class Slicing:
    """Slices as the arrays that the kernel takes, and `order`, the contacts' orbitals sorted by slice."""

    arrays: tuple[Any, ...]
    order: Array
    sizes: Array

    @classmethod
    def of(cls, sector: Sector, pattern: Pattern) -> Slicing:
        """Slices by distance from the first contact; the orbitals of one contact count as neighbours, for Σ joins them."""
        contacts = contact_orbitals(sector)
        number = slice_numbers(sector, pattern)
        order = np.argsort(number, kind="stable")
        count = int(number.max()) + 1
        ptr = np.searchsorted(number[order], np.arange(count + 1)).astype(np.int64)
        local = np.empty(len(number), np.int64)
        local[order] = np.arange(len(number)) - ptr[number[order]]
        rows = np.repeat(np.arange(pattern.size), np.diff(pattern.indptr))
        elements = np.arange(len(rows))
        joined = [np.searchsorted(contacts, terminal.orbitals) for terminal in sector.terminals]
        keys = np.unique(np.concatenate([(own[:, None] * len(contacts) + own).ravel() for own in joined]))
        by_slice = np.argsort(number[contacts], kind="stable")
        place = np.argsort(by_slice)
        one, two = keys // len(contacts), keys % len(contacts)
        contact_ptr = np.searchsorted(number[contacts][by_slice], np.arange(count + 1)).astype(np.int64)
        grouped = _grouping(number, local, count)
        arrays = (
            ptr,
            *(grouped(rows, pattern.indices, step, elements) for step in (0, 1, -1)),
            *(grouped(contacts[one], contacts[two], step, place[one], place[two]) for step in (0, 1, -1)),
            contact_ptr, local[contacts][by_slice],
        )  # fmt: skip
        return cls(arrays, by_slice, np.diff(ptr))


def _grouping(number: Array, local: Array, count: int) -> Callable[..., tuple[Array, ...]]:
    """Sorts elements (row, column, values…) by slice, for those whose column is `step` slices further than their row."""

    def grouped(rows: Array, columns: Array, step: int, *values: Array) -> tuple[Array, ...]:
        chosen = np.flatnonzero(number[columns] - number[rows] == step)
        lower = np.minimum(number[rows[chosen]], number[columns[chosen]])
        chosen = chosen[np.argsort(lower, kind="stable")]
        pointers = np.searchsorted(np.sort(lower), np.arange(count + 1)).astype(np.int64)
        return pointers, local[rows[chosen]], local[columns[chosen]], *(v[chosen].astype(np.int64) for v in values)

    return grouped


def slice_numbers(sector: Sector, pattern: Pattern) -> Array:
    """Each orbital's distance from the first contact's, in steps of the pattern, contacts being joined."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path

    size = pattern.size
    rows, columns = [np.repeat(np.arange(size), np.diff(pattern.indptr))], [pattern.indices]
    hubs = len(sector.terminals)
    for hub, terminal in enumerate(sector.terminals):
        rows += [np.full(len(terminal.orbitals), size + hub), terminal.orbitals]
        columns += [terminal.orbitals, np.full(len(terminal.orbitals), size + hub)]
    weight = [np.ones(len(rows[0])), *[np.full(len(r), 0.5) for r in rows[1:]]]
    graph = coo_array(
        (np.concatenate(weight), (np.concatenate(rows), np.concatenate(columns))), shape=(size + hubs, size + hubs)
    ).tocsr()
    distance = shortest_path(graph, indices=size, unweighted=False)[:size]
    return np.asarray(np.rint(distance - 0.5), np.int64)


class SliceSolver(LadderByLadder):
    """Ladders slice by slice."""

    def __init__(self, sector: Sector, remembered: int = REMEMBERED) -> None:
        super().__init__(sector, remembered)
        self.dissection = DissectionSolver(sector)
        self.slicing = Slicing.of(sector, self.dissection.elimination.pattern)
        self.name = f"slices ({len(self.slicing.sizes)} of up to {int(self.slicing.sizes.max())} orbitals)"

    def field(self, problem: int, energies: Array, waves: list[Waves], incoming: Array) -> Array:
        """The sweep over slices, or the dissection where a slice's block cannot be inverted."""
        from floquant.solvers.kernels.slices import sweep

        rungs, q, sources = incoming.shape
        order = self.slicing.order
        elements = self.dissection.elements(problem)
        sigma = np.array([wave.table.self_energy[np.ix_(order, order)] for wave in waves])
        # the time shift that made the elements real is put back on the sources and the field
        turn = np.exp(1j * elements.angle * np.arange(rungs))
        source = np.swapaxes(incoming[:, order] * turn[:, None, None], 0, 1).reshape(q * rungs, sources)
        values = elements.static.astype(complex), elements.dynamic_at, elements.dynamic.astype(complex)
        allowed = LARGEST_STEP / self.dissection.elimination.scale
        field, worst = sweep(
            *self.slicing.arrays, *values, np.ascontiguousarray(energies, float), sigma, source, allowed
        )
        if worst > allowed:
            return self.dissection.field(problem, energies, waves, incoming)
        result = np.empty((q, rungs, sources), complex)
        result[order] = field.reshape(q, rungs, sources) * turn.conj()[:, None]
        return np.swapaxes(result, 0, 1)
