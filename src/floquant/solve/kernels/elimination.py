"""Elimination of fronts, children before parents, by dense blocks (orbitals × sidebands) on LAPACK and BLAS.

    F = [[F11, F12], [F21, F22]]  →  F22 − F21 F11⁻¹ F12,     A_mk = δ_mk (E_m − H_0) − H_{m−k}

A closed piece of a device is inverted at a real energy and can be singular, exactly or nearly. Where ‖F11⁻¹‖ is large against 1/‖H‖, its
nearly singular directions are handed to the parent as unknowns α of their own (delayed pivots), by bordering with singular vectors:

    [[F11, u], [v†, 0]]⁻¹ = [[X, y], [z†, w]]:   x = X r + y α,   and 0 = z† r + w α is the equation of α.

This is exact whatever u and v are, so they need not be accurate. Nothing here is symmetrised: mirroring halves of an update costs all
digits near poles. Real matrices stay real.
"""

from __future__ import annotations

import numpy as np

from floquant.solve.kernels.compiler import compiled

# Larger blocks are inverted by solving for the identity: quicker than getri, which is not blocked well.
SMALL = 48
# So few pivots are delayed together: to tell their singular directions apart takes longer.
WHOLE = 24
# Directions that are looked for among the nearly singular ones of a block; if all are, the block is split by its full SVD.
DIRECTIONS = 8
# A bordered inverse is taken from the plain one up to so many times the allowed norm.
FEW_DIGITS = 30.0


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
def nearly_singular(inverse, allowed):
    """Left and right vectors (n, k) of singular values below 1/allowed, from a few block power steps with the inverse; k may be 0."""
    n = inverse.shape[0]
    count = min(n, DIRECTIONS)
    adjoint = np.ascontiguousarray(np.conj(inverse.T))
    q = np.zeros((n, count), inverse.dtype)
    for i in range(n):
        for j in range(count):
            q[i, j] = np.cos(1.0 + 2.39996323 * (i + 1) * (j + 1) + 0.7 * i)
    q = np.ascontiguousarray(np.linalg.qr(q)[0])
    for _ in range(3):
        p = np.ascontiguousarray(np.linalg.qr(np.dot(adjoint, q))[0])
        q = np.ascontiguousarray(np.linalg.qr(np.dot(inverse, p))[0])
    u, s, wh = np.linalg.svd(np.dot(adjoint, q), False)
    k = 0
    while k < count and s[k] > allowed:
        k += 1
    right = np.dot(q, np.ascontiguousarray(np.conj(wh.T)))
    return np.ascontiguousarray(u[:, :k]), np.ascontiguousarray(right[:, :k])


@compiled
def bordered_inverse(a, inverse, left, right, again):
    """[[a, left], [right†, 0]]⁻¹ and its norm: from a⁻¹ while that costs few digits, or (`again`) by inverting once more."""
    n, k = left.shape
    back = np.ascontiguousarray(np.conj(right.T))
    if again:
        whole = np.zeros((n + k, n + k), a.dtype)
        whole[:n, :n] = a
        whole[:n, n:] = left
        whole[n:, :n] = back
        return inverted(whole)
    columns, rows = np.dot(inverse, left), np.dot(back, inverse)
    w = np.linalg.inv(np.dot(back, columns))
    y = np.dot(columns, w)
    whole = np.empty((n + k, n + k), a.dtype)
    whole[:n, :n] = inverse - np.dot(y, rows)
    whole[:n, n:] = y
    whole[n:, :n] = np.dot(w, rows)
    whole[n:, n:] = -w
    return whole, norm(whole)


@compiled
def split(f, f11, f12, f21, pivots, allowed):
    """The update of a front whose pivots are singular in many directions, or exactly: F11 = U s V†, small s are delayed."""
    border = f.shape[0] - pivots
    u, s, vh = np.linalg.svd(f11)
    kept = 0
    while kept < pivots and s[kept] * allowed > 1.0:
        kept += 1
    delayed = pivots - kept
    rows = np.dot(np.ascontiguousarray(np.conj(u.T)), f12)
    columns = np.dot(f21, np.ascontiguousarray(np.conj(vh.T)))
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
def passed_on(f, pivots):
    """A front as it is, [border | pivots]: all of its pivots are delayed."""
    border = f.shape[0] - pivots
    update = np.empty_like(f)
    update[:border, :border] = f[pivots:, pivots:]
    update[border:, border:] = f[:pivots, :pivots]
    update[:border, border:] = f[pivots:, :pivots]
    update[border:, :border] = f[:pivots, pivots:]
    return update


@compiled
def reduced(f, pivots, allowed):
    """The update that a front hands to its parent, [border | delayed], and how many unknowns are delayed."""
    f11 = np.ascontiguousarray(f[:pivots, :pivots])
    f12, f21 = np.ascontiguousarray(f[:pivots, pivots:]), np.ascontiguousarray(f[pivots:, :pivots])
    inverse, size = inverted(f11)
    if size == np.inf and pivots > WHOLE:
        return split(f, f11, f12, f21, pivots, allowed)
    delayed = 0
    if size > allowed and pivots <= WHOLE:
        return passed_on(f, pivots), pivots
    if size > allowed:
        left, right = nearly_singular(inverse, allowed)
        delayed = left.shape[1]
        if delayed:
            inverse, size = bordered_inverse(f11, inverse, left, right, size > FEW_DIGITS * allowed)
            # what is left may be nearly singular only if there are more directions than were looked for, or they were not found
            if delayed == min(pivots, DIRECTIONS) or size > 100.0 * allowed:
                return split(f, f11, f12, f21, pivots, allowed)
    x = np.ascontiguousarray(inverse[:pivots, :pivots])
    first = np.ascontiguousarray(f[pivots:, pivots:]) - np.dot(f21, np.dot(x, f12))
    if not delayed:
        return first, 0
    border = f.shape[0] - pivots
    update = np.zeros((border + delayed, border + delayed), f.dtype)
    update[:border, :border] = first
    update[:border, border:] = np.dot(f21, np.ascontiguousarray(inverse[:pivots, pivots:]))
    update[border:, :border] = -np.dot(np.ascontiguousarray(inverse[pivots:, :pivots]), f12)
    update[border:, border:] = inverse[pivots:, pivots:]
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
