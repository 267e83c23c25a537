"""The ready devices between chains, each against its closed form or its symmetry."""

import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import closed_forms
from reference.closed_forms import chain_g, graded_integral
from scipy import constants
from scipy.special import jn_zeros, jv

import floquant as fq
from floquant import gallery

TIGHT = 1e-10


def transmissions(device, drive, energy, to="R", from_="L", n=range(-3, 4), rtol=1e-12, **knobs):
    """T^(n) at one energy as an array over n, all spins together; what was left out as negligible is 0."""
    scattering = fq.scatter(device, drive, [energy], rtol=rtol, **knobs)
    numbers = scattering.transmission(to, from_).isel(energy=0)
    numbers = numbers.sum([dim for dim in ("spin_out", "spin_in") if dim in numbers.dims])
    return numbers.reindex(sideband=list(n), fill_value=0.0).values.squeeze()


def static(device, energies, to="R", from_="L", **knobs):
    """T without a drive, all spins together."""
    numbers = fq.scatter(device, None, energies, **knobs).transmission(to, from_, kind="total")
    return numbers.sum([dim for dim in ("spin_out", "spin_in") if dim in numbers.dims]).values.squeeze()


def current(device, drive, fermi_energy=0.0, rtol=TIGHT, **knobs):
    """dc charge currents by lead, zero temperature and bias."""
    solution = fq.solve(device, drive, window=(fermi_energy, fermi_energy), rtol=rtol, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy))


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


# Rashba rings


def scalar_ring(sites, right, hopping, lead_hopping, gates):
    """One spin of a ring: gates is {knob: sites}."""
    h = np.zeros((sites, sites))
    for j in range(sites):
        h[(j + 1) % sites, j] += hopping
        h[j, (j + 1) % sites] += hopping
    lead = fq.Chain(lead_hopping)
    return fq.Device(
        h,
        contacts={"L": fq.Contact(lead, 0, 0.7), "R": fq.Contact(lead, right, 0.7)},
        knobs={"flux": fq.Flux(bond=(0, sites - 1)), **{name: fq.Onsite(list(of)) for name, of in gates.items()}},
    )


def rashba_problem(strength, sites=5, right=2):
    """The ring, the ring of one spin that it is made of, w/2π, the common axis of quantisation at both leads, and a pump."""
    theta = np.arctan2(strength, 1.0)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    axes = []
    for site in (0, right):
        angle = np.pi + 2 * np.pi * site / sites
        along = np.array(
            [np.sin(theta) * np.cos(angle), np.sin(theta) * np.sin(angle), np.cos(theta) * np.sin(np.pi / sites)]
        )
        axes.append(along / np.linalg.norm(along))
    gates = {"lower_gate": range(1, right), "upper_gate": range(right + 1, sites)}
    plain = scalar_ring(sites, right, np.hypot(1.0, strength), 1.0, gates)
    real = gallery.rashba_ring(sites, coupling=0.7, right=right).at(rashba=strength)
    drive = fq.Drive({"lower_gate": fq.Cosine(0.5), "upper_gate": fq.Cosine(0.3, phase=0.9)}, photon_energy=0.4)
    return real, plain, w / (2 * np.pi), np.array(axes), drive


@settings(max_examples=5, deadline=None)
@given(strength=st.floats(-2, 2), flux=st.floats(-1, 1))
def test_a_driven_rashba_ring_is_two_rings_with_other_fluxes(strength, flux):
    real, plain, shift, _, drive = rashba_problem(strength)
    both = transmissions(real, drive, 0.3, flux=flux)
    shifted = [transmissions(plain, drive, 0.3, flux=flux + sign * shift) for sign in (1, -1)]
    np.testing.assert_allclose(both, shifted[0] + shifted[1], rtol=1e-9, atol=1e-13)


def test_the_spins_that_a_rashba_ring_pumps_point_along_the_ring_at_each_lead():
    """I^s_b = n_b [I_b(Φ + w/2π) − I_b(Φ − w/2π)], n_b the axis of the ring's own spins at lead b: they do not cancel."""
    real, plain, shift, axes, drive = rashba_problem(0.8)
    solution = fq.solve(real, drive, window=(0.1, 0.1), rtol=1e-7, flux=0.17)
    vectors = fq.spin_current(solution, fq.Reservoirs(mu=0.1)).transpose("lead", "direction", ...).values.squeeze()
    up, down = (current(plain, drive, 0.1, rtol=1e-7, flux=0.17 + sign * shift).values for sign in (1, -1))
    np.testing.assert_allclose(vectors, axes * (up - down)[:, None], rtol=1e-5, atol=1e-8)
    charge = fq.dc_current(solution, fq.Reservoirs(mu=0.1)).values
    np.testing.assert_allclose(charge, up + down, rtol=1e-5, atol=1e-8)
    assert np.abs(vectors.sum(axis=0)).max() > 1e-3


