"""Observables that count outgoing waves: linear in the Fermi functions f, each wave weighted by what a detector reads.

    X_b = Σ_{a,n} ∫ dE ⟨x⟩(S_ba(E_n, E)) [f_a(E) − f_b(E_n)]

with x a charge, a spin, or an energy (see `solvers.ladder.detectors`). Its bound: the quadrature's, what lies beyond the ladder's end, what
rounding takes from the rows, and the rounding of the sum; where the numbers of all leads add up to zero, that of the other leads if it is
less.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.observe.conservation import levelled, tightened
from floquant.observe.filling import ReservoirArrays
from floquant.observe.observable import Measured, Observable
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.zone.forms import DetectedFlows, Filling, window_form
from floquant.solvers.zone.recording import Recording
from floquant.transport import Solution
from floquant.transport.sector_solution import SectorSolution

# Rounding of a current, of its unsigned flow.
ROUNDING = 2e-14
# Points (settings × reservoirs) in one block.
BLOCK = 200_000

Form = Callable[[Recording, Filling, tuple[float, float]], DetectedFlows]


class Counted(Observable):
    """An observable of outgoing waves. Its first dim is lead; further ones are components at that lead."""

    form: Form = staticmethod(window_form)
    energies: int = 0  # how many powers of an energy it has besides a current's unit
    conserved: bool = False  # whether the numbers of all leads add up to zero

    def detectors(self, part: SectorSolution) -> Detectors:
        """What must be recorded of a sector: charge and spin, if nothing else is said."""
        return part.recordings.counting

    @abstractmethod
    def weights(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> Array:
        """How detectors make items: (Q, items), or (1 or P, 1 or n, Q, items) where that depends on the reservoirs."""

    def scales(self, part: SectorSolution, leads: Sequence[str], filling: Filling) -> tuple[float | Array, ...]:
        """How much of each measure's unsigned flow into its lead an item may hold, each a number or (1 or P, 1 or n, items)."""
        return (1.0,)

    def evaluate(self, solution: Solution, filled: ReservoirArrays, levels: Array) -> Measured:
        """Add up the sectors, in blocks of settings and reservoirs, so that little is held beyond the result."""
        filling, leads = filled.filling, list(solution.device.contacts)
        count, n, items = solution.settings.count, filling.count, self.items(solution.device)
        read = [(part, part.recorded(self.detectors(part), levels)) for part in solution.parts]
        shape = (count, n, items)
        value, error = np.empty(shape), np.empty(shape)
        unmet, too_short = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
        columns = min(n, BLOCK)
        rows = max(1, BLOCK // columns)
        for first in range(0, count, rows):
            for begin in range(0, n, columns):
                own = slice(first, min(first + rows, count)), slice(begin, min(begin + columns, n))
                total = _Total(self, solution, leads, (own[0].stop - own[0].start, own[1].stop - own[1].start, items))
                for part, recording in read:
                    total.add(part, recording.part(own[0].start, own[0].stop), filling.part(*own), own[0])
                value[own], error[own], unmet[own], too_short[own] = total.judged()
        met = np.all([recording.met for _, recording in read], axis=0)
        return Measured(value, error, unmet, too_short, met)


@dataclass(frozen=True)
class _Bounds:
    """Parts of the bound of an error, (P, n, items) each."""

    quadrature: Array
    ladder: Array
    unsigned: Array


class _Total:
    """Numbers of one block, summed over sectors."""

    def __init__(
        self, observable: Counted, solution: Solution, leads: Sequence[str], shape: tuple[int, int, int]
    ) -> None:  # fmt: skip
        self.observable, self.solution, self.leads = observable, solution, leads
        self.per_lead = shape[2] // len(leads)
        self.value = np.zeros(shape)
        self.bounds = _Bounds(np.zeros(shape), np.zeros(shape), np.zeros(shape))

    def add(self, part: SectorSolution, recording: Recording, filling: Filling, settings: slice) -> None:
        """Add one sector."""
        observable, detectors, bounds = self.observable, recording.detectors, self.bounds
        found = observable.form(recording, filling, part.window)
        weights = observable.weights(part, self.leads, filling)
        self.value += _weighed(found.value, weights)
        bounds.quadrature[:] += _weighed(found.quadrature, np.abs(weights))
        names = detectors.channels.names
        scales = observable.scales(part, self.leads, filling)
        for contact, name in enumerate(names):
            own = slice(self.leads.index(name) * self.per_lead, (self.leads.index(name) + 1) * self.per_lead)
            missing = part.missing[settings, None, contact, None]
            for measure, scale in enumerate(scales):
                share = scale if isinstance(scale, float) else scale[..., own]
                reach = detectors.spread if measure else 1.0
                bounds.unsigned[:, :, own] += share * found.unsigned[:, :, measure * len(names) + contact, None]
                bounds.ladder[:, :, own] += share * reach * (part.beyond[settings, None, None] + missing)

    def judged(self) -> tuple[Array, Array, Array, Array]:
        """Value, error, where the bound is not met, and where that is due to the ladder alone."""
        accuracy, bounds = self.solution.accuracy, self.bounds
        unit = (self.solution.photon_energy or 1.0) ** self.observable.energies
        allowed = accuracy.rtol * bounds.unsigned + accuracy.absolute(self.solution.photon_energy) * unit
        rounding = ROUNDING * bounds.unsigned
        error = self._shared(bounds.quadrature + bounds.ladder + rounding)
        final = levelled(error, len(self.leads)) if self.observable.conserved else error
        unmet = error > allowed
        if not unmet.any():
            return self.value, final, unmet, unmet
        far_on_nodes = self._shared(bounds.quadrature + rounding) > allowed
        # A forced number of sidebands is flagged by its tail, not refused.
        unmet = far_on_nodes if accuracy.sidebands else unmet
        return self.value, final, unmet, unmet & ~far_on_nodes

    def _shared(self, error: Array) -> Array:
        """A bound, by way of the other leads where that is less."""
        return tightened(error, self.value, len(self.leads)) if self.observable.conserved else error


def _weighed(flows: Array, weights: Array) -> Array:
    """Items (P, n, items) of flows (P, n, Q)."""
    if weights.ndim == 2:
        return np.asarray(flows @ weights)
    return np.asarray((flows[..., None, :] @ weights)[..., 0, :])
