"""From integrals over the zone to flows for given reservoirs: the two parts of the window form (see `forms`).

    ∫_0^{ħΩ} dε Σ_K J_bK [f_b(E_K) − f_b(E_{K+1})]        and        ∫_0^{ħΩ} dε Σ_k T_ba,k [f_a(E_k) − f_b(E_k)]

Each is a sum of differences that vanish far from the window.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.zone.mesh import Mesh
from floquant.solvers.zone.recording import Recording
from floquant.solvers.zone.zone import NODES, POINTS, WEIGHTS

# Numbers in one block of moments: 64 MB.
BLOCK = 8_000_000
# Moments of several leads that are kept while a form is added up: 128 MB.
KEPT = 2 * BLOCK
# A μ further beyond all rungs than so many times their energies says no more than one that is there.
FAR = 1e6
# Pieces of a panel on which a Fermi function is smooth, typically.
PIECES = 2


def plain(values: Array) -> Array:
    """As kernels take them, contiguous and writable: a read-only array would be another type, for which they are compiled once more."""
    return np.require(values, float, ["C", "W"])


@dataclass(frozen=True)
class Flows:
    """Flows (P, n, Q) into the detectors, unsigned flows (P, n, unsigned rows) and error bounds (P, n, Q)."""

    flow: Array
    unsigned: Array
    error: Array


@dataclass(frozen=True, eq=False)
class Occupied:
    """A recording, to be integrated with Fermi functions."""

    recording: Recording
    _known: dict[tuple[bytes, bytes], tuple[Array, Array]] = field(default_factory=dict, repr=False)

    @property
    def mesh(self) -> Mesh:
        """Its panels."""
        return self.recording.mesh

    @property
    def layout(self) -> FlowLayout:
        """The layout of its quantities."""
        return self.recording.layout

    @property
    def problems(self) -> int:
        """P."""
        return self.mesh.problems

    def _places(self) -> tuple[Array, ...]:
        mesh, zone = self.mesh, self.mesh.zone
        return (mesh.begins, mesh.segment, mesh.left, mesh.right, zone.start, zone.end, zone.kind)

    def pumped(self, mu: Array, temperature: Array) -> Flows:
        """First part of the window form; `mu` and `temperature` are (P, n) or (1, n), all of it at zero or all at finite temperature."""
        lay, n = self.layout, mu.shape[1]
        if not lay.n_cut:
            return Flows(*(np.zeros((self.problems, n, k)) for k in (lay.n_det, lay.n_unsigned, lay.n_det)))
        if np.all(temperature == 0):
            return self._pumped_cold(mu)
        return self._pumped_at(mu, temperature)

    def _pumped_cold(self, mu: Array) -> Flows:
        from floquant.solvers.kernels.occupation import pumped_flows

        lay, n = self.layout, mu.shape[1]
        flow = np.empty((self.problems, n, lay.n_det))
        unsigned = np.empty((self.problems, n, lay.n_unsigned))
        error = np.empty((self.problems, n, lay.n_det))
        steps = len(self.mesh) * lay.n_cut + self.problems * n * POINTS
        pumped_flows.for_steps(steps * (lay.n_det + lay.n_unsigned))(
            *self._places(), self.recording.coefficients, self.recording.flow_error, self.mesh.ladder.photon_energy, self.recording.lowest,
            lay.n_cut, lay.n_det, lay.n_unsigned, self._near(mu), flow, unsigned, error,
        )  # fmt: skip
        return Flows(flow, unsigned, error)

    def transferred(
        self, mu: Array, base: Array, temperature: Array, base_temperature: Array, into: Array | None = None, source: int | None = None,
    ) -> tuple[Array, Array, Array]:  # fmt: skip
        """Second part for two Fermi functions: Σ_k ∫ T_k [f − f'], its error, Σ_k ∫ T_k |f − f'|, each (P, n, detectors, contacts).

        `into` (detectors,) and `source`: what is asked for; the rest may be left zero.
        """
        if np.all(temperature == 0) and np.all(base_temperature == 0):
            high, low = self._transferred_cold(mu), self._transferred_cold(base)
            error = np.abs(high[1] - low[1]) + np.where(mu == base, 0.0, 1.0)[..., None] * (high[2] + low[2])
            shape = (*high[0].shape[:2], self.layout.n_det, self.layout.n_group)
            value = (high[0] - low[0]).reshape(shape)
            return value, error.reshape(shape), np.abs(value)
        rows = np.arange(self.layout.n_det) if into is None else np.flatnonzero(into)
        groups = np.arange(self.layout.n_group) if source is None else np.array([source])
        return self._transferred_warm(mu, base, temperature, base_temperature, rows, groups)

    def _transferred_cold(self, mu: Array) -> tuple[Array, Array, Array]:
        from floquant.solvers.kernels.occupation import transferred_flows

        lay = self.layout
        shape = (self.problems, mu.shape[1], lay.n_det * lay.n_group)
        outs = np.empty(shape), np.empty(shape), np.empty(shape)
        recording, functions = self.recording, lay.n_det * lay.n_group
        total = np.ascontiguousarray(recording.coefficients[:, :, lay.slices["total"]])
        steps = self.problems * mu.shape[1] * (len(self.mesh) * lay.n_rung + POINTS)
        transferred_flows.for_steps(steps * functions)(
            *self._places(), total, recording.total_error, self.mesh.ladder.photon_energy, recording.lowest, lay.n_rung, functions,
            self._near(mu), *outs,
        )  # fmt: skip
        return outs

    def _near(self, mu: Array) -> Array:
        """A cold μ as it is; one so far beyond every rung that its number of photons overflows, at a nearer place beyond them."""
        ladder, zone = self.mesh.ladder, self.mesh.zone
        low = float(zone.start.min()) + ladder.photon_energy * self.recording.lowest
        high = float(zone.end.max()) + ladder.photon_energy * (self.recording.lowest + self.layout.n_rung)
        far = FAR * max(high - low, abs(low), abs(high), ladder.photon_energy)
        return plain(np.clip(mu, low - far, high + far))

    # Finite temperature: Legendre moments of the Fermi functions, shared by all problems whose panels lie at the same places.

    @cached_property
    def _distinct(self) -> tuple[Mesh, Array]:
        return self.mesh.places()

    @cached_property
    def _levels(self) -> tuple[int, int]:
        """Number k of the lowest rung whose occupation is asked for, and how many: with a drive, one beyond both ends of the window."""
        beyond = 1 if self.layout.n_cut else 0
        return self.recording.lowest - beyond, self.layout.n_rung + 2 * beyond

    def _moments(self, mu: Array, temperature: Array) -> tuple[Array, Array]:
        """Moments (places, levels, n, 16) and end values (places, levels, n, 2) of f for pairs (μ, T), one-dimensional and equally long.

        Each lead's are asked for once by what is pumped and once for every other lead, so that some are kept.
        """
        key = mu.tobytes(), temperature.tobytes()
        if key not in self._known:
            found = self._computed_moments(mu, temperature)
            while self._known and sum(moments.size for moments, _ in self._known.values()) + found[0].size > KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = found
        return self._known[key]

    def _inside(self, mu: Array, temperature: Array) -> tuple[Array, Array]:
        """The same on the rungs of the window only."""
        rungs = slice(
            self.recording.lowest - self._levels[0], self.recording.lowest - self._levels[0] + self.layout.n_rung
        )
        moments, ends = self._moments(mu, temperature)
        return moments[:, rungs], ends[:, rungs]

    def _computed_moments(self, mu: Array, temperature: Array) -> tuple[Array, Array]:
        from floquant.solvers.kernels.moments import fermi_moments

        places, _ = self._distinct
        lowest, levels = self._levels
        moments = np.empty((len(places), levels, len(mu), self.recording.coefficients.shape[1]))
        ends = np.empty((len(places), levels, len(mu), 2))
        zone = self.mesh.zone
        steps = len(places) * levels * len(mu) * POINTS * len(NODES) * PIECES
        fermi_moments.for_steps(steps)(
            places.segment, places.left, places.right, zone.start, zone.end, zone.kind, self.mesh.ladder.photon_energy, lowest, levels,
            plain(mu), plain(temperature), NODES, WEIGHTS, moments, ends,
        )  # fmt: skip
        return moments, ends

    def _blocks(self, mu: Array) -> list[Array]:
        per = max(1, len(self._distinct[0]) * self._levels[1] * 18)
        n = mu.shape[1]
        return np.array_split(np.arange(n), max(1, -(-n * per // BLOCK)))

    def _pumped_at(self, mu: Array, temperature: Array) -> Flows:
        lay, n = self.layout, mu.shape[1]
        flow = np.zeros((self.problems, n, lay.n_det))
        unsigned = np.zeros((self.problems, n, lay.n_unsigned))
        error = np.zeros((self.problems, n, lay.n_det))
        for b, rows in self._rows(mu, temperature):
            for part in self._blocks(mu):
                moments, ends = self._moments(mu[b, part], temperature[b, part])
                step = moments[:, :-1] - moments[:, 1:]
                peak = np.minimum(ends[:, :-1, :, 0], 1.0 - ends[:, 1:, :, 1])
                for p in rows:
                    flow[p, part], unsigned[p, part], error[p, part] = self._pumped_warm(p, step, peak)
        return Flows(flow, unsigned, error)

    def _rows(self, mu: Array, temperature: Array) -> list[tuple[int, range]]:
        """Rows of (μ, T), and the problems that share each."""
        if mu.shape[0] == 1:
            return [(0, range(self.problems))]
        return [(p, range(p, p + 1)) for p in range(self.problems)]

    def _own(self, p: int) -> tuple[Array, Array | slice]:
        """A problem's panels in the order of their places, and these places: a slice if they are all, so that no moments are copied."""
        begin, end = self.mesh.begins[p], self.mesh.begins[p + 1]
        which = self._distinct[1][begin:end]
        order = np.argsort(which, kind="stable")
        every = len(which) == len(self._distinct[0])
        return begin + order, slice(None) if every else which[order]

    def _pumped_warm(self, p: int, step: Array, peak: Array) -> tuple[Array, Array, Array]:
        lay = self.layout
        own, places = self._own(p)
        functions = lay.n_det + lay.n_unsigned
        c = self.recording.coefficients[own, :, : functions * lay.n_cut].reshape(-1, POINTS, functions, lay.n_cut)
        # NumPy's products of stacks of matrices, since its general sums would copy all moments
        values = (step[places] @ c.transpose(0, 3, 1, 2)).sum(axis=(0, 1))
        bounds = self.recording.flow_error[own].reshape(-1, lay.n_det, lay.n_cut)
        error = np.tensordot(2.0 * peak[places], bounds, axes=((0, 1), (0, 2)))
        return values[:, : lay.n_det], values[:, lay.n_det :], error

    def _transferred_warm(
        self, mu: Array, base: Array, temperature: Array, base_temperature: Array, rows: Array, groups: Array
    ) -> tuple[Array, Array, Array]:
        lay, n = self.layout, mu.shape[1]
        value = np.zeros((self.problems, n, lay.n_det, lay.n_group))
        error, unsigned = np.zeros_like(value), np.zeros_like(value)
        at = rows[:, None], groups
        for b, problems in self._rows(mu, temperature):
            for part in self._blocks(mu):
                moments, ends = self._inside(mu[b, part], temperature[b, part])
                others, other_ends = self._inside(base[b, part], base_temperature[b, part])
                difference = moments - others
                # |f − f'| times the panel's bound; its variation over a panel is at most twice its largest value there.
                largest = np.maximum(
                    np.abs(ends[..., 0] - other_ends[..., 1]), np.abs(ends[..., 1] - other_ends[..., 0])
                )
                for p in problems:
                    own, places = self._own(p)
                    c = lay.view(self.recording.coefficients[own], "total")[:, :, at[0], at[1]]
                    c = np.ascontiguousarray(c.transpose(0, 4, 1, 2, 3)).reshape(len(c), lay.n_rung, POINTS, -1)
                    # The difference changes its sign where temperatures differ: the unsigned flow is summed panel by panel.
                    each = difference[places] @ c
                    e = self.recording.total_error[own].reshape(-1, lay.n_det, lay.n_group, lay.n_rung)[:, at[0], at[1]]
                    bound = np.tensordot(2.0 * largest[places], e, axes=((0, 1), (0, 3)))
                    shape = (len(part), len(rows), len(groups))
                    for found, sums in (
                        (value, each.sum(axis=(0, 1))), (unsigned, np.abs(each).sum(axis=(0, 1))), (error, bound),
                    ):  # fmt: skip
                        found[p][np.ix_(part, rows, groups)] = sums.reshape(shape)
        return value, error, unsigned
