"""Flows of big devices' solvers, from open waves alone, against explicit sums of the dense reference over all lead orbitals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import floquant as fq
from floquant.model import Sector, sectors
from floquant.solvers.extended.dissection import DissectionSolver
from floquant.solvers.extended.slices import SliceSolver
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.local.wide_contacts import WidePortSolver

SOLVERS = (DissectionSolver, SliceSolver, WidePortSolver)
PHOTON = 0.7


def ribbon(width: int, spin_orbit: float = 0.0, field: float = 0.0) -> fq.PeriodicLead:
    """A ribbon of square lattice; with Rashba coupling and a field along x its spin is mixed, (orbital, spin) fastest."""
    h00, h01 = -(np.eye(width, k=1) + np.eye(width, k=-1)), -np.eye(width)
    if not spin_orbit and not field:
        return fq.PeriodicLead(h00, h01)
    sx, sy, sz = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])
    along, across = 1j * spin_orbit * sy, 1j * spin_orbit * sx
    hop = np.kron(np.eye(width, k=1), across)
    h00 = np.kron(h00, np.eye(2)) + hop + hop.conj().T + np.kron(np.eye(width), 0.9 * sz + field * sx)
    return fq.PeriodicLead(h00, np.kron(h01, np.eye(2)) + np.kron(np.eye(width), along))


def scatterer(n: int, orbitals: int, seed: int) -> tuple[np.ndarray, dict[str, fq.model.Knob]]:
    """A Hermitian matrix, and two knobs that turn all of it."""
    rng = np.random.default_rng(seed)
    size = n * orbitals
    h = rng.normal(size=(3, size, size)) + 1j * rng.normal(size=(3, size, size))
    h = 0.3 * (h + np.conj(np.swapaxes(h, 1, 2)))
    return h[0], {"a": fq.Matrix(h[1]), "b": fq.Matrix(h[2])}


def narrow_and_wide() -> fq.Device:
    """Three terminals: a ribbon whose channels are partly closed, a chain that is closed at some rungs, and a wide band."""
    h, knobs = scatterer(6, 1, 1)
    contacts = {
        "L": fq.Contact(ribbon(3), [0, 1, 2]),
        "top": fq.Contact(fq.WideBand(0.4), [2, 3], coupling=np.array([[0.5], [0.3j]])),
        "R": fq.Contact(fq.Chain(0.4, 0.9), [5], coupling=0.6),
    }
    return fq.Device(h, contacts, knobs)


def spin_mixed(spin_orbit: float = 0.4, field: float = 0.3) -> Callable[[], fq.Device]:
    """Leads that mix spin: a bank's open waves are not its own orbitals, and overlap with those of the other spin."""

    def device() -> fq.Device:
        h, knobs = scatterer(4, 2, 2)
        one, two = ribbon(2, spin_orbit, field), fq.Chain(1.0, 0.3)
        contacts = {
            "L": fq.Contact(one, [0, 1]),
            "R": fq.Contact(one, [2, 3], coupling=0.8),
            "top": fq.Contact(two, [1]),
        }
        return fq.Device(h, contacts, knobs, orbitals=2, spin=True)

    return device


def every_orbital_a_contact() -> fq.Device:
    """No orbital but those of contacts, all of them driven: all solvers judge the same field."""
    h, knobs = scatterer(4, 1, 3)
    contacts = {"L": fq.Contact(ribbon(2), [0, 1]), "R": fq.Contact(ribbon(2), [2, 3], coupling=0.7)}
    return fq.Device(h, contacts, knobs)


DEVICES = {
    "three terminals": narrow_and_wide,
    "spin mixed": spin_mixed(),
    "spin hardly mixed": spin_mixed(0.0, 2e-4),
    "no interior": every_orbital_a_contact,
}
DRIVES = {
    "cosine": {"a": fq.Cosine(0.5, 0.3), "b": fq.Cosine(0.4, 1.3)},
    "two harmonics": {"a": fq.Harmonics({1: 0.3, 3: 0.2j}), "b": fq.Cosine(0.2)},
}


def only_sector(device: fq.Device, drive: fq.Drive | None) -> Sector:
    (sector,) = sectors(device, drive, {})
    return sector


