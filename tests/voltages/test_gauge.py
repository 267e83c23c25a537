"""Ac voltages against gauge identities, and Tien and Gordon where they hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

import floquant as fq
from voltages.triangle import OMEGA, H, chains, level, sidebands, transmissions

EVERYWHERE = {"all": fq.Onsite([0, 1, 2]), "end": fq.Onsite(2)}
WAVES = {
    "cosine": fq.Cosine(0.5, 0.3),
    "two harmonics": fq.Cosine(0.4) + fq.Cosine(0.3, 1.1, multiple=2),
    "pulses": fq.Lorentzian(0.2),
    "triangle": fq.Triangle(0.4, 0.2, rise=0.3, order=15),
    "sampled": fq.Sampled([0.3, -0.1, 0.2, -0.4]),
}


def ladders():
    """Leads of two orbitals with a flux in them and a contact matrix that mixes both."""
    left = fq.PeriodicLead([[0.1, 0.5j], [-0.5j, -0.2]], [[0.9, 0.2j], [0.1, 0.8j]])
    right = fq.PeriodicLead([[0.0, 0.4], [0.4, 0.1]], [[0.8j, 0.0], [0.3, 0.7]])
    tau = np.array([[0.6, 0.3j], [0.2, -0.5]])
    return {"L": fq.Contact(left, [0, 1], tau), "R": fq.Contact(right, [1, 2], tau.T)}


@pytest.mark.parametrize("contacts", [chains, ladders])
@pytest.mark.parametrize("name", WAVES)
def test_what_device_and_leads_all_feel_alike_does_nothing(name, contacts):
    device = fq.Device(H, contacts(), EVERYWHERE)
    wave = WAVES[name]
    drive = fq.Drive({"all": wave}, voltages={"L": wave, "R": wave}, photon_energy=OMEGA)
    static, driven = (fq.scatter(device, each, [0.37]) for each in (None, drive))
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        alone = float(static.transmission(to, from_, kind="total").squeeze())
        expected = np.where(np.arange(-8, 9) == 0, alone, 0.0)
        np.testing.assert_allclose(sidebands(driven, to, from_), expected, atol=1e-6)


@pytest.mark.parametrize("contacts", [chains, ladders])
def test_a_voltage_on_one_lead_is_the_opposite_potential_on_all_the_rest(contacts):
    device = fq.Device(H, contacts(), EVERYWHERE)
    u = fq.Cosine(0.4, 0.8) + fq.Cosine(0.2, -0.3, multiple=2)
    gate = fq.Cosine(0.3)
    one = fq.Drive({"end": gate}, voltages={"L": u}, photon_energy=OMEGA)
    rest = fq.Drive({"all": -u, "end": gate}, voltages={"R": -u}, photon_energy=OMEGA)
    # L's own frame carries u: in the second picture a wave of R leaves at an energy counted without it
    pictures = [fq.scatter(device, drive, [0.37], rtol=1e-8) for drive in (one, rest)]
    for to, from_ in (("R", "L"), ("L", "R")):
        a, b = (sidebands(picture, to, from_) for picture in pictures)
        assert a.max() > 0.05
        np.testing.assert_allclose(a, b, atol=2e-8)


@settings(max_examples=5)
@given(v=st.floats(-1, 1), phase=st.floats(-4, 4))
def test_a_voltage_is_a_moving_phase_of_the_coupling_in_quadrature_with_it(v, phase):
    knobs = {**EVERYWHERE, "phase": fq.Flux(contact="L")}
    device = fq.Device(H, chains(), knobs)
    voltage = fq.Drive({}, voltages={"L": fq.Cosine(v, phase)}, photon_energy=OMEGA)
    # exp(−i (v/ħΩ) sin(Ωt + χ)) as a flux: −(v/2πħΩ) cos(Ωt + χ − π/2)
    flux = fq.Drive({"phase": fq.Cosine(-v / (2 * np.pi * OMEGA), phase - np.pi / 2)}, photon_energy=OMEGA)
    np.testing.assert_allclose(transmissions(device, voltage), transmissions(device, flux), atol=1e-12)


def test_a_standing_flux_in_the_same_coupling_changes_nothing_of_a_two_terminal_device():
    device = fq.Device(H, chains(), {"phase": fq.Flux(contact="L")})
    drive = fq.Drive({}, voltages={"L": fq.Cosine(0.5)}, photon_energy=OMEGA)
    np.testing.assert_allclose(transmissions(device, drive), transmissions(device.at(phase=0.23), drive), atol=1e-12)


def breit_wigner(energy, gamma_left=0.5, gamma_right=0.3):
    return gamma_left * gamma_right / ((energy - 0.2) ** 2 + (gamma_left + gamma_right) ** 2 / 4)


def test_a_cosine_on_a_wide_band_lead_gives_tien_and_gordons_bessel_functions():
    u, n = 0.9, np.arange(-6, 7)
    drive = fq.Drive({}, voltages={"L": fq.Cosine(u, 0.4)}, photon_energy=OMEGA)
    weights = jv(n, u / OMEGA) ** 2
    into_right = transmissions(level(), drive, n=n, rtol=1e-9)
    np.testing.assert_allclose(into_right, weights * breit_wigner(0.37 + n * OMEGA), atol=1e-9)
    into_left = transmissions(level(), drive, to="L", from_="R", n=n, rtol=1e-9)
    np.testing.assert_allclose(into_left, weights * breit_wigner(0.37), atol=1e-9)


def test_a_leviton_makes_waves_of_one_photon_less_and_of_any_more_but_no_others():
    """Σ p_n e^{−inΩt} = e^{iΩt} (z − q)/(1 − qz), z = e^{−iΩt}, q = e^{−2πw}: p_{−1} = −q, p_n = q^n (1 − q²), and no n < −1."""
    n, w = np.arange(-6, 7), 0.08
    q = np.exp(-2 * np.pi * w)
    weights = np.where(n >= 0, q ** (2.0 * n) * (1 - q**2) ** 2, np.where(n == -1, q**2, 0.0))
    drive = fq.Drive({}, voltages={"L": fq.Lorentzian(width=w)}, photon_energy=OMEGA)
    found = transmissions(level(), drive, n=n, rtol=1e-9)
    np.testing.assert_allclose(found, weights * breit_wigner(0.37 + n * OMEGA), atol=1e-9)
    assert np.abs(found[n < -1]).max() < 1e-12


def landauer_of_steps(weights, mu_left, mu_right):
    """Σ_n P_n ∫ T(E) [f_L(E − nħΩ) − f_R(E)] dE at zero temperature, T a Breit–Wigner line."""
    gammas = (0.5, 0.3)
    half = sum(gammas) / 2

    def integral(mu):
        return gammas[0] * gammas[1] / half * (np.arctan((mu - 0.2) / half) + np.pi / 2)

    return sum(p * (integral(mu_left + n * OMEGA) - integral(mu_right)) for n, p in weights.items())


def test_photon_assisted_current_of_a_wide_band_lead():
    u, bias = 1.1, 0.25
    drive = fq.Drive({}, voltages={"L": fq.Cosine(u)}, photon_energy=OMEGA)
    solution = fq.solve(level(), drive, window=(-bias, bias))
    found = fq.dc_current(solution, fq.Reservoirs(mu={"L": bias, "R": -bias}))
    expected = landauer_of_steps({n: jv(n, u / OMEGA) ** 2 for n in range(-30, 31)}, bias, -bias)
    assert float(found.sel(lead="R")) == pytest.approx(expected, rel=1e-6)
    assert float(found.sel(lead="L")) == pytest.approx(-expected, rel=1e-6)


def test_the_mean_of_a_pulse_train_is_its_leads_chemical_potential():
    """Levitons: μ_L = E_F + ħΩ beside the train; P_n of the whole train is shifted by the photon that the mean gives."""
    w = 0.1
    q = np.exp(-2 * np.pi * w)
    drive = fq.Drive({}, voltages={"L": fq.Lorentzian(width=w)}, photon_energy=OMEGA)
    solution = fq.solve(level(), drive, window=(0.0, OMEGA))
    found = fq.dc_current(solution, fq.Reservoirs(mu={"L": OMEGA, "R": 0.0}))
    weights = {-1: q**2, **{n: q ** (2 * n) * (1 - q**2) ** 2 for n in range(60)}}
    expected = landauer_of_steps(weights, OMEGA, 0.0)
    assert float(found.sel(lead="R")) == pytest.approx(expected, rel=1e-6)
