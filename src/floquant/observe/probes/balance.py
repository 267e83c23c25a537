"""Many small systems of balance equations at once: F(x) = 0 at each point, where F_j falls with x_j and no other x lowers it.

Newton's method with a damped step. Where it does not converge, the probes take turns, each on a bracket: such systems are M-functions,
for which nonlinear Gauss–Seidel converges from anywhere (W. C. Rheinboldt, J. Math. Anal. Appl. 32, 274).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from floquant.checks import Array

Balance = Callable[[Array], Array]

NEWTON, HALVINGS, BRACKET = 30, 8, 60


def derivative(balance: Balance, x: Array, value: Array, step: Array, low: Array, high: Array) -> Array:
    """dF_i/dx_j (i, j, points) by differences of `step` (unknowns, points), taken inwards at the bounds."""
    result = np.empty((len(x), len(x), x.shape[1]))
    for j in range(len(x)):
        signed = np.where(x[j] + step[j] <= high[j], step[j], -step[j])
        moved = x.copy()
        moved[j] = np.clip(x[j] + signed, low[j], high[j])
        actual = np.where(moved[j] == x[j], 1.0, moved[j] - x[j])
        result[:, j] = (balance(moved) - value) / actual
    return result


def newton(
    balance: Balance, x: Array, low: Array, high: Array, step: Array, settled: Array
) -> tuple[Array, Array, Array]:
    """x, the derivative there, and at which points the last step was below `settled` (unknowns, points); all (unknowns, points)."""
    value = balance(x)
    done = np.zeros(x.shape[1], bool)
    slope = derivative(balance, x, value, step, low, high)
    for _ in range(NEWTON):
        change = solved(slope, -value)
        taken, share = x.copy(), np.where(done, 0.0, 1.0)
        for _ in range(HALVINGS):
            taken = np.clip(x + share * change, low, high)
            there = balance(taken)
            worse = np.abs(there).max(axis=0) > np.abs(value).max(axis=0) * (1 + 1e-9)
            small = np.all(np.abs(taken - x) <= settled, axis=0)
            if not np.any(worse & ~small & ~done):
                break
            share = np.where(worse & ~small, 0.5 * share, share)
        done |= np.all(np.abs(taken - x) <= settled, axis=0) & np.all(np.abs(x + change - taken) <= settled, axis=0)
        slow = np.any(np.abs(there).max(axis=0)[~done] > 0.1 * np.abs(value).max(axis=0)[~done])
        x, value = taken, there
        if done.all():
            break
        if slow:
            slope = derivative(balance, x, value, step, low, high)
    return x, derivative(balance, x, value, step, low, high), done


def solved(slope: Array, right: Array) -> Array:
    """slope⁻¹ right at each point; the least change where the slope is singular."""
    matrices, columns = np.moveaxis(slope, -1, 0), right.T[..., None]
    try:
        return np.asarray(np.linalg.solve(matrices, columns)[..., 0].T)
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(matrices) @ columns)[..., 0].T)


def take_turns(balance: Balance, x: Array, low: Array, high: Array, settled: Array) -> Array:
    """One sweep: each unknown in turn is brought to balance on its bracket, the others held."""
    x = x.copy()
    for j in range(len(x)):

        def own(values: Array, j: int = j) -> Array:
            moved = x.copy()
            moved[j] = values
            return balance(moved)[j]

        x[j] = _bracketed(own, low[j], high[j], settled[j])
    return x


def _bracketed(own: Callable[[Array], Array], low: Array, high: Array, settled: Array) -> Array:
    """Where a falling function passes zero, by false position with Illinois' rule; an end where it does not."""
    left, right = low.copy(), high.copy()
    at_left, at_right = own(left), own(right)
    never, always = at_left <= 0, at_right >= 0
    for _ in range(BRACKET):
        fall = at_left - at_right
        middle = np.where(
            fall > 0, right + at_right * (right - left) / np.where(fall > 0, fall, 1.0), 0.5 * (left + right)
        )
        middle = np.where((middle > left) & (middle < right), middle, 0.5 * (left + right))
        value = own(middle)
        above = value > 0
        at_right = np.where(above, 0.5 * at_right, value)
        at_left = np.where(above, value, 0.5 * at_left)
        left, right = np.where(above, middle, left), np.where(above, right, middle)
        if np.all((right - left <= settled) | (value == 0) | never | always):
            break
    return np.where(never, low, np.where(always, high, 0.5 * (left + right)))
