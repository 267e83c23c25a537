"""Pumps, dots and wires of the gallery, each against its closed form or its symmetry."""

import inspect
from pathlib import Path

import numpy as np
import pytest
from asking import TIGHT, current, static, transmissions
from reference import closed_forms
from reference.closed_forms import graded_integral
from scipy.special import jn_zeros, jv

import floquant as fq
from floquant import gallery

# Rice and Mele


QUARTER = {"bond_stagger": fq.Cosine(0.4), "level_stagger": fq.Cosine(0.8, phase=-np.pi / 2)}


@pytest.mark.parametrize("sites", [4, 5])
def test_the_rice_mele_pump_goes_around_rice_and_meles_cycle(sites):
    drive = fq.Drive(QUARTER, photon_energy=0.4)
    hamiltonian, _ = closed_forms.rice_mele(sites)
    for phase in np.linspace(0, 6, 7):
        found = drive.hamiltonian(gallery.rice_mele_pump(sites), phase / 0.4)
        np.testing.assert_allclose(found, hamiltonian(phase), atol=1e-14)


@pytest.mark.parametrize(("sites", "charge"), [(4, 0.9738142194878), (6, 0.9993802039080)])
def test_the_slow_rice_mele_pump_moves_nearly_one_electron(sites, charge):
    device, drive = gallery.rice_mele_pump(sites), fq.Drive(QUARTER, photon_energy=1.0)

    def derivative(phase):
        return drive.hamiltonian(device, phase + np.pi / 2) - np.mean(
            drive.hamiltonian(device, [phase, phase + np.pi]), 0
        )

    slow = closed_forms.brouwer_charge(lambda phase: drive.hamiltonian(device, phase), derivative, 0.0, (0, sites - 1))
    assert slow == pytest.approx(charge, abs=1e-12)


def test_the_rice_mele_pump_at_a_finite_frequency():
    drive = fq.Drive(QUARTER, photon_energy=0.4)
    assert float(current(gallery.rice_mele_pump(6), drive).sel(lead="R")) / 0.4 == pytest.approx(0.9745226996, rel=1e-9)


def test_the_other_sense_of_rice_and_meles_cycle_pumps_to_the_left():
    """A mirror of an even chain turns the levels over and keeps the bonds: the same cycle the other way round."""
    drive = fq.Drive({**QUARTER, "level_stagger": fq.Cosine(0.8, phase=np.pi / 2)}, photon_energy=0.4)
    right = current(gallery.rice_mele_pump(4), fq.Drive(QUARTER, photon_energy=0.4)).sel(lead="R")
    assert float(current(gallery.rice_mele_pump(4), drive).sel(lead="R")) == pytest.approx(-float(right), rel=1e-9)


# A rotating field


def rotating(size=0.5, photon_energy=0.4):
    return fq.Drive(
        {"field_x": fq.Cosine(size), "field_y": fq.Cosine(size, phase=-np.pi / 2)}, photon_energy=photon_energy
    )


@pytest.mark.parametrize("energy", [-1.5, -0.25, 0.05, 1.9])
def test_the_spin_pump_turns_spins_as_the_closed_form_says(energy):
    device = gallery.spin_pump(static_field=0.3, coupling_left=0.5, coupling_right=0.35).at(level=0.1)
    numbers = fq.scatter(device, rotating(), [energy], rtol=1e-12).transmission("R", "L").isel(energy=0)
    closed = closed_forms.rotating_field(
        energy, level=0.1, static_field=0.3, rotating=0.5, photon_energy=0.4, couplings=(0.5, 0.35)
    )
    for (spin_in, spin_out, n), number in closed.items():
        found = float(numbers.sel(spin_in=spin_in, spin_out=spin_out, sideband=n))
        assert found == pytest.approx(number, rel=1e-10, abs=1e-15)
    assert float(numbers.sum()) == pytest.approx(sum(closed.values()), rel=1e-10)


