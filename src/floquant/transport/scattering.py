"""A driven device solved at given energies: amplitudes S_ba(E_n, E) and transmissions T^(n)_ba."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.directions import direction_name
from floquant.checks.flags import flag_or_none
from floquant.checks.names import one_of
from floquant.checks.reading import array_of, finite
from floquant.checks.types import Direction, Numbers
from floquant.checks.words import brief
from floquant.errors import BadInput, NotConverged
from floquant.model import Device, Drive, sectors
from floquant.solvers.progress import ladders_shown
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.amplitudes import LeadChannels, lead_amplitudes
from floquant.transport.band_edges import EdgeLimits, solved_beside_edges
from floquant.transport.certificate import Certificate
from floquant.transport.certify_scattering import certificate, outcome
from floquant.transport.closed_leads import points, refuse_if_all_closed
from floquant.transport.labels import labelled_array
from floquant.transport.mode_amplitudes import between_modes, mode_basis, mode_coordinates
from floquant.transport.outcome import Outcome
from floquant.transport.sector_scattering import SectorScattering
from floquant.transport.settings import Settings, photon_energy_of, settings
from floquant.transport.spin import axes_between
from floquant.transport.summary import summary
from floquant.transport.sweep import scatter_sector
from floquant.transport.transmitted import Transmitted

if TYPE_CHECKING:
    import xarray as xr

# Rounding of a transmission, per open channel.
ROUNDING = 1e-13
BASES = ("orbitals", "modes")
KINDS = ("sidebands", "total", "elastic", "static")


@dataclass(frozen=True, eq=False, repr=False)
class Scattering:
    """Amplitudes and transmissions of a driven device at given energies.

    Powers are kept if they fit into 384 MB; beyond that, and for amplitudes, each call solves again, in bounded memory.
    """

    device: Device
    drive: Drive | None
    energies: Array
    accuracy: Accuracy
    settings: Settings
    photon_energy: float
    parts: tuple[SectorScattering, ...]
    limits: EdgeLimits
    beyond: Array  # by how much the ladder's ends may change a T^(n), or their sum, per open wave (P, energies)
    column_defect: Array
    proven: bool  # whether that is proven, or an estimate

    @property
    def sidebands(self) -> Array:
        """The integers n = −N … N."""
        most = max(part.sidebands for part in self.parts)
        return np.arange(-most, most + 1)

    @one_thread()
    def transmission(
        self, to: str, from_: str, kind: str = "sidebands", spin_axis: Direction | Mapping[str, Direction] | None = "z"
    ) -> xr.DataArray:
        """Photon-assisted transmission from one lead to another; for `to` = `from_` it is the reflection.

        T^(n)_ba(E) = Σ_channels |S_ba(E_n, E)|²,   from a to b, incoming energy E, outgoing E + nħΩ

        Dims (knobs…, energy, sideband), and spin_out, spin_in on a device with spin; `kind="total"` is Σ_n, "elastic" n = 0, "static" the
        undriven device, each without the dim sideband. Dimensionless.
        `spin_axis`: ↑ and ↓ along "x", "y", "z", a vector, or a dict of these by lead; Tr[P_s' S P_s S†], P_s = (1 + s n·σ)/2. None sums
        over the spins. Raises `BadInput` for unknown leads or kinds, or an axis that one of the two leads does not conserve;
        `NotConverged` if the bound of the error exceeds rtol · (open incoming channels) with an automatic number of sidebands.
        """
        one_of(kind, KINDS, "kind of transmission", "A scattering")
        self._check(to, from_)
        axes = axes_between(self.device, to, from_, spin_axis, self.outgoing_energies)
        if kind == "static":
            knobs = {name: values for name, values in self.settings.values.items() if name in self.device.knobs}
            undriven = replace(self.settings, values=knobs)
            static = _scatter(self.device, None, self.energies, replace(self.accuracy, sidebands=None), undriven)
            return static._result(to, from_, "elastic", axes).assign_attrs(kind="static: the drive is off")
        return self._result(to, from_, kind, axes)

    def _check(self, *names: str) -> None:
        for name in names:
            one_of(name, self.device.contacts, "lead", "The device")

    @property
    def outgoing_energies(self) -> Array:
        """E_n = E + nħΩ, shape (energies, sidebands)."""
        return self.energies[:, None] + self.photon_energy * self.sidebands

    def _result(self, to: str, from_: str, kind: str, axes: tuple[Array, Array] | None) -> xr.DataArray:
        beyond = self.beyond[:, self.limits.owner]
        found = Transmitted.between(self.device, self.parts, self.photon_energy, (to, from_), kind, axes, beyond)
        values, most = self.limits.limit(found.powers), np.maximum(found.opened[self.limits.first], 1.0)
        error = self.limits.worst(found.error) + ((ROUNDING + 2 * self.column_defect) * most)[:, None, None, None]
        if len(self.limits.on_edge):
            values, error = np.maximum(values, 0.0), error + self.limits.error(found.powers)
        # no transmission is further off than the number of open channels
        error = np.minimum(error, most[:, None, None, None])
        coords: dict[str, Any] = {"energy": ("energy", self.energies, {"units": self.device.energy_unit or "energy"})}
        what = "reflection at" if to == from_ else f"transmission from {from_} to"
        attrs = {"units": "1", "long_name": f"{what} {to} ({kind})", "kind": kind, **self.outcome.attrs()}
        if len(self.limits.on_edge):
            attrs["on_band_edge"] = self.limits.wording()
        dims: tuple[str, ...] = ("energy",)
        if kind == "sidebands":
            dims += ("sideband",)
            coords["sideband"] = ("sideband", self.sidebands, {"long_name": "photons absorbed"})
        else:
            values, error = values[:, :, 0], error[:, :, 0]
        if axes is not None:
            dims += ("spin_out", "spin_in")
            coords |= {"spin_out": ["up", "down"], "spin_in": ["up", "down"]}
            names = dict.fromkeys(direction_name(axis) for axis in axes)
            attrs["spin_axis"] = " and ".join(names)
        else:
            values, error = values[..., 0, 0], error[..., 0, 0]
        result = labelled_array("transmission", values, self, dims, coords, attrs, error)
        if self.accuracy.sidebands is None and not self.converged.all():
            raise NotConverged("What lies beyond the ladder exceeds rtol.", result, result.coords["transmission_error"])
        return result

    def absent(self) -> Array:
        """A bound of T^(n) for every n that the ladder does not have, (P, energies)."""
        found = np.zeros((self.settings.count, len(self.limits.solved)))
        for part in self.parts:
            for block in part.powers():
                found[block.which, block.where] += block.not_kept(part.kept)
        return self.limits.largest(found)

    @property
    def converged(self) -> Array:
        """Where what lies beyond the ladder is within rtol, (P, energies)."""
        return self.beyond <= self.accuracy.rtol

    @one_thread()
    def amplitude(self, to: str, from_: str, basis: str = "orbitals") -> xr.DataArray:
        """Complex amplitudes S_ba(E_n, E), dims (knobs…, energy, sideband, channel_out, channel_in).

        `basis="orbitals"`: channels are the orbitals of the leads' cell 0, ↑ ↓ fastest, and S = −P + i √a_b τ_b† G τ_a √a_a with the
        Hermitian roots of a = i (g − g†).
        `basis="modes"`: S_modes = U_out† S U_in between the modes of the leads (`lead.modes`), waves of unit current, sorted by
        momentum: outgoing ones at E_n, incoming ones at E; ↑ ↓ fastest where a lead without spin carries both. Channels that are
        not open at an energy are 0; the coordinates open_out (energy, sideband) and open_in (energy) tell how many are,
        velocity_* and momentum_* are the modes' (nan beyond the open ones, and for a lead without Bloch waves).
        Dimensionless. Raises `BadInput` for unknown leads or another basis.
        """
        self._check(to, from_)
        one_of(basis, BASES, "basis", "An amplitude")
        solved, first = self.limits.solved, self.limits.first
        found = lead_amplitudes(self.device, self.parts, to, from_, self.photon_energy)
        coords: dict[str, Any] = {"energy": self.energies, "sideband": self.sidebands}
        if basis == "modes":
            leaving = solved[:, None] + self.photon_energy * self.sidebands
            out = mode_basis(LeadChannels.of(self.device, self.parts, to), leaving, outgoing=True)
            into = mode_basis(LeadChannels.of(self.device, self.parts, from_), solved, outgoing=False)
            out, into = (side.alike(*self.limits.farther) for side in (out, into))
            found = ((which, where, between_modes(s, out, into, where), bound) for which, where, s, bound in found)
            coords |= mode_coordinates(out.chosen(first), into.chosen(first), self.device.energy_unit)
        result: Array | None = None
        error = np.zeros((self.settings.count, len(solved), len(self.sidebands)))
        for which, where, s, bound in found:
            if result is None:
                result = np.zeros((self.settings.count, len(solved), *s.shape[2:]), dtype=complex)
            result[which, where], error[which, where] = s, bound
        assert result is not None, "there is at least one setting and one energy"
        error = self.limits.worst(error) + (ROUNDING + 2 * self.column_defect)[:, None]
        error = error[..., None, None] + self.limits.error(result)
        result = self.limits.limit(result)
        attrs = {
            "units": "1",
            "long_name": f"amplitude from {from_} to {to}",
            "basis": basis,
            **self.outcome.attrs(),
        }
        return labelled_array(
            "amplitude", result, self, ("energy", "sideband", "channel_out", "channel_in"), coords, attrs, error
        )

    @cached_property
    def outcome(self) -> Outcome:
        """What is known without further work: the solver, sidebands, energies, and whether every bound is met."""
        return outcome(self.device, self.parts, self.energies, self.converged, self.accuracy)

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings and energies; row unitarity at sample energies. Computed when it is first looked at."""
        return self.certified()

    @one_thread()
    def certified(self, turn: int | None = None) -> Certificate:
        """The certificate; of number `turn` of many like problems, it takes no longer than a tenth of these (see `Inspection`)."""
        return certificate(
            self.parts, self.photon_energy, self.outcome, self.beyond, self.column_defect, self.proven, turn
        )

    def __repr__(self) -> str:
        title = f"Scattering: energies {self.energies.min():g} … {self.energies.max():g} ({len(self.energies)})"
        bound = f"the ladder's ends change each open wave by {self.beyond.max(initial=0.0):.1e} at most"
        return summary(title, self.device, self.photon_energy, self.settings, self.outcome, bound)


def scatter(device: Device, drive: Drive | None, energies: Numbers, *, rtol: float = 1e-6, atol: float | None = None,
            sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, progress: bool | None = None,
            **knobs: Numbers) -> Scattering:  # fmt: skip
    """Solve a driven device at given incoming energies.

    Σ_k [E_m δ_mk − H_{m−k} − Σ_mk] G_kl = δ_ml,   S_ba(E_n, E) = −δ_ba δ_n0 P_a + i √Γ_b(E_n) G_{n0,ba} √Γ_a(E)

    `energies`: a number or a one-dimensional array (dim "energy"). `knobs`: numbers, one-dimensional arrays or DataArrays, which become
    leading dims. `sidebands=N` forces n = −N … N, else N is chosen so that every T^(n) is good to rtol per open incoming channel.
    `progress`: True or False for a bar on stderr or none; left out, there is one on a terminal if the work takes long.
    Raises `BadInput` for names or values that cannot be, or energies at which no lead has an open channel.
    """
    batch = settings(device, drive, knobs)
    accuracy = Accuracy(rtol, atol, sidebands, solver, max_nodes)
    must = "must be a finite number or a one-dimensional array of them; give such energies"
    incoming = np.atleast_1d(array_of(energies, "energies", must))
    if incoming.ndim != 1 or incoming.dtype.kind not in "biufc" or not len(incoming):
        raise BadInput(f"energies is {brief(energies)}, but it {must}.")
    incoming = finite(incoming, "energies")
    if not device.contacts:
        raise BadInput("The device has no contacts, but transport needs at least one; give contacts={...}.")
    with ladders_shown(0, flag_or_none(progress, "progress")):
        return _scatter(device, drive, incoming, accuracy, batch)


@one_thread()
def _scatter(device: Device, drive: Drive | None, incoming: Array, accuracy: Accuracy, batch: Settings) -> Scattering:
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    separate = sectors(device, ready, values)
    refuse_if_all_closed(device, separate, points(incoming), photon_energy, accuracy.sidebands)
    limits, swept = solved_beside_edges(
        incoming, lambda at: [scatter_sector(each, photon_energy, at, accuracy, batch.count) for each in separate]
    )
    beyond = limits.largest(np.max([each.beyond for each in swept], axis=0))
    column = limits.largest(np.max([each.column for each in swept], axis=0))
    proven = all(bool(np.all(each.proven)) for each in swept)
    parts = tuple(each.part for each in swept)
    return Scattering(device, drive, incoming, accuracy, batch, photon_energy, parts, limits, beyond, column, proven)
