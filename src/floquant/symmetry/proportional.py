"""Leads that are one lead in effect: equal wires on the same orbitals with τ_b = λ τ_a, at all times.

Turn the two wires into each other by the unitary that takes (τ_a, τ_b) to (√(1 + |λ|²) τ_a, 0): one wire is left, the other reflects
everything as it comes. So at equal reservoirs I_b = |λ|² I_a, at every frequency, with spin too; and T^(n)_ba = T^(n)_ab for every n.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from floquant.symmetry.interiors import Interior
from floquant.symmetry.kinds import SHIFT
from floquant.symmetry.problem import Problem

# λ and the matrices of the wires must agree to this share of the largest element.
EQUAL = 1e-12


def proportional(problem: Problem) -> list[tuple[str, str, float]]:
    """(a, b, |λ|²) for all pairs of leads that are one in effect. A lead compared by samples counts only if it has no structure."""
    found = []
    for a, b in combinations(problem.interiors, 2):
        ratio = _ratio(a, b)
        if ratio is not None and _equal(problem, a, b):
            found.append((a.name, b.name, ratio))
    return found


def _ratio(a: Interior, b: Interior) -> float | None:
    """|λ|² of τ_b = λ τ_a."""
    one, other = a.joint, b.joint
    same = one.coupling.shape == other.coupling.shape and set(one.orbitals.tolist()) == set(other.orbitals.tolist())
    if not same:
        return None
    first, second = one.coupling[np.argsort(one.orbitals)], other.coupling[np.argsort(other.orbitals)]
    weight = float(np.vdot(first, first).real)
    if weight == 0:
        return None
    factor = complex(np.vdot(first, second) / weight)
    if factor == 0 or np.abs(second - factor * first).max() > EQUAL * np.abs(second).max():
        return None
    return abs(factor) ** 2


def _equal(problem: Problem, a: Interior, b: Interior) -> bool:
    if a.periodic != b.periodic or not (a.periodic or (a.featureless and b.featureless)):
        return False
    pairs = zip(*(part.matrices(SHIFT, problem.energies, problem.middle) for part in (a, b)), strict=True)
    return all(x.shape == y.shape and np.abs(x - y).max() <= EQUAL * np.abs(x).max() for x, y in pairs)
