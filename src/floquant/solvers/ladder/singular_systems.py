"""Linear systems at poles: the limit, not an exception and not a nan."""

from __future__ import annotations

import numpy as np

from floquant.checks import Array


def solve_or_limit(matrix: Array, right: Array) -> Array:
    """Batched solution of matrix x = right, shapes (B, n, n) and (B, n, k).

    Where a matrix is exactly singular, the state in its null space does not reach what is computed: the pseudo-inverse leaves it out.
    """
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        if len(matrix) == 1:
            return np.linalg.pinv(matrix, rcond=1e-14) @ right
        half = len(matrix) // 2
        return np.concatenate(
            [solve_or_limit(matrix[:half], right[:half]), solve_or_limit(matrix[half:], right[half:])]
        )
