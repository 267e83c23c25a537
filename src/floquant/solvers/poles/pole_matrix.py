"""The matrix whose zeros are the poles: M(z) = (z + mħΩ) δ_mk − H_{m−k} − Σ(z + mħΩ) δ_mk at complex z.

In the lower half plane Σ of an open channel is continued from its retarded values on the real axis through the band; a closed channel
keeps the decaying root. Re z decides which channels are open, so M is analytic between neighbouring folded band edges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector, Terminal

# Up to this size a batch of dense matrices is quicker than sparse factors one by one.
LARGEST_DENSE = 120
# Numbers in one batch of dense matrices: about 64 MB.
BATCH = 4_000_000


@dataclass(frozen=True, eq=False)
class PoleMatrix:
    """M(z) of one sector at one setting, on the rungs `lowest` … `lowest` + `rungs` − 1 (one rung without a drive).

    `nudge` shifts the energies of the leads, Σ(z + mħΩ + nudge), and so the band edges by the opposite amount.
    """

    sector: Sector
    problem: int
    photon_energy: float
    lowest: int
    rungs: int
    nudge: float = 0.0

    @property
    def orbitals(self) -> int:
        """Orbitals of the sector, n."""
        return len(self.sector.orbitals)

    @property
    def size(self) -> int:
        """Rungs times orbitals; orbitals are the fastest."""
        return self.rungs * self.orbitals

    @cached_property
    def shifts(self) -> Array:
        """mħΩ of each rung."""
        return self.photon_energy * (self.lowest + np.arange(self.rungs))

    @cached_property
    def scale(self) -> float:
        """Size of the energies in M, by which rounding is judged."""
        rows = np.asarray(abs(self.sector.hamiltonian).sum(axis=1)).ravel()
        couplings = [float(np.max(np.abs(terminal.coupling), initial=0.0)) for terminal in self.sector.terminals]
        turned = float(np.max(np.abs(self.sector.changes), initial=0.0))
        return max([float(rows.max(initial=0.0)), turned, *couplings, self.photon_energy, 1e-300])

    def dense(self, z: Array) -> Array:
        """M at z of shape (B,), shape (B, size, size)."""
        energies = np.asarray(z, complex)[:, None] + self.shifts
        result = np.repeat(self._dense[None], len(energies), axis=0)
        blocks = result.reshape(-1, self.rungs, self.orbitals, self.rungs, self.orbitals)
        for m in range(self.rungs):
            blocks[:, m, :, m, :] += energies[:, m, None, None] * np.eye(self.orbitals)
        for terminal, sigma in self_energies(self.sector, energies + self.nudge):
            rows, columns = np.ix_(terminal.orbitals, terminal.orbitals)
            for m in range(self.rungs):
                blocks[:, m, rows, m, columns] -= sigma[:, m]
        return result

    def solve(self, z: Array, right: Array) -> Array:
        """M(z)⁻¹ right at each z (B,), `right` (size, L); shape (B, size, L)."""
        if self.size > LARGEST_DENSE:
            # SuperLU returns columns in Fortran order, with which products of stacks are slow
            return np.stack([np.ascontiguousarray(self.factored(value)[0](right)) for value in z])
        parts = np.array_split(z, max(1, -(-len(z) * self.size**2 // BATCH)))
        return np.concatenate([np.linalg.solve(self.dense(part), right[None]) for part in parts])

    def factored(
        self, z: complex
    ) -> tuple[Callable[[Array], Array], Callable[[Array], Array], Callable[[Array], Array]]:
        """M⁻¹, M†⁻¹ and M at one z, as functions of blocks of columns; next to a pole z is moved by a rounding error."""
        if self.size <= LARGEST_DENSE:
            from scipy.linalg import lu_solve
            from scipy.linalg.lapack import zgetrf

            matrix = self.dense(np.array([z]))[0]
            factors, pivots, _ = zgetrf(matrix)
            zero = np.flatnonzero(np.diagonal(factors) == 0)
            factors[zero, zero] = 1e-17 * self.scale
            lu = (factors, pivots)
            return (lambda x: lu_solve(lu, x)), (lambda x: lu_solve(lu, x, trans=2)), (lambda x: matrix @ x)
        from scipy.sparse.linalg import splu

        sparse: Any = self.sparse(z)
        try:
            factor = splu(sparse)
        except RuntimeError:  # exactly singular
            factor = splu(self.sparse(z + 1e-15 * self.scale))
        solve: Any = factor.solve
        return (
            lambda x: solve(np.asarray(x, complex)),
            lambda x: solve(np.asarray(x, complex), trans="H"),
            lambda x: sparse @ x,
        )

    @cached_property
    def _dense(self) -> Array:
        return np.asarray(self._fixed.toarray(), complex)

    @cached_property
    def _fixed(self) -> Any:
        """−H on the ladder without the diagonal energies, CSC."""
        from scipy import sparse

        total: Any = sparse.kron(sparse.eye_array(self.rungs), static_matrix(self.sector, self.problem), format="csc")
        for k in range(1, min(self.sector.harmonic_count, self.rungs - 1) + 1):
            harmonic = harmonic_matrix(self.sector, self.problem, k)
            rising: Any = sparse.kron(sparse.eye_array(self.rungs, k=-k), harmonic, format="csc")
            total = total + rising + rising.conj().T
        return -total.tocsc()

    @cached_property
    def _pattern(self) -> tuple[Any, Array, list[Array]]:
        """A CSC matrix with −H and room for all else, and where in its data the diagonal and each terminal's Σ (rungs, m, m) are."""
        from scipy import sparse

        n, size = self.orbitals, self.size
        first = n * np.arange(self.rungs)[:, None, None]
        places = [
            np.broadcast_arrays(first + terminal.orbitals[:, None], first + terminal.orbitals)
            for terminal in self.sector.terminals
        ]
        fixed = self._fixed.tocoo()
        diagonal = np.arange(size)
        rows = np.concatenate([fixed.row, diagonal, *(row.ravel() for row, _ in places)])
        columns = np.concatenate([fixed.col, diagonal, *(column.ravel() for _, column in places)])
        values = np.concatenate([fixed.data, np.zeros(len(rows) - len(fixed.data))])
        matrix = sparse.csc_array((values, (rows, columns)), shape=(size, size), dtype=complex)
        keys = np.repeat(np.arange(size), np.diff(matrix.indptr)) * size + matrix.indices
        where = [np.searchsorted(keys, column * size + row) for row, column in places]
        return matrix, np.searchsorted(keys, diagonal * size + diagonal), where

    def sparse(self, z: complex) -> Any:
        """M at one z, CSC."""
        pattern, diagonal, where = self._pattern
        matrix = pattern.copy()
        energies = z + self.shifts
        matrix.data[diagonal] += np.repeat(energies, self.orbitals)
        found = self_energies(self.sector, energies + self.nudge)
        for (_, sigma), place in zip(found, where, strict=True):
            np.subtract.at(matrix.data, place, sigma)
        return matrix

    def slope(self, z: complex, vectors: Array, step: float) -> Array:
        """M′(z) vectors, by a central difference of Σ."""
        energies = z + self.shifts
        shaped = np.asarray(vectors).reshape(self.rungs, self.orbitals, -1)
        result = shaped.astype(complex)
        for terminal, sigma in self_energies(self.sector, np.stack([energies + step, energies - step])):
            result[:, terminal.orbitals] -= (sigma[0] - sigma[1]) / (2 * step) @ shaped[:, terminal.orbitals]
        return result.reshape(np.shape(vectors))


