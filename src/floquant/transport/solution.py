"""A driven device solved over a window of energies: any Fermi energy, bias and temperature inside is then nearly free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.checks.types import Numbers
from floquant.errors import BadInput
from floquant.model import Device, Drive, Reservoirs, Sector, sectors
from floquant.solvers.ladder.ladder import FlowLayout, LadderSolver
from floquant.solvers.threads import threads_for
from floquant.solvers.zone.occupation import ZoneIntegrals
from floquant.solvers.zone.refinement import (
    Diagnostics,
    Panels,
    Tolerance,
    integrate,
    joined_diagnostics,
    joined_panels,
)
from floquant.solvers.zone.zone import POINTS, floquet_zone, static_zone
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate, states_beside_the_bands
from floquant.transport.cutoff import (
    SHARE,
    TAIL_FACTOR,
    checked_energies,
    choose_sidebands,
    ladder_for,
    lengthened,
    relative_tail,
    row_defects,
)
from floquant.transport.plan import choose_solver
from floquant.transport.settings import Settings, photon_energy_of, settings
from floquant.transport.summary import summary
from floquant.transport.windows import all_bands, band_edges, checked_window, hull, refuse_closed_leads

# Numbers that one run of settings may leave behind (about 64 MB), and panels that a setting typically ends with.
RUN = 8_000_000
TYPICAL_PANELS = 10


@dataclass(frozen=True, eq=False)
class SectorSolution:
    """One sector of a solution: its integrals over the zone, and what the integration noticed."""

    sector: Sector
    solver: LadderSolver
    window: tuple[float, float]
    sidebands: int
    integrals: ZoneIntegrals
    diagnostics: Diagnostics
    change: float = float("nan")

    @property
    def tail(self) -> Array:
        """Relative weight at the ladder's ends, shape (P,)."""
        return relative_tail(self.diagnostics.tail, self.sidebands)

    def row_defects(self, count: int) -> Array:
        """Unitarity missing from rows at a few energies and settings, were every energy on a ladder of its own (see `cutoff`)."""
        ladder = self.integrals.ladder
        if not ladder.photon_energy:
            return np.zeros((0, 1, 1))
        return row_defects(
            self.solver,
            ladder.photon_energy,
            checked_energies(ladder.photon_energy, self.window),
            self.sidebands,
            count,
        )

    @property
    def missing(self) -> Array:
        """What rounding takes from the rows of each contact, integrated over the zone, worst rung: shape (P, contacts)."""
        channels = self.solver.channels
        member = channels.group[:, None] == np.arange(len(channels.names))
        return np.asarray(np.einsum("pcr,cb->pbr", self.diagnostics.defect, member).max(axis=2, initial=0.0))


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """A driven device solved over a window. It carries the key it was made with: device, drive, window, settings, accuracy.

    `parts` holds the integrated sectors; observables (`floquant.dc_current`, …) turn them into numbers for given reservoirs.
    """

    device: Device
    drive: Drive | None
    window: tuple[float, float]
    accuracy: Accuracy
    settings: Settings
    photon_energy: float
    parts: tuple[SectorSolution, ...]

    def refined(self, observable: object = None, reservoirs: Reservoirs | None = None) -> Solution:
        """The same problem, finer by a factor of ten; an observable whose bound is not met asks for it."""
        finer = replace(
            self.accuracy,
            rtol=max(self.accuracy.rtol / 10, 1e-14),
            atol=self.accuracy.absolute(self.photon_energy) / 10,
        )
        return _solve(self.device, self.drive, self.window, finer, self.settings)

    @property
    def converged(self) -> Array:
        """Which settings met every bound, shape (P,)."""
        return np.all([part.diagnostics.converged for part in self.parts], axis=0)

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings; see `Certificate`."""
        return _certificate(self)

    def __repr__(self) -> str:
        title = f"Solution: window {self.window[0]:g} … {self.window[1]:g}"
        bound = f"quadrature bound {self.certificate.quadrature_bound:.1e} of the unsigned flow"
        return summary(title, self.device, self.photon_energy, self.settings, self.certificate, bound)


def solve(device: Device, drive: Drive | None, window: tuple[float, float] | None = None, *, rtol: float = 1e-6, atol: float | None = None,
          sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, **knobs: Numbers) -> Solution:  # fmt: skip
    """Solve a driven device over the closed window of energies that Fermi levels, bias and temperature will span.

    The Floquet zone is integrated adaptively until every cumulative flow ∫ |S_ba(E_n, E)|² dE over the window meets
    error ≤ rtol · (unsigned flow) + atol, with as many sidebands as that takes. `drive=None` is the static device. At T > 0 the
    window must hold μ ± 40 k_BT, or all of a band; it may exceed every band at no cost.

    Without a window it is that of all bands.

    `knobs`: numbers, one-dimensional arrays or DataArrays, which become leading dims; names of open drive parameters too.
    `sidebands=N` forces N sidebands each way, `solver="dense"` the reference; `max_nodes` bounds the energies per setting.
    Raises `BadInput` for names, values or windows that cannot be, or a lead that is closed at every energy.
    """
    accuracy = Accuracy(rtol, atol, sidebands, solver, max_nodes)
    batch = settings(device, drive, knobs)
    return _solve(device, drive, all_bands(device) if window is None else checked_window(window), accuracy, batch)


def _solve(
    device: Device, drive: Drive | None, window: tuple[float, float], accuracy: Accuracy, batch: Settings
) -> Solution:
    if not device.contacts:
        raise BadInput("The device has no contacts, but transport needs at least one; give contacts={...}.")
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    parts = tuple(
        _solve_sector(sector, photon_energy, window, accuracy, batch.count) for sector in sectors(device, ready, values)
    )
    most = max(part.sidebands for part in parts)
    refuse_closed_leads(device, np.array([window]), photon_energy, most)
    return Solution(device, drive, window, accuracy, batch, photon_energy, parts)


def _solve_sector(
    sector: Sector, photon_energy: float, window: tuple[float, float], accuracy: Accuracy, count: int
) -> SectorSolution:
    # A sector that nothing drives scatters elastically, whatever the drive does elsewhere.
    photon_energy = photon_energy if sector.is_driven else 0.0
    solver = choose_solver(sector, accuracy.solver, accuracy.sidebands)
    with threads_for(solver):
        return _integrated(sector, solver, photon_energy, window, accuracy, count)


def _integrated(
    sector: Sector,
    solver: LadderSolver,
    photon_energy: float,
    window: tuple[float, float],
    accuracy: Accuracy,
    count: int,
) -> SectorSolution:
    bottom, top = hull(sector)
    inside = (min(max(window[0], bottom), top), max(min(window[1], top), bottom))
    edges = band_edges(sector)
    tolerance = Tolerance(accuracy.rtol, accuracy.absolute(photon_energy), accuracy.max_nodes)
    if photon_energy:
        zone = floquet_zone(photon_energy, edges, inside if inside[0] == inside[1] else ())
        number, change = accuracy.sidebands or 0, np.nan
        if not number:
            number, change = choose_sidebands(solver, photon_energy, inside, count, accuracy.rtol)
    else:
        zone, number, change = static_zone(inside, edges), 0, np.nan
    layout = FlowLayout.of(solver.channels, ladder_for(photon_energy, inside, number, solver.reach))
    # Settings are solved in runs of bounded memory; a run may need more sidebands than the one before it.
    size = max(1, RUN // (layout.slices["total"].stop * POINTS * TYPICAL_PANELS))
    runs: list[Panels] = []
    notes: list[Diagnostics] = []
    for first in range(0, count, size):
        settings = np.arange(first, min(first + size, count))
        while True:
            ladder = ladder_for(photon_energy, inside, number, solver.reach)
            panels, found = integrate(solver, ladder, zone, settings, tolerance, inside)
            if not photon_energy or accuracy.sidebands:
                break
            if TAIL_FACTOR * relative_tail(found.tail, number).max() <= 3 * SHARE * accuracy.rtol:
                break
            number = lengthened(number, sector)
        panels.problem += first
        runs.append(panels)
        notes.append(found)
    integrals = ZoneIntegrals(zone, ladder, layout, solver.channels, joined_panels(runs), count)
    return SectorSolution(sector, solver, inside, number, integrals, joined_diagnostics(notes), change)


def _largest_flow(notes: Diagnostics, layout: FlowLayout) -> Array:
    """The largest unsigned flow of each problem over any cut, or between contacts from any rung: what violations are measured by."""
    unsigned = (
        notes.scale[:, layout.slices["unsigned"]].reshape(len(notes.scale), layout.n_channel, layout.n_cut).sum(axis=1)
    )
    total = notes.scale[:, layout.slices["total"]].reshape(
        len(notes.scale), layout.n_det, layout.n_group, layout.n_rung
    )
    passed = total[:, : layout.n_channel].sum(axis=(1, 2))
    return np.asarray(np.maximum(unsigned.max(axis=1, initial=0.0), passed.max(axis=1, initial=0.0)))


def _relative(violation: Array, scale: Array) -> float:
    """Largest violation over its scale; nothing flows, nothing leaks."""
    return float(np.max(np.divide(violation, scale, out=np.zeros_like(violation), where=scale > 0), initial=0.0))


def _certificate(solution: Solution) -> Certificate:
    leak, form, row, bound, checked = 0.0, 0.0, 0.0, 0.0, False
    for part in solution.parts:
        notes, layout = part.diagnostics, part.integrals.layout
        scale = _largest_flow(notes, layout)
        if layout.n_cut:
            unsigned = (
                notes.scale[:, layout.slices["unsigned"]]
                .reshape(len(notes.scale), layout.n_channel, layout.n_cut)
                .sum(axis=1)
            )
            net = (
                notes.scale[:, layout.slices["flow"]]
                .reshape(-1, layout.n_det, layout.n_cut)[:, : layout.n_channel]
                .sum(axis=1)
            )
            leak = max(leak, _relative(np.abs(net).max(axis=1), unsigned.max(axis=1)))
            errors = np.zeros((len(scale), layout.n_det * layout.n_cut))
            np.add.at(errors, part.integrals.panels.problem, part.integrals.panels.flow_error)
            bound = max(bound, _relative(errors.max(axis=1), unsigned.max(axis=1)))
        rows = part.row_defects(solution.settings.count)
        checked = checked or bool(rows.size) or not layout.n_cut
        row = max(row, float(np.abs(rows).max(initial=0.0)))
        if rows.size:
            form = max(
                form,
                part.integrals.zone.length
                * float(np.abs(rows).sum(axis=2).mean(axis=1).max())
                / max(float(scale.max()), 1e-300),
            )
    return Certificate(
        sidebands=max(part.sidebands for part in solution.parts),
        nodes=int(sum(part.diagnostics.nodes.sum() for part in solution.parts)),
        solver=", ".join(dict.fromkeys(part.solver.name for part in solution.parts)),
        row_unitarity=row if checked else float("nan"),
        column_unitarity=float(
            max(np.maximum(part.diagnostics.worst_row, part.diagnostics.worst_column).max() for part in solution.parts)
        ),
        sideband_tail=float(max(part.tail.max() for part in solution.parts)),
        quadrature_bound=bound,
        current_leak=leak,
        form_difference=form if checked else float("nan"),
        sideband_change=max(
            (part.change for part in solution.parts if not np.isnan(part.change)), default=float("nan")
        ),
        **states_beside_the_bands(
            (part.sector for part in solution.parts), solution.photon_energy, solution.settings.count
        ),
        forced_sidebands=solution.accuracy.sidebands is not None,
        converged=bool(solution.converged.all())
        and all(TAIL_FACTOR * part.tail.max() <= solution.accuracy.rtol for part in solution.parts),
    )
