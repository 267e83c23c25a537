"""Local drives on big devices: contacts of any width enter through d×d matrices, d the number of turned and driven orbitals.

    S_n = i l(E_n) t_n r(E) + δ_n0 i s(E),   T^(n)_ba = Tr[W_b(E_n) t_n W_a(E) t_n†],   W_b = l_b† l_b,   W_a = r_a r_a†
    T^(0)_ba = Σ |s_ba|² + 2 Re Tr[t_0 r_a s_ba† l_b] + Tr[W_b t_0 W_a t_0†]

l, r, s belong to the damped reference (see `ports`) and are shared by all settings. t_n is the T-matrix of all that a setting changes, from
rung 0 to rung n: by matrix continued fractions over rungs for one harmonic, by one dense ladder of the ports for several.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.model import Sector
from floquant.solve.dense import flows_of_amplitudes
from floquant.solve.ladder import Array, Channels, Ladder, LadderSolver
from floquant.solve.limits import solve_or_limit
from floquant.solve.ports import PortTable, Reference, damping

# Numbers in one batch of T-matrices: about 64 MB.
BATCH = 4_000_000


@dataclass(frozen=True, eq=False)
class WideTable(PortTable):
    """A table of the reference, with W_b and W_a of every bank, made when powers are asked for."""

    bank: Array
    banks: int

    @cached_property
    def outgoing(self) -> Array:
        """W_b, (..., B, d, d)."""
        return np.stack([_gram(self.left[..., self.bank == b, :]) for b in range(self.banks)], axis=-3)

    @cached_property
    def incoming(self) -> Array:
        """W_a, (..., B, d, d)."""
        rows = [np.swapaxes(self.right[..., self.bank == a], -1, -2).conj() for a in range(self.banks)]
        return np.stack([_gram(row) for row in rows], axis=-3)

    def crossed(self, t: int, x: int, centre: int) -> tuple[Array, Array]:
        """Σ|s_ba|² (B, B) and r_a s_ba† l_b (B, B, d, d) at one node's centre."""
        left, right, s = self.left[t, x, centre], self.right[t, x, centre], self.static[t, x, centre]
        d = left.shape[-1]
        size, cross = np.empty((self.banks, self.banks)), np.empty((self.banks, self.banks, d, d), complex)
        for b in range(self.banks):
            for a in range(self.banks):
                own = s[np.ix_(self.bank == b, self.bank == a)]
                size[b, a] = np.sum(own.real**2 + own.imag**2)
                cross[b, a] = right[:, self.bank == a] @ own.conj().T @ left[self.bank == b]
        return size, cross


def _gram(rows: Array) -> Array:
    return np.asarray(np.conj(np.swapaxes(rows, -1, -2)) @ rows)


