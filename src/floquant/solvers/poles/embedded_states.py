"""Bound states in the continuum that closed channels dress: real poles that no open channel sees.

A state that couples to no contact at all is dark (see `dark_states`). One that couples to closed channels only, by symmetry, is a real
pole among resonances: it is found like them, and distinguished from a narrow one by its amplitudes w†ψ in the open channels.
"""

from __future__ import annotations

import numpy as np

from floquant.model import Sector
from floquant.solvers.ladder.contacts import spectral_root
from floquant.solvers.poles.bound_states import share_inside
from floquant.solvers.poles.dark_states import BoundState, heaviest
from floquant.solvers.poles.pole_matrix import PoleMatrix
from floquant.solvers.poles.poles import folded_edges
from floquant.solvers.poles.resonances import Question, Resonance, resonances

# Depth of the search, and what amplitudes and half widths of a bound state may have by rounding; all in units of the device's energies.
DEPTH, ROUNDING = 0.03, 1e-11


def embedded_states(
    sector: Sector, problem: int, photon_energy: float, window: tuple[float, float], budget: int
) -> list[BoundState]:
    """Real poles in the window that no open channel sees, dark ones and those outside the bands included."""
    photon_energy = photon_energy if sector.is_driven else 0.0
    matrix = PoleMatrix(sector, problem, photon_energy, 0, 1)
    question = Question(*window, DEPTH * matrix.scale, 1e-6, None, budget)
    found = resonances(sector, problem, photon_energy, question)
    return [_bound(sector, problem, photon_energy, own) for own in found if _unseen(sector, photon_energy, own)]


def is_mixed(sector: Sector, photon_energy: float) -> bool:
    """True if an open channel and a closed one occur at the same quasienergy, so that such a state is possible."""
    edges = folded_edges(sector, np.zeros(1))
    if sector.is_driven and photon_energy:
        return bool(len(edges))
    total = sum(len(terminal.lead_orbitals) for terminal in sector.terminals)
    counts = [
        sum(round(float(np.trace(spectral_root(t.surface(np.array(energy)))[1]).real)) for t in sector.terminals)
        for energy in 0.5 * (edges[1:] + edges[:-1])
    ]
    return any(0 < count < total for count in counts)


def _unseen(sector: Sector, photon_energy: float, own: Resonance) -> bool:
    matrix = PoleMatrix(sector, 0, photon_energy, own.lowest, len(own.state))
    if abs(own.z.imag) > ROUNDING * matrix.scale:
        return False
    seen = 0.0
    for terminal in sector.terminals:
        root, _ = spectral_root(terminal.surface(own.z.real + matrix.shifts))
        waves = np.einsum("mic,mi->mc", (terminal.coupling @ root).conj(), own.state[:, terminal.orbitals])
        seen += float(np.sum(np.abs(waves) ** 2))
    return seen <= ROUNDING**2 * matrix.scale


def _bound(sector: Sector, problem: int, photon_energy: float, own: Resonance) -> BoundState:
    matrix = PoleMatrix(sector, problem, photon_energy, own.lowest, len(own.state))
    energy = own.z.real
    edges = folded_edges(sector, matrix.shifts)
    inside = share_inside(matrix, energy, own.state.reshape(-1), float(np.min(np.abs(edges - energy))))
    return heaviest(energy, np.sqrt(inside) * own.state, own.lowest, photon_energy, False)
