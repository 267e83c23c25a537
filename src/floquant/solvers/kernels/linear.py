"""Small dense linear systems inside kernels, without a call to LAPACK for each."""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled


@compiled
def reciprocal(z):
    """1/z without the branches of a careful division: what is divided by here is far from overflow."""
    size = z.real * z.real + z.imag * z.imag
    if size == 0.0:
        return complex(1e20, 0.0)
    scale = 1.0 / size
    return complex(z.real * scale, -z.imag * scale)


@compiled
def solve_in_place(a, b, n, k):
    """Overwrite b[:n, :k] by the solution of a[:n, :n] x = b; `a` is destroyed. Gaussian elimination with row pivoting.

    An exactly vanishing pivot is a state cut off from everything that asks: it is replaced by a tiny one, which gives the limit,
    because the right-hand side has no weight on such a state.
    """
    for i in range(n):
        best = i
        size = abs(a[i, i].real) + abs(a[i, i].imag)
        for r in range(i + 1, n):
            candidate = abs(a[r, i].real) + abs(a[r, i].imag)
            if candidate > size:
                best = r
                size = candidate
        if best != i:
            for c in range(i, n):
                a[i, c], a[best, c] = a[best, c], a[i, c]
            for c in range(k):
                b[i, c], b[best, c] = b[best, c], b[i, c]
        if size < 1e-200:
            a[i, i] = 1e-17
        inverse = reciprocal(a[i, i])
        for r in range(i + 1, n):
            factor = a[r, i] * inverse
            if factor != 0.0:
                for c in range(i + 1, n):
                    a[r, c] -= factor * a[i, c]
                for c in range(k):
                    b[r, c] -= factor * b[i, c]
        a[i, i] = inverse
    for c in range(k):
        for i in range(n - 1, -1, -1):
            total = b[i, c]
            for r in range(i + 1, n):
                total -= a[i, r] * b[r, c]
            b[i, c] = total * a[i, i]
