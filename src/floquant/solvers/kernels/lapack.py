"""BLAS and LAPACK inside kernels, in place and on parts of matrices, which numba's own linear algebra copies first.

The routines are SciPy's. Their addresses are given names, so that cached kernels find them again. Matrices are column by column: every
argument is a view with unit steps down its columns. What stands in the functions themselves is for kernels that are not compiled.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding
import numpy as np
from numba import types
from numba.extending import get_cython_function_address, overload
from scipy.linalg import lapack

from floquant.solvers.kernels.compiler import compiled


def _routine(library: str, name: str, arguments: int) -> dict[bool, Any]:
    """A Fortran routine for complex (True) and real (False) numbers, called with so many pointers."""
    found = {}
    for is_complex, prefix in ((True, "z"), (False, "d")):
        symbol = f"floquant_{prefix}{name}"
        llvmlite.binding.add_symbol(
            symbol, get_cython_function_address(f"scipy.linalg.cython_{library}", prefix + name)
        )
        found[is_complex] = types.ExternalFunction(symbol, types.void(*[types.voidptr] * arguments))
    return found


GEMM, TRSM, GETRF = _routine("blas", "gemm", 13), _routine("blas", "trsm", 11), _routine("lapack", "getrf", 6)


@compiled
def step(a):
    """Numbers from one column of a matrix to the next."""
    return max(a.strides[1] // a.itemsize, a.shape[0], 1)


def add_product(factor: float, a: Any, b: Any, kept: float, c: Any) -> None:
    """C := kept C + factor A B†."""
    c[:, :] = factor * (a @ b.conj().T) + (kept * c if kept else 0.0)


@overload(add_product)
def _add_product(factor: Any, a: Any, b: Any, kept: Any, c: Any) -> Any:
    routine = GEMM[isinstance(a.dtype, types.Complex)]

    def implementation(factor: Any, a: Any, b: Any, kept: Any, c: Any) -> None:
        letters = np.array([78, 67], np.uint8)  # N, C
        sizes = np.array([a.shape[0], b.shape[0], a.shape[1], step(a), step(b), step(c)], np.int32)
        factors = np.empty(2, a.dtype)
        factors[0], factors[1] = factor, kept
        routine(
            letters.ctypes, letters[1:].ctypes, sizes.ctypes, sizes[1:].ctypes, sizes[2:].ctypes, factors.ctypes,
            a.ctypes, sizes[3:].ctypes, b.ctypes, sizes[4:].ctypes, factors[1:].ctypes, c.ctypes, sizes[5:].ctypes,
        )  # fmt: skip

    return implementation


def divide_by_triangle(x: Any, lu: Any, upper: bool) -> None:
    """X := X U⁻¹, or X L⁻¹ with a diagonal of ones."""
    triangle = np.triu(lu) if upper else np.tril(lu, -1) + np.eye(len(lu))
    x[:, :] = np.linalg.solve(triangle.T, x.T).T


@overload(divide_by_triangle)
def _divide_by_triangle(x: Any, lu: Any, upper: Any) -> Any:
    routine = TRSM[isinstance(x.dtype, types.Complex)]

    def implementation(x: Any, lu: Any, upper: Any) -> None:
        letters = np.array([82, 85 if upper else 76, 78, 78 if upper else 85], np.uint8)  # R; U or L; N; N or U
        sizes = np.array([x.shape[0], x.shape[1], step(lu), step(x)], np.int32)
        one = np.ones(1, x.dtype)
        routine(
            letters.ctypes, letters[1:].ctypes, letters[2:].ctypes, letters[3:].ctypes, sizes.ctypes, sizes[1:].ctypes,
            one.ctypes, lu.ctypes, sizes[2:].ctypes, x.ctypes, sizes[3:].ctypes,
        )  # fmt: skip

    return implementation


def factorize(a: Any, pivots: Any) -> bool:
    """A := L U with rows exchanged as in `pivots` (int32); whether no pivot is exactly zero."""
    getrf = lapack.zgetrf if np.iscomplexobj(a) else lapack.dgetrf
    a[:, :], pivots[:], info = getrf(a)
    pivots += 1
    return bool(info == 0)


@overload(factorize)
def _factorize(a: Any, pivots: Any) -> Any:
    routine = GETRF[isinstance(a.dtype, types.Complex)]

    def implementation(a: Any, pivots: Any) -> bool:
        sizes = np.array([a.shape[0], step(a), 0], np.int32)
        routine(sizes.ctypes, sizes.ctypes, a.ctypes, sizes[1:].ctypes, pivots.ctypes, sizes[2:].ctypes)
        return sizes[2] == 0

    return implementation


@compiled
def divide(x, lu, pivots):
    """X := X A⁻¹ for A = Pᵀ L U as `factorize` left it."""
    if x.shape[0] == 0:
        return
    divide_by_triangle(x, lu, True)
    divide_by_triangle(x, lu, False)
    for i in range(x.shape[1] - 1, -1, -1):
        j = pivots[i] - 1
        if j != i:
            for r in range(x.shape[0]):
                x[r, i], x[r, j] = x[r, j], x[r, i]
