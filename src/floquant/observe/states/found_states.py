"""States found one by one, a different number at each setting, as one labelled dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Sector
from floquant.transport.settings import Settings

if TYPE_CHECKING:
    import xarray as xr


PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


@dataclass(frozen=True)
class FoundState:
    """An energy, ψ (rungs, device orbitals) with sideband `lowest` first, and further numbers, some by lead."""

    energy: float
    wave: Array
    lowest: int
    numbers: Mapping[str, float | bool]
    by_lead: Mapping[str, Mapping[str, float]]


def on_device(device: Device, sector: Sector, state: Array) -> Array:
    """A sector's state (rungs, n) on the orbitals of the device; absorbed cells of leads are left out."""
    result = np.zeros((len(state), device.orbital_count), complex)
    mine = sector.orbitals >= 0
    result[:, sector.orbitals[mine]] = state[:, mine]
    return result


def dataset(
    dim: str, device: Device, batch: Settings, found: Sequence[Sequence[FoundState]], labels: Mapping[str, tuple[str, str]],
    waves: bool, attrs: Mapping[str, Any],
) -> xr.Dataset:  # fmt: skip
    """Dims (settings…, `dim`, …), filled up with nan where a setting has fewer states; sorted by energy.

    Variables: energy; those that `labels` names with (unit, long name), by lead too; site_weight; sideband_weight; spin with spin;
    wavefunction with `waves`.
    """
    import xarray as xr

    found = [sorted(own, key=lambda state: state.energy) for own in found]
    most = max((len(own) for own in found), default=0)
    every = [state for own in found for state in own]
    low = min((state.lowest for state in every), default=0)
    high = max((state.lowest + len(state.wave) for state in every), default=1)
    leads, shape = list(device.contacts), (batch.count, most)
    rungs, orbitals = high - low, device.orbital_count

    energy = np.full(shape, np.nan)
    scalars: dict[str, Array] = {name: np.full(shape, np.nan) for name in labels}
    leadwise: dict[str, Array] = {
        name: np.full((*shape, len(leads)), np.nan) for name in (every[0].by_lead if every else {})
    }
    site = np.full((*shape, device.site_count), np.nan)
    sideband = np.full((*shape, rungs), np.nan)
    spin = np.full((*shape, 3), np.nan)
    wave = np.full((*shape, rungs, orbitals) if waves else (0,), np.nan, complex)
    for p, own in enumerate(found):
        for i, state in enumerate(own):
            energy[p, i] = state.energy
            for name, number in state.numbers.items():
                scalars[name][p, i] = number
            for name, numbers in state.by_lead.items():
                leadwise[name][p, i] = [numbers.get(lead, 0.0) for lead in leads]
            power = np.abs(state.wave) ** 2
            site[p, i] = np.add.reduceat(power.sum(axis=0), device.geometry.offsets[:-1])
            first = state.lowest - low
            sideband[p, i] = 0.0
            sideband[p, i, first : first + len(power)] = power.sum(axis=1)
            if device.spin:
                pairs = state.wave.reshape(-1, 2)
                spin[p, i] = np.einsum("xs,dst,xt->d", pairs.conj(), PAULI, pairs).real
            if waves:
                wave[p, i] = 0.0
                wave[p, i, first : first + len(power)] = state.wave

    unit = device.energy_unit or "energy"

    def variable(values: Array, own: tuple[str, ...], units: str, long_name: str) -> Any:
        shaped = values.reshape(*batch.shape, *values.shape[1:])
        return (*batch.dims, dim, *own), shaped, {"units": units, "long_name": long_name}

    data = {"energy": variable(energy, (), unit, "energy")}
    for name, (units, long_name) in labels.items():
        data[name] = variable(scalars[name], (), units.replace("energy", unit), long_name)
    for name, values in leadwise.items():
        data[f"{name}_by_lead"] = variable(values, ("lead",), unit, f"{name.replace('_', ' ')} into each lead")
    data["site_weight"] = variable(site, ("site",), "1", "weight on each site")
    data["sideband_weight"] = variable(sideband, ("sideband",), "1", "weight on each sideband")
    if device.spin:
        data["spin"] = variable(spin, ("direction",), "1", "expectation of σ")
    if waves:
        data["wavefunction"] = variable(wave, ("sideband", "orbital"), "1", "amplitude of each orbital")
    coords = {
        **batch.coords,
        "lead": leads,
        "sideband": np.arange(low, high),
        "site": np.arange(device.site_count),
        **({"direction": ["x", "y", "z"]} if device.spin else {}),
    }
    return xr.Dataset(data, coords=coords, attrs=dict(attrs))
