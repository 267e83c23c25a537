"""The mesh: the panels of the Floquet zone on which each setting was solved. Quantities are recorded on it (see `recording`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.zone.zone import NODES, Zone


@dataclass(frozen=True, eq=False)
class Mesh:
    """Panels `index` of 2^`depth` on a segment of the zone, for each problem (a setting), sorted by problem and position.

    All arrays are (panels,).
    """

    zone: Zone
    ladder: Ladder
    problems: int
    problem: Array
    segment: Array
    depth: Array
    index: Array

    @classmethod
    def even(cls, zone: Zone, ladder: Ladder, problems: int, depth: Array) -> Mesh:
        """Every segment halved `depth` (segments,) times, for every problem."""
        each = 1 << depth
        segment = np.repeat(np.arange(len(depth)), each)
        index = np.arange(len(segment)) - np.repeat(np.cumsum(each) - each, each)
        problem = np.repeat(np.arange(problems), len(segment))
        segment, index = np.tile(segment, problems), np.tile(index, problems)
        return cls(zone, ladder, problems, problem, segment, depth[segment], index)

    def __len__(self) -> int:
        return len(self.problem)

    @cached_property
    def begins(self) -> Array:
        """First panel of each problem, and the end: shape (P + 1,)."""
        return np.searchsorted(self.problem, np.arange(self.problems + 1)).astype(np.int64)

    @cached_property
    def left(self) -> Array:
        """Parameter s where each panel begins."""
        return np.asarray(self.index * 0.5**self.depth)

    @cached_property
    def right(self) -> Array:
        """Parameter s where each panel ends."""
        return np.asarray((self.index + 1) * 0.5**self.depth)

    @property
    def edges(self) -> Array:
        """Energies ε where each panel begins and ends, (panels, 2)."""
        return self.zone.energy(self.segment[:, None], np.stack([self.left, self.right], axis=1))

    def chosen(self, which: Array) -> Mesh:
        """These panels only, or in this order."""
        return replace(
            self,
            problem=self.problem[which],
            segment=self.segment[which],
            depth=self.depth[which],
            index=self.index[which],
        )

    def order(self) -> Array:
        """By problem, then by position."""
        return np.lexsort((self.left, self.segment, self.problem))

    def halved(self) -> Mesh:
        """Both halves of every panel."""
        return replace(
            self, problem=np.repeat(self.problem, 2), segment=np.repeat(self.segment, 2), depth=np.repeat(self.depth, 2) + 1,
            index=2 * np.repeat(self.index, 2) + np.tile([0, 1], len(self)),
        )  # fmt: skip

    def problems_from(self, first: int, last: int) -> tuple[Mesh, slice]:
        """The mesh of problems first … last − 1, numbered from 0, and where their panels are."""
        own = slice(int(self.begins[first]), int(self.begins[last]))
        part = replace(
            self, problems=last - first, problem=self.problem[own] - first, segment=self.segment[own], depth=self.depth[own],
            index=self.index[own],
        )  # fmt: skip
        return part, own

    def places(self) -> tuple[Mesh, Array]:
        """Different places of panels, whatever their problem, and which of them each panel is at."""
        keys = np.stack([self.segment, self.depth, self.index], axis=1)
        found, which = np.unique(keys, axis=0, return_inverse=True)
        return replace(
            self, problem=np.zeros(len(found), np.int64), segment=found[:, 0], depth=found[:, 1], index=found[:, 2]
        ), np.ascontiguousarray(which.reshape(-1), dtype=np.int64)

    def nodes(self) -> tuple[Array, Array]:
        """ε at the 16 nodes of each panel, and dε/dx there for x ∈ [−1, 1], (panels, 16) each."""
        width = (0.5**self.depth)[:, None]
        s = (self.index + 0.5 * (NODES[:, None] + 1.0)).T * width
        segment = self.segment[:, None]
        return self.zone.energy(segment, s), self.zone.slope(segment, s) * 0.5 * width


def joined(parts: list[Mesh], problems: int | None = None) -> Mesh:
    """Panels of several meshes of one zone and ladder, one after the other."""
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("problem", "segment", "depth", "index")
    }
    return replace(parts[0], problems=parts[0].problems if problems is None else problems, **arrays)
