"""The production solver: ports, then the ladder of sidebands by scalar or matrix continued fractions, compiled.

The kernels give the same quantities as the explicit sums of `dense`, by recursion over rungs: O(rungs) operations for all flows.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ends import LadderEnds, sector_scale
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver, probe_phases
from floquant.solvers.local.ports import PortTable, Reference, damping


class SidebandSolver(LadderSolver):
    """Ports and continued fractions for one sector and all its settings."""

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.channels = Channels.of(sector)
        # A device that no knob turns still needs a place for the (empty) drive.
        self.ports = sector.ports if len(sector.ports) else np.array([0], dtype=np.int64)
        self.kappa = damping(sector)
        self.reference = Reference(sector, self.ports, self.kappa)
        d = len(self.ports)
        static = sector.static if len(sector.ports) else np.zeros((len(sector.static), 1, 1), dtype=complex)
        self.n_harmonic = sector.harmonics.shape[1]
        touched = np.abs(sector.harmonics).max(axis=(0, 1)) if sector.harmonics.size else np.zeros((d, d))
        driven = np.flatnonzero((touched + touched.T).any(axis=0))
        self.driven = (driven if len(driven) else np.array([0])).astype(np.int64)
        # The absorption of the reference is taken back here for turned ports, and in the ladder for driven ones.
        turned = np.ones(d)
        turned[self.driven] = 0.0
        self.static = np.ascontiguousarray(static + 1j * self.kappa * np.diag(turned), dtype=complex)
        self.scalar = len(self.driven) == 1 and self.n_harmonic <= 1
        self.per_step = 1 if self.scalar else max(self.n_harmonic, 1)
        self.reach = self.per_step - 1
        self.scale = max(self.kappa, sector_scale(sector))
        self.name = (
            "ports + scalar sidebands"
            if self.scalar
            else f"ports + block sidebands ({len(self.driven)}×{max(self.n_harmonic, 1)})"
        )

    @cached_property
    def harmonics(self) -> Array:
        """H_1 … H_M on the driven orbitals, shape (P, M, e, e); M ≥ 1."""
        if not self.sector.harmonics.size:
            e = len(self.driven)
            return np.zeros((len(self.static), 1, e, e), dtype=complex)
        return np.ascontiguousarray(self.sector.harmonics[:, :, self.driven[:, None], self.driven[None, :]])

    @cached_property
    def steps(self) -> tuple[Array, Array]:
        """V_in and V₊ between steps of M rungs, each (P, M·e, M·e): element (a, b) of V₊ is H_{M+a−b}, of V_in H_{a−b}.

        V_in also takes back the absorption of the reference, iκ on its diagonal.
        """
        h = self.harmonics
        p, m, e, _ = h.shape
        inside = np.zeros((p, m, e, m, e), dtype=complex)
        inside[:] = (1j * self.kappa * np.eye(m * e)).reshape(m, e, m, e)
        rising = np.zeros((p, m, e, m, e), dtype=complex)
        for a in range(m):
            for b in range(m):
                if a > b:
                    inside[:, a, :, b, :] = h[:, a - b - 1]
                elif a < b:
                    inside[:, a, :, b, :] = np.conj(np.swapaxes(h[:, b - a - 1], -1, -2))
                if a <= b:
                    rising[:, a, :, b, :] = h[:, m + a - b - 1]
        return inside.reshape(p, m * e, m * e), rising.reshape(p, m * e, m * e)

    def tabulate(self, energies: Array) -> PortTable:
        """The damped reference device on the ports at these energies."""
        return self.reference.at(energies)

    def flows(self, table: PortTable, problem: Array, row: Array, ladder: Ladder, detectors: Detectors) -> Array:
        """Flows by recursion over the ladder."""
        # Kernels load numba, so they are imported at the first solve.
        from floquant.solvers.kernels.arguments import Counting, Rungs
        from floquant.solvers.kernels.block_flows import block_flows
        from floquant.solvers.kernels.scalar import scalar_flows

        layout, channels = FlowLayout.of(detectors, ladder), self.channels
        out = np.empty((len(problem), table.green.shape[1], layout.size))
        counting = Counting(
            channels.group, len(channels.names), detectors.rows, float(detectors.reference), detectors.unsigned,
            *probe_phases(ladder.rungs, channels.count), layout.starts,
        )  # fmt: skip
        window = Rungs(ladder.first, ladder.n_cut, ladder.n_rung)
        kernel = scalar_flows if self.scalar else block_flows
        kernel(*self._arguments(table, problem, row), window, counting, out)
        return out

    def columns(self, table: PortTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """Amplitudes for waves that enter at the centre, and what the ladder's ends see of them."""
        (nodes, rungs), channels = table.green.shape[1:3], self.channels.count
        # rungs beyond the last whole step are not solved
        out = np.zeros((len(problem), nodes, rungs, channels, channels), dtype=complex)
        return out, self._entered(table, problem, row, centre, out, np.empty((0, 0, 0, 0, 0)))

    def powers(self, table: PortTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """|S|² between banks for waves that enter at the centre, summed where the amplitudes are made."""
        (nodes, rungs), banks = table.green.shape[1:3], len(self.channels.banks)
        powers = np.zeros((len(problem), nodes, rungs, banks, banks))
        return powers, self._entered(table, problem, row, centre, np.empty((0, 0, 0, 0, 0), dtype=complex), powers)

    def _entered(
        self, table: PortTable, problem: Array, row: Array, centre: int, out: Array, powers: Array
    ) -> LadderEnds:
        """Fill amplitudes or powers, and say what the ladder's ends see."""
        from floquant.solvers.kernels.block_columns import block_columns
        from floquant.solvers.kernels.scalar_columns import scalar_columns

        shape = (len(problem), *table.green.shape[1:3])
        ends, leaving, growth = np.zeros((*shape[:2], 4)), np.zeros((*shape[:2], 2, shape[2])), np.zeros(shape)
        kernel = scalar_columns if self.scalar else block_columns
        kernel(
            *self._arguments(table, problem, row), centre, self.channels.bank.astype(np.int64), out, powers, ends, leaving, growth
        )  # fmt: skip
        return LadderEnds(ends[..., :2], leaving, ends[..., 2:], np.maximum(1.0, 2.0 * np.sqrt(growth)))

    def _arguments(self, table: PortTable, problem: Array, row: Array) -> tuple[Any, ...]:
        """What every kernel takes first: the table, what a setting changes in the mean, the drive, and which pairs are solved."""
        from floquant.solvers.kernels.arguments import Pairs, Table

        # rounding on a rung is that of its own energy, and of H
        norms = table.norms * np.maximum(self.scale, np.abs(table.energies))[..., None]
        reference = Table(table.energies, table.green, table.left, table.right, table.static, table.is_open, norms)
        drive: tuple[Any, ...]
        if self.scalar:
            drive = 1j * self.kappa, np.ascontiguousarray(self.harmonics[:, 0, 0, 0])
        else:
            drive = self.steps
        # a view with gaps, such as `np.nonzero` returns, would have the kernel compiled a second time
        pairs = Pairs(np.ascontiguousarray(problem), np.ascontiguousarray(row))
        return reference, self.static, *drive, self.driven, pairs
