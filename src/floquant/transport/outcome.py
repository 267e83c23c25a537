"""What a calculation knows of itself at no further cost: it travels with every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from floquant.solvers.ladder.solver import LadderSolver


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """How a problem was solved: sidebands each way, `nodes` energies over all settings, and whether every bound is met.

    The bound of each number is beside the number, as `<name>_error`.
    """

    sidebands: int
    nodes: int
    solver: str
    forced_sidebands: bool
    converged: bool

    @property
    def summary(self) -> str:
        """One line."""
        state = "converged" if self.converged else "NOT CONVERGED"
        forced = " (forced)" if self.forced_sidebands else ""
        return f"{state}: {self.solver}, {self.sidebands} sidebands each way{forced}, {self.nodes} energies"

    def attrs(self) -> dict[str, float | int | str]:
        """As attributes of a DataArray that every file format can hold."""
        return {
            "certificate_solver": self.solver,
            "certificate_sidebands": self.sidebands,
            "certificate_nodes": self.nodes,
            "certificate_forced_sidebands": int(self.forced_sidebands),
            "certificate_converged": int(self.converged),
            "certificate": self.summary,
        }


def names_of(solvers: Iterable[LadderSolver]) -> str:
    """Each once, in their order."""
    return ", ".join(dict.fromkeys(solver.name for solver in solvers))
