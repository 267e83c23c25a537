"""Space–time symmetries of a driven device, and the currents that they forbid."""

from floquant.symmetry.report import SymmetryReport
from floquant.symmetry.search import symmetries
from floquant.symmetry.symmetry import Symmetry

__all__ = ["Symmetry", "SymmetryReport", "symmetries"]
