"""Elimination of fronts, children before parents, by dense blocks (orbitals × sidebands) on LAPACK and BLAS.

    F = [[F11, F21†], [F21, F22]]  →  F22 − F21 F11⁻¹ F21†,     A_mk = δ_mk (E_m − H_0) − H_{m−k}

At real energies and without contacts every front is Hermitian: only its lower triangle is held, and half of each update is computed.

A closed piece of a device is inverted at a real energy and can be singular, exactly or nearly. Where ‖F11⁻¹‖ is large against 1/‖H‖, its
nearly singular directions q are handed to the parent as unknowns α of their own (delayed pivots), by bordering:

    [[F11, q], [q†, 0]]⁻¹ = [[X, y], [y†, w]]:   x = X r + y α,   and 0 = y† r + w α is the equation of α.

This is exact whatever q is, so it need not be accurate. It is also what makes the halving safe: near poles, mirrored updates cost all
digits, and bounded inverses keep poles away. Real matrices stay real.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.lapack import add_product, divide, factorize

# Pivots of a front that are eliminated together; nearly singular directions among them join the next ones.
TOGETHER = 32
# So few pivots join them as a whole: to tell their singular directions apart takes longer.
WHOLE = 12
# Nearly singular directions that are looked for at first, if all are found, twice as many; and steps of inverse iteration for them.
DIRECTIONS, STEPS = 4, 3
# So many times the allowed norm cost so few digits that a bordered inverse is made from the plain one.
FEW_DIGITS = 3.0
# A block with an exact zero among its pivots is shifted by so much of the smallest eigenvalue that is allowed.
SHIFT = 0.3
# A bordered inverse may be so many times larger than is allowed: its directions were found with few steps.
BORDERED = 5.0
# Columns of an update that are computed together, below and on its diagonal; what is above it is computed in vain.
COLUMNS, STRIP = 128, 32


@compiled
def taken(room, rows, columns):
    """A matrix column by column in `room`, or in new memory if that is too small; what it holds is old."""
    if rows * columns > room.shape[0]:
        room = np.empty(rows * columns, room.dtype)
    return room[: rows * columns].reshape((columns, rows)).T


@compiled
def mirrored(lower, whole):
    """A Hermitian matrix from its lower triangle, which may be its own."""
    for j in range(lower.shape[0]):
        whole[j, j] = lower[j, j].real
        for i in range(j + 1, lower.shape[0]):
            whole[i, j] = lower[i, j]
            whole[j, i] = np.conj(lower[i, j])
    return whole


@compiled
def clear_lower(matrix):
    """Zero in the lower triangle; the upper one is never read."""
    for j in range(matrix.shape[0]):
        for i in range(j, matrix.shape[0]):
            matrix[i, j] = 0.0


@compiled
def copy_lower(lower, result):
    """Copy a lower triangle."""
    for j in range(lower.shape[0]):
        for i in range(j, lower.shape[0]):
            result[i, j] = lower[i, j]


@compiled
def norm(matrix):
    """Frobenius norm, infinite if it is not a number."""
    total = 0.0
    for j in range(matrix.shape[1]):
        for i in range(matrix.shape[0]):
            total += matrix[i, j].real ** 2 + matrix[i, j].imag ** 2
    return np.sqrt(total) if np.isfinite(total) else np.inf


@compiled
def inverted(block, inverse):
    """Fill `inverse` with that of the block, which is overwritten by its triangles; its norm (Frobenius), infinite beside an exact zero."""
    order = np.empty(block.shape[0], np.int32)
    if not factorize(block, order):
        return np.inf
    inverse[:, :] = 0.0
    for i in range(block.shape[0]):
        inverse[i, i] = 1.0
    divide(inverse, block, order)
    return norm(inverse)


@compiled
def nearly_singular(inverse, smallest, count):
    """Orthonormal columns q (n, k) near the eigenvectors below `smallest` of a Hermitian block, of `count` looked for, and q† A⁻¹ q (k,).

    By inverse iteration; the eigenvalues of q† A⁻¹ q tell them apart.
    """
    n = inverse.shape[0]
    inverse = np.ascontiguousarray(inverse)
    q = np.empty((n, count), inverse.dtype)
    for i in range(n):
        for j in range(count):
            q[i, j] = np.cos(1.0 + 2.39996323 * (i + 1) * (j + 1) + 0.7 * i)
    for _ in range(STEPS):
        q = np.ascontiguousarray(np.linalg.qr(np.dot(inverse, q))[0])
    values, vectors = np.linalg.eigh(np.dot(np.ascontiguousarray(np.conj(q.T)), np.dot(inverse, q)))
    chosen = np.flatnonzero(np.abs(values) * smallest > 1.0)
    return np.dot(q, np.ascontiguousarray(vectors[:, chosen])), values[chosen]


@compiled
def bordered(lower, q):
    """[[F11, q], [q†, 0]]."""
    n, k = q.shape
    result = np.zeros((n + k, n + k), q.dtype).T
    mirrored(lower, result)
    for j in range(k):
        for i in range(n):
            result[i, n + j] = q[i, j]
            result[n + j, i] = np.conj(q[i, j])
    return result


@compiled
def deflated(inverse, q, values):
    """[[F11, q], [q†, 0]]⁻¹ from X = F11⁻¹ and q† X q = diag θ: [[X − c θ⁻¹ c†, c θ⁻¹], [θ⁻¹ c†, −θ⁻¹]], c = X q."""
    n, k = q.shape
    c = np.dot(np.ascontiguousarray(inverse), q)
    result = np.zeros((n + k, n + k), q.dtype).T
    result[:n, :n] = inverse
    for m in range(k):
        for j in range(n):
            factor = np.conj(c[j, m]) / values[m]
            for i in range(n):
                result[i, j] -= c[i, m] * factor
            result[n + m, j] = factor
            result[j, n + m] = c[j, m] / values[m]
        result[n + m, n + m] = -1.0 / values[m]
    return result


@compiled
def subtract_update(front, begin, end, inverse, room):
    """F22 −= F21 F11⁻¹ F21† in the lower triangle, for the pivots begin … end − 1."""
    f21, f22 = front[end:, begin:end], front[end:, end:]
    x = taken(room, f21.shape[0], f21.shape[1])
    add_product(1.0, f21, inverse, 0.0, x)
    size = x.shape[0]
    for j in range(0, size, COLUMNS):
        last = min(j + COLUMNS, size)
        for k in range(j, last, STRIP):
            stop = min(k + STRIP, last)
            add_product(-1.0, x[k:last], f21[k:stop], 1.0, f22[k:last, k:stop])
        add_product(-1.0, x[last:], f21[j:last], 1.0, f22[last:, j:last])


@compiled
def bordered_inverse(lower, inverse, size, allowed):
    """The inverse of a nearly singular block, bordered by its nearly singular directions; empty if they are too many.

    `inverse` and its norm `size` are those of the block alone: good enough to start from while it is not much too large.
    """
    n = lower.shape[0]
    smallest = 1.0 / allowed
    if size == np.inf:
        # beside an exact zero, the directions are found at a shifted energy
        shifted = mirrored(lower, np.empty_like(inverse))
        for i in range(n):
            shifted[i, i] += SHIFT * smallest
        smallest *= 1.0 + SHIFT
        if inverted(shifted, inverse) == np.inf:
            return inverse[:0, :0]
    count = DIRECTIONS
    while count < n:
        q, values = nearly_singular(inverse, smallest, count)
        if q.shape[1] < count:
            if q.shape[1] == 0 and size < np.inf:
                return inverse
            if size < FEW_DIGITS * allowed:
                wider = deflated(inverse, q, values)
                if norm(wider) <= BORDERED * allowed:
                    return wider
            block = bordered(lower, q)
            wider = np.empty_like(block)
            if inverted(block, wider) <= BORDERED * allowed:
                return wider
        count *= 2
    return inverse[:0, :0]


@compiled
def keep_directions(front, begin, end, inverse):
    """Put the unknowns of a bordered block in the place of its last pivots; returns the first of them."""
    n = end - begin
    late = inverse.shape[0] - n
    columns = np.empty((late, front.shape[0] - end), front.dtype).T
    add_product(1.0, front[end:, begin:end], inverse[n:, :n], 0.0, columns)
    front[end:, end - late : end] = columns
    # with the sign that keeps the whole Hermitian
    for j in range(late):
        for i in range(j, late):
            front[end - late + i, end - late + j] = -inverse[n + i, n + j]
    return end - late


@compiled
def reduced(front, pivots, allowed, rooms):
    """Eliminate a front's pivots in place, some at a time; how many unknowns are left, and delayed, in the place of the last ones."""
    begin, end = 0, 0
    while end < pivots:
        end = pivots if pivots - end < TOGETHER + TOGETHER // 2 else end + TOGETHER
        width = end - begin
        lower = front[begin:end, begin:end]
        inverse = taken(rooms[0], width, width)
        size = inverted(mirrored(lower, taken(rooms[1], width, width)), inverse)
        if size > allowed:
            if width <= WHOLE:
                continue
            inverse = bordered_inverse(lower, inverse, size, allowed)
            if inverse.shape[0] == 0:
                continue
        subtract_update(front, begin, end, inverse[:width, :width], rooms[2])
        begin = end if inverse.shape[0] == width else keep_directions(front, begin, end, inverse)
    return pivots - begin


