"""Leads in extended precision (np.longdouble): g(E) of cell 0, and how many waves are open. NumPy alone.

A chain and a wide band are closed forms. A periodic lead with an invertible H01 is solved by its Bloch waves in ordinary precision and
polished by Newton's method in extended precision, g = (E − H00 − H01 g H01†)⁻¹.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
NO_SITES: tuple[int, ...] = ()


@dataclass(frozen=True)
class StandingLead:
    """`surface` g(E) (c, c) and `opened` (how many waves) at a number E; cell 0 `cell` (c, c), `step` ⟨cell 0|H|cell 1⟩; the bands' hull.

    `next_surface` is that of the lead behind cell 0, and the same but for a wide band. `sites` and `coupling` say where it touches.
    """

    name: str
    cell: Array
    step: Array
    surface: Callable[[np.longdouble], Array]
    next_surface: Callable[[np.longdouble], Array]
    opened: Callable[[np.longdouble], int]
    hull: tuple[float, ...]
    sites: tuple[int, ...] = NO_SITES
    coupling: Array | None = None

    def at(self, sites: tuple[int, ...], coupling: Array) -> StandingLead:
        """On the device."""
        return replace(self, sites=sites, coupling=np.asarray(coupling, np.clongdouble))

    def behind(self, places: tuple[int, ...]) -> StandingLead:
        """What is left of it on its cell 0, at these places."""
        return replace(self, sites=places, coupling=self.step, surface=self.next_surface)


def chain_lead(name: str, hopping: float, level: float) -> StandingLead:
    """A chain of one orbital a site, with a positive hopping."""
    t, e0 = np.longdouble(hopping), np.longdouble(level)

    def surface(energy: np.longdouble) -> Array:
        x = energy - e0
        root = np.sqrt(abs(2 * t - x) * abs(2 * t + x))
        value = (x - 1j * root if abs(x) <= 2 * t else x - np.sign(x) * root + 0j) / (2 * t * t)
        return np.array([[value]], np.clongdouble)

    cell, step = np.array([[e0]], np.clongdouble), np.array([[t]], np.clongdouble)
    hull = level - 2 * hopping, level + 2 * hopping
    return StandingLead(name, cell, step, surface, surface, lambda energy: int(abs(energy - e0) < 2 * t), hull)


def wide_lead(name: str) -> StandingLead:
    """g = −i/2, so that τ = √Γ gives Σ = −iΓ/2. Behind a cell 0 at level 0 and bond 1 is what gives it the same g."""
    one, zero = np.eye(1, dtype=np.clongdouble), np.zeros((1, 1), np.clongdouble)
    return StandingLead(
        name, zero, one, lambda energy: -0.5j * one, lambda energy: (energy - 2j) * one, lambda energy: 1, ()
    )


def periodic_lead(name: str, h00: Array, h01: Array) -> StandingLead:
    """Identical cells; H01 must be invertible."""
    waves = _BlochWaves(np.asarray(h00, complex), np.asarray(h01, complex))
    cell, step = waves.h00.astype(np.clongdouble), waves.h01.astype(np.clongdouble)
    angles = np.linspace(0, 2 * np.pi, 721)
    turned = waves.h01 * np.exp(1j * angles)[:, None, None]
    bands = np.linalg.eigvalsh(waves.h00 + turned + turned.conj().swapaxes(1, 2))
    spread = 1e-4 * float(np.ptp(bands))
    hull = float(bands.min()) - spread, float(bands.max()) + spread
    surface, opened = functools.cache(waves.surface), functools.cache(waves.opened)
    return StandingLead(name, cell, step, surface, surface, opened, hull)


@dataclass(frozen=True)
class _BlochWaves:
    h00: Array
    h01: Array

    def _outgoing(self, energy: float) -> tuple[Array, Array, int]:
        """λ and cell vectors of the waves that decay or go away from the device, ψ_j = λ^j ψ_0; and how many of them are open."""
        c, inverse = len(self.h00), np.linalg.inv(self.h01)
        transfer = np.zeros((2 * c, 2 * c), complex)
        transfer[:c, c:] = np.eye(c)
        transfer[c:, :c] = -inverse @ self.h01.conj().T
        transfer[c:, c:] = inverse @ (energy * np.eye(c) - self.h00)
        values, vectors = np.linalg.eig(transfer)
        chosen, opened = [], 0
        for i, value in enumerate(values):
            wave = vectors[:c, i]
            if abs(abs(value) - 1) > 1e-7:
                chosen += [i] if abs(value) < 1 else []
            elif np.imag(value * (wave.conj() @ self.h01 @ wave)) < 0:  # velocity 2 Im(...)⁻ with ψ_j ~ e^{−iEt}: away
                chosen.append(i)
                opened += 1
        if len(chosen) != c:
            raise ArithmeticError(f"{len(chosen)} outgoing waves of {c}: the energy {energy} is too near an edge")
        return values[chosen], vectors[:c, chosen], opened

    def opened(self, energy: np.longdouble) -> int:
        return self._outgoing(float(energy))[2]

    def surface(self, energy: np.longdouble) -> Array:
        values, vectors, _ = self._outgoing(float(energy))
        c = len(values)
        passed = vectors @ np.diag(values) @ np.linalg.inv(vectors)
        g = np.linalg.inv(float(energy) * np.eye(c) - self.h00 - self.h01 @ passed).astype(np.clongdouble)
        h00, h01 = self.h00.astype(np.clongdouble), self.h01.astype(np.clongdouble)
        back, one = h01.conj().T, np.eye(c, dtype=np.clongdouble)
        for _ in range(3):
            left = energy * one - h00 - h01 @ g @ back
            residual = one - left @ g  # (E − H00 − H01 g H01†) g − 1 = 0
            jacobian = np.kron(left, one) - np.einsum("ik,lj->ijkl", h01, (back @ g)).reshape(c * c, c * c)
            g = g + eliminated(jacobian, residual.reshape(-1, 1)).reshape(c, c)
        return g


def eliminated(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ right by elimination with pivots, in their precision: (n, n), (n, k). Raises `LinAlgError` if it is singular."""
    if len(matrix) == 1:
        return right / matrix[0, 0]
    a, x = matrix.copy(), right.copy()
    n = len(a)
    for i in range(n):
        pivot = i + int(np.argmax(np.abs(a[i:, i])))
        if pivot != i:
            a[[i, pivot]], x[[i, pivot]] = a[[pivot, i]], x[[pivot, i]]
        if a[i, i] == 0:
            raise np.linalg.LinAlgError("the matrix is singular")
        if i + 1 < n:
            factor = a[i + 1 :, i] / a[i, i]
            a[i + 1 :, i + 1 :] -= factor[:, None] * a[i, i + 1 :]
            x[i + 1 :] -= factor[:, None] * x[i]
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x
