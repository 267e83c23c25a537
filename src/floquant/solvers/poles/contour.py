"""Moments of M(z)⁻¹ around a rectangle, by quadrature that halves its panels until they are good.

    A_p = (1/2πi) ∮ ζ^p U† M(z)⁻¹ V dz,   ζ = (z − centre) / radius,   U, V fixed random columns

Poles inside the rectangle are eigenvalues of the block Hankel matrices of the A_p (W.-J. Beyn, Linear Algebra Appl. 436, 3839;
J. Asakura et al., JSIAM Lett. 1, 52). The residue of a pole does not depend on its width, so the narrowest is found like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.solvers.poles.pole_matrix import PoleMatrix
from floquant.solvers.zone.zone import ANALYSIS, NODES, POINTS, WEIGHTS

# Relative error of the moments, and the share of the largest below which a singular value is quadrature's noise.
TOLERANCE, NOISE = 1e-9, 1e-7
# Most times that a panel is halved.
DEEPEST = 24
# Random columns, and block rows of the Hankel matrix.
COLUMNS, ROWS = 12, 3


@dataclass(frozen=True)
class Box:
    """left < Re z < right, −depth < Im z < height; a side on a band edge passes a branch point at Im z = 0."""

    left: float
    right: float
    depth: float
    height: float
    left_is_edge: bool = False
    right_is_edge: bool = False

    @property
    def centre(self) -> complex:
        """Middle of the rectangle."""
        return complex(0.5 * (self.left + self.right), 0.5 * (self.height - self.depth))

    @property
    def radius(self) -> float:
        """Half the diagonal."""
        return 0.5 * float(np.hypot(self.right - self.left, self.height + self.depth))

    def holds(self, z: complex, slack: float = 0.0) -> bool:
        """True if z lies inside, or outside by no more than `slack`."""
        return (
            self.left - slack <= z.real <= self.right + slack and -self.depth - slack <= z.imag <= self.height + slack
        )

    def sides(self) -> list[tuple[complex, complex, bool]]:
        """Straight pieces: start, end, and whether the path leaves a branch point there; `signs` are their orientation."""
        a, b, d, h = self.left, self.right, -1j * self.depth, 1j * self.height
        return [
            (a + d, b + d, False),
            (b, b + d, True),
            (b, b + h, True),
            (b + h, a + h, False),
            (a, a + h, True),
            (a, a + d, True),
        ]

    signs = (1, -1, 1, 1, -1, 1)


def probes(size: int) -> tuple[Array, Array]:
    """U and V: fixed random columns."""
    rng = np.random.default_rng(20)
    columns = min(COLUMNS, size)
    shape = (2, size, columns)
    u, v = (rng.normal(size=shape) + 1j * rng.normal(size=shape)) / np.sqrt(2 * size)
    return u, v


def moments(matrix: PoleMatrix, box: Box, budget: list[int]) -> tuple[Array, float] | None:
    """A_0 … A_{2·ROWS−1} and the size of what was integrated; None where panels would not end, a pole being on the path.

    `budget[0]` solutions may be spent, and are counted down.
    """
    u, v = probes(matrix.size)
    sides = box.sides()
    side = np.arange(len(sides))
    low, width, depth = np.zeros(len(sides)), np.ones(len(sides)), np.zeros(len(sides), int)
    total = np.zeros((2 * ROWS, u.shape[1], v.shape[1]), complex)
    size, reached = 0.0, False
    while len(side) and budget[0] > 0:
        values, z = _values(matrix, box, side, low, width, u, v)
        budget[0] -= len(side) * POINTS
        coefficients = np.einsum("jx,bxuv->bjuv", ANALYSIS, values)
        size += float(np.abs(coefficients[:, 0]).max(axis=(1, 2)).sum()) if not reached else 0.0
        reached = True
        tail = np.abs(coefficients[:, -3:]).max(axis=(1, 2, 3))
        good = tail <= TOLERANCE * max(size, np.abs(coefficients[:, 0]).max(initial=0.0))
        if np.any(depth[~good] >= DEEPEST):
            return None
        zeta = (z - box.centre) / box.radius
        for p in range(2 * ROWS):
            total[p] += np.einsum("x,bx,bxuv->uv", WEIGHTS, zeta[good] ** p, values[good])
        bad = ~good
        half = 0.5 * width[bad]
        side, depth = np.repeat(side[bad], 2), np.repeat(depth[bad] + 1, 2)
        low = np.stack([low[bad], low[bad] + half], axis=1).ravel()
        width = np.repeat(half, 2)
    return None if len(side) else (total / (2j * np.pi), size)


def _values(
    matrix: PoleMatrix, box: Box, side: Array, low: Array, width: Array, u: Array, v: Array
) -> tuple[Array, Array]:
    """U† M⁻¹ V dz/dx (panels, 16, L, L) and z (panels, 16) on panels of the sides' parameter s ∈ [0, 1]."""
    start, end, branch = (np.array(part)[side][:, None] for part in zip(*box.sides(), strict=True))
    s = low[:, None] + 0.5 * width[:, None] * (NODES + 1.0)
    # the square root at a branch point is smooth in s where z − start goes like s²
    share, slope = np.where(branch, s * s, s), np.where(branch, 2.0 * s, 1.0)
    z = start + (end - start) * share
    slope = slope * (end - start) * 0.5 * width[:, None] * np.array(Box.signs)[side][:, None]
    found = np.empty((*z.shape, u.shape[1], v.shape[1]), complex)
    projection = np.ascontiguousarray(u.conj().T)
    for panel in range(len(z)):
        found[panel] = projection @ matrix.solve(z[panel], v)
    return found * slope[..., None, None], z


def hankel_estimates(found: Array, size: float, box: Box) -> tuple[Array, bool]:
    """Poles inside the rectangle from its moments, and whether there may be more than the moments can hold."""
    rows, columns = found.shape[1] * ROWS, found.shape[2] * ROWS
    first, second = (
        np.block([[found[i + j + shift] for j in range(ROWS)] for i in range(ROWS)]).reshape(rows, columns)
        for shift in (0, 1)
    )
    left, values, right = np.linalg.svd(first)
    rank = int(np.sum(values > NOISE * max(size, values[0])))
    if not rank:
        return np.zeros(0, complex), False
    reduced = left[:, :rank].conj().T @ second @ right[:rank].conj().T / values[:rank]
    return box.centre + box.radius * np.linalg.eigvals(reduced), rank > 0.75 * len(values)
