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
from floquant.model.components import components

MOMENTA = 16  # at so many momenta the lead is tried as the reference of the transfer problem
RANK = 1e-14  # singular values of v below this fraction of the largest one (times c) are zero


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of the cell that is connected: `index` (c,) in the whole cell, h, v, A, B, √(singular values), and references.

    `momenta` (M,), `levels` (M, c): eigenvalues of H(k) = h + v e^{ik} + v† e^{−ik} there. `scale`: a norm of H(k).
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

    @property
    def rank(self) -> int:
        """r: how many amplitudes tie neighbouring cells."""
        return self.a.shape[1]

    def bloch(self, momentum: Array) -> Array:
        """H(k), shape momentum.shape + (c, c); complex momenta too."""
        phase = np.exp(1j * np.asarray(momentum))[..., None, None]
        return np.asarray(self.h + self.v * phase + self.v.conj().T / phase)


def pieces(h: Array, v: Array) -> tuple[Cell, ...]:
    """The connected pieces of a cell, in the order of their lowest orbital."""
    rows, columns = np.nonzero((h != 0) | (v != 0))
    label = components(len(h), [(rows, columns)])
    return tuple(_piece(np.flatnonzero(label == which), h, v) for which in np.unique(label))


def _piece(index: Array, h: Array, v: Array) -> Cell:
    own, hop = h[np.ix_(index, index)], v[np.ix_(index, index)]
    left, values, right = np.linalg.svd(hop)
    rank = int(np.sum(values > RANK * len(index) * values[0])) if values[0] > 0 else 0
    root = np.sqrt(values[:rank])
    a, b = left[:, :rank] * root, right[:rank].conj().T * root
    # not symmetric about 0: the extrema of most bands lie at 0, π and at pairs ±k
    momenta = 2 * np.pi * (np.arange(MOMENTA) + 0.3819660112501051) / MOMENTA
    phase = np.exp(1j * momenta)[:, None, None]
    levels = np.linalg.eigvalsh(own + hop * phase + hop.conj().T / phase)
    scale = float(np.abs(levels - np.mean(levels)).max() + (values[0] if rank else 0.0)) or 1.0
    return Cell(index, own, hop, a, b, root, momenta, levels, scale)
