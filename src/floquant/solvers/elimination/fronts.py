"""The order in which a sector's orbitals are eliminated, and what that costs: nested dissection, with fronts merged where that is cheaper.

Contacts and ports stay; all other orbitals are eliminated into them. Without the contacts, the arithmetic is real where H is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector

# Halving goes on to pieces of this size; merging by cost makes the leaves.
SMALLEST = 4
# Seconds a front, a number assembled, and a multiplication with its addition in inverses and in products; complex, real; on one core.
FRONT = 4e-6
NUMBER = {True: 3.6e-9, False: 2.5e-9}
INVERSE = {True: 7.7e-10, False: 3e-10}
OPERATION = {True: 1.9e-10, False: 4.9e-11}
# Number of pivots that are inverted together, see the kernel.
TOGETHER = 32


@dataclass(frozen=True, eq=False)
class Pattern:
    """Every element of E − H that is not zero at some setting, as a symmetric CSR pattern with its diagonal."""

    indptr: Array
    indices: Array
    transposed: Array

    @property
    def size(self) -> int:
        """Number of orbitals."""
        return len(self.indptr) - 1

    def at(self, rows: Array, columns: Array) -> Array:
        """Numbers of these elements, which must be in the pattern."""
        return np.searchsorted(self.keys, np.asarray(rows, np.int64) * self.size + columns)

    @cached_property
    def keys(self) -> Array:
        """row · size + column of every element, ascending."""
        return np.repeat(np.arange(self.size), np.diff(self.indptr)) * self.size + self.indices

    @classmethod
    def of(cls, sector: Sector, with_changes: bool) -> Pattern:
        """The pattern of the sector's H, and of what knobs turn and drive."""
        one, two = static_elements(sector.hamiltonian)[:2]
        size = len(sector.orbitals)
        rows, columns = [one, two, np.arange(size)], [two, one, np.arange(size)]
        if with_changes:
            rows += [sector.rows, sector.columns]
            columns += [sector.columns, sector.rows]
        keys = np.unique(np.concatenate(rows).astype(np.int64) * size + np.concatenate(columns))
        i, j = keys // size, keys % size
        indptr = np.searchsorted(i, np.arange(size + 1)).astype(np.int64)
        return cls(indptr, j, np.searchsorted(keys, j * size + i).astype(np.int64))


def static_elements(hamiltonian: Any) -> tuple[Array, Array, Array]:
    """Rows, columns and values of H's elements, dense or sparse."""
    if isinstance(hamiltonian, np.ndarray):
        rows, columns = np.nonzero(hamiltonian)
        return rows, columns, hamiltonian[rows, columns]
    entries = hamiltonian.tocoo()
    return entries.row.astype(np.int64), entries.col.astype(np.int64), entries.data


@dataclass(frozen=True, eq=False)
class Fronts:
    """Fronts in the order of elimination, as the arrays that the kernel takes; `seconds` for complex and for real numbers, estimated."""

    arrays: tuple[Any, ...]
    seconds: dict[bool, float]
    largest: int


class Ordering:
    """Nested dissection of a pattern around the orbitals that stay; fronts for any number of sidebands."""

    def __init__(self, pattern: Pattern, stay: Array, positions: Array | None) -> None:
        from floquant.solvers.kernels.partition import borders, dissect

        self.pattern, self.stay = pattern, np.asarray(stay, np.int64)
        inner = np.setdiff1d(np.arange(pattern.size), self.stay).astype(np.int64)
        points = np.zeros((1, 1)) if positions is None else np.ascontiguousarray(positions, float)
        found = dissect(pattern.indptr, pattern.indices, inner, points, positions is not None, SMALLEST)
        self.vertices, self.own_begin, self.begin, self.end, self.parent = found
        whole = np.arange(len(self.end) if len(inner) else 0)[::-1]
        _, ptr, order, rank = self._sequence(whole, self.own_begin[whole])
        self.border_size = np.zeros(len(self.end), np.int64)
        self.border_size[whole] = np.diff(borders(pattern.indptr, pattern.indices, order, ptr, rank)[0])
        self.pieces = whole

    def _sequence(self, pieces: Array, begins: Array) -> tuple[Array, Array, Array, Array]:
        """Sizes, pointers, vertices in order, and rank of every vertex, for these pieces; vertices[begins:end] belong to each."""
        sizes = self.end[pieces] - begins
        ptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        parts = [self.vertices[b:e] for b, e in zip(begins, self.end[pieces], strict=True)]
        order = np.concatenate([*parts, self.stay]).astype(np.int64)
        rank = np.full(self.pattern.size, len(pieces), np.int64)
        rank[order[: ptr[-1]]] = np.repeat(np.arange(len(pieces)), sizes)
        return sizes, ptr, order, rank

    @lru_cache(maxsize=16)  # noqa: B019 - an ordering lives as long as its solver
    def fronts(self, rungs: int) -> Fronts:
        """Fronts for ladders of so many rungs: leaves are as large as is cheapest."""
        from floquant.solvers.kernels.partition import borders, places, postorder

        pieces, begins = self._merged(rungs)
        indptr, indices = self.pattern.indptr, self.pattern.indices
        _, ptr, order, rank = self._sequence(pieces, begins)
        turned = postorder(borders(indptr, indices, order, ptr, rank)[2])
        _, ptr, order, rank = self._sequence(pieces[turned], begins[turned])
        border_ptr, border, parent = borders(indptr, indices, order, ptr, rank)
        layout = places(indptr, indices, self.pattern.transposed, order, ptr, border_ptr, border, parent, rank)
        maps, entry_ptr, row, column, element = layout
        used = entry_ptr[-1]
        arrays = (
            ptr, len(self.stay), border_ptr, parent, maps, entry_ptr, row[:used], column[:used], element[:used],
        )  # fmt: skip
        own, around = np.diff(ptr), np.diff(border_ptr)
        seconds = {kind: float(_seconds(own, around, rungs, kind).sum()) for kind in (True, False)}
        largest = int((own + around).max(initial=len(self.stay)))
        return Fronts(arrays, seconds, largest * rungs)

    def _merged(self, rungs: int) -> tuple[Array, Array]:
        """Pieces that are fronts, children first, and where the vertices of each begin."""
        single = _seconds(self.end - self.own_begin, self.border_size, rungs, True)
        merged = _seconds(self.end - self.begin, self.border_size, rungs, True)
        total = single.copy()
        whole = np.zeros(len(self.end), bool)
        for f in range(len(self.end) - 1, -1, -1):
            if merged[f] <= total[f]:
                total[f], whole[f] = merged[f], True
            if self.parent[f] >= 0:
                total[self.parent[f]] += total[f]
        dropped = np.zeros(len(self.end), bool)
        for f in range(1, len(self.end)):
            dropped[f] = dropped[self.parent[f]] or whole[self.parent[f]]
        pieces = self.pieces[~dropped[self.pieces]]
        return pieces, np.where(whole[pieces], self.begin[pieces], self.own_begin[pieces])


def _seconds(own: Array, border: Array, rungs: int, complex_numbers: bool) -> Array:
    """Estimated time of eliminating fronts of these sizes: half of each update, and inverses of few pivots at a time."""
    s, b = own.astype(float) * rungs, border.astype(float) * rungs
    products = s**3 / 3 + s**2 * b / 2 + s * b**2 / 2
    inverses = s * np.minimum(s, TOGETHER) ** 2
    number, inverse, product = NUMBER[complex_numbers], INVERSE[complex_numbers], OPERATION[complex_numbers]
    return np.asarray(FRONT + number * (s + b) ** 2 + inverse * inverses + product * products)