def counting(make: type[LadderSolver]) -> type[LadderSolver]:
    """The same solver with `sources`: for how many right-hand sides each ladder was solved (none are where only ports are)."""

    class Counting(make):
        def __init__(self, sector: Sector) -> None:
            super().__init__(sector)
            self.sources = []

        def field(self, problem, energies, waves, incoming):
            self.sources.append(incoming.shape[-1])
            return super().field(problem, energies, waves, incoming)

    return Counting


def both(make: type[LadderSolver], sector: Sector, **options: int) -> tuple[LadderSolver, LadderSolver]:
    """A solver, and the reference that counts the same channels."""
    fast, dense = make(sector, **options), DenseSolver(sector)
    dense.channels = fast.channels
    return fast, dense


def weighing(channels: Channels) -> Detectors:
    return Detectors.weighing(channels, 0.2, -2.0, 2.0)


def flows(
    solver: LadderSolver, ladder: Ladder, energies: list[float], detectors: Callable[[Channels], Detectors] = Detectors.counting
) -> np.ndarray:  # fmt: skip
    table = solver.tabulate(ladder.energies(np.array([energies])))
    return solver.flows(table, np.array([0]), np.array([0]), ladder, detectors(solver.channels))[0]


@pytest.mark.parametrize("make", SOLVERS)
@pytest.mark.parametrize("waves", DRIVES)
@pytest.mark.parametrize("name", DEVICES)
def test_flows_are_those_of_the_dense_reference(name: str, waves: str, make: type[LadderSolver]) -> None:
    sector = only_sector(DEVICES[name](), fq.Drive(DRIVES[waves], photon_energy=PHOTON))
    fast, dense = both(make, sector)
    for lowest, rungs, first, window in ((-3, 7, 3, 1), (-4, 8, 2, 4), (-2, 5, 0, 5)):
        ladder = Ladder(PHOTON, lowest, rungs, first, window)
        for detectors in (Detectors.counting, weighing):
            found, wanted = (flows(solver, ladder, [0.05, 0.31, 0.62], detectors) for solver in (fast, dense))
            layout = FlowLayout.of(detectors(fast.channels), ladder)
            for quantity, where in layout.slices.items():
                if quantity not in ("tail", "ends"):
                    np.testing.assert_allclose(found[:, where], wanted[:, where], rtol=0, atol=3e-12, err_msg=quantity)
                # where the field is judged is each solver's own, unless all orbitals are contacts' and driven
                elif name == "no interior":
                    # itself, or by the norms of the harmonics
                    least, seen = wanted[:, where], found[:, where]
                    assert np.all((least <= seen * (1 + 1e-9) + 1e-15) & (seen <= 20 * least + 1e-15))


def test_these_devices_have_what_they_are_for() -> None:
    drive = fq.Drive(DRIVES["cosine"], photon_energy=PHOTON)
    ladder = Ladder(PHOTON, -4, 8, 2, 4)
    mixed = DissectionSolver(only_sector(DEVICES["spin hardly mixed"](), drive))
    shares = [np.diagonal(w.table.projector).real for w in mixed.contacts.at(ladder.energies(np.array(0.31)))]
    assert any(np.any((share > 1e-13) & (share < 1e-6)) for share in shares)
    partly = DissectionSolver(only_sector(narrow_and_wide(), drive)).contacts.at(ladder.energies(np.array(0.31)))
    left, top, right = np.array([waves.opened(3).round() for waves in partly]).T
    assert {1, 2} <= set(left)  # of three
    assert set(top) == {1}
    assert set(right) == {0, 1}


@pytest.mark.parametrize("make", SOLVERS)
def test_static_flows_have_one_rung_and_no_cut(make: type[LadderSolver]) -> None:
    fast, dense = both(make, only_sector(narrow_and_wide(), None))
    ladder = Ladder(0.0, 0, 1, 0, 1)
    found, wanted = (flows(solver, ladder, [0.05, 1.31]) for solver in (fast, dense))
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=0, atol=3e-13)


@pytest.mark.parametrize("make", SOLVERS)
def test_a_ladder_without_open_waves_carries_nothing_and_is_not_solved(make: type[LadderSolver]) -> None:
    h, knobs = scatterer(3, 1, 4)
    contacts = {"L": fq.Contact(fq.Chain(0.1, 9.0), [0]), "R": fq.Contact(fq.Chain(0.1, 9.0), [2])}
    sector = only_sector(fq.Device(h, contacts, knobs), fq.Drive(DRIVES["cosine"], photon_energy=PHOTON))
    fast = counting(make)(sector)
    assert not np.any(flows(fast, Ladder(PHOTON, -1, 3, 1, 1), [0.1, 0.2]))
    powers, ends = fast.powers(fast.tabulate(np.array([[[0.1, 0.8]]])), np.array([0]), np.array([0]), 0)
    assert not np.any(powers)
    assert not np.any(ends.entering)
    assert fast.sources == []


