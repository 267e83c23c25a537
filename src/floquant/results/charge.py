"""Charge per cycle of the drive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from floquant.errors import BadInput
from floquant.results.array import ResultArray
from floquant.results.photons import photon_energy_of
from floquant.results.units import CURRENT, kind_of


def charge_per_cycle(current: xr.DataArray) -> ResultArray:
    """Charge that a current carries into the lead in one cycle of the drive, in e, with its error.

    Q/e = I/ħΩ

    `current`: what `dc_current` returns, or `data["dc_current"]` of a study, in e/h times an energy. Of a spin current it is the charge
    of ↑ less that of ↓. ħΩ is the coordinate that results have for it, and may be swept. Returns the dims of the current.
    Raises `BadInput` for anything but a current, or one of a device without a drive.
    """
    if not isinstance(current, xr.DataArray):
        raise BadInput(
            f'The current is a {type(current).__name__}, but it must be a DataArray; give what dc_current returns, or data["dc_current"].'
        )
    found = kind_of(current.attrs)
    if found is None or found[0] is not CURRENT:
        raise BadInput(
            f'"{current.name}" is in {current.attrs.get("units", "a unit that is not known")!r}, but a current is in '
            f"{CURRENT.text('energy')}; give what an observable returned, before it was scaled."
        )
    photon_energy = photon_energy_of(current)
    if not bool(np.all(photon_energy > 0)):
        raise BadInput(
            f"The photon energy of the current is {float(photon_energy.min()):g}, but a cycle needs a drive; give a current with a photon "
            f"energy > 0."
        )
    result = ResultArray.of(current) / photon_energy
    return result.rename("charge_per_cycle").assign_attrs(_labels(current.attrs))


def _labels(attrs: Mapping[Any, Any]) -> dict[str, str]:
    return {"units": "e", "long_name": f"{attrs.get('long_name', 'current')}, per cycle"}
