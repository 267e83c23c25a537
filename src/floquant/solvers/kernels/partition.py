"""Nested dissection: halve a graph by a separator, halve the halves, until pieces are small. Children come before their parents.

Two vertices that no separator divides are in one piece; so a piece can be eliminated knowing only the separators around it (its border).
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled


@compiled
def graph_coordinate(indptr, indices, label, own, vertices, begin, end, level, queue, out):
    """A coordinate for vertices[begin:end] from distances alone: d(v, s) − d(v, t), with s and t two far ends of the piece.

    Vertices of other pieces of the graph get the largest value. Fills out[begin:end].
    """
    start = vertices[begin]
    for sweep in range(3):
        for k in range(begin, end):
            level[vertices[k]] = -1
        head, tail = 0, 1
        queue[0] = start
        level[start] = 0
        while head < tail:
            v = queue[head]
            head += 1
            for p in range(indptr[v], indptr[v + 1]):
                u = indices[p]
                if label[u] == own and level[u] < 0:
                    level[u] = level[v] + 1
                    queue[tail] = u
                    tail += 1
        if sweep == 1:
            for k in range(begin, end):
                out[k] = level[vertices[k]]
        start = queue[tail - 1]
    for k in range(begin, end):
        distance = level[vertices[k]]
        out[k] = 1e30 if distance < 0 or out[k] < 0 else out[k] - distance


@compiled
def widest_coordinate(positions, vertices, begin, end, out):
    """The coordinate along which vertices[begin:end] spread most. Fills out[begin:end]."""
    best, spread = 0, -1.0
    for axis in range(positions.shape[1]):
        low, high = 1e300, -1e300
        for k in range(begin, end):
            low = min(low, positions[vertices[k], axis])
            high = max(high, positions[vertices[k], axis])
        if high - low > spread:
            best, spread = axis, high - low
    for k in range(begin, end):
        out[k] = positions[vertices[k], best]


@compiled
def separator_size(indptr, indices, label, own, vertices, coordinate, begin, end, value, side):
    """Vertices at or above `value` with a neighbour below it; `side` (by vertex) is scratch."""
    for k in range(begin, end):
        side[vertices[k]] = coordinate[k] >= value
    count = 0
    for k in range(begin, end):
        v = vertices[k]
        if side[v] == 1:
            for p in range(indptr[v], indptr[v + 1]):
                u = indices[p]
                if label[u] == own and side[u] == 0:
                    count += 1
                    break
    return count


@compiled
def dissect(indptr, indices, members, positions, by_position, leaf):
    """Halve the graph of `members` until pieces have at most `leaf` vertices.

    Returns the vertices in the order of elimination, the end of each piece in it, and each piece's parent (−1 at the top).
    """
    n = indptr.shape[0] - 1
    count = members.shape[0]
    vertices = members.copy()
    scratch = np.empty(count, np.int64)
    coordinate = np.empty(count)
    level, queue = np.empty(n, np.int64), np.empty(count, np.int64)
    side = np.zeros(n, np.int8)
    label = np.full(n, -1, np.int64)
    for k in range(count):
        label[vertices[k]] = 0
    limit = 2 * count + 2
    piece_begin, piece_end = np.empty(limit, np.int64), np.empty(limit, np.int64)
    own_begin, parent = np.empty(limit, np.int64), np.empty(limit, np.int64)
    piece_begin[0], piece_end[0], parent[0] = 0, count, -1
    pieces, current = 1, 0
    while current < pieces:
        begin, end = piece_begin[current], piece_end[current]
        if end - begin <= leaf:
            own_begin[current] = begin
            current += 1
            continue
        if by_position:
            widest_coordinate(positions, vertices, begin, end, coordinate)
        else:
            graph_coordinate(indptr, indices, label, current, vertices, begin, end, level, queue, coordinate)
        order = np.sort(coordinate[begin:end])
        best, best_cost = order[(end - begin) // 2], 1e300
        for trial in range(7):
            value = order[min(end - begin - 1, int((end - begin) * (0.38 + 0.04 * trial)))]
            if value == order[0]:
                continue
            size = separator_size(indptr, indices, label, current, vertices, coordinate, begin, end, value, side)
            cost = size * (1.0 + abs(trial - 3) * 0.04)
            if cost < best_cost:
                best, best_cost = value, cost
        if best_cost == 1e300:  # all at one place: nothing to halve
            own_begin[current] = begin
            current += 1
            continue
        separator_size(indptr, indices, label, current, vertices, coordinate, begin, end, best, side)
        # below | above | separator
        low, high, last = begin, 0, 0
        for k in range(begin, end):
            v = vertices[k]
            if side[v] == 0:
                vertices[low] = v
                low += 1
                continue
            touches = False
            for p in range(indptr[v], indptr[v + 1]):
                u = indices[p]
                if label[u] == current and side[u] == 0:
                    touches = True
                    break
            if touches:
                last += 1
                scratch[count - last] = v
            else:
                scratch[high] = v
                high += 1
        for k in range(high):
            vertices[low + k] = scratch[k]
        for k in range(last):
            vertices[low + high + k] = scratch[count - 1 - k]
        own_begin[current] = low + high
        for b, e in ((begin, low), (low, low + high)):
            if e > b:
                piece_begin[pieces], piece_end[pieces], parent[pieces] = b, e, current
                for k in range(b, e):
                    label[vertices[k]] = pieces
                pieces += 1
        for k in range(low + high, end):
            label[vertices[k]] = -1
        current += 1
    return (
        vertices,
        own_begin[:pieces].copy(),
        piece_begin[:pieces].copy(),
        piece_end[:pieces].copy(),
        parent[:pieces].copy(),
    )


@compiled
def with_room(values, used):
    """The array, twice as long if all of it is used."""
    return np.concatenate((values, np.empty_like(values))) if used == values.shape[0] else values


@compiled
def borders(indptr, indices, order, ptr, rank):
    """The border of each piece: vertices that are eliminated later and touch what was eliminated up to it.

    Pieces are in the order of elimination: piece f owns order[ptr[f]:ptr[f + 1]]; `rank` is each vertex's piece (or the number of pieces
    for those that stay). A piece's parent is the piece of the first of its border. Returns (pointers, borders in that order too, parents).
    """
    n = indptr.shape[0] - 1
    pieces = ptr.shape[0] - 1
    mark = np.full(n, -1, np.int64)
    parent = np.full(pieces, -1, np.int64)
    first_child, next_child = np.full(pieces + 1, -1, np.int64), np.full(pieces + 1, -1, np.int64)
    border_ptr = np.zeros(pieces + 1, np.int64)
    border = np.empty(max(16, 4 * n), np.int64)
    at = np.empty(n, np.int64)
    for k in range(order.shape[0]):
        at[order[k]] = k
    used = 0
    for f in range(pieces):
        start = used
        child = first_child[f]
        while child >= 0:
            for k in range(border_ptr[child], border_ptr[child + 1]):
                u = border[k]
                if rank[u] > f and mark[u] != f:
                    mark[u] = f
                    border = with_room(border, used)
                    border[used] = u
                    used += 1
            child = next_child[child]
        for k in range(ptr[f], ptr[f + 1]):
            v = order[k]
            for p in range(indptr[v], indptr[v + 1]):
                u = indices[p]
                if rank[u] > f and mark[u] != f:
                    mark[u] = f
                    border = with_room(border, used)
                    border[used] = u
                    used += 1
        border_ptr[f + 1] = used
        border[start:used] = order[np.sort(at[border[start:used]])]
        nearest = pieces
        for k in range(start, used):
            nearest = min(nearest, rank[border[k]])
        if used > start:
            parent[f] = nearest
            next_child[f] = first_child[nearest]
            first_child[nearest] = f
    return border_ptr, border[:used].copy(), parent


@compiled
def postorder(parent):
    """An order in which every piece follows its children and all that is below them, for parents that come after their children."""
    pieces = parent.shape[0]
    first_child, next_child = np.full(pieces + 1, -1, np.int64), np.full(pieces + 1, -1, np.int64)
    for f in range(pieces - 1, -1, -1):
        above = parent[f] if parent[f] >= 0 else pieces
        next_child[f] = first_child[above]
        first_child[above] = f
    order = np.empty(pieces, np.int64)
    used, f = 0, pieces
    while True:
        while first_child[f] >= 0:
            f = first_child[f]
        if f == pieces:
            break
        order[used] = f
        used += 1
        above = parent[f] if parent[f] >= 0 else pieces
        first_child[above] = next_child[f]
        f = above
    return order


@compiled
def places(indptr, indices, transposed, order, ptr, border_ptr, border, parent, rank):
    """Where things go: each border vertex in its parent's front, and each matrix element of a front's lower triangle in the front that
    eliminates its first vertex.

    A front's local numbers are its own vertices, then its border. Returns maps (aligned with `border`) and, for the elements, pointers,
    local rows, local columns and element numbers. The last front holds the vertices that stay, order[ptr[-1]:].
    """
    n = indptr.shape[0] - 1
    pieces = ptr.shape[0] - 1
    stay = order.shape[0]
    local = np.full(n, -1, np.int64)
    maps = np.empty(border.shape[0], np.int64)
    entries = indices.shape[0]
    entry_ptr = np.zeros(pieces + 2, np.int64)
    row, column, element = np.empty(entries, np.int64), np.empty(entries, np.int64), np.empty(entries, np.int64)
    # children by parent
    first_child, next_child = np.full(pieces + 1, -1, np.int64), np.full(pieces + 1, -1, np.int64)
    for f in range(pieces - 1, -1, -1):
        if parent[f] >= 0:
            next_child[f] = first_child[parent[f]]
            first_child[parent[f]] = f
    used = 0
    for f in range(pieces + 1):
        begin, end = ptr[f], ptr[f + 1] if f < pieces else stay
        size = end - begin
        for k in range(begin, end):
            local[order[k]] = k - begin
        if f < pieces:
            for k in range(border_ptr[f], border_ptr[f + 1]):
                local[border[k]] = size + k - border_ptr[f]
        for k in range(begin, end):
            v = order[k]
            for p in range(indptr[v], indptr[v + 1]):
                u = indices[p]
                if rank[u] < f:
                    continue
                if rank[u] > f:
                    row[used], column[used], element[used] = local[u], local[v], transposed[p]
                    used += 1
                elif local[u] <= local[v]:
                    row[used], column[used], element[used] = local[v], local[u], p
                    used += 1
        entry_ptr[f + 1] = used
        child = first_child[f]
        while child >= 0:
            for k in range(border_ptr[child], border_ptr[child + 1]):
                maps[k] = local[border[k]]
            child = next_child[child]
    return maps, entry_ptr, row, column, element
