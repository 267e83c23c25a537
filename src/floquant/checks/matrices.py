"""Matrices as users give them: any dense array or scipy.sparse matrix or array, of any format and number type.

Inside, a matrix is a read-only complex ndarray, or a scipy CSC array if the user's was sparse.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks.reading import LARGEST, array_of, too_large
from floquant.checks.words import brief
from floquant.errors import BadInput

HERMITIAN_TOLERANCE = (
    1e-10  # of the largest element: allows rounding in a user's construction, but no forgotten conjugate
)


def is_sparse(matrix: Any) -> bool:
    """True for any scipy.sparse object, without importing scipy when none can have been made."""
    return hasattr(matrix, "tocsc") and hasattr(matrix, "nnz")


def dense(matrix: Any) -> Any:
    """The matrix as an ndarray."""
    return matrix.toarray() if is_sparse(matrix) else matrix


def matrix(value: Any, what: str) -> Any:
    """A finite 2-D complex matrix: a read-only ndarray, or a CSC array when the given one is sparse."""
    result: Any
    if is_sparse(value):
        from scipy.sparse import csc_array

        if value.dtype.kind not in "biufc":
            raise BadInput(f"{what} holds {value.dtype}, but it must hold numbers; give a matrix of numbers.")
        with np.errstate(over="ignore"):  # from numbers with more digits than a float
            result = csc_array(value, dtype=complex, copy=True)
        result.sum_duplicates()
        result.eliminate_zeros()
        values = result.data
    else:
        array = array_of(value, what, "must be a matrix of numbers; give a 2-D array")
        if array.dtype.kind not in "biufc":
            raise BadInput(f"{what} is {brief(value)}, but it must be a matrix of numbers; give a 2-D array.")
        with np.errstate(over="ignore"):
            result = values = np.array(array, dtype=complex)
        result.setflags(write=False)
    if result.ndim != 2:
        raise BadInput(f"{what} has shape {result.shape}, but it must be a matrix; give a 2-D array.")
    if not np.all(np.isfinite(values)):
        raise BadInput(f"{what} holds nan or inf, but every element must be finite; repair these elements.")
    largest = max(np.abs(values.real).max(initial=0.0), np.abs(values.imag).max(initial=0.0))
    if largest > LARGEST:
        raise BadInput(too_large(what, largest))
    return result


def square(value: Any, what: str) -> Any:
    """As `matrix`, and square and not empty."""
    result = matrix(value, what)
    if result.shape[0] != result.shape[1] or result.shape[0] == 0:
        raise BadInput(f"{what} has shape {result.shape}, but it must be square; give one row and column per orbital.")
    return result


def hermitian(value: Any, what: str) -> Any:
    """As `square`, and Hermitian; rounding errors of the user are averaged away, so that H = H† holds exactly inside."""
    result = square(value, what)
    adjoint = result.conj().T
    difference = abs(result - adjoint)
    largest = abs(result).max()
    if difference.max() > HERMITIAN_TOLERANCE * largest:
        worst = int(np.asarray(difference.argmax()).item())
        i, j = divmod(worst, result.shape[1])
        raise BadInput(
            f"{what} is not Hermitian: element [{i}, {j}] is {result[i, j]:.6g} and element [{j}, {i}] is "
            f"{result[j, i]:.6g}, but they must be complex conjugates; give H with H = H†."
        )
    result = (result + adjoint) / 2
    if is_sparse(result):
        return result.tocsc()
    result.setflags(write=False)
    return result


def elements(matrix: Any, rows: Any, columns: Any) -> Any:
    """matrix[rows, columns] as a 1-D complex array, for dense and sparse alike."""
    if not is_sparse(matrix):
        return matrix[rows, columns]
    if len(rows) == 0:
        return np.zeros(0, complex)
    picked = matrix.tocsr()[rows, columns]
    return np.asarray(dense(picked), dtype=complex).ravel()


def pattern(matrix: Any) -> tuple[Any, Any]:
    """Rows and columns of the elements that are not zero."""
    if is_sparse(matrix):
        listed = matrix.tocoo()
        keep = listed.data != 0
        return np.asarray(listed.row)[keep], np.asarray(listed.col)[keep]
    return np.nonzero(matrix)  # type: ignore[return-value]


def replaced(matrix: Any, rows: Any, columns: Any, values: Any) -> Any:
    """A copy in which H[rows, columns] = values and H[columns, rows] = conj(values); rows ≤ columns."""
    result: Any
    off = rows != columns
    if not is_sparse(matrix):
        result = np.array(matrix)
        result[rows, columns] = values
        result[columns[off], rows[off]] = np.conj(values[off])
        return result
    from scipy.sparse import coo_array

    listed = matrix.tocoo()
    size = matrix.shape[0]
    low, high = np.minimum(listed.row, listed.col), np.maximum(listed.row, listed.col)
    keep = ~np.isin(low.astype(np.int64) * size + high, rows.astype(np.int64) * size + columns)
    result = coo_array(
        (
            np.concatenate([listed.data[keep], values, np.conj(values[off])]),
            (
                np.concatenate([listed.row[keep], rows, columns[off]]),
                np.concatenate([listed.col[keep], columns, rows[off]]),
            ),
        ),
        shape=matrix.shape,
    ).tocsc()
    result.eliminate_zeros()
    return result
