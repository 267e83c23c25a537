"""From plain arrays to labelled ones. xarray is loaded here, with the first result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from floquant.checks import Array
from floquant.checks.names import PHOTON_ENERGY
from floquant.model import Device, Drive
from floquant.transport.settings import Settings

if TYPE_CHECKING:
    import xarray as xr


class Solved(Protocol):
    """What numbers come from: a solution or a scattering."""

    @property
    def device(self) -> Device: ...
    @property
    def drive(self) -> Drive | None: ...
    @property
    def photon_energy(self) -> float: ...
    @property
    def settings(self) -> Settings: ...


def labelled_array(
    name: str,
    values: Array,
    solved: Solved,
    dims: tuple[str, ...],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any],
    error: Array | None = None,
) -> xr.DataArray:
    """A DataArray with the settings' dims first: `values` has shape (P, *dims); its error stays with it, and shows as a coordinate.

    The settings and the photon energy are coordinates.
    """
    import xarray as xr

    from floquant.results import ResultArray

    settings = solved.settings
    every = (*settings.dims, *dims)
    shape = (*settings.shape, *values.shape[1:])
    positions = {**settings.coords, **_photon_energy(solved)}
    result = xr.DataArray(
        values.reshape(shape), dims=every, coords={**positions, **coords}, name=name, attrs=dict(attrs)
    )
    if error is None:
        return result
    return ResultArray.of(result.assign_coords({f"{name}_error": (every, error.reshape(shape))}))


def _photon_energy(solved: Solved) -> dict[str, Any]:
    """ħΩ under the name that the drive gives it, or as `photon_energy`; nothing without a drive."""
    from floquant.results.photons import photon_labels

    if solved.drive is None:
        return {}
    given, known, labels = solved.drive.photon_energy, solved.settings.coords, photon_labels(solved.device.energy_unit)
    if isinstance(given, str):
        return {given: (*known.get(given, ((), solved.photon_energy)), labels)}
    # a parameter of the drive may have that name
    return {} if PHOTON_ENERGY in known else {PHOTON_ENERGY: ((), solved.photon_energy, labels)}