@compiled
def hand_over(front, pivots, late, update):
    """What a front hands to its parent, [border | delayed], in the lower triangle."""
    border = front.shape[0] - pivots
    begin = pivots - late
    copy_lower(front[pivots:, pivots:], update[:border, :border])
    copy_lower(front[begin:pivots, begin:pivots], update[border:, border:])
    for j in range(border):
        for i in range(late):
            update[border + i, j] = np.conj(front[pivots + j, begin + i])


@compiled
def with_room(values, needed):
    """The array, or a longer one that begins with it."""
    if needed <= values.shape[0]:
        return values
    longer = np.empty(max(needed, values.shape[0] * 3 // 2), values.dtype)
    longer[: values.shape[0]] = values
    return longer


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
    """Add a child's update, [border | delayed], to its parent's front; borders keep their order, so lower triangles stay lower."""
    count = (end - begin) * rungs
    size = update.shape[0]
    # rows that stay together: the first of them here, and in the parent
    first, place = np.empty(end - begin + 2, np.int64), np.empty(end - begin + 2, np.int64)
    runs = 0
    for k in range(end - begin):
        i = maps[begin + k]
        start = i * rungs + (offset if i >= own else 0)
        if runs == 0 or start - place[runs - 1] != k * rungs - first[runs - 1]:
            first[runs], place[runs] = k * rungs, start
            runs += 1
    first[runs], place[runs], first[runs + 1] = count, delayed_at, size
    for r in range(runs + 1):
        for b in range(first[r], first[r + 1]):
            column = place[r] + b - first[r]
            for a in range(b, first[r + 1]):
                f[column + a - b, column] += update[a, b]
            for q in range(r + 1, runs + 1):
                row = place[q]
                if row > column:
                    for a in range(first[q], first[q + 1]):
                        f[row + a - first[q], column] += update[a, b]
                else:
                    for a in range(first[q], first[q + 1]):
                        f[column, row + a - first[q]] += np.conj(update[a, b])


@compiled
def eliminate(
    ptr, stay, border_ptr, parent, maps, entry_ptr, row, column, element, static, dynamic_at, dynamic, energies, allowed
):
    """The Schur complement on the vertices that stay, (q·R + delayed)², own vertices first.

    Fronts come in postorder: what its children hand to a front lies uppermost on the stack.
    """
    pieces = ptr.shape[0] - 1
    rungs = energies.shape[0]
    largest, children = stay * rungs, np.zeros(pieces + 1, np.int64)
    for f in range(pieces):
        largest = max(largest, (ptr[f + 1] - ptr[f] + border_ptr[f + 1] - border_ptr[f]) * rungs)
        if parent[f] >= 0:
            children[parent[f]] += 1
    late, below = np.zeros(pieces + 1, np.int64), np.zeros(pieces + 1, np.int64)
    waiting, count = np.empty(pieces + 1, np.int64), 0
    stack, top = np.empty(2 * largest**2, static.dtype), 0
    room = np.empty(largest**2, static.dtype)
    few = min((3 * TOGETHER) ** 2, largest**2)
    rooms = np.empty(few, static.dtype), np.empty(few, static.dtype), np.empty(2 * TOGETHER * largest, static.dtype)
    front = taken(room, 0, 0)
    for f in range(pieces + 1):
        own = ptr[f + 1] - ptr[f] if f < pieces else stay
        border = border_ptr[f + 1] - border_ptr[f] if f < pieces else 0
        count -= children[f]
        arriving = 0
        for k in range(count, count + children[f]):
            arriving += late[waiting[k]]
        pivots = own * rungs + arriving
        size = pivots + border * rungs
        room = with_room(room, size * size)
        front = taken(room, size, size)
        clear_lower(front)
        begin, end = entry_ptr[f], entry_ptr[f + 1]
        add_elements(
            front, begin, end, row, column, element, arriving, own, static, dynamic_at, dynamic, energies
        )  # fmt: skip
        delayed_at = own * rungs
        for k in range(count, count + children[f]):
            child = waiting[k]
            begin, end = border_ptr[child], border_ptr[child + 1]
            size = (end - begin) * rungs + late[child]
            update = taken(stack[below[child] :], size, size)
            add_update(front, update, begin, end, maps, own, arriving, delayed_at, rungs)
            delayed_at += late[child]
        if children[f]:
            top = below[waiting[count]]
        if f < pieces and parent[f] >= 0:
            below[f] = top
            late[f] = reduced(front, pivots, allowed, rooms)
            size = border * rungs + late[f]
            stack = with_room(stack, top + size**2)
            hand_over(front, pivots, late[f], taken(stack[top:], size, size))
            top += size**2
            waiting[count] = f
            count += 1
    return mirrored(front, np.empty_like(front))
