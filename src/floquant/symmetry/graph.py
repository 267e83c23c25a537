"""Two coloured graphs whose isomorphisms hold every symmetry of a kind: what no phase and no rotation of spin can change.

An edge carries the singular values of its blocks, channel by channel; a node the eigenvalues of its level. Each lead has one more
node, so that the orbitals of a lead are mapped to one lead together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.symmetry.blocks import Blocks
from floquant.symmetry.problem import Problem

# Of the scale of a channel: weaker blocks do not guide the search (the verification sees them), and values closer than this are one.
GUIDING, EQUAL = 1e-9, 1e-11


@dataclass(frozen=True, eq=False)
class Graph:
    """Neighbours of vertex v: `neighbour[first[v] : first[v + 1]]`, with labels; vertices are the nodes, then one per lead."""

    first: Array
    neighbour: Array
    label: Array
    colour: Array


def mixed(numbers: Array) -> Array:
    """A hash of 64 bits for each number (splitmix64: S. Vigna)."""
    x = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def graphs(problem: Problem, source: Blocks, target: Blocks) -> tuple[Graph, Graph]:
    """The graphs of the source and the target, with labels that mean the same in both."""
    lists = [_guiding(problem, blocks) for blocks in (source, target)]
    features = [_features(problem, blocks) for blocks in lists]
    numbered = _clustered(np.concatenate(features))
    cut = len(lists[0])
    return _graph(problem, lists[0], numbered[:cut]), _graph(problem, lists[1], numbered[cut:])


def _guiding(problem: Problem, blocks: Blocks) -> Blocks:
    strong = np.abs(blocks.values).max(axis=(1, 2), initial=0.0) > GUIDING * problem.scales[blocks.channel]
    strong |= (blocks.row == blocks.column) & (blocks.channel == 0)
    row, column, channel, values = (x[strong] for x in (blocks.row, blocks.column, blocks.channel, blocks.values))
    return Blocks(row, column, channel, values, blocks.nodes, blocks.channels)


def _features(problem: Problem, blocks: Blocks) -> Array:
    """What a block's image shares with it, in units of its channel's scale, (e, 4): singular values, and the trace on the diagonal."""
    values = blocks.values / problem.scales[blocks.channel][:, None, None]
    result = np.zeros((len(blocks), 4))
    if problem.k == 1:
        result[:, 0] = np.abs(values[:, 0, 0])
    elif len(blocks):
        result[:, :2] = np.linalg.svd(values, compute_uv=False)
    diagonal = blocks.row == blocks.column
    trace = np.trace(values, axis1=1, axis2=2)
    charged = problem.charges[blocks.channel] != 0
    result[:, 2] = np.where(diagonal, np.where(charged, np.abs(trace), trace.real), 0.0)
    result[:, 3] = np.where(diagonal & ~charged, trace.imag, 0.0)
    return result


def _clustered(features: Array) -> Array:
    """Equal numbers for values that agree to rounding, column by column."""
    result = np.zeros(features.shape, np.int64)
    for column in range(features.shape[1]):
        order = np.argsort(features[:, column])
        steps = np.diff(features[order, column], prepend=features[order[:1], column]) > EQUAL
        result[order, column] = np.cumsum(steps)
    return result


def _graph(problem: Problem, blocks: Blocks, numbered: Array) -> Graph:
    nodes, leads = problem.nodes, len(problem.interiors)
    own = mixed(blocks.channel)
    for column in numbered.T:
        own = mixed(own ^ mixed(column))
    diagonal = blocks.row == blocks.column
    colour = mixed(np.concatenate([problem.what, np.full(leads, 7)]))
    colour[nodes:] += mixed(np.array([1000 + part.periodic for part in problem.interiors], dtype=np.int64).reshape(-1))
    np.add.at(colour, blocks.row[diagonal], own[diagonal])
    alone = np.flatnonzero(problem.connected < 0)
    colour[alone] = mixed(alone + (1 << 40))  # what no lead sees is not moved
    off = ~diagonal
    joined = np.flatnonzero(problem.contact >= 0)
    at = nodes + problem.contact[joined]
    membership = mixed(np.full(len(joined), 1 << 41))
    row = np.concatenate([blocks.row[off], joined, at])
    column = np.concatenate([blocks.column[off], at, joined])
    label = np.concatenate([own[off], membership, membership])
    pairs, back = np.unique(row * (nodes + leads) + column, return_inverse=True)
    summed = np.zeros(len(pairs), np.uint64)
    np.add.at(summed, back.ravel(), label)
    row, column = np.divmod(pairs, nodes + leads)
    return Graph(np.searchsorted(row, np.arange(nodes + leads + 1)), column, mixed(summed), colour)
