"""Flags after an operation: numbers met their bound where all that they are made of did."""

from __future__ import annotations

from typing import Any

import xarray as xr

# Numbers stay where they are.
IN_PLACE = ("where", "conj", "conjugate")


def flags_after(name: str, data: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> dict[Any, Any]:
    """The flags of what the operation `name` gives, by variable; none where that is not known."""
    flags = {flag: data[flag] for flag in data.flags}
    if name in IN_PLACE or name.startswith("__"):
        for other in arguments:
            theirs = getattr(other, "flags", [])
            flags = {flag: own & other[flag] if flag in theirs else own for flag, own in flags.items()}
        return flags
    if name in ("sum", "mean", "max", "min"):
        dim = arguments[0] if arguments else options.get("dim")
        return {flag: own.all(_common(dim, own)) for flag, own in flags.items()}
    return {}


def fitting(flags: dict[Any, Any], data: xr.Dataset) -> dict[Any, Any]:
    """Those flags that have a place in the data, at the coordinates that it has."""
    found = {}
    for flag, values in flags.items():
        if not set(values.dims) <= set(data.dims):
            continue
        for dim in values.dims:
            if dim in values.indexes and dim in data.indexes:
                values = values.sel({dim: data.indexes[dim].intersection(values.indexes[dim], sort=False)})
        if all(values.sizes[dim] == data.sizes[dim] for dim in values.dims):
            found[flag] = values
    return found


def _common(dim: Any, flag: xr.DataArray) -> list[Any]:
    """Of the dims that are summed over, those that a flag has."""
    if dim is None or dim is ...:
        return list(flag.dims)
    given = [dim] if isinstance(dim, str) or not hasattr(dim, "__iter__") else dim
    return [each for each in given if each in flag.dims]