@pytest.mark.parametrize("make", SOLVERS)
@pytest.mark.parametrize("name", DEVICES)
def test_powers_from_each_rung_are_those_of_the_dense_reference(name: str, make: type[LadderSolver]) -> None:
    sector = only_sector(DEVICES[name](), fq.Drive(DRIVES["two harmonics"], photon_energy=PHOTON))
    fast, dense = both(make, sector)
    energies = Ladder(PHOTON, -3, 7, 3, 1).energies(np.array([[0.05, 0.31]]))
    one, tables = np.array([0]), (fast.tabulate(energies), dense.tabulate(energies))
    for centre in range(7):
        (found, _), (wanted, _) = (
            solver.powers(table, one, one, centre) for solver, table in zip((fast, dense), tables, strict=True)
        )
        np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-12)


def test_a_ladder_is_solved_once_for_all_rungs_and_for_open_waves_alone() -> None:
    sector = only_sector(narrow_and_wide(), fq.Drive(DRIVES["cosine"], photon_energy=PHOTON))
    solver = counting(DissectionSolver)(sector)
    ladder = Ladder(PHOTON, -3, 7, 3, 1)
    flows(solver, ladder, [0.05])
    opened = sum(int(waves.opened(3).round().sum()) for waves in solver.contacts.at(ladder.energies(np.array(0.05))))
    assert solver.sources == [opened]
    assert opened < 7 * len(solver.channels.member)


def test_a_lead_is_asked_once_for_each_energy() -> None:
    solver = DissectionSolver(only_sector(narrow_and_wide(), fq.Drive(DRIVES["cosine"], photon_energy=PHOTON)))
    for rungs in (5, 7):
        flows(solver, Ladder(PHOTON, -(rungs // 2), rungs, rungs // 2, 1), [0.05, 0.31, 0.62])
    assert solver.contacts.asked == 3 * 7


def test_contacts_that_are_forgotten_are_asked_again() -> None:
    sector = only_sector(narrow_and_wide(), fq.Drive(DRIVES["cosine"], photon_energy=PHOTON))
    fast, dense = both(DissectionSolver, sector, remembered=100)
    ladder = Ladder(PHOTON, -3, 7, 3, 1)
    for energies in ([0.05, 0.31, 0.62], [0.11, 0.43], [0.05, 0.31, 0.62]):
        found, wanted = (flows(solver, ladder, energies) for solver in (fast, dense))
        kept = slice(0, FlowLayout.of(Detectors.counting(fast.channels), ladder).slices["tail"].start)
        np.testing.assert_allclose(found[:, kept], wanted[:, kept], rtol=0, atol=3e-12)
    assert fast.contacts.asked == (3 + 2 + 3) * 7


def test_charge_and_spin_currents_do_not_depend_on_the_solver() -> None:
    device = spin_mixed(0.0, 0.3)()
    device = fq.Device(
        device.h,
        {"L": device.contacts["top"], "R": fq.Contact(fq.WideBand(0.4), [3])},
        device.knobs,
        orbitals=2,
        spin=True,
    )
    drive = fq.Drive(DRIVES["cosine"], photon_energy=PHOTON)
    reservoirs = fq.Reservoirs(mu={"L": 0.3, "R": 0.1})
    options = {"rtol": 1e-3, "sidebands": 3, "window": (0.1, 0.3)}
    exact = fq.solve(device, drive, **{**options, "rtol": 1e-5}, solver="dense")
    for solver in ("dissection", "slices", "ports"):
        found = fq.solve(device, drive, **options, solver=solver)
        for observable in (fq.dc_current, fq.spin_current):
            value, wanted = observable(found, reservoirs), observable(exact, reservoirs)
            error = value[f"{observable.__name__}_error"] + wanted[f"{observable.__name__}_error"]
            assert bool((abs(value - wanted) <= error + 1e-9).all()), (solver, observable.__name__)
            assert float(abs(wanted).max()) > 1e-3
