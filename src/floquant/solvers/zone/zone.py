"""The Floquet zone [0, ħΩ), cut at every folded band edge, and the map that removes square roots at edges.

On a segment [a, b] the integrand behaves like √(ε − a) or √(b − ε) where the end is a band edge. In the parameter s ∈ [0, 1] it is smooth:

    both ends edges:  ε = a + (b − a) sin²(πs/2)      left end only:  ε = a + (b − a) s²
    no end an edge:   ε = a + (b − a) s               right end only: ε = b − (b − a)(1 − s)²

Panels are dyadic intervals of s, the same for all knob settings, so that static work is shared between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array

PLAIN, LEFT, RIGHT, BOTH = 0, 1, 2, 3
# Gauss–Legendre points on a panel.
POINTS = 16
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
# Share of ħΩ that rounding may move a folded edge by.
FARTHEST = 1e-3
# Rows turn values at the nodes into Legendre coefficients: c_n = (2n+1)/2 Σ_x w_x P_n(x) f(x).
ANALYSIS = (np.arange(POINTS)[:, None] + 0.5) * np.polynomial.legendre.legvander(NODES, POINTS - 1).T * WEIGHTS


@dataclass(frozen=True)
class Zone:
    """Segments of the Floquet zone (or of the window, without a drive): starts, ends and kinds, shape (segments,)."""

    start: Array
    end: Array
    kind: Array

    @property
    def length(self) -> float:
        """Length of the zone in energy."""
        return float(np.sum(self.end - self.start))

    def energy(self, segment: Array, s: Array) -> Array:
        """ε(s) on the segments."""
        a, b, kind = self.start[segment], self.end[segment], self.kind[segment]
        shape = np.select(
            [kind == PLAIN, kind == LEFT, kind == RIGHT],
            [s, s * s, 1.0 - (1.0 - s) ** 2],
            default=np.sin(0.5 * np.pi * s) ** 2,
        )
        return a + (b - a) * shape

    def slope(self, segment: Array, s: Array) -> Array:
        """dε/ds on the segments."""
        a, b, kind = self.start[segment], self.end[segment], self.kind[segment]
        shape = np.select(
            [kind == PLAIN, kind == LEFT, kind == RIGHT],
            [np.ones_like(s), 2.0 * s, 2.0 * (1.0 - s)],
            default=0.5 * np.pi * np.sin(np.pi * s),
        )
        return (b - a) * shape


def _distinct(points: Iterable[float], tolerance: float) -> list[float]:
    kept: list[float] = []
    for point in sorted(points):
        if not kept or point - kept[-1] > tolerance:
            kept.append(point)
    return kept


def _segments(low: float, high: float, edges: list[float], plain: Iterable[float], tolerance: float) -> Zone:
    if high <= low:
        return Zone(np.array([low]), np.array([low]), np.array([PLAIN], dtype=np.int64))
    points = _distinct(
        [low, high, *[e for e in edges if low < e < high], *[p for p in plain if low < p < high]], tolerance
    )
    points[0], points[-1] = low, max(high, points[-1])
    is_edge = [any(abs(point - edge) <= tolerance for edge in edges) for point in points]
    kinds = [(LEFT if is_edge[i] else 0) + (RIGHT if is_edge[i + 1] else 0) for i in range(len(points) - 1)]
    return Zone(np.array(points[:-1]), np.array(points[1:]), np.array(kinds, dtype=np.int64))


def floquet_zone(photon_energy: float, edges: Iterable[float], breaks: Iterable[float] = ()) -> Zone:
    """The zone [0, ħΩ) for band edges `edges` (any energies, folded here); `breaks` are further points, folded too.

    Edges so far away that rounding moves them within the zone are left out: no ladder reaches them.
    """
    edges = [edge for edge in edges if 4e-16 * abs(edge) < FARTHEST * photon_energy]
    tolerance = 1e-12 * photon_energy + 4e-16 * max([abs(edge) for edge in edges], default=0.0)
    folded = [float(np.mod(edge, photon_energy)) for edge in edges]
    # An edge at the zone's end is also one at its beginning.
    wrapped = [
        point for f in folded for point in ((0.0, photon_energy) if min(f, photon_energy - f) <= tolerance else (f,))
    ]
    return _segments(0.0, photon_energy, wrapped, [float(np.mod(point, photon_energy)) for point in breaks], tolerance)


def static_zone(window: tuple[float, float], edges: Iterable[float]) -> Zone:
    """Without a drive the zone is the window itself, broken at the band edges inside it."""
    low, high = window
    return _segments(
        low, high, [edge for edge in edges if low <= edge <= high], (), 1e-14 * max(1.0, abs(low), abs(high))
    )
