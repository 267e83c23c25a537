"""Which solver a sector gets."""

from __future__ import annotations

from floquant.model import Sector
from floquant.solve.dense import DenseSolver
from floquant.solve.ladder import LadderSolver
from floquant.solve.sidebands import SidebandSolver


def choose_solver(sector: Sector, wanted: str | None) -> LadderSolver:
    """Ports and sidebands, unless the dense reference is asked for."""
    return DenseSolver(sector) if wanted == "dense" else SidebandSolver(sector)
