"""Ends, beyond the spectrum or not, where several harmonics drive several orbitals; first panels; entries that are closed."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from floquant.model import sectors
from floquant.solvers.ladder.dense import DenseSolver, couplings_of_ends, leaving_couplings
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.local.continued_fractions import SidebandSolver
from floquant.solvers.local.wide_contacts import WidePortSolver
from floquant.solvers.zone.recording import Recorder
from floquant.solvers.zone.refinement import Criterion, first_mesh
from floquant.solvers.zone.zone import Zone
from floquant.transport.cutoff import ladder_for
from floquant.transport.gap_bound import beyond_the_ladder
from floquant.transport.ladder_bound import integrated
from floquant.transport.spectrum import Spectrum


def several(seed: int) -> tuple[fq.Device, fq.Drive]:
    """Three sites, two of them driven by several harmonics."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(3, 3))
    contacts = {
        "L": fq.Contact(fq.Chain(1.0), 0, rng.uniform(0.2, 1)), "R": fq.Contact(fq.Chain(1.2), 2, rng.uniform(0.2, 1))
    }  # fmt: skip
    device = fq.Device(h + h.T, contacts=contacts, knobs={"a": fq.Onsite(0), "b": fq.Onsite(1)})
    waves = {
        "a": fq.Cosine(rng.uniform(0.1, 1)),
        "b": fq.Triangle(rng.uniform(0.1, 1), phase=rng.uniform(0, 6), order=3),
    }
    return device, fq.Drive(waves, photon_energy=rng.uniform(1.0, 3.0))


@pytest.mark.parametrize("seed", range(3))
def test_the_claimed_error_covers_what_a_longer_ladder_changes(seed: int) -> None:
    device, drive = several(seed)
    level = 0.1 * seed - 0.4
    short = fq.solve(device, drive, (level, level), rtol=1e-3)
    longer = fq.solve(device, drive, (level, level), rtol=1e-5, sidebands=short.parts[0].sidebands + 9)
    one, other = (fq.dc_current(solution, fq.Reservoirs(mu=level)) for solution in (short, longer))
    assert np.all(np.abs(one.values - other.values) <= one.dc_current_error.values + other.dc_current_error.values)


@pytest.mark.parametrize("make", [WidePortSolver, SidebandSolver, DenseSolver])
@pytest.mark.parametrize("seed", range(8))
def test_the_bounds_cover_forced_ladders(seed: int, make: type[LadderSolver]) -> None:
    """Flows over every cut at a few energies, on ladders of several lengths against a long one, with and without the gap beyond them."""
    device, drive = several(seed)
    sector = sectors(device, drive, {})[0]
    solver, spectrum, one = make(sector), Spectrum(sector), np.array([0])
    photon_energy, detectors = float(drive.photon_energy), Detectors.counting(solver.channels)
    flows, anywhere, in_a_gap = [], [], []
    for sidebands in (2, 3, 4, 6, 9, 24):
        ladder = ladder_for(photon_energy, (0.2, 0.2), sidebands, solver.reach)
        energies = ladder.energies(photon_energy * np.array([[0.13, 0.41, 0.77]]))
        values = solver.flows(solver.tabulate(energies), one, one, ladder, detectors)
        layout = FlowLayout.of(detectors, ladder)
        passed, ends = (layout.view(values, name).max(axis=1) for name in ("tail", "ends"))
        flows.append(layout.view(values, "flow")[0])
        anywhere.append(float(2 * integrated(passed, solver.crossing, photon_energy, ladder.rungs).sum()))
        in_a_gap.append(float(beyond_the_ladder(solver, ladder, one, passed, ends, spectrum)[0]))
    assert anywhere[-1] < 1e-3 * anywhere[0]
    assert np.all(np.array(in_a_gap) <= anywhere)
    for flow, *bounds in zip(flows[:-1], anywhere[:-1], in_a_gap[:-1], strict=True):
        for bound, last in zip(bounds, (anywhere[-1], in_a_gap[-1]), strict=True):
            assert np.abs(flow - flows[-1]).max() * photon_energy <= bound + last + 1e-12


