"""The photon energy that results carry: a coordinate, since what is joined from several drives then has one for each.

It goes by the name that the drive gives its photon energy, or `photon_energy`; its long name says what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from floquant.errors import BadInput

if TYPE_CHECKING:
    import xarray as xr

LONG_NAME = "photon energy"


def photon_labels(energy_unit: str | None) -> dict[str, str]:
    """Units and long name of the coordinate."""
    return {"units": energy_unit or "energy", "long_name": LONG_NAME}


def photon_energy_of(array: xr.DataArray) -> xr.DataArray:
    """ħΩ of a result, a number or over dims of it. Raises `BadInput` if it has none."""
    for coordinate in array.coords.values():
        if coordinate.attrs.get("long_name") == LONG_NAME:
            return coordinate
    raise BadInput(
        f'"{array.name}" has no photon energy: none of its coordinates has the long name "{LONG_NAME}"; give the current of a driven '
        f"device, or assign the coordinate, with this long name."
    )
