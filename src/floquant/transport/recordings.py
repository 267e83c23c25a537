"""Recordings on a sector's mesh: each is made when it is first needed, kept, and refined where the bound of an observable is not met."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.zone.mesh import Mesh
from floquant.solvers.zone.recording import Recorder, Recording, joined, side_by_side
from floquant.solvers.zone.refinement import Criterion, first_mesh, refine
from floquant.solvers.zone.zone import POINTS, Zone

# Numbers that one run of settings may leave behind (about 64 MB), and panels that a setting typically ends with.
RUN = 8_000_000
TYPICAL_PANELS = 10


@dataclass(frozen=True, eq=False)
class Recordings:
    """Recordings of one sector, by detectors and level: level k has a tenth of the tolerance of level k − 1.

    What is returned depends on the request, never on earlier requests: a level of a setting is refined from the level below,
    and kept. `start`: the panels to begin with, of a ladder that proved too short.
    """

    solver: LadderSolver
    ladder: Ladder
    zone: Zone
    criterion: Criterion
    count: int
    start: Mesh | None = None
    known: dict[tuple[object, int], Recording] = field(default_factory=dict)

    @property
    def counting(self) -> Detectors:
        """What every solution records first: charge and spin."""
        return Detectors.counting(self.solver.channels)

    def run_length(self, detectors: Detectors) -> int:
        """Number of settings that are solved at once."""
        return max(1, RUN // (FlowLayout.of(detectors, self.ladder).kept.stop * POINTS * TYPICAL_PANELS))

    def first(self, detectors: Detectors | None = None) -> Recording:
        """Level 0 at all settings: counting detectors make the mesh; others are recorded on it, and refine it for their bounds."""
        detectors = detectors or self.counting
        key = detectors.key, 0
        if key not in self.known:
            mesh = self.start if detectors.key == self.counting.key else self.first().mesh
            size = self.run_length(detectors)
            runs = [
                self._run(detectors, mesh, begin, min(begin + size, self.count)) for begin in range(0, self.count, size)
            ]
            self.known[key] = side_by_side(runs)
        return self.known[key]

    def _run(self, detectors: Detectors, mesh: Mesh | None, begin: int, end: int) -> Recording:
        recorder = Recorder(self.solver, self.ladder, np.arange(begin, end), detectors)
        start = first_mesh(recorder, self.zone, self.criterion) if mesh is None else mesh.problems_from(begin, end)[0]
        return refine(recorder, start, self.criterion)

    def at(self, detectors: Detectors, levels: Array) -> Recording:
        """Each setting (P,) at its level."""
        highest = int(levels.max(initial=0))
        if not highest:
            return self.first(detectors)
        parts = [self._level(detectors, level, levels >= level) for level in range(highest + 1)]
        chosen = [part.chosen(levels[part.mesh.problem] == level) for level, part in enumerate(parts)]
        every = joined(chosen)
        met = np.choose(levels, [part.met for part in parts])
        return replace(every.chosen(every.mesh.order()), met=met)

    def _level(self, detectors: Detectors, level: int, which: Array) -> Recording:
        """A level, refined at these settings at least."""
        if level == 0:
            return self.first(detectors)
        key = detectors.key, level
        known = self.known.get(key)
        done = np.zeros(self.count, bool)
        if known is not None:
            done[known.mesh.problem] = True
        missing = which & ~done
        if missing.any():
            below = self._level(detectors, level - 1, which)
            recorder = Recorder(self.solver, self.ladder, np.arange(self.count), detectors)
            criterion = self.criterion
            for _ in range(level):
                criterion = criterion.tenth()
            finer = refine(recorder, below.chosen(missing[below.mesh.problem]), criterion, missing)
            if known is not None:
                both = joined([known, finer])
                finer = replace(both.chosen(both.mesh.order()), met=np.where(done, known.met, finer.met))
            self.known[key] = finer
        return self.known[key]
