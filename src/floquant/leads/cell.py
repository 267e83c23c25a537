"""One connected piece of a periodic lead, as the solvers of its surface see it.

    (E − h) ψ_j = v ψ_{j+1} + v† ψ_{j−1},   v = ⟨cell j|H|cell j+1⟩ = A B†

A and B (c, r) come from the singular values of v, r its rank: a singular v makes the problem smaller. Waves are carried by b_j = B†ψ_j
and a_j = A†ψ_{j−1}; in an outgoing or decaying wave b_j = σ a_j with σ = B†gB, and Σ = v g v† = A σ A†. The current of a
wave through a bond is i (a†b − b†a), positive away from the device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array

if TYPE_CHECKING:
    from floquant.leads.bands.extrema import Extrema


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of the cell that is connected: `index` (c,) in the whole cell, h, v, A, B, √(singular values), and references.

    `momenta` (M,), `levels` (M, c): eigenvalues of H(k) = h + v e^{ik} + v† e^{−ik} there. `scale`: about the width of a band.
    `symmetric`: h is real and v = vᵀ, so that H(k) is real; then B = A*. `oblique`: its decaying waves are nearly parallel (in
    a magnetic field, for one) and never taken by their eigenvectors. `other`: the cell of which this is the opposite.
    """

    index: Array
    h: Array
    v: Array
    a: Array
    b: Array
    root: Array
    momenta: Array
    levels: Array
    scale: float
    symmetric: bool = False
    oblique: bool = False
    other: Cell | None = None

    @property
    def rank(self) -> int:
        """r: how many amplitudes tie neighbouring cells."""
        return self.a.shape[1]

    @cached_property
    def real(self) -> bool:
        """h and v are real, and so are A and B: H(−k) = H(k)*."""
        return not any(np.any(matrix.imag) for matrix in (self.h, self.v, self.a, self.b))

    @cached_property
    def opposite(self) -> Cell:
        """The same wire, going on to the other side: its outgoing waves are those that come in here, a and b exchanged, λ ↔ 1/λ."""
        return replace(self, v=self.v.conj().T, a=self.b, b=self.a, momenta=-self.momenta, other=self)

    @cached_property
    def extrema(self) -> Extrema:
        """Where its bands turn or stand still: there g has branch points."""
        from floquant.leads.bands.extrema import extrema

        return self.other.extrema if self.other is not None else extrema(self)

    def bloch(self, momentum: Array) -> Array:
        """H(k), shape momentum.shape + (c, c); complex momenta too."""
        phase = np.exp(1j * np.asarray(momentum))[..., None, None]
        return np.asarray(self.h + self.v * phase + self.v.conj().T / phase)
