"""What a piece of a study yields for one observable: plain arrays by row and point, with the labels of the further dims.

A row is one problem to solve (device, photon energy, knobs and drive); its points are the energies or reservoirs at which the answer
is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.study.compute.certificates import worst
from floquant.transport import Certificate

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class BlockPart:
    """One observable on some rows of a study.

    values (rows, points, *items), error (the same, or 1 where it does not depend on an item), converged (rows, points).
    `dims` and `coords` are those of the items; `attrs` holds units and long name. Where `converged` is False, `values` holds the best
    value found. `certificate`: the worst of all solves behind the values, None if there was none.
    """

    values: Array
    error: Array
    converged: Array
    dims: tuple[str, ...]
    coords: dict[str, list[Any]]
    attrs: dict[str, Any]
    certificate: Certificate | None


# Called with the number of a finished block, and its observables by name.
Done = Callable[[int, dict[str, BlockPart]], None]


def unknown_part(rows: int, points: int) -> BlockPart:
    """Rows of which nothing is known."""
    shape = (rows, points)
    return BlockPart(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, bool), (), {}, {}, None)


def block_part(result: xr.DataArray, name: str, converged: Array, certificate: Certificate) -> BlockPart:
    """From what an observable returned over the dims row, point or energy, and the items; `converged` is (rows, points).

    The certificate is that of the solution or scattering behind the result, not converged if one of the points is not.
    """
    dims = tuple(str(dim) for dim in result.dims if dim not in ("row", "point", "energy"))
    shape = (*converged.shape, *(result.sizes[dim] for dim in dims))
    return BlockPart(
        values=result.values.reshape(shape),
        error=result.coords[f"{name}_error"].values.reshape(shape),
        converged=converged,
        dims=dims,
        coords={dim: result.coords[dim].values.tolist() for dim in dims if dim in result.coords},
        attrs={key: value for key, value in result.attrs.items() if not key.startswith("certificate")},
        certificate=replace(certificate, converged=certificate.converged and bool(converged.all())),
    )


def joined(parts: list[BlockPart], axis: int) -> BlockPart:
    """Parts side by side along rows (0) or points (1); the list is emptied on the way, so that little is held twice.

    Ladders of different length are filled up with zeros: what is beyond a ladder's end is below its error (see `Scattering.absent`).
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


def _filled(part: BlockPart, longest: BlockPart) -> BlockPart:
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
