"""Plain arrays → labelled ones. xarray is loaded here, when the first result is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from floquant.checks import Array
from floquant.transport.settings import Settings

if TYPE_CHECKING:
    import xarray as xr


def labelled_array(
    name: str,
    values: Array,
    settings: Settings,
    dims: tuple[str, ...],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any],
    error: Array | None = None,
) -> xr.DataArray:
    """A DataArray with the settings' dims first: `values` has shape (P, *dims); its error stays with it, and shows as a coordinate."""
    import xarray as xr

    from floquant.results import ResultArray

    every = (*settings.dims, *dims)
    shape = (*settings.shape, *values.shape[1:])
    positions = {key: (own, value) for key, (own, value) in settings.coords.items()}
    result = xr.DataArray(
        values.reshape(shape), dims=every, coords={**positions, **coords}, name=name, attrs=dict(attrs)
    )
    if error is None:
        return result
    return ResultArray.of(result.assign_coords({f"{name}_error": (every, error.reshape(shape))}))
