"""Reservoirs laid over a solution: each lead's μ and T as arrays over the settings and the further dimensions of the reservoirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.reading import is_labelled
from floquant.errors import BadInput
from floquant.model import Reservoirs
from floquant.solvers.zone.forms import Filling
from floquant.transport import Solution
from floquant.transport.settings import Settings, aligned, refuse_reserved
from floquant.transport.windows import hull

# Beyond so many k_BT from μ a Fermi function is 0 or 1 to all digits.
REACH = 40.0


@dataclass(frozen=True)
class ReservoirArrays:
    """Reservoirs laid over a solution: μ and T of each lead (`filling`), and the dims that they have besides the settings'."""

    filling: Filling
    dims: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    coords: Mapping[str, Any] = field(default_factory=dict)


def named(value: Any, name: str) -> Any:
    """A bare array gets its dim from what it is: "mu" or "temperature", whichever lead it belongs to."""
    if is_labelled(value) or np.ndim(value) == 0:
        return value
    if np.ndim(value) > 1:
        raise BadInput(f"{name} is an array of {np.ndim(value)} dimensions; give a DataArray with named dims.")
    import xarray as xr

    return xr.DataArray(np.asarray(value), dims=(name,), coords={name: np.asarray(value)})


def refuse_other_than_solution(solution: Any) -> None:
    """Raises `BadInput` for anything but a Solution."""
    if not isinstance(solution, Solution):
        raise BadInput(
            f"A {type(solution).__name__} was given, but a current needs a Solution; give what fq.solve returns."
        )


def reservoir_arrays(solution: Solution, reservoirs: Reservoirs) -> ReservoirArrays:
    """Raises `BadInput` if a lead has no reservoir, or if the solution's window does not hold what the reservoirs ask for."""
    refuse_other_than_solution(solution)
    if not isinstance(reservoirs, Reservoirs):
        raise BadInput(
            f"The reservoirs are a {type(reservoirs).__name__}, but they must be Reservoirs; give Reservoirs(mu=..., temperature=...)."
        )
    by_lead = reservoirs.by_lead(solution.device.contacts)
    items: dict[str, Any] = {}
    for lead, (mu, temperature) in by_lead.items():
        items[f"mu {lead}"] = named(mu, "mu")
        items[f"temperature {lead}"] = named(temperature, "temperature")
    dims, shape, spread, coords = aligned(items)
    refuse_reserved(dims, "The reservoirs")
    batch = solution.settings
    own = tuple(dim for dim in dims if dim not in batch.dims)
    own_shape = tuple(shape[dims.index(dim)] for dim in own)
    for dim in dims:
        if dim in batch.dims:
            _refuse_other_coordinates(dim, shape[dims.index(dim)], coords.get(dim), batch)
    laid = {name: _laid(values, dims, batch, own, own_shape) for name, values in spread.items()}
    filling = Filling(
        {lead: laid[f"mu {lead}"] for lead in by_lead}, {lead: laid[f"temperature {lead}"] for lead in by_lead}
    )
    refuse_outside(solution, filling)
    return ReservoirArrays(filling, own, own_shape, {dim: (dim, coords[dim]) for dim in own if dim in coords})


def _refuse_other_coordinates(dim: str, size: int, values: Array | None, batch: Settings) -> None:
    own = batch.shape[batch.dims.index(dim)]
    if size != own:
        raise BadInput(
            f'The reservoirs have {size} values along "{dim}", but the solution has {own}; give equally many.'
        )
    if values is not None and dim in batch.coords and not np.array_equal(values, batch.coords[dim][1]):
        raise BadInput(
            f'The reservoirs have other coordinates along "{dim}" than the solution; give the same coordinates.'
        )


def _laid(
    values: Array, dims: tuple[str, ...], batch: Settings, own: tuple[str, ...], own_shape: tuple[int, ...]
) -> Array:
    """Values over `dims`, as (1, n) or (P, n)."""
    if not any(dim in batch.dims for dim in dims):
        return np.ascontiguousarray(values, dtype=float).reshape(1, -1)
    order = [dims.index(dim) for dim in (*batch.dims, *own) if dim in dims]
    moved = np.transpose(values, order)
    shape = tuple(
        moved.shape[[d for d in (*batch.dims, *own) if d in dims].index(dim)] if dim in dims else 1
        for dim in (*batch.dims, *own)
    )
    full = np.broadcast_to(moved.reshape(shape), (*batch.shape, *own_shape))
    return np.ascontiguousarray(full, dtype=float).reshape(batch.count, -1)


def refuse_outside(solution: Solution, filling: Filling) -> None:
    """Raises `BadInput` if the solution's window does not hold what these reservoirs ask for."""
    for lead, mu in filling.mu.items():
        _refuse_outside(solution, lead, mu, filling.temperature[lead])


def _refuse_outside(solution: Solution, lead: str, mu: Array, temperature: Array) -> None:
    low, high = solution.window
    slack = 1e-12 * max(1.0, abs(low), abs(high))
    bottom = min(hull(part.sector)[0] for part in solution.parts)
    top = max(hull(part.sector)[1] for part in solution.parts)
    wanted_low = min(float(np.min(np.maximum(mu - REACH * temperature, bottom))), float(mu.min()))
    wanted_high = max(float(np.max(np.minimum(mu + REACH * temperature, top))), float(mu.max()))
    # Without temperature the window bounds μ; with it, also what the Fermi functions' tails reach inside the bands.
    if not temperature.any():
        wanted_low, wanted_high = float(mu.min()), float(mu.max())
    if wanted_low < low - slack or wanted_high > high + slack:
        tails = f" and {REACH:g} k_BT around it" if temperature.any() else ""
        raise BadInput(
            f'Lead "{lead}" has μ from {mu.min():g} to {mu.max():g}{tails}, but the solution holds energies from {low:g} to {high:g}; '
            f"solve with window=({min(low, wanted_low):g}, {max(high, wanted_high):g})."
        )
