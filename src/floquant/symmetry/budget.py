"""The budget of a search for symmetries: n equal sites with a lead each can be exchanged in n! ways.

Work is counted in visits of edges, not by a clock, so that what is found does not depend on the machine. What is found is kept, so the
budget bounds memory too.
"""

from __future__ import annotations

from dataclasses import dataclass

# All that one call may spend (some seconds), and what a branch of the search and the equations of a permutation take besides visits.
MOST, BRANCH, EQUATIONS = 200_000_000, 30_000, 100_000


@dataclass
class Budget:
    """Visits that are left."""

    left: int = MOST

    def spend(self, visits: int) -> None:
        """So many less."""
        self.left -= visits

    @property
    def exhausted(self) -> bool:
        """True if nothing is left."""
        return self.left < 0
