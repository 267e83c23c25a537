"""Which shifts of time a permutation leaves open: from closed paths, whose traces no unitary can change.

    Tr(X̃ X̃′ …) = e^{−iqθ} Tr(Ỹ Ỹ′ …),   q the sum of their charges

For 2 × 2 matrices, words of up to three letters contain all invariants.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from floquant.checks import Array

# Charges and letters looked at, the smallest traces that count, and how far an angle may be off before verification.
MOST_CHARGE, MOST_LETTERS, SMALLEST, LOOSE = 96, 9, 1e-7, 1e-6
# Angles this close to a simple fraction of a turn are that fraction.
SIMPLE, LARGEST_DENOMINATOR = 1e-9, 96


def shifts_of(carried: Array, target: Array, charge: Array, root: Array) -> list[float] | None:
    """Angles θ in [0, 2π) that may do; an empty list if every angle may; None if none can.

    `carried`, `target` (e, k, k), normalised; `charge` (e,); `root` (e,): at which root a path begins and ends, −1 if it is open.
    """
    letters = _scalars if carried.shape[-1] == 1 else _letters
    words = np.concatenate(
        [letters(carried[root == r], target[root == r], charge[root == r]) for r in np.unique(root[root >= 0])]
        or [np.zeros((0, 3), complex)]
    )
    q, x, y = np.rint(words[:, 0].real).astype(int), words[:, 1], words[:, 2]
    if np.any(np.abs(np.abs(x) - np.abs(y)) > LOOSE) or np.any(np.abs(x - y)[q == 0] > LOOSE):
        return None
    telling = np.flatnonzero((q != 0) & (np.abs(y) > SMALLEST) & (np.abs(q) <= MOST_CHARGE))
    if not telling.size:
        return []
    q, x, y = q[telling], x[telling], y[telling]
    best = np.lexsort((-np.abs(y), np.abs(q)))[0]  # the fewest candidates, from the most certain trace
    turns = np.arange(abs(q[best]))
    angles = {_simple(float(angle)) for angle in -(np.angle(x[best] / y[best]) + 2 * np.pi * turns) / q[best]}
    fitting = [angle for angle in sorted(angles) if np.all(np.abs(x - np.exp(-1j * q * angle) * y) < LOOSE)]
    return fitting or None


def _scalars(carried: Array, target: Array, charge: Array) -> Array:
    """Words (q, Tr X̃…, Tr Ỹ…): for each charge its strongest path, of charge 0 the worst."""
    x, y = carried[:, 0, 0], target[:, 0, 0]
    rank = np.lexsort((-np.where(charge == 0, np.abs(x - y), np.abs(y)), charge))
    chosen = rank[np.diff(charge[rank], prepend=charge[rank[:1]] - 1) != 0]
    return np.stack([charge[chosen], x[chosen], y[chosen]], axis=1)


def _letters(carried: Array, target: Array, charge: Array) -> Array:
    """Words of one to three letters; a letter is a sum of blocks of one charge with generic weights."""
    random = np.random.default_rng(11)
    weight = random.uniform(0.5, 1.5, (2, len(charge)))
    charges = sorted(np.unique(charge).tolist(), key=abs)[:MOST_LETTERS]
    q, x, y = [], [], []
    for number in charges:
        mine = charge == number
        for w in weight:
            sums = [np.einsum("e,eab->ab", w[mine], blocks[mine]) for blocks in (carried, target)]
            size = max(float(np.linalg.norm(sums[1])), 1e-300)
            q.append(number)
            x.append(sums[0] / size)
            y.append(sums[1] / size)
    letters = (np.array(q), np.array(x), np.array(y))
    words, longer = [], letters
    for length in range(3):
        traces = [np.trace(matrices, axis1=1, axis2=2) for matrices in longer[1:]]
        words.append(np.stack([longer[0], *traces], axis=1))
        if length < 2:
            products = [
                np.einsum("iab,jbc->ijac", a, b).reshape(-1, 2, 2) for a, b in zip(longer[1:], letters[1:], strict=True)
            ]
            longer = (np.add.outer(longer[0], letters[0]).ravel(), *products)
    return np.concatenate(words)


def _simple(angle: float) -> float:
    """The angle in [0, 2π), and exactly a simple fraction of a turn if it is close to one."""
    turn = (angle / (2 * np.pi)) % 1.0
    fraction = Fraction(turn).limit_denominator(LARGEST_DENOMINATOR)
    turn = float(fraction) if abs(float(fraction) - turn) < SIMPLE else turn
    return 2 * np.pi * (turn % 1.0)
