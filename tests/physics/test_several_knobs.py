"""Several gates, bonds and fluxes of any harmonics, against dense matrices and matched waves."""

import numpy as np
import pytest
from reference import closed_forms, dense_floquet
from reference.brute_force import brute_current
from scipy.special import jv

import floquant as fq
from physics.questions import RING, TIGHT, right_current, transmissions


def test_two_gates_with_a_phase_lag_against_dense_matrices():
    """It fixes the sign of the phase, of n, and which index of G_n0 is which."""
    h = np.array([[0.3, 0.4 + 0.2j], [0.4 - 0.2j, -0.2]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0], 0.7), "R": fq.Contact(fq.Chain(0.8, 0.1), [1], 0.5)},
        knobs={"left": fq.Onsite(0), "right": fq.Onsite(1)},
    )
    drive = fq.Drive({"left": fq.Cosine(0.5), "right": fq.Cosine(0.6, phase=0.9)}, photon_energy=0.45)
    harmonic = np.diag([0.25, 0.3 * np.exp(-0.9j)])
    problem = dense_floquet.Problem(
        h,
        {1: harmonic},
        0.45,
        (dense_floquet.chain("L", 0, coupling=0.7), dense_floquet.chain("R", 1, hopping=0.8, level=0.1, coupling=0.5)),
    )
    for to, from_ in (("R", "L"), ("L", "R")):
        exact = dense_floquet.transmission(problem, [0.2], 14, to, from_)[0, 11:18]
        found = transmissions(device, drive, 0.2, to, from_, n=range(-3, 4))
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-15)
    pumped = right_current(device, drive, 0.1)
    assert float(pumped) == pytest.approx(brute_current(problem, 0.1).current[1], rel=1e-9)


def test_two_harmonics_on_a_bond_and_a_complex_hamiltonian_against_dense_matrices():
    h = np.array([[0.1, 0.5j, 0.2], [-0.5j, 0.0, 0.6], [0.2, 0.6, -0.3]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0, 1], [[0.6], [0.3j]]), "R": fq.Contact(fq.WideBand(0.7), [2])},
        knobs={"link": fq.Hopping((0, 2)), "level": fq.Onsite(1)},
    )
    drive = fq.Drive({"link": fq.Harmonics({1: 0.2j, 2: 0.1}), "level": fq.Cosine(0.3, phase=0.5)}, photon_energy=0.5)
    one, two = np.zeros((3, 3), complex), np.zeros((3, 3), complex)
    one[0, 2] = one[2, 0] = 0.2j
    one[1, 1] = 0.15 * np.exp(-0.5j)
    two[0, 2] = two[2, 0] = 0.1
    problem = dense_floquet.Problem(
        h,
        {1: one, 2: two},
        0.5,
        (dense_floquet.chain("L", [0, 1], coupling=[0.6, 0.3j]), dense_floquet.wide_band("R", 2, gamma=0.7)),
    )
    exact = dense_floquet.transmission(problem, [0.2], 16, "R", "L")[0, 12:21]
    np.testing.assert_allclose(transmissions(device, drive, 0.2, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-15)
    raw = fq.Drive.from_matrices({1: one, 2: two}, photon_energy=0.5)
    np.testing.assert_allclose(transmissions(device, raw, 0.2, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-15)


def test_an_oscillating_flux_is_jacobis_and_angers_series():
    """The ring's flux as 0.2 + 0.15 cos(Ωt + 0.3): harmonics V0 e^{2πi·0.2} i^k J_k(2π·0.15) e^{−ik·0.3} on the bond to the dot."""
    drive = fq.Drive({"flux": fq.Cosine(0.15, phase=0.3)}, photon_energy=0.3)
    harmonics = {}
    for k in range(-14, 15):
        bond = 0.25 * np.exp(0.4j * np.pi) * 1j**k * jv(k, 0.3 * np.pi) * np.exp(-0.3j * k)
        block = harmonics.setdefault(abs(k), np.zeros((4, 4), complex))
        if k >= 0:
            block[0, 3] += bond
        if k <= 0:  # H_{−k} = H_k†, so the harmonic k < 0 of ⟨0|H|3⟩ is a piece of ⟨3|H_|k||0⟩
            block[3, 0] += np.conj(bond)
    base = dense_floquet.ring(0.0)
    still = base.hamiltonian.copy()
    still[0, 3] = still[3, 0] = 0
    problem = base._replace(hamiltonian=still, harmonics=harmonics, photon_energy=0.3)
    exact = dense_floquet.transmission(problem, [0.15], 16, "R", "L")[0, 12:21]
    np.testing.assert_allclose(transmissions(RING, drive, 0.15, n=range(-4, 5), flux=0.2), exact, rtol=1e-9, atol=1e-15)


def test_a_driven_strength_multiplies_its_bond():
    drive = fq.Drive({"dot_coupling_left": fq.Cosine(0.6, phase=-0.7)}, photon_energy=0.3)
    base = dense_floquet.ring(0.2)
    harmonic = np.zeros((4, 4), complex)
    harmonic[0, 3] = 0.25 * np.exp(0.4j * np.pi) * 0.3 * np.exp(0.7j)
    harmonic[3, 0] = 0.25 * np.exp(-0.4j * np.pi) * 0.3 * np.exp(0.7j)
    problem = base._replace(harmonics={1: harmonic}, photon_energy=0.3)
    exact = dense_floquet.transmission(problem, [0.15], 14, "R", "L")[0, 11:18]
    np.testing.assert_allclose(transmissions(RING, drive, 0.15, n=range(-3, 4), flux=0.2), exact, rtol=1e-9, atol=1e-15)


def test_a_driven_stretch_of_chain_is_matched_waves():
    length = 5
    h = 0.3 * np.eye(length) + np.diag(np.ones(length - 1), 1) + np.diag(np.ones(length - 1), -1)
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [length - 1])},
        knobs={"light": fq.Onsite(list(range(length)))},
    )
    drive = fq.Drive({"light": fq.Cosine(0.9)}, photon_energy=0.6)
    waves = closed_forms.driven_stretch_transmission(
        range(-3, 4), 0.4, length=length, level=0.3, amplitude=0.9, photon_energy=0.6
    )
    np.testing.assert_allclose(transmissions(device, drive, 0.4, n=range(-3, 4)), waves, rtol=1e-9, atol=1e-13)


