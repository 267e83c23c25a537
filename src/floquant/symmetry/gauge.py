"""Which unitaries u_i on the nodes, and which shifts of time, make a permutation of nodes a symmetry.

    u_i X_n[i, j] u_j† = z^n H_n[πi, πj]   for every block,   z = e^{−iθ}

Traces of closed paths fix θ; then the equation is linear in the u of the roots. Every solution is verified block by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.symmetry.blocks import Blocks
from floquant.symmetry.kinds import Kind
from floquant.symmetry.problem import Problem
from floquant.symmetry.shifts import shifts_of
from floquant.symmetry.spanning_tree import Tree, tree_of

# Blocks must agree to these shares: of their size, and of the scale of their channel.
RELATIVE, ABSOLUTE = 1e-12, 3e-14
# Eigenvalues below this, for each normalised equation, belong to solutions.
NULL = 1e-13
# Blocks weaker than this share of their channel's scale are too near to rounding to fix a phase; they are verified like all others.
STRONG = 1e-7
MOST_ROOTS = 40
# A generic angle: a symmetry that allows it allows every shift.
GENERIC = 1.0

PAULI = (
    np.eye(2, dtype=complex),
    np.array([[0, -1j], [1j, 0]]),
    np.array([[1, 0], [0, -1]], complex),
    np.array([[0, 1], [1, 0]], complex),
)


@dataclass(frozen=True, eq=False)
class Solution:
    """U = Σ_i |image_i⟩ u_i ⟨i|; `angle` θ = Ω·(shift), of which every value will do if `free`."""

    image: Array
    unitary: Array
    angle: float
    free: bool


@dataclass(frozen=True, eq=False)
class Equations:
    """All blocks carried to the roots: u X̃ = z^m Ỹ u′ between roots r and r′."""

    carried: Array
    target: Array
    charge: Array
    root: Array
    other: Array

    @property
    def closed(self) -> Array:
        """The root of blocks that lead back to it, −1 for the others."""
        return np.where(self.root == self.other, self.root, -1)


class Gauge:
    """The equations of one kind of symmetry, ready for any permutation. `complete` tells whether all of them could be treated."""

    def __init__(self, problem: Problem, kind: Kind, source: Blocks, target: Blocks) -> None:
        self.problem, self.kind, self.source, self.target = problem, kind, source, target
        self.tree: Tree = tree_of(problem, source)
        self.charges = problem.charges[source.channel]
        tree = self.tree
        self.net = self.charges + tree.charge[source.column] - tree.charge[source.row]
        adjoint = np.conj(np.swapaxes(tree.carried, 1, 2))
        self.carried = tree.carried[source.row] @ source.values @ adjoint[source.column]
        rooted = np.unique(tree.root[problem.connected >= 0])
        self.number = np.full(tree.roots, -1)
        self.number[rooted] = np.arange(len(rooted))
        self.roots = len(rooted)
        self.complete = problem.k == 1 or self.roots <= MOST_ROOTS

    def solutions(self, image: Array) -> list[Solution]:
        """Every shift of time with which the permutation `image` of the nodes is a symmetry, each with one U."""
        images = self._images(image)
        if images is None or not self.complete:
            return []
        left = self.tree.images(self.source, images)
        equations = self._equations(images, left)
        angles = shifts_of(equations.carried, equations.target, equations.charge, equations.closed)
        if angles is None:
            return []
        found = []
        for angle in angles or (GENERIC,):
            unitary = self._unitary(images, left, equations, angle)
            if unitary is not None:
                found.append(Solution(image, unitary, angle, not angles))
        if not angles and not found:  # no closed path restricts the shift, yet not every shift is a symmetry
            for angle in 2 * np.pi * np.arange(24) / 24:
                unitary = self._unitary(images, left, equations, float(angle))
                if unitary is not None:
                    found.append(Solution(image, unitary, float(angle), False))
        return found

    def conserved(self) -> list[Array]:
        """A basis of Hermitian Σ_i |i⟩ A_i ⟨i| that commute with H(t) and the leads, for the kind `shift` alone.

        Each is (nodes, k, k), with a largest element of 1.
        """
        problem = self.problem
        one = np.eye(problem.k)
        parts = [part for part in np.unique(problem.connected) if part >= 0]
        found = [np.where((problem.connected == part)[:, None, None], one, 0) / 1.0 for part in parts]
        if problem.k == 1 or not self.complete:
            return _independent(found)
        left = self.tree.images(self.source, self.source.values)
        null = self._null(self._equations(self.source.values, left), 0.0)
        trials: list[Any] = [sum(np.vdot(basis, wanted) * basis for basis in null) for wanted in self._wishes()] + null
        for vector in trials:
            everywhere = self._spread(vector, left, 0.0) * (problem.connected >= 0)[:, None, None]
            adjoint = np.conj(np.swapaxes(everywhere, 1, 2))
            for hermitian in (everywhere + adjoint, 1j * (everywhere - adjoint)):
                size = np.linalg.norm(hermitian)
                if size > 1e-6 and self._commutes(hermitian / size):
                    found.append(hermitian / size)
        return _independent(found)

    def _images(self, image: Array) -> Array | None:
        """Y of every block; None if they cannot match."""
        source, target = self.source, self.target
        where = target.find(image[source.row], image[source.column], source.channel)
        images = np.where((where >= 0)[:, None, None], target.values[where], 0.0)
        missed = np.ones(len(target), bool)
        missed[where[where >= 0]] = False
        rounding = ABSOLUTE * self.problem.scales
        if np.any(np.abs(target.values[missed]).max(axis=(1, 2)) > rounding[target.channel[missed]]):
            return None
        sizes = [np.linalg.norm(x, axis=(1, 2)) for x in (source.values, images)]
        if np.any(np.abs(sizes[0] - sizes[1]) > 4 * (RELATIVE * sizes[0] + rounding[source.channel])):
            return None
        return images

    def _equations(self, images: Array, left: Array) -> Equations:
        source, tree = self.source, self.tree
        adjoint = np.conj(np.swapaxes(left, 1, 2))
        target = adjoint[source.row] @ images @ left[source.column]
        sizes = np.maximum(np.linalg.norm(source.values, axis=(1, 2)), 1e-300)[:, None, None]
        strong = np.flatnonzero(sizes[:, 0, 0] > STRONG * self.problem.scales[source.channel])
        return Equations(
            (self.carried / sizes)[strong], (target / sizes)[strong], self.net[strong],
            self.number[tree.root[source.row]][strong], self.number[tree.root[source.column]][strong],
        )  # fmt: skip

    def _unitary(self, images: Array, left: Array, equations: Equations, angle: float) -> Array | None:
        """u of every node, verified; None if there is none."""
        k = self.problem.k
        if k == 1:
            trial = self._spread(np.ones((self.roots, 1, 1), complex), left, angle)
            return trial if self._verified(trial, images, angle) else None
        null = self._null(equations, angle)
        if not null:
            return None
        for wanted in self._wishes():
            vector = sum(np.vdot(basis, wanted) * basis for basis in null)
            singular = np.linalg.svd(vector, compute_uv=False)
            if singular.min() < 1e-3 * max(singular.max(), 1e-300):
                continue
            turned, _, back = np.linalg.svd(vector)
            trial = self._spread(turned @ back, left, angle)
            if self._verified(trial, images, angle):
                return trial
        return None

    def _wishes(self) -> list[Array]:
        """What the roots' u should be like: a plain rotation if there is one, else anything."""
        random = np.random.default_rng(3)
        order = (1, 0, 2, 3) if self.kind.conjugates else (0, 2, 1, 3)  # time reversal of a spin is iσ_y K
        plain = [np.broadcast_to(PAULI[s], (self.roots, 2, 2)) for s in order]
        shape = (self.roots, 2, 2)
        return plain + [random.normal(size=shape) + 1j * random.normal(size=shape) for _ in range(4)]

    def _null(self, equations: Equations, angle: float) -> list[Array]:
        """An orthonormal basis of the u (roots, k, k) that solve the linear equations."""
        k, roots = self.problem.k, self.roots
        z = np.exp(-1j * angle * equations.charge)[:, None, None]
        one = np.eye(k)
        before = np.einsum("ac,edb->eabcd", one, equations.carried).reshape(-1, k * k, k * k)
        after = np.einsum("eac,bd->eabcd", z * equations.target, one).reshape(-1, k * k, k * k)
        gram = np.zeros((roots, roots, k * k, k * k), complex)
        for a, x, sign in ((equations.root, before, 1), (equations.other, after, -1)):
            for b, y, other in ((equations.root, before, 1), (equations.other, after, -1)):
                np.add.at(gram, (a, b), sign * other * np.conj(np.swapaxes(x, 1, 2)) @ y)
        whole = gram.transpose(0, 2, 1, 3).reshape(roots * k * k, roots * k * k)
        values, vectors = np.linalg.eigh(whole)
        return [vectors[:, s].reshape(roots, k, k) for s in np.flatnonzero(values < NULL * len(equations.charge))]

    def _spread(self, roots: Array, left: Array, angle: float) -> Array:
        """u_j = z^{q_j} L_j u R_j; 1 on nodes that no lead sees."""
        tree = self.tree
        number = self.number[tree.root]
        z = np.exp(-1j * angle * tree.charge)[:, None, None]
        result = z * (left @ roots[np.maximum(number, 0)] @ tree.carried)
        return np.where((number >= 0)[:, None, None], result, np.eye(self.problem.k))

    def _verified(self, unitary: Array, images: Array, angle: float) -> bool:
        source = self.source
        adjoint = np.conj(np.swapaxes(unitary, 1, 2))
        moved = unitary[source.row] @ source.values @ adjoint[source.column]
        z = np.exp(-1j * angle * self.charges)[:, None, None]
        return self._agree(moved - z * images, images)

    def _commutes(self, hermitian: Array) -> bool:
        source = self.source
        scale = np.abs(hermitian).max()
        difference = hermitian[source.row] @ source.values - source.values @ hermitian[source.column]
        return self._agree(difference / scale, source.values)

    def _agree(self, difference: Array, values: Array) -> bool:
        rounding = ABSOLUTE * self.problem.scales[self.source.channel]
        allowed = RELATIVE * np.linalg.norm(values, axis=(1, 2)) + rounding
        return bool(np.all(np.linalg.norm(difference, axis=(1, 2)) <= 4 * allowed))


def _independent(vectors: list[Array]) -> list[Array]:
    """A basis of the real span of these Hermitian matrices, orthonormal."""
    kept: list[Array] = []
    for vector in vectors:
        rest = vector - sum((np.vdot(other, vector).real * other for other in kept), np.zeros_like(vector))
        size = np.linalg.norm(rest)
        if size > 1e-6:
            kept.append(rest / size)
    return [vector / np.abs(vector).max() for vector in kept]