class WidePortSolver(LadderSolver):
    """Ports with contacts of any width, for one sector and all its settings."""

    costly = True

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.channels = Channels.of(sector, grouped=True)
        self.ports = sector.ports if len(sector.ports) else np.array([0], dtype=np.int64)
        self.kappa = damping(sector)
        self.reference = Reference(sector, self.ports, self.kappa)
        self.name = f"ports ({len(self.ports)} orbitals) + wide contacts"

    @cached_property
    def potential(self) -> Array:
        """What a setting changes in the mean, with the reference's absorption given back, (P, d, d)."""
        d = len(self.ports)
        static = self.sector.static if len(self.sector.ports) else np.zeros((self.sector.settings, d, d), complex)
        return static + 1j * self.kappa * np.eye(d)

    @cached_property
    def harmonics(self) -> Array:
        """H_1 … H_M on the ports, (P, M, d, d)."""
        d = len(self.ports)
        return self.sector.harmonics if len(self.sector.ports) else np.zeros((self.sector.settings, 0, d, d), complex)

    def tabulate(self, energies: Array) -> WideTable:
        """The damped reference device at these energies."""
        table = self.reference.at(energies)
        arrays = (table.green, table.left, table.right, table.static, table.is_open)
        return WideTable(*arrays, bank=self.channels.bank, banks=len(self.channels.banks))

    def powers(self, table: WideTable, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """|S|² between banks by traces of d×d matrices."""
        nodes, rungs = table.green.shape[1:3]
        count = table.banks
        powers = np.empty((len(problem), nodes, rungs, count, count))
        tail = np.empty((len(problem), nodes))
        for t in np.unique(row):
            pairs = np.flatnonzero(row == t)
            for x in range(nodes):
                size, cross = table.crossed(t, x, centre)
                for part in self._batches(pairs, rungs):
                    scattered = self.t_matrices(problem[part], table.green[t, x], centre)
                    for a in range(count):
                        incoming = table.incoming[t, x, centre, a]
                        spread = scattered @ incoming @ np.conj(np.swapaxes(scattered, -1, -2))
                        reading = np.einsum("rbij,prji->prb", table.outgoing[t, x], spread, optimize=True)
                        powers[part, x, :, :, a] = reading.real
                    mixed = np.einsum("baij,pji->pba", cross, scattered[:, centre])
                    powers[part, x, centre] += size + 2 * mixed.real
                    tail[part, x] = self._tail(
                        scattered, table.green[t, x], table.incoming[t, x, centre].sum(axis=0), centre
                    )
        return powers, tail

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Tables hold the contacts, powers are sums over banks."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * len(self.channels.banks) ** 2

    def columns(self, table: WideTable, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """Amplitudes between lead orbitals for waves that enter at the centre, and the tail."""
        nodes, rungs = table.green.shape[1:3]
        orbitals = len(self.channels.member)
        s = np.empty((len(problem), nodes, rungs, orbitals, orbitals), complex)
        tail = np.empty((len(problem), nodes))
        for t in np.unique(row):
            pairs = np.flatnonzero(row == t)
            for x in range(nodes):
                for part in self._batches(pairs, rungs):
                    scattered = self.t_matrices(problem[part], table.green[t, x], centre)
                    s[part, x] = 1j * (table.left[t, x] @ (scattered @ table.right[t, x, centre]))
                    s[part, x, centre] += 1j * table.static[t, x, centre]
                    tail[part, x] = self._tail(
                        scattered, table.green[t, x], table.incoming[t, x, centre].sum(axis=0), centre
                    )
        return s, tail

    def flows(self, table: WideTable, problem: Array, row: Array, ladder: Ladder) -> Array:
        """Explicit sums over all amplitudes of each ladder."""
        rungs, orbitals = ladder.rungs, len(self.channels.member)
        result = []
        for p, t in zip(problem, row, strict=True):
            nodes = []
            for x in range(table.green.shape[1]):
                green, left, right = table.green[t, x], table.left[t, x], table.right[t, x]
                s = np.empty((rungs, orbitals, rungs, orbitals), complex)
                field = np.empty((rungs, len(self.ports), rungs, orbitals), complex)
                # several harmonics: one ladder holds the waves from all rungs
                whole = self._by_ladder(int(p), green, slice(None)) if self.harmonics.shape[1] > 1 else None
                for k in range(rungs):
                    scattered = self.t_matrices(np.array([p]), green, k)[0] if whole is None else whole[:, :, k]
                    waves = scattered @ right[k]
                    s[:, :, k] = 1j * (left @ waves)
                    s[k, :, k] += 1j * table.static[t, x, k]
                    field[:, :, k] = green @ waves
                    field[k, :, k] += right[k]
                nodes.append(
                    flows_of_amplitudes(
                        s[None], table.is_open[None, t, x], field[None], self.channels, ladder, self.sector.harmonic_gap
                    )[0]
                )
            result.append(nodes)
        return np.array(result)

    def _batches(self, pairs: Array, rungs: int) -> list[Array]:
        per_pair = 3 * rungs * len(self.ports) ** 2
        return np.array_split(pairs, max(1, min(len(pairs), -(-len(pairs) * per_pair // BATCH))))

    def _tail(self, scattered: Array, green: Array, incoming: Array, centre: int) -> Array:
        """Weight of the ports' field at the ladder's ends over that where the waves enter, (P,)."""
        rungs = len(green)
        waves = green @ scattered
        waves[:, centre] += np.eye(len(self.ports))
        gap = self.sector.harmonic_gap
        ends = [*range(min(gap, centre)), *range(max(rungs - gap, centre + 1), rungs)]
        waves = waves[:, [centre, *ends]]
        weight = np.einsum("prij,jk,prik->pr", waves, incoming, waves.conj(), optimize=True).real
        beyond = weight[:, 1:].sum(axis=1)
        return np.asarray(np.divide(beyond, weight[:, 0], out=np.zeros(len(weight)), where=weight[:, 0] > 0))

    def t_matrices(self, problem: Array, green: Array, centre: int) -> Array:
        """t from the centre to every rung, (P, R, d, d), for g (R, d, d) of the reference."""
        if self.harmonics.shape[1] <= 1:
            return self._by_continued_fraction(problem, green, centre)
        entry = slice(centre, centre + 1)
        return np.array([self._by_ladder(int(p), green, entry)[:, :, 0] for p in problem])

    def _by_continued_fraction(self, problem: Array, green: Array, centre: int) -> Array:
        """ψ_{m+1} = Y H_1 ψ_m with Y_m = (1 − g_m (V + F_m))⁻¹ g_m and F_{m−1} = H_1† Y_m H_1, and so downwards."""
        rungs, d = green.shape[:2]
        v = self.potential[problem]
        identity = np.eye(d)
        result = np.empty((len(problem), rungs, d, d), complex)
        drive = self.harmonics[problem, 0] if self.harmonics.shape[1] else np.zeros_like(v)
        adjoint = np.conj(np.swapaxes(drive, -1, -2))
        total = v
        steps: list[tuple[Array, list[int], list[Array], list[Array]]] = []
        for out, back, order in (
            (drive, adjoint, list(range(rungs - 1, centre, -1))),
            (adjoint, drive, list(range(centre))),
        ):
            beyond = np.zeros_like(v)
            fields, sources = [], []
            for m in order:
                source = v + beyond
                y = solve_or_limit(identity - green[m] @ source, np.broadcast_to(green[m], source.shape))
                fields.append(y)
                sources.append(source)
                beyond = back @ y @ out
            total = total + beyond
            steps.append((out, order[::-1], fields[::-1], sources[::-1]))
        result[:, centre] = solve_or_limit(identity - total @ green[centre], total)
        for out, order, fields, sources in steps:
            wave = identity + green[centre] @ result[:, centre]
            for m, y, source in zip(order, fields, sources, strict=True):
                arrives = out @ wave
                wave = y @ arrives
                result[:, m] = arrives + source @ wave
        return result

    def _by_ladder(self, p: int, green: Array, entry: slice) -> Array:
        """(1 − V g) t = V on the whole ladder of the ports, from the rungs of `entry` to all, (R, d, entries, d)."""
        rungs, d = green.shape[:2]
        blocks = np.zeros((2 * rungs - 1, d, d), complex)  # H_n for n = 1 − R … R − 1
        kept = self.harmonics[p, : rungs - 1]
        blocks[rungs - 1] = self.potential[p]
        blocks[rungs : rungs + len(kept)] = kept
        blocks[rungs - 1 - len(kept) : rungs - 1] = np.conj(np.swapaxes(kept, -1, -2))[::-1]
        # V_mr = H_{m−r}, with r first, so that V g is one product for each r
        v = blocks[np.arange(rungs)[None, :] - np.arange(rungs)[:, None] + rungs - 1]
        product = (v.reshape(rungs, rungs * d, d) @ green).reshape(rungs, rungs, d, d)
        matrix = -product.transpose(1, 2, 0, 3).reshape(rungs * d, rungs * d)
        matrix[np.diag_indices(rungs * d)] += 1.0
        right = v[entry].transpose(1, 2, 0, 3).reshape(rungs * d, -1)
        return solve_or_limit(matrix[None], right[None])[0].reshape(rungs, d, -1, d)
