"""The rings of the gallery, each against its closed form or its symmetry."""

import numpy as np
import pytest
from asking import current, static, transmissions
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.closed_forms import chain_g
from scipy import constants

import floquant as fq
from floquant import gallery

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
        own = numbers.sel(spin_in=spin, spin_out=spin)
        common = np.intersect1d(own.sideband, expected.sideband)  # each has as many as its own bound asks for
        np.testing.assert_allclose(own.sel(sideband=common), expected.sel(sideband=common), rtol=1e-9, atol=1e-14)


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
