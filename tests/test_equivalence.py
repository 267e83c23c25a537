"""Every fast path against the dense reference, from one table of cases; and integrals against plain sums."""

from __future__ import annotations

import numpy as np
import pytest
from cases import CASES

import floquant as fq
from floquant.model import sectors
from floquant.solvers.ladder.contacts import self_energy
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.local.continued_fractions import SidebandSolver
from floquant.solvers.poles import bound_states as bound_states_module

# All that the two solvers must agree on; probes and tails are each solver's own.
SHARED = ("flow", "unsigned", "total", "defect")


def _ladder(solver: SidebandSolver, photon_energy: float, sidebands: int) -> Ladder:
    """Three window rungs with so many neighbours that the two solvers' ladder ends no longer matter."""
    extra = sidebands + solver.reach
    # Steps of several rungs must fill the ladder.
    extra += -(3 + 2 * extra) % (solver.reach + 1)
    return Ladder(photon_energy, -extra, 3 + 2 * extra, extra, 3)


@pytest.mark.parametrize("name", CASES)
def test_flows_are_the_explicit_sums_of_the_dense_reference(name: str) -> None:
    device, drive = CASES[name]()
    for sector in sectors(device, drive, {}):
        fast, dense = SidebandSolver(sector), DenseSolver(sector)
        ladder = _ladder(fast, float(drive.photon_energy), 14)
        energies = ladder.energies(drive.photon_energy * np.array([[0.11, 0.52, 0.93]]))
        one = np.array([0])
        for detectors in (Detectors.counting(fast.channels), Detectors.weighing(fast.channels, 0.2, -2.0, 2.0)):
            found = fast.flows(fast.tabulate(energies), one, one, ladder, detectors)
            wanted = dense.flows(dense.tabulate(energies), one, one, ladder, detectors)
            layout = FlowLayout.of(detectors, ladder)
            for quantity in SHARED:
                where = layout.slices[quantity]
                np.testing.assert_allclose(found[..., where], wanted[..., where], rtol=0, atol=2e-12, err_msg=quantity)


@pytest.mark.parametrize("name", CASES)
def test_amplitudes_are_those_of_the_dense_reference(name: str) -> None:
    device, drive = CASES[name]()
    for sector in sectors(device, drive, {}):
        fast, dense = SidebandSolver(sector), DenseSolver(sector)
        ladder = _ladder(fast, float(drive.photon_energy), 14)
        energies = ladder.energies(drive.photon_energy * np.array([[0.11, 0.52, 0.93]]))
        one = np.array([0])
        centre = ladder.rungs // 2
        found, _ = fast.columns(fast.tabulate(energies), one, one, centre)
        wanted, _ = dense.columns(dense.tabulate(energies), one, one, centre)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", CASES)
def test_transmissions_of_a_call_are_those_of_the_dense_solver(name: str) -> None:
    device, drive = CASES[name]()
    leads = list(device.contacts)
    energies = [-0.63, 0.0, 0.41]
    fast = fq.scatter(device, drive, energies, rtol=1e-9, solver="ports")
    dense = fq.scatter(device, drive, energies, rtol=1e-9, solver="dense", sidebands=int(fast.sidebands[-1]) + 3)
    for to in leads:
        for from_ in leads:
            found, wanted = fast.transmission(to, from_), dense.transmission(to, from_)
            np.testing.assert_allclose(found, wanted.sel(sideband=found.sideband), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["ring", "two_gates", "two_harmonics", "mixed_spin", "driven_contacts"])
def test_currents_are_those_of_the_dense_solver(name: str) -> None:
    device, drive = CASES[name]()
    reservoirs = fq.Reservoirs(mu={lead: 0.1 * i for i, lead in enumerate(device.contacts)})
    fast = fq.dc_current(fq.solve(device, drive, (0.0, 0.25), solver="ports"), reservoirs)
    dense = fq.dc_current(fq.solve(device, drive, (0.0, 0.25), solver="dense", rtol=1e-3), reservoirs)
    bound = fast.dc_current_error + dense.dc_current_error
    assert np.all(np.abs(fast - dense) <= bound)
    assert float(np.abs(fast).max()) > 100 * float(bound.max())


def _plain_current(
    device: fq.Device, drive: fq.Drive, mu: dict[str, float], temperature: float, nodes: int
) -> np.ndarray:
    """The window form as a plain sum over S on a uniform grid of the Floquet zone, by the dense solver."""
    photon_energy = float(drive.photon_energy)
    result = np.zeros(len(device.contacts))
    for sector in sectors(device, drive, {}):
        solver = DenseSolver(sector)
        rungs = 41
        ladder = Ladder(photon_energy, -20, rungs, 20, 1)
        epsilon = photon_energy * (np.arange(nodes) + 0.5) / nodes
        energies = ladder.energies(epsilon)
        occupied = {
            lead: (
                0.5 - 0.5 * np.tanh((energies - level) / (2 * temperature)) if temperature else (energies < level) * 1.0
            )
            for lead, level in mu.items()
        }
        table, one = solver.tabulate(energies[None]), np.array([0])
        s = np.stack([solver.columns(table, one, one, k)[0][0] for k in range(rungs)], axis=3)  # (node, n, out, k, in)
        names, group = solver.channels.names, solver.channels.group
        for out, lead_out in enumerate(names):
            for into, lead_in in enumerate(names):
                difference = occupied[lead_in][:, None, :] - occupied[lead_out][:, :, None]
                power = np.abs(s[:, :, group == out][..., group == into]) ** 2
                result[out] += np.sum(power.sum(axis=(2, 4)) * difference) * photon_energy / nodes
    return result