def test_two_barriers_are_a_fabry_perot():
    h = np.diag([0.7, 0.0, 0.0, 0.7]) + np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    device = fq.Device(h, contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [3])})
    energies = np.linspace(-1.9, 1.9, 25)
    static = fq.scatter(device, None, energies).transmission("R", "L", kind="total").values.squeeze()
    expected = closed_forms.double_barrier_transmission(energies, barrier=0.7, distance=3)
    np.testing.assert_allclose(static, expected, rtol=1e-12)
    solution = fq.solve(device, None, window=(-0.3, 0.5), rtol=TIGHT)
    current = float(fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.5, "R": -0.3})).sel(lead="R"))
    integral = closed_forms.graded_integral(
        lambda e: closed_forms.double_barrier_transmission(e, barrier=0.7, distance=3), -0.3, 0.5
    )
    assert current == pytest.approx(integral, rel=1e-9)


@pytest.mark.parametrize("theta", [0.4, 1.1])
def test_rashba_coupling_shifts_the_flux_of_each_spin(theta):
    """A ring of M links exp(iθ σ·r̂): T^(n) = T_AB(Φ + w/2π) + T_AB(Φ − w/2π), w = M arccos(cos(π/M) cos θ) − π."""
    sites, flux = 6, 0.17
    pauli_x, pauli_y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
    charge, rashba = np.zeros((sites, sites), complex), np.zeros((2 * sites, 2 * sites), complex)
    for j in range(sites):
        k = (j + 1) % sites
        angle = 2 * np.pi * (j + 0.5) / sites
        radial = np.cos(angle) * pauli_x + np.sin(angle) * pauli_y
        link = np.cos(theta) * np.eye(2) + 1j * np.sin(theta) * radial
        charge[k, j] += 0.8
        charge[j, k] += 0.8
        rashba[2 * k : 2 * k + 2, 2 * j : 2 * j + 2] += 0.8 * link
        rashba[2 * j : 2 * j + 2, 2 * k : 2 * k + 2] += 0.8 * link.conj().T
    contacts = {"L": fq.Contact(fq.Chain(1.0), [0], 0.7), "R": fq.Contact(fq.Chain(1.0), [2], 0.7)}
    knobs = {"flux": fq.Flux(bond=(0, sites - 1)), "level": fq.Onsite(4)}
    plain = fq.Device(charge, contacts=contacts, knobs=knobs)
    real = fq.Device(rashba, contacts=contacts, knobs=knobs, orbitals=2, spin=True)
    drive = fq.Drive({"level": fq.Cosine(0.5)}, photon_energy=0.4)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    spins = fq.scatter(real, drive, [0.3], rtol=1e-12, flux=flux).transmission("R", "L").isel(energy=0)
    both = spins.sum(["spin_in", "spin_out"]).reindex(sideband=list(range(-3, 4)), fill_value=0.0).values
    shifted = [transmissions(plain, drive, 0.3, n=range(-3, 4), flux=flux + sign * w / (2 * np.pi)) for sign in (1, -1)]
    np.testing.assert_allclose(np.squeeze(both), np.squeeze(shifted[0] + shifted[1]), rtol=1e-9, atol=1e-13)