@pytest.mark.parametrize("make", [WidePortSolver, SidebandSolver])
def test_waves_of_all_rungs_are_counted_at_the_ends(make: type[LadderSolver]) -> None:
    """Against the fields of the dense reference: no less than on this ladder, and hardly more than on one shorter by all that ways of
    laying steps over the rungs may leave out."""
    device, drive = several(7)
    sector = sectors(device, drive, {})[0]

    def ends_of(solver: LadderSolver, less: int) -> np.ndarray:
        ladder = Ladder(float(drive.photon_energy), -4 + less, 9 - 2 * less, 3 - less, 3)
        detectors, energies = Detectors.counting(solver.channels), ladder.energies(np.array([[0.11, 0.52]]))
        values = solver.flows(solver.tabulate(energies), np.array([0]), np.array([0]), ladder, detectors)
        return FlowLayout.of(detectors, ladder).view(values, "ends")

    solver, dense = make(sector), DenseSolver(sector)
    found, least, most = ends_of(solver, 0), ends_of(dense, 0), ends_of(dense, solver.reach)
    assert np.all((least > 0) & (least <= found * (1 + 1e-9)))
    assert np.all(found <= 20 * most)


@pytest.mark.parametrize(("lead", "share"), [(fq.WideBand(0.5), 1.0), (fq.Chain(1.0), 1e-3)])
def test_between_wide_bands_there_is_no_gap(lead: fq.Lead, share: float) -> None:
    """They are open at every energy, so that waves leave the ladder whatever its length: only the bound for any spectrum holds."""
    contacts = {"L": fq.Contact(lead, 0), "R": fq.Contact(lead, 1)}
    device = fq.Device([[0.1, 1.0], [1.0, 0.0]], contacts=contacts, knobs={"a": fq.Onsite(0), "b": fq.Onsite(1)})
    sector = sectors(device, fq.Drive({"a": fq.Cosine(0.5), "b": fq.Cosine(0.3, 1.0)}, photon_energy=1.0), {})[0]
    solver, ladder = DenseSolver(sector), ladder_for(1.0, (0.2, 0.2), 30, 0)
    passed, ends = np.array([[1e-6, 1e-6]]), np.array([[1e-12, 1e-12]])
    anywhere = float(2 * integrated(passed, solver.crossing, 1.0, ladder.rungs).sum())
    found = float(beyond_the_ladder(solver, ladder, np.array([0]), passed, ends, Spectrum(sector))[0])
    assert found == anywhere if share == 1 else found < share * anywhere


def test_a_drive_of_slowly_falling_harmonics_needs_no_more_sidebands_than_the_gap_beyond_them() -> None:
    """A voltage that jumps: harmonics fall as 1/k², and the error of a current as 1/N⁴, not as 1/N² as for a level that may be anywhere."""
    contact = fq.Contact(fq.Chain(2.0), 0, 0.7)
    device = fq.Device([[0.1]], contacts={"L": contact, "R": contact})
    drive = fq.Drive(voltages={"L": fq.Square(0.5)}, photon_energy=1.0)
    short = fq.solve(device, drive, (0.2, 0.2), rtol=1e-3)
    assert short.parts[0].sidebands < 40
    longer = fq.solve(device, drive, (0.2, 0.2), rtol=1e-3, sidebands=60)
    one, other = (fq.dc_current(solution, fq.Reservoirs(mu=0.2)) for solution in (short, longer))
    assert np.all(np.abs(one.values - other.values) <= one.dc_current_error.values)
    assert np.all(one.dc_current_error.values <= 2e-3 * np.abs(one.values))


def test_couplings_out_of_the_ladder_are_the_harmonics() -> None:
    """Row by row: from rung r to a rung k beyond the end goes H_k."""
    device, drive = several(2)
    sector = sectors(device, drive, {})[0]
    rungs, d, harmonics = 4, len(sector.ports), sector.harmonics[0]
    most = len(harmonics)
    found = leaving_couplings(sector, 0, rungs).reshape(2, most, d, rungs, len(sector.orbitals))[..., sector.ports]
    for step in range(most):
        for rung in range(rungs):
            down, up = step + 1 + rung, rungs + step - rung
            below = harmonics[down - 1].conj().T if down <= most else np.zeros((d, d))
            above = harmonics[up - 1] if up <= most else np.zeros((d, d))
            assert np.array_equal(found[0, step, :, rung], below)
            assert np.array_equal(found[1, step, :, rung], above)


def test_only_waves_from_open_rungs_are_solved_for() -> None:
    """A long ladder of several harmonics, most rungs outside of the bands, against the dense reference."""
    device, drive = several(3)
    sector = sectors(device, drive, {})[0]
    ladder = Ladder(float(drive.photon_energy), -6, 13, 5, 3)
    energies = ladder.energies(np.array([[0.11, 0.52]]))
    one = np.array([0])
    found = []
    for solver in (WidePortSolver(sector), DenseSolver(sector)):
        detectors = Detectors.counting(solver.channels)
        values = solver.flows(solver.tabulate(energies), one, one, ladder, detectors)
        layout = FlowLayout.of(detectors, ladder)
        found.append(np.concatenate([layout.view(values, name).ravel() for name in ("flow", "unsigned", "total")]))
    assert np.allclose(*found, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("costly", "depths"), [(False, [2, 2, 2]), (True, [2, 1, 0])])
