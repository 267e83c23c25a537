"""Voltages on leads of finite bands are moving contacts; with sweeps, raw matrices and spin; and what cannot be."""

import numpy as np
import pytest
from scipy.special import jv

import floquant as fq
from floquant.errors import BadInput
from voltages.triangle import OMEGA, H, chains, level, transmissions


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
