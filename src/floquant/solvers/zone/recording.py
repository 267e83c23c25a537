"""What detectors read on the panels of a mesh: Legendre coefficients, bounds of their errors, and what the checks noticed.

Each panel holds 16 Gauss–Legendre nodes; values become Legendre coefficients, whose cumulative integral serves every Fermi energy. Two
things bound a panel's error:

* the last coefficients of the flows themselves (interpolation);
* the last coefficients of *complex amplitudes*, the probes. A resonance of half width γ that no node has met is a pole of the amplitude.
  Its tail falls off as ρ/(ε − ε₀) with |ρ| ≤ 2γ by unitarity, against (ρ/(ε − ε₀))² in a probability, and shows in the last coefficients
  at about 7ρ. The charge that it would add is at most πρ, and a weighted flow at most that times the range of its weight.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.progress import expect_ladders, ladders_solved
from floquant.solvers.zone import mesh as meshes
from floquant.solvers.zone.mesh import Mesh
from floquant.solvers.zone.zone import ANALYSIS, POINTS, WEIGHTS

# Numbers in one block of node values: 32 MB.
BLOCK = 4_000_000
# Last Legendre coefficients that stand for the tail.
TAIL = 3
# Interpolation error of a cumulative integral over the tail's size: Σ_{n ≥ 16} 2/(2n+1) c_n for coefficients that halve at each order.
INTERPOLATION = 0.25
# Flow of a resonance that no node has met over the tail of the probes: π/7, see the module.
UNSEEN = 0.45
# Rounding: tails below this share of the largest coefficient are noise.
NOISE = 2e-15


@dataclass(frozen=True, eq=False)
class Noticed:
    """Per problem: what the nodes showed besides the flows."""

    nodes: Array
    worst_row: Array  # largest row defect at a node
    worst_column: Array  # largest column defect at a node
    passed: Array  # largest tail at a node, see `FlowLayout`, (P, 2)
    ends: Array  # largest Σ ‖φ_r‖² of all waves at a node, driven out of the ladder above and below, (P, 2)

    @classmethod
    def nothing(cls, problems: int) -> Noticed:
        """Nothing noticed yet."""
        each = (np.zeros(problems) for _ in range(2)), (np.zeros((problems, 2)) for _ in range(2))
        return cls(np.zeros(problems, dtype=np.int64), *each[0], *each[1])

    def part(self, first: int, last: int) -> Noticed:
        """Problems first … last − 1, in arrays of their own."""
        return Noticed(*(getattr(self, field.name)[first:last].copy() for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Recording:
    """What `detectors` read on a mesh.

    `coefficients` (panels, 16, n) are Legendre coefficients of (quantity · dε/dx) for flow, unsigned and total in `FlowLayout`'s order;
    `flow_error` (panels, Q·cuts) and `total_error` (panels, Q·contacts·rungs) bound their cumulative integrals; `checks` (panels, n') are
    integrals of |row defect|. `met` (P,): which problems have met every bound.
    """

    mesh: Mesh
    detectors: Detectors
    layout: FlowLayout
    coefficients: Array
    flow_error: Array
    total_error: Array
    checks: Array
    noticed: Noticed
    met: Array

    @property
    def lowest(self) -> int:
        """Number k of the window's first rung."""
        return self.mesh.ladder.lowest + self.mesh.ladder.first

    @property
    def errors(self) -> Array:
        """Bounds of flows and totals side by side, (panels, …)."""
        return np.concatenate([self.flow_error, self.total_error], axis=1)

    @property
    def integrals(self) -> Array:
        """Integrals of flow, unsigned and total over each panel, (panels, n)."""
        return 2.0 * self.coefficients[:, 0, :]

    def over_the_zone(self, values: Array) -> Array:
        """Sums over the panels of each problem, (P, …), of values (panels, …)."""
        total = np.zeros((self.mesh.problems, *values.shape[1:]))
        np.add.at(total, self.mesh.problem, values)
        return total

    @cached_property
    def scale(self) -> Array:
        """Integrals over the zone, (P, n)."""
        return self.over_the_zone(self.integrals)

    @cached_property
    def defect(self) -> Array:
        """∫ |row defect| dε, (P, channels, rungs)."""
        return self.over_the_zone(self.checks).reshape(self.mesh.problems, self.layout.n_channel, -1)

    def part(self, first: int, last: int) -> Recording:
        """Problems first … last − 1 only, without a copy of what is large."""
        mesh, own = self.mesh.problems_from(first, last)
        return replace(
            self, mesh=mesh, coefficients=self.coefficients[own], flow_error=self.flow_error[own],
            total_error=self.total_error[own], checks=self.checks[own], noticed=self.noticed.part(first, last),
            met=self.met[first:last],
        )  # fmt: skip

    def chosen(self, which: Array) -> Recording:
        """These panels only, or in this order."""
        return replace(
            self, mesh=self.mesh.chosen(which), coefficients=self.coefficients[which], flow_error=self.flow_error[which],
            total_error=self.total_error[which], checks=self.checks[which],
        )  # fmt: skip

    @property
    def light(self) -> Recording:
        """With integrals in place of all coefficients, which are large and not needed to decide."""
        return replace(self, coefficients=self.coefficients[:, :1].copy())


def joined(parts: list[Recording]) -> Recording:
    """Panels of the same problems, one after the other."""
    names = ("coefficients", "flow_error", "total_error", "checks")
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return replace(parts[0], mesh=meshes.joined([part.mesh for part in parts]), **arrays)


def side_by_side(parts: list[Recording]) -> Recording:
    """Recordings of consecutive runs of problems as one; `parts` is emptied on the way, so that memory is not held twice."""
    if len(parts) == 1:
        return parts.pop()
    first, problems = parts[0], sum(part.mesh.problems for part in parts)
    begins = np.cumsum([0, *(part.mesh.problems for part in parts)])
    moved = [replace(part.mesh, problem=part.mesh.problem + begin) for part, begin in zip(parts, begins, strict=False)]
    noticed = Noticed(
        *(np.concatenate([getattr(part.noticed, field.name) for part in parts]) for field in fields(Noticed))
    )
    met = np.concatenate([part.met for part in parts])
    arrays: dict[str, Any] = {}
    for name in ("coefficients", "flow_error", "total_error", "checks"):
        columns = [part.__dict__[name] for part in parts]
        for part in parts:
            object.__setattr__(part, name, None)
        arrays[name] = np.concatenate(columns)
        del columns
    parts.clear()
    return replace(first, mesh=meshes.joined(moved, problems), noticed=noticed, met=met, **arrays)


@dataclass(frozen=True, eq=False)
class Recorder:
    """Solves the ladders of a mesh's panels and reads them: `settings` (P,) are the numbers of the problems for the solver."""

    solver: LadderSolver
    ladder: Ladder
    settings: Array
    detectors: Detectors

    @property
    def layout(self) -> FlowLayout:
        """The layout of the readings."""
        return FlowLayout.of(self.detectors, self.ladder)

    def record(self, mesh: Mesh, noticed: Noticed | None = None) -> Recording:
        """Read these panels, in blocks of bounded size; what is noticed is added to `noticed`."""
        n, lay = len(mesh), self.layout
        noticed = noticed or Noticed.nothing(mesh.problems)
        coefficients = np.empty((n, POINTS, lay.kept.stop))
        flows = lay.n_det * lay.n_cut
        errors = np.empty((n, flows + lay.n_det * lay.n_group * lay.n_rung))
        checks = np.empty((n, lay.n_channel * lay.n_rung))
        # Panels at the same place are neighbours, so that a block shares static work between problems.
        order = np.lexsort((mesh.problem, mesh.index, mesh.depth, mesh.segment))
        size = max(1, BLOCK // (POINTS * (lay.size + 40 * self.ladder.rungs)))
        expect_ladders(n * POINTS)
        for begin in range(0, n, size):
            part = order[begin : begin + size]
            places, row = mesh.chosen(part).places()
            epsilon, slope = places.nodes()
            problem = mesh.problem[part]
            table = self.solver.tabulate(self.ladder.energies(epsilon))
            values = self.solver.flows(table, self.settings[problem], row, self.ladder, self.detectors)
            self._notice(noticed, problem, values)
            defect = np.abs(values[:, :, lay.slices["defect"]])
            checks[part] = np.einsum("nxc,nx->nc", defect, slope[row] * WEIGHTS)
            values *= slope[row][:, :, None]
            full = ANALYSIS @ values
            coefficients[part] = full[:, :, lay.kept]
            errors[part] = self._errors(full)
            ladders_solved(len(part) * POINTS)
        met = np.zeros(mesh.problems, bool)
        return Recording(
            mesh, self.detectors, lay, coefficients, errors[:, :flows], errors[:, flows:], checks, noticed, met
        )  # fmt: skip

    def _notice(self, noticed: Noticed, problem: Array, values: Array) -> None:
        """Worst cases at nodes, and the nodes' number."""
        lay = self.layout
        np.add.at(noticed.nodes, problem, POINTS)
        np.maximum.at(noticed.passed, problem, lay.view(values, "tail").max(axis=1))
        np.maximum.at(noticed.ends, problem, lay.view(values, "ends").max(axis=1))
        defect = np.abs(values[:, :, lay.slices["defect"]])
        np.maximum.at(noticed.worst_row, problem, defect.max(axis=(1, 2), initial=0.0))
        column = lay.view(values, "total")[:, :, : lay.n_channel].sum(axis=2)
        np.maximum.at(noticed.worst_column, problem, np.abs(column - np.round(column)).max(axis=(1, 2, 3), initial=0.0))

    def _is_open(self, largest: Array) -> Array:
        """Into and from where anything can flow without a drive, (panels, Q, contacts, 1) bool, from the largest totals.

        An open channel reflects what it does not transmit: rows and columns that are exactly zero belong to closed channels, and no
        resonance between the nodes carries anything there, since panels end at band edges.
        """
        n_channel = self.layout.n_channel
        open_rows, open_columns = (np.any(largest[:, :n_channel] > 0, axis=axis) for axis in ((2, 3), (1, 3)))
        into = open_rows[:, self.detectors.rows[:, 0]] & open_rows[:, self.detectors.rows[:, 1]]
        return np.asarray(into[:, :, None] & open_columns[:, None])[..., None]

    def _errors(self, full: Array) -> Array:
        """Error bounds of each panel's flows and totals, see the module."""
        lay = self.layout
        tail = np.abs(full[:, -TAIL:]).max(axis=1)
        largest = np.abs(full).max(axis=1)
        tail = np.maximum(tail - NOISE * largest, 0.0)
        flow = INTERPOLATION * lay.view(tail, "flow")
        total = INTERPOLATION * lay.view(tail, "total")
        probe, elastic = lay.view(tail, "probe"), lay.view(tail, "elastic")
        reach = self.detectors.reach
        unseen = UNSEEN * np.maximum(np.hypot(probe[:, 0], probe[:, 1]), np.hypot(probe[:, 2], probe[:, 3]))
        flow += reach[:, None] * unseen[:, None, :]
        total += reach[:, None, None] * (UNSEEN * np.hypot(elastic[:, 0], elastic[:, 1])[:, None, None, :])
        if lay.n_cut:
            # A transmission summed over sidebands has the poles of the flows over the cuts around its rung.
            total += reach[:, None, None] * np.maximum(unseen[:, :-1], unseen[:, 1:])[:, None, None, :]
        else:
            total[~self._is_open(lay.view(largest, "total"))] = 0.0
        return np.concatenate([flow.reshape(len(full), -1), total.reshape(len(full), -1)], axis=1)
