"""From arrays to Datasets with their errors: methods of `ResultArray` that stand here, where both kinds are known."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import xarray as xr

from floquant.results.array import ResultArray, error_name
from floquant.results.dataset import ResultDataset


def to_dataset(
    self: ResultArray, dim: Hashable = None, *, name: Hashable = None, promote_attrs: bool = False
) -> ResultDataset:
    """As in xarray, with the error as a variable beside the values: `<name>_error`, or one for each label of `dim`."""
    values = self.plain().to_dataset(dim, name=name, promote_attrs=promote_attrs)
    error = self.plain_error()
    if error is not None:
        errors = error.to_dataset(dim) if dim is not None else {self.name if name is None else name: error}
        values.update({error_name(key): errors[key].variable for key in errors})
    return ResultDataset.of(values)


def reset_coords(self: ResultArray, names: Any = None, *, drop: bool = False) -> ResultArray | ResultDataset:
    """As in xarray; the error is among the names."""
    exposed: Any = self.exposed()
    found = exposed.reset_coords(names, drop=drop)
    return ResultArray.of(found) if isinstance(found, xr.DataArray) else ResultDataset.of(found)


def install() -> None:
    """Give arrays these methods."""
    for method in (to_dataset, reset_coords):
        setattr(ResultArray, method.__name__, method)
