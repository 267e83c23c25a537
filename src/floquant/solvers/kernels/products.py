"""Products of small matrices inside kernels, without a call to BLAS for each."""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled


@compiled
def multiply(a, b, out):
    """out = a b."""
    out[:, :] = 0.0
    add_product(a, b, out)


@compiled
def add_product(a, b, out):
    """out += a b, row by row, so that the inner loop runs along memory; steps couple sparsely, so zeros of `a` are passed over."""
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            factor = a[i, k]
            if factor != 0.0:
                for j in range(b.shape[1]):
                    out[i, j] += factor * b[k, j]


@compiled
def add_sandwich(a, x, work, out):
    """out += a x a†."""
    multiply(a, x, work)
    for i in range(a.shape[0]):
        for j in range(a.shape[0]):
            total = 0.0j
            for k in range(a.shape[1]):
                total += work[i, k] * a[j, k].conjugate()
            out[i, j] += total


@compiled
def add_dual_sandwich(a, x, work, out):
    """out += a† x a."""
    multiply(x, a, work)
    for k in range(a.shape[0]):
        for i in range(a.shape[1]):
            factor = a[k, i].conjugate()
            for j in range(a.shape[1]):
                out[i, j] += factor * work[k, j]


@compiled
def expectation(matrix, fields, column):
    """Re ψ† matrix ψ for one column of fields."""
    total = 0.0
    for i in range(matrix.shape[0]):
        row = 0.0j
        for j in range(matrix.shape[1]):
            row += matrix[i, j] * fields[j, column]
        total += (fields[i, column].conjugate() * row).real
    return total


@compiled
def row_expectation(rows, row, matrix):
    """Re r matrix r† for one row of `rows`."""
    total = 0.0
    for m in range(matrix.shape[0]):
        for n in range(matrix.shape[1]):
            total += (rows[row, m] * matrix[m, n] * rows[row, n].conjugate()).real
    return total


@compiled
def trace_product(a, b):
    """Re Tr a b."""
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += (a[i, j] * b[j, i]).real
    return total


@compiled
def weight_of(field, first, last):
    """Σ |field|² over rows first … last − 1."""
    total = 0.0
    for i in range(first, last):
        for j in range(field.shape[1]):
            total += field[i, j].real ** 2 + field[i, j].imag ** 2
    return total
