"""Adaptive quadrature over the Floquet zone, for all knob settings at once.

Panels are halved around every pole (a complex quasienergy) until it is resolved or too narrow to matter: narrow replicas are found from
their tails in the probes (see `recording`). A refinement starts from the panels that are there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.solvers.zone.mesh import Mesh
from floquant.solvers.zone.recording import Noticed, Recorder, Recording, joined
from floquant.solvers.zone.zone import POINTS, Zone

# A panel narrower than this share of its segment is not halved again.
DEEPEST = 44
# Share of the tolerance that all panels of one cut may use: a current at μ depends on two cuts.
MET = 0.5
# Halvings of a segment before anything is known of it.
FIRST = 2
# Dear ladders begin with panels of one part in so many of the zone at most, and ladders of so many rungs with one a segment.
COARSE, LONG = 16, 1000


@dataclass(frozen=True)
class Criterion:
    """error ≤ rtol · (unsigned flow) + atol for every current at one Fermi energy of the window, and every transmission of the zone.

    `atol` by measure of the detectors; `max_nodes`: the most nodes that a problem may cost.
    """

    rtol: float
    atol: tuple[float, ...]
    max_nodes: int
    window: tuple[float, float]

    def tenth(self) -> Criterion:
        """Ten times as strict."""
        return replace(self, rtol=max(self.rtol / 10, 1e-14), atol=tuple(each / 10 for each in self.atol))


def first_mesh(recorder: Recorder, zone: Zone, criterion: Criterion) -> Mesh:
    """Four panels on each segment; fewer where `max_nodes` forbids, and where ladders are dear and a segment is a small part of the zone.

    Dear ladders begin with panels of a sixteenth of the zone, which is a quarter of those of a zone without edges, and are refined
    from there; long ones, whose rungs see the whole window from every node, with one panel a segment.
    """
    segments, most = len(zone.start), FIRST
    while most > 0 and (POINTS * segments << most) > max(criterion.max_nodes, 1):
        most -= 1
    depth = np.full(segments, most)
    if recorder.ladder.rungs >= LONG:
        depth[:] = 0
    elif recorder.solver.costly:
        share = (zone.end - zone.start) / max(zone.length, 1e-300)
        depth = np.clip(np.ceil(np.log2(np.maximum(COARSE * share, 1.0))).astype(np.int64), 0, most)
    return Mesh.even(zone, recorder.ladder, len(recorder.settings), depth)


def refine(
    recorder: Recorder, start: Mesh | Recording, criterion: Criterion, which: Array | None = None
) -> Recording:  # fmt: skip
    """Refine from a mesh, or from what is recorded on one, until every bound is met or `max_nodes` is reached.

    `which` (P,): the problems that shall be refined; all of them if left out.
    """
    loop = _Refinement(recorder, criterion, np.ones(len(recorder.settings), bool) if which is None else which)
    return loop.run(start if isinstance(start, Recording) else recorder.record(start))


class _Refinement:
    """The refinement loop: panels that wait for a decision, and panels accepted."""

    def __init__(self, recorder: Recorder, criterion: Criterion, which: Array) -> None:
        self.recorder, self.criterion, self.which = recorder, criterion, which
        self.detectors, self.layout = recorder.detectors, recorder.layout
        # The window's ends folded into the zone: its lowest rung counts from the first, its highest up to the second.
        photon_energy = recorder.ladder.photon_energy
        self.folded = (
            tuple(edge - photon_energy * np.floor(edge / photon_energy) for edge in criterion.window)
            if photon_energy
            else (0.0, 0.0)
        )
        self.accepted: list[Recording] = []

    def run(self, start: Recording) -> Recording:
        """Halve, record, and decide again, until nothing is left to halve."""
        noticed = start.noticed.part(0, start.mesh.problems)
        waiting = replace(start, noticed=noticed)
        while True:
            refined = self._to_refine(waiting, noticed)
            self.accepted.append(waiting.chosen(~refined))
            if not refined.any():
                break
            waiting = self.recorder.record(waiting.mesh.chosen(refined).halved(), noticed)
        every = joined(self.accepted)
        every = every.chosen(every.mesh.order())
        met = np.all(every.over_the_zone(self._spent(every)) <= MET, axis=1)
        return replace(every, met=np.where(self.which, met, start.met))

    def _to_refine(self, waiting: Recording, noticed: Noticed) -> Array:
        """Which panels to halve: those above their share of the tolerance, where the problem may still pay for it."""
        earlier = sum(len(part.mesh) for part in self.accepted)
        every = joined([part.light for part in (*self.accepted, waiting)])
        order = every.mesh.order()
        spent = np.empty_like(every.errors)
        spent[order] = self._spent(every.chosen(order))
        total = every.over_the_zone(spent)
        excess = spent[earlier:].max(axis=1, initial=0.0)
        mesh = waiting.mesh
        edges = mesh.edges
        share = np.maximum((edges[:, 1] - edges[:, 0]) / max(mesh.zone.length, 1e-300), 1 / 32)
        # The sum may be too large although every panel keeps its share: then the worst are halved as well.
        count = np.bincount(mesh.problem, minlength=mesh.problems)[mesh.problem]
        over = np.any(total > MET, axis=1)[mesh.problem]
        refine = (excess > MET * share) | (over & (excess > 0.5 * MET / np.maximum(count, 1)))
        refine &= (mesh.depth < DEEPEST) & self.which[mesh.problem]
        cost = noticed.nodes + 2 * POINTS * np.bincount(mesh.problem[refine], minlength=mesh.problems)
        return np.asarray(refine & (cost <= self.criterion.max_nodes)[mesh.problem])

    def _spent(self, every: Recording) -> Array:
        """Each panel's error bounds over what is allowed (panels, errors); `every` is sorted.

        Allowed is rtol times the least unsigned flow of any μ that counts the panel, so that the sum over panels bounds every current.
        """
        lay, n = self.layout, len(every.mesh)
        member = self.detectors.scale[:, None] == np.arange(self.detectors.measures * lay.n_group)
        mine = self.detectors.measure * lay.n_group + self.detectors.owner
        atol = np.array(self.criterion.atol)[self.detectors.measure]
        integrals = every.integrals
        flow = self.criterion.rtol * self._smallest(every.mesh, lay.view(integrals, "unsigned"), member)[:, mine]
        flow += atol[:, None]
        passed = every.over_the_zone(lay.view(integrals, "total")[:, : lay.n_unsigned])
        between = np.einsum("pcar,cb->pbar", passed, member)
        transfer = self.criterion.rtol * between[:, mine] + atol[:, None, None]
        # Reflection needs no accuracy: no current depends on it.
        transfer[:, self.detectors.owner[:, None] == np.arange(lay.n_group)] = np.inf
        transfers = transfer.reshape(every.mesh.problems, -1)[every.mesh.problem]
        allowed = np.concatenate([flow.reshape(n, -1), transfers], axis=1)
        errors = every.errors
        return np.asarray(np.divide(errors, allowed, out=np.full(errors.shape, np.inf), where=allowed > 0))

    def _smallest(self, mesh: Mesh, unsigned: Array, member: Array) -> Array:
        """The least unsigned flow with which each panel's error will be compared, (panels, measures · contacts, cuts)."""
        out = np.empty((len(mesh), member.shape[1], self.layout.n_cut))
        if self.layout.n_cut:
            from floquant.solvers.kernels.smallest import smallest_flows

            per_lead = np.ascontiguousarray(np.einsum("pcj,cb->pbj", unsigned, member))
            smallest_flows.for_steps(6 * out.size)(mesh.begins, mesh.edges, per_lead, *self.folded, out)
        return out
