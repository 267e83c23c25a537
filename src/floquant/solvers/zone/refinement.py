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

from dataclasses import dataclass, fields, replace

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.ladder import FlowLayout, Ladder, LadderSolver
from floquant.solvers.zone.zone import ANALYSIS, NODES, POINTS, WEIGHTS, Zone

# Numbers in one block of node values: 32 MB.
BLOCK = 4_000_000
# A panel narrower than this share of its segment is not halved again.
DEEPEST = 44
# Last Legendre coefficients that stand for the tail.
TAIL = 3
# Interpolation error of a cumulative integral over the tail's size: Σ_{n ≥ 16} 2/(2n+1) c_n for coefficients that halve at each order.
INTERPOLATION = 0.25
# Flow of a resonance not met over the tail of the probes: π/7, see the module.
UNSEEN = 0.45
# Share of the tolerance that all panels of one cut may spend: a current at μ takes from two cuts.
MET = 0.5
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


def joined_panels(parts: list[Panels]) -> Panels:
    """Panels of several runs of problems, one after the other; `parts` is emptied on the way, so that memory is not held twice."""
    arrays = []
    for field in fields(Panels):
        arrays.append(np.concatenate([getattr(part, field.name) for part in parts]))
        for part in parts:
            setattr(part, field.name, None)
    return Panels(*arrays)


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


def joined_diagnostics(parts: list[Diagnostics]) -> Diagnostics:
    """Diagnostics of several runs of problems, one after the other."""
    return Diagnostics(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Diagnostics))
    )


@dataclass(frozen=True)
class Tolerance:
    """rtol · (unsigned flow) + atol, and the most nodes that a problem may cost."""

    rtol: float
    atol: float
    max_nodes: int


def integrate(
    solver: LadderSolver, ladder: Ladder, zone: Zone, settings: Array, tolerance: Tolerance, window: tuple[float, float]
) -> tuple[Panels, Diagnostics]:
    """Integrate flows and transmissions of these settings over the zone, refining until every bound is met or `max_nodes` is reached.

    Every bound: that of the current at any one Fermi energy of the window, and of every transmission integrated over the zone.
    """
    layout = FlowLayout.of(solver.channels, ladder)
    return _Refinement(solver, ladder, zone, layout, settings, tolerance, window).run()


@dataclass(frozen=True)
class _Batch:
    """Panels with what was found on them: coefficients (n, 16, kept), error bounds, integrals (n, kept) and checks (see `_checks`)."""

    problem: Array
    segment: Array
    depth: Array
    index: Array
    coefficients: Array
    errors: Array
    scale: Array
    checks: Array

    def part(self, which: Array) -> _Batch:
        """These panels only, or in this order."""
        return _Batch(*(getattr(self, field.name)[which] for field in fields(self)))

    @property
    def light(self) -> _Batch:
        """Without coefficients, which are large and not needed to decide."""
        return replace(self, coefficients=np.empty((len(self.problem), 0)))

    def order(self) -> Array:
        """By problem, then by position."""
        return np.lexsort((self.index * 0.5**self.depth, self.segment, self.problem))

    def sorted(self) -> _Batch:
        """In order."""
        return self.part(self.order())


def _joined(batches: list[_Batch]) -> _Batch:
    return _Batch(*(np.concatenate([getattr(batch, field.name) for batch in batches]) for field in fields(_Batch)))


