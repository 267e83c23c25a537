"""Reservoirs and currents of probes laid out over all points: settings, reservoirs' dims and currents' dims together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import one_of
from floquant.checks.reading import array_of, finite, is_labelled
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model import Reservoirs
from floquant.observe.filling import named, reservoir_arrays
from floquant.transport import Solution

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Points:
    """μ and k_BT of every lead, and the current into every probe (probes, points); all flat, over the dims of `template`."""

    template: xr.DataArray
    mu: Mapping[str, Array]
    temperature: Mapping[str, Array]
    current: Array


def laid_out(solution: Solution, probes: tuple[str, ...], reservoirs: Reservoirs, current: Any, heated: bool) -> Points:
    """Raises `BadInput` for reservoirs that do not fit the solution, and for currents that are no finite numbers."""
    import xarray as xr

    if not isinstance(reservoirs, Reservoirs):
        raise BadInput(
            f"The reservoirs are a {type(reservoirs).__name__}, but they must be Reservoirs; give Reservoirs(mu=…, temperature=…)."
        )
    names = list(solution.device.contacts)
    completed = _completed(reservoirs, probes, heated)
    by_lead = completed.by_lead(names)
    reservoir_arrays(solution, completed)
    items = {f"mu {lead}": named(pair[0], "mu") for lead, pair in by_lead.items()}
    items |= {f"kt {lead}": named(pair[1], "temperature") for lead, pair in by_lead.items()}
    for name in probes:
        items[f"current {name}"] = named(_current_of(current, name, probes), "current")
    batch = solution.settings
    coords = {dim: batch.coords[dim][1] for dim in batch.dims if dim in batch.coords}
    frame = xr.DataArray(np.zeros(batch.shape), dims=batch.dims, coords=coords)
    arrays = xr.broadcast(frame, *(xr.DataArray(item) for item in items.values()))
    template, values = arrays[0], dict(zip(items, (np.array(a.values, float) for a in arrays[1:]), strict=True))
    return Points(
        template.drop_vars([name for name in template.coords if name not in template.dims]),
        {lead: values[f"mu {lead}"].ravel() for lead in names},
        {lead: values[f"kt {lead}"].ravel() for lead in names},
        np.array([values[f"current {name}"].ravel() for name in probes]),
    )


def _completed(reservoirs: Reservoirs, probes: tuple[str, ...], heated: bool) -> Reservoirs:
    """Values for probes that have none: μ somewhere among the others', T only if it floats or is the same everywhere."""
    mu, kt = reservoirs.mu, reservoirs.temperature
    if isinstance(mu, Mapping):
        others = [value for name, value in mu.items() if name not in probes]
        mu = {**{name: others[0] for name in probes if others}, **{k: v for k, v in mu.items() if k not in probes}}
    if isinstance(kt, Mapping):
        missing = [name for name in probes if name not in kt]
        others = [value for name, value in kt.items() if name not in probes]
        if missing and not heated and not all(np.array_equal(value, others[0]) for value in others):
            raise BadInput(
                f'Probe "{missing[0]}" has no temperature, and the other leads differ; give temperature={{"{missing[0]}": …}} too, or let '
                f"it float by temperature=True."
            )
        kt = {**{name: others[0] for name in missing if others}, **kt}
    return Reservoirs(mu=mu, temperature=kt)


def _current_of(current: Any, name: str, probes: tuple[str, ...]) -> Any:
    if isinstance(current, Mapping):
        for lead in current:
            one_of(lead, probes, "probe", "The call")
        current = current.get(name, 0.0)
    what, must = f'The current into probe "{name}"', "must be a finite number or an array of them; give one"
    values = array_of(current, what, must)
    if values.dtype.kind not in "biufc" or not values.size:
        raise BadInput(f"{what} is {brief(current)}, but it {must}.")
    values = finite(values, what)
    return current if is_labelled(current) else values
