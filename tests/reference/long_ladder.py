"""Transmissions in extended precision on a ladder that is long enough, checked against a longer one. NumPy alone.

    Σ_k [E_m δ_mk − H_{m−k} − Σ_m δ_mk] G_k0 = δ_m0,   Y_n,ba = τ_b† G_n0,ba τ_a,   a = i (g − g†)
    T^(n)_ba = Tr[a_b(E_n) Y_n a_a(E) Y_n†]  for b ≠ a or n ≠ 0,   T^(0)_aa = N_a + Tr[a Y a Y†] + 2 Im Tr[a Y]

M harmonics couple steps of M rungs to their neighbours, so that G is a matrix continued fraction from both ends to the middle.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .driven_problem import MatrixProblem
from .extended_leads import eliminated

Array = np.ndarray[Any, Any]
# Rungs beyond all that can be reached, and how far two ladders may differ.
BEYOND, AGREE = 14, 1e-17
LONGEST = 4000


@dataclass(frozen=True)
class Exact:
    """At one energy, n = −N … N: T (R, B, B) out before in, S (R, C, C) or None, open waves (B,), and by how much it may be wrong."""

    powers: Array
    amplitudes: Array | None
    opened: Array
    own: float

    def centred(self, sidebands: int) -> Array:
        """T of n = −sidebands … sidebands, which the ladder holds."""
        middle = len(self.powers) // 2
        return self.powers[middle - sidebands : middle + sidebands + 1]


def exact(problem: MatrixProblem, energy: float, sidebands: int = 0) -> Exact:
    """Every T of at least these sidebands. Raises ArithmeticError where no ladder is long enough, or an energy is on an edge."""
    if not problem.order:
        return _powers(problem, energy, _column(problem, energy, 0))
    low, high = problem.reach
    unit = problem.photon_energy
    rungs = max((high - energy) / unit, (energy - low) / unit, sidebands) + BEYOND + 3 * problem.order
    shorter = None
    while rungs < LONGEST:
        found = _powers(problem, energy, _column(problem, energy, int(rungs)))
        if shorter is not None:
            moved = float(np.abs(found.centred(len(shorter.powers) // 2) - shorter.powers).max())
            if moved < AGREE:
                return replace(found, own=moved)
        shorter = found
        rungs = 1.15 * rungs + 4 + 2 * problem.order
    raise ArithmeticError(f"more than {LONGEST} rungs")


def green_element(problem: MatrixProblem, energy: float, orbital: int, rungs: int) -> complex:
    """⟨orbital| G_00(E) |orbital⟩."""
    source = np.zeros((len(problem.harmonics[0]), 1), np.clongdouble)
    source[orbital] = 1
    return complex(_solved(problem, np.longdouble(energy), rungs, source)[rungs, orbital, 0])


def on_resonance(problem: MatrixProblem, start: float, orbital: int, rungs: int) -> float:
    """The energy near `start` at which the orbital's Green function is largest: Newton's method for Re 1/G = 0."""
    energy = start
    for _ in range(40):
        step = float((1 / green_element(problem, energy, orbital, rungs)).real)
        energy -= step
        if abs(step) < 1e-16:
            break
    return energy


def _column(problem: MatrixProblem, energy: float, rungs: int) -> Array:
    """Y (R, C, C): from the centre's lead orbitals to all rungs'."""
    bonds = _bonds(problem)
    field = _solved(problem, np.longdouble(energy), rungs, bonds)
    return np.asarray(bonds.conj().T @ field)


def _bonds(problem: MatrixProblem) -> Array:
    """τ of all leads side by side, (n, C)."""
    columns = []
    for lead in problem.leads:
        column = np.zeros((len(problem.harmonics[0]), lead.coupling.shape[1]), np.clongdouble)
        column[list(lead.sites)] = lead.coupling
        columns.append(column)
    return np.concatenate(columns, axis=1)


def _solved(problem: MatrixProblem, energy: np.longdouble, rungs: int, source: Array) -> Array:
    """G_m0 source for m = −rungs … rungs, (R, n, k); the ladder is longer by what fills its last steps."""
    m, n = max(problem.order, 1), len(source)
    half = max(0, -(-(rungs - (m - 1) // 2) // m))  # steps on each side of the middle one, which begins at −(M // 2)
    below = half * m + m // 2
    diagonal = [_step(problem, energy, (j * m - below, m)) for j in range(2 * half + 1)]
    up = _between(problem, m)
    down = up.conj().T
    rising, falling, middle = [], [], diagonal[half]
    for inner, outer, order, ratios in (
        (up, down, range(2 * half, half, -1), rising),
        (down, up, range(half), falling),
    ):
        beyond = None
        for j in order:
            own = diagonal[j] if beyond is None else diagonal[j] - outer @ beyond
            beyond = eliminated(own, inner)
            ratios.append(beyond)
        if beyond is not None:
            middle = middle - outer @ beyond
    right = np.zeros((m, n, source.shape[1]), np.clongdouble)
    right[m // 2] = source
    waves = {half: eliminated(middle, right.reshape(m * n, -1))}
    for j, ratio in enumerate(reversed(rising), start=half + 1):
        waves[j] = ratio @ waves[j - 1]
    for j, ratio in zip(range(half - 1, -1, -1), reversed(falling), strict=True):
        waves[j] = ratio @ waves[j + 1]
    field = np.concatenate([waves[j].reshape(m, n, -1) for j in range(2 * half + 1)])
    return np.asarray(field[below - rungs : below + rungs + 1])


def _between(problem: MatrixProblem, m: int) -> Array:
    """What a step gets of the step below it: minus the A of the ladder, element (a, b) is H_{M+a−b}; (M n, M n)."""
    n = len(problem.harmonics[0])
    block = np.zeros((m, n, m, n), np.clongdouble)
    for a in range(m):
        for b in range(a, m):
            block[a, :, b] = problem.harmonics.get(m + a - b, 0)
    return block.reshape(m * n, m * n)


def _step(problem: MatrixProblem, energy: np.longdouble, where: tuple[int, int]) -> Array:
    """E − H − Σ within the step of `where` (lowest rung, rungs)."""
    lowest, m = where
    n = len(problem.harmonics[0])
    block = np.zeros((m, n, m, n), np.clongdouble)
    for a in range(m):
        for b in range(m):
            block[a, :, b] = -problem.harmonics.get(a - b, np.zeros((n, n)))
        here = energy + (lowest + a) * np.longdouble(problem.photon_energy)
        block[a, range(n), a, range(n)] += here
        for lead in problem.leads:
            sigma = lead.coupling @ lead.surface(here) @ lead.coupling.conj().T
            for i, site in enumerate(lead.sites):
                block[a, site, a, list(lead.sites)] -= sigma[i]
    return block.reshape(m * n, m * n)


def _powers(problem: MatrixProblem, energy: float, column: Array) -> Exact:
    """T, and S where every lead has one orbital, from Y (R, C, C)."""
    count, leads, middle = len(column), problem.leads, len(column) // 2
    ends = np.cumsum([0, *(lead.coupling.shape[1] for lead in leads)])
    place = [slice(a, b) for a, b in itertools.pairwise(ends)]
    spectral = np.zeros((count, ends[-1], ends[-1]), np.clongdouble)
    for m in range(count):
        here = np.longdouble(energy) + (m - middle) * np.longdouble(problem.photon_energy)
        for lead, c in zip(leads, place, strict=True):
            if lead.opened(here):
                g = lead.surface(here)
                spectral[m, c, c] = 1j * (g - g.conj().T)
    opened = np.array([lead.opened(np.longdouble(energy)) for lead in leads])
    powers = np.zeros((count, len(leads), len(leads)))
    for b, out in enumerate(place):
        for a, into in enumerate(place):
            y = column[:, out, into]
            half = spectral[:, out, out] @ y @ spectral[middle, into, into]
            powers[:, b, a] = np.einsum("mij,mij->m", half, y.conj()).real
        own_y = spectral[middle, out, out] @ column[middle, out, out]
        powers[middle, b, b] += opened[b] + 2 * np.trace(own_y).imag
    amplitudes = None
    if ends[-1] == len(leads):
        speed = np.sqrt(np.maximum(np.einsum("mii->mi", spectral).real, 0))
        amplitudes = 1j * speed[:, :, None] * column * speed[middle]
        amplitudes[middle] -= np.diag(opened)
    return Exact(powers, amplitudes, opened, 0.0)
