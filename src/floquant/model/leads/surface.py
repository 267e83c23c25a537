"""g(E) of a connected piece of a periodic lead, with the cases in which a plain solution loses its digits.

    g = (E − h − Σ)⁻¹,   Σ = v g v† = A σ A†

1. Every energy is tried by its waves (`transfer`).
2. Where two waves that go out and in cross (E = 0 of many leads; folded bands), rounding mixes them although g is smooth: there
   σ is its mean over a circle in the complex plane.
3. Where waves coalesce that both decay, eigenvectors fail but the space that they span does not: it is taken from a Schur form.
4. At a pole of g the energy is moved by 1e-9 of the width of the spectrum, so that what a device sees is the limit.
"""

from __future__ import annotations

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell
from floquant.model.leads.continuation import averaged, continued
from floquant.model.leads.crossing import crossed, separated
from floquant.model.leads.subspace import from_schur
from floquant.model.leads.transfer import Waves, defect, outgoing, sigma_of, surface_of, waves

BLOCK = 1_000_000  # numbers in the transfer matrices of one block of energies
GOOD = 2e-14  # a relative residual that needs no repair
ENOUGH = 1e-12  # a relative residual that a repair must reach to be taken
RADII = (3e-2, 6e-3, 1e-3)  # of the circles, in units of the lead's spectrum
POLE = 1e9  # |g| in units of 1 / scale that counts as a pole
AWAY = 2e-9  # how far the energy is moved from a pole, in units of the lead's spectrum


def surface(cell: Cell, energies: Array) -> Array:
    """g (N, c, c) at real or complex energies (N,)."""
    result = np.empty((len(energies), *cell.h.shape), complex)
    size = max(1, BLOCK // max(1, 4 * cell.rank**2))
    for begin in range(0, len(energies), size):
        where = slice(begin, begin + size)
        result[where] = _without_poles(cell, energies[where])
    return result


def _without_poles(cell: Cell, energies: Array) -> Array:
    g = _surface(cell, energies)
    for i in np.flatnonzero(~(np.abs(g).max(axis=(-1, -2)) * cell.scale < POLE)):
        g[i] = _surface(cell, energies[i : i + 1] + AWAY * cell.scale)[0]
    return g


def _surface(cell: Cell, energies: Array) -> Array:
    sigma = np.empty((len(energies), cell.rank, cell.rank), complex)
    above = np.asarray(energies.imag >= 0) if np.iscomplexobj(energies) else np.ones(len(energies), bool)
    for i in np.flatnonzero(~above):
        sigma[i] = continued(cell, energies[i])
    if np.any(above) and cell.rank:
        sigma[above] = _sigma(cell, energies[above])
    return surface_of(cell, energies, sigma)


def _sigma(cell: Cell, energies: Array) -> Array:
    """σ (N, r, r) on the real axis and above it."""
    found = waves(cell, energies)
    chosen = outgoing(cell, found.factor, found.velocity)
    sigma = sigma_of(found, chosen)
    residual = defect(cell, sigma, surface_of(cell, energies, sigma))
    suspect = crossed(cell, found, chosen)
    for i in np.flatnonzero(suspect | ~(residual < GOOD)):
        sigma[i] = _repaired(cell, found, chosen, sigma[i], int(i), bool(suspect[i]))
    return sigma


def _repaired(cell: Cell, found: Waves, chosen: Array, sigma: Array, i: int, suspect: bool) -> Array:
    """The best that can be had at one energy: of all ways, the first that is good enough, else the smallest residual."""
    energy = found.energies[i : i + 1]

    def residual(trial: Array) -> float:
        return float(np.nan_to_num(defect(cell, trial[None], surface_of(cell, energy, trial[None]))[0], nan=np.inf))

    if suspect:
        for radius in RADII:
            mean, error = averaged(cell, complex(energy[0]), radius * cell.scale)
            # the error of the finer mean is about the square of the difference
            if error < 1e-6 and residual(mean) < ENOUGH:
                return mean
        sigma = separated(cell, found, i)
    trials = [sigma, from_schur(cell, found, chosen, i)]
    return min(trials, key=residual)
