"""Space–time symmetries of a driven device, and the currents that they forbid."""

from floquant.observe.symmetries.report import SymmetryReport
from floquant.observe.symmetries.search import symmetries
from floquant.observe.symmetries.symmetry import Symmetry

__all__ = ["Symmetry", "SymmetryReport", "symmetries"]
