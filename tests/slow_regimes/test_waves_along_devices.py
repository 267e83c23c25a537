"""One harmonic on many orbitals: ladders by BLAS from both ends, against the dense reference; and how such solvers are chosen."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from floquant.model import Sector, sectors
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.local import from_both_ends
from floquant.solvers.local.continued_fractions import SidebandSolver
from floquant.solvers.local.from_both_ends import Rungs
from floquant.solvers.local.wide_contacts import WidePortSolver, WideTable
from floquant.transport.plan import choose_solver, planned

PHOTON = 0.35
# (lowest rung, rungs, first of the window, rungs of the window)
LADDERS = ((-7, 14, 6, 2), (-4, 9, 4, 1), (-1, 2, 0, 2), (0, 1, 0, 1), (-6, 7, 5, 1))
# at the last one a rung is open that is closed at the others
NODES = [0.02, 0.11, 0.3]
ONE = np.array([0])


def along(length: int, half_width: float = 0.6, driven: int | None = None) -> tuple[fq.Device, fq.Drive]:
    """A wave along a chain between leads of narrow bands, so that most rungs are closed."""
    hopping = -0.4 * (np.eye(length, k=1) + np.eye(length, k=-1))
    contacts = {
        "L": fq.Contact(fq.Chain(half_width / 2), 0, 0.3),
        "R": fq.Contact(fq.Chain(half_width / 2, 0.1), length - 1, 0.4),
    }
    sites = range(length if driven is None else driven)
    device = fq.Device(hopping, contacts, {f"u{site}": fq.Onsite(site) for site in sites})
    wave = {f"u{site}": fq.Cosine(0.5, phase=-2 * np.pi * site / 5) for site in sites}
    return device, fq.Drive(wave, photon_energy=PHOTON)


def hopping_driven() -> tuple[fq.Device, fq.Drive]:
    """Every element of H driven and turned, also those between orbitals, by complex H_1."""
    rng = np.random.default_rng(2)
    h = rng.normal(size=(3, 6, 6)) + 1j * rng.normal(size=(3, 6, 6))
    h = 0.2 * (h + np.conj(np.swapaxes(h, 1, 2)))
    contacts = {"L": fq.Contact(fq.Chain(0.3), 0, 0.4), "R": fq.Contact(fq.Chain(0.4), 5, 0.4)}
    device = fq.Device(h[0], contacts, {"a": fq.Matrix(h[1]), "b": fq.Matrix(h[2])})
    return device, fq.Drive({"a": fq.Cosine(0.5), "b": fq.Cosine(0.4, 1.3)}, photon_energy=PHOTON)


CASES = {
    "every site": lambda: along(14),
    "the first sites": lambda: along(9, driven=4),
    "all elements": hopping_driven,
}


def of_case(name: str) -> tuple[Sector, WidePortSolver, DenseSolver]:
    (sector,) = sectors(*CASES[name](), {})
    fast, dense = WidePortSolver(sector), DenseSolver(sector)
    dense.channels = fast.channels
    return sector, fast, dense


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("numbers", LADDERS)
def test_flows_are_those_of_the_dense_reference(name: str, numbers: tuple[int, int, int, int]) -> None:
    _, fast, dense = of_case(name)
    ladder = Ladder(PHOTON, *numbers)
    energies = ladder.energies(np.array([NODES]))
    opened = fast.tabulate(energies).is_open[0].any(axis=2)
    if ladder.rungs > 2:
        assert opened.any(axis=1).all()
        assert not opened.all(axis=1).any()
        assert (opened[0] != opened[2]).any()
    for detectors in (Detectors.counting(fast.channels), Detectors.weighing(fast.channels, 0.2, -2.0, 2.0)):
        found, wanted = (each.flows(each.tabulate(energies), ONE, ONE, ladder, detectors)[0] for each in (fast, dense))
        layout = FlowLayout.of(detectors, ladder)
        for quantity, where in layout.slices.items():
            if quantity not in ("tail", "ends"):
                np.testing.assert_allclose(found[:, where], wanted[:, where], rtol=0, atol=1e-12, err_msg=quantity)
            elif name == "every site":
                # norms of harmonics bound what the dense reference knows exactly
                assert np.all(wanted[:, where] <= found[:, where] * (1 + 1e-9) + 1e-15)


@pytest.mark.parametrize("name", CASES)
def test_powers_and_columns_are_those_of_the_dense_reference(name: str) -> None:
    _, fast, dense = of_case(name)
    energies = Ladder(PHOTON, -4, 9, 4, 1).energies(np.array([NODES]))
    tables = [solver.tabulate(energies) for solver in (fast, dense)]
    for centre in (0, 4, 6):
        for method in ("powers", "columns"):
            found, wanted = (
                getattr(each, method)(table, ONE, ONE, centre)[0]
                for each, table in zip((fast, dense), tables, strict=True)
            )
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)


def rungs_of(fast: WidePortSolver, table: WideTable) -> Rungs:
    chosen = [np.flatnonzero(share) for share in table.is_open[0].any(axis=0)]
    arrays = table.green[0], table.left[0], table.right[0]
    return Rungs(*arrays, chosen, fast.potential[0], fast.harmonics[0, 0], fast.kappa)


@pytest.mark.parametrize("name", CASES)
def test_every_rung_may_be_the_middle(name: str) -> None:
    _, fast, _ = of_case(name)
    ladders = rungs_of(fast, fast.tabulate(Ladder(PHOTON, -4, 9, 4, 1).energies(np.array([NODES]))))
    wanted, driven = fast._on_whole_ladders(0, ladders)
    strengths = np.linalg.svd(fast.harmonics[0, 0], compute_uv=False) ** 2
    for middle in range(9):
        sides = ladders._sides(middle)
        found = ladders._from_both_ends(middle, sides)
        np.testing.assert_allclose(ladders._seen(middle, sides, found), wanted, rtol=0, atol=1e-12)
        ends = ladders._ends(middle, sides, found)
        # what the drive makes of the field on the last rung and on the first: no less and no more of it than its singular values allow
        assert np.all(strengths[-1] * ends[:, [-1, 0]] <= driven + 1e-12)
        assert np.all(driven <= strengths[0] * ends[:, [-1, 0]] + 1e-12)
        assert not ends[:, 1:-1].any()


@pytest.mark.parametrize("allowed", [0.0, np.nan])
def test_a_ladder_that_no_middle_is_good_for_is_solved_as_one_matrix(
    allowed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, fast, dense = of_case("every site")
    monkeypatch.setattr(from_both_ends, "LARGEST_STEP", allowed)
    ladder = Ladder(PHOTON, -4, 9, 4, 1)
    energies, detectors = ladder.energies(np.array([NODES])), Detectors.counting(fast.channels)
    assert rungs_of(fast, fast.tabulate(energies)).scattered() is None
    found, wanted = (each.flows(each.tabulate(energies), ONE, ONE, ladder, detectors) for each in (fast, dense))
    kept = slice(0, FlowLayout.of(detectors, ladder).slices["tail"].start)
    np.testing.assert_allclose(found[..., kept], wanted[..., kept], rtol=0, atol=1e-12)


def test_a_rung_that_cannot_be_eliminated_becomes_the_middle() -> None:
    """Rung 1 of 7 holds a state by itself with the one below, to 1e-9: F is large there, and nowhere else."""
    d, rungs = 2, 7
    rng = np.random.default_rng(3)
    h = rng.normal(size=(3, rungs, d, d)) + 1j * rng.normal(size=(3, rungs, d, d))
    green = np.linalg.inv(np.eye(d) * 3 + h[0] / 4)
    left, right = h[1] / 2, h[2] / 2
    potential, drive = np.zeros((d, d), complex), np.diag([0.5, 0.3j])
    beyond = drive @ green[0] @ drive.conj().T
    # (g⁻¹ − F) of rung 1 has an eigenvalue of 1e-9
    own = np.linalg.inv(green[1]) - beyond
    values, vectors = np.linalg.eig(own)
    values[0] = 1e-9
    green[1] = np.linalg.inv(vectors @ np.diag(values) @ np.linalg.inv(vectors) + beyond)
    ladders = Rungs(
        green[None], left[None], right[None], [np.arange(d)] * rungs, potential, drive.astype(complex), 1.0
    )  # fmt: skip
    sides = ladders._sides(3)
    ladders._from_both_ends(3, sides)
    assert sides[1].largest[1] > from_both_ends.LARGEST_STEP
    found = ladders.scattered()
    assert found is not None
    # (g⁻¹ − V) ψ = g⁻¹ φ on the whole ladder
    matrix, source = np.zeros((rungs, d, rungs, d), complex), np.zeros((rungs, d, rungs, d), complex)
    for m in range(rungs):
        matrix[m, :, m], source[m, :, m] = np.eye(d), right[m]
        if m:
            matrix[m, :, m - 1] = -green[m] @ drive
            matrix[m - 1, :, m] = -green[m - 1] @ drive.conj().T
    size = rungs * d
    field = np.linalg.solve(matrix.reshape(size, size), source.reshape(size, size)).reshape(rungs, d, size)
    chi = np.zeros_like(field)
    chi[1:] += drive @ field[:-1]
    chi[:-1] += drive.conj().T @ field[1:]
    wanted = 1j * (left @ chi).reshape(size, size)
    np.testing.assert_allclose(found[0][0], wanted, rtol=0, atol=1e-11 * np.abs(wanted).max())


def test_ports_are_compiled_for_few_driven_orbitals_and_go_by_blas_for_many() -> None:
    for length, kind in ((4, SidebandSolver), (12, SidebandSolver), (14, WidePortSolver)):
        (sector,) = sectors(*along(length), {})
        (ports,) = [choice for choice in planned(sector, 15).choices if choice.kind == "ports"]
        assert type(ports.make()) is kind


def test_the_choice_knows_that_a_strong_and_slow_drive_makes_long_ladders() -> None:
    length = 24
    device, _ = along(length, 2.0)
    wave = {f"u{site}": fq.Cosine(1.0, phase=-2 * np.pi * site / 8) for site in range(length)}
    (sector,) = sectors(device, fq.Drive(wave, photon_energy=0.02), {})
    kinds = {rungs: min(planned(sector, rungs).choices, key=lambda choice: choice.seconds).kind for rungs in (15, 151)}
    assert kinds[151] == "ports"
    assert type(choose_solver(sector, None, expected=151)) is WidePortSolver


def test_currents_along_a_wave_are_those_of_the_compiled_solver() -> None:
    device, drive = along(6, 2.0)
    (sector,) = sectors(device, drive, {})
    solver, other = WidePortSolver(sector), SidebandSolver(sector)
    other.channels = solver.channels
    ladder = Ladder(PHOTON, -30, 61, 30, 1)
    energies, detectors = ladder.energies(np.array([NODES])), Detectors.counting(solver.channels)
    layout = FlowLayout.of(detectors, ladder)
    found, wanted = (
        layout.view(each.flows(each.tabulate(energies), ONE, ONE, ladder, detectors), "flow")
        for each in (solver, other)
    )
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)
