"""Which solver a sector gets."""

from __future__ import annotations

from floquant.model import Sector
from floquant.solve.dense import DenseSolver
from floquant.solve.ladder import LadderSolver
from floquant.solve.sidebands import SidebandSolver

# Rungs of a typical ladder beyond its harmonics, and operations of the two ways for each power of their sizes, measured.
TYPICAL_RUNGS = 15
BLOCK_COST, DENSE_COST = 25.0, 2.0


def choose_solver(sector: Sector, wanted: str | None) -> LadderSolver:
    """Ports and sidebands, unless the dense reference is asked for, or is cheaper: many harmonics on a small device.

    A matrix continued fraction costs some 25 R (M e)³ operations a node (R rungs, M harmonics, e driven orbitals), laid M ways; the dense
    reference 2 (n R')³ with n orbitals, and no rungs added for steps of M.
    """
    ports = SidebandSolver(sector)
    if wanted == "ports" or (wanted is None and ports.scalar):
        return ports
    size = max(ports.n_harmonic, 1) * len(ports.driven)
    block = BLOCK_COST * (TYPICAL_RUNGS + 2 * ports.reach) * size**3
    dense = DENSE_COST * (TYPICAL_RUNGS * len(sector.orbitals)) ** 3
    return DenseSolver(sector) if wanted == "dense" or dense < block else ports
