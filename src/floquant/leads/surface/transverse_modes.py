"""Leads whose transverse modes are the same in h00 and h01: as many independent chains, in closed form.

If h and v commute and v is normal, h = U e U† and v = U t U† with one unitary U, and g = U diag(g_j) U†,

    g_j(E) = 2 / (x + √(x² − 4|t_j|²)),   x = E − e_j      (the root that decays, or goes out; see `chain`)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.bands.extrema import Extrema
from floquant.leads.cell import Cell
from floquant.leads.open_channels import TINY, Opened

EQUAL = 4e-15  # elements below this, relative to the norm and per orbital, are rounding


@dataclass(frozen=True, eq=False)
class TransverseModes:
    """Chains of levels e_j and hoppings t_j, and the modes U (c, c) in columns; real where U is."""

    levels: Array
    hoppings: Array
    modes: Array
    scale: float

    def surface(self, energies: Array) -> Array:
        """g (N, c, c) at real or complex energies (N,)."""
        return self._in_orbitals(self.chain_surfaces(energies))

    def open_directions(self, energies: Array) -> Opened:
        """g and its open directions at real energies (N,): the modes themselves."""
        values, width = self.chain_surfaces(energies), 2 * np.abs(self.hoppings)
        is_open = (self.levels - width < energies[:, None]) & (energies[:, None] < self.levels + width)
        weights = np.where(is_open, np.maximum(-2 * values.imag, TINY), 0.0)
        return Opened(self._in_orbitals(values), weights, np.broadcast_to(self.modes, (len(values), *self.modes.shape)))

    def _in_orbitals(self, values: Array) -> Array:
        """U diag(values) U†, (N, c, c)."""
        if np.isrealobj(self.modes):  # two real products are half a complex one
            real, imag = np.ascontiguousarray(values.real), np.ascontiguousarray(values.imag)
            result = np.empty((*values.shape, values.shape[-1]), complex)
            result.real = (self.modes * real[:, None, :]) @ self.modes.T
            result.imag = (self.modes * imag[:, None, :]) @ self.modes.T
            return result
        return (self.modes * values[:, None, :]) @ self.modes.conj().T

    def chain_surfaces(self, energies: Array) -> Array:
        """g_j (N, c). A mode that does not propagate has a pole, and there its energy is moved by 2e-9 of the width of a band."""
        x = energies[:, None] - self.levels
        flat = (self.hoppings == 0) & (np.abs(x) < 1e-9 * self.scale)
        return chain_surface(np.where(flat, 2e-9 * self.scale, x), np.abs(self.hoppings))

    def extrema(self) -> Extrema:
        """Minima and maxima of the bands."""
        moving = self.hoppings != 0
        width = 2 * np.abs(self.hoppings[moving])
        return Extrema(self.levels[moving] - width, self.levels[moving] + width, np.zeros(0))


def chain_surface(x: Array, hopping: Array) -> Array:
    """g of a chain at x = E − level: retarded, continued to complex x straight through the band."""
    edge = 2 * np.abs(hopping)
    inside = np.abs(np.real(x)) < edge
    # (edge − x)(edge + x) keeps the digits of the root near an edge
    gap = np.asarray((edge - x) * (edge + x), complex)
    root = np.where(inside, 1j * np.sqrt(gap), np.where(np.real(x) < 0, -1, 1) * np.sqrt(-gap))
    # 2 / (x + root) is (x − root) / 2t² without its cancellation far outside the band
    return np.asarray(2 / (x + root))


def transverse_modes(cell: Cell) -> TransverseModes | None:
    """The common modes of h and v, or None if they have none."""
    h, v = (cell.h.real, cell.v.real) if cell.even else (cell.h, cell.v)
    allowed = EQUAL * len(h) * float(np.linalg.norm(h) + np.linalg.norm(v))
    adjoint = v.conj().T
    size = float(np.linalg.norm(h, 2) + np.linalg.norm(v, 2))
    if np.linalg.norm(h @ v - v @ h) + np.linalg.norm(v @ adjoint - adjoint @ v) > allowed * size:
        return None
    # a generic combination of three commuting Hermitian matrices has their common eigenvectors
    real, imaginary = (v + adjoint) / 2, (v - adjoint) / 2
    combination = h + 0.7390851332 * real
    if np.iscomplexobj(v) or np.any(imaginary):
        combination = combination + 0.5671432904j * imaginary
    modes = np.linalg.eigh(combination)[1]
    in_modes = [modes.conj().T @ matrix @ modes for matrix in (h, v)]
    if max(np.abs(matrix - np.diag(np.diagonal(matrix))).max() for matrix in in_modes) > allowed:
        return None
    levels, hoppings = (np.diagonal(matrix) for matrix in in_modes)
    hoppings = np.where(np.abs(hoppings) < 1e-14 * size * len(h), 0, hoppings)
    return TransverseModes(levels.real.copy(), hoppings, modes, cell.scale)
