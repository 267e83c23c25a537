"""The certificate of a solution: largest violations over all sectors and settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from floquant.checks import Array
from floquant.model import Device
from floquant.solvers.zone.recording import Recording
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate, states_beside_the_bands
from floquant.transport.closed_leads import closed_leads
from floquant.transport.cutoff import TAIL_FACTOR
from floquant.transport.sector_solution import SectorSolution


def certificate(
    device: Device,
    parts: Sequence[SectorSolution],
    photon_energy: float,
    window: tuple[float, float],
    settings: int,
    accuracy: Accuracy,
) -> Certificate:
    """Of a solution of the device with these sectors, over a window, at so many settings."""
    found = [_Violations(part, settings) for part in parts]
    rows = [each for each in found if each.rows_checked]
    noticed = [part.counted.noticed for part in parts]
    return Certificate(
        sidebands=max(part.sidebands for part in parts),
        nodes=int(sum(each.nodes.sum() for each in noticed)),
        solver=", ".join(dict.fromkeys(part.solver.name for part in parts)),
        row_unitarity=_largest(each.row for each in rows),
        column_unitarity=float(max(np.maximum(each.worst_row, each.worst_column).max() for each in noticed)),
        sideband_tail=float(max(part.tail.max() for part in parts)),
        quadrature_bound=max(each.bound for each in found),
        current_leak=max(each.leak for each in found),
        form_difference=_largest(each.form for each in rows),
        sideband_change=_largest(part.change for part in parts if not np.isnan(part.change)),
        closed_leads=closed_leads(device, parts, np.array([window])),
        **states_beside_the_bands((part.sector for part in parts), photon_energy, settings),
        forced_sidebands=accuracy.sidebands is not None,
        converged=all(
            bool(part.counted.met.all()) and TAIL_FACTOR * part.tail.max() <= accuracy.rtol for part in parts
        ),
    )


def _largest(numbers: Iterable[float]) -> float:
    """The largest number; nan if there is none."""
    return max(numbers, default=float("nan"))


class _Violations:
    """The violations of one sector, relative to its largest flows."""

    def __init__(self, part: SectorSolution, settings: int) -> None:
        counted, lay = part.counted, part.counted.layout
        scale, largest = counted.scale, _largest_flow(part.counted)
        self.leak = self.bound = 0.0
        if lay.n_cut:
            unsigned = lay.view(scale, "unsigned").sum(axis=1)
            net = lay.view(scale, "flow")[:, : lay.n_channel].sum(axis=1)
            self.leak = _relative(np.abs(net).max(axis=1), unsigned.max(axis=1))
            self.bound = _relative(counted.over_the_zone(counted.flow_error).max(axis=1), unsigned.max(axis=1))
        rows = part.row_defects(settings)
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
