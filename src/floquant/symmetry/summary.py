"""From the symmetries that were found to what they forbid, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.symmetry.currents import Current, Currents, bloch
from floquant.symmetry.problem import Problem
from floquant.symmetry.proportional import proportional
from floquant.symmetry.report import SymmetryReport
from floquant.symmetry.symmetry import Symmetry


@dataclass(frozen=True, eq=False)
class Found:
    """The symmetries of a problem, what commutes with it, and whether the search was complete."""

    problem: Problem
    symmetries: list[Symmetry]
    conserved: list[Array]
    complete: bool

    def relations(self, currents: Currents) -> tuple[Array, list[Array]]:
        """Linear relations between currents: those of conservation, and those of each symmetry."""
        return currents.of_conservation(self.problem, self.conserved), [
            currents.of_symmetry(one) for one in self.symmetries
        ]


def report_of(problem: Problem, found: Found, apart: Sequence[Found]) -> SymmetryReport:
    """The report; `apart`: what was found of spin up alone and of spin down alone, where they do not mix."""
    currents = Currents(problem)
    base, rows = found.relations(currents)
    known = currents.forbidden(base)
    told = []
    for symmetry, row in zip(found.symmetries, rows, strict=True):
        alone = currents.forbidden(np.concatenate([base, row]))
        told.append(replace(symmetry, forbids=tuple(current for current in alone if current not in known)))
    always = [row for row, symmetry in zip(rows, told, strict=True) if not symmetry.kind.flips]
    blocked, blocked_at = _blocked(currents, apart, False), _blocked(currents, apart, True)
    separate = bool(apart)
    at_one_energy = all(abs(part.problem.middle - problem.middle) < 1e-12 * problem.scale for part in apart)
    return SymmetryReport(
        tuple(told),
        _conserved_words(problem, found.conserved),
        tuple(proportional(problem)),
        currents.forbidden(np.concatenate([base, *always, blocked]), separate),
        currents.forbidden(np.concatenate([base, *rows, blocked_at if at_one_energy else blocked]), separate),
        problem.middle,
        not problem.driven.any(),
        all(part.complete for part in (found, *apart)),
        _searched(problem, all(part.complete for part in (found, *apart))),
    )


def _blocked(currents: Currents, apart: Sequence[Found], at_energy: bool) -> Array:
    """I_b ± I^s_b,z = 0 for every lead into which one spin cannot flow."""
    rows = [np.zeros((0, currents.size))]
    for part, sign in zip(apart, (1.0, -1.0), strict=False):
        own = Currents(part.problem)
        base, relations = part.relations(own)
        usable = [row for row, one in zip(relations, part.symmetries, strict=True) if at_energy or not one.kind.flips]
        for _, lead in own.forbidden(np.concatenate([base, *usable])):
            row = np.zeros((1, currents.size))
            row[0, currents.columns(lead)] = (1.0, 0.0, 0.0, sign)
            rows.append(row)
    return np.concatenate(rows)


def _conserved_words(problem: Problem, conserved: Sequence[Array]) -> tuple[str, ...]:
    """Spin, if some of it is conserved, along which direction in which leads."""
    if problem.k == 1:
        return ()
    words: dict[str, list[str]] = {}
    for number, part in enumerate(problem.interiors):
        vectors = np.array([bloch(a[problem.lead_nodes(number)])[1][0] for a in conserved]).reshape(-1, 3)
        rank = int(np.linalg.matrix_rank(vectors, tol=1e-9)) if np.abs(vectors).max(initial=0.0) > 1e-9 else 0
        if rank == 1:
            direction = vectors[np.argmax(np.linalg.norm(vectors, axis=1))]
            direction = direction / np.linalg.norm(direction)
            direction = direction * np.sign(direction[np.argmax(np.abs(direction))])
            which = f"spin along {_axis(direction)}"
            words.setdefault(which, []).append(part.name)
        elif rank == 3:
            words.setdefault("spin", []).append(part.name)
    return tuple(f"{which} (leads {', '.join(leads)})" for which, leads in words.items())


def _axis(direction: Array) -> str:
    main = int(np.argmax(np.abs(direction)))
    if abs(direction[main] - 1) < 1e-9:
        return "xyz"[main]
    return "(" + ", ".join(f"{x:.3g}" for x in np.round(direction, 9) + 0.0) + ")"


def _searched(problem: Problem, complete: bool) -> tuple[str, ...]:
    unit = "a rotation of spin on each pair ↑, ↓" if problem.k == 2 else "a phase on each orbital"
    lines = [
        f"permutations of orbitals, with {unit}, that map leads to leads; no unitaries that mix orbitals otherwise.",
        "Elements were compared to some 1e-12 of themselves and 1e-13 of the largest.",
    ]
    sampled = [part.name for part in problem.interiors if not part.periodic and not part.featureless]
    if sampled:
        lines.append(
            f"The self-energies of {', '.join(sampled)} were compared at {len(problem.energies)} energies only."
        )
    if np.any(problem.connected < 0):
        lines.append("Sites that no lead is connected with were left where they are.")
    if not complete:
        lines.append(
            "The search was cut short, for equal parts can be exchanged in too many ways: there may be more symmetries, and more that is "
            "forbidden."
        )
    return tuple(lines)


__all__ = ["Current", "Found", "report_of"]
