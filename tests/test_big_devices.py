"""Solvers of big devices against the dense reference, on lattices with wide leads, at their hard points."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from cases import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from floquant.model import sectors
from floquant.solvers.elimination.elimination import Elimination
from floquant.solvers.elimination.fronts import Ordering, Pattern
from floquant.solvers.extended.dissection import DissectionSolver
from floquant.solvers.extended.slices import SliceSolver
from floquant.solvers.ladder.contacts import contact_orbitals
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.ladder import FlowLayout, Ladder, LadderSolver
from floquant.solvers.local.wide_contacts import WidePortSolver

SOLVERS = (DissectionSolver, SliceSolver, WidePortSolver)
# probes and tails are each solver's own
SHARED = ("flow", "unsigned", "total", "defect", "elastic")


def strip(
    width: int,
    length: int,
    *,
    flux: float = 0.0,
    disorder: float = 0.0,
    positions: bool = True,
    driven: str = "all",
    seed: int = 0,
):
    """A square strip between leads of its own width; `driven`: every site with random weights, or a gate of a few."""
    n = width * length
    x, y = np.divmod(np.arange(n), width)
    rng = np.random.default_rng(seed)
    h = np.diag(disorder * rng.normal(size=n)).astype(complex)
    for i in range(n):
        if x[i] + 1 < length:
            h[i, i + width] = -np.exp(2j * np.pi * flux * y[i])
        if y[i] + 1 < width:
            h[i, i + 1] = -1.0
    h = h + np.triu(h, 1).conj().T
    h = h if flux else h.real
    h00 = -(np.eye(width, k=1) + np.eye(width, k=-1))
    lead = fq.PeriodicLead(h00, -np.eye(width))
    knobs = {
        "all_levels": fq.Onsite(list(range(n)), weights=rng.normal(size=n)),
        "gate": fq.Onsite([n // 2, n // 2 + 1, n // 3]),
        "link": fq.Hopping(bond=(n // 2, n // 2 + width)),
    }
    contacts = {"L": fq.Contact(lead, list(range(width))), "R": fq.Contact(lead, list(range(n - width, n)))}
    device = fq.Device(h, contacts, knobs, positions=np.stack([x, y], axis=1) if positions else None)
    waves = (
        {"all_levels": fq.Cosine(0.4, 0.3)}
        if driven == "all"
        else {"gate": fq.Cosine(0.6), "link": fq.Cosine(0.3, 1.1)}
    )
    return device, fq.Drive(waves, photon_energy=0.7)


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
        found, wanted = (s.flows(t, one, one, ladder) for s, t in zip((fast, grouped), tables, strict=True))
        layout = FlowLayout.of(fast.channels, ladder)
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


def _limit_on_contacts(h: np.ndarray, stay: np.ndarray, sigma: np.ndarray, energy: float) -> np.ndarray:
    """[E − H − Σ]⁻¹ on the contacts from H's own states: those near E are followed by amplitudes α of their own, so E may be their energy.

    x = g (b + Σ x) + B α and (E − E_s) α = B† (b + Σ x), g of all other states; what the contacts do not see has no α.
    """
    values, states = np.linalg.eigh(h)
    near = np.abs(values - energy) < 1e-3
    g = (states[stay][:, ~near] / (energy - values[~near])) @ states[stay][:, ~near].conj().T
    seen, size, turn = np.linalg.svd(states[stay][:, near], full_matrices=False)
    kept = size > 1e-9
    coupling = seen[:, kept] * size[kept]
    offset = turn[kept] @ np.diag(energy - values[near]) @ turn[kept].conj().T
    offset[np.abs(offset) < 1e-14] = 0  # rounding of eigh at an exact crossing
    q, m = len(stay), int(kept.sum())
    matrix = np.block([[np.eye(q) - g @ sigma, -coupling], [coupling.conj().T @ sigma, -offset]])
    right = np.concatenate([g, -coupling.conj().T])
    return np.linalg.solve(matrix, right)[:q] if m else np.linalg.solve(np.eye(q) - g @ sigma, g)


def _schur_error(device: fq.Device, energy: float) -> tuple[float, int]:
    """Error of G on the contacts of the static device, with Σ of the leads, and how many pivots were delayed up to the root."""
    (sector,) = sectors(device, None, {})
    stay = contact_orbitals(sector)
    elimination = Elimination(sector, stay, with_changes=True)
    root = elimination.schur(elimination.elements(0), np.array([energy])).astype(complex)
    q = len(stay)
    sigma = DenseSolver(sector).tabulate(np.array([[[energy]]])).contacts
    root[:q, :q] -= sigma.self_energy[0, 0, 0]
    columns = np.zeros((len(root), q), complex)
    columns[:q] = np.eye(q)
    found = np.linalg.solve(root, columns)[:q]
    h = np.asarray(sector.hamiltonian)
    wanted = _limit_on_contacts(h, stay, sigma.self_energy[0, 0, 0], energy)
    return float(np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max())), len(root) - q


@pytest.mark.parametrize("energy", [0.0, 1e-9, 1e-6, 1.0, 1.0 + 1e-10])
def test_closed_pieces_that_are_singular_delay_their_pivots(energy: float) -> None:
    # A clean square is full of states exactly at E = 0 and E = ±1: without delayed pivots the result is nan, or wrong by O(10).
    n = 14
    device, _ = strip(n, n)
    middle = [n * (n // 2) + n // 2, n * (n // 2) + n // 2 + 1]
    device = fq.Device(
        device.h,
        {"a": fq.Contact(fq.WideBand(1.0), [middle[0]]), "b": fq.Contact(fq.WideBand(0.7), [3])},
        positions=device.positions,
    )
    error, _ = _schur_error(device, energy)
    assert error < 1e-12


def test_some_pivots_are_delayed_up_to_the_root() -> None:
    # A piece that hangs on the contact by nothing but one bond is exactly singular at its own level.
    h = np.zeros((40, 40))
    for i in range(39):
        h[i, i + 1] = h[i + 1, i] = 1.0 if i != 19 else 1e-2
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(1.0), [20])})
    level = float(np.linalg.eigvalsh(h[:20, :20])[10])
    (sector,) = sectors(device, None, {})
    elimination = Elimination(sector, np.array([20]), with_changes=True)
    root = elimination.schur(elimination.elements(0), np.array([level])).astype(complex)
    root[0, 0] += 0.5j
    assert len(root) >= 2
    column = np.eye(len(root), dtype=complex)[:, :1]
    sigma = np.zeros((40, 40), complex)
    sigma[20, 20] = -0.5j
    wanted = np.linalg.inv(level * np.eye(40) - h - sigma)[20, 20]
    assert abs(np.linalg.solve(root, column)[0, 0] - wanted) < 1e-11


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


def test_no_separator_leaves_two_pieces_in_touch() -> None:
    device, drive = strip(9, 11)
    (sector,) = sectors(device, drive, {})
    pattern, stay = Pattern.of(sector, True), contact_orbitals(sector)
    for positions in (sector.positions, None):
        ordering = Ordering(pattern, stay, positions)
        assert sorted(ordering.vertices.tolist()) == sorted(set(range(99)) - set(stay.tolist()))
        owner = np.full(99, -1)
        for f in range(len(ordering.end)):
            owner[ordering.vertices[ordering.own_begin[f] : ordering.end[f]]] = f
        ancestors: list[set[int]] = []
        for f, parent in enumerate(ordering.parent):
            ancestors.append({f} | (ancestors[parent] if parent >= 0 else set()))
        for v in range(99):
            for u in pattern.indices[pattern.indptr[v] : pattern.indptr[v + 1]]:
                if owner[u] >= 0 and owner[v] >= 0:
                    assert owner[u] in ancestors[owner[v]] or owner[v] in ancestors[owner[u]]


@pytest.mark.parametrize("solver", ["ports", "slices", "dissection"])
def test_a_call_gives_what_the_reference_gives(solver: str) -> None:
    device, drive = strip(4, 5, flux=0.05, disorder=0.2)
    wanted = fq.scatter(device, drive, [0.2, 0.9], sidebands=3, solver="dense")
    found = fq.scatter(device, drive, [0.2, 0.9], sidebands=3, solver=solver)
    for to, source in itertools.product("LR", "LR"):
        np.testing.assert_allclose(found.transmission(to, source), wanted.transmission(to, source), rtol=0, atol=1e-11)
        np.testing.assert_allclose(found.amplitude(to, source), wanted.amplitude(to, source), rtol=0, atol=1e-11)


def test_an_automatic_ladder_of_a_big_device_meets_its_bound() -> None:
    device, drive = strip(4, 6, flux=0.05, disorder=0.2)
    exact = fq.scatter(device, drive, [0.2], sidebands=14, solver="dense").transmission("R", "L", kind="total")
    found = fq.scatter(device, drive, [0.2], rtol=1e-4, solver="dissection")
    assert found.certificate.converged
    assert abs(float(found.transmission("R", "L", kind="total")[0] - exact[0])) < 1e-4 * 4


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


@pytest.mark.parametrize("solver", ["ports", "dense", "slices", "dissection"])
@pytest.mark.parametrize(
    "wave",
    [
        fq.Cosine(0.8, multiple=5),
        fq.Cosine(0.5, multiple=5) + fq.Cosine(0.5, multiple=7),
        fq.Harmonics({1: 0.001, 11: 0.4}),
    ],
)
def test_a_ladder_is_not_short_because_its_first_rungs_are_empty(wave: fq.model.Waveform, solver: str) -> None:
    # A drive of its fifth harmonic alone leaves rungs ±1 … ±4 empty: nothing at the ends of a short ladder proves nothing.
    contacts = {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.Chain(), 1, 0.6)}
    device = fq.Device([[0.1, 0.4], [0.4, -0.2]], contacts, {"a": fq.Onsite(0)})
    drive = fq.Drive({"a": wave}, photon_energy=0.28)
    exact = fq.scatter(device, drive, [0.3], sidebands=60, solver="dense").transmission("R", "L", kind="total")
    found = fq.scatter(device, drive, [0.3], rtol=1e-4, solver=solver).transmission("R", "L", kind="total")
    error = abs(float(found[0] - exact[0]))
    assert error < 1e-4
    assert error <= float(found.transmission_error[0]) + 1e-12


def test_a_drive_of_the_fifth_harmonic_is_a_drive_of_five_times_the_photon() -> None:
    device, _ = strip(3, 6, flux=0.05, disorder=0.2)
    one = fq.scatter(device, fq.Drive({"all_levels": fq.Cosine(0.8)}, photon_energy=1.4), [0.3])
    five = fq.scatter(device, fq.Drive({"all_levels": fq.Cosine(0.8, multiple=5)}, photon_energy=0.28), [0.3])
    wanted, found = (s.transmission("R", "L", kind="total") for s in (one, five))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6)


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
        counts = lead.open_channels(energies + (0 if accuracy < 1e-4 else 2e-9 * (edges[-1] - edges[0])))
        np.testing.assert_allclose(through + back, counts, rtol=0, atol=max(1e-6, accuracy / 20))
        if accuracy < 1e-4:
            np.testing.assert_allclose(back, 0, atol=1e-6)


def test_a_bound_beyond_all_open_channels_says_no_more_than_that() -> None:
    device, drive = strip(6, 6)
    found = fq.scatter(device, drive, [0.3], sidebands=1).transmission("R", "L")
    opened = int(device.contacts["L"].lead.open_channels(0.3))
    assert float(found.transmission_error.max()) == pytest.approx(opened)
