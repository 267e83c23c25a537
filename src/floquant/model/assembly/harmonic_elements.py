"""Harmonic matrices H_n of a drive as coefficients of single elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.matrices import elements, pattern


def harmonic_pattern(matrices: Mapping[int, Any]) -> tuple[Array, Array] | None:
    """Rows and columns, row ≤ column, of all elements of {n: H_n} that are not zero; None without matrices."""
    if not matrices:
        return None
    found = [pattern(matrix) for matrix in matrices.values()]
    rows, columns = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
    return np.minimum(rows, columns), np.maximum(rows, columns)


def harmonic_coefficients(
    matrices: Mapping[int, Any], rows: Array, columns: Array, size: int
) -> tuple[Array, Array, Array]:
    """As `fourier_coefficients`, of {n: H_n}, each (size, size); elements outside have none."""
    most = max(matrices, default=0)
    mean = np.zeros((1, len(rows)), complex)
    plus, minus = np.zeros((2, 1, most, len(rows)), complex)
    inside = np.flatnonzero(columns < size)
    for n, matrix in matrices.items():
        above = elements(matrix, rows[inside], columns[inside])
        if n == 0:
            mean[0, inside] = above
        else:
            plus[0, n - 1, inside] = above
            minus[0, n - 1, inside] = np.conj(elements(matrix, columns[inside], rows[inside]))
    return mean, plus, minus


def sum_of_harmonics(a: Array, b: Array) -> Array:
    """Of two lists of harmonics (P or 1, M, e) with different M."""
    most = max(a.shape[1], b.shape[1])
    result = np.zeros((max(a.shape[0], b.shape[0]), most, a.shape[2]), complex)
    result[:, : a.shape[1]] += a
    result[:, : b.shape[1]] += b
    return result
