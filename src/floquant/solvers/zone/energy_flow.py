"""Energy carried into the leads, from the amplitudes at the nodes of an integrated ladder.

    J^E_b = Σ_{a,n} ∫ dE E_n |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]
          = ∫ dε { Σ_{a,k} X_ba,k f_a(E_k) − Σ_m Y_b,m f_b(E_m) },   X_ba,k = Σ_m E_m |S_ba,mk|²,   Y_b,m = E_m Σ_{a,k} |S_ba,mk|²

Deep and empty rungs cancel exactly, because X and Y add up the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ladder import LadderSolver
from floquant.solvers.zone.occupation import ZoneIntegrals
from floquant.solvers.zone.zone import ANALYSIS, NODES


@dataclass(frozen=True)
class EnergyFlow:
    """X (panels, 16, contacts, contacts, rungs) and Y (panels, 16, contacts, rungs) of one setting, as Legendre coefficients."""

    integrals: ZoneIntegrals
    problem: int
    arriving: Array
    leaving: Array

    @classmethod
    def of(cls, solver: LadderSolver, integrals: ZoneIntegrals, problem: int) -> EnergyFlow:
        """Solve once more at the nodes of the setting's panels."""
        panels, zone, ladder = integrals.panels, integrals.zone, integrals.ladder
        own = slice(int(integrals.begins[problem]), int(integrals.begins[problem + 1]))
        width = (panels.right - panels.left)[own, None]
        s = panels.left[own, None] + 0.5 * width * (NODES + 1.0)
        segment = np.repeat(panels.segment[own, None], s.shape[1], axis=1)
        energies = ladder.energies(zone.energy(segment, s))
        slope = 0.5 * width * zone.slope(segment, s)
        names = len(solver.channels.names)
        arriving = np.zeros((*s.shape, names, names, ladder.rungs))
        leaving = np.zeros((*s.shape, names, ladder.rungs))
        contact = np.array([solver.channels.names.index(name) for name, _ in solver.channels.banks])
        for panel in range(len(s)):
            table = solver.tabulate(energies[panel : panel + 1])
            entered = solver.powers_from_every_rung(table, np.array([problem]), np.zeros(1, np.int64))
            for rung, (powers, _) in enumerate(entered):
                carried = powers[0] * energies[panel, :, :, None, None]
                for i, b in enumerate(contact):
                    leaving[panel, :, b] += carried[:, :, i].sum(axis=2)
                    for j, a in enumerate(contact):
                        arriving[panel, :, b, a, rung] += carried[:, :, i, j].sum(axis=1)
        weight = ANALYSIS[None] * slope[:, None, :]
        return cls(
            integrals, problem, np.einsum("ujx,uxbak->ujbak", weight, arriving), np.einsum("ujx,uxbm->ujbm", weight, leaving)
        )  # fmt: skip

    def into(self, mu: Array, temperature: Array) -> Array:
        """J^E_b of each point, shape (contacts, points), for μ and k_BT of every contact, (contacts, points)."""
        result = np.zeros(mu.shape)
        for a in range(len(mu)):
            moments = self._moments(mu[a], temperature[a])
            result += np.einsum("ujbk,ukij->bi", self.arriving[:, :, :, a], moments, optimize=True)
            result[a] -= np.einsum("ujm,umij->i", self.leaving[:, :, a], moments, optimize=True)
        return result

    def _moments(self, mu: Array, temperature: Array) -> Array:
        """∫ P_j f dx on the setting's panels, shape (panels, rungs, points, 16)."""
        from floquant.solvers.kernels.occupation import fermi_moments
        from floquant.solvers.zone.zone import WEIGHTS

        panels, zone, ladder = self.integrals.panels, self.integrals.zone, self.integrals.ladder
        own = slice(int(self.integrals.begins[self.problem]), int(self.integrals.begins[self.problem + 1]))
        places = (panels.segment[own], panels.left[own], panels.right[own])
        moments = np.empty((len(places[0]), ladder.rungs, len(mu), len(NODES)))
        ends = np.empty((len(places[0]), ladder.rungs, len(mu), 2))
        fermi_moments(
            *(np.ascontiguousarray(place) for place in places), zone.start, zone.end, zone.kind, ladder.photon_energy, ladder.lowest,
            ladder.rungs, np.ascontiguousarray(mu), np.ascontiguousarray(temperature), NODES, WEIGHTS, moments, ends,
        )  # fmt: skip
        return moments
