"""g(E) of a connected piece of a periodic lead, with the cases in which a plain solution loses its digits.

    g = (E − h − Σ)⁻¹,   Σ = v g v† = A σ A†

1. Every energy is tried by its waves (`transfer`).
2. Where two waves that go out and in cross (E = 0 of many leads; folded bands), rounding mixes them although g is smooth: there
   σ is its mean over a circle in the complex plane.
3. Where waves coalesce that both decay, eigenvectors fail but the space that they span does not: it is taken from a Schur form.
4. At a pole of g the energy is moved by 2e-9 of the width of a band, so that what a device sees is the limit; if Σ has no
   pole there, the energy moves for the state at the pole only.
"""

from __future__ import annotations

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell
from floquant.model.leads.continuation import averaged, followed_down
from floquant.model.leads.crossing import crossed, wave_vectors
from floquant.model.leads.subspace import schur_waves
from floquant.model.leads.transfer import AWAY, defect, outgoing, sigma_of, surface_of, waves

BLOCK = 1_000_000  # numbers in the transfer matrices of one block of energies
GOOD = 1e-13  # a relative residual that needs no repair
RADII = (3e-2, 6e-3, 1e-3)  # of the circles, in units of `scale`
POLE = 1e9  # |g| in units of 1 / scale that counts as a pole


def surface(cell: Cell, energies: Array) -> Array:
    """g (N, c, c) at real or complex energies (N,)."""
    result = np.empty((len(energies), *cell.h.shape), complex)
    size = max(1, BLOCK // max(1, 4 * cell.rank**2))
    with np.errstate(all="ignore"):  # near a pole numbers may overflow on the way; what is not finite is repaired
        for begin in range(0, len(energies), size):
            where = slice(begin, begin + size)
            result[where] = _without_poles(cell, energies[where])
    return result


def _without_poles(cell: Cell, energies: Array) -> Array:
    sigma = _all_sigma(cell, energies)
    g = surface_of(cell, energies, sigma)
    for i in np.flatnonzero(~(np.abs(g).max(axis=(-1, -2)) * cell.scale < POLE)):
        if np.abs(cell.a @ sigma[i] @ cell.a.conj().T).max() < POLE * cell.scale:
            g[i] = _beside_pole(cell, energies[i], sigma[i])
        else:
            moved = energies[i : i + 1] + AWAY * cell.scale
            g[i] = surface_of(cell, moved, _all_sigma(cell, moved))[0]
    return g


def _beside_pole(cell: Cell, energy: complex, sigma: Array) -> Array:
    """g where Σ is regular, so that neighbouring cells do not see the pole: a flat band, a state without a way out."""
    left, values, adjoint = np.linalg.svd(energy * np.eye(len(cell.h)) - cell.h - cell.a @ sigma @ cell.a.conj().T)
    return np.asarray((adjoint.conj().T / np.maximum(values, AWAY * cell.scale)) @ left.conj().T)


def _all_sigma(cell: Cell, energies: Array) -> Array:
    """σ (N, r, r) at any energies."""
    sigma = np.empty((len(energies), cell.rank, cell.rank), complex)
    above = np.asarray(energies.imag >= 0) if np.iscomplexobj(energies) else np.ones(len(energies), bool)
    for i in np.flatnonzero(~above):
        sigma[i] = _below(cell, complex(energies[i]))
    if np.any(above) and cell.rank:
        sigma[above] = _sigma(cell, energies[above])
    return sigma


def _sigma(cell: Cell, energies: Array) -> Array:
    """σ (N, r, r) on the real axis and above it."""
    if cell.oblique:
        return np.array([_one(cell, energies[i : i + 1]) for i in range(len(energies))])
    found = waves(cell, energies)
    chosen = outgoing(cell, found.factor, found.velocity)
    sigma = sigma_of(found, chosen)
    residual = defect(cell, sigma, surface_of(cell, energies, sigma))
    mixed = crossed(cell, found, chosen)
    for i in np.flatnonzero(mixed | ~(residual < GOOD)):
        repaired = _one(cell, energies[i : i + 1])
        # mixed waves obey the equation too: where they are in doubt its residual is no judge
        if mixed[i] or not _residual(cell, energies[i], repaired) > residual[i]:
            sigma[i] = repaired
    return sigma


def _residual(cell: Cell, energy: complex, sigma: Array) -> float:
    one = np.array([energy])
    return float(np.nan_to_num(defect(cell, sigma[None], surface_of(cell, one, sigma[None]))[0], nan=np.inf))


def _one(cell: Cell, energy: Array) -> Array:
    """σ (r, r) at one energy (1,), from a circle about it or from a Schur form."""
    waves = schur_waves(cell, energy)
    found = waves.found
    chosen = outgoing(cell, found.factor, found.velocity)
    if not crossed(cell, found, chosen)[0]:
        return waves.sigma(chosen[0])
    mean = _mean(cell, complex(energy[0]))
    if mean is not None:
        return mean
    vectors, _, velocity = wave_vectors(cell, found, 0)
    return waves.sigma(outgoing(cell, found.factor, velocity[None])[0], vectors)


def _below(cell: Cell, energy: complex) -> Array:
    """σ (r, r) at an energy below the real axis."""
    follower = followed_down(cell, energy)
    if crossed(cell, follower.found, follower.chosen)[0]:
        mean = _mean(cell, energy)
        if mean is not None:
            return mean
    return follower.sigma


def _mean(cell: Cell, energy: complex) -> Array | None:
    """σ (r, r) from the largest circle that is good enough; the circle begins above the real axis."""
    for radius in np.array(RADII) * cell.scale:
        if radius + energy.imag > 0.3 * radius:
            mean, error = averaged(cell, energy, radius, AWAY * cell.scale)
            if error < 1e-7:
                return mean
    return None
