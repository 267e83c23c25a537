"""Datasets in netCDF files: complex numbers included, without loss, readable by plain xarray and by ncdump.

Written under a temporary name and renamed into place, so that a file is whole or not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floquant.checks.paths import path_of
from floquant.checks.types import PathLike
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.study.result.provenance import FORMAT, software

if TYPE_CHECKING:
    import xarray as xr

# How names of files begin that are not finished.
UNFINISHED = ".unfinished-"


def write(dataset: xr.Dataset, path: Path) -> None:
    """Write a Dataset under a temporary name, and rename it into place. Raises `BadInput` if that cannot be done."""
    with refusing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with replacing(path) as unfinished:
            writable = _writable(dataset.assign_attrs(_stamped(dataset.attrs)))
            writable.to_netcdf(unfinished, engine="h5netcdf", encoding=_summed(writable))
    except (TypeError, ValueError) as failure:
        raise BadInput(
            f"The Dataset cannot be saved: {failure}; a file holds arrays, and attributes that are numbers or texts."
        ) from failure


def open_dataset(path: PathLike) -> xr.Dataset:
    """Read a file that floquant wrote, wholly into memory.

    Raises `BadInput` if there is none, if it is another file, or if a floquant with another file format wrote it.
    """
    import xarray as xr

    from floquant.results import ResultDataset

    path = path_of(path, "The file")
    if path.is_dir() and (path / "data.nc").exists():
        path = path / "data.nc"
    if not path.exists():
        raise BadInput(f'There is no file "{path}"; give the name of a file that floquant.save or a run wrote.')
    found = format_of(path)
    if found is None:
        raise BadInput(
            f'"{path}" is not a file that floquant wrote; open it with xarray.open_dataset("{path}", engine="h5netcdf") or with '
            f"what made it."
        )
    if found != FORMAT:
        raise BadInput(
            f'"{path}" has file format {found}, but this floquant reads format {FORMAT}; open it with the floquant that wrote it '
            f"(its attribute floquant_version says which), or with plain xarray."
        )
    try:
        return ResultDataset.of(xr.load_dataset(path, engine="h5netcdf"))
    except Exception as failure:  # what the libraries raise depends on which bytes are wrong
        raise BadInput(
            f'"{path}" is damaged ({brief(failure)}); take a copy of it, or run the study again.'
        ) from failure


def format_of(path: Path) -> int | None:
    """The file format that a netCDF file names, None if it names none or is something else."""
    try:
        return int(attribute_of(path, "floquant_format"))
    except (TypeError, ValueError):
        return None


def attribute_of(path: Path, name: str) -> Any:
    """A global attribute of a netCDF file, None if it has none or is something else."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = file.attrs[name]
            return found.item() if getattr(found, "size", 0) == 1 else found  # numbers stand there as arrays of one
    except Exception:  # of a damaged file anything, depending on which bytes are wrong
        return None


def _stamped(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    """With what every file says about itself."""
    return {"Conventions": "CF-1.11", "source": software(), **attrs, "floquant_format": FORMAT}


def _summed(dataset: xr.Dataset) -> dict[Any, dict[str, Any]]:
    """Arrays of numbers get a checksum in the file, so that bits that were turned are found when it is read."""
    return {
        name: {"fletcher32": True}
        for name, variable in dataset.variables.items()
        if variable.ndim and variable.size and variable.dtype.kind in "biufc"
    }


def _writable(dataset: xr.Dataset) -> xr.Dataset:
    """With attributes that a file can hold: no None, flags as 0 and 1."""
    result = dataset.copy()
    result.attrs = _plain(result.attrs)
    for variable in result.variables.values():
        variable.attrs = _plain(variable.attrs)
    return result


def _plain(attrs: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: int(value) if isinstance(value, bool) else value for key, value in attrs.items() if value is not None}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`, renamed into place at the end. Raises `BadInput` if that cannot be written."""
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with refusing(path):
            yield unfinished
            os.replace(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a `BadInput`."""
    try:
        yield
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise BadInput(f'"{path}" cannot be written: {reason}; give another place, or make room there.') from failure
