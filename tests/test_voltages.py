"""Ac voltages on leads, against gauge identities, Tien and Gordon where they hold, and moving contacts where they do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

import floquant as fq
from floquant.errors import BadInput

OMEGA = 0.7
H = np.array([[0.1, 0.6, 0.3j], [0.6, -0.2, 0.4j], [-0.3j, -0.4j, 0.3]])  # a triangle with a flux in it
EVERYWHERE = {"all": fq.Onsite([0, 1, 2]), "end": fq.Onsite(2)}
WAVES = {
    "cosine": fq.Cosine(0.5, 0.3),
    "two harmonics": fq.Cosine(0.4) + fq.Cosine(0.3, 1.1, multiple=2),
    "pulses": fq.Lorentzian(0.2),
    "triangle": fq.Triangle(0.4, 0.2, rise=0.3, order=15),
    "sampled": fq.Sampled([0.3, -0.1, 0.2, -0.4]),
}


def chains():
    return {"L": fq.Contact(fq.Chain(1.0), 0, 0.7), "R": fq.Contact(fq.Chain(0.8, 0.1), 2, 0.5)}


def ladders():
    """Leads of two orbitals with a flux in them and a contact matrix that mixes both."""
    left = fq.PeriodicLead([[0.1, 0.5j], [-0.5j, -0.2]], [[0.9, 0.2j], [0.1, 0.8j]])
    right = fq.PeriodicLead([[0.0, 0.4], [0.4, 0.1]], [[0.8j, 0.0], [0.3, 0.7]])
    tau = np.array([[0.6, 0.3j], [0.2, -0.5]])
    return {"L": fq.Contact(left, [0, 1], tau), "R": fq.Contact(right, [1, 2], tau.T)}


def transmissions(device, drive, energy=0.37, to="R", from_="L", n=range(-8, 9), **options):
    found = fq.scatter(device, drive, [energy], **options).transmission(to, from_).squeeze("energy")
    return found.reindex(sideband=list(n), fill_value=0.0).values


# Gauge identities


@pytest.mark.parametrize("contacts", [chains, ladders])
@pytest.mark.parametrize("name", WAVES)
def test_what_device_and_leads_all_feel_alike_does_nothing(name, contacts):
    device = fq.Device(H, contacts(), EVERYWHERE)
    wave = WAVES[name]
    drive = fq.Drive({"all": wave}, voltages={"L": wave, "R": wave}, photon_energy=OMEGA)
    static = fq.scatter(device, None, [0.37])
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        alone = float(static.transmission(to, from_, kind="total").squeeze())
        expected = np.where(np.arange(-8, 9) == 0, alone, 0.0)
        np.testing.assert_allclose(transmissions(device, drive, to=to, from_=from_), expected, atol=1e-6)


@pytest.mark.parametrize("contacts", [chains, ladders])
def test_a_voltage_on_one_lead_is_the_opposite_potential_on_all_the_rest(contacts):
    device = fq.Device(H, contacts(), EVERYWHERE)
    u = fq.Cosine(0.4, 0.8) + fq.Cosine(0.2, -0.3, multiple=2)
    gate = fq.Cosine(0.3)
    one = fq.Drive({"end": gate}, voltages={"L": u}, photon_energy=OMEGA)
    rest = fq.Drive({"all": -u, "end": gate}, voltages={"R": -u}, photon_energy=OMEGA)
    # L's own frame carries u: in the second picture a wave of R leaves at an energy counted without it
    for to, from_ in (("R", "L"), ("L", "R")):
        a, b = (transmissions(device, d, to=to, from_=from_, rtol=1e-8) for d in (one, rest))
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


# Wide-band leads: Tien and Gordon


def level(gamma_left=0.5, gamma_right=0.3):
    return fq.gallery.driven_level(gamma_left, gamma_right, level=0.2)


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


# Narrow bands: moving contacts


def moving_contacts(h, leads, voltages, energy, rungs=14, samples=256):
    """S_ba(E_n, E) of dense matrices with Σ_mk = Σ_l p_{m−l} τ g(E_l) τ† p*_{k−l}; leads {name: (site, hopping, coupling)}."""
    size, m = len(h), np.arange(-rungs, rungs + 1)
    theta = 2 * np.pi * np.arange(samples) / samples
    energies = energy + m * OMEGA

    def surface(hopping):
        x = energies.astype(complex) / (2 * hopping)
        root = np.where(np.abs(x.real) < 1, 1j * np.sqrt(1 - x**2), np.sign(x.real) * np.sqrt(x**2 - 1))
        return (x - root) / hopping

    matrix = np.kron(np.diag(energies), np.eye(size)) - np.kron(np.eye(len(m)), h)
    moved = {}
    for name, (site, hopping, tau) in leads.items():
        angle = sum(u / (k * OMEGA) * np.sin(k * theta) for k, u in voltages.get(name, {}).items())
        p = np.fft.ifft(np.exp(-1j * angle) * np.ones(samples))
        toeplitz = p[(m[:, None] - m[None, :]) % samples]  # p_{m−l}
        g = surface(hopping)
        place = np.zeros((size, size))
        place[site, site] = 1
        matrix -= np.kron(toeplitz @ np.diag(tau**2 * g) @ toeplitz.conj().T, place)
        # column l: the wave that enters lead `name` at rung l
        root = np.sqrt(np.maximum(-2 * tau**2 * g.imag, 0))
        moved[name] = np.kron(toeplitz * root[None, :], np.eye(size)[:, [site]])
    green = np.linalg.inv(matrix)
    return {
        (b, a): np.abs((moved[b].conj().T @ green @ moved[a])[:, rungs]) ** 2 for a in leads for b in leads if a != b
    }


@pytest.mark.parametrize("voltages", [{"L": {1: 0.9}}, {"L": {1: 0.6, 2: 0.5}, "R": {1: -0.7}}])
def test_a_narrow_lead_with_a_voltage_is_a_moving_contact_and_not_tien_and_gordon(voltages):
    leads = {"L": (0, 0.45, 0.35), "R": (2, 0.6, 0.5)}
    contacts = {name: fq.Contact(fq.Chain(hopping), site, tau) for name, (site, hopping, tau) in leads.items()}
    waves = {
        name: sum((fq.Cosine(u, multiple=k) for k, u in parts.items()), fq.Cosine(0.0))
        for name, parts in voltages.items()
    }
    device = fq.Device(H, contacts)
    drive = fq.Drive({}, voltages=waves, photon_energy=OMEGA)
    expected = moving_contacts(H, leads, voltages, 0.37)
    for (b, a), powers in expected.items():
        found = transmissions(device, drive, to=b, from_=a, n=range(-6, 7), rtol=1e-9)
        np.testing.assert_allclose(found, powers[14 - 6 : 14 + 7], atol=1e-8)
    if set(voltages) == {"L"}:
        static = fq.scatter(device, None, 0.37 + OMEGA * np.arange(-6, 7)).transmission("R", "L", kind="total").values
        shifted = jv(np.arange(-6, 7), 0.9 / OMEGA) ** 2 * static
        assert np.abs(shifted - transmissions(device, drive, n=range(-6, 7))).max() > 0.02 * shifted.max()


def test_electrons_are_conserved_between_leads_with_voltages():
    device = fq.Device(H, chains())
    drive = fq.Drive({}, voltages={"L": fq.Cosine(0.8), "R": fq.Cosine(0.5, 1.2)}, photon_energy=OMEGA)
    current = fq.dc_current(fq.solve(device, drive, window=(0.1, 0.1), rtol=1e-4), fq.Reservoirs(mu=0.1))
    assert float(np.abs(current.sel(lead="L"))) > 1e-3  # two voltages with a phase lag pump
    assert float(current.sum("lead")) == pytest.approx(0.0, abs=1e-5)


# With everything else


def test_a_study_sweeps_what_a_voltage_names():
    drive = fq.Drive({}, voltages={"L": fq.Cosine("u")}, photon_energy="omega")
    axes = {"u": [0.3, 0.9], "omega": [0.5, OMEGA], "fermi_energy": 0.1}
    data = fq.Study(level(), drive, axes=axes, observe=["dc_current"]).run()
    assert data.u.attrs["long_name"] == "amplitude of voltage of lead L"
    for u in (0.3, 0.9):
        one = fq.Drive({}, voltages={"L": fq.Cosine(u)}, photon_energy=OMEGA)
        alone = fq.dc_current(fq.solve(level(), one, window=(0.1, 0.1)), fq.Reservoirs(mu=0.1))
        np.testing.assert_allclose(data.dc_current.sel(u=u, omega=OMEGA).values, alone.values, atol=1e-7)


def test_settings_of_a_voltage_are_solved_as_each_alone():
    drive = fq.Drive({}, voltages={"L": "u" * fq.Lorentzian(width=0.15)}, photon_energy=OMEGA)
    together = fq.scatter(level(), drive, [0.37], u=[0.5, 1.0, 2.0]).transmission("R", "L", kind="total")
    for u in (0.5, 1.0, 2.0):
        alone = fq.scatter(level(), drive, [0.37], u=u).transmission("R", "L", kind="total")
        assert together.sel(u=u).item() == pytest.approx(alone.item(), abs=1e-6)


def test_voltages_and_raw_matrices_of_one_drive():
    device = fq.Device(H, chains(), {"all": fq.Onsite([0, 1, 2])})
    u = fq.Cosine(0.5, 0.3)
    by_matrix = fq.Drive.from_matrices({1: 0.25 * np.exp(-0.3j) * np.eye(3)}, photon_energy=OMEGA, voltages={"L": u})
    by_knob = fq.Drive({"all": u}, voltages={"L": u}, photon_energy=OMEGA)
    np.testing.assert_allclose(transmissions(device, by_matrix), transmissions(device, by_knob), atol=1e-12)


def test_a_voltage_acts_on_both_spins():
    spin = np.kron(H, np.eye(2)) + np.kron(np.diag([0.0, 0.2, 0.0]), [[0, 1], [1, 0]])
    device = fq.Device(spin, chains(), {"all": fq.Onsite([0, 1, 2])}, orbitals=2, spin=True)
    wave = fq.Cosine(0.6)
    drive = fq.Drive({"all": wave}, voltages={"L": wave, "R": wave}, photon_energy=OMEGA)
    found = fq.scatter(device, drive, [0.37]).transmission("R", "L").squeeze("energy")
    static = fq.scatter(device, None, [0.37]).transmission("R", "L", kind="total").squeeze("energy")
    assert float(static.sel(spin_out="up", spin_in="down")) > 1e-3
    np.testing.assert_allclose(found.sel(sideband=0).values, static.values, atol=1e-6)
    assert np.abs(found.drop_sel(sideband=0).values).max() < 1e-6


# Refusals


class Opaque(fq.model.Lead):
    """A lead that gives up no cell."""

    def surface(self, energy):
        return np.full((*np.shape(energy), 1, 1), -0.5j)

    def bands(self):
        return ((-np.inf, np.inf),)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: fq.Drive({}, voltages={"L": fq.Cosine(0.1) + 0.3}, photon_energy=1.0),
            "mean of 0.3, .* belongs to the reservoir",
        ),
        (lambda: fq.Drive({}, voltages={"L": fq.Square(0.1, duty=0.3)}, photon_energy=1.0), "belongs to the reservoir"),
        (
            lambda: fq.Drive({}, voltages={"L": fq.Cosine(0.1) + "m"}, photon_energy=1.0).at(m=0.2),
            r"mean of 0.2, .*Reservoirs\(mu=\{\"L\"",
        ),
        (lambda: fq.Drive({}, voltages={"L": fq.Cosine(1.0) * fq.Cosine(1.0)}, photon_energy=1.0), "mean of 0.5"),
        (lambda: fq.Drive({}, voltages={"L": 0.3}, photon_energy=1.0), "must be a Waveform"),
        (lambda: fq.Drive({}, voltages=[fq.Cosine(1.0)], photon_energy=1.0), "must be a dict"),
        (
            lambda: fq.scatter(level(), fq.Drive({}, voltages={"left": fq.Cosine(0.1)}, photon_energy=1.0), [0.0]),
            'has no contact "left"; it has "L", "R"',
        ),
        (
            lambda: fq.scatter(
                fq.Device([[0.0]], {"L": fq.Contact(Opaque(), 0)}),
                fq.Drive({}, voltages={"L": fq.Cosine(0.1)}, photon_energy=1.0),
                [0.0],
            ),
            'contact "L", but its lead .* cannot give up a cell; give a lead that can',
        ),
        (
            lambda: fq.scatter(level(), fq.Drive({}, voltages={"L": fq.Cosine([0.1, 0.2])}, photon_energy=1.0), [0.0]),
            'waveform of voltage of lead "L" holds an array',
        ),
        (
            lambda: fq.scatter(level(), fq.Drive({}, voltages={"L": fq.Cosine("u")}, photon_energy=1.0), [0.0]),
            'has no value for "u"',
        ),
    ],
)
def test_a_voltage_that_cannot_be_is_refused_with_what_is_and_what_must_be(make, says):
    with pytest.raises(BadInput, match=says):
        make()


def test_a_mean_that_is_only_rounding_is_no_mean():
    wave = fq.Sampled(np.cos(2 * np.pi * np.arange(7) / 7))
    assert fq.Drive({}, voltages={"L": wave + 1e-17}, photon_energy=1.0).voltages
    assert "voltage of lead L" in repr(fq.Drive({}, voltages={"L": wave}, photon_energy=1.0))
