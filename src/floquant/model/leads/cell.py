"""One connected piece of a periodic lead, as the solvers of its surface see it.

    (E − h) ψ_j = v ψ_{j+1} + v† ψ_{j−1},   v = ⟨cell j|H|cell j+1⟩ = A B†

A and B (c, r) come from the singular values of v, r its rank: a singular v makes the problem smaller. Waves are carried by b_j = B†ψ_j
and a_j = A†ψ_{j−1}; in an outgoing or decaying wave b_j = σ a_j with σ = B†gB, and Σ = v g v† = A σ A†. The current of a
wave through a bond is i (a†b − b†a), positive away from the device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.model.checks import Array


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of the cell that is connected: `index` (c,) in the whole cell, h, v, A, B, √(singular values), and references.

    `momenta` (M,), `levels` (M, c): eigenvalues of H(k) = h + v e^{ik} + v† e^{−ik} there. `scale`: about the width of a band.
    `oblique`: its decaying waves are nearly parallel (in a magnetic field, for one) and never taken by their eigenvectors.
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
    oblique: bool = False

    @property
    def rank(self) -> int:
        """r: how many amplitudes tie neighbouring cells."""
        return self.a.shape[1]

    def bloch(self, momentum: Array) -> Array:
        """H(k), shape momentum.shape + (c, c); complex momenta too."""
        phase = np.exp(1j * np.asarray(momentum))[..., None, None]
        return np.asarray(self.h + self.v * phase + self.v.conj().T / phase)
