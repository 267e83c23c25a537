"""A sector eliminated into the orbitals that stay, at any ladder of energies: the Schur complement of E − H without contacts.

    A_mk = δ_mk (E_m − H_0) − H_{m−k}

With H and drives real up to one shift of time, H_n = e^{−inχ} · real, all arithmetic above the contacts is real.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.elimination.fronts import Ordering, Pattern, static_elements

# A pivot block whose inverse is larger than this over ‖H‖ hands its nearly singular directions to the parent: errors grow with its square.
LARGEST_INVERSE = 100.0
# Imaginary parts below this share of ‖H‖ are rounding.
REAL = 1e-14


@dataclass(frozen=True, eq=False)
class Elements:
    """The values of a pattern at one setting: the static part of E − H, and driven elements H_{−M} … H_M without e^{−inχ} (`angle` χ)."""

    static: Array
    dynamic_at: Array
    dynamic: Array
    angle: float

    @property
    def complex_numbers(self) -> bool:
        """Whether the arithmetic must be complex."""
        return np.iscomplexobj(self.static)


class Elimination:
    """Everything but the orbitals `stay` eliminated; with the drive, or (`with_changes=False`) the resting device alone."""

    def __init__(self, sector: Sector, stay: Array, with_changes: bool) -> None:
        self.sector, self.stay, self.with_changes = sector, stay, with_changes

    @cached_property
    def pattern(self) -> Pattern:
        """Elements of H at some setting."""
        return Pattern.of(self.sector, self.with_changes)

    @cached_property
    def ordering(self) -> Ordering:
        """The order in which orbitals are eliminated."""
        return Ordering(self.pattern, self.stay, self.sector.positions)

    @cached_property
    def resting(self) -> Array:
        """H where the device rests, on the pattern."""
        rows, columns, values = static_elements(self.sector.hamiltonian)
        result = np.zeros(len(self.pattern.indices), complex)
        result[self.pattern.at(rows, columns)] = values
        return result

    @cached_property
    def scale(self) -> float:
        """‖H‖: largest row sum."""
        rows = np.repeat(np.arange(self.pattern.size), np.diff(self.pattern.indptr))
        return max(float(np.bincount(rows, np.abs(self.resting)).max(initial=0.0)), 1e-300)

    def elements(self, problem: int) -> Elements:
        """Values at one setting, real if they can be."""
        static = self.resting.copy()
        dynamic_at = np.full(len(static), -1, np.int64)
        dynamic = np.zeros((0, 1), complex)
        angle = 0.0
        sector = self.sector
        if self.with_changes and len(sector.rows):
            upper, lower = (
                self.pattern.at(*pair) for pair in ((sector.rows, sector.columns), (sector.columns, sector.rows))
            )
            static[upper] += sector.changes[problem]
            off = upper != lower
            static[lower[off]] += np.conj(sector.changes[problem][off])
            dynamic_at, dynamic = _dynamic(sector, problem, upper, lower, len(static))
            angle = _common_angle(dynamic)
            most = dynamic.shape[1] // 2
            dynamic = dynamic * np.exp(1j * angle * np.arange(-most, most + 1))
        floor = REAL * self.scale
        if np.abs(static.imag).max(initial=0.0) <= floor and np.abs(dynamic.imag).max(initial=0.0) <= floor:
            return Elements(static.real.copy(), dynamic_at, dynamic.real.copy(), angle)
        return Elements(static, dynamic_at, dynamic, angle)

    def schur(self, elements: Elements, energies: Array) -> Array:
        """E − H on the orbitals that stay, (q·R + delayed)², orbital by orbital, sidebands fastest; contacts are not in it."""
        from floquant.solvers.kernels.elimination import eliminate

        fronts = self.ordering.fronts(len(energies))
        allowed = LARGEST_INVERSE / self.scale
        values = (elements.static, elements.dynamic_at, elements.dynamic)
        found: Any = eliminate(*fronts.arrays, *values, np.ascontiguousarray(energies, float), allowed)
        return np.asarray(found)


def _dynamic(sector: Sector, problem: int, upper: Array, lower: Array, count: int) -> tuple[Array, Array]:
    """Which elements are driven, (count,) numbers or −1, and their H_{−M} … H_M."""
    most = sector.harmonic_count
    moving = np.flatnonzero(np.any(sector.plus[problem], axis=0) | np.any(sector.minus[problem], axis=0))
    plus, minus = sector.plus[problem][:, moving].T, sector.minus[problem][:, moving].T
    own, turned = np.zeros((len(moving), 2 * most + 1), complex), np.zeros((len(moving), 2 * most + 1), complex)
    own[:, most + 1 :], own[:, :most] = plus, minus[:, ::-1]
    turned[:, most + 1 :], turned[:, :most] = np.conj(minus), np.conj(plus)[:, ::-1]
    at = np.full(count, -1, np.int64)
    at[lower[moving]] = len(moving) + np.arange(len(moving))
    at[upper[moving]] = np.arange(len(moving))
    return at, np.concatenate([own, turned])


def _common_angle(dynamic: Array) -> float:
    """χ for which H_n e^{inχ} may be real: that of the largest first harmonic, 0 if there is none."""
    most = dynamic.shape[1] // 2
    if not most or not dynamic.size:
        return 0.0
    first = dynamic[:, most + 1]
    largest = first[np.argmax(np.abs(first))]
    return float(-np.angle(largest)) if abs(largest) > 0 else 0.0
