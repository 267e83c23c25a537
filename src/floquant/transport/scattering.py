"""A driven device solved at given energies: amplitudes S_ba(E_n, E) and transmissions T^(n)_ba."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.errors import BadInput, NotConverged
from floquant.model import Device, Drive, Sector, sectors
from floquant.model.checks import unknown
from floquant.solve.ladder import FlowLayout, Ladder, LadderSolver
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate, outside_the_bands
from floquant.transport.cutoff import CHECKED, SAMPLE, TAIL_FACTOR, LadderJudge, relative_tail, row_defects
from floquant.transport.labels import labelled_array
from floquant.transport.plan import choose_solver
from floquant.transport.settings import Settings, photon_energy_of, settings
from floquant.transport.windows import refuse_closed_leads

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray

# Numbers in one block of amplitudes (32 MB), and in all of them if they are to be kept (384 MB).
BLOCK = 2_000_000
KEPT = 24_000_000
# Rounding of a transmission, per open channel.
ROUNDING = 1e-13
KINDS = ("sidebands", "total", "elastic", "static")


Block = tuple[slice, slice, Array, Array]


@dataclass(frozen=True, eq=False)
class SectorScattering:
    """One sector at given energies, with its solver, its sidebands and its worst violations."""

    sector: Sector
    solver: LadderSolver
    photon_energy: float
    energies: Array
    sidebands: int
    count: int
    padding: int = 0
    kept_blocks: tuple[Block, ...] | None = None

    @property
    def centre(self) -> int:
        """The rung of the incoming wave."""
        return self.sidebands + self.padding

    @property
    def kept(self) -> slice:
        """Rungs n = −N … N."""
        return slice(self.padding, self.padding + 2 * self.sidebands + 1)

    def _ladder(self) -> Ladder:
        return Ladder(self.photon_energy, -self.centre, 2 * self.centre + 1, self.centre, 1)

    @property
    def numbers(self) -> int:
        """Complex numbers in all amplitudes."""
        return self.count * len(self.energies) * (2 * self.sidebands + 1) * self.solver.channels.count**2

    def blocks(self) -> Iterator[Block]:
        """Slices of settings and energies, with S (settings, energies, sideband, out, in) and the tail (settings, energies)."""
        return self._solved() if self.kept_blocks is None else iter(self.kept_blocks)

    def _solved(self) -> Iterator[Block]:
        ladder, channels = self._ladder(), self.solver.channels.count
        per_point = ladder.rungs * channels * (channels + 12)
        points = max(1, BLOCK // per_point)
        nodes = min(len(self.energies), points)
        for begin in range(0, len(self.energies), nodes):
            where = slice(begin, min(begin + nodes, len(self.energies)))
            table = self.solver.tabulate(ladder.energies(self.energies[None, where]))
            size = max(1, points // nodes)
            for first in range(0, self.count, size):
                which = slice(first, min(first + size, self.count))
                problem = np.arange(which.start, which.stop, dtype=np.int64)
                s, tail = self.solver.columns(table, problem, np.zeros(len(problem), dtype=np.int64), self.centre)
                yield which, where, s[:, :, self.kept], tail

    def sampled_tail(self) -> float:
        """Relative weight at the ladder's ends, at sample settings and energies."""
        ladder, energies = self._ladder(), self.energies[_sample(len(self.energies), SAMPLE)]
        problem = _sample(self.count, SAMPLE)
        table = self.solver.tabulate(ladder.energies(energies[None]))
        values = self.solver.flows(table, problem, np.zeros(len(problem), dtype=np.int64), ladder)
        tail = values[:, :, FlowLayout.of(self.solver.channels, ladder).slices["tail"]]
        return float(relative_tail(tail).max(initial=0.0))

    def row_defects(self) -> Array:
        """Unitarity missing from rows at a few settings and energies (see `cutoff.row_defects`)."""
        if not self.photon_energy:
            return np.zeros(0)
        energies = self.energies[_sample(len(self.energies), CHECKED)]
        return row_defects(self.solver, self.photon_energy, energies, self.sidebands, self.count)


