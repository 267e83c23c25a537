"""The reference of a narrow device, energy by energy: Gaussian elimination within a band, with row pivoting."""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.linear import reciprocal

# A pivot below this is none: the matrix is singular.
LEAST = 1e-200


@compiled
def eliminate_band(a, x, band):
    """Overwrite x (n, k) by the solution of A x = x; False where A is singular. Element (i, j) of A is a[i, j − i + band].

    Rows within `band` of the diagonal; pivots make the upper triangle twice as wide, so that a is (n, 3·band + 1), and is destroyed.
    """
    n, columns = x.shape
    for k in range(n):
        last, wide = min(n, k + band + 1), min(n, k + 2 * band + 1)
        best = k
        size = abs(a[k, band].real) + abs(a[k, band].imag)
        for r in range(k + 1, last):
            other = abs(a[r, k - r + band].real) + abs(a[r, k - r + band].imag)
            if other > size:
                best = r
                size = other
        if size < LEAST:
            return False
        if best != k:
            for j in range(k, wide):
                at, there = j - k + band, j - best + band
                a[k, at], a[best, there] = a[best, there], a[k, at]
            for c in range(columns):
                x[k, c], x[best, c] = x[best, c], x[k, c]
        inverse = reciprocal(a[k, band])
        a[k, band] = inverse
        for r in range(k + 1, last):
            factor = a[r, k - r + band] * inverse
            if factor != 0.0:
                for j in range(k + 1, wide):
                    a[r, j - r + band] -= factor * a[k, j - k + band]
                for c in range(columns):
                    x[r, c] -= factor * x[k, c]
    for k in range(n - 1, -1, -1):
        for c in range(columns):
            total = x[k, c]
            for j in range(k + 1, min(n, k + 2 * band + 1)):
                total -= a[k, j - k + band] * x[j, c]
            x[k, c] = total * a[k, band]
    return True


@compiled
def banded_reference(
    energies, h, contacts, sigma, w, projector, ports, kappa, green, left, right, static, norms, singular,
):  # fmt: skip
    """Fill a table of the reference, see `local.ports.PortTable`, at energies (E,); mark those where its matrix is singular.

    `h` (n, 2·band + 1) is H within its band; `contacts` (q,) and `ports` (d,) are places in its order; Σ (E, q, q), w (E, q, C) and
    P (E, C, C) belong to the contacts.
    """
    n, band = h.shape[0], h.shape[1] // 2
    q, d, channels = contacts.shape[0], ports.shape[0], w.shape[2]
    a = np.empty((n, 3 * band + 1), np.complex128)
    x = np.empty((n, d + channels), np.complex128)
    for e in range(energies.shape[0]):
        for i in range(n):
            for j in range(2 * band + 1):
                a[i, j] = -h[i, j]
            for j in range(2 * band + 1, 3 * band + 1):
                a[i, j] = 0.0
            a[i, band] += energies[e]
        x[:, :] = 0.0
        for i in range(q):
            for j in range(q):
                if sigma[e, i, j] != 0.0:
                    a[contacts[i], contacts[j] - contacts[i] + band] -= sigma[e, i, j]
            for c in range(channels):
                x[contacts[i], d + c] = w[e, i, c]
        for i in range(d):
            a[ports[i], band] += 1j * kappa
            x[ports[i], i] = 1.0
        singular[e] = not eliminate_band(a, x, band)
        for i in range(d):
            for j in range(d):
                green[e, i, j] = x[ports[i], j]
            for c in range(channels):
                right[e, i, c] = x[ports[i], d + c]
        for b in range(channels):
            for k in range(d + channels):
                total = 0.0j
                for i in range(q):
                    total += w[e, i, b].conjugate() * x[contacts[i], k]
                if k < d:
                    left[e, b, k] = total
                else:
                    static[e, b, k - d] = total + 1j * projector[e, b, k - d]
        norms[e, 0], norms[e, 1] = 0.0, 0.0
        for i in range(n):
            for k in range(d + channels):
                norms[e, 1 if k < d else 0] += x[i, k].real ** 2 + x[i, k].imag ** 2
