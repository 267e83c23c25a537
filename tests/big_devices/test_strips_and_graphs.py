"""Solvers of big devices against the dense reference, on every case, on lattices with wide leads and on random graphs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from cases import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from big_devices.strips import strip
from floquant.model import sectors
from floquant.solvers.extended.dissection import DissectionSolver
from floquant.solvers.extended.slices import SliceSolver
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.local.wide_contacts import WidePortSolver

SOLVERS = (DissectionSolver, SliceSolver, WidePortSolver)
# probes and tails are each solver's own
SHARED = ("flow", "unsigned", "total", "defect", "elastic")


def compared(
    device: fq.Device, drive: fq.Drive, make: type[LadderSolver], energies: list[float], order: int = 2
) -> float:
    """Largest difference of amplitudes, of powers and of flows from the dense reference."""
    photon_energy = float(drive.photon_energy)
    one = np.array([0])
    worst = 0.0
    for sector in sectors(device, drive, {}):
        fast, dense = make(sector), DenseSolver(sector)
        ladder = Ladder(photon_energy, -order, 2 * order + 1, order, 1)
        at = ladder.energies(np.array([energies]))
        tables = fast.tabulate(at), dense.tabulate(at)
        found, wanted = (s.columns(t, one, one, order)[0] for s, t in zip((fast, dense), tables, strict=True))
        worst = max(worst, float(np.abs(found - wanted).max()))
        found, wanted = (s.powers(t, one, one, order)[0] for s, t in zip((fast, dense), tables, strict=True))
        worst = max(worst, float(np.abs(found - wanted).max()))
        grouped = DenseSolver(sector)
        grouped.channels = fast.channels
        detectors = Detectors.counting(fast.channels)
        found, wanted = (s.flows(t, one, one, ladder, detectors) for s, t in zip((fast, grouped), tables, strict=True))
        layout = FlowLayout.of(detectors, ladder)
        for quantity in SHARED:
            where = layout.slices[quantity]
            worst = max(worst, float(np.abs(found[..., where] - wanted[..., where]).max(initial=0.0)))
    return worst


@pytest.mark.parametrize("make", SOLVERS)
@pytest.mark.parametrize("name", CASES)
def test_every_case_is_that_of_the_dense_reference(name: str, make: type[LadderSolver]) -> None:
    device, drive = CASES[name]()
    assert compared(device, drive, make, [0.05, 0.31, -0.4], order=4) < 1e-12


@pytest.mark.parametrize("make", SOLVERS)
@pytest.mark.parametrize(
    ("flux", "positions", "driven"),
    [(0.0, True, "all"), (0.07, False, "all"), (0.07, True, "gate"), (0.0, False, "gate")],
)
def test_strips_between_wide_leads(make: type[LadderSolver], flux: float, positions: bool, driven: str) -> None:
    device, drive = strip(5, 7, flux=flux, disorder=0.3, positions=positions, driven=driven)
    assert compared(device, drive, make, [0.31, -1.2]) < 2e-12


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 6),
    st.integers(3, 9),
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from([0.0, 0.11]),
    st.floats(-3, 3),
)
def test_any_strip_at_any_energy(
    width: int, length: int, seed: int, positions: bool, flux: float, energy: float
) -> None:
    device, drive = strip(width, length, flux=flux, disorder=0.5, positions=positions, seed=seed)
    for make in (DissectionSolver, SliceSolver):
        assert compared(device, drive, make, [energy], order=1) < 1e-10


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 40), st.floats(1.5, 6.0), st.integers(0, 10**6))
def test_a_random_graph_is_eliminated_exactly(n: int, degree: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    h = np.where(rng.random((n, n)) < degree / n, rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)), 0)
    h = np.triu(h, 1) + np.triu(h, 1).conj().T + np.diag(rng.normal(size=n))
    contacts = {"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(0.8), [n - 1])}
    device = fq.Device(h, contacts, {"v": fq.Onsite(list(range(n)), weights=rng.normal(size=n))})
    drive = fq.Drive({"v": fq.Cosine(0.3)}, photon_energy=0.9)
    for make in (DissectionSolver, SliceSolver):
        assert compared(device, drive, make, [0.2], order=1) < 1e-9


def test_real_problems_stay_real_and_a_common_phase_is_a_shift_of_time() -> None:
    device, drive = strip(4, 5)
    (sector,) = sectors(device, drive, {})
    solver = DissectionSolver(sector)
    assert "real" in solver.name
    two = fq.Drive({"gate": fq.Cosine(0.2), "link": fq.Cosine(0.1, 1.0)}, photon_energy=0.7)
    (sector,) = sectors(device, two, {})
    assert "complex" in DissectionSolver(sector).name
    device, drive = strip(4, 5, flux=0.1)
    (sector,) = sectors(device, drive, {})
    assert "complex" in DissectionSolver(sector).name


@pytest.mark.parametrize("solver", ["ports", "slices", "dissection"])
def test_a_call_gives_what_the_reference_gives(solver: str) -> None:
    device, drive = strip(4, 5, flux=0.05, disorder=0.2)
    wanted = fq.scatter(device, drive, [0.2, 0.9], sidebands=3, solver="dense")
    found = fq.scatter(device, drive, [0.2, 0.9], sidebands=3, solver=solver)
    for to, source in itertools.product("LR", "LR"):
        np.testing.assert_allclose(found.transmission(to, source), wanted.transmission(to, source), rtol=0, atol=1e-11)
        np.testing.assert_allclose(found.amplitude(to, source), wanted.amplitude(to, source), rtol=0, atol=1e-11)


def test_a_current_of_a_strip_does_not_depend_on_the_solver() -> None:
    device, drive = strip(2, 3, flux=0.1, disorder=0.4, driven="gate")
    reservoirs = fq.Reservoirs(mu=0.3)
    wanted = fq.dc_current(fq.solve(device, drive, (0.3, 0.3), rtol=1e-5, solver="dense"), reservoirs)
    for solver in ("ports", "dissection"):
        found = fq.dc_current(fq.solve(device, drive, (0.3, 0.3), rtol=1e-4, solver=solver), reservoirs)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4 * float(np.abs(wanted).max()) + 1e-7)


def test_the_plan_is_printed_and_its_first_choice_is_taken() -> None:
    device, drive = strip(12, 24, flux=0.05)
    (plan,) = fq.plan(device, drive, sidebands=2)
    kinds = [choice.kind for choice in plan.choices]
    assert set(kinds) == {"dense", "ports", "slices", "dissection"}
    assert kinds[0] in str(plan).splitlines()[1]
    assert kinds[0] in fq.scatter(device, drive, [0.2], sidebands=2).certificate.solver


@pytest.mark.parametrize(
    "device",
    [fq.gallery.square_ribbon(20, 3, field=1 / 8), fq.gallery.zigzag_ribbon(6, 4), fq.gallery.armchair_ribbon(5, 3)],
    ids=["square in a field", "zigzag", "armchair"],
)
def test_a_perfect_wire_transmits_its_open_channels_and_reflects_nothing_on_any_edge(device: fq.Device) -> None:
    lead = device.contacts["L"].lead
    edges = np.array(lead.edges())
    between = (edges[1:] + edges[:-1]) / 2
    near = np.concatenate([edges + 1e-6, edges - 1e-4, between])
    near = near[np.abs(near[:, None] - edges).min(axis=1) > 1e-7]
    for energies, accuracy in ((near, 1e-6), (edges, 5e-3)):
        found = fq.scatter(device, None, energies)
        through, back = (found.transmission(to, "L", kind="total").values for to in "RL")
        np.testing.assert_allclose(through + back, lead.open_channels(energies), rtol=0, atol=max(1e-6, accuracy / 20))
        if accuracy < 1e-4:
            np.testing.assert_allclose(back, 0, atol=1e-6)


def test_a_bound_beyond_all_open_channels_says_no_more_than_that() -> None:
    device, drive = strip(6, 6)
    found = fq.scatter(device, drive, [0.3], sidebands=1).transmission("R", "L")
    opened = int(device.contacts["L"].lead.open_channels(0.3))
    assert float(found.transmission_error.max()) == pytest.approx(opened)
