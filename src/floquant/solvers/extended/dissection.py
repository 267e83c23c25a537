"""Nested dissection of a device that is driven everywhere: all but the contacts is eliminated, ladders as dense blocks.

[S_mk − Σ_m δ_mk] ψ = source,   S the Schur complement of E − H on the contacts' orbitals
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.elimination.elimination import Elements, Elimination
from floquant.solvers.extended.ladder_by_ladder import REMEMBERED, LadderByLadder, Waves
from floquant.solvers.ladder.contacts import contact_orbitals
from floquant.solvers.ladder.singular_systems import solve_or_limit


class DissectionSolver(LadderByLadder):
    """Ladders by nested dissection; real arithmetic above the contacts where H and the drive allow it."""

    def __init__(self, sector: Sector, remembered: int = REMEMBERED) -> None:
        super().__init__(sector, remembered)
        self.elimination = Elimination(sector, contact_orbitals(sector), with_changes=True)
        self._elements: tuple[int, Elements] | None = None

    @property
    def name(self) -> str:  # type: ignore[override]
        """With the kind of numbers."""
        return f"dissection ({'complex' if self.elements(0).complex_numbers else 'real'} fronts)"

    def elements(self, problem: int) -> Elements:
        """The matrix at one setting; the latest one is kept."""
        if self._elements is None or self._elements[0] != problem:
            self._elements = problem, self.elimination.elements(problem)
        return self._elements[1]

    def field(self, problem: int, energies: Array, waves: list[Waves], incoming: Array) -> Array:
        """The root: Schur complement less Σ, solved for all sources."""
        rungs, q, sources = incoming.shape
        elements = self.elements(problem)
        matrix = self.elimination.schur(elements, energies).astype(complex)
        size = q * rungs
        # the time shift that made the elements real is put back: rung m turned by e^{imχ}
        turn = np.tile(np.exp(1j * elements.angle * np.arange(rungs)), q)
        matrix[:size] *= turn.conj()[:, None]
        matrix[:, :size] *= turn
        view = matrix[:size, :size].reshape(q, rungs, q, rungs)
        for m, wave in enumerate(waves):
            view[:, m, :, m] -= wave.table.self_energy
        right = np.zeros((len(matrix), sources), complex)
        right[:size] = np.swapaxes(incoming, 0, 1).reshape(size, sources)
        found = solve_or_limit(matrix[None], right[None])[0, :size]
        return np.swapaxes(found.reshape(q, rungs, sources), 0, 1)
