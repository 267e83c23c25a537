"""Nodes: energies of all bands at one momentum, with three derivatives, by perturbation theory in the states there.

H(k + δ) = H + δ H′ + δ²/2 H″ + δ³/6 H‴,   H′ = i (v e^{ik} − h.c.),   H″ = −(v e^{ik} + h.c.),   H‴ = −H′
E′ = ⟨n|H′|n⟩,   E″ = ⟨n|H″|n⟩ + 2 Σ_m |H′_mn|² / (E_n − E_m),   E‴ of |n⟩ and its first-order change alone (2n + 1 theorem)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell

DEGENERATE = 1e-11  # levels nearer than this, in units of `scale`, are one level
ALIKE = 3e-6  # velocities nearer than this, in units of `scale`, do not separate the states of one level


@dataclass(frozen=True, eq=False)
class Node:
    """All bands at one momentum, energies (c,) ascending, states in columns; states of one level diagonalise the velocity."""

    momentum: float
    energy: Array
    states: Array
    velocity: Array
    curvature: Array
    third: Array

    def mirrored(self) -> Node:
        """The bands at −k of a real lead: H(−k) = H(k)*."""
        return Node(-self.momentum, self.energy, self.states.conj(), -self.velocity, self.curvature, -self.third)

    def shifted(self, period: float) -> Node:
        """The same bands, a period of the zone further on."""
        return Node(self.momentum + period, self.energy, self.states, self.velocity, self.curvature, self.third)


class KnownNodes:
    """The nodes of a cell, each computed once; an even cell has the same bands at k and −k."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._known: dict[float, Node] = {}

    def at(self, momentum: float) -> Node:
        """All bands at a momentum from −π to 3π."""
        if momentum > np.pi:
            return self.at(momentum - 2 * np.pi).shifted(2 * np.pi)
        if self.cell.even and momentum < 0:
            return self.at(-momentum).mirrored()
        key = round(momentum, 13)
        if key not in self._known:
            self._known[key] = node(self.cell, momentum)
        return self._known[key]


def node(cell: Cell, momentum: float) -> Node:
    """All bands at a momentum."""
    energy, states = np.linalg.eigh(cell.bloch(np.array(momentum)))
    hop = cell.v * np.exp(1j * momentum)
    hop = states.conj().T @ hop @ states
    same = np.abs(energy[:, None] - energy) < DEGENERATE * cell.scale
    if np.count_nonzero(same) > len(energy):
        turn, energy, same = _by_velocity(cell, energy, hop)
        states, hop = states @ turn, turn.conj().T @ hop @ turn
    slope, bend = 1j * (hop - hop.conj().T), -hop - hop.conj().T
    change = np.where(same, 0, slope / np.where(same, 1, energy - energy[:, None]))
    velocity = np.diagonal(slope).real.copy()
    further = slope @ change
    curvature = np.diagonal(bend).real + 2 * _columns(change, slope)
    third = -velocity / 6 + _columns(change, bend) + _columns(change, further) - velocity * _columns(change, change)
    if np.count_nonzero(same) > len(energy):
        apart = same & (np.abs(velocity - velocity[:, None]) > ALIKE * cell.scale)
        within = np.abs(bend / 2 + further) ** 2
        third += np.where(apart, within / np.where(apart, velocity - velocity[:, None], 1), 0).sum(axis=0)
    return Node(momentum, energy, states, velocity, curvature, 6 * third)


def _columns(left: Array, right: Array) -> Array:
    """Re ⟨l_n|r_n⟩ of each column."""
    return np.asarray(np.einsum("mn,mn->n", left.conj(), right).real)


def _by_velocity(cell: Cell, energy: Array, hop: Array) -> tuple[Array, Array, Array]:
    """Within each level: the rotation to states of definite velocity, their energies, and which states belong together."""
    slope = 1j * (hop - hop.conj().T)
    turn, energy = np.eye(len(energy), dtype=complex), energy.copy()
    same = np.eye(len(energy), dtype=bool)
    start = 0
    for stop in [*(np.flatnonzero(np.diff(energy) > DEGENERATE * cell.scale) + 1), len(energy)]:
        if stop - start > 1:
            level = np.s_[start:stop, start:stop]
            turn[level] = np.linalg.eigh(slope[level])[1]
            energy[start:stop] = energy[start:stop] @ np.abs(turn[level]) ** 2
            same[level] = True
        start = stop
    return turn, energy, same
