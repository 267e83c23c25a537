"""Phases and rotations of spin carried along a tree of strong blocks, so that only those of its root are unknown.

    u_i X = z^n Y u_j with unitary u   ⇒   the same holds of the unitary parts V of X and Y:   u_j = z^{−n} V_Y† u_i V_X

With u_j = z^{q_j} L_j u R_j, u the root's, every block becomes   u X̃ = z^m Ỹ u′,   X̃ = R_i X R_j†,  Ỹ = L_i† Y L_j,  m = n + q_j − q_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.symmetry.blocks import Blocks
from floquant.symmetry.problem import Problem

# A block whose smallest singular value is below this share of its largest cannot carry a rotation of spin.
SINGULAR = 1e-6


@dataclass(frozen=True, eq=False)
class Tree:
    """For each step outwards from the roots: the blocks (source indices) that lead to its nodes.

    `root` (nodes,): number of the root of each node; `charge` (nodes,): q; `carried` (nodes, k, k): R.
    """

    steps: tuple[Array, ...]
    roots: int
    root: Array
    charge: Array
    carried: Array

    def images(self, blocks: Blocks, images: Array) -> Array:
        """L (nodes, k, k), for the images Y of all blocks."""
        k = images.shape[-1]
        result = np.broadcast_to(np.eye(k, dtype=complex), (blocks.nodes, k, k)).copy()
        for step in self.steps:
            turned = np.conj(np.swapaxes(unitary_part(images[step]), 1, 2))
            result[blocks.column[step]] = turned @ result[blocks.row[step]]
        return result


def tree_of(problem: Problem, blocks: Blocks) -> Tree:
    """A spanning forest of the strongest blocks of a source that can be inverted."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

    nodes = blocks.nodes
    quality = _quality(blocks) / problem.scales[blocks.channel]
    useful = np.flatnonzero((quality > 0) & (blocks.row != blocks.column))
    pair = blocks.row[useful] * nodes + blocks.column[useful]
    order = np.lexsort((-quality[useful], pair))
    useful = useful[order][np.diff(pair[order], prepend=-1) != 0]  # the best block of each pair
    weight = 3.0 - quality[useful] / max(quality[useful].max(initial=0.0), 1e-300)
    ends = (blocks.row[useful], blocks.column[useful])
    forest = minimum_spanning_tree(coo_array((weight, ends), shape=(nodes, nodes)).tocsr())
    count, label = connected_components(forest, directed=False)
    kept = forest.tocoo()
    both = (np.concatenate([kept.row, kept.col]), np.concatenate([kept.col, kept.row]))
    undirected = coo_array((np.ones(len(both[0])), both), shape=(nodes, nodes)).tocsr()
    parent, depth = np.full(nodes, -1), np.zeros(nodes, int)
    for root in np.unique(label, return_index=True)[1]:
        if undirected.indptr[root] == undirected.indptr[root + 1]:
            continue
        reached, before = breadth_first_order(undirected, root, directed=False)
        parent[reached[1:]] = before[reached[1:]]
        for node in reached[1:]:
            depth[node] = depth[parent[node]] + 1
    children = np.flatnonzero(parent >= 0)
    where = np.searchsorted(blocks.row[useful] * nodes + blocks.column[useful], parent[children] * nodes + children)
    leading = useful[where]
    rank = np.argsort(depth[children], kind="stable")
    cuts = np.flatnonzero(np.diff(depth[children][rank])) + 1
    steps = tuple(np.split(leading[rank], cuts)) if len(children) else ()
    charge = np.zeros(nodes, int)
    k = problem.k
    carried = np.broadcast_to(np.eye(k, dtype=complex), (nodes, k, k)).copy()
    for step in steps:
        i, j = blocks.row[step], blocks.column[step]
        charge[j] = charge[i] - problem.charges[blocks.channel[step]]
        carried[j] = carried[i] @ unitary_part(blocks.values[step])
    return Tree(steps, int(count), label, charge, carried)


def unitary_part(values: Array) -> Array:
    """V of X = V·P, P positive: (e, k, k)."""
    if values.shape[-1] == 1:
        size = np.abs(values)
        return np.where(size > 0, values / np.where(size > 0, size, 1.0), 1.0)
    left, _, right = np.linalg.svd(values)
    return np.asarray(left @ right)


def _quality(blocks: Blocks) -> Array:
    """The smallest singular value of each block; 0 for one that cannot be inverted."""
    if blocks.values.shape[-1] == 1:
        return np.abs(blocks.values[:, 0, 0])
    if not len(blocks):
        return np.zeros(0)
    singular = np.linalg.svd(blocks.values, compute_uv=False)
    return np.where(singular[:, 1] > SINGULAR * singular[:, 0], singular[:, 1], 0.0)
