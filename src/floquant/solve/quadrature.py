"""Adaptive quadrature over the Floquet zone, for all knob settings at once.

Each panel holds 16 Gauss–Legendre nodes; values become Legendre coefficients, whose cumulative integral serves every Fermi energy. Two
things bound a panel's error:

* the last coefficients of the flows themselves (interpolation);
* the last coefficients of *complex amplitudes*, the probes. A resonance of half width γ that no node has met is a pole of the amplitude:
  its tail falls off as ρ/(ε − ε₀) with |ρ| ≤ 2γ by unitarity, against (ρ/(ε − ε₀))² in a probability, and shows in the last coefficients at
  about 7ρ, while the flow it would add is at most πρ. So panels are halved around every pole (a complex quasienergy) until it is resolved
  or too narrow to matter: narrow replicas are found, not met by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.solve.ladder import Array, FlowLayout, Ladder, LadderSolver
from floquant.solve.zone import ANALYSIS, NODES, POINTS, WEIGHTS, Zone

# Numbers in one block of node values: 32 MB.
BLOCK = 4_000_000
# A panel narrower than this share of its segment is not halved again.
DEEPEST = 44
# Last Legendre coefficients that stand for the tail.
TAIL = 4
# Interpolation error of a cumulative integral over the tail's size: Σ_{n ≥ 16} 2/(2n+1) c_n for coefficients that halve at each order.
INTERPOLATION = 0.25
# Flow of a resonance not met over the tail of the probes: π/7, see the module.
UNSEEN = 0.45
# Rounding: tails below this share of the largest coefficient are noise.
NOISE = 2e-15


@dataclass
class Panels:
    """Accepted panels, sorted by problem and position.

    `coefficients` (panels, 16, n) are Legendre coefficients of (quantity · dε/dx) for flow, unsigned and total in `FlowLayout`'s order;
    `flow_error` (panels, detectors·cuts) and `total_error` (panels, detectors·contacts·rungs) bound their cumulative integrals.
    """

    problem: Array
    segment: Array
    left: Array
    right: Array
    coefficients: Array
    flow_error: Array
    total_error: Array


@dataclass
class Diagnostics:
    """Per problem: what the certificate reports."""

    nodes: Array
    converged: Array
    scale: Array  # (P, n): integrals over the zone of flow, unsigned and total, in FlowLayout's order
    defect: Array  # (P, channels, rungs): ∫ |row defect| dε
    worst_row: Array  # (P,): largest row defect at a node
    worst_column: Array  # (P,): largest column defect at a node
    tail: Array  # (P, 4): integrals of FlowLayout's tail


@dataclass(frozen=True)
class Tolerance:
    """rtol · (unsigned flow) + atol, and the most nodes that a problem may cost."""

    rtol: float
    atol: float
    max_nodes: int


def integrate(
    solver: LadderSolver, ladder: Ladder, zone: Zone, problems: int, tolerance: Tolerance
) -> tuple[Panels, Diagnostics]:
    """Integrate flows and transmissions of all problems over the zone, refining until every bound is met or `max_nodes` is reached."""
    layout = FlowLayout.of(solver.channels, ladder)
    work = _Refinement(solver, ladder, zone, layout, problems, tolerance)
    return work.run()


class _Refinement:
    """The refinement loop: panels in flight, panels accepted, running totals that set the tolerances."""

    def __init__(
        self, solver: LadderSolver, ladder: Ladder, zone: Zone, layout: FlowLayout, problems: int, tolerance: Tolerance
    ) -> None:
        self.solver, self.ladder, self.zone, self.layout = solver, ladder, zone, layout
        self.problems, self.tolerance = problems, tolerance
        kept = layout.slices["total"].stop
        self.kept = slice(0, kept)
        self.accepted: list[tuple[Array, ...]] = []
        self.accepted_scale = np.zeros((problems, kept))
        self.accepted_error = np.zeros((problems, self._n_errors))
        self.accepted_checks = np.zeros((problems, layout.n_channel * layout.n_rung + 4))
        self.nodes = np.zeros(problems, dtype=np.int64)
        self.worst_row, self.worst_column = np.zeros(problems), np.zeros(problems)

    @property
    def _n_errors(self) -> int:
        return self.layout.n_det * (self.layout.n_cut + self.layout.n_group * self.layout.n_rung)

    def run(self) -> tuple[Panels, Diagnostics]:
        level = self._first_level()
        segments = len(self.zone.start)
        count = segments << level
        problem = np.repeat(np.arange(self.problems), count)
        segment = np.tile(np.repeat(np.arange(segments), 1 << level), self.problems)
        index = np.tile(np.tile(np.arange(1 << level), segments), self.problems)
        depth = np.full(len(problem), level)
        while len(problem):
            coefficients, errors, scale, checks = self._evaluate(problem, segment, depth, index)
            refine = self._to_refine(problem, segment, depth, index, errors, scale)
            keep = ~refine
            np.add.at(self.accepted_checks, problem[keep], checks[keep])
            np.add.at(self.accepted_scale, problem[keep], scale[keep])
            np.add.at(self.accepted_error, problem[keep], errors[keep])
            self.accepted.append((problem[keep], segment[keep], depth[keep], index[keep], coefficients[keep], errors[keep]))
            problem, segment = np.repeat(problem[refine], 2), np.repeat(segment[refine], 2)
            depth = np.repeat(depth[refine], 2) + 1
            index = 2 * np.repeat(index[refine], 2) + np.tile([0, 1], int(refine.sum()))
        return self._panels(), self._diagnostics()

    def _diagnostics(self) -> Diagnostics:
        lay = self.layout
        checks = self.accepted_checks[:, :-4].reshape(-1, lay.n_channel, lay.n_rung)
        converged = ~(self.accepted_error > self._allowed(self.accepted_scale)).any(axis=1)
        return Diagnostics(self.nodes, converged, self.accepted_scale, checks, self.worst_row, self.worst_column, self.accepted_checks[:, -4:])

    def _first_level(self) -> int:
        """Halvings of each segment to begin with: two to four panels, fewer where `max_nodes` forbids."""
        segments, level = len(self.zone.start), 2
        while level > 0 and (POINTS * segments << level) > max(self.tolerance.max_nodes, 1):
            level -= 1
        return level

    def _evaluate(self, problem: Array, segment: Array, depth: Array, index: Array) -> tuple[Array, Array, Array, Array]:
        """Coefficients (n, 16, kept), error bounds (n, errors), integrals (n, kept) and checks of panels, in blocks of bounded size."""
        n = len(problem)
        coefficients = np.empty((n, POINTS, self.kept.stop))
        errors = np.empty((n, self._n_errors))
        checks = np.empty((n, self.accepted_checks.shape[1]))
        # Panels at the same place are neighbours, so that a block shares static work between problems.
        order = np.lexsort((problem, index, depth, segment))
        size = max(1, BLOCK // (POINTS * (self.layout.size + 40 * self.ladder.rungs)))
        for begin in range(0, n, size):
            part = order[begin : begin + size]
            places, row = np.unique(np.stack([segment[part], depth[part], index[part]], axis=1), axis=0, return_inverse=True)
            width = 0.5 ** places[:, 1]
            s = (places[:, 2] + 0.5 * (NODES[:, None] + 1.0)).T * width[:, None]
            epsilon = self.zone.energy(places[:, :1], s)
            slope = self.zone.slope(places[:, :1], s) * 0.5 * width[:, None]
            table = self.solver.tabulate(self.ladder.energies(epsilon))
            row = np.ascontiguousarray(row.reshape(-1), dtype=np.int64)
            values = self.solver.flows(table, np.ascontiguousarray(problem[part]), row, self.ladder)
            checks[part] = self._checks(problem[part], values, slope[row] * WEIGHTS)
            values *= slope[row][:, :, None]
            full = ANALYSIS @ values
            coefficients[part] = full[:, :, self.kept]
            errors[part] = self._errors(full)
        return coefficients, errors, 2.0 * coefficients[:, 0, :], checks

    def _errors(self, full: Array) -> Array:
        """Error bounds of each panel's flows and totals, see the module."""
        lay = self.layout
        tail = np.abs(full[:, -TAIL:]).max(axis=1)
        largest = np.abs(full).max(axis=1)
        tail = np.maximum(tail - NOISE * largest, 0.0)
        flow = INTERPOLATION * tail[:, lay.slices["flow"]].reshape(-1, lay.n_det, lay.n_cut)
        total = INTERPOLATION * tail[:, lay.slices["total"]].reshape(-1, lay.n_det, lay.n_group, lay.n_rung)
        probe = tail[:, lay.slices["probe"]].reshape(-1, 4, lay.n_cut)
        elastic = tail[:, lay.slices["elastic"]].reshape(-1, 2, lay.n_rung)
        unseen = UNSEEN * np.maximum(np.hypot(probe[:, 0], probe[:, 1]), np.hypot(probe[:, 2], probe[:, 3]))
        flow += unseen[:, None, :]
        total += UNSEEN * np.hypot(elastic[:, 0], elastic[:, 1])[:, None, None, :]
        if lay.n_cut:
            # A transmission summed over sidebands has the poles of the flows over the cuts around its rung.
            total += np.maximum(unseen[:, :-1], unseen[:, 1:])[:, None, None, :]
        return np.concatenate([flow.reshape(len(full), -1), total.reshape(len(full), -1)], axis=1)

    def _allowed(self, scale: Array) -> Array:
        """Tolerance of each flow and total (P, errors) from the unsigned flows of its lead."""
        lay, channels = self.layout, self.solver.channels
        owner = channels.group[channels.detectors[:, 0]]
        unsigned = scale[:, lay.slices["unsigned"]].reshape(-1, lay.n_channel, lay.n_cut)
        total = scale[:, lay.slices["total"]].reshape(-1, lay.n_det, lay.n_group, lay.n_rung)[:, : lay.n_channel]
        member = channels.group[:, None] == np.arange(lay.n_group)
        per_lead = np.einsum("pcj,cb->pbj", unsigned, member)
        between = np.einsum("pcar,cb->pbar", total, member)
        flow = self.tolerance.rtol * per_lead[:, owner] + self.tolerance.atol
        transfer = self.tolerance.rtol * between[:, owner] + self.tolerance.atol
        # Reflection needs no accuracy of its own: no current asks for it.
        transfer[:, owner[:, None] == np.arange(lay.n_group)] = np.inf
        return np.concatenate([flow.reshape(len(scale), -1), transfer.reshape(len(scale), -1)], axis=1)

    def _to_refine(self, problem: Array, segment: Array, depth: Array, index: Array, errors: Array, scale: Array) -> Array:
        """Which panels to halve: those above their share of the tolerance, where the problem may still pay for it."""
        running = self.accepted_scale.copy()
        np.add.at(running, problem, scale)
        allowed = self._allowed(running)
        width = 0.5**depth
        energies = self.zone.energy(segment, np.stack([index * width, (index + 1) * width]))
        share = np.maximum((energies[1] - energies[0]) / max(self.zone.length, 1e-300), 1 / 32)
        ratio = errors / allowed[problem]
        excess = np.max(ratio, axis=1, initial=0.0) if errors.shape[1] else np.zeros(len(problem))
        refine = (excess > 0.5 * share) & (depth < DEEPEST)
        # The sum may be too large though every panel keeps its share: the worst are halved as well.
        total = self.accepted_error.copy()
        np.add.at(total, problem[~refine], errors[~refine])
        over = (total > allowed).any(axis=1)
        count = np.bincount(problem, minlength=self.problems)
        refine |= over[problem] & (excess > 0.25 / np.maximum(count[problem], 1)) & (depth < DEEPEST)
        cost = self.nodes + 2 * POINTS * np.bincount(problem[refine], minlength=self.problems)
        return np.asarray(refine & ~(cost > self.tolerance.max_nodes)[problem])

    def _checks(self, problem: Array, values: Array, weight: Array) -> Array:
        """∫ |row defect| and ∫ tail over each panel (n, checks); worst cases at nodes and the nodes' number go to the running totals."""
        lay = self.layout
        n = len(problem)
        np.add.at(self.nodes, problem, POINTS)
        defect = np.abs(values[:, :, lay.slices["defect"]])
        np.maximum.at(self.worst_row, problem, defect.max(axis=(1, 2), initial=0.0))
        total = values[:, :, lay.slices["total"]].reshape(n, POINTS, lay.n_det, lay.n_group, lay.n_rung)
        column = total[:, :, : lay.n_channel].sum(axis=2)
        np.maximum.at(self.worst_column, problem, np.abs(column - np.round(column)).max(axis=(1, 2, 3), initial=0.0))
        both = np.concatenate([defect, values[:, :, lay.slices["tail"]]], axis=2)
        return np.asarray(np.einsum("nxc,nx->nc", both, weight))

    def _panels(self) -> Panels:
        joined = [np.concatenate(parts) for parts in zip(*self.accepted, strict=True)]
        problem, segment, depth, index, coefficients, errors = joined
        width = 0.5**depth
        order = np.lexsort((index * width, segment, problem))
        flows = self.layout.n_det * self.layout.n_cut
        return Panels(
            problem[order], segment[order], (index * width)[order], ((index + 1) * width)[order],
            coefficients[order], errors[order, :flows], errors[order, flows:],
        )  # fmt: skip
