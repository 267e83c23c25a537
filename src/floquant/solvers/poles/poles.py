"""Poles of the Floquet–Green function: complex quasienergies z where M(z) ψ = 0 (see `pole_matrix`).

Between neighbouring folded band edges M is analytic. Each such strip is enclosed by a rectangle, the moments of M⁻¹ around it give
estimates of all poles inside, and Newton's method on M(z) ψ = 0 brings each to rounding. Degenerate poles come with as many
independent states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Sector
from floquant.solvers.poles.contour import Box, hankel_estimates, moments
from floquant.solvers.poles.pole_matrix import PoleMatrix

# Estimates closer than this share of the scale are solved for together; poles closer than the second are one.
CLUSTER, SAME = 1e-5, 1e-11
# A rectangle reaches beyond a free end by this share of its length.
MARGIN = 0.07
# Distance that is kept from a band edge, of the scale.
EDGE = 1e-12
# Share of a full rectangle at which it is cut. Poles of symmetric devices lie at simple fractions of it: no p/q with q ≤ 30 is
# nearer to this than 0.0043.
CUT = 0.4871
# By how much of the scale the paths are moved where a pole lies on one (a symmetric device whose bands are a multiple of ħΩ has its
# pole at Re z = 0 beneath an edge, on a rung that hardly matters).
NUDGES = (0.0, 2.3e-5, -5.9e-5, 1.7e-4, -4.1e-4)


class PoleOnPath(Exception):
    """The path of an integral meets a pole."""


@dataclass(frozen=True)
class Pole:
    """A quasienergy z, its state ψ (rungs, n) of norm 1, and ‖M(z) ψ‖ over the size of M."""

    z: complex
    state: Array
    residual: float


def folded_edges(sector: Sector, shifts: Array) -> Array:
    """Energies z at which some rung z + mħΩ is on an edge of some lead, sorted."""
    edges = [edge for terminal in sector.terminals for edge in lead_edges(terminal.lead) if np.isfinite(edge)]
    return np.unique(np.subtract.outer(np.array(edges, float), shifts).ravel())


def lead_edges(lead: object) -> tuple[float, ...]:
    """Energies at which channels of a lead open or close."""
    own = getattr(lead, "edges", None)
    found = own() if own is not None else (edge for band in lead.bands() for edge in band)  # type: ignore[attr-defined]
    return tuple(float(edge) for edge in found)


def strips(low: float, high: float, edges: Array, scale: float) -> Iterator[tuple[float, float, bool, bool]]:
    """Pieces of [low, high] between edges, which ends of them are edges; free ends reach out by a margin, to the next edge at most."""
    inside = [float(edge) for edge in edges if low < edge < high]
    margin = MARGIN * (high - low)
    below, above = edges[edges <= low], edges[edges >= high]
    start = low - margin
    start_is_edge = bool(len(below)) and below[-1] >= start
    start = float(below[-1]) if start_is_edge else start
    end = high + margin
    end_is_edge = bool(len(above)) and above[0] <= end
    end = float(above[0]) if end_is_edge else end
    points = [start, *inside, end]
    flags = [start_is_edge, *[True] * len(inside), end_is_edge]
    gap = EDGE * scale
    for i in range(len(points) - 1):
        a, b = points[i] + gap * flags[i], points[i + 1] - gap * flags[i + 1]
        if b - a > 4 * gap:
            yield a, b, flags[i], flags[i + 1]


def poles(matrix: PoleMatrix, low: float, high: float, depth: float, budget: list[int]) -> list[Pole]:
    """All poles with low ≤ Re z ≤ high and half width up to `depth`; `budget[0]` counts solutions down.

    Raises `NotConverged` if the budget does not suffice.
    """
    slack = 1e-12 * matrix.scale
    for attempt, nudge in enumerate(NUDGES):
        moved = replace(matrix, nudge=nudge * matrix.scale)
        edges = folded_edges(matrix.sector, matrix.shifts + moved.nudge)
        try:
            found = [
                pole
                for a, b, left, right in strips(low, high, edges, matrix.scale)
                for pole in _in_box(
                    moved, _stretched(Box(a, b, depth, 0.5 * min(depth, b - a), left, right), attempt), budget
                )
            ]
        except PoleOnPath:
            continue
        return [
            pole
            for pole in _distinct(found, matrix)
            if low - slack <= pole.z.real <= high + slack and pole.z.imag >= -depth - slack
        ]
    raise NotConverged(
        f"A pole lies on the path around Re E = {low:.6g} … {high:.6g} wherever the path is laid; ask for another window."
    )


def _stretched(box: Box, attempt: int) -> Box:
    """The rectangle a little larger on its free sides: outwards only, so that what it must hold stays inside."""
    share = 0.013 * attempt
    width = box.right - box.left
    return replace(
        box,
        left=box.left - (0 if box.left_is_edge else share * width),
        right=box.right + (0 if box.right_is_edge else share * width),
        depth=box.depth * (1 + MARGIN + share),
        height=box.height * (1 + share),
    )


def _in_box(matrix: PoleMatrix, box: Box, budget: list[int]) -> list[Pole]:
    """Poles inside a rectangle, which is cut in two where it holds too many."""
    answer = moments(matrix, box, budget)
    if budget[0] <= 0:
        raise NotConverged(
            "The search for poles spent max_nodes solutions; raise max_nodes, or ask for a smaller window or max_half_width."
        )
    if answer is None:
        raise PoleOnPath
    estimates, full = hankel_estimates(*answer, box)
    if full:
        middle = box.left + CUT * (box.right - box.left)
        left, right = (
            replace(box, right=middle, right_is_edge=False),
            replace(box, left=middle, left_is_edge=False),
        )
        return _distinct([*_in_box(matrix, left, budget), *_in_box(matrix, right, budget)], matrix)
    found = []
    exact, slack = replace(matrix, nudge=0.0), 1e-9 * matrix.scale + 4 * abs(matrix.nudge)
    for cluster in _clusters(estimates, CLUSTER * matrix.scale):
        for start, vector in _started(matrix, cluster):
            pole = _newton(exact, start, vector)
            if pole is not None and box.holds(pole.z, slack):
                found.append(pole)
    return _distinct(found, matrix)


def _clusters(values: Array, distance: float) -> list[Array]:
    """Values that are near each other, together."""
    rest = list(values)
    found = []
    while rest:
        group = [rest.pop()]
        for member in group:
            near = [x for x in rest if abs(x - member) <= distance]
            rest = [x for x in rest if abs(x - member) > distance]
            group += near
        found.append(np.array(group))
    return found


def _started(matrix: PoleMatrix, cluster: Array) -> list[tuple[complex, Array]]:
    """Starts (z, ψ), as many as the cluster has members: block inverse iteration, left and right, and a small eigenproblem."""
    from scipy.linalg import eig

    centre = complex(cluster.mean())
    rng = np.random.default_rng(7)
    shape = (2, matrix.size, len(cluster))
    right, left = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    solve, solve_adjoint, apply = matrix.factored(centre)
    for _ in range(3):
        right = np.linalg.qr(solve(right))[0]
        left = np.linalg.qr(solve_adjoint(left))[0]
    slope = matrix.slope(centre, right, 1e-6 * matrix.scale)
    shifts, vectors = eig(left.conj().T @ apply(right), -(left.conj().T @ slope))
    return [(centre + complex(shift), right @ vectors[:, i]) for i, shift in enumerate(shifts) if np.isfinite(shift)]


def _newton(matrix: PoleMatrix, z: complex, vector: Array, steps: int = 40) -> Pole | None:
    """Newton's method on M(z) ψ = 0 with ψ† fixed in each step; None if it does not settle."""
    vector = vector / np.linalg.norm(vector)
    settled = 1e-15 * matrix.scale
    before = np.inf
    for _ in range(steps):
        solve, _, _ = matrix.factored(z)
        found = solve(matrix.slope(z, vector, 1e-6 * matrix.scale))
        step = 1.0 / (vector.conj() @ found)
        if not np.isfinite(step):
            return None
        vector = found / np.linalg.norm(found)
        if abs(step) > 4 * settled and abs(step) > 0.5 * before and before < 1e-12 * matrix.scale:
            break  # rounding: no step is better than the one before
        z = z - complex(step)
        before = float(abs(step))
        if before <= settled:
            break
    if before > 1e-10 * matrix.scale:
        return None
    residual = float(np.linalg.norm(matrix.factored(z)[2](vector))) / matrix.scale
    return Pole(z, vector.reshape(matrix.rungs, matrix.orbitals), residual)


def polished(matrix: PoleMatrix, z: complex, state: Array) -> Pole | None:
    """The pole of this matrix nearest to a start (z, ψ)."""
    return _newton(matrix, z, state.reshape(-1))


def _distinct(found: list[Pole], matrix: PoleMatrix) -> list[Pole]:
    """Each pole once; of a degenerate one as many states as are independent."""
    kept: list[Pole] = []
    for pole in found:
        twins = [other.state.reshape(-1) for other in kept if abs(other.z - pole.z) <= SAME * matrix.scale]
        rest = pole.state.reshape(-1)
        if twins:
            basis = np.linalg.qr(np.array(twins).T)[0]
            rest = rest - basis @ (basis.conj().T @ rest)
        if np.linalg.norm(rest) > 1e-3:
            kept.append(pole)
    return kept