def test_the_spin_pump_sends_spin_and_no_charge_into_equal_leads():
    """I_up = ∫_{E_F−ħΩ}^{E_F} Σ_a T_Ra^(1)(↓ → ↑) dE; what arrives up was taken down."""
    device, fermi_energy = gallery.spin_pump(static_field=0.3).at(level=0.1), 0.05
    form = {"level": 0.1, "static_field": 0.3, "rotating": 0.5, "photon_energy": 0.4, "couplings": (0.5, 0.5)}
    up = graded_integral(
        lambda energy: 2 * closed_forms.rotating_field(energy, **form)["down", "up", 1],
        fermi_energy - 0.4,
        fermi_energy,
    )
    solution = fq.solve(device, rotating(), window=(fermi_energy, fermi_energy), rtol=TIGHT)
    charge = fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy))
    spin = fq.spin_current(solution, fq.Reservoirs(mu=fermi_energy))
    np.testing.assert_allclose(charge.values, 0, atol=1e-12)
    np.testing.assert_allclose(spin.sel(direction="z").values.squeeze(), [2 * up, 2 * up], rtol=1e-8)
    np.testing.assert_allclose(spin.sel(direction=["x", "y"]).values, 0, atol=1e-12)


# The double dot


def test_a_double_dot_at_an_infinite_bias_obeys_its_rate_equation():
    """dC/dt = −i[h, C] − ½{Γ, C} + Γ_L P_L is exact for filled and empty wide bands (S. A. Gurvitz, PRB 53, 15932)."""
    tunnelling, gamma_left, gamma_right, u, photon_energy = 0.7, 0.5, 0.8, 1.3, 0.9
    orders = 24
    h0 = np.array([[0.1, tunnelling], [tunnelling, -0.2]])
    h1 = np.diag([u / 4, -u / 4])
    one = np.eye(2)

    def commutator(h):
        return -1j * (np.kron(h, one) - np.kron(one, h.T))

    gamma = np.diag([gamma_left, gamma_right])
    decay = -0.5 * (np.kron(gamma, one) + np.kron(one, gamma))
    size = 2 * orders + 1
    still = np.kron(np.eye(size), commutator(h0) + decay)
    still += np.kron(1j * photon_energy * np.diag(np.arange(-orders, orders + 1)), np.eye(4))
    moving = np.kron(np.eye(size, k=1) + np.eye(size, k=-1), commutator(h1))
    source = np.zeros((size, 4))
    source[orders, 0] = gamma_left
    filled = np.linalg.solve(still + moving, -source.ravel()).reshape(size, 4)[orders, 3].real
    device = gallery.double_dot(tunnelling, 0.1, -0.2, gamma_left, gamma_right)
    drive = fq.Drive({"detuning": fq.Cosine(u)}, photon_energy=photon_energy)
    solution = fq.solve(device, drive, window=(-500.0, 500.0), rtol=1e-7)
    carried = fq.dc_current(solution, fq.Reservoirs(mu={"L": 500.0, "R": -500.0})).sel(lead="R")
    # e/ħ is 2π e/h; beyond the window T falls as E⁻⁴
    assert float(carried) == pytest.approx(2 * np.pi * gamma_right * filled, rel=1e-7)


@pytest.mark.parametrize("ratio", [0.8, float(jn_zeros(0, 1)[0]), 3.4])
def test_a_fast_drive_dresses_the_tunnelling_by_a_bessel_function(ratio):
    """Σ_n T^(n)(E) → Σ_k J_k(u/2ħΩ)² T_static(E − kħΩ; Δ J_0(u/ħΩ)), and what is left falls as the frequency squared."""
    gamma, tunnelling = 0.5, 1.0
    energies = np.array([-0.6, 0.1, 0.9])

    def difference(photon_energy):
        device = gallery.double_dot(tunnelling, gamma_left=gamma, gamma_right=gamma)
        drive = fq.Drive({"detuning": fq.Cosine(ratio * photon_energy)}, photon_energy=photon_energy)
        total = fq.scatter(device, drive, energies, rtol=1e-9).transmission("R", "L", kind="total").values.squeeze()
        dressed = tunnelling * jv(0, ratio)
        k = np.arange(-30, 31)
        e = energies[:, None] - k * photon_energy
        straight = gamma**2 * dressed**2 / np.abs((e + 0.5j * gamma) ** 2 - dressed**2) ** 2
        return np.abs(total - (jv(k, ratio / 2) ** 2 * straight).sum(axis=1)).max()

    slow, fast = difference(20.0), difference(80.0)
    assert fast < 0.1 * slow < 0.01


