"""Extrema of bands to rounding, from good guesses: inverse iteration, many at once.

Each round takes a step in the state (the first equation), in its energy, and towards the momentum at which its velocity is zero:

(H(k) − E) y = x,   E ← ⟨y|H|y⟩,   k ← k − ⟨y|H′|y⟩ / E″
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell

BATCH = 2**20  # elements of matrices solved together
ROUNDS = 6


def refined_extrema(cell: Cell, momentum: Array, energy: Array, states: Array, curvature: Array) -> Array:
    """E (N,) where dE/dk = 0 nearest to N guesses: states (N, c), curvature E″ to a few digits. nan where that fails."""
    result = np.full(len(momentum), np.nan)
    size = max(1, BATCH // len(cell.h) ** 2)
    for start in range(0, len(momentum), size):
        part = np.s_[start : start + size]
        result[part] = _batch(cell, momentum[part], energy[part], states[part], curvature[part])
    return result


def _batch(cell: Cell, momentum: Array, energy: Array, states: Array, curvature: Array) -> Array:
    """The same of guesses that are solved together; those that are not done yet are `left`."""
    result = np.full(len(momentum), np.nan)
    left = np.arange(len(momentum))
    states = states / np.linalg.norm(states, axis=1, keepdims=True)
    first = states
    norm = np.abs(cell.levels).max()
    for _ in range(ROUNDS):
        found, residual, velocity, states = inverse_iteration(cell, momentum, energy, states)
        correction = velocity**2 / (2 * curvature)
        # two levels that are split a little may mix: the residual bounds the error
        sharp = (residual < 1e-13 * norm) & (np.abs(correction) < 1e-11 * cell.scale)
        same = np.abs(np.einsum("ni,ni->n", first.conj(), states)) ** 2 > 0.5
        result[left[sharp & same]] = (found - correction)[sharp & same]
        go = ~sharp & same & np.isfinite(found)
        if not np.any(go):
            break
        left, states, first, curvature = left[go], states[go], first[go], curvature[go]
        momentum = momentum[go] - np.clip(velocity[go] / curvature, -0.01, 0.01)
        energy = found[go] - correction[go] + 1e-15 * norm
    return result


def inverse_iteration(cell: Cell, momentum: Array, energy: Array, states: Array) -> tuple[Array, Array, Array, Array]:
    """One round from energies near a level: Rayleigh quotients, their residuals, velocities (N,), and states (N, c)."""
    hop = cell.v * np.exp(1j * momentum)[:, None, None]
    bloch = cell.h + hop + hop.conj().swapaxes(1, 2)
    shifted = bloch - energy[:, None, None] * np.eye(len(cell.h))
    try:
        states = np.linalg.solve(shifted, states[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # one of them at its eigenvalue to the last digit
        shifted += 1e-14 * np.abs(cell.levels).max() * np.eye(len(cell.h))
        states = np.linalg.solve(shifted, states[:, :, None])[:, :, 0]
    states = states / np.linalg.norm(states, axis=1, keepdims=True)
    image = (bloch @ states[:, :, None])[:, :, 0]
    found = np.einsum("ni,ni->n", states.conj(), image).real
    residual = np.linalg.norm(image - found[:, None] * states, axis=1)
    velocity = -2 * np.einsum("ni,nij,nj->n", states.conj(), hop, states, optimize=True).imag
    return found, residual, velocity, states
