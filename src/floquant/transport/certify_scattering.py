"""The certificate of a scattering: largest violations over all sectors, settings and energies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from floquant.checks import Array
from floquant.model import Device
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate
from floquant.transport.closed_leads import closed_leads, points
from floquant.transport.inspection import Inspection, seconds_of, states_beside_the_bands
from floquant.transport.outcome import Outcome, names_of
from floquant.transport.sector_scattering import SectorScattering


def outcome(
    device: Device, parts: Sequence[SectorScattering], energies: Array, converged: Array, accuracy: Accuracy
) -> Outcome:
    """What is known without further work, at energies (E,), of which `converged` (P, E) are good to rtol."""
    seen_open = {name for part in parts for name in part.open_leads}
    return Outcome(
        sidebands=max(part.sidebands for part in parts),
        nodes=sum(_nodes(part) for part in parts),
        solver=names_of(part.solver for part in parts),
        forced_sidebands=accuracy.sidebands is not None,
        converged=bool(converged.all()),
        closed_leads=closed_leads(device, parts, points(energies), seen_open),
    )


def _seconds(parts: Sequence[SectorScattering]) -> float:
    """At least so long did it take, by counted ladders."""
    return sum(seconds_of(part.solver, _nodes(part), 2 * part.sidebands + 1) for part in parts)


def _nodes(part: SectorScattering) -> int:
    return part.count * len(part.energies)


def certificate(
    parts: Sequence[SectorScattering], photon_energy: float, known: Outcome, beyond: Array, column_defect: Array, proven: bool,
    turn: int | None,
) -> Certificate:  # fmt: skip
    """With the checks; row unitarity at sample energies, states beside the bands at some settings."""
    sectors = [part.sector for part in parts]
    inspection = Inspection.of(sectors, photon_energy, _seconds(parts), turn)
    return Certificate(
        **asdict(known),
        row_unitarity=_largest([part.row_defects() for part in parts if inspection.rows]),
        column_unitarity=float(column_defect.max(initial=0.0)),
        sideband_tail=float(beyond.max(initial=0.0)),
        proven=proven,
        sideband_change=_largest([np.array([part.change]) for part in parts if not np.isnan(part.change)]),
        **states_beside_the_bands(sectors, photon_energy, parts[0].count, inspection),
    )


def _largest(defects: list[Array]) -> float:
    """The largest of all, nan where nothing was checked."""
    found = np.concatenate([np.zeros(0), *(np.abs(own).ravel() for own in defects)])
    return float(found.max()) if found.size else float("nan")
