"""Raw harmonic matrices H_n as coefficients of single elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.matrices import elements, pattern


def raw_pattern(raw: Mapping[int, Any]) -> tuple[Array, Array] | None:
    """Rows and columns, row ≤ column, of all raw harmonic matrices."""
    if not raw:
        return None
    found = [pattern(matrix) for matrix in raw.values()]
    rows, columns = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
    return np.minimum(rows, columns), np.maximum(rows, columns)


def raw_coefficients(raw: Mapping[int, Any], rows: Array, columns: Array, size: int) -> tuple[Array, Array, Array]:
    """As `fourier.coefficients`, of the raw harmonic matrices."""
    most = max(raw, default=0)
    mean = np.zeros((1, len(rows)), complex)
    plus, minus = np.zeros((2, 1, most, len(rows)), complex)
    inside = np.flatnonzero(columns < size)
    for n, matrix in raw.items():
        above = elements(matrix, rows[inside], columns[inside])
        if n == 0:
            mean[0, inside] = above
        else:
            plus[0, n - 1, inside] = above
            minus[0, n - 1, inside] = np.conj(elements(matrix, columns[inside], rows[inside]))
    return mean, plus, minus


def added(a: Array, b: Array) -> Array:
    """The sum of two lists of harmonics of different length."""
    most = max(a.shape[1], b.shape[1])
    result = np.zeros((max(a.shape[0], b.shape[0]), most, a.shape[2]), complex)
    result[:, : a.shape[1]] += a
    result[:, : b.shape[1]] += b
    return result
