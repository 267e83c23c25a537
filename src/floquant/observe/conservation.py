"""Bounds of numbers that add up to zero over the leads, as dc charge currents do and spin and energy do not.

From Σ_b I_b = 0 follows I_b = −Σ_{a≠b} I_a: the number of one lead is no further off than those of the others together, and the little by
which the computed numbers do not add up,

    δ_b ≤ |Σ_a I_a| + Σ_{a≠b} δ_a
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array


def tightened(error: Array, value: Array, leads: int) -> Array:
    """Bounds (P, n, items) by what follows from the other leads' bounds; `items` are leads, or leads and components.

    Only the largest bound at a point can exceed the sum of the others.
    """
    if leads < 2:
        return error
    if leads == 2:
        (first, second), (one, other) = _two(error), _two(value)
        least = np.minimum(first, second) + np.abs(one + other)
        return np.minimum(error.reshape(*least.shape[:2], 2, -1), least[:, :, None]).reshape(error.shape)
    bounds, largest, others = _split(error, leads)
    missing = np.abs(value.reshape(bounds.shape).sum(axis=2, keepdims=True))
    return np.where(largest, np.minimum(bounds, others + missing), bounds).reshape(error.shape)


def levelled(error: Array, leads: int) -> Array:
    """Bounds of which none exceeds the sum of the others: what one has beyond it, the others get. Two leads have one bound.

    A lead that surely carries nothing, with a bound of 0, gets none of it while there is another one.
    """
    if leads < 2:
        return error
    if leads == 2:
        return np.concatenate([np.maximum(*_two(error))] * 2, axis=2)
    bounds, largest, others = _split(error, leads)
    beyond = np.where(largest, np.maximum(bounds - others, 0.0), 0.0).sum(axis=2, keepdims=True)
    gets = ~largest & ((bounds > 0) | (others == 0))
    share = np.where(gets, beyond / np.maximum(gets.sum(axis=2, keepdims=True), 1), 0.0)
    rounding = 1 + leads * np.finfo(float).eps
    return np.where(largest, bounds, (bounds + share) * np.where(beyond > 0, rounding, 1.0)).reshape(error.shape)


def _two(numbers: Array) -> tuple[Array, Array]:
    """Those of each of two leads, (P, n, components)."""
    half = numbers.shape[2] // 2
    return numbers[:, :, :half], numbers[:, :, half:]


def _split(error: Array, leads: int) -> tuple[Array, Array, Array]:
    """Bounds (P, n, leads, components), which of the leads has the largest, and the sum of the others' there."""
    bounds = error.reshape(*error.shape[:2], leads, -1)
    largest = np.arange(leads)[:, None] == bounds.argmax(axis=2)[:, :, None]
    return bounds, largest, np.where(largest, 0.0, bounds).sum(axis=2, keepdims=True)
