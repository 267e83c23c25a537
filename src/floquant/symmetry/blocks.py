"""A driven device as a list of blocks between nodes, which symmetries permute.

A node is an orbital, or a pair ↑, ↓ where there is spin: a block is k × k, k = 1 or 2. A channel is what a block belongs to:
harmonic n of H(t), of charge n (a shift of time by θ/Ω multiplies it by e^{−inθ}), or a matrix of a lead's interior, of charge 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array


@dataclass(frozen=True, eq=False)
class Blocks:
    """Blocks `values` (e, k, k) from node `column` to node `row` in `channel`, sorted by key, each key once.

    With a block, every list holds its adjoint, in the channel of the adjoint.
    """

    row: Array
    column: Array
    channel: Array
    values: Array
    nodes: int
    channels: int

    def __len__(self) -> int:
        return len(self.row)

    def find(self, row: Array, column: Array, channel: Array) -> Array:
        """The places of these blocks in the list; −1 for a block that is not in it."""
        wanted = self._keys_of(row, column, channel)
        where = np.minimum(np.searchsorted(self.keys, wanted), max(len(self) - 1, 0))
        return np.where(self.keys[where] == wanted, where, -1)

    @cached_property
    def keys(self) -> Array:
        """One number for each block, ascending."""
        return self._keys_of(self.row, self.column, self.channel)

    def _keys_of(self, row: Array, column: Array, channel: Array) -> Array:
        return (row.astype(np.int64) * self.nodes + column) * self.channels + channel


class Collector:
    """Single elements, to be gathered into blocks of k × k."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pieces: list[tuple[Array, Array, Array, Array]] = []

    def add(self, rows: Any, columns: Any, channel: Any, values: Any) -> None:
        """Elements ⟨row|…|column⟩ by orbital numbers; several at one place add up."""
        rows, columns = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
        channel = np.broadcast_to(np.asarray(channel, np.int64), rows.shape)
        self.pieces.append((rows, columns, channel, np.broadcast_to(np.asarray(values, complex), rows.shape)))

    def matrix(self, rows: Array, columns: Array, channel: int, values: Array, whole: bool = False) -> None:
        """The elements of a small matrix that are not zero, on these orbitals; `whole`: all of them."""
        i, j = np.indices(values.shape).reshape(2, -1) if whole else np.nonzero(values)
        self.add(rows[i], columns[j], channel, values[i, j])

    def blocks(self, nodes: int, channels: int, negligible: Array, inside: Array) -> Blocks:
        """All of them between nodes `inside` (mask).

        A block below `negligible[channel]` is rounding and left out, unless it is on the diagonal of channel 0.
        """
        k = self.size
        rows, columns, channel, values = (np.concatenate(parts) for parts in zip(*self.pieces, strict=True))
        keys = ((rows // k) * nodes + columns // k) * channels + channel
        unique, back = np.unique(keys, return_inverse=True)
        result = np.zeros((len(unique), k, k), complex)
        np.add.at(result, (back.ravel(), rows % k, columns % k), values)
        pair, own = np.divmod(unique, channels)
        row, column = np.divmod(pair, nodes)
        keep = (np.abs(result).max(axis=(1, 2)) > negligible[own]) | ((own == 0) & (row == column))
        keep &= inside[row] & inside[column]
        return Blocks(row[keep], column[keep], own[keep], result[keep], nodes, channels)
