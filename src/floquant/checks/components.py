"""Connected components of a graph."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from floquant.checks import Array


def components(nodes: int, edges: Iterable[tuple[Array, Array]]) -> Array:
    """For each node, the lowest node that is connected with it, (nodes,) int.

    Every root is hung below the lowest root among its neighbours, and paths are halved, until nothing changes: about
    log(nodes) rounds of NumPy, without loading scipy.
    """
    pairs = list(edges)
    a = np.concatenate([np.asarray(i, int) for i, _ in pairs]) if pairs else np.zeros(0, int)
    b = np.concatenate([np.asarray(j, int) for _, j in pairs]) if pairs else np.zeros(0, int)
    parent = np.arange(nodes)
    while True:
        low, high = np.minimum(parent[a], parent[b]), np.maximum(parent[a], parent[b])
        if np.array_equal(low, high):
            return parent
        np.minimum.at(parent, high, low)
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