@pytest.mark.parametrize(("name", "chosen"), [("ring", "scalar"), ("two_gates", "block"), ("driven_contacts", "dense")])
def test_the_solver_is_chosen_by_its_cost_and_named(name: str, chosen: str) -> None:
    device, drive = CASES[name]()
    assert chosen in fq.scatter(device, drive, [0.1], rtol=1e-3).certificate.solver


@pytest.mark.parametrize("bias", [0.0, 0.8])
def test_warm_currents_are_plain_sums_over_amplitudes(bias: float) -> None:
    # Broad resonances in wide bands: a uniform grid of a periodic integrand converges exponentially.
    device, drive = (
        fq.gallery.driven_level(gamma_left=0.9, gamma_right=0.6, level=0.3),
        fq.Drive({"level": fq.Cosine(0.8)}, photon_energy=1.0),
    )
    mu = {"L": 0.2 + bias / 2, "R": 0.2 - bias / 2}
    wanted = _plain_current(device, drive, mu, temperature=0.15, nodes=40)
    solution = fq.solve(device, drive, (-7, 8), rtol=1e-10)
    found = fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=0.15))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-9 * max(1.0, float(np.abs(wanted).max())))


def test_a_cold_limit_is_the_zero_temperature_current() -> None:
    device, drive = CASES["ring"]()
    solution = fq.solve(device, drive, (-2.5, 2.5), rtol=1e-9)
    reservoirs = {"L": 0.05, "R": 0.02}
    cold = fq.dc_current(solution, fq.Reservoirs(mu=reservoirs))
    colder = fq.dc_current(solution, fq.Reservoirs(mu=reservoirs, temperature=1e-7))
    np.testing.assert_allclose(colder, cold, rtol=0, atol=1e-9)


def test_the_landauer_form_agrees_with_the_window_form() -> None:
    device, drive = CASES["ring"]()
    solution = fq.solve(device, drive, (-2.1, 0.5), rtol=1e-8)
    for temperature in (0.0, 0.01):
        reservoirs = fq.Reservoirs(mu={"L": 0.05, "R": 0.0}, temperature=temperature)
        window, landauer = (fq.dc_current(solution, reservoirs, form=form) for form in ("window", "landauer"))
        np.testing.assert_allclose(landauer, window, rtol=0, atol=1e-9)


def test_a_sparse_device_is_solved_as_its_dense_copy() -> None:
    from scipy import sparse

    n = 450
    hopping = sparse.diags([np.ones(n - 1), np.ones(n - 1)], [-1, 1]).tolil()
    hopping[3, 40] = hopping[40, 3] = 0.3
    contacts = {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [n - 1])}
    drive = fq.Drive({"gate": fq.Cosine(0.3)}, photon_energy=0.4)
    found = [
        fq.scatter(fq.Device(h, contacts, {"gate": fq.Onsite(200)}), drive, [0.1, 0.7]).transmission("R", "L")
        for h in (sparse.csr_matrix(hopping), hopping.toarray())
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-12)


def test_one_chain_on_two_sites_is_a_chain_that_begins_inside_the_device() -> None:
    """A lead of one orbital reaches two sites with a phase between them; or its first site is the device's, and the bonds are ordinary."""
    bonds = np.array([0.6, 0.5 * np.exp(1.1j)])
    h = np.array([[0.2, 0.3 - 0.2j, 0.4], [0.3 + 0.2j, -0.1, 0.5j], [0.4, -0.5j, 0.1]])
    right = fq.Contact(fq.Chain(0.9), [2])
    outside = fq.Device(h, {"L": fq.Contact(fq.Chain(1.0), [0, 1], coupling=bonds[:, None]), "R": right})
    longer = np.zeros((4, 4), dtype=complex)
    longer[:3, :3], longer[:2, 3] = h, bonds
    longer[3, :2] = bonds.conj()
    inside = fq.Device(longer, {"L": fq.Contact(fq.Chain(1.0), [3]), "R": right})
    for to, from_ in (("R", "L"), ("L", "L")):
        found, wanted = (
            fq.scatter(device, None, [-0.8, 0.1, 1.3]).transmission(to, from_) for device in (outside, inside)
        )
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)


