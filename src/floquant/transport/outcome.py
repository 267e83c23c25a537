"""What a calculation knows of itself at no further cost: it travels with every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from floquant.solvers.ladder.solver import LadderSolver


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """How a problem was solved: sidebands each way, `nodes` energies over all settings, and whether every bound is met.

    closed_leads: names of leads without an open channel at any energy asked for, sidebands included. The bound of each number is beside
    the number, as `<name>_error`.
    """

    sidebands: int
    nodes: int
    solver: str
    forced_sidebands: bool
    converged: bool
    closed_leads: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line: whether it converged, by which solver, with how many sidebands, at how many energies, and which leads are closed."""
        state = "converged" if self.converged else "NOT CONVERGED"
        forced = " (forced)" if self.forced_sidebands else ""
        closed = f"; closed leads: {', '.join(self.closed_leads)}" if self.closed_leads else ""
        return f"{state}: {self.solver}, {self.sidebands} sidebands each way{forced}, {self.nodes} energies{closed}"

    def attrs(self) -> dict[str, str]:
        """What a DataArray says of how it was solved: the summary. All checks are the `certificate` of the solution or scattering."""
        return {"certificate": self.summary}


def names_of(solvers: Iterable[LadderSolver]) -> str:
    """Each once, in their order."""
    return ", ".join(dict.fromkeys(solver.name for solver in solvers))
