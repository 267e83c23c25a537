"""The rows of a study, cut into blocks, and blocks into cells.

A cell is what one solve answers, a block what one worker computes at a time. They are cut by the study alone, so that the numbers do not
depend on how many workers there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Blocks of a study, and so files of a run: where there would be more, several solves share a block.
MOST_BLOCKS = 4096


@dataclass(frozen=True)
class Cell:
    """Settings start … stop − 1 of one outer index; all cells of a study are numbered."""

    number: int
    outer: int
    start: int
    stop: int


@dataclass(frozen=True)
class Block:
    """Rows start … stop − 1, in cells of `largest` settings; `settings` rows belong to each outer index."""

    start: int
    stop: int
    settings: int
    largest: int

    def __len__(self) -> int:
        """Number of rows."""
        return self.stop - self.start

    def cells(self) -> Iterator[Cell]:
        """The cells, row after row; the last one of an outer index may be smaller."""
        row, per_outer = self.start, -(-self.settings // self.largest)
        while row < self.stop:
            outer, start = divmod(row, self.settings)
            stop = min(start + self.largest, self.settings, start + self.stop - row)
            yield Cell(outer * per_outer + start // self.largest, outer, start, stop)
            row += stop - start


def cut(outer: int, settings: int, most_settings: int, most_blocks: int = MOST_BLOCKS) -> tuple[Block, ...]:
    """Blocks of `outer` · `settings` rows, whose cells have at most `most_settings` settings.

    A block is one cell if that makes no more than `most_blocks`; else it holds several outer indices as a whole.
    """
    cells = -(-settings // most_settings)
    largest = -(-settings // cells)
    cells_of_a_block = -(-outer * cells // most_blocks)
    if cells > 1 and cells_of_a_block == 1:
        return tuple(
            Block(first * settings + start, first * settings + min(start + largest, settings), settings, largest)
            for first in range(outer)
            for start in range(0, settings, largest)
        )
    step = -(-cells_of_a_block // cells)
    return tuple(
        Block(first * settings, min(first + step, outer) * settings, settings, largest)
        for first in range(0, outer, step)
    )