def test_short_segments_begin_with_few_panels_where_ladders_are_dear(costly: bool, depths: list[int]) -> None:
    device, drive = several(4)
    sector = sectors(device, drive, {})[0]
    solver = DenseSolver(sector)
    solver.costly = costly
    zone = Zone(np.array([0.0, 0.85, 0.96]), np.array([0.85, 0.96, 1.0]), np.array([0, 0, 0]))
    ladder = Ladder(1.0, -2, 5, 2, 1)
    recorder = Recorder(solver, ladder, np.arange(2), Detectors.counting(solver.channels))
    mesh = first_mesh(recorder, zone, Criterion(1e-6, (1e-13, 1e-13), 10_000, (0.0, 0.0)))
    assert [int(mesh.depth[mesh.segment == k].max()) for k in range(3)] == depths
    assert len(mesh) == 2 * sum(2**depth for depth in depths)
    for problem in range(2):
        covered = mesh.edges[mesh.problem == problem]
        assert np.allclose(covered[1:, 0], covered[:-1, 1])


def many_harmonics(device: fq.Device) -> fq.Drive:
    """A sampled kink, of 40 harmonics, and a sum of few."""
    kinked = fq.Sampled(np.abs(np.cos(2 * np.pi * np.arange(81) / 81)) - 0.3)
    return fq.Drive({"a": kinked, "b": fq.Cosine(0.7, 0.4)}, photon_energy=1.0)


def test_what_an_end_drives_out_keeps_its_size_where_harmonics_outnumber_rungs() -> None:
    device, _ = several(5)
    sector = sectors(device, many_harmonics(device), {})[0]
    rungs = 3
    whole = leaving_couplings(sector, 0, rungs)
    upper, lower = couplings_of_ends(sector, 0, rungs)
    assert sector.harmonic_count >= 40
    assert len(upper) == len(lower) == upper.shape[1] < len(whole) // 2
    x = np.random.default_rng(0).normal(size=(whole.shape[1], 4))
    for end, all_of_it in ((upper, whole[len(whole) // 2 :]), (lower, whole[: len(whole) // 2])):
        assert np.linalg.norm(end @ x) == pytest.approx(np.linalg.norm(all_of_it @ x), rel=1e-12)


def test_the_spectrum_holds_the_device_at_every_time_and_little_more() -> None:
    device, _ = several(6)
    drive = many_harmonics(device)
    spectrum = Spectrum(sectors(device, drive, {})[0])
    low, high = spectrum._static
    (up,), (down,) = spectrum._moved
    seen = np.array([np.linalg.eigvalsh(drive.hamiltonian(device, t)) for t in np.linspace(0, 2 * np.pi, 400)])
    assert low + down <= seen.min() < seen.max() <= high + up
    moving = np.array([np.diag(drive.hamiltonian(device, 2 * np.pi * j / 405)).real for j in range(405)])
    moving -= moving.mean(axis=0)
    (most,), (least,) = spectrum._driven
    assert moving.max() <= most < 1.03 * moving.max()
    assert moving.min() >= least > 1.03 * moving.min()


def test_a_ladder_that_proves_too_short_is_lengthened_on_the_panels_that_are_there() -> None:
    """A level of width 1e-7 that no sample energy meets: what it drives out of the ladder is seen once the mesh has found it."""
    device = fq.Device(
        np.diag([0.3, -0.21]),
        contacts={"L": fq.Contact(fq.Chain(1.0), 0, 0.6), "R": fq.Contact(fq.Chain(1.0), [0, 1], [[0.5], [3e-4]])},
        knobs={"a": fq.Onsite(0), "b": fq.Onsite(1)},
    )
    drive = fq.Drive({"a": fq.Cosine(0.2), "b": fq.Cosine(0.3, phase=1.0)}, photon_energy=0.7)
    solution = fq.solve(device, drive, (-0.3, 0.1))
    part = solution.parts[0]
    assert part.recordings.start is not None
    assert part.counted.noticed.nodes[0] < 2 * 16 * len(part.counted.mesh)
    again = fq.solve(device, drive, (-0.3, 0.1), sidebands=part.sidebands)
    assert again.parts[0].recordings.start is None
    found, wanted = (fq.dc_current(each, fq.Reservoirs(mu={"L": 0.1, "R": -0.3})) for each in (solution, again))
    assert np.all(
        np.abs(found.values - wanted.values) <= found.dc_current_error.values + wanted.dc_current_error.values
    )
