"""Which cycle-averaged currents vanish at equal reservoirs: all linear relations that symmetries imply, solved together.

The unknowns are I_b and, with spin, I^s_b (x, y, z) of every lead. At one μ and T of all leads:

    shift, any μ          I_πb = I_b,      I^s_πb = R I^s_b
    particle–hole, μ = c  I_πb = −I_b,     I^s_πb = −R diag(1, −1, 1) I^s_b
    A = a + s·σ conserved Σ_b (a I_b + s_b·I^s_b) = 0,   s_b × I^s_b = 0
    nothing driven        every current of that component is 0
    one lead in effect    I_b = r I_a,      I^s_b = r I^s_a

Time reversal and chiral symmetry say nothing here: they exchange what comes in and what goes out.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from floquant.checks import Array
from floquant.symmetry.problem import Problem
from floquant.symmetry.proportional import proportional
from floquant.symmetry.symmetry import Symmetry

Current = tuple[str, str]

# A charge current, or a component of a spin current, is zero if no solution has more of it than this.
FORCED = 1e-7


class Currents:
    """The unknowns of a problem, as columns."""

    def __init__(self, problem: Problem) -> None:
        self.leads = [part.name for part in problem.interiors]
        self.each = 4 if problem.k == 2 else 1
        self.size = self.each * len(self.leads)

    @property
    def names(self) -> list[Current]:
        """("dc charge", lead), and ("dc spin x", lead) … with spin, in the order of the columns."""
        what = ["dc charge", "dc spin x", "dc spin y", "dc spin z"][: self.each]
        return [(name, lead) for lead in self.leads for name in what]

    def columns(self, lead: str) -> slice:
        """Those of one lead."""
        start = self.each * self.leads.index(lead)
        return slice(start, start + self.each)

    def of_symmetry(self, symmetry: Symmetry) -> Array:
        """Relations (rows, size) of a shift, or of a particle–hole symmetry at μ = c; none for the other kinds."""
        if symmetry.kind.reverses:
            return np.zeros((0, self.size))
        rows = []
        for lead, image in symmetry.leads.items():
            here, there = self.columns(lead).start, self.columns(image).start
            sign = -1.0 if symmetry.kind.flips else 1.0
            row = np.zeros(self.size)
            row[there] += 1.0
            row[here] -= sign
            rows.append(row)
            turn = symmetry.spin.get(lead)
            if self.each == 4 and turn is not None:
                block = np.zeros((3, self.size))
                block[:, there + 1 : there + 4] += np.eye(3)
                block[:, here + 1 : here + 4] -= sign * turn
                rows.extend(block)
        return np.array(rows).reshape(-1, self.size)

    def of_conservation(self, problem: Problem, conserved: Iterable[Array]) -> Array:
        """Relations of all conserved A, and of all components in which nothing is driven."""
        conserved = list(conserved)
        rows = [np.zeros((0, self.size))]
        rows += [self._precession(problem, a) for a in conserved]
        rows.append(self._continuity(problem, conserved))
        for number, lead in enumerate(self.leads):
            if not problem.driven[problem.lead_nodes(number)].any():
                rows.append(np.eye(self.size)[self.columns(lead)])
        rows.append(self._proportional(problem))
        return np.concatenate(rows)

    def _precession(self, problem: Problem, conserved: Array) -> Array:
        """s_b × I^s_b = 0 in every lead where all channels have one s_b."""
        rows = []
        for number, lead in enumerate(self.leads if self.each == 4 else ()):
            _, vectors = bloch(conserved[problem.lead_nodes(number)])
            if np.abs(vectors - vectors[0]).max() < 1e-9 and np.linalg.norm(vectors[0]) > 1e-9:
                s = vectors.mean(axis=0)
                cross = np.array([[0, -s[2], s[1]], [s[2], 0, -s[0]], [-s[1], s[0], 0]]) / np.linalg.norm(s)
                row = np.zeros((3, self.size))
                row[:, self.columns(lead)][:, 1:] = cross
                rows.append(row)
        return np.concatenate(rows) if rows else np.zeros((0, self.size))

    def _continuity(self, problem: Problem, conserved: list[Array]) -> Array:
        """Σ_b (a I_b + s_b·I^s_b) = 0 for all combinations of conserved A that are the same on all channels of every lead."""
        rows, uneven = [], []
        for a in conserved:
            row, spread = np.zeros(self.size), []
            for number, lead in enumerate(self.leads):
                mean, vectors = bloch(a[problem.lead_nodes(number)])
                whole = np.concatenate([mean[:, None], vectors], axis=1)[:, : self.each]
                row[self.columns(lead)] = whole.mean(axis=0)
                spread.append((whole - whole.mean(axis=0)).ravel())
            rows.append(row)
            uneven.append(np.concatenate(spread))
        if not rows:
            return np.zeros((0, self.size))
        return _null(np.array(uneven).T).T @ np.array(rows)

    def _proportional(self, problem: Problem) -> Array:
        """I_b = r I_a, and so for the spin, of leads that are one in effect."""
        rows = [np.zeros((0, self.size))]
        for a, b, ratio in proportional(problem):
            block = np.zeros((self.each, self.size))
            block[:, self.columns(b)] = np.eye(self.each)
            block[:, self.columns(a)] = -ratio * np.eye(self.each)
            rows.append(block)
        return np.concatenate(rows)

    def forbidden(self, relations: Array, separate: bool = False) -> tuple[Current, ...]:
        """The unknowns that are zero in every solution of the relations; `separate`: the currents of spin up and down as well."""
        null = _null(relations)
        free = np.abs(null).max(axis=1, initial=0.0)
        found = [name for name, most in zip(self.names, free, strict=True) if most < FORCED]
        for name, sign in (("dc charge of spin up", 1.0), ("dc charge of spin down", -1.0)) if separate else ():
            for lead in self.leads:
                charge, _, _, z = null[self.columns(lead)]
                if np.abs(charge + sign * z).max(initial=0.0) < FORCED:
                    found.append((name, lead))
        return tuple(found)


def bloch(blocks: Array) -> tuple[Array, Array]:
    """a and s of A = a + s·σ, (nodes,) and (nodes, 3); s = 0 without spin."""
    if blocks.shape[-1] == 1:
        return blocks[:, 0, 0].real, np.zeros((len(blocks), 3))
    mean = 0.5 * (blocks[:, 0, 0] + blocks[:, 1, 1]).real
    s = [blocks[:, 0, 1].real, -blocks[:, 0, 1].imag, 0.5 * (blocks[:, 0, 0] - blocks[:, 1, 1]).real]
    return mean, np.stack(s, axis=1)


def _null(relations: Array) -> Array:
    """An orthonormal basis (columns) of what the relations leave free."""
    size = relations.shape[1]
    if not relations.size:
        return np.eye(size)
    if len(relations) > size:  # its triangle says the same, and is small
        relations = np.asarray(np.linalg.qr(relations, mode="r"))
    _, values, vectors = np.linalg.svd(relations)
    rank = int(np.count_nonzero(values > 1e-9))  # relations are of size 1
    return np.asarray(vectors[rank:].T)