def _sample(count: int, most: int) -> Array:
    """At most so many of 0 … count − 1, evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Scattering:
    """Amplitudes and transmissions of a driven device at given energies.

    Amplitudes are kept while they fit into 384 MB; beyond that each question solves again, block by block, in bounded memory.
    """

    device: Device
    drive: Drive | None
    energies: Array
    accuracy: Accuracy
    settings: Settings
    photon_energy: float
    parts: tuple[SectorScattering, ...]
    tail: Array
    column_defect: float

    @property
    def sidebands(self) -> Array:
        """The integers n = −N … N."""
        most = max(part.sidebands for part in self.parts)
        return np.arange(-most, most + 1)

    def transmission(self, to: str, from_: str, kind: str = "sidebands") -> xr.DataArray:
        """Photon-assisted transmission from one lead to another; for `to` = `from_` it is the reflection.

        T^(n)_ba(E) = Σ_channels |S_ba(E_n, E)|²,   from a to b, incoming energy E, outgoing E + nħΩ

        Dims (knobs…, energy, sideband), and spin_out, spin_in on a device with spin; `kind="total"` is Σ_n, "elastic" n = 0, "static" the
        undriven device, each without the dim sideband. Dimensionless. Raises `BadInput` for unknown leads or kinds, `NotConverged` if
        the bound of the error exceeds rtol · (open incoming channels) with an automatic number of sidebands.
        """
        if kind not in KINDS:
            raise unknown("kind of transmission", kind, KINDS, "A scattering")
        for name in (to, from_):
            if name not in self.device.contacts:
                raise unknown("lead", name, self.device.contacts, "The device")
        if kind == "static":
            knobs = {name: values for name, values in self.settings.values.items() if name in self.device.knobs}
            undriven = replace(self.settings, values=knobs)
            static = _scatter(self.device, None, self.energies, replace(self.accuracy, sidebands=None), undriven)
            return static._result(to, from_, "elastic").assign_attrs(kind="static: the drive is off")
        return self._result(to, from_, kind)

    def _result(self, to: str, from_: str, kind: str) -> xr.DataArray:
        values, opened = self._powers(to, from_, kind)
        bound = (TAIL_FACTOR * self.tail + ROUNDING)[:, :, None, None, None] * np.maximum(opened, 1.0)[
            None, :, None, None, None
        ]
        error = np.broadcast_to(bound, values.shape)
        coords: dict[str, Any] = {"energy": ("energy", self.energies, {"units": self.device.energy_unit or "energy"})}
        dims: tuple[str, ...] = ("energy",)
        if kind == "sidebands":
            dims += ("sideband",)
            coords["sideband"] = ("sideband", self.sidebands, {"long_name": "photons absorbed"})
        else:
            values, error = values[:, :, 0], error[:, :, 0]
        if self.device.spin:
            dims += ("spin_out", "spin_in")
            coords |= {"spin_out": ["up", "down"], "spin_in": ["up", "down"]}
        else:
            values, error = values[..., 0, 0], error[..., 0, 0]
        what = "reflection at" if to == from_ else f"transmission from {from_} to"
        attrs = {"units": "1", "long_name": f"{what} {to} ({kind})", "kind": kind, **self.certificate.attrs()}
        result = labelled_array("transmission", values, self.settings, dims, coords, attrs, error)
        if self.accuracy.sidebands is None and np.any(self.tail * TAIL_FACTOR > self.accuracy.rtol):
            raise NotConverged("The sidebands' tail exceeds rtol.", result, result.coords["transmission_error"])
        return result

    def _powers(self, to: str, from_: str, kind: str) -> tuple[Array, Array]:
        """|S|² summed over channels, shape (P, energies, sidebands or 1, 2, 2) (spins; 1, 1 without), and the open channels of `from_`."""
        spins = 2 if self.device.spin else 1
        most = len(self.sidebands) if kind == "sidebands" else 1
        total = np.zeros((self.settings.count, len(self.energies), most, spins, spins))
        opened = np.zeros(len(self.energies))
        for part in self.parts:
            channels = part.solver.channels
            opened += _open_channels(part.sector, from_, self.energies)
            out, into = _members(channels.names, channels.group, to), _members(channels.names, channels.group, from_)
            if not len(out) or not len(into):
                continue
            start = (most - (2 * part.sidebands + 1)) // 2 if kind == "sidebands" else 0
            for which, where, s, _ in part.blocks():
                if kind == "elastic":
                    s = s[:, :, part.sidebands : part.sidebands + 1]
                for b in out:
                    for a in into:
                        amplitude = s[..., b, a]
                        powers = amplitude.real**2 + amplitude.imag**2
                        if kind == "total":
                            powers = powers.sum(axis=2, keepdims=True)
                        where_spin = (max(channels.spin[b], 0), max(channels.spin[a], 0))
                        total[which, where, start : start + powers.shape[2], *where_spin] += powers
        return total, opened

    def amplitude(self, to: str, from_: str) -> xr.DataArray:
        """Complex amplitudes S_ba(E_n, E), dims (knobs…, energy, sideband, channel_out, channel_in).

        Channels are in the leads' order, ↑ ↓ fastest.
        Dimensionless. Raises `BadInput` for unknown leads.
        """
        for name in (to, from_):
            if name not in self.device.contacts:
                raise unknown("lead", name, self.device.contacts, "The device")
        sizes = {name: self._lead_channels(name) for name in (to, from_)}
        result = np.zeros(
            (self.settings.count, len(self.energies), len(self.sidebands), len(sizes[to]), len(sizes[from_])),
            dtype=complex,
        )
        for part in self.parts:
            channels = part.solver.channels
            out, into = _members(channels.names, channels.group, to), _members(channels.names, channels.group, from_)
            start = (len(self.sidebands) - (2 * part.sidebands + 1)) // 2
            places = [[sizes[name].index((id(part), int(c))) for c in own] for name, own in ((to, out), (from_, into))]
            for which, where, s, _ in part.blocks():
                for i, b in zip(places[0], out, strict=True):
                    for j, a in zip(places[1], into, strict=True):
                        result[which, where, start : start + s.shape[2], i, j] = s[:, :, :, b, a]
        coords = {"energy": self.energies, "sideband": self.sidebands}
        attrs = {"units": "1", "long_name": f"amplitude from {from_} to {to}", **self.certificate.attrs()}
        return labelled_array(
            "amplitude", result, self.settings, ("energy", "sideband", "channel_out", "channel_in"), coords, attrs
        )

    def _lead_channels(self, name: str) -> list[tuple[int, int]]:
        """(sector, channel) pairs of a lead in the order of the lead's own orbitals."""
        found = []
        for part in self.parts:
            channel = 0
            for terminal in part.sector.terminals:
                for orbital in terminal.lead_orbitals:
                    if terminal.name == name:
                        found.append((int(orbital), id(part), channel))
                    channel += 1
        return [(part, channel) for _, part, channel in sorted(found)]

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings and energies; row unitarity at sample energies."""
        return Certificate(
            sidebands=int(self.sidebands[-1]),
            nodes=sum(part.count * len(part.energies) for part in self.parts),
            solver=", ".join(dict.fromkeys(part.solver.name for part in self.parts)),
            row_unitarity=max(float(np.abs(part.row_defects()).max(initial=0.0)) for part in self.parts),
            column_unitarity=self.column_defect,
            sideband_tail=float(self.tail.max(initial=0.0)),
            bound_states=outside_the_bands((part.sector for part in self.parts), self.settings.count),
            forced_sidebands=self.accuracy.sidebands is not None,
            converged=bool(np.all(TAIL_FACTOR * self.tail <= self.accuracy.rtol)),
        )

    def __repr__(self) -> str:
        swept = (
            ", ".join(f"{dim} ({size})" for dim, size in zip(self.settings.dims, self.settings.shape, strict=True))
            or "one setting"
        )
        return f"Scattering: {len(self.energies)} energies, {swept}\n{self.certificate}"


def _members(names: tuple[str, ...], group: Array, name: str) -> Array:
    return np.flatnonzero(group == names.index(name)) if name in names else np.zeros(0, dtype=np.int64)


def _open_channels(sector: Sector, name: str, energies: Array) -> Array:
    """Number of open channels of a lead in this sector at each energy."""
    from floquant.solve.contacts import spectral_root

    counts = np.zeros(len(energies))
    for terminal in sector.terminals:
        if terminal.name == name:
            counts += spectral_root(terminal.surface(energies))[1].sum(axis=-1)
    return counts


def scatter(device: Device, drive: Drive | None, energies: Any, *, rtol: float = 1e-6, atol: float | None = None,
            sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, **knobs: Any) -> Scattering:  # fmt: skip
    """Solve a driven device at given incoming energies.

    Σ_k [E_m δ_mk − H_{m−k} − Σ_mk] G_kl = δ_ml,   S_ba(E_n, E) = −δ_ba δ_n0 P_a + i √Γ_b(E_n) G_{n0,ba} √Γ_a(E)

    `energies`: a number or a one-dimensional array (dim "energy"). `knobs`: numbers, one-dimensional arrays or DataArrays, which become
    leading dims. `sidebands=N` forces n = −N … N, else N is chosen so that every T^(n) is good to rtol per open incoming channel.
    Raises `BadInput` for names or values that cannot be, or a lead that is closed at every energy, sidebands included.
    """
    batch = settings(device, drive, knobs)
    accuracy = Accuracy(rtol, atol, sidebands, solver, max_nodes)
    incoming = np.atleast_1d(np.asarray(getattr(energies, "values", energies)))
    if (
        incoming.ndim != 1
        or incoming.dtype.kind not in "biuf"
        or not len(incoming)
        or not np.all(np.isfinite(incoming))
    ):
        raise BadInput(
            f"energies is {energies!r}, but it must be a finite number or a one-dimensional array of them; give such energies."
        )
    incoming = incoming.astype(float)
    if not device.contacts:
        raise BadInput("The device has no contacts, but transport needs at least one; give contacts={...}.")
    return _scatter(device, drive, incoming, accuracy, batch)


def _scatter(device: Device, drive: Drive | None, incoming: Array, accuracy: Accuracy, batch: Settings) -> Scattering:
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    parts, tails, column = [], np.zeros((batch.count, len(incoming))), 0.0
    for sector in sectors(device, ready, values):
        part, tail, found = _scatter_sector(sector, photon_energy, incoming, accuracy, batch.count)
        parts.append(part)
        tails, column = np.maximum(tails, tail), max(column, found)
    pairs = np.stack([incoming, incoming], axis=1)
    refuse_closed_leads(device, pairs, photon_energy, max(part.sidebands for part in parts))
    return Scattering(device, drive, incoming, accuracy, batch, photon_energy, tuple(parts), tails, column)


def _scatter_sector(
    sector: Sector, photon_energy: float, energies: Array, accuracy: Accuracy, count: int
) -> tuple[SectorScattering, Array, float]:
    """The sector with enough sidebands, its tails (settings, energies), and its largest column defect."""
    photon_energy = photon_energy if sector.harmonics.any() else 0.0
    solver = choose_solver(sector, accuracy.solver)
    number = 0 if not photon_energy else accuracy.sidebands or 2
    judge = LadderJudge(accuracy.rtol)
    while True:
        # Rungs that the solver adds for itself are sidebands like the others, unless their number is forced.
        own = (number, solver.reach) if accuracy.sidebands else (number + solver.reach if photon_energy else 0, 0)
        part = SectorScattering(sector, solver, photon_energy, energies, own[0], count, own[1])
        settled = not photon_energy or accuracy.sidebands is not None
        if settled or judge.accepts(part.sampled_tail(), part.row_defects):
            part, tail, column = _swept(part)
            if settled or TAIL_FACTOR * tail.max(initial=0.0) <= accuracy.rtol:
                return part, tail, column
        number += 1 if number < 12 else number // 6


def _swept(part: SectorScattering) -> tuple[SectorScattering, Array, float]:
    """Solve once everywhere: the tails, the largest column defect (without a drive of rows too), and the part with what is kept."""
    tail = np.zeros((part.count, len(part.energies)))
    opened = np.sum([_open_channels(part.sector, name, part.energies) for name in part.solver.channels.names], axis=0)
    column, kept = 0.0, []
    for which, where, s, weight in part.blocks():
        tail[which, where] = weight if part.photon_energy else 0.0
        power = np.einsum("pencd,pencd->pe", s.real, s.real) + np.einsum("pencd,pencd->pe", s.imag, s.imag)
        column = max(column, float(np.abs(power - opened[where]).max(initial=0.0)))
        if not part.photon_energy:
            rows = np.sum(np.abs(s[:, :, 0]) ** 2, axis=-1)
            column = max(column, float(np.abs(rows - np.round(rows)).max(initial=0.0)))
        if part.numbers <= KEPT:
            kept.append((which, where, s, weight))
    return (replace(part, kept_blocks=tuple(kept)) if kept else part), tail, column
