"""What several ready devices are cut from: chains, rings, and ribbons that repeat along x.

    H = Σ_c |c⟩⟨c| ⊗ H00 + |c⟩⟨c+1| ⊗ H01 + |c+1⟩⟨c| ⊗ H01†,   site = cell · (sites of a cell) + place

Everything is built from arrays at once, so that 10⁵ sites take a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.numbers import whole

DENSE = 200  # sites up to which a matrix is dense, so that it can be looked at
# Sites of the largest device: a matrix that is dense has far fewer.
MOST_SITES, MOST_DENSE = 10_000_000, 5_000
PAULI = {
    "x": np.array([[0, 1], [1, 0]], complex),
    "y": np.array([[0, -1j], [1j, 0]]),
    "z": np.array([[1, 0], [0, -1]], complex),
}


def size_of(value: Any, what: str, least: int = 1, most: int = MOST_SITES) -> int:
    """A number of sites, lines or cells. `what` opens the sentence of the refusal: `The length`."""
    return whole(value, what, least, most)


def hermitian_of(bonds: Array, values: Any, size: int, levels: Any = 0.0, dense: bool = False) -> Any:
    """H with ⟨i|H|j⟩ = value on bonds (b, 2) and levels on the diagonal; above `DENSE` sites scipy CSR, if not `dense`."""
    values = np.broadcast_to(np.asarray(values, complex), (len(bonds),))
    levels = np.broadcast_to(np.asarray(levels, complex), (size,))
    sites = np.arange(size)
    rows = np.concatenate([bonds[:, 0], bonds[:, 1], sites])
    columns = np.concatenate([bonds[:, 1], bonds[:, 0], sites])
    listed = np.concatenate([values, np.conj(values), levels])
    if dense or size <= DENSE:
        result = np.zeros((size, size), complex)
        np.add.at(result, (rows, columns), listed)
        return result
    from scipy.sparse import csr_array

    return csr_array((listed, (rows, columns)), shape=(size, size))


def chain_bonds(sites: int) -> Array:
    """Bonds (i, i + 1) of a chain, (sites − 1, 2)."""
    first = np.arange(sites - 1)
    return np.stack([first, first + 1], axis=1)


def ring_bonds(sites: int) -> Array:
    """(i, j) with i the next site counterclockwise after j, (sites, 2)."""
    return np.stack([np.roll(np.arange(sites), -1), np.arange(sites)], axis=1)


def circle(sites: int, radius: float | None = None) -> Array:
    """Sites on a circle, counterclockwise from the left, (sites, 2); its sides have length 1 if no radius is given."""
    radius = 0.5 / np.sin(np.pi / sites) if radius is None else radius
    angle = np.pi + 2 * np.pi * np.arange(sites) / sites
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


@dataclass(frozen=True, eq=False)
class Ribbon:
    """A lattice that repeats along x.

    `points` (s, 2): the sites of a cell. `period`: its length. `inside` (b, 2): bonds of a cell. `across` (b, 2): bonds
    from a site of a cell to a site of the next cell. `sublattice` (s,): ±1.
    """

    points: Array
    period: float
    inside: Array
    across: Array
    sublattice: Array

    @property
    def sites(self) -> int:
        """Sites of a cell."""
        return len(self.points)

    def positions(self, cells: int) -> Array:
        """(cells · s, 2), cell after cell."""
        shift = np.stack([self.period * np.arange(cells), np.zeros(cells)], axis=1)
        return (shift[:, None] + self.points).reshape(-1, 2)

    def cell_matrices(self, hopping: float, field: float = 0.0) -> tuple[Array, Array]:
        """H00 and H01 = ⟨cell c|H|cell c + 1⟩, (s, s), with `hopping` on every bond.

        `field` in flux quanta per unit area, A along x: ⟨i|H|j⟩ has the phase −2π field (x_i − x_j)(y_i + y_j)/2, as that of
        a `Peierls` knob along z.
        """
        h00, h01 = np.zeros((2, self.sites, self.sites), complex)
        for matrix, bonds, ahead in ((h00, self.inside, 0.0), (h01, self.across, self.period)):
            first, second = self.points[bonds[:, 0]], self.points[bonds[:, 1]] + [ahead, 0.0]
            area = (second - first)[:, 0] * (first + second)[:, 1] / 2
            np.add.at(matrix, tuple(bonds.T), hopping * np.exp(2j * np.pi * field * area))
        return h00 + h00.conj().T, h01


def square_lattice(width: int) -> Ribbon:
    """`width` sites across, spacing 1."""
    y = np.arange(width)
    return Ribbon(
        points=np.stack([np.zeros(width), y], axis=1).astype(float),
        period=1.0,
        inside=chain_bonds(width),
        across=np.stack([y, y], axis=1),
        sublattice=(-1.0) ** y,
    )


def zigzag_lattice(chains: int) -> Ribbon:
    """Honeycomb with zigzag edges: `chains` zigzag chains, 2 sites of each in a cell; bonds of length 1, period √3.

    Sites 2c and 2c + 1 of a cell are A and B of chain c; B of a chain lies below A of the next one.
    """
    chain = np.arange(chains)
    a, b = 2 * chain, 2 * chain + 1
    odd = chain % 2 == 1
    x = np.sqrt(3) / 2 * np.stack([odd, ~odd], axis=1)
    y = np.stack([1.5 * chain, 1.5 * chain + 0.5], axis=1)
    # along a chain A and B alternate; in odd chains A is half a period ahead, so that its other neighbour is ahead too
    return Ribbon(
        points=np.stack([x.ravel(), y.ravel()], axis=1),
        period=float(np.sqrt(3)),
        inside=np.concatenate([np.stack([a, b], axis=1), np.stack([a[1:], b[:-1]], axis=1)]),
        across=np.stack([np.where(odd, a, b), np.where(odd, b, a)], axis=1),
        sublattice=np.tile([1.0, -1.0], chains),
    )


def armchair_lattice(lines: int) -> Ribbon:
    """Honeycomb with armchair edges: `lines` lines of dimers along x; bonds of length 1, period 3.

    Sites 2j and 2j + 1 of a cell are A and B of line j, a dimer; odd lines are shifted by half a period.
    """
    line = np.arange(lines)
    a, b = 2 * line, 2 * line + 1
    even, odd = line[:-1] % 2 == 0, line[:-1] % 2 == 1
    up = np.stack([a[:-1], b[:-1], a[1:], b[1:]], axis=1)  # A, B of a line, A, B of the line above it
    # B of an even line has A of the odd lines beside it ahead; B of an odd line has A of the even ones in the next cell
    inside = np.concatenate([np.stack([a, b], axis=1), up[even][:, [1, 2]], up[odd][:, [3, 0]]])
    across = np.concatenate([up[even][:, [3, 0]], up[odd][:, [1, 2]]])
    x = np.stack([1.5 * (line % 2), 1.5 * (line % 2) + 1.0], axis=1)
    y = np.sqrt(3) / 2 * np.stack([line, line], axis=1)
    return Ribbon(
        points=np.stack([x.ravel(), y.ravel()], axis=1),
        period=3.0,
        inside=inside,
        across=across,
        sublattice=np.tile([1.0, -1.0], lines),
    )
