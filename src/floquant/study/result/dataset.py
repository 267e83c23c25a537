"""Rows and points back to labelled arrays: the Dataset of a study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import PHOTON_ENERGY
from floquant.study.compute.pieces import BlockPart
from floquant.study.description.description import Description
from floquant.study.description.observables import DIMENSION_LABELS
from floquant.study.result.labels import labels_of

if TYPE_CHECKING:
    import xarray as xr

# Dims, and flags over them: which points of an observable converged.
Flags = tuple[tuple[str, ...], Array]


def dataset(description: Description, parts: dict[str, BlockPart], attrs: dict[str, Any]) -> xr.Dataset:
    """Per observable its values, `<name>_error`, and where a point did not converge NaN, with the best value in `<name>_best`.

    The numbers of each observable's certificate are the attribute `certificates`, as JSON.
    `converged` has the dims that all observables share; where these differ, `<name>_converged` has all dims of one observable.
    """
    import xarray as xr

    from floquant.results import ResultDataset

    variables: dict[str, Any] = {}
    flags: dict[str, Flags] = {}
    coords = _coordinates(description)
    for request in description.observe:
        part = parts[request.name]
        point_dims = description.rows.point_dims(request.observable.needs)
        flags[request.name] = _in_order(description, part.converged, point_dims)
        variables |= _variables(description, request.name, part, point_dims)
        for dim, positions in part.coords.items():
            coords[dim] = (dim, positions, DIMENSION_LABELS.get(dim, {}))
    variables |= _convergence(description, flags)
    order = [*parts, *(name for name in variables if name not in parts)]
    certificates = {name: part.certificate.numbers() for name, part in parts.items() if part.certificate is not None}
    return ResultDataset.of(
        xr.Dataset(
            {name: variables[name] for name in order},
            coords=coords,
            attrs={**attrs, "certificates": json.dumps(certificates)},
        )
    )


def _variables(description: Description, name: str, part: BlockPart, point_dims: tuple[str, ...]) -> dict[str, Any]:
    """Values and errors of one observable, and its best values if a point did not converge."""
    dims, values = _in_order(description, part.values, point_dims)
    _, error = _in_order(description, part.error, point_dims)
    _, good = _in_order(description, part.converged, point_dims)
    every, units, long_name = (*dims, *part.dims), part.attrs.get("units", "1"), part.attrs.get("long_name", name)
    found: dict[str, Any] = {}
    if not good.all():
        best = {**part.attrs, "long_name": f"best value of {long_name}, converged or not"}
        found[f"{name}_best"] = (every, values, best)
        values = np.where(good.reshape(*good.shape, *(1,) * len(part.dims)), values, np.nan)
    found[name] = (every, values, {**part.attrs, **(part.certificate.attrs() if part.certificate else {})})
    bound = {"units": units, "long_name": f"bound of the error of {long_name}"}
    found[f"{name}_error"] = (every, np.broadcast_to(error, values.shape), bound)
    return found


def _in_order(description: Description, values: Array, point_dims: tuple[str, ...]) -> tuple[tuple[str, ...], Array]:
    """(rows, points, *items) → (dims in the order of the axes, *items), a view."""
    axes, dims = description.axes, (*description.rows.dims, *point_dims)
    opened = values.reshape((*(axes.sizes[dim] for dim in dims), *values.shape[2:]))
    ordered = tuple(dim for dim in axes.dims if dim in dims)
    order = [dims.index(dim) for dim in ordered]
    return ordered, opened.transpose([*order, *range(len(dims), opened.ndim)])


def _coordinates(description: Description) -> dict[str, Any]:
    """The axes, fixed ones as scalars, the photon energy, and the positions along dims that are no axes."""
    from floquant.results.photons import photon_labels

    device, drive = description.first_device, description.drive
    found: dict[str, Any] = {}
    for name, axis in description.axes.items.items():
        found[name] = (axis.dims, axis.values, labels_of(name, axis.role, device, drive))
    if drive is not None and PHOTON_ENERGY not in found and not isinstance(drive.photon_energy, str):
        found[PHOTON_ENERGY] = ((), drive.photon_energy, photon_labels(device.energy_unit))
    for dim, positions in description.axes.coords.items():
        found[dim] = (dim, positions, {"units": "1", "long_name": dim.replace("_", " ")})
    return found


def _convergence(description: Description, flags: dict[str, Flags]) -> dict[str, Any]:
    """`converged` over the dims that all observables share, and each observable's flags where their dims differ."""
    common = tuple(dim for dim in description.axes.dims if all(dim in dims for dims, _ in flags.values()))
    every: Any = True
    each: dict[str, Any] = {}
    for name, (dims, good) in flags.items():
        every = every & good.all(axis=tuple(i for i, dim in enumerate(dims) if dim not in common))
        each[f"{name}_converged"] = (dims, good, _flag(f"{name} met its bound"))
    if all(dims == common for dims, _ in flags.values()):
        each = {}
    return {"converged": (common, np.asarray(every), _flag("every bound is met")), **each}


def _flag(long_name: str) -> dict[str, str]:
    return {"units": "1", "long_name": long_name}
