"""What a piece of a study yields for one observable: plain arrays by row and point, with the labels of what hangs on a point.

A row is one problem to solve (device, photon energy, knobs and drive); its points are the energies or reservoirs at which the answer
is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.transport import Certificate
from floquant.transport.certificate import LISTS

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Part:
    """values (rows, points, *items), error (the same, or 1 where it does not depend on an item), converged (rows, points).

    `dims` and `coords` are those of the items. Where `converged` is False, `values` holds the best value found.
    """

    values: Array
    error: Array
    converged: Array
    dims: tuple[str, ...]
    coords: dict[str, list[Any]]
    attrs: dict[str, Any]
    certificate: Certificate | None


def nothing(rows: int, points: int) -> Part:
    """Rows about which nothing at all is known."""
    shape = (rows, points)
    return Part(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, bool), (), {}, {}, None)


def part_of(result: xr.DataArray, name: str, converged: Array) -> Part:
    """What an observable returned over the dims row, point or energy, and the items."""
    dims = tuple(str(dim) for dim in result.dims if dim not in ("row", "point", "energy"))
    shape = (*converged.shape, *(result.sizes[dim] for dim in dims))
    attrs = {key: value for key, value in result.attrs.items() if not key.startswith("certificate")}
    return Part(
        result.values.reshape(shape),
        result.coords[f"{name}_error"].values.reshape(shape),
        converged,
        dims,
        {dim: result.coords[dim].values.tolist() for dim in dims if dim in result.coords},
        attrs,
        _certificate(result.attrs),
    )


def _certificate(attrs: Mapping[str, Any]) -> Certificate:
    """Back from the attributes of a result."""
    fields: dict[str, Any] = {
        key.removeprefix("certificate_"): value for key, value in attrs.items() if key.startswith("certificate_")
    }
    for name in LISTS:
        states = fields.pop(name, None)
        if states is not None:
            fields[name] = () if states == "none" else tuple(float(x) for x in states.split(","))
    return Certificate(
        **fields | {flag: bool(fields[flag]) for flag in ("forced_sidebands", "converged")},
    )


def joined(parts: list[Part], axis: int) -> Part:
    """Parts side by side along rows (0) or points (1); the list is emptied on the way, so that little is held twice.

    Ladders of different length are filled up with zeros: what is beyond a ladder's end is below its error.
    """
    if len(parts) == 1:
        return parts[0]
    longest = max(parts, key=lambda part: (len(part.dims), len(part.coords.get("sideband", ()))))
    certificate = worst([part.certificate for part in parts])
    sizes = [part.converged.shape[axis] for part in parts]
    other = parts[0].converged.shape[1 - axis]
    shape = (sum(sizes), other) if axis == 0 else (other, sum(sizes))
    values = np.empty((*shape, *longest.values.shape[2:]), longest.values.dtype)
    error = np.empty((*shape, *longest.error.shape[2:]))
    converged = np.empty(shape, bool)
    begin = 0
    for size in sizes:
        part = _filled(parts.pop(0), longest)
        where = (slice(None),) * axis + (slice(begin, begin + size),)
        values[where], error[where], converged[where] = part.values, part.error, part.converged
        begin += size
    return replace(longest, values=values, error=error, converged=converged, certificate=certificate)


def _filled(part: Part, longest: Part) -> Part:
    """With the labels and as many sidebands as the longest."""
    if part.dims != longest.dims:  # nothing was found there, and the labels with it
        shape = (*part.converged.shape, *longest.values.shape[2:])
        return replace(
            longest, values=np.full(shape, np.nan, longest.values.dtype),
            error=np.full((*part.converged.shape, *longest.error.shape[2:]), np.nan), converged=part.converged,
            certificate=part.certificate,
        )  # fmt: skip
    if "sideband" not in part.dims or part.values.shape[2:] == longest.values.shape[2:]:
        return part
    axis = 2 + part.dims.index("sideband")
    missing = (longest.values.shape[axis] - part.values.shape[axis]) // 2
    width = [(missing, missing) if i == axis else (0, 0) for i in range(part.values.ndim)]
    return replace(part, values=np.pad(part.values, width), coords=longest.coords)


def worst(certificates: Sequence[Certificate | None]) -> Certificate | None:
    """The largest violations of all; nodes are added up."""
    known = [certificate for certificate in certificates if certificate is not None]
    if len(known) < 2:
        return known[0] if known else None
    states: dict[str, Any] = {
        name: _all_states([getattr(certificate, name) for certificate in known]) for name in LISTS
    }
    largest: dict[str, Any] = {
        name: _largest([getattr(certificate, name) for certificate in known])
        for name in (
            "row_unitarity", "column_unitarity", "sideband_tail", "quadrature_bound", "current_leak", "form_difference",
            "sideband_change",
        )
    }  # fmt: skip
    return Certificate(
        sidebands=max(certificate.sidebands for certificate in known),
        nodes=sum(certificate.nodes for certificate in known),
        solver=", ".join(dict.fromkeys(certificate.solver for certificate in known)),
        forced_sidebands=known[0].forced_sidebands,
        converged=all(certificate.converged for certificate in known),
        **largest,
        **states,
    )


def _all_states(lists: list[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    """All energies of several lists, None if one is not known."""
    return None if None in lists else tuple(sorted(x for own in lists for x in own or ()))


def _largest(numbers: list[float]) -> float:
    """The largest that is a number; nan if none is."""
    known = [x for x in numbers if not np.isnan(x)]
    return max(known, default=float("nan"))
