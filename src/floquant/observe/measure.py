"""From an observable, a solution and reservoirs to a labelled array with its error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Reservoirs
from floquant.observe.filling import ReservoirArrays, reservoir_arrays
from floquant.observe.observable import Measured, Observable
from floquant.solvers.threads import one_thread
from floquant.transport import Solution
from floquant.transport.labels import labelled_array
from floquant.transport.solve import longer

if TYPE_CHECKING:
    import xarray as xr

# How often an observable may ask for a finer solution.
REFINEMENTS = 3
# Photon energies of k_BT beyond which the differences of Fermi functions are small beside the functions.
HOT = 100.0
# What a refinement must make of some error at least, to be tried again.
GAIN = 0.9


def measure(observable: Observable, solution: Solution, reservoirs: Reservoirs) -> xr.DataArray:
    """The observable at these reservoirs, dims (settings, reservoirs, the observable's own), with `<name>_error` as a coordinate.

    Raises `BadInput` if the reservoirs do not fit the solution; `NotConverged` where a bound is not met, with the best values inside,
    whose coordinate `converged` tells the points, and their bound.
    """
    filled = reservoir_arrays(solution, reservoirs)
    found, used = evaluated(observable, solution, filled)
    return labelled(observable, used, filled, found)


@one_thread()
def evaluated(observable: Observable, solution: Solution, filled: ReservoirArrays) -> tuple[Measured, Solution]:
    """The numbers, from as fine a solution as the observable's bound requires.

    Where the mesh is too coarse, the settings concerned are refined from the panels that are there; where the ladder is too short, the
    problem is solved again on a longer one.
    """
    levels = np.zeros(solution.settings.count, dtype=np.int64)
    found, used = _seen(observable, solution, filled, levels), solution
    for _ in range(REFINEMENTS):
        coarse = (found.unmet & ~found.too_short).any(axis=(1, 2))
        if not found.unmet.any() or not found.met.all():
            break
        if coarse.any():
            levels = levels + coarse
        else:
            used, levels = longer(used), np.zeros_like(levels)
        unmet, before = found.unmet, found.error[found.unmet]
        del found  # it may be large
        found = _seen(observable, used, filled, levels)
        if not np.any(found.error[unmet] < GAIN * before):
            break  # rounding, which a finer mesh does not mend
    return found, used


def _seen(observable: Observable, solution: Solution, filled: ReservoirArrays, levels: Array) -> Measured:
    """The numbers; items without a meaning are nan, and do not cause a refinement."""
    found, hidden = observable.evaluate(solution, filled, levels), observable.hidden(solution.device)
    if hidden is None:
        return found
    nothing = hidden.ravel()
    value, error = (np.where(nothing, np.nan, numbers) for numbers in (found.value, found.error))
    return replace(found, value=value, error=error, unmet=found.unmet & ~nothing, too_short=found.too_short & ~nothing)


def labelled(observable: Observable, solution: Solution, filled: ReservoirArrays, found: Measured) -> xr.DataArray:
    """Names, units, dims, error, and how it was solved. Raises `NotConverged` for bounds that are not met."""
    device, batch = solution.device, solution.settings
    own = observable.coords(device)
    shape = (batch.count, *filled.shape, *observable.shape(device))
    attrs = {
        "units": observable.units(device.energy_unit or "energy"),
        "long_name": observable.long_name,
        **solution.outcome.attrs(),
    }
    dims, coords = (*filled.dims, *own), {**filled.coords, **own}
    result = labelled_array(
        observable.name, found.value.reshape(shape), solution, dims, coords, attrs, found.error.reshape(shape)
    )
    if found.unmet.any():
        raise _not_converged(observable, solution, filled, result, found)
    return result


def _not_converged(
    observable: Observable, solution: Solution, filled: ReservoirArrays, result: xr.DataArray, found: Measured
) -> NotConverged:
    batch, accuracy, unmet = solution.settings, solution.accuracy, found.unmet
    worst = int(np.argmax(unmet.any(axis=(1, 2))))
    missed, points = int(unmet.any(axis=2).sum()), unmet.shape[0] * unmet.shape[1]
    good = ~unmet.any(axis=2).reshape((*batch.shape, *filled.shape))
    result = result.assign_coords(converged=((*batch.dims, *filled.dims), good))
    return NotConverged(
        f"{observable.name} is not good to rtol = {accuracy.rtol:g} at {missed} of {points} points "
        f"(first: {batch.describe(worst)}){_cause(solution, filled, found)}",
        result,
        result.coords[f"{observable.name}_error"],
    )


def _cause(solution: Solution, filled: ReservoirArrays, found: Measured) -> str:
    """Why a bound is not met, and what would help: more nodes only where there were too few."""
    hottest = max(float(own.max()) for own in filled.filling.temperature.values())
    reached = float(found.error[found.unmet].max())
    # the solution was as good as it was asked to be: only what is made of it at this temperature is not
    hot = hottest > HOT * (solution.photon_energy or 1.0) and bool(solution.converged.all())
    if not hot and not found.met.all():
        return f", with max_nodes = {solution.accuracy.max_nodes}; raise max_nodes or rtol."
    if hot:
        photons = f" is {hottest / solution.photon_energy:.3g} photon energies," if solution.photon_energy else ""
        return (
            f": k_BT = {hottest:g}{photons} so that Fermi functions differ by too little for this accuracy, and rounding alone leaves an "
            f"error of {reached:.2g}; give atol={1.5 * reached:.2g}, a larger rtol, or a lower temperature."
        )
    return f": rounding, or the ladder's end, leaves an error of {reached:.2g}, which more nodes do not mend; raise rtol or atol."
