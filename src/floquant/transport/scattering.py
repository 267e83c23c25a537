"""A driven device solved at given energies: amplitudes S_ba(E_n, E) and transmissions T^(n)_ba."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.errors import BadInput, NotConverged
from floquant.model import Device, Drive, sectors
from floquant.model.checks import unknown
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate, states_beside_the_bands
from floquant.transport.cutoff import TAIL_FACTOR
from floquant.transport.labels import labelled_array
from floquant.transport.sector_scattering import SectorScattering, scatter_sector
from floquant.transport.settings import Settings, photon_energy_of, settings
from floquant.transport.windows import refuse_closed_leads

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray

# Rounding of a transmission, per open channel.
ROUNDING = 1e-13
KINDS = ("sidebands", "total", "elastic", "static")


@dataclass(frozen=True, eq=False)
class Scattering:
    """Amplitudes and transmissions of a driven device at given energies.

    Powers are kept while they fit into 384 MB; beyond that, and for amplitudes, each question solves again, in bounded memory.
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
            banks = part.solver.channels.banks
            out, into = ([bank for bank, (lead, _) in enumerate(banks) if lead == name] for name in (to, from_))
            opened += part.opened[:, into].sum(axis=1)
            if not out or not into:
                continue
            start = (most - (2 * part.sidebands + 1)) // 2 if kind == "sidebands" else 0
            for which, where, powers, _ in part.powers():
                if kind == "elastic":
                    powers = powers[:, :, part.sidebands : part.sidebands + 1]
                elif kind == "total":
                    powers = powers.sum(axis=2, keepdims=True)
                place = slice(start, start + powers.shape[2])
                for b in out:
                    for a in into:
                        total[which, where, place, max(banks[b][1], 0), max(banks[a][1], 0)] += powers[..., b, a]
        return total, opened

    def amplitude(self, to: str, from_: str) -> xr.DataArray:
        """Complex amplitudes S_ba(E_n, E), dims (knobs…, energy, sideband, channel_out, channel_in).

        Channels are the orbitals of the leads' cells, ↑ ↓ fastest: S = −P + i √Γ_b G √Γ_a with the Hermitian roots.
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
            start = (len(self.sidebands) - (2 * part.sidebands + 1)) // 2
            (places_out, out), (places_in, into) = (
                np.array([(i, o) for i, (owner, o) in enumerate(sizes[name]) if owner == id(part)], int)
                .reshape(-1, 2)
                .T
                for name in (to, from_)
            )
            if not len(out) or not len(into):
                continue
            for which, where, s in part.amplitudes():
                place = slice(start, start + s.shape[2])
                block = result[which, where, place]
                block[..., places_out[:, None], places_in] = s[..., out[:, None], into]
        coords = {"energy": self.energies, "sideband": self.sidebands}
        attrs = {"units": "1", "long_name": f"amplitude from {from_} to {to}", **self.certificate.attrs()}
        return labelled_array(
            "amplitude", result, self.settings, ("energy", "sideband", "channel_out", "channel_in"), coords, attrs
        )

    def _lead_channels(self, name: str) -> list[tuple[int, int]]:
        """(sector, lead orbital within the sector) pairs of a lead, in the order of the lead's own orbitals."""
        found = []
        for part in self.parts:
            number = 0
            for terminal in part.sector.terminals:
                for orbital in terminal.lead_orbitals:
                    if terminal.name == name:
                        found.append((int(orbital), id(part), number))
                    number += 1
        return [(part, number) for _, part, number in sorted(found)]

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings and energies; row unitarity at sample energies."""
        return Certificate(
            sidebands=int(self.sidebands[-1]),
            nodes=sum(part.count * len(part.energies) for part in self.parts),
            solver=", ".join(dict.fromkeys(part.solver.name for part in self.parts)),
            row_unitarity=_largest([part.row_defects() for part in self.parts]),
            column_unitarity=self.column_defect,
            sideband_tail=float(self.tail.max(initial=0.0)),
            **states_beside_the_bands((part.sector for part in self.parts), self.photon_energy, self.settings.count),
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


def _largest(defects: list[Array]) -> float:
    """The largest of all, nan where nothing was checked."""
    found = np.concatenate([np.abs(own).ravel() for own in defects])
    return float(found.max()) if found.size else float("nan")


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
        part, tail, found = scatter_sector(sector, photon_energy, incoming, accuracy, batch.count)
        parts.append(part)
        tails, column = np.maximum(tails, tail), max(column, found)
    pairs = np.stack([incoming, incoming], axis=1)
    refuse_closed_leads(device, pairs, photon_energy, max(part.sidebands for part in parts))
    return Scattering(device, drive, incoming, accuracy, batch, photon_energy, tuple(parts), tails, column)
