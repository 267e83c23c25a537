"""Rows and points back to labelled arrays: the Dataset of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.study.compute.pieces import Part
from floquant.study.result.labels import labels_of

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study
from floquant.transport.certificate import LISTS


def dataset(study: Study, parts: dict[str, Part], attrs: dict[str, Any]) -> xr.Dataset:
    """Per observable its values, `<name>_error`, and where a point did not converge NaN, with the best value in `<name>_best`.

    `converged` has the dims that all observables share; where these differ, `<name>_converged` has each one's own.
    """
    import xarray as xr

    variables: dict[str, Any] = {}
    flags: dict[str, tuple[tuple[str, ...], Array]] = {}
    coords = _coordinates(study)
    for name, part in parts.items():
        own = study.layout.points(study.kind(name).needs)
        dims, values = _in_order(study, part.values, own)
        _, error = _in_order(study, part.error, own)
        flags[name] = _in_order(study, part.converged, own)
        every = (*dims, *part.dims)
        shown = {**part.attrs, **_certified(part)}
        if not flags[name][1].all():
            bad = ~flags[name][1].reshape(*flags[name][1].shape, *(1,) * len(part.dims))
            best = {**part.attrs, "long_name": f"best value of {part.attrs.get('long_name', name)}, converged or not"}
            variables[f"{name}_best"] = (every, values, best)
            values = np.where(bad, np.nan, values)
        variables[name] = (every, values, shown)
        unit = part.attrs.get("units", "1")
        bound = {"units": unit, "long_name": f"bound of the error of {part.attrs.get('long_name', name)}"}
        variables[f"{name}_error"] = (every, np.broadcast_to(error, values.shape), bound)
        for dim, positions in part.coords.items():
            coords[dim] = (dim, positions, _ITEM_LABELS.get(dim, {}))
    variables |= _convergence(study, flags)
    order = [*parts, *(name for name in variables if name not in parts)]
    return xr.Dataset({name: variables[name] for name in order}, coords=coords, attrs=attrs)


_ITEM_LABELS = {
    "lead": {"units": "1", "long_name": "lead"},
    "lead_out": {"units": "1", "long_name": "outgoing lead"},
    "lead_in": {"units": "1", "long_name": "incoming lead"},
    "sideband": {"units": "1", "long_name": "photons absorbed"},
    "spin": {"units": "1", "long_name": "spin along z"},
    "spin_out": {"units": "1", "long_name": "outgoing spin along the axis"},
    "spin_in": {"units": "1", "long_name": "incoming spin along the axis"},
    "direction": {"units": "1", "long_name": "direction of the spin"},
}


def _in_order(study: Study, values: Array, own: tuple[str, ...]) -> tuple[tuple[str, ...], Array]:
    """(rows, points, *items) → (dims in the order of the axes, *items), a view."""
    sizes = study.axes.sizes
    rows = (*study.layout.outer, *study.layout.inner)
    dims = (*rows, *own)
    opened = values.reshape((*(sizes[dim] for dim in dims), *values.shape[2:]))
    wanted = tuple(dim for dim in study.axes.dims if dim in dims)
    order = [dims.index(dim) for dim in wanted]
    return wanted, opened.transpose([*order, *range(len(dims), opened.ndim)])


def _coordinates(study: Study) -> dict[str, Any]:
    """The axes, fixed ones as scalars, and the positions along dims that are no axes."""
    device, drive = study.first_device, study.drive
    found: dict[str, Any] = {}
    for name, axis in study.axes.items.items():
        found[name] = (axis.dims, axis.values, labels_of(name, axis.role, device, drive))
    for dim, positions in study.axes.coords.items():
        found[dim] = (dim, positions, {"units": "1", "long_name": dim.replace("_", " ")})
    return found


def _certified(part: Part) -> dict[str, Any]:
    """The certificate in short: bound states of all settings together are counted, not listed."""
    if part.certificate is None:
        return {}
    lists = {f"certificate_{name}" for name in LISTS}
    return {key: value for key, value in part.certificate.attrs().items() if key not in lists}


def _convergence(study: Study, flags: dict[str, tuple[tuple[str, ...], Array]]) -> dict[str, Any]:
    common = tuple(dim for dim in study.axes.dims if all(dim in dims for dims, _ in flags.values()))
    every: Any = True
    own: dict[str, Any] = {}
    for name, (dims, good) in flags.items():
        every = every & good.all(axis=tuple(i for i, dim in enumerate(dims) if dim not in common))
        own[f"{name}_converged"] = (dims, good, _flag(f"{name} met its bound"))
    labels = _flag("every bound is met")
    if all(dims == common for dims, _ in flags.values()):
        own = {}
    return {"converged": (common, np.asarray(every), labels), **own}


def _flag(long_name: str) -> dict[str, str]:
    return {"units": "1", "long_name": long_name}
