"""Driven devices for the comparison with Kwant, as plain matrices: any code can be given the same problem.

H(t) = Σ_n H_n e^{−inΩt},   H_{−n} = H_n†;   a lead's cell 0 lies outward of `sites`, ⟨sites|H|cell 0⟩ = H01
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import jv


@dataclass(frozen=True, eq=False)
class WireLead:
    """A semi-infinite wire: (sites that it continues, H00, H01 = ⟨cell 0|H|cell 1⟩), one orbital per site."""

    sites: np.ndarray
    h00: np.ndarray
    h01: np.ndarray


@dataclass(frozen=True, eq=False)
class Problem:
    """H_n for n ≥ 0 as CSR matrices of one orbital per site, positions (n, 2), the leads by name, ħΩ and an energy."""

    name: str
    matrices: Mapping[int, Any]
    positions: np.ndarray
    leads: Mapping[str, WireLead]
    photon_energy: float
    energy: float


def square_strip(
    width: int, length: int, drive: float = 0.5, flux: float = 0.01, disorder: float = 0.5, seed: int = 1
) -> Problem:
    """Every site driven by `drive` · cos(Ωt + its own phase), in a magnetic field and disorder: complex H, no symmetry.

    `width` × `length` sites, hopping −1, `flux` quanta per plaquette, levels drawn from [−disorder/2, disorder/2].
    """
    rng = np.random.default_rng(seed)
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(length), np.arange(width), indexing="ij"))
    levels = disorder * (rng.random(len(x)) - 0.5)
    phase = 2 * np.pi * (x / length + 0.3 * y / width)
    matrices = {0: _square_lattice(width, length, flux, levels), 1: _diagonal(0.5 * drive * np.exp(-1j * phase))}
    return Problem(f"strip {width}×{length}", matrices, np.stack([x, y], axis=1), _wires(width, length), 0.4, -1.3)


def in_phase_strip(width: int, length: int, drive: float = 0.5, disorder: float = 0.5, seed: int = 1) -> Problem:
    """The same without a field and with all sites in phase: H and its harmonics are real."""
    problem = square_strip(width, length, drive, 0.0, disorder, seed)
    n = width * length
    real = {0: problem.matrices[0].real.tocsr(), 1: _diagonal(np.full(n, 0.5 * drive))}
    return Problem(f"real strip {width}×{length}", real, problem.positions, problem.leads, 0.4, -1.3)


def gated_square(width: int, length: int, gate: int = 10, drive: float = 0.5) -> Problem:
    """The same square with a gate on `gate` neighbouring sites of its middle row only."""
    problem = square_strip(width, length)
    weights = np.zeros(width * length, complex)
    weights[gate_sites(width, length, gate)] = 0.5 * drive
    matrices = {0: problem.matrices[0], 1: _diagonal(weights)}
    return Problem(f"gate on {width}×{length}", matrices, problem.positions, problem.leads, 0.4, -1.3)


def gate_sites(width: int, length: int, gate: int = 10) -> np.ndarray:
    """The driven sites of `gated_square`."""
    first = (length // 2) * width + (width - gate) // 2
    return np.arange(first, first + gate)


def zigzag_ribbon(
    chains: int = 24, cells: int = 60, photon_energy: float = 0.55, strength: float = 0.15, energy: float = 0.31
) -> Problem:
    """Graphene under circularly polarised light: `chains` zigzag chains, `cells` cells long, undriven ribbons as leads.

    ⟨i|H|j⟩ = −exp[i z (cos α cos Ωt + sin α sin Ωt)] on a bond of direction α from j to i, so that H_n = −i^n J_n(z) e^{inα}.
    Energies in units of the hopping, the bond length is 1.
    """
    positions, pairs = _zigzag_bonds(chains, cells)
    i, j = pairs.T
    angle = np.arctan2(*(positions[i] - positions[j]).T[::-1])
    n = len(positions)
    matrices = {}
    for k in range(10):
        forward = -(1j**k) * jv(k, strength) * np.exp(1j * k * angle)
        backward = -(1j**k) * jv(k, strength) * np.exp(1j * k * (angle + np.pi))
        matrices[k] = _sparse(np.concatenate([forward, backward]), np.concatenate([i, j]), np.concatenate([j, i]), n)
    lead_positions, lead_pairs = _zigzag_bonds(chains, 2)
    wire = np.zeros((len(lead_positions),) * 2)
    wire[lead_pairs[:, 0], lead_pairs[:, 1]] = wire[lead_pairs[:, 1], lead_pairs[:, 0]] = -1
    cell = 2 * chains
    h00, right = wire[:cell, :cell], wire[:cell, cell:]
    leads = {"L": WireLead(np.arange(cell), h00, right.T), "R": WireLead(np.arange(n - cell, n), h00, right)}
    return Problem(f"zigzag ribbon {chains}×{cells}", matrices, positions, leads, photon_energy, energy)


def _zigzag_bonds(chains: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions (n, 2), cell after cell, and bonds (b, 2) of a ribbon along x whose edges are zigzag."""
    number = {}
    points = []
    for cell in range(cells):
        for chain in range(chains):
            for which in range(2):
                # a chain is … A B A B …, the next one is shifted by half a period and joined to it by vertical bonds
                x = np.sqrt(3) * (cell + 0.5 * ((which + chain) % 2))
                number[cell, chain, which] = len(points)
                points.append((x, 1.5 * chain + 0.5 * which))
    pairs = []
    for (cell, chain, which), i in number.items():
        if which:
            continue
        step = -1 if chain % 2 == 0 else 1
        for other in ((cell, chain, 1), (cell + step, chain, 1), (cell, chain - 1, 1)):
            if other in number:
                pairs.append((i, number[other]))
    return np.array(points), np.array(pairs)


def _square_lattice(width: int, length: int, flux: float, levels: np.ndarray) -> Any:
    """Hopping −1, the field in the gauge whose phases sit on the bonds along x and grow with y."""
    index = np.arange(width * length).reshape(length, width)
    ahead, behind = index[1:].ravel(), index[:-1].ravel()
    turned = -np.exp(-2j * np.pi * flux * (ahead % width))
    above, below = index[:, 1:].ravel(), index[:, :-1].ravel()
    i, j = np.concatenate([ahead, above]), np.concatenate([behind, below])
    hops = np.concatenate([turned, np.full(len(above), -1.0 + 0j)])
    h = _sparse(hops, i, j, width * length)
    return (h + h.conj().T + _diagonal(levels)).tocsr()


def _wires(width: int, length: int) -> dict[str, WireLead]:
    h00 = -(np.eye(width, k=1) + np.eye(width, k=-1))
    h01 = -np.eye(width)
    return {
        "L": WireLead(np.arange(width), h00, h01),
        "R": WireLead(np.arange(width * (length - 1), width * length), h00, h01),
    }


def _sparse(values: np.ndarray, rows: np.ndarray, columns: np.ndarray, n: int) -> Any:
    from scipy.sparse import csr_array

    return csr_array((values, (rows, columns)), shape=(n, n))


def _diagonal(values: np.ndarray) -> Any:
    n = len(values)
    result = _sparse(values, np.arange(n), np.arange(n), n)
    result.eliminate_zeros()
    return result
