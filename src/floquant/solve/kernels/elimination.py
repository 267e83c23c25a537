"""Elimination of fronts, children before parents, by dense blocks (orbitals × sidebands) on LAPACK and BLAS.

    F = [[F11, F12], [F21, F22]]  →  F22 − F21 F11⁻¹ F12,     A_mk = δ_mk (E_m − H_0) − H_{m−k}

A closed piece of a device is inverted at a real energy and can be singular, exactly or nearly. So where 1/‖F11⁻¹‖ is small against ‖H‖,
F11 = U s V† is split: large singular values are eliminated, small ones are handed to the parent as unknowns of their own (delayed pivots).
Nothing here is symmetrised: mirroring halves of an update costs all digits near poles. Real matrices stay real.
"""

from __future__ import annotations

import numpy as np

from floquant.solve.kernels.compiler import compiled

# Blocks up to this size are inverted by LAPACK, larger ones by 2×2 blocks: products are much faster than getri.
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
def lapack_inverse(a):
    """a⁻¹ and its norm; a norm of infinity says that LAPACK met an exact zero."""
    result = np.zeros_like(a)
    try:
        result[:, :] = np.linalg.inv(a)
    except Exception:
        return result, np.inf
    size = norm(result)
    if not np.isfinite(size):
        size = np.inf
    return result, size


@compiled
def block_inverse(a, allowed):
    """a⁻¹ by 2×2 blocks, and the largest norm of any block's inverse; gives up above `allowed`, where LAPACK's pivoting is needed."""
    n = a.shape[0]
    if n <= SMALL:
        return lapack_inverse(a)
    h = n // 2
    a12, a21 = np.ascontiguousarray(a[:h, h:]), np.ascontiguousarray(a[h:, :h])
    p, worst = block_inverse(np.ascontiguousarray(a[:h, :h]), allowed)
    if worst > allowed:
        return p, worst
    pa = np.dot(p, a12)
    schur = np.ascontiguousarray(a[h:, h:]) - np.dot(a21, pa)
    q, other = block_inverse(schur, allowed)
    worst = max(worst, other)
    if worst > allowed:
        return p, worst
    ap = np.dot(a21, p)
    result = np.empty_like(a)
    paq = np.dot(pa, q)
    result[:h, :h] = p + np.dot(paq, ap)
    result[:h, h:] = -paq
    result[h:, :h] = -np.dot(q, ap)
    result[h:, h:] = q
    return result, max(worst, norm(result))


@compiled
def safe_inverse(a, allowed):
    """a⁻¹ and its norm: by blocks, or by LAPACK where a block on the way is singular though a is not."""
    result, worst = block_inverse(a, allowed)
    if worst > allowed and a.shape[0] > SMALL:
        result, worst = lapack_inverse(a)
    return np.ascontiguousarray(result), worst


@compiled
def reduced(f, pivots, allowed):
    """The update that a front hands to its parent, [border | delayed], and how many unknowns are delayed."""
    total = f.shape[0]
    border = total - pivots
    f11 = np.ascontiguousarray(f[:pivots, :pivots])
    f12, f21 = np.ascontiguousarray(f[:pivots, pivots:]), np.ascontiguousarray(f[pivots:, :pivots])
    inverse, size = safe_inverse(f11, allowed)
    if size <= allowed:
        return np.ascontiguousarray(f[pivots:, pivots:]) - np.dot(f21, np.dot(inverse, f12)), 0
    u, s, vh = np.linalg.svd(f11)
    kept = 0
    while kept < pivots and s[kept] * allowed > 1.0:
        kept += 1
    delayed = pivots - kept
    left = np.ascontiguousarray(np.conj(u.T))
    right = np.ascontiguousarray(np.conj(vh.T))
    rows, columns = np.dot(left, f12), np.dot(f21, right)
    scaled = rows[:kept].copy()
    for i in range(kept):
        scaled[i] /= s[i]
    update = np.zeros((border + delayed, border + delayed), f.dtype)
    update[:border, :border] = f[pivots:, pivots:] - np.dot(np.ascontiguousarray(columns[:, :kept]), scaled)
    update[border:, :border] = rows[kept:]
    update[:border, border:] = columns[:, kept:]
    for i in range(delayed):
        update[border + i, border + i] = s[kept + i]
    return update, delayed


@compiled
def add_elements(f, begin, end, row, column, element, offset, own, static, dynamic_at, dynamic, energies):
    """Add E − H for the elements of one front; local vertex i begins at i·R, those from `own` on `offset` further."""
    rungs = energies.shape[0]
    most = dynamic.shape[1] // 2
    for t in range(begin, end):
        i, j, e = row[t], column[t], element[t]
        a = i * rungs + (offset if i >= own else 0)
        b = j * rungs + (offset if j >= own else 0)
        value = static[e]
        for m in range(rungs):
            f[a + m, b + m] -= value
        if i == j:
            for m in range(rungs):
                f[a + m, b + m] += energies[m]
        d = dynamic_at[e]
        if d >= 0:
            for m in range(rungs):
                for k in range(max(0, m - most), min(rungs, m + most + 1)):
                    f[a + m, b + k] -= dynamic[d, most + m - k]


@compiled
def add_update(f, update, begin, end, maps, own, offset, delayed_at, rungs):
    """Add a child's update, [border | delayed], to its parent's front."""
    count = end - begin
    size = update.shape[0]
    where = np.empty(size, np.int64)
    for k in range(count):
        i = maps[begin + k]
        start = i * rungs + (offset if i >= own else 0)
        for m in range(rungs):
            where[k * rungs + m] = start + m
    for k in range(count * rungs, size):
        where[k] = delayed_at + k - count * rungs
    for a in range(size):
        row = where[a]
        for b in range(size):
            f[row, where[b]] += update[a, b]


@compiled
def eliminate(
    ptr, stay, border_ptr, parent, maps, entry_ptr, row, column, element, static, dynamic_at, dynamic, energies, allowed
):
    """The Schur complement on the vertices that stay, (q·R + delayed)², own vertices first."""
    pieces = ptr.shape[0] - 1
    rungs = energies.shape[0]
    updates = [np.zeros((0, 0), static.dtype) for _ in range(pieces)]
    late = np.zeros(pieces + 1, np.int64)
    first_child, next_child = np.full(pieces + 1, -1, np.int64), np.full(pieces + 1, -1, np.int64)
    for f in range(pieces - 1, -1, -1):
        if parent[f] >= 0:
            next_child[f] = first_child[parent[f]]
            first_child[parent[f]] = f
    front = np.zeros((0, 0), static.dtype)
    for f in range(pieces + 1):
        own = ptr[f + 1] - ptr[f] if f < pieces else stay
        border = border_ptr[f + 1] - border_ptr[f] if f < pieces else 0
        arriving = 0
        child = first_child[f]
        while child >= 0:
            arriving += late[child]
            child = next_child[child]
        pivots = own * rungs + arriving
        front = np.zeros((pivots + border * rungs, pivots + border * rungs), static.dtype)
        add_elements(
            front,
            entry_ptr[f],
            entry_ptr[f + 1],
            row,
            column,
            element,
            arriving,
            own,
            static,
            dynamic_at,
            dynamic,
            energies,
        )
        delayed_at = own * rungs
        child = first_child[f]
        while child >= 0:
            add_update(
                front, updates[child], border_ptr[child], border_ptr[child + 1], maps, own, arriving, delayed_at, rungs
            )
            delayed_at += late[child]
            updates[child] = np.zeros((0, 0), static.dtype)
            child = next_child[child]
        if f < pieces:
            updates[f], late[f] = reduced(front, pivots, allowed)
    return front
