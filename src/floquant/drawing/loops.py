"""Plane geometry of a drawing: the loop that a bond closes, and the free side of a site."""

from __future__ import annotations

from collections import deque

import numpy as np

from floquant.checks import Array

Pair = tuple[int, int]
Way = tuple[float, float]
UP, DOWN, RIGHT, LEFT = (0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0)
WAYS = (RIGHT, UP, DOWN, LEFT)


def enclosed(a: int, b: int, bonds: list[Pair], xy: Array) -> Array | None:
    """The centre of the smallest loop that the bond (a, b) closes; None if it closes none."""
    neighbours: dict[int, list[int]] = {}
    for i, j in bonds:
        if {i, j} != {a, b}:
            neighbours.setdefault(i, []).append(j)
            neighbours.setdefault(j, []).append(i)
    previous, queue = {a: a}, deque([a])
    while queue and b not in previous:
        site = queue.popleft()
        for other in neighbours.get(site, []):
            if other not in previous:
                previous[other] = site
                queue.append(other)
    if b not in previous:
        return None
    path = [b]
    while path[-1] != a:
        path.append(previous[path[-1]])
    return _centroid(xy[path])


def _centroid(corners: Array) -> Array:
    """The centre of a polygon's area; of its corners where the area vanishes."""
    x, y = corners.T
    xn, yn = np.roll(x, -1), np.roll(y, -1)
    cross = x * yn - xn * y
    area = cross.sum() / 2
    if abs(area) < 1e-9 * max(np.ptp(x), np.ptp(y), 1e-300) ** 2:
        return np.asarray(corners.mean(axis=0))
    return np.array([((x + xn) * cross).sum(), ((y + yn) * cross).sum()]) / (6 * area)


def outward(site: int, bonds: list[Pair], xy: Array, busy: list[tuple[float, float]]) -> tuple[float, float]:
    """The direction from a site that is furthest from its bonds and from the `busy` directions; (0, 0) if all are taken.

    Of directions that are equally good, the one that leaves the drawing, or else up.
    """
    others = [j if i == site else i for i, j in bonds if site in (i, j)]
    along = np.concatenate([xy[others] - xy[site], np.array(busy).reshape(-1, 2)])
    lengths = np.hypot(along[:, 0], along[:, 1])
    along = along[lengths > 0] / lengths[lengths > 0, None]
    nearest = {way: round(float((along @ np.array(way)).max(initial=-1.0)), 9) for way in (UP, DOWN, RIGHT, LEFT)}
    out = xy[site] - xy.mean(axis=0)
    best = min(nearest, key=lambda way: (nearest[way], -round(float(out @ np.array(way)), 9)))
    return best if nearest[best] < 0.75 else (0.0, 0.0)


def side_of(xy: Array, point: Array) -> tuple[float, float]:
    """The side of the drawing at which a point lies: left, right, up or down; left for a drawing without extent."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    extent = high - low
    offset = np.divide(point - 0.5 * (low + high), extent, out=np.zeros(2), where=extent > 0)
    axis = 1 if abs(offset[1]) > abs(offset[0]) + 1e-9 else 0
    sign = 1.0 if offset[axis] > 1e-9 else -1.0
    return (sign, 0.0) if axis == 0 else (0.0, sign)


def typical_length(xy: Array, bonds: list[Pair]) -> float:
    """The median length of a bond; 1 where there is none."""
    lengths = [float(np.hypot(*(xy[i] - xy[j]))) for i, j in bonds]
    return float(np.median([x for x in lengths if x > 0] or [1.0]))