def test_tunnelling_is_destroyed_at_the_first_zero_of_the_bessel_function():
    drive = fq.Drive({"detuning": fq.Cosine("u")}, photon_energy=50.0)
    zero = jn_zeros(0, 1)[0]
    scattering = fq.scatter(
        gallery.double_dot(0.3, gamma_left=0.2, gamma_right=0.2), drive, [0.3], u=50 * np.array([1, zero])
    )
    beside, at = scattering.transmission("R", "L", kind="total").values.squeeze()
    assert at < 1e-3 * beside


# A driven stretch


@pytest.mark.parametrize("length", [1, 2, 50])
def test_a_driven_stretch_is_matched_waves(length):
    device, drive = gallery.driven_stretch(length).at(level=0.3), fq.Drive({"level": fq.Cosine(0.9)}, photon_energy=0.6)
    for energy in (0.4, -1.13):
        waves = closed_forms.driven_stretch_transmission(
            range(-3, 4), energy, length=length, level=0.3, amplitude=0.9, photon_energy=0.6
        )
        np.testing.assert_allclose(transmissions(device, drive, energy), waves, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("length", [1000, 10_000])
def test_a_long_driven_stretch_is_matched_waves(length):
    """The same 2 (2M + 1) unknowns for any length; here with 9 sidebands, v/ħΩ = 0.5."""
    device, drive = gallery.driven_stretch(length).at(level=0.3), fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=0.6)
    waves = closed_forms.driven_stretch_transmission(
        range(-3, 4), 0.4, length=length, level=0.3, amplitude=0.3, photon_energy=0.6
    )
    numbers = fq.scatter(device, drive, [0.4], sidebands=9).transmission("R", "L").sel(sideband=range(-3, 4))
    np.testing.assert_allclose(numbers.values.squeeze(), waves, rtol=1e-7, atol=1e-11)


# A disordered wire


def transfer_transmission(levels, energy):
    """T of a chain with these levels, hopping 1, by transfer matrices."""
    z = complex(energy / 2, np.sqrt(1 - energy**2 / 4))
    total = np.eye(2, dtype=complex)
    for level in levels:
        total = np.array([[energy - level, -1], [1, 0]]) @ total
    waves = np.array([[z, 1 / z], [1, 1]])  # ψ_{j+1}, ψ_j of the wave to the right and of that to the left
    m = np.linalg.solve(waves, total @ waves)
    return 1 / abs(m[1, 1]) ** 2


@pytest.mark.parametrize("seed", [0, 7])
def test_a_disordered_wire_transmits_what_transfer_matrices_say(seed):
    device = gallery.disordered_wire(60, seed).at(disorder=0.8)
    levels = np.diag(device.hamiltonian()).real
    assert 0.3 < np.abs(levels).max() <= 0.4
    for energy in (-1.2, 0.37):
        assert static(device, [energy]) == pytest.approx(transfer_transmission(levels, energy), rel=1e-9)


def test_a_seed_is_a_wire():
    levels = [np.diag(gallery.disordered_wire(40, seed).hamiltonian()).real for seed in (3, 3, 4)]
    np.testing.assert_array_equal(levels[0], levels[1])
    assert np.abs(levels[0] - levels[2]).max() > 0.1
    longer = np.diag(gallery.disordered_wire(60, 3).at(disorder=2.0).hamiltonian()).real[:40]
    np.testing.assert_allclose(longer, 2 * levels[0], rtol=1e-14)


def test_disorder_localises_as_thouless_says():
    """⟨ln T⟩ = −2L/λ, λ = 24 (4 − E²)/W²: 100 wires of 300 sites, W = 0.8."""
    energy, width, length = 0.7, 0.8, 300
    ln_t = [np.log(static(gallery.disordered_wire(length, seed).at(disorder=width), [energy])) for seed in range(100)]
    expected = -2 * length * width**2 / (24 * (4 - energy**2))
    spread = np.std(ln_t) / np.sqrt(len(ln_t))
    assert np.mean(ln_t) == pytest.approx(expected, abs=3.5 * spread)
    assert spread < 0.08 * abs(expected)


