"""Recursion over slices of a long device: every slice touches the one before it and the one behind it only.

    D_k = A_kk − A_{k,k−1} D_{k−1}⁻¹ A_{k−1,k},   y_k = b_k − A_{k,k−1} D_{k−1}⁻¹ y_{k−1},   r_k = c_k − r_{k−1} D_{k−1}⁻¹ A_{k−1,k}

so that c A⁻¹ b = Σ_k r_k D_k⁻¹ y_k; c picks the contacts' orbitals. Nothing but the last slice is held.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.elimination import add_elements

# Larger blocks are inverted by solving for the identity: quicker than getri, which is not blocked well.
SMALL = 48


@compiled
def norm(a):
    """Largest column sum of magnitudes."""
    largest = 0.0
    for j in range(a.shape[1]):
        total = 0.0
        for i in range(a.shape[0]):
            total += abs(a[i, j])
        largest = max(largest, total)
    return largest


@compiled
def inverted(a):
    """a⁻¹ and its norm; a norm of infinity says that LAPACK met an exact zero."""
    result = np.zeros_like(a)
    try:
        if a.shape[0] <= SMALL:
            result[:, :] = np.linalg.inv(a)
        else:
            identity = np.zeros_like(a)
            for i in range(a.shape[0]):
                identity[i, i] = 1.0
            result[:, :] = np.linalg.solve(a, identity)
    except Exception:
        return result, np.inf
    size = norm(result)
    if not np.isfinite(size):
        size = np.inf
    return result, size


@compiled
def link(
    begin,
    end,
    row,
    column,
    element,
    pair_begin,
    pair_end,
    pair_row,
    pair_column,
    pair_one,
    pair_two,
    sigma,
    static,
    dynamic_at,
    dynamic,
):
    """A_{k,k+1} or A_{k+1,k} as lists of rows, columns and values of single numbers."""
    rungs = sigma.shape[0]
    most = dynamic.shape[1] // 2
    count = 0
    for t in range(begin, end):
        count += rungs if dynamic_at[element[t]] < 0 else rungs * rungs
    count += (pair_end - pair_begin) * rungs
    i, j, value = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.complex128)
    used = 0
    for t in range(begin, end):
        e = element[t]
        d = dynamic_at[e]
        for m in range(rungs):
            if d < 0:
                i[used], j[used], value[used] = row[t] * rungs + m, column[t] * rungs + m, -static[e]
                used += 1
                continue
            for k in range(max(0, m - most), min(rungs, m + most + 1)):
                i[used], j[used] = row[t] * rungs + m, column[t] * rungs + k
                value[used] = -dynamic[d, most + m - k] - (static[e] if m == k else 0.0)
                used += 1
    for t in range(pair_begin, pair_end):
        for m in range(rungs):
            i[used], j[used] = pair_row[t] * rungs + m, pair_column[t] * rungs + m
            value[used] = -sigma[m, pair_one[t], pair_two[t]]
            used += 1
    return i[:used], j[:used], value[:used]


@compiled
def times_link(a, i, j, value, columns):
    """a times a sparse link, (rows of a, columns)."""
    result = np.zeros((a.shape[0], columns), np.complex128)
    for r in range(a.shape[0]):
        for t in range(i.shape[0]):
            result[r, j[t]] += a[r, i[t]] * value[t]
    return result


@compiled
def link_times(i, j, value, a, rows):
    """A sparse link times a, (rows, columns of a)."""
    result = np.zeros((rows, a.shape[1]), np.complex128)
    for t in range(i.shape[0]):
        for c in range(a.shape[1]):
            result[i[t], c] += value[t] * a[j[t], c]
    return result


@compiled
def sweep(
    ptr, own, rising, falling, own_pairs, rising_pairs, falling_pairs, contact_ptr, contact_at,
    static, dynamic_at, dynamic, energies, sigma, source, allowed,
):  # fmt: skip
    """The field (q·R, I) on the contacts' orbitals for sources (q·R, I) on them, and the largest norm of an inverse.

    Contacts' orbitals are sorted by slice: contact_ptr[k] is the first of slice k, contact_at its place in the slice. `own`, `rising`
    (slice to the next) and `falling` (next to slice) hold pointers, rows, columns and element numbers; their pairs Σ's elements likewise.
    """
    slices = ptr.shape[0] - 1
    rungs = energies.shape[0]
    incoming = source.shape[1]
    total = contact_at.shape[0] * rungs
    field = np.zeros((total, incoming), np.complex128)
    worst = 0.0
    d = np.zeros((0, 0), np.complex128)
    y = np.zeros((0, incoming), np.complex128)
    r = np.zeros((0, 0), np.complex128)
    for k in range(slices):
        size = (ptr[k + 1] - ptr[k]) * rungs
        if k == 0:
            d, y = np.zeros((size, size), np.complex128), np.zeros((size, incoming), np.complex128)
            r = np.zeros((0, size), np.complex128)
        add_elements(
            d, own[0][k], own[0][k + 1], own[1], own[2], own[3], 0, size, static, dynamic_at, dynamic, energies
        )
        for t in range(own_pairs[0][k], own_pairs[0][k + 1]):
            a, b = own_pairs[1][t] * rungs, own_pairs[2][t] * rungs
            for m in range(rungs):
                d[a + m, b + m] -= sigma[m, own_pairs[3][t], own_pairs[4][t]]
        first, last = contact_ptr[k], contact_ptr[k + 1]
        rows = np.zeros((last * rungs, size), np.complex128)
        rows[: first * rungs] = r
        for c in range(first, last):
            for m in range(rungs):
                place = contact_at[c] * rungs + m
                rows[c * rungs + m, place] += 1.0
                y[place] += source[c * rungs + m]
        inverse, norm = inverted(d)
        worst = max(worst, norm)
        if norm > allowed:
            return field, worst
        rows = np.dot(rows, inverse)
        field[: last * rungs] += np.dot(rows, y)
        if k == slices - 1:
            break
        following = (ptr[k + 2] - ptr[k + 1]) * rungs
        i, j, value = link(
            rising[0][k], rising[0][k + 1], rising[1], rising[2], rising[3],
            rising_pairs[0][k], rising_pairs[0][k + 1], rising_pairs[1], rising_pairs[2], rising_pairs[3], rising_pairs[4],
            sigma, static, dynamic_at, dynamic,
        )  # fmt: skip
        p, q, back = link(
            falling[0][k], falling[0][k + 1], falling[1], falling[2], falling[3],
            falling_pairs[0][k], falling_pairs[0][k + 1], falling_pairs[1], falling_pairs[2], falling_pairs[3], falling_pairs[4],
            sigma, static, dynamic_at, dynamic,
        )  # fmt: skip
        d = -link_times(p, q, back, times_link(inverse, i, j, value, following), following)
        y = -link_times(p, q, back, np.dot(inverse, y), following)
        r = -times_link(rows, i, j, value, following)
    return field, worst