KINETIC = constants.hbar**2 / (2 * 0.05 * constants.m_e) / constants.e * 1e21  # ħ²/2m*, meV nm²


def griffith_ring(energies, alpha, flux, radius=50.0):
    """Both spins through a continuous ring with equal arms: ψ is continuous and Σ ∂ψ = 0 at its junctions."""
    k, q = np.sqrt(energies / KINETIC), np.sqrt((energies + alpha**2 / (4 * KINETIC)) / KINETIC)
    half = 0.5 * (np.sqrt(1 + (alpha * radius / KINETIC) ** 2) - 1)
    total = 0.0
    for phi in (flux + half, flux - half):
        a = 1j * k - 2 * q / np.tan(q * np.pi * radius)
        b = 2 * q * np.cos(np.pi * phi) / np.sin(q * np.pi * radius)
        total = total + np.abs(2 * k * b / (a**2 - b**2)) ** 2
    return total


@pytest.mark.parametrize(("alpha", "flux"), [(0.0, 0.0), (8.0, 0.0), (8.0, 0.2), (14.0, -0.4)])
def test_a_fine_ring_of_ingaas_is_a_continuous_one(alpha, flux):
    """In meV and nm, with an error that falls as the square of the pieces."""
    energies = np.array([1.7, 3.0, 5.2, 6.1])
    exact = griffith_ring(energies, alpha, flux)
    coarse, fine = (static(gallery.ingaas_ring(sites=m), energies, flux=flux, rashba=alpha) - exact for m in (60, 120))
    assert np.abs(coarse).max() > 0.01
    np.testing.assert_allclose((4 * fine - coarse) / 3, 0, atol=1e-2)


def test_a_ring_of_ingaas_is_dark_where_its_spins_are_half_a_turn_out_of_step():
    """Equal arms cancel at w = π, Q = 2m*αr/ħ² = √3: 26.4 meV nm in a ring of 50 nm."""
    dark = np.sqrt(3) * KINETIC / 50.0
    assert dark == pytest.approx(26.4, abs=0.05)
    assert static(gallery.ingaas_ring(sites=120), [3.0, 5.2], rashba=dark).max() < 1e-4


def test_a_ring_of_ingaas_is_two_rings_in_mev():
    """As the Rashba ring: the sum over spins is two scalar rings whose fluxes are shifted by w/2π."""
    sites, alpha, piece = 24, 12.0, 2 * np.pi * 50.0 / 24
    t, strength = KINETIC / piece**2, alpha / (2 * piece)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(np.arctan2(strength, t))) - np.pi
    h = 2 * t * np.eye(sites)
    for j in range(sites):
        h[(j + 1) % sites, j] = h[j, (j + 1) % sites] = -np.hypot(t, strength)
    for junction in (0, 12):
        h[junction] *= np.sqrt(2 / 3)
        h[:, junction] *= np.sqrt(2 / 3)
        h[junction, junction] = 2 * t
    lead = fq.Chain(-t, level=2 * t)
    contacts = {"L": fq.Contact(lead, 0, -t * np.sqrt(2 / 3)), "R": fq.Contact(lead, 12, -t * np.sqrt(2 / 3))}
    plain = fq.Device(h, contacts, {"flux": fq.Flux(bond=(0, 23))})
    energies = [2.0, 6.5]
    expected = sum(static(plain, energies, flux=0.1 + sign * w / (2 * np.pi)) for sign in (1, -1))
    device = gallery.ingaas_ring(sites=sites).at(rashba=alpha)
    assert device.energy_unit == "meV"
    np.testing.assert_allclose(static(device, energies, flux=0.1), expected, rtol=1e-10)


# Citro and Romeo's ring


def arm(energy, sites, place, level):
    """(G_11, G_1n, G_nn) of a chain of `sites`, hopping 1, with `level` on site `place` (from 1)."""
    k = np.arccos(energy / 2 + 0j)

    def clean(a, b):
        a, b = min(a, b), max(a, b)
        return np.sin(a * k) * np.sin((sites + 1 - b) * k) / (np.sin(k) * np.sin((sites + 1) * k))

    dressed = level / (1 - level * clean(place, place))
    ends = ((1, 1), (1, sites), (sites, sites))
    return [clean(a, b) + clean(a, place) * dressed * clean(place, b) for a, b in ends]