def test_a_narrow_resonance_between_coarse_nodes_is_integrated_whole() -> None:
    """A level of half width γ = 1e-5 between two wide bands, static: ∫ T dE is γ (atan((V − ε)/γ) − atan((−V − ε)/γ))."""
    gamma, level, bias = 1e-5, 0.3217, 0.9
    device = fq.gallery.driven_level(gamma_left=gamma, gamma_right=gamma, level=level)
    found = fq.dc_current(fq.solve(device, None, (-bias, bias)), fq.Reservoirs(mu={"L": bias, "R": -bias}))
    wanted = gamma * (np.arctan((bias - level) / gamma) + np.arctan((bias + level) / gamma))
    np.testing.assert_allclose(found, [-wanted, wanted], rtol=1e-6)


# Poles of the device on the real axis: the limit, not an exception and not a nan.


def test_a_dot_cut_off_from_the_leads_leaves_the_chain_perfect() -> None:
    ring = fq.gallery.quantum_ring().at(dot_coupling_left=0.0, dot_coupling_right=0.0)
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    transmission = fq.scatter(ring, drive, [0.0, 0.05]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(transmission, 1.0, atol=1e-12)


@pytest.mark.parametrize("flux", [0.0, 1.0])
def test_the_ring_at_integer_flux_transmits_all_at_its_bound_state(flux: float) -> None:
    ring = fq.gallery.quantum_ring()
    for energies in ([0.0], [0.0, 1e-13, -1e-9]):
        transmission = fq.scatter(ring, None, energies, flux=flux).transmission("R", "L", kind="total")
        np.testing.assert_allclose(transmission, 1.0, atol=1e-7)


def test_a_driven_bound_state_in_the_continuum_is_no_pole_in_a_sweep() -> None:
    # In a sweep of the flux both bond and dot are ports; at integer flux and E = 0 the undriven ring is exactly singular there.
    ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    for solver in (None, "dense"):
        scattering = fq.scatter(ring, drive, [0.0, 1e-12, 0.2], flux=[0.0, 0.3, 1.0], solver=solver)
        transmission = scattering.transmission("R", "L", kind="total")
        np.testing.assert_allclose(transmission[[0, 2], :2], 1.0, atol=1e-7)


@pytest.mark.parametrize("solver", [None, "dense"])
def test_an_undriven_bound_state_in_the_continuum_is_no_pole_in_a_sweep(solver: str | None) -> None:
    transmission = fq.scatter(
        fq.gallery.quantum_ring(), None, [0.0, 1e-12], flux=[0.0, 0.5, 1.0], solver=solver
    ).transmission("R", "L", kind="total")
    np.testing.assert_allclose(transmission[[0, 2]], 1.0, atol=1e-7)
    np.testing.assert_allclose(transmission[1], 0.0, atol=1e-12)


def test_a_site_that_nothing_touches_does_not_matter_at_its_own_energy() -> None:
    h = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.3]])
    device = fq.Device(
        h, {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [1])}, {"gate": fq.Onsite([0, 2])}
    )
    transmission = fq.scatter(device, None, [0.3]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(transmission, 1.0, atol=1e-12)


def test_a_state_between_two_symmetric_arms_is_dark_and_harmless() -> None:
    # Two equal arms: their odd combination sees neither leads nor knobs, and is exactly singular at its own energy 0.4.
    h = np.zeros((4, 4))
    h[0, 1] = h[0, 2] = h[1, 3] = h[2, 3] = 0.5
    h[1, 1] = h[2, 2] = 0.4
    device = fq.Device(
        h + np.triu(h, 1).T,
        {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [3])},
        {"gate": fq.Onsite(0)},
    )
    near = fq.scatter(device, None, [0.4, 0.4 + 1e-6], gate=0.1).transmission("R", "L", kind="total").values.ravel()
    assert np.isfinite(near).all()
    assert abs(near[0] - near[1]) < 1e-5


def test_energies_on_a_band_edge_are_limits() -> None:
    device, drive = CASES["ring"]()
    edges = fq.scatter(device, drive, [-2.0, 2.0, 1.8, -1.8]).transmission("R", "L", kind="total")
    beside = fq.scatter(device, drive, np.array([-2.0, 2.0, 1.8, -1.8]) * (1 - 1e-9)).transmission(
        "R", "L", kind="total"
    )
    np.testing.assert_allclose(edges, beside, atol=1e-3)
    np.testing.assert_array_equal(edges[:2], 0.0)


def test_bound_states_lie_where_the_determinant_vanishes() -> None:
    for flux, energy in ((0.1, 2.002900), (0.2, 2.001610), (0.3, 2.000484)):
        (sector,) = sectors(fq.gallery.quantum_ring(), None, {"flux": np.array([flux])})
        (states,) = bound_states_module.bound_states(sector, np.array([0]))
        np.testing.assert_allclose(states, [-energy, energy], atol=1e-6)
        for state in states:
            h = sector.hamiltonian.copy()
            h[np.ix_(sector.ports, sector.ports)] += sector.static[0]
            matrix = state * np.eye(4) - h - self_energy(sector, np.array([state]))[0]
            assert np.linalg.svd(matrix, compute_uv=False)[-1] < 1e-8
