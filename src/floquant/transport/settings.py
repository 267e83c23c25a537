"""Knob keywords of a call, numbers, arrays and DataArrays, as one batch of settings with named leading dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import RESERVED_DIMENSIONS, unknown
from floquant.checks.reading import array_of, finite, is_labelled
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model import Device, Drive


@dataclass(frozen=True, eq=False)
class Settings:
    """A batch of P settings: `dims` and `shape` of the batch, its coordinates, and each name's values, shape (P,)."""

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    coords: Mapping[str, tuple[tuple[str, ...], Array]]
    values: Mapping[str, Array]

    @property
    def count(self) -> int:
        """P."""
        return int(np.prod(self.shape, dtype=int))

    def describe(self, problem: int) -> str:
        """The knob values of one setting, for a message."""
        return (
            ", ".join(f"{name} = {values[problem]:g}" for name, values in self.values.items()) or "the device at rest"
        )


def labelled(name: str, value: Any) -> tuple[tuple[str, ...], Array, dict[str, Array]]:
    """Dims, values and coordinates of a keyword: a number, a one-dimensional array (its dim is `name`) or a DataArray."""
    array = array_of(value, f'"{name}"', "must be a number, a 1-D array of numbers or a DataArray; give one of them")
    if array.dtype.kind not in "biufc":
        raise BadInput(f'"{name}" is {brief(value)}, but it must be a number or an array of numbers; give one of them.')
    finite(array, f'"{name}"', complex_allowed=True)
    if is_labelled(value):
        coords = {str(dim): np.asarray(value.coords[dim].values) for dim in value.dims if dim in value.coords}
        return tuple(str(dim) for dim in value.dims), array, coords
    if array.ndim == 0:
        return (), array, {}
    if array.ndim > 1:
        raise BadInput(
            f"{name} is an array of {array.ndim} dimensions, but only one can be named after it; give a DataArray with named dims."
        )
    return (name,), array, {name: array}


def aligned(items: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[int, ...], dict[str, Array], dict[str, Array]]:
    """Dims and shape of all items together, each item's values broadcast to that shape, and the coordinates of the dims."""
    parts = {name: labelled(name, value) for name, value in items.items()}
    sizes: dict[str, int] = {}
    coords: dict[str, Array] = {}
    for name, (dims, array, own) in parts.items():
        for dim, size in zip(dims, array.shape, strict=True):
            if size == 0:
                raise BadInput(f"{name} is empty along {dim}, but it must hold at least one value; give values.")
            if sizes.setdefault(dim, size) != size:
                raise BadInput(
                    f"{name} has {size} values along {dim}, but others have {sizes[dim]}; give equally many, or another dim."
                )
        for dim, values in own.items():
            if dim in coords and not np.array_equal(coords[dim], values):
                raise BadInput(
                    f"{name} has other coordinates along {dim} than the other arrays; give the same coordinates."
                )
            coords[dim] = values
    dims, shape = tuple(sizes), tuple(sizes.values())
    spread = {}
    for name, (own_dims, array, _) in parts.items():
        view = array.reshape(array.shape + (1,) * (len(dims) - array.ndim))
        order = [*[dims.index(dim) for dim in own_dims], *[i for i, dim in enumerate(dims) if dim not in own_dims]]
        spread[name] = np.broadcast_to(np.moveaxis(view, range(len(dims)), order), shape)
    return dims, shape, spread, coords


def refuse_reserved(dims: tuple[str, ...], owner: str) -> None:
    """Raises `BadInput` for dims that mean something else in a result."""
    for dim in dims:
        if dim in (*RESERVED_DIMENSIONS, "energy"):
            raise BadInput(
                f'{owner} have a dim "{dim}", but results have one of that name; rename it (values by lead are a dict by contact name).'
            )


def _refuse_arrays_in(drive: Drive | None) -> None:
    """Arrays inside a waveform have no dim in a result: they must be named parameters."""
    for place, waveform in drive.waveforms.items() if drive is not None else ():
        if waveform.has_arrays:
            raise BadInput(
                f"The waveform of {place} holds an array, but in a call it must hold numbers; "
                f'name it, as Cosine("v"), and give v=[...] in the call.'
            )


def settings(device: Device, drive: Drive | None, knobs: Mapping[str, Any]) -> Settings:
    """The batch that these keywords span. Raises `BadInput` for a name that is neither knob nor drive parameter."""
    if not isinstance(device, Device):
        raise BadInput(
            f"The device is a {type(device).__name__}, but it must be a Device; give Device(h, contacts=..., knobs=...)."
        )
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(
            f"The drive is a {type(drive).__name__}, but it must be a Drive or None; give Drive({{...}}, photon_energy=...)."
        )
    parameters = drive.parameters if drive is not None else ()
    _refuse_arrays_in(drive)
    for name in knobs:
        if name not in device.knobs and name not in parameters:
            raise unknown("knob", name, [*device.knobs, *parameters], "The device")
    dims, shape, spread, coords = aligned(knobs)
    refuse_reserved(dims, "The settings")
    scalars = {
        name: ((), values) for name, (own, values, _) in ((n, labelled(n, v)) for n, v in knobs.items()) if own == ()
    }
    named = {name: ((name,), values) for name, values in coords.items()}
    swept = {}
    for name, value in knobs.items():
        own, array, _ = labelled(name, value)
        if own and name not in coords:
            swept[name] = (own, array)
    values = {name: np.ascontiguousarray(array).reshape(-1) for name, array in spread.items()}
    return Settings(dims, shape, {**scalars, **named, **swept}, values)


def photon_energy_of(drive: Drive | None, values: Mapping[str, Array]) -> tuple[Drive | None, float, dict[str, Array]]:
    """The drive with its photon energy as one number (0 without a drive), and the values that remain."""
    rest = dict(values)
    if drive is None:
        return None, 0.0, rest
    if isinstance(drive.photon_energy, str) and drive.photon_energy in rest:
        name = drive.photon_energy
        given = np.asarray(rest.pop(name))
        if given.dtype.kind not in "biuf":
            raise BadInput(
                f'Photon energy "{name}" is {given.ravel()[0]!s}, but it must be a number > 0; give ħΩ in the unit of the energies.'
            )
        different = np.unique(given)
        if len(different) > 1:
            raise BadInput(
                f'Photon energy "{name}" has {len(different)} values, but one call takes one; sweep it by a Study, or call once for each.'
            )
        drive = drive.at(**{name: float(different[0])})
    if isinstance(drive.photon_energy, str):
        raise BadInput(
            f'The photon energy "{drive.photon_energy}" has no value; give {drive.photon_energy}=… in the call or by drive.at.'
        )
    return drive, drive.photon_energy, rest
