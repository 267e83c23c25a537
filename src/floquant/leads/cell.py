"""The matrices of one connected piece of a periodic lead.

    (E − h) ψ_j = v ψ_{j+1} + v† ψ_{j−1},   v = ⟨cell j|H|cell j+1⟩ = A B†

A and B (c, r) come from the singular values of v, r its rank: a singular v makes the problem smaller. Waves are carried by b_j = B†ψ_j
and a_j = A†ψ_{j−1}; in an outgoing or decaying wave b_j = σ a_j with σ = B†gB, and Σ = v g v† = A σ A†. The current of a
wave through a bond is i (a†b − b†a), positive away from the device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from floquant.checks import Array


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of the cell that is connected: `index` (c,) in the whole cell, h, v, A, B, √(singular values), and references.

    `momenta` (M,), `levels` (M, c): eigenvalues of H(k) = h + v e^{ik} + v† e^{−ik} there. `scale`: about the width of a band.
    `symmetric`: h is real and v = vᵀ, so that H(k) is real; then B = A*. `oblique`: its decaying waves are nearly parallel (for example
    in a magnetic field) and never taken by their eigenvectors.
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

    @property
    def rank(self) -> int:
        """r: how many amplitudes tie neighbouring cells."""
        return self.a.shape[1]

    @cached_property
    def even(self) -> bool:
        """h and v are real: H(−k) = H(k)*, and the bands at k and −k are the same."""
        return not (np.any(self.h.imag) or np.any(self.v.imag))

    @cached_property
    def real(self) -> bool:
        """A and B are real too, so that the waves follow from real matrices."""
        return self.even and not (np.any(self.a.imag) or np.any(self.b.imag))

    @cached_property
    def opposite(self) -> Cell:
        """The same wire, going on to the other side: its outgoing waves are those that come in here, a and b exchanged, λ ↔ 1/λ."""
        return replace(self, v=self.v.conj().T, a=self.b, b=self.a, momenta=-self.momenta)

    def bloch(self, momentum: Array) -> Array:
        """H(k), shape momentum.shape + (c, c); complex momenta too."""
        phase = np.exp(1j * np.asarray(momentum))[..., None, None]
        return np.asarray(self.h + self.v * phase + self.v.conj().T / phase)
