"""The ring without this package's solvers: the static resonance, and the pumped current to second order in the amplitude.

With one driven site d, ν_a = Γ_a |G_ad|² and A = ν_L + ν_R of the static device, at any photon energy:

    I_R = (v²/4) ∫_{E_F−ħΩ}^{E_F} [ν_R(E + ħΩ) A(E) − ν_R(E) A(E + ħΩ)] dE

Currents are in e·energy/h, per spin, at zero temperature and bias.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Sector, sectors

# Gauss–Legendre nodes of a panel, and panels: enough for a resonance as narrow as a hundredth of the photon energy.
NODES, PANELS = 16, 48


def second_order_current(
    device: Device, site: int, amplitude: float, photon_energy: float, fermi_energy: float, *, lead: str = "R"
) -> float:
    """I_R of the formula above, for a device without spin at rest, whose `site` moves as v cos Ωt; energies inside the bands."""
    (sector,) = sectors(device, None, {})
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    edges = np.linspace(fermi_energy - photon_energy, fermi_energy, PANELS + 1)
    half = 0.5 * np.diff(edges)[:, None]
    energy = (edges[:-1, None] + half * (nodes + 1)).ravel()
    low, high = _partial_densities(sector, site, energy), _partial_densities(sector, site, energy + photon_energy)
    flow = high[lead] * sum(low.values()) - low[lead] * sum(high.values())
    return float(amplitude**2 / 4 * np.sum((half * weights).ravel() * flow))


def resonance_half_width(device: Device, near: float = 0.0) -> float:
    """−Im of the complex energy at which the static device, at rest, resonates nearest to the energy `near`.

    The eigenvalue z = E − iw of H + Σ(z), iterated until it stays.
    """
    (sector,) = sectors(device, None, {})
    value = complex(near)
    for _ in range(200):
        eigenvalues = np.linalg.eigvals(_effective(sector, np.array([value]))[0])
        found = complex(eigenvalues[np.argmin(np.abs(eigenvalues - value))])
        if abs(found - value) < 1e-14:
            break
        value = found
    return -found.imag


def _effective(sector: Sector, energies: Array) -> Array:
    """H + Σ(E), shape (energies, n, n)."""
    result = np.repeat(np.asarray(sector.hamiltonian, dtype=complex)[None], len(energies), axis=0)
    for terminal in sector.terminals:
        result[:, terminal.orbitals[:, None], terminal.orbitals] += terminal.self_energy(energies)
    return result


def _partial_densities(sector: Sector, site: int, energies: Array) -> dict[str, Array]:
    """ν_a(E) = [G† Γ_a G]_dd of every lead."""
    size = len(sector.orbitals)
    green = np.linalg.inv(energies[:, None, None] * np.eye(size) - _effective(sector, energies))
    result = {}
    for terminal in sector.terminals:
        sigma = terminal.self_energy(energies)
        gamma = 1j * (sigma - np.conj(np.swapaxes(sigma, -1, -2)))
        column = green[:, terminal.orbitals, site]
        result[terminal.name] = np.einsum("ei,eij,ej->e", column.conj(), gamma, column).real
    return result
