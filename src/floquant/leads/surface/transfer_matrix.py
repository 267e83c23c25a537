"""The matrix whose eigenvectors are the waves of a periodic lead at a given energy: never singular, and real where that can be.

It takes the part of the transfer matrix from cell to cell, which does not exist where v is singular.

With z₀ = e^{ik₀}, G₀ = [E − H(k₀)]⁻¹ and s = 1/(λ − z₀), Bloch waves ψ_j = λ^j ψ of a lead (see `cell`) are the eigenvectors of

    s (b, a) = [[ B†G₀A,      −z₀* B†G₀B         ],   (b, a),    ψ = s⁻¹ G₀ (A b − z₀* B a)
                [ z₀* A†G₀A,  −z₀* (1 + z₀* A†G₀B)]]

k₀ is chosen so that E is far from the levels of H(k₀). Waves with λ = 0 (s = −z₀*) and λ = ∞ (s = 0), which a singular v has, are
eigenvalues like the others. A real matrix costs a third of a complex one:

1. h and v are real: at z₀ = ±1.
2. H(k) is real (h real, v = vᵀ; for example a strip in a magnetic field): at any k₀. With B = A* and √z₀ A = C + iD,
   the parts of (b, a) = (x + iy, x − iy)/√2 obey

    w (x, y) = [[ −2 C†G₀D,     −2 C†G₀C − ½],   (x, y),    s = −z₀* (½ + iw)
                [ ½ − 2 D†G₀D,  −2 D†G₀C    ]]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell

APART = 3e-3  # in units of `scale`: H(0) and H(π) are no reference where one of their levels is nearer than this


@dataclass(frozen=True, eq=False)
class TransferMatrix:
    """The `matrix` (N, 2r, 2r) at energies (N,), z₀ (N,), and G₀ [A, −z₀* B] (N, c, 2r).

    `on_parts`: it acts on (x, y), and its eigenvalues are w; else on (b, a), and they are s.
    """

    matrix: Array
    origin: Array
    response: Array
    on_parts: bool = False

    def at(self, i: int) -> TransferMatrix:
        """That of one energy."""
        return TransferMatrix(self.matrix[i : i + 1], self.origin[i : i + 1], self.response[i : i + 1], self.on_parts)

    def s(self, values: Array) -> Array:
        """s of eigenvalues (N, …) of the matrix."""
        if not self.on_parts:
            return np.asarray(values, complex)
        return -self.origin.conj().reshape(-1, *[1] * (values.ndim - 1)) * (0.5 + 1j * values)

    def amplitudes(self, vectors: Array) -> Array:
        """(b, a) of vectors (N, 2r, …), which keep their norm."""
        if not self.on_parts:
            return np.asarray(vectors, complex)
        r = vectors.shape[1] // 2
        x, y = vectors[:, :r], vectors[:, r:]
        return np.concatenate([x + 1j * y, x - 1j * y], axis=1) * np.sqrt(0.5)


def clearance(cell: Cell, energies: Array, references: Array | None = None) -> Array:
    """How far energies (N,) are from the levels of references H(k₀), all or those of these numbers, (N, references)."""
    levels = cell.levels if references is None else cell.levels[references]
    result = np.empty((len(energies), len(levels)))
    for i, of_reference in enumerate(levels):
        result[:, i] = np.abs(energies[:, None] - of_reference).min(axis=-1)
    return result


def can_be_real(cell: Cell, energies: Array) -> Array:
    """Energies (N,) bool at which the matrix can be real."""
    if np.iscomplexobj(energies) or not (cell.symmetric or cell.real):
        return np.zeros(len(energies), bool)
    if cell.symmetric:
        return np.ones(len(energies), bool)
    return np.asarray(clearance(cell, energies, _at_real_phases(cell)).max(axis=1, initial=0.0) > APART * cell.scale)


def _at_real_phases(cell: Cell) -> Array:
    """The numbers of the references with z₀ = ±1."""
    return np.flatnonzero(np.abs(np.sin(cell.momenta)) < 1e-15)


def transfer_matrix(cell: Cell, energies: Array) -> TransferMatrix:
    """The matrix at real or complex energies (N,): a real one if it can be real at all of them."""
    real = bool(np.all(can_be_real(cell, energies)))
    references = _at_real_phases(cell) if real and not cell.symmetric else np.arange(len(cell.momenta))
    momentum = cell.momenta[references[np.argmax(clearance(cell, energies, references), axis=1)]]
    if real and cell.symmetric:
        return _on_parts(cell, energies, momentum)
    reference, origin, a, b = cell.bloch(momentum), np.exp(1j * momentum), cell.a, cell.b
    if real:
        reference, origin, a, b = reference.real, np.sign(origin.real), a.real, b.real
    back = origin.conj()[:, None, None]
    sources = np.concatenate([np.broadcast_to(a, (len(origin), *a.shape)), -back * b], axis=2)
    response = left_divided(energies[:, None, None] * np.eye(len(a)) - reference, sources)
    matrix = np.concatenate([b.conj().T @ response, back * (a.conj().T @ response)], axis=1)
    diagonal = np.arange(cell.rank, 2 * cell.rank)
    matrix[:, diagonal, diagonal] -= back[:, 0]
    return TransferMatrix(matrix, origin.astype(complex), response)


def _on_parts(cell: Cell, energies: Array, momentum: Array) -> TransferMatrix:
    """The second of the real matrices."""
    r, turn = cell.rank, np.exp(0.5j * momentum)[:, None, None]
    turned = turn * cell.a
    sources = np.concatenate([turned.real, turned.imag], axis=2)
    response = left_divided(energies[:, None, None] * np.eye(len(cell.h)) - cell.bloch(momentum).real, sources)
    form = np.swapaxes(sources, 1, 2) @ response
    matrix = np.empty_like(form)
    matrix[:, :r, :r], matrix[:, :r, r:] = form[:, :r, r:], form[:, :r, :r] + 0.25 * np.eye(r)
    matrix[:, r:, :r], matrix[:, r:, r:] = form[:, r:, r:] - 0.25 * np.eye(r), form[:, r:, :r]
    whole = response[..., :r] + 1j * response[..., r:]
    response = turn.conj() * np.concatenate([whole, -whole.conj()], axis=2)
    return TransferMatrix(-2 * matrix, np.exp(1j * momentum), response, on_parts=True)


def left_divided(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ right (N, …); a matrix that is singular to the last bit is moved by rounding, so that a pole is a large number."""
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        left, values, adjoint = np.linalg.svd(matrix)
        values = np.maximum(values, np.maximum(1e-16 * values[..., :1], 1e-200))
        turned = np.swapaxes(left, -1, -2).conj() @ right
        return np.swapaxes(adjoint, -1, -2).conj() @ (turned / values[..., None])
