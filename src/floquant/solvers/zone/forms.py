"""The window form of flows into the leads, and the Landauer form that checks it.

With J^w_K the net flow over the cut between rungs K and K+1, each outgoing rung weighed by w_m, and T^w_k that from rung k (all sidebands),
the window form is exactly, for any weight,

    Σ_{a,n} ∫ dE w_n |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)]
        = ∫_0^{ħΩ} dε { Σ_K J^w_bK [f_b(E_K) − f_b(E_{K+1})] + Σ_{a≠b} Σ_k T^w_ba,k [f_a(E_k) − f_b(E_k)] }:

what the drive pumps at the occupation of lead b itself, and what the bias drives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.solvers.zone.fermi_integrals import Occupied
from floquant.solvers.zone.recording import Recording


@dataclass(frozen=True)
class Filling:
    """μ and k_BT of each lead, shape (1, n), or (P, n) where they depend on the settings."""

    mu: Mapping[str, Array]
    temperature: Mapping[str, Array]

    @property
    def count(self) -> int:
        """n."""
        return int(next(iter(self.mu.values())).shape[1])

    def part(self, rows: slice, columns: slice) -> Filling:
        """Of these settings and points only."""
        return Filling(
            *(
                {lead: v[:, columns] if len(v) == 1 else v[rows, columns] for lead, v in own.items()}
                for own in (self.mu, self.temperature)
            )
        )

    def alike(self, one: str, other: str) -> bool:
        """True if two leads have the same reservoir everywhere."""
        return np.array_equal(self.mu[one], self.mu[other]) and np.array_equal(
            self.temperature[one], self.temperature[other]
        )

    def pair(self, source: str, lead: str) -> tuple[Array, Array, Array, Array]:
        """μ of both leads, then k_BT of both, of one shape."""
        found = self.mu[source], self.mu[lead], self.temperature[source], self.temperature[lead]
        mu, base, temperature, other = np.broadcast_arrays(*found)
        return mu, base, temperature, other


@dataclass(frozen=True)
class DetectedFlows:
    """Flows into the detectors and bounds of their quadrature (P, n, Q); unsigned flows (P, n, measures · contacts)."""

    value: Array
    quadrature: Array
    unsigned: Array


def window_form(recording: Recording, filling: Filling, window: tuple[float, float]) -> DetectedFlows:
    """The production form; see the module."""
    detectors, occupied = recording.detectors, Occupied(recording)
    names, owner = detectors.channels.names, detectors.owner
    shape = (occupied.problems, filling.count)
    numbers = np.arange(detectors.measures * len(names))
    value, quadrature = np.zeros((*shape, detectors.count)), np.zeros((*shape, detectors.count))
    pumped_flow, driven_flow = np.zeros((*shape, len(numbers))), np.zeros((*shape, len(numbers)))
    for b, lead in enumerate(names):
        twin = next((a for a in range(b) if filling.alike(names[a], lead)), None)
        if twin is None:
            pumped = occupied.pumped(filling.mu[lead], filling.temperature[lead])
            for other in range(b, len(names)):
                if other == b or filling.alike(names[other], lead):
                    mine = owner == other
                    value[..., mine], quadrature[..., mine] = pumped.flow[..., mine], pumped.error[..., mine]
                    for number in numbers[other :: len(names)]:
                        pumped_flow[..., number] = pumped.unsigned[..., detectors.scale == number].sum(axis=-1)
        mine = owner == b
        for a, source in enumerate(names):
            if a == b or filling.alike(source, lead):
                continue
            flow, error, passed = occupied.transferred(*filling.pair(source, lead), into=mine, source=a)
            value[..., mine] += flow[..., mine, a]
            quadrature[..., mine] += error[..., mine, a]
            for number in numbers[b :: len(names)]:
                counts = np.flatnonzero(detectors.scale == number)
                driven_flow[..., number] += passed[..., counts, a].sum(axis=-1)
    return DetectedFlows(value, quadrature, _unsigned(pumped_flow, driven_flow))


def _unsigned(pumped: Array, driven: Array) -> Array:
    """Unsigned flow of both parts of the window form together.

    Where both occur, one electron may contribute to both parts with opposite signs, and the sum of both magnitudes would count it. The
    difference of the magnitudes is a lower bound; half the larger part is taken where that is more.
    """
    if not driven.any():
        return pumped
    both = np.maximum(np.abs(pumped - driven), 0.5 * np.maximum(pumped, driven))
    return np.asarray(np.where((pumped == 0) | (driven == 0), pumped + driven, both))


def landauer_form(recording: Recording, filling: Filling, window: tuple[float, float]) -> DetectedFlows:
    """∫ Σ_{a≠b,n} [T^(n)_ba f_a − T^(n)_ab f_b] of detectors that count, from the bottom of a window that holds all bands below."""
    detectors, occupied = recording.detectors, Occupied(recording)
    names, owner = detectors.channels.names, detectors.owner
    shape = (occupied.problems, filling.count)
    value, quadrature = np.zeros((*shape, len(owner))), np.zeros((*shape, len(owner)))
    unsigned = np.zeros((*shape, len(names)))
    counts = detectors.rows[:, 2] == 0
    for source_number, source in enumerate(names):
        empty = np.full_like(filling.mu[source], window[0])
        flow, error, _ = occupied.transferred(
            filling.mu[source], empty, filling.temperature[source], np.zeros_like(empty)
        )  # fmt: skip
        for b in range(len(names)):
            if b == source_number:
                continue
            mine = owner == b
            value[..., mine] += flow[..., mine, source_number]
            quadrature[..., mine] += error[..., mine, source_number]
            passed = flow[..., mine & counts, source_number].sum(axis=-1)
            # What leaves `source` for b is subtracted from its first channel: here only the sum over a lead's channels has a meaning.
            first = np.flatnonzero((owner == source_number) & counts)[0]
            value[..., first] -= passed
            quadrature[..., first] += error[..., mine & counts, source_number].sum(axis=-1)
            unsigned[..., b] += np.abs(passed)
            unsigned[..., source_number] += np.abs(passed)
    return DetectedFlows(value, quadrature, unsigned)
