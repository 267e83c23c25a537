"""How the points of a study are laid out: rows, blocks of rows, and the points of each row.

    row = outer · (number of settings) + setting

Outer dims (arguments of the device, photon energy) ask for another solve; the other row dims (knobs, drive) are settings of one. What is
left are points: energies or reservoirs at which a solved row is read. A block is a range of rows. Blocks are cut by the study alone, so
that the numbers do not depend on how many workers there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.study.description.axes import Axes
from floquant.study.description.roles import INNER, OUTER

# Blocks of a study, and so files of a run: more rows than that share blocks.
MOST_BLOCKS = 4096


@dataclass(frozen=True)
class Cell:
    """Settings start … stop − 1 of one outer index: what one solve answers."""

    outer: int
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Layout:
    """Rows and points of these axes, cut into solves of at most `settings` settings."""

    axes: Axes
    settings: int

    @cached_property
    def outer(self) -> tuple[str, ...]:
        """Dims that ask for another solve."""
        return self.axes.dims_of(*OUTER)

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """Dims that are settings of one solve."""
        return tuple(dim for dim in self.axes.dims_of(*INNER) if dim not in self.outer)

    @cached_property
    def rows(self) -> tuple[int, int]:
        """Number of outer indices, and of settings of each."""
        return self.size(self.outer), self.size(self.inner)

    def size(self, dims: tuple[str, ...]) -> int:
        """Number of points over these dims."""
        return int(np.prod([self.axes.sizes[dim] for dim in dims], dtype=int))

    def points(self, needs: str) -> tuple[str, ...]:
        """Dims of an observable that are not row dims: of the reservoirs, or of the energy (the Fermi energy where there is none)."""
        if needs == "reservoirs":
            dims = self.axes.dims_of("reservoir")
        else:
            dims = self.axes.items[self.energy].dims
        row = (*self.outer, *self.inner)
        return tuple(dim for dim in self.axes.dims if dim in dims and dim not in row)

    @property
    def energy(self) -> str:
        """Name of the axis at which energy-resolved observables are taken."""
        return "energy" if "energy" in self.axes.items else "fermi_energy"

    def outer_index(self, outer: int) -> dict[str, int]:
        """Position along each outer dim."""
        sizes = [self.axes.sizes[dim] for dim in self.outer]
        return {dim: int(i) for dim, i in zip(self.outer, np.unravel_index(outer, sizes) if sizes else (), strict=True)}

    @cached_property
    def blocks(self) -> tuple[range, ...]:
        """Ranges of rows; a block lies within one outer index, or holds whole ones."""
        outer, inner = self.rows
        pieces = -(-inner // self.settings)
        together = -(-outer * pieces // MOST_BLOCKS)
        if pieces > 1 and together == 1:
            # equal pieces, the last one shorter
            size = -(-inner // pieces)
            return tuple(
                range(o * inner + s, o * inner + min(s + size, inner))
                for o in range(outer)
                for s in range(0, inner, size)
            )
        step = -(-together // pieces)
        return tuple(range(o * inner, min(o + step, outer) * inner) for o in range(0, outer, step))

    def cells(self, block: range) -> Iterator[Cell]:
        """The solves of a block."""
        _, inner = self.rows
        pieces = -(-inner // self.settings)
        size = -(-inner // pieces)
        row = block.start
        while row < block.stop:
            outer, start = divmod(row, inner)
            stop = min(start + size, inner, start + block.stop - row)
            yield Cell(outer, start, stop)
            row += stop - start

    def told(self, block: range) -> str:
        """Which rows a block holds, for a message."""
        rows = (*self.outer, *self.inner)
        sizes = [self.axes.sizes[dim] for dim in rows]
        ends = [
            dict(zip(rows, np.unravel_index(row, sizes) if sizes else (), strict=True)) for row in (block[0], block[-1])
        ]
        found = []
        for axis in self.axes.items.values():
            if axis.role in (*OUTER, *INNER) and axis.dims:
                first, last = (axis.values[tuple(end[dim] for dim in axis.dims)] for end in ends)
                found.append(f"{axis.name} = {first}" + ("" if first == last else f" … {last}"))
        return ", ".join(found) or "the only one"
