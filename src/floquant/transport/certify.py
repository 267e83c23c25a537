"""The certificate of a solution: largest violations over all sectors and settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np

from floquant.checks import Array
from floquant.model import Device
from floquant.solvers.zone.recording import Recording
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate
from floquant.transport.closed_leads import closed_leads
from floquant.transport.inspection import Inspection, seconds_of, states_beside_the_bands
from floquant.transport.outcome import Outcome, names_of
from floquant.transport.sector_solution import SectorSolution


def outcome(
    device: Device, parts: Sequence[SectorSolution], window: tuple[float, float], accuracy: Accuracy
) -> Outcome:
    """Of a solution of the device with these sectors, over a window: what is known without further work."""
    return Outcome(
        sidebands=max(part.sidebands for part in parts),
        nodes=sum(_nodes(part) for part in parts),
        solver=names_of(part.solver for part in parts),
        forced_sidebands=accuracy.sidebands is not None,
        converged=all(
            bool(part.counted.met.all()) and np.all(part.beyond <= accuracy.rtol * part.flows[:, 0] + part.atol)
            for part in parts
        ),
        closed_leads=closed_leads(device, parts, np.array([window])),
    )


def _seconds(parts: Sequence[SectorSolution]) -> float:
    """At least so long did a solution take, by its counted ladders."""
    return sum(seconds_of(part.solver, _nodes(part), part.recordings.ladder.rungs) for part in parts)


def _nodes(part: SectorSolution) -> int:
    return int(part.counted.noticed.nodes.sum())


def certificate(
    parts: Sequence[SectorSolution], photon_energy: float, settings: int, known: Outcome, turn: int | None
) -> Certificate:
    """Of a solution with these sectors at so many settings, of which some are searched for states beside the bands."""
    sectors = [part.sector for part in parts]
    inspection = Inspection.of(sectors, photon_energy, _seconds(parts), turn)
    found = [_Violations(part, settings if inspection.rows else 0) for part in parts]
    rows = [each for each in found if each.rows_checked]
    noticed = [part.counted.noticed for part in parts]
    return Certificate(
        **asdict(known),
        row_unitarity=_largest(each.row for each in rows),
        column_unitarity=float(max(np.maximum(each.worst_row, each.worst_column).max() for each in noticed)),
        sideband_tail=max(each.beyond for each in found),
        proven=all(part.proven for part in parts),
        quadrature_bound=quadrature_bound(parts),
        current_leak=max(each.leak for each in found),
        form_difference=_largest(each.form for each in rows),
        sideband_change=_largest(part.change for part in parts if not np.isnan(part.change)),
        **states_beside_the_bands(sectors, photon_energy, settings, inspection),
    )


def _largest(numbers: Iterable[float]) -> float:
    """The largest number; nan if there is none."""
    return max(numbers, default=float("nan"))


def quadrature_bound(parts: Sequence[SectorSolution]) -> float:
    """The bound of the quadrature's error over the unsigned flow, of the worst sector."""
    found = [0.0]
    for part in parts:
        counted = part.counted
        if counted.layout.n_cut:
            unsigned = counted.layout.view(counted.scale, "unsigned").sum(axis=1)
            found.append(_relative(counted.over_the_zone(counted.flow_error).max(axis=1), unsigned.max(axis=1)))
    return max(found)


class _Violations:
    """The violations of one sector, relative to its largest flows."""

    def __init__(self, part: SectorSolution, settings: int) -> None:
        counted, lay = part.counted, part.counted.layout
        scale, largest = counted.scale, _largest_flow(part.counted)
        self.leak = 0.0
        self.beyond = _relative(part.beyond, largest)
        if lay.n_cut:
            unsigned = lay.view(scale, "unsigned").sum(axis=1)
            net = lay.view(scale, "flow")[:, : lay.n_channel].sum(axis=1)
            self.leak = _relative(np.abs(net).max(axis=1), unsigned.max(axis=1))
        rows = part.row_defects(settings) if settings else np.zeros((0, 1, 1))
        self.rows_checked = bool(rows.size) or not lay.n_cut
        self.row = float(np.abs(rows).max(initial=0.0))
        missing = float(np.abs(rows).sum(axis=2).mean(axis=1).max()) if rows.size else 0.0
        self.form = counted.mesh.zone.length * missing / max(float(largest.max()), 1e-300)


def _largest_flow(counted: Recording) -> Array:
    """The largest unsigned flow of each problem over any cut, or between contacts from any rung: the scale of violations."""
    lay, scale = counted.layout, counted.scale
    unsigned = lay.view(scale, "unsigned").sum(axis=1)
    passed = lay.view(scale, "total")[:, : lay.n_channel].sum(axis=(1, 2))
    return np.asarray(np.maximum(unsigned.max(axis=1, initial=0.0), passed.max(axis=1, initial=0.0)))


def _relative(violation: Array, scale: Array) -> float:
    """Largest violation over its scale; 0 where nothing flows."""
    return float(np.max(np.divide(violation, scale, out=np.zeros_like(violation), where=scale > 0), initial=0.0))
