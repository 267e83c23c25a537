"""The current that a drive alone pumps, at zero temperature and one Fermi level: dense Floquet matrices on a graded grid. NumPy alone.

Electrons count only where a photon lifts them over the Fermi level, less those that it brings down. With ε from E_F − ħΩ to E_F on rung 0,

    I_b = ∫ dε { Σ_{k > 0 ≥ l} |S_b(E_k, E_l)|² − Σ_{k ≤ 0 < l} |S_b(E_k, E_l)|² },     E_k = ε + kħΩ,

summed over incoming contacts. Quicker than `brute_force`, because the ladder ends N rungs from the Fermi level, and only as good as its
marks: the grid is graded towards the band edges and towards every energy in `marks`, all folded by ħΩ, and not refined. The ring's
resonance is at 0; where ħΩ is large its bound states matter too.
"""

import numpy as np

from .closed_forms import graded_integral
from .dense_floquet import scattering_ladder


def pumped_current(problem, fermi_energy, contact=1, sidebands=7, marks=(0.0,), points=10, narrowest=1e-6):
    """The current into one contact, given by its number; contacts of one channel each."""
    omega = problem.photon_energy
    rungs = range(1 - sidebands, sidebands + 1)
    above = np.array(rungs) > 0
    edges = {edge for each in problem.contacts for edge in each.edges}
    low = fermi_energy - omega
    folded = [low + np.mod(mark - low, omega) for mark in (*marks, *edges)]

    def integrand(energies):
        parts = np.array_split(energies, 1 + len(energies) // 400)
        p = np.concatenate([_powers(problem, part, rungs, contact) for part in parts])
        return p[:, above][:, :, ~above].sum((1, 2)) - p[:, ~above][:, :, above].sum((1, 2))

    return graded_integral(integrand, low, fermi_energy, folded, points, narrowest)


def _powers(problem, energies, rungs, contact):
    """|S|² into one contact, incoming contacts summed: (batch, rung out, rung in)."""
    return (np.abs(scattering_ladder(problem, energies, rungs)[:, :, contact]) ** 2).sum(-1)
