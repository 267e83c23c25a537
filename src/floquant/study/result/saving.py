"""The calls `floquant.save` and `floquant.open`: arrays in netCDF files, solved problems in files of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

from floquant.checks.flags import flag
from floquant.checks.paths import path_of
from floquant.checks.types import PathLike
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.study.result.files import format_of, open_dataset, refusing, write
from floquant.study.result.solved_files import is_solved, read_solved, write_solved
from floquant.transport import Scattering, Solution

if TYPE_CHECKING:
    import xarray as xr

Kind = TypeVar("Kind", "xr.Dataset", Solution, Scattering)


def save(result: xr.Dataset | xr.DataArray | Solution | Scattering, path: PathLike) -> Path:
    """Write a result to a file, bit for bit. A file that floquant wrote earlier is replaced.

    A Dataset, or what an observable returned, becomes a netCDF file, complex numbers and flags included:
    `xarray.open_dataset(path, engine="h5netcdf")` reads it without floquant, and `floquant.open` with its version checked.
    A `Solution` or a `Scattering` keeps all that it recorded: opened by the same version of floquant, it gives the same numbers as if it
    had just been computed. Raises `BadInput` for another file of that name, or a place that cannot be written.
    """
    import xarray as xr

    if isinstance(result, xr.DataArray):
        result = result.to_dataset(name="values" if result.name is None else result.name)
    if not isinstance(result, xr.Dataset | Solution | Scattering):
        raise BadInput(
            f"What is to be saved is {type(result).__name__}, but it must be a Dataset, a DataArray, a Solution or a Scattering; "
            f"give one."
        )
    path = path_of(path, "The file")
    if path.is_dir():
        raise BadInput(f'"{path}" is a folder, but save writes a file; give a name such as "{path / "data.nc"}".')
    if path.exists() and format_of(path) is None and not is_solved(path):
        raise BadInput(
            f'"{path}" exists and is not a file that floquant wrote; give another name. Nothing was overwritten.'
        )
    if isinstance(result, xr.Dataset):
        write(result, path)
        return path
    with refusing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_solved(result, path)
    return path


@overload
def open_any(path: PathLike, kind: None = None, *, trusted: bool = False) -> xr.Dataset: ...


@overload
def open_any(path: PathLike, kind: type[Kind], *, trusted: bool = False) -> Kind: ...


def open_any(path: PathLike, kind: type | None = None, *, trusted: bool = False) -> xr.Dataset | Solution | Scattering:
    """Read a file that `floquant.save` or a study's run wrote, wholly into memory: a Dataset, a `Solution` or a `Scattering`.

    `kind`: which of these it must be, `floquant.Solution` say; any if left out, and a type checker then takes it for a Dataset.
    `trusted=True` is needed for a solved problem whose device holds functions or classes of your own: opening it runs what the file
    names, so do this only if you know who wrote it. Otherwise a file can name nothing but floquant's classes and arrays.
    Raises `BadInput` if there is no such file, if it is another file or damaged, if it holds another kind, or if a floquant with another
    file format wrote it; for a solved problem, with another version.
    """
    path, trusted = path_of(path, "The file"), flag(trusted, "trusted")
    wanted = None if kind is None else _checked_kind(kind)
    found = read_solved(path, trusted) if path.is_file() and is_solved(path) else open_dataset(path)
    if wanted is not None and not isinstance(found, wanted):
        raise BadInput(
            f'"{path}" holds a {type(found).__name__}, but a {wanted.__name__} is asked for; leave kind out.'
        )
    return found


def _checked_kind(kind: object) -> type:
    import xarray as xr

    if not isinstance(kind, type) or not issubclass(kind, xr.Dataset | Solution | Scattering):
        raise BadInput(
            f"kind is {brief(kind)}, but it must be Dataset, Solution or Scattering, as a class; give for example "
            f"kind=floquant.Solution."
        )
    return kind
