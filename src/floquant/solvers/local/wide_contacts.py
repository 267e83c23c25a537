"""Local drives on big devices: contacts of any width enter through d×d matrices, d the number of turned and driven orbitals.

    S_n = i l(E_n) t_n r(E) + δ_n0 i s(E),   T^(n)_ba = Tr[W_b(E_n) t_n W_a(E) t_n†],   W_b = l_b† l_b,   W_a = r_a r_a†
    T^(0)_ba = Σ |s_ba|² + 2 Re Tr[t_0 r_a s_ba† l_b] + Tr[W_b t_0 W_a t_0†]

l, r, s belong to the damped reference (see `ports`) and are shared by all settings. t_n is the T-matrix of all that a setting changes, from
rung 0 to rung n: by matrix continued fractions over rungs for one harmonic, by one dense ladder of the ports for several.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.dense import couplings_of_ends
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ends import LadderEnds, driven_at_most, guessed_ends
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.singular_systems import solve_or_limit
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.ladder.wave_counts import LadderWaves, Passage
from floquant.solvers.local.from_both_ends import Rungs
from floquant.solvers.local.ports import PortTable, Reference, damping

# Numbers in one batch of T-matrices: about 64 MB.
BATCH = 4_000_000


@dataclass(frozen=True, eq=False)
class WideTable(PortTable):
    """A table of the reference, with W_b and W_a of every bank, made when powers are needed."""

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
        """What a setting changes in the mean, with the absorption of the reference taken back, (P, d, d)."""
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
        arrays = (table.energies, table.green, table.left, table.right, table.static, table.is_open, table.norms)
        return WideTable(*arrays, bank=self.channels.bank, banks=len(self.channels.banks))

    def powers(self, table: WideTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """|S|² between banks by traces of d×d matrices."""
        nodes, rungs = table.green.shape[1:3]
        count = table.banks
        powers = np.empty((len(problem), nodes, rungs, count, count))
        size = np.empty((len(problem), nodes, rungs))
        for t in np.unique(row):
            pairs = np.flatnonzero(row == t)
            for x in range(nodes):
                direct, cross = table.crossed(t, x, centre)
                for part in self._batches(pairs, rungs):
                    scattered = self.t_matrices(problem[part], table.green[t, x], centre)
                    for a in range(count):
                        incoming = table.incoming[t, x, centre, a]
                        spread = scattered @ incoming @ np.conj(np.swapaxes(scattered, -1, -2))
                        reading = np.einsum("rbij,prji->prb", table.outgoing[t, x], spread, optimize=True)
                        powers[part, x, :, :, a] = reading.real
                    mixed = np.einsum("baij,pji->pba", cross, scattered[:, centre])
                    powers[part, x, centre] += direct + 2 * mixed.real
                    size[part, x] = self._field(
                        scattered, table.green[t, x], table.incoming[t, x, centre].sum(axis=0), centre
                    )
        return powers, self._ends(size, table, problem, row, centre)

    def numbers(self, rungs: int) -> tuple[int, int]:
        """Tables hold the contacts, powers are sums over banks."""
        orbitals = len(self.channels.member)
        return rungs * orbitals * (orbitals + 12), rungs * len(self.channels.banks) ** 2

    def columns(self, table: WideTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """Amplitudes between lead orbitals for waves that enter at the centre, and what the ladder's ends see."""
        nodes, rungs = table.green.shape[1:3]
        orbitals = len(self.channels.member)
        s = np.empty((len(problem), nodes, rungs, orbitals, orbitals), complex)
        size = np.empty((len(problem), nodes, rungs))
        for t in np.unique(row):
            pairs = np.flatnonzero(row == t)
            for x in range(nodes):
                for part in self._batches(pairs, rungs):
                    scattered = self.t_matrices(problem[part], table.green[t, x], centre)
                    s[part, x] = 1j * (table.left[t, x] @ (scattered @ table.right[t, x, centre]))
                    s[part, x, centre] += 1j * table.static[t, x, centre]
                    size[part, x] = self._field(
                        scattered, table.green[t, x], table.incoming[t, x, centre].sum(axis=0), centre
                    )
        return s, self._ends(size, table, problem, row, centre)

    def flows(self, table: WideTable, problem: Array, row: Array, ladder: Ladder, detectors: Detectors) -> Array:
        """Sums over the amplitudes between all lead orbitals that are open."""
        result = []
        for p, t in zip(problem.tolist(), row.tolist(), strict=True):
            result.append([each.flows(detectors, ladder) for each in self._passages(table, p, t)])
        return np.array(result)

    def _passages(self, table: WideTable, problem: int, t: int) -> Iterator[Passage]:
        """What the waves of all rungs do, node by node. Waves that are closed at every node bring no columns."""
        chosen = [np.flatnonzero(share) for share in table.is_open[t].any(axis=0)]
        identity = np.eye(len(self.channels.member), dtype=complex)
        every = LadderWaves([self.channels.bank[c] for c in chosen], [identity[:, c] for c in chosen], self.channels)
        nodes, rungs, d = table.green.shape[1:4]
        waves = int(every.ends[-1])
        at_once = max(1, BATCH // (rungs * d * (d + waves) + 3 * waves**2))
        for begin in range(0, nodes, at_once):
            s, driven = self._scattered(table, problem, t, slice(begin, begin + at_once), chosen)
            for x, at in enumerate(range(begin, begin + len(s))):
                opened = self.channels.collected(table.is_open[t, at])
                yield every.passage(table.energies[t, at], s[x], opened, driven[x])

    def _scattered(
        self, table: WideTable, p: int, t: int, some: slice, chosen: list[Array]
    ) -> tuple[Array, Array]:  # fmt: skip
        """S between the chosen waves of all rungs at some nodes, (X, W, W), and ‖φ‖² of what they drive out of the ladder, (X, 2, W)."""
        drive = self.harmonics[p, 0] if self.harmonics.shape[1] else np.zeros_like(self.potential[p])
        arrays = table.green[t, some], table.left[t, some], table.right[t, some]
        ladders = Rungs(*arrays, chosen, self.potential[p], drive, self.kappa)
        found = ladders.scattered() if self.harmonics.shape[1] <= 1 else None
        s, driven = (
            self._on_whole_ladders(p, ladders)
            if found is None
            else (found[0], driven_at_most(self.sector, p, found[1]))
        )
        for m, (c, (begin, end)) in enumerate(zip(chosen, itertools.pairwise(ladders.begins), strict=True)):
            s[:, begin:end, begin:end] += 1j * table.static[t, some, m][:, c[:, None], c]
        return s, driven

    def _on_whole_ladders(self, p: int, ladders: Rungs) -> tuple[Array, Array]:
        """S, and ‖φ‖² itself, for any number of harmonics: one dense matrix a node."""
        into, ends = ladders.sources, ladders.begins
        waves = np.array([self._by_ladder(p, g, [each[x] for each in into]) for x, g in enumerate(ladders.green)])
        s = [ladders.left[:, m, c] @ waves[:, m] for m, c in enumerate(ladders.chosen)]
        field = ladders.green @ waves
        for m, (begin, end) in enumerate(itertools.pairwise(ends)):
            field[:, m, :, begin:end] += into[m]
        beyond = couplings_of_ends(self.sector, p, field.shape[1], on_ports=True)
        passed = [end @ field.reshape(len(field), -1, field.shape[-1]) for end in beyond]
        driven = np.stack([np.sum(each.real**2 + each.imag**2, axis=1) for each in passed], axis=1)
        return 1j * np.concatenate(s, axis=1), driven

    def _batches(self, pairs: Array, rungs: int) -> list[Array]:
        per_pair = 3 * rungs * len(self.ports) ** 2
        return np.array_split(pairs, max(1, min(len(pairs), -(-len(pairs) * per_pair // BATCH))))

    def _field(self, scattered: Array, green: Array, incoming: Array, centre: int) -> Array:
        """The norm of the field on the ports of each rung, (P, R)."""
        waves = green @ scattered
        waves[:, centre] += np.eye(len(self.ports))
        weight = np.einsum("prij,jk,prik->pr", waves, incoming, waves.conj(), optimize=True).real
        return np.sqrt(np.maximum(weight, 0.0))

    def _ends(self, size: Array, table: WideTable, problem: Array, row: Array, centre: int) -> LadderEnds:
        """The field is exact on the ports; what detectors send to the ends is estimated."""
        return guessed_ends(self.sector, problem, table.energies[row], self.ports, size, centre)

    def t_matrices(self, problem: Array, green: Array, centre: int) -> Array:
        """t from the centre to every rung, (P, R, d, d), for g (R, d, d) of the reference."""
        if self.harmonics.shape[1] <= 1:
            return self._by_continued_fraction(problem, green, centre)
        identity, closed = np.eye(green.shape[-1]), np.empty((green.shape[-1], 0))
        entering = [identity if m == centre else closed for m in range(len(green))]
        return np.array([self._by_ladder(int(p), green, entering) for p in problem])

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

    def _by_ladder(self, p: int, green: Array, sources: list[Array]) -> Array:
        """(1 − V g) t φ = V φ on the whole ladder of the ports, for the sources φ_m (d, c_m) of all rungs: (R, d, Σ c_m)."""
        rungs, d = green.shape[:2]
        blocks = np.zeros((2 * rungs - 1, d, d), complex)  # H_n for n = 1 − R … R − 1
        kept = self.harmonics[p, : rungs - 1]
        blocks[rungs - 1] = self.potential[p]
        blocks[rungs : rungs + len(kept)] = kept
        blocks[rungs - 1 - len(kept) : rungs - 1] = np.conj(np.swapaxes(kept, -1, -2))[::-1]
        # all that rung r sends, H_{m−r} for every m, is a part of the same list: V g is one product for each r
        sent = [blocks[rungs - 1 - r : 2 * rungs - 1 - r].reshape(rungs * d, d) for r in range(rungs)]
        matrix = np.empty((rungs * d, rungs, d), complex)
        for r, column in enumerate(sent):
            np.matmul(column, -green[r], out=matrix[:, r])
        matrix = matrix.reshape(rungs * d, rungs * d)
        matrix[np.diag_indices(rungs * d)] += 1.0
        right = np.concatenate([column @ source for column, source in zip(sent, sources, strict=True)], axis=1)
        return solve_or_limit(matrix[None], right[None])[0].reshape(rungs, d, -1)