def self_energies(sector: Sector, energies: Array) -> list[tuple[Terminal, Array]]:
    """Every terminal with its Σ, energies.shape + (m, m); a lead is computed once for all its contacts."""
    known: dict[tuple[object, ...], Array] = {}
    found = []
    for terminal in sector.terminals:
        key = (id(terminal.lead), terminal.lead_orbitals.tobytes(), terminal.spins is None)
        if key not in known:
            known[key] = terminal.surface(energies)
        found.append((terminal, np.asarray(terminal.coupling @ known[key] @ terminal.coupling.conj().T)))
    return found


def static_matrix(sector: Sector, problem: int) -> Any:
    """Cycle average of H at one setting, CSC."""
    from scipy import sparse

    shape = sector.hamiltonian.shape
    off = sector.rows != sector.columns
    change = sector.changes[problem]
    rows = np.concatenate([sector.rows, sector.columns[off]])
    columns = np.concatenate([sector.columns, sector.rows[off]])
    turned = sparse.csc_array((np.concatenate([change, np.conj(change[off])]), (rows, columns)), shape=shape)
    return sparse.csc_array(sector.hamiltonian, dtype=complex) + turned


def harmonic_matrix(sector: Sector, problem: int, k: int) -> Any:
    """H_k of one setting, k ≥ 1, CSC."""
    from scipy import sparse

    off = sector.rows != sector.columns
    plus, minus = sector.plus[problem, k - 1], sector.minus[problem, k - 1]
    rows = np.concatenate([sector.rows, sector.columns[off]])
    columns = np.concatenate([sector.columns, sector.rows[off]])
    values = np.concatenate([plus, np.conj(minus[off])])
    return sparse.csc_array((values, (rows, columns)), shape=sector.hamiltonian.shape)