def ring_scattering(energy, lower, upper, lower_level, upper_level, flux):
    """S (2, 2) of two junctions joined by two arms, chains of hopping 1: the arms are what they do to the junctions."""
    down = arm(energy, lower, (lower + 1) // 2, lower_level)
    up = arm(energy, upper, upper + 1 - (upper + 1) // 2, upper_level)  # counted from R
    g = chain_g(energy)
    # the flux lies evenly on all bonds, counterclockwise: L, lower arm, R, upper arm
    along = np.exp(2j * np.pi * flux * (lower + 1) / (lower + upper + 2))
    back = np.exp(2j * np.pi * flux * (upper + 1) / (lower + upper + 2))
    inverse = np.array(
        [
            [energy - g - down[0] - up[2], -down[1] / along - up[1] * back],
            [-down[1] * along - up[1] / back, energy - g - down[2] - up[0]],
        ]
    )
    return 1j * (-2 * g.imag) * np.linalg.inv(inverse) - np.eye(2)


def slow_charge(scattering, samples=256):
    """−(1/2π) ∮ Im Σ_b dS_Rb S_Rb*, with dS/dφ by Fourier's series; `scattering` is S as a function of the phase."""
    s = np.array([scattering(phase)[1] for phase in 2 * np.pi * np.arange(samples) / samples])
    order = np.fft.fftfreq(samples, 1 / samples)[:, None]
    derivative = np.fft.ifft(1j * order * np.fft.fft(s, axis=0), axis=0)
    return -(derivative * s.conj()).sum(axis=1).imag.mean()


@pytest.mark.parametrize(("lower", "upper", "spin"), [(3, 3, 1), (2, 4, -1)])
def test_the_slow_two_gate_ring_is_citros_and_romeos(lower, upper, spin):
    """A gate and the spin's own flux, a quarter of a cycle apart: Brouwer's charge, approached as the frequency falls."""
    fermi_energy = 0.35
    slow = slow_charge(
        lambda phase: ring_scattering(
            fermi_energy, lower, upper, 0.2, 0.6 + 0.5 * np.cos(phase), 0.05 + spin * (0.25 - 0.08 * np.sin(phase))
        )
    )
    device = gallery.two_gate_ring(lower, upper, lower_barrier=0.2, upper_barrier=0.6, spin=False)
    missing = []
    for photon_energy in (0.04, 0.02):
        drive = fq.Drive(
            {"upper_gate": fq.Cosine(0.5), "flux": fq.Cosine(spin * 0.08, phase=np.pi / 2)}, photon_energy=photon_energy
        )
        found = float(current(device, drive, fermi_energy, rtol=1e-7, flux=0.05 + spin * 0.25).sel(lead="R"))
        missing.append(abs(found / photon_energy - slow))
    assert abs(slow) > 3e-3
    assert missing[1] < 0.6 * missing[0] < 0.1 * abs(slow)


def test_a_ring_with_its_gates_in_the_middle_pumps_spin_alone():
    """At φ_AB = 0 a mirror turns ↑ into ↓: opposite currents at any frequency. With a flux there is charge as well."""
    device = gallery.two_gate_ring(upper_barrier=0.6)
    drive = fq.Drive({"upper_gate": fq.Cosine(0.5), "flux_so": fq.Cosine(0.08, phase=np.pi / 2)}, photon_energy=0.3)
    there = fq.scatter(device, drive, [0.35], rtol=1e-12, flux_so=0.25)
    right, left = there.transmission("R", "L").squeeze(), there.transmission("L", "R").squeeze()
    np.testing.assert_allclose(
        right.sel(spin_in="up", spin_out="up").values, left.sel(spin_in="down", spin_out="down").values, atol=1e-12
    )
    solution = fq.solve(device, drive, window=(0.35, 0.35), rtol=1e-3, flux_so=0.25, flux_ab=[0.0, 0.1])
    spin = fq.spin_current(solution, fq.Reservoirs(mu=0.35)).sel(lead="R", direction="z").values
    charge = fq.dc_current(solution, fq.Reservoirs(mu=0.35)).sel(lead="R").values
    assert abs(charge[0]) < 1e-9
    assert abs(spin[0]) > 5e-4
    assert abs(charge[1]) > 1e-4


def test_the_spins_of_the_two_gate_ring_are_rings_of_one_spin():
    device, one = gallery.two_gate_ring(2, 3), gallery.two_gate_ring(2, 3, spin=False)
    drive = fq.Drive({"upper_gate": fq.Cosine(0.5), "lower_gate": fq.Cosine(0.5, phase=1.0)}, photon_energy=0.3)
    numbers = fq.scatter(device, drive, [0.35], rtol=1e-12, flux_ab=0.1, flux_so=0.07).transmission("R", "L").squeeze()
    for spin, flux in (("up", 0.17), ("down", 0.03)):
        expected = fq.scatter(one, drive, [0.35], rtol=1e-12, flux=flux).transmission("R", "L").squeeze()
        np.testing.assert_allclose(
            numbers.sel(spin_in=spin, spin_out=spin).values, expected.values, rtol=1e-9, atol=1e-14
        )


# Three terminals


@pytest.mark.parametrize("arm_sites", [1, 3])
def test_three_terminals_are_three_rotations_of_one_number(arm_sites):
    """S_ba = ⅓ Σ_q s_q e^{2πi q (b−a)/3}, s_q = −1 + iΓ/(E − Σ − 2γ²G_11 − 2γ²G_1n cos 2π(q − Φ)/3)."""
    energy, flux, coupling = 0.45, 0.17, 0.8
    g = chain_g(energy)
    if arm_sites == 1:
        shift, hop = 0.0, 1.0
    else:
        first, through, _ = arm(energy, arm_sites - 1, 1, 0.0)
        shift, hop = 2 * first, through
    q = np.arange(3)
    angle = 2 * np.pi * (q - flux) / 3
    s = -1 - 2j * coupling**2 * g.imag / (energy - coupling**2 * g - shift - 2 * hop * np.cos(angle))
    device = gallery.three_terminal_ring(arm_sites, coupling=coupling)
    for step, (to, from_) in enumerate([("A", "A"), ("B", "A"), ("C", "A")]):
        amplitude = (s * np.exp(2j * np.pi * q * step / 3)).mean()
        for turn in range(3):
            names = [chr(ord("A") + (ord(name) - ord("A") + turn) % 3) for name in (to, from_)]
            assert static(device, [energy], *names, flux=flux) == pytest.approx(abs(amplitude) ** 2, rel=1e-10)


def turning_wave(sense=1):
    thirds = {f"gate_{name}": fq.Cosine(0.8, phase=-sense * 2 * np.pi * m / 3) for m, name in enumerate("abc")}
    return fq.Drive(thirds, photon_energy=0.5)


def test_a_wave_around_the_ring_makes_a_circulator():
    """A rotation by a third with a third of a cycle is a symmetry: T_BA = T_CB = T_AC. The other sense mirrors it."""
    device = gallery.three_terminal_ring(2, coupling=0.6)
    forwards = transmissions(device, turning_wave(), 0.3, "B", "A")
    for to, from_ in (("C", "B"), ("A", "C")):
        np.testing.assert_allclose(transmissions(device, turning_wave(), 0.3, to, from_), forwards, atol=1e-12)
    backwards = transmissions(device, turning_wave(), 0.3, "A", "B")
    assert abs(forwards.sum() - backwards.sum()) > 0.01
    single = gallery.three_terminal_ring(1, coupling=0.6)  # its mirror through A swaps gates b and c with leads B and C
    mirrored = transmissions(single, turning_wave(-1), 0.3, "C", "A")
    np.testing.assert_allclose(transmissions(single, turning_wave(), 0.3, "B", "A"), mirrored, atol=1e-12)


@pytest.mark.parametrize("flux", [0.0, 0.2])
def test_three_terminals_lose_no_electron(flux):
    device, n = gallery.three_terminal_ring(2), range(-12, 13)
    out = sum(transmissions(device, turning_wave(), 0.3, to, "A", n, flux=flux).sum() for to in "ABC")
    assert out == pytest.approx(1.0, abs=1e-10)
    assert current(device, turning_wave(), 0.2, flux=flux).values == pytest.approx(
        0.0, abs=1e-11
    )  # by the same symmetry
    one = fq.Drive({"gate_a": fq.Cosine(0.8)}, photon_energy=0.5)
    pumped = current(device, one, 0.2, rtol=1e-7, flux=0.2).values
    assert abs(pumped.sum()) < 1e-8 < np.abs(pumped).min()


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


@pytest.mark.parametrize(
    ("make", "words"),
    [
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
    page = (Path(__file__).parent.parent / "docs" / "gallery.md").read_text(encoding="utf-8")
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