class _Refinement:
    """The refinement loop: panels in flight, and panels accepted."""

    def __init__(
        self, solver: LadderSolver, ladder: Ladder, zone: Zone, layout: FlowLayout, settings: Array, tolerance: Tolerance,
        window: tuple[float, float],
    ) -> None:  # fmt: skip
        self.solver, self.ladder, self.zone, self.layout = solver, ladder, zone, layout
        self.settings, self.problems, self.tolerance = settings, len(settings), tolerance
        problems = self.problems
        # The window's ends folded into the zone: its lowest rung counts from the first, its highest up to the second.
        photon_energy = ladder.photon_energy
        self.folded = (
            tuple(edge - photon_energy * np.floor(edge / photon_energy) for edge in window)
            if photon_energy
            else (0.0, 0.0)
        )
        self.kept = slice(0, layout.slices["total"].stop)
        self.accepted: list[_Batch] = []
        self.nodes = np.zeros(problems, dtype=np.int64)
        self.worst_row, self.worst_column = np.zeros(problems), np.zeros(problems)

    def run(self) -> tuple[Panels, Diagnostics]:
        level, segments = self._first_level(), len(self.zone.start)
        problem = np.repeat(np.arange(self.problems), segments << level)
        segment = np.tile(np.repeat(np.arange(segments), 1 << level), self.problems)
        index = np.tile(np.tile(np.arange(1 << level), segments), self.problems)
        depth = np.full(len(problem), level)
        while len(problem):
            batch = self._evaluate(problem, segment, depth, index)
            refine = self._to_refine(batch)
            self.accepted.append(batch.part(~refine))
            problem, segment = np.repeat(problem[refine], 2), np.repeat(segment[refine], 2)
            depth = np.repeat(depth[refine], 2) + 1
            index = 2 * np.repeat(index[refine], 2) + np.tile([0, 1], int(refine.sum()))
        every = _joined(self.accepted).sorted()
        return self._panels(every), self._diagnostics(every)

    def _diagnostics(self, every: _Batch) -> Diagnostics:
        lay = self.layout
        scale, checks = (np.zeros((self.problems, values.shape[1])) for values in (every.scale, every.checks))
        np.add.at(scale, every.problem, every.scale)
        np.add.at(checks, every.problem, every.checks)
        spent = np.zeros((self.problems, every.errors.shape[1]))
        np.add.at(spent, every.problem, self._spent(every))
        defect = checks[:, :-4].reshape(self.problems, lay.n_channel, lay.n_rung)
        return Diagnostics(
            self.nodes,
            np.asarray(np.all(spent <= MET, axis=1)),
            scale,
            defect,
            self.worst_row,
            self.worst_column,
            checks[:, -4:],
        )

    def _first_level(self) -> int:
        """Halvings of each segment to begin with: two to four panels, fewer where `max_nodes` forbids."""
        segments, level = len(self.zone.start), 2
        while level > 0 and (POINTS * segments << level) > max(self.tolerance.max_nodes, 1):
            level -= 1
        return level

    def _evaluate(self, problem: Array, segment: Array, depth: Array, index: Array) -> _Batch:
        """Solve the ladders of these panels, in blocks of bounded size."""
        n, lay = len(problem), self.layout
        coefficients = np.empty((n, POINTS, self.kept.stop))
        errors = np.empty((n, lay.n_det * (lay.n_cut + lay.n_group * lay.n_rung)))
        checks = np.empty((n, lay.n_channel * lay.n_rung + 4))
        # Panels at the same place are neighbours, so that a block shares static work between problems.
        order = np.lexsort((problem, index, depth, segment))
        size = max(1, BLOCK // (POINTS * (self.layout.size + 40 * self.ladder.rungs)))
        for begin in range(0, n, size):
            part = order[begin : begin + size]
            places, row = np.unique(
                np.stack([segment[part], depth[part], index[part]], axis=1), axis=0, return_inverse=True
            )
            width = 0.5 ** places[:, 1]
            s = (places[:, 2] + 0.5 * (NODES[:, None] + 1.0)).T * width[:, None]
            epsilon = self.zone.energy(places[:, :1], s)
            slope = self.zone.slope(places[:, :1], s) * 0.5 * width[:, None]
            table = self.solver.tabulate(self.ladder.energies(epsilon))
            row = np.ascontiguousarray(row.reshape(-1), dtype=np.int64)
            values = self.solver.flows(table, self.settings[problem[part]], row, self.ladder)
            checks[part] = self._checks(problem[part], values, slope[row] * WEIGHTS)
            values *= slope[row][:, :, None]
            full = ANALYSIS @ values
            coefficients[part] = full[:, :, self.kept]
            errors[part] = self._errors(full)
        return _Batch(problem, segment, depth, index, coefficients, errors, 2.0 * coefficients[:, 0, :], checks)

    def _errors(self, full: Array) -> Array:
        """Error bounds of each panel's flows and totals, see the module."""
        lay = self.layout
        tail = np.abs(full[:, -TAIL:]).max(axis=1)
        largest = np.abs(full).max(axis=1)
        tail = np.maximum(tail - NOISE * largest, 0.0)
        flow = INTERPOLATION * tail[:, lay.slices["flow"]].reshape(len(full), lay.n_det, lay.n_cut)
        total = INTERPOLATION * tail[:, lay.slices["total"]].reshape(len(full), lay.n_det, lay.n_group, lay.n_rung)
        probe = tail[:, lay.slices["probe"]].reshape(len(full), 4, lay.n_cut)
        elastic = tail[:, lay.slices["elastic"]].reshape(len(full), 2, lay.n_rung)
        unseen = UNSEEN * np.maximum(np.hypot(probe[:, 0], probe[:, 1]), np.hypot(probe[:, 2], probe[:, 3]))
        flow += unseen[:, None, :]
        total += UNSEEN * np.hypot(elastic[:, 0], elastic[:, 1])[:, None, None, :]
        if lay.n_cut:
            # A transmission summed over sidebands has the poles of the flows over the cuts around its rung.
            total += np.maximum(unseen[:, :-1], unseen[:, 1:])[:, None, None, :]
        return np.concatenate([flow.reshape(len(full), -1), total.reshape(len(full), -1)], axis=1)

    def _spent(self, every: _Batch) -> Array:
        """Each panel's error bounds over what is allowed (panels, errors); `every` is sorted.

        Allowed is rtol times the least unsigned flow of any μ that counts the panel, so that the sum over panels bounds every current.
        """
        lay, channels = self.layout, self.solver.channels
        owner = channels.group[channels.detectors[:, 0]]
        member = channels.group[:, None] == np.arange(lay.n_group)
        unsigned = every.scale[:, lay.slices["unsigned"]].reshape(len(every.problem), lay.n_channel, lay.n_cut)
        begins = np.searchsorted(every.problem, np.arange(self.problems + 1)).astype(np.int64)
        allowed = np.empty((len(every.problem), lay.n_group, lay.n_cut))
        if lay.n_cut:
            from floquant.solvers.kernels.smallest import smallest_flows

            width = 0.5**every.depth
            edges = self.zone.energy(
                every.segment[:, None], every.index[:, None] * width[:, None] + np.array([0.0, 1.0]) * width[:, None]
            )
            per_lead = np.ascontiguousarray(np.einsum("pcj,cb->pbj", unsigned, member))
            smallest_flows(begins, edges, per_lead, *self.folded, allowed)
        flow = self.tolerance.rtol * allowed[:, owner] + self.tolerance.atol
        total = every.scale[:, lay.slices["total"]].reshape(len(every.problem), lay.n_det, lay.n_group, lay.n_rung)[
            :, : lay.n_channel
        ]
        zone_total = np.zeros((self.problems, *total.shape[1:]))
        np.add.at(zone_total, every.problem, total)
        between = np.einsum("pcar,cb->pbar", zone_total, member)
        transfer = self.tolerance.rtol * between[:, owner] + self.tolerance.atol
        # Reflection needs no accuracy of its own: no current asks for it.
        transfer[:, owner[:, None] == np.arange(lay.n_group)] = np.inf
        n = len(every.problem)
        both = np.concatenate([flow.reshape(n, -1), transfer.reshape(self.problems, -1)[every.problem]], axis=1)
        return np.asarray(np.divide(every.errors, both, out=np.full(every.errors.shape, np.inf), where=both > 0))

    def _to_refine(self, batch: _Batch) -> Array:
        """Which panels to halve: those above their share of the tolerance, where the problem may still pay for it."""
        earlier = sum(len(part.problem) for part in self.accepted)
        every = _joined([part.light for part in (*self.accepted, batch)])
        order = every.order()
        spent: Array = np.empty((len(order), every.errors.shape[1]))
        spent[order] = self._spent(every.part(order))
        total = np.zeros((self.problems, spent.shape[1]))
        np.add.at(total, every.problem, spent)
        excess = spent[earlier:].max(axis=1, initial=0.0)
        width = 0.5**batch.depth
        edges = self.zone.energy(batch.segment, np.stack([batch.index * width, (batch.index + 1) * width]))
        share = np.maximum((edges[1] - edges[0]) / max(self.zone.length, 1e-300), 1 / 32)
        # The sum may be too large though every panel keeps its share: then the worst are halved as well.
        count = np.bincount(batch.problem, minlength=self.problems)[batch.problem]
        over = np.any(total > MET, axis=1)[batch.problem]
        refine = (excess > MET * share) | (over & (excess > 0.5 * MET / np.maximum(count, 1)))
        refine &= batch.depth < DEEPEST
        cost = self.nodes + 2 * POINTS * np.bincount(batch.problem[refine], minlength=self.problems)
        return np.asarray(refine & (cost <= self.tolerance.max_nodes)[batch.problem])

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

    def _panels(self, every: _Batch) -> Panels:
        width = 0.5**every.depth
        flows = self.layout.n_det * self.layout.n_cut
        return Panels(
            every.problem, every.segment, every.index * width, (every.index + 1) * width,
            every.coefficients, every.errors[:, :flows], every.errors[:, flows:],
        )  # fmt: skip