# Refusals


@pytest.mark.parametrize("transmission", [1e-6, 1e-3, 0.3, 0.999, 1.0])
def test_a_quantum_point_contact_transmits_what_was_asked_for_at_every_energy(transmission):
    device = gallery.quantum_point_contact(transmission)
    found = fq.scatter(device, None, [-10.0, -0.3, 0.0, 4.0, 10.0]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(found.values, transmission, rtol=0, atol=1e-10)
    opened = fq.scatter(device, None, [0.0], opening=0.5).transmission("R", "L", kind="total")
    root = 0.5 * np.sqrt(transmission) / (1 + np.sqrt(1 - transmission))
    assert float(opened.squeeze()) == pytest.approx(4 * root**2 / (1 + root**2) ** 2, rel=1e-9)


def test_a_voltage_on_a_quantum_point_contact_is_tien_and_gordons():
    device, voltage = gallery.quantum_point_contact(0.3), fq.Drive(voltages={"L": fq.Cosine(0.7)}, photon_energy=0.5)
    found = fq.scatter(device, voltage, [0.1]).transmission("R", "L").squeeze()
    np.testing.assert_allclose(found.values, 0.3 * jv(found.sideband.values, 0.7 / 0.5) ** 2, rtol=0, atol=1e-11)
    bias = fq.Reservoirs(mu={"L": 0.5, "R": -0.5}, temperature=0.02)
    current = fq.dc_current(fq.solve(device, voltage, (-1.5, 1.5)), bias)
    np.testing.assert_allclose(current.values, [-0.3, 0.3], rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gallery.quantum_point_contact(0.0), ["transmission", "0", "at most 1"]),
        (lambda: gallery.quantum_point_contact(1.2), ["transmission", "1.2", "at most 1"]),
        (lambda: gallery.rice_mele_pump(1), ["sites", "1", "≥ 2"]),
        (lambda: gallery.driven_stretch(2.5), ["length", "2.5", "integer"]),
        (lambda: gallery.driven_stretch(True), ["length", "True", "integer"]),
        (lambda: gallery.disordered_wire(10, seed=-1), ["seed", "-1", "≥ 0"]),
        (lambda: gallery.rashba_ring(2), ["sites", "≥ 3"]),
        (lambda: gallery.rashba_ring(6, right=6), ["right contact", "6", "0…5"]),
        (lambda: gallery.ingaas_ring(radius=0), ["radius", "0", "> 0"]),
        (lambda: gallery.ingaas_ring(sites=7), ["7", "opposite", "even"]),
        (lambda: gallery.two_gate_ring(0, 3), ["lower arm", "0", "≥ 1"]),
        (lambda: gallery.three_terminal_ring(0), ["arm", "0", "≥ 1"]),
        (lambda: gallery.double_dot(tunnelling=np.nan), ["tunnelling", "nan", "finite"]),
    ],
)
def test_a_refusal_says_what_is_and_what_must_be(make, words):
    with pytest.raises(fq.BadInput) as refusal:
        make()
    for word in words:
        assert word in str(refusal.value)


def test_the_examples_of_the_gallerys_page_run():
    page = (Path(__file__).parents[2] / "docs" / "gallery.md").read_text(encoding="utf-8")
    names = {}
    for block in page.split("```python\n")[1:]:
        exec(block.split("```")[0], names)
    assert float(names["charge"]) == pytest.approx(0.9745, abs=5e-5)
    assert float(names["lit"].squeeze()) == pytest.approx(0.28, abs=0.005)
    assert names["data"].transmission.sizes["seed"] == 20
    for name in gallery.__all__:
        assert f"`{name}`" in page


@pytest.mark.parametrize("name", sorted(set(gallery.__all__) - {"driven_level", "driven_site"}))
def test_arguments_and_knobs_are_axes_of_one_study(name):
    """No argument bears the name of a knob, and no knob that of an argument."""
    build = getattr(gallery, name)
    assert not set(inspect.signature(build).parameters) & set(build().knobs)
