"""Resonances and bound states, against closed forms, non-Hermitian matrices, explicit chains and direct evolution in time."""

import numpy as np
import pytest
from cases import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.known_numbers import RING_HALF_WIDTHS
from scipy.special import jv

import floquant as fq

RING = fq.gallery.quantum_ring()


def shaken(v=0.07, photon_energy=0.2):
    return fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=photon_energy)


def hermitian(n, seed, size=0.5):
    rng = np.random.default_rng(seed)
    h = size * (rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
    return h + h.conj().T


def quasienergies(data):
    return (data.energy - 1j * data.half_width).values


# Resonances


@pytest.mark.parametrize(("flux", "v", "half_width", "digits"), RING_HALF_WIDTHS)
def test_the_rings_resonance_has_the_known_half_width(flux, v, half_width, digits):
    found = fq.resonances(RING, shaken(v) if v else None, (-0.15, 0.15), flux=flux)
    assert found.sizes["resonance"] == 1
    assert float(found.half_width[0]) == pytest.approx(half_width, abs=0.51 * digits)
    assert abs(float(found.energy[0])) < 1e-12
    assert float(found.residual[0]) < 1e-13


def test_a_sweep_has_a_row_for_each_setting():
    found = fq.resonances(RING, None, (-2.5, 2.5), flux=[0.0, 0.3, 0.5])
    assert found.energy.dims == ("flux", "resonance")
    assert np.isfinite(found.energy).sum("resonance").values.tolist() == [3, 3, 1]  # bound states merge with the band
    np.testing.assert_allclose(found.half_width.isel(flux=1, resonance=1), 0.083421, atol=5e-7)
    np.testing.assert_allclose(found.energy.isel(flux=1)[[0, 2]], [-2.000484, 2.000484], atol=5.1e-7)
    np.testing.assert_array_equal(found.half_width.isel(flux=1)[[0, 2]] < 1e-14, True)


@pytest.mark.parametrize(("v", "photon_energy"), [(1.2, 1.0), (0.3, 0.4), (3.0, 0.7)])
def test_a_driven_level_in_wide_bands_decays_as_the_undriven_one(v, photon_energy):
    """G_n0 = Σ_k J_k J_{k+n} / (E − ε − kħΩ + iΓ/2): one quasienergy, with J_k² on the sidebands, widths Γ_b/2 into the leads."""
    level = fq.gallery.driven_level(0.5, 0.3, level=0.3)
    found = fq.resonances(level, fq.Drive({"level": fq.Cosine(v)}, photon_energy=photon_energy), (-1.4, 2.1))
    assert found.sizes["resonance"] == 1
    named = (float(found.energy[0]) - 0.3) / photon_energy
    assert named == pytest.approx(round(named), abs=1e-12)
    assert float(found.half_width[0]) == pytest.approx(0.4, abs=1e-12)
    np.testing.assert_allclose(found.half_width_by_lead[0], [0.25, 0.15], atol=1e-12)
    k = found.sideband.values + round(named)
    np.testing.assert_allclose(found.sideband_weight[0], jv(k, v / photon_energy) ** 2, atol=1e-9)
    at = float(found.energy[0]) + found.sideband * photon_energy
    assert float(found.sideband_weight[0].sel(sideband=0)) == float(
        found.sideband_weight[0].where(abs(at - 0.35) < 1.75).max()
    )


@settings(max_examples=20)
@given(st.floats(-1.2, 1.2), st.floats(0.1, 0.9))
def test_a_level_beside_a_chain_has_the_pole_of_a_quadratic_equation(level, coupling):
    """z − ε = τ² g(z) with t²g² − zg + 1 = 0: on either sheet (z − ε)²/τ⁴ − z(z − ε)/τ² + 1 = 0."""
    a = coupling**2
    roots = np.roots([1 / a**2 - 1 / a, level / a - 2 * level / a**2, level**2 / a**2 + 1])
    device = fq.Device([[level]], {"L": fq.Contact(fq.Chain(), 0, coupling)})
    found = quasienergies(fq.resonances(device, None, (-1.99, 1.99)))
    expected = [z for z in roots if z.imag < -1e-9 and abs(z.real) < 1.99]
    assert len(found) == len(expected)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_poles_of_a_device_in_wide_bands_are_eigenvalues_of_a_matrix(n):
    h = hermitian(n, n)
    gamma = np.zeros(n)
    gamma[0], gamma[-1] = 0.3, gamma[-1] + 0.5
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(0.3), 0), "R": fq.Contact(fq.WideBand(0.5), n - 1)})
    gamma[0] = 0.8 if n == 1 else 0.3
    expected = np.linalg.eigvals(h - 0.5j * np.diag(gamma))
    expected = expected[np.argsort(expected.real)]
    low, high = expected.real.min() - 0.5, expected.real.max() + 0.5
    found = fq.resonances(device, None, (low, high), max_half_width=0.6)
    np.testing.assert_allclose(quasienergies(found), expected, atol=1e-10)
    np.testing.assert_allclose(found.half_width_by_lead.sum("lead"), found.half_width, atol=1e-12)


def test_a_large_sparse_device_is_solved_by_sparse_factors():
    from scipy import sparse

    n = 500
    levels = np.random.default_rng(1).normal(size=n)
    h = sparse.diags_array([np.ones(n - 1), levels, np.ones(n - 1)], offsets=[-1, 0, 1], format="csc")
    ends = {"L": fq.Contact(fq.WideBand(1.0), 0), "R": fq.Contact(fq.WideBand(1.0), n - 1)}
    expected = np.linalg.eigvals(h.toarray() - 0.5j * np.diag(np.eye(n)[0] + np.eye(n)[-1]))
    expected = np.sort(expected[(np.abs(expected.real - 2.0) < 0.1)].real)
    found = fq.resonances(fq.Device(h, ends), None, (1.9, 2.1), max_half_width=0.2)
    np.testing.assert_allclose(found.energy, expected, atol=1e-10)


def test_poles_between_wide_leads_are_those_of_their_scattering_amplitudes():
    """Leads of three channels: a rational fit (AAA) to an amplitude on the real axis has the same poles, below a band edge and above."""
    from scipy.interpolate import AAA

    width, length = 3, 4
    rng = np.random.default_rng(4)
    site = np.arange(width * length).reshape(length, width)
    h = np.diag(rng.normal(size=width * length))
    for one, other in ((site[:-1], site[1:]), (site[:, :-1], site[:, 1:])):
        h[one.ravel(), other.ravel()] = h[other.ravel(), one.ravel()] = -1.0
    lead = fq.PeriodicLead(-np.eye(width, k=1) - np.eye(width, k=-1), -np.eye(width))
    ends = {name: fq.Contact(lead, row, -0.3 * np.eye(width)) for name, row in (("L", site[0]), ("R", site[-1]))}
    device = fq.Device(h, ends)
    edge = 2 - np.sqrt(2)  # where the lead's lowest mode closes
    for low, high in ((-0.55, 0.55), (0.62, 1.4)):
        assert not low < edge < high
        found = quasienergies(fq.resonances(device, None, (low, high), max_half_width=0.1))
        energies = 0.5 * (low + high) - 0.5 * (high - low) * np.cos(np.pi * (np.arange(160) + 0.5) / 160)
        amplitude = fq.scatter(device, None, energies).amplitude("R", "L").sel(sideband=0).values[:, 0, 1]
        fitted = AAA(energies, amplitude, rtol=1e-12).poles()
        assert len(found) > 1
        for z in found:
            assert np.min(np.abs(fitted - z)) < 1e-6


def test_a_degenerate_pole_comes_with_all_its_states():
    triangle = np.ones((3, 3)) - np.eye(3)
    device = fq.Device(triangle, {name: fq.Contact(fq.WideBand(0.2), i) for i, name in enumerate("abc")})
    found = fq.resonances(device, None, (-2, 3), states=True)
    np.testing.assert_allclose(quasienergies(found), [-1 - 0.1j, -1 - 0.1j, 2 - 0.1j], atol=1e-12)
    pair = found.wavefunction.values[:2, 0]
    assert np.linalg.matrix_rank(pair, tol=1e-3) == 2
    np.testing.assert_allclose(triangle @ pair.T, -pair.T, atol=1e-10)


def test_an_exceptional_point_is_found_as_well_as_it_is_defined():
    """Two poles that meet: h = [[−iΓ/2, Γ/4], [Γ/4, 0]] has one eigenvalue −iΓ/4 and one eigenvector."""
    device = fq.Device([[0, 0.25], [0.25, 0]], {"L": fq.Contact(fq.WideBand(1.0), 0)})
    found = fq.resonances(device, None, (-1, 1))
    np.testing.assert_allclose(quasienergies(found), -0.25j, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_quasienergies_in_wide_bands_are_eigenvalues_of_one_cycle(seed):
    """In wide bands the device obeys i dψ/dt = (H(t) − iΓ/2) ψ: exp(−iz 2π/Ω) are the eigenvalues of its evolution over a cycle."""
    n, omega = 3, 0.9
    h, h1 = hermitian(n, seed), hermitian(n, 10 + seed, 0.2) + 1j * hermitian(n, 20 + seed, 0.1)
    gamma = np.diag([0.3, 0.0, 0.5])
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(0.3), 0), "R": fq.Contact(fq.WideBand(0.5), n - 1)})
    drive = fq.Drive.from_matrices({1: h1}, photon_energy=omega)
    found = fq.resonances(device, drive, (-0.5, 0.4), max_half_width=0.6)
    expected = np.linalg.eigvals(one_cycle(h - 0.5j * gamma, h1, omega))
    factors = np.exp(-2j * np.pi * quasienergies(found) / omega)
    assert len(factors) == n
    for factor in factors:
        assert np.min(np.abs(expected / factor - 1)) < 1e-8


def test_a_level_many_photons_away_has_the_digits_of_one_in_the_window():
    """Its state weighs 1e-6 and less on the window's own rung; the ladder is made long enough to hold it."""
    h, h1, omega = np.array([[0.05, 0.3], [0.3, 2.9]]), np.array([[0, 0.12], [0.12, 0]]), 0.5
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(0.2), 0), "R": fq.Contact(fq.WideBand(0.1), 1)})
    found = fq.resonances(device, fq.Drive.from_matrices({1: h1}, photon_energy=omega), (-0.25, 0.25))
    expected = np.linalg.eigvals(one_cycle(h - 0.5j * np.diag([0.2, 0.1]), h1, omega))
    factors = np.exp(-2j * np.pi * quasienergies(found) / omega)
    assert len(factors) == 2
    assert float(found.sideband_weight.sel(sideband=0).min()) < 1e-4
    for factor in factors:
        assert np.min(np.abs(expected / factor - 1)) < 3e-10


def one_cycle(h, h1, omega, steps=800):
    """U over a cycle, by the fourth-order Magnus rule with two Gauss points a step."""
    from scipy.linalg import expm

    dt = 2 * np.pi / omega / steps
    total = np.eye(len(h), dtype=complex)
    for k in range(steps):
        a, b = (
            -1j * (h + h1 * np.exp(-1j * omega * t) + h1.conj().T * np.exp(1j * omega * t))
            for t in ((k + 0.5 - np.sqrt(3) / 6) * dt, (k + 0.5 + np.sqrt(3) / 6) * dt)
        )
        total = expm(0.5 * dt * (a + b) - np.sqrt(3) / 12 * dt**2 * (a @ b - b @ a)) @ total
    return total


def test_an_electron_on_the_driven_dot_decays_by_the_half_width():
    """Direct evolution on an explicit chain: |ψ_d|² falls by exp(−2γt), from one cycle to the next."""
    flux, v, omega, arm = 0.5, 0.3, 0.8, 120  # without a bound state to interfere with
    h, _ = explicit_ring(flux, arm, 0.1)
    n = 2 * arm + 1
    period = 2 * np.pi / omega
    steps = 400
    values, vectors = np.linalg.eigh(h)
    whole = (vectors * np.exp(-1j * values * period / steps)) @ vectors.conj().T
    half = (vectors * np.exp(-0.5j * values * period / steps)) @ vectors.conj().T
    psi = half @ np.eye(n + 1, dtype=complex)[n]
    weight = []
    for _ in range(10):
        for k in range(steps):
            psi[n] *= np.exp(-1j * v * np.cos(omega * (k + 0.5) * period / steps) * period / steps)
            psi = whole @ psi
        weight.append(abs((half.conj().T @ psi)[n]) ** 2)
    found = fq.resonances(fq.gallery.quantum_ring(dot_coupling=0.1), shaken(v, omega), (-0.39, 0.39), flux=flux)
    assert found.sizes["resonance"] == 1
    rate = 2 * float(found.half_width[0])
    assert np.log(weight[3] / weight[8]) / (5 * period) == pytest.approx(rate, rel=3e-3)


@pytest.mark.parametrize("name", ["two_gates", "mixed_spin", "lead_with_flux_inside"])
def test_half_widths_are_what_flows_into_the_leads(name):
    device, drive = CASES[name]()
    found = fq.resonances(device, drive, (-0.5, 0.1), max_half_width=0.3)
    assert found.sizes["resonance"] > 0
    np.testing.assert_allclose(found.half_width_by_lead.sum("lead"), found.half_width, atol=1e-11)
    np.testing.assert_allclose(found.site_weight.sum("site"), 1, atol=1e-12)
    np.testing.assert_allclose(found.sideband_weight.sum("sideband"), 1, atol=1e-12)
    assert np.all(found.residual < 1e-12)


@pytest.mark.parametrize("name", ["two_gates", "lead_with_flux_inside"])
def test_quasienergies_do_not_depend_on_where_the_window_begins(name):
    device, drive = CASES[name]()
    omega = drive.photon_energy
    here = quasienergies(fq.resonances(device, drive, (-0.31, -0.31 + omega), max_half_width=0.1))
    there = quasienergies(fq.resonances(device, drive, (0.07, 0.07 + omega), max_half_width=0.1))
    assert len(here) > 0
    for z in here:
        distance = (there - z) / omega
        assert np.min(np.abs(distance - np.round(distance.real))) < 1e-9


def test_a_pole_beneath_a_band_edge_of_a_far_sideband_is_found():
    """2 is a multiple of ħΩ = 0.2: the dot's quasienergy lies exactly beneath the folded band edges, on rungs that hardly matter."""
    wide = fq.resonances(RING, shaken(), (-0.5, 2.3), max_half_width=0.3, flux=0.1)
    narrow = fq.resonances(RING, shaken(), (-0.09, 0.09), max_half_width=0.3, flux=0.1)
    dot = wide.sel(resonance=np.abs(wide.energy.values) < 1e-9)
    assert float(dot.half_width[0]) == pytest.approx(float(narrow.half_width[0]), rel=1e-9)
    beside = wide.sel(resonance=np.abs(wide.energy.values - 2.0029) < 1e-2)
    assert 0 < float(beside.half_width[0]) < 1e-3  # the bound state, which photons ionise


def test_a_resonance_has_the_spin_of_its_level():
    """A level with a field along x: its two states are ψ = (1, ±1)/√2, at ±B/2."""
    sigma_x = np.array([[0, 1], [1, 0]])
    device = fq.Device(0.2 * sigma_x, {"L": fq.Contact(fq.WideBand(0.1), 0)}, orbitals=2, spin=True)
    found = fq.resonances(device, None, (-1, 1))
    np.testing.assert_allclose(quasienergies(found), [-0.2 - 0.05j, 0.2 - 0.05j], atol=1e-12)
    np.testing.assert_allclose(found.spin, [[-1, 0, 0], [1, 0, 0]], atol=1e-10)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"window": (0.1, 0.1)}, "between two energies"),
        ({"window": (-1, 1), "max_half_width": 0}, "max_half_width is 0"),
        ({"window": (-1, 1), "fluks": 0.1}, 'Did you mean "flux"'),
    ],
)
def test_a_question_about_resonances_that_cannot_be_answered_is_refused(arguments, what):
    with pytest.raises(fq.BadInput, match=what):
        fq.resonances(RING, None, **arguments)


def test_a_search_that_is_not_paid_for_stops():
    with pytest.raises(fq.NotConverged, match="max_nodes"):
        fq.resonances(RING, shaken(), (-1, 1), max_nodes=100, flux=0.1)


# Bound states


def explicit_ring(flux, arm, dot_coupling=0.25):
    """H of the ring in a chain of 2 arm + 1 sites; the dot is the last orbital."""
    n = 2 * arm + 1
    h = np.zeros((n + 1, n + 1), complex)
    h[np.arange(n - 1), np.arange(1, n)] = 1.0
    h[arm - 1, n], h[arm + 1, n] = dot_coupling * np.exp(2j * np.pi * flux), dot_coupling
    return h + h.conj().T, [arm - 1, arm, arm + 1, n]


@pytest.mark.parametrize(("flux", "energy"), [(0.1, 2.002900), (0.2, 2.001610), (0.3, 2.000484)])
def test_the_rings_bound_states_and_their_weights_are_those_of_a_long_chain(flux, energy):
    found = fq.bound_states(RING, flux=flux)
    np.testing.assert_allclose(found.energy, [-energy, energy], atol=5.1e-7)
    h, sites = explicit_ring(flux, 400)
    values, vectors = np.linalg.eigh(h)
    for i, at in enumerate((0, -1)):
        assert float(found.energy[i]) == pytest.approx(values[at], abs=1e-7)
        np.testing.assert_allclose(found.site_weight[i], np.abs(vectors[sites, at]) ** 2, atol=1e-6)
    np.testing.assert_array_equal(found.in_band, 0)


def test_a_level_outside_the_band_binds_where_the_quadratic_equation_says():
    """E − ε = 2τ² g(E) outside the band of two chains: ε = 1.9, τ = 0.8, and the weight on the level is 1/(1 − Σ′)."""
    device = fq.gallery.driven_site(1.9, coupling_left=0.8, coupling_right=0.8)
    found = fq.bound_states(device)
    (energy,) = found.energy.values
    root = np.sqrt(energy**2 - 4)
    assert energy - 1.9 == pytest.approx(0.64 * (energy - root), abs=1e-13)
    assert float(found.site_weight[0, 0]) == pytest.approx(1 / (1 - 0.64 * (1 - energy / root)), rel=1e-7)


def test_a_ring_at_integer_flux_has_a_bound_state_in_the_continuum():
    """ψ_0 + V0 ψ_d = 0 leaves both neighbours alone: the weight on the dot is 1/(1 + V0²)."""
    found = fq.bound_states(RING, flux=[0.0, 0.05, 1.0])
    np.testing.assert_array_equal(np.isfinite(found.energy).sum("bound_state"), [3, 2, 3])
    inner = found.isel(flux=0, bound_state=1)
    assert abs(float(inner.energy)) < 1e-14
    assert float(inner.in_band) == 1
    np.testing.assert_allclose(inner.site_weight, [0, 0.0625 / 1.0625, 0, 1 / 1.0625], atol=1e-14)


def test_a_state_that_meets_only_a_closed_channel_is_bound_in_the_continuum():
    """Two legs: odd states see the odd band [3, 7] of the lead only, and one of them lies in the even band [−7, −3] … in [−2, 2] of L."""
    rung = 5.0
    lead = fq.PeriodicLead([[0, -rung], [-rung, 0]], np.eye(2))
    h = np.array([[0.4, -0.9], [-0.9, 0.4]])  # odd 1.3, even −0.5
    device = fq.Device(h, {"R": fq.Contact(lead, [0, 1]), "L": fq.Contact(fq.Chain(), [0, 1], coupling=[[0.3], [0.3]])})
    found = fq.bound_states(device, window=(-2, 2))
    inner = found.sel(bound_state=found.in_band.values == 1)
    # in the odd channel E − 1.3 = g and 1/g = E − 5 − g
    np.testing.assert_allclose(inner.energy, [1.3 + 1 / (1.3 - rung)], atol=1e-10)
    np.testing.assert_allclose(np.diff(inner.site_weight[0]), 0, atol=1e-10)


def test_parts_without_a_lead_are_bound_whole():
    h = np.zeros((4, 4))
    h[1, 2] = h[2, 1] = 0.7
    h[1, 3] = h[3, 1] = 0.2
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(0.3), 0)})
    found = fq.bound_states(device)
    np.testing.assert_allclose(found.energy, np.linalg.eigvalsh(h[1:, 1:]), atol=1e-14)
    np.testing.assert_allclose(found.site_weight.sum("site"), 1, atol=1e-14)
    alone = fq.bound_states(fq.Device(hermitian(3, 5)))
    np.testing.assert_allclose(alone.energy, np.linalg.eigvalsh(hermitian(3, 5)), atol=1e-13)


def test_a_driven_part_without_a_lead_has_the_quasienergies_of_its_cycle():
    h, h1, omega = hermitian(3, 8), hermitian(3, 9, 0.3), 1.3
    whole, driven = np.zeros((4, 4), complex), np.zeros((4, 4), complex)
    whole[1:, 1:], driven[1:, 1:] = h, h1
    device = fq.Device(whole, {"L": fq.Contact(fq.WideBand(0.3), 0)})
    found = fq.bound_states(device, fq.Drive.from_matrices({1: driven}, photon_energy=omega))
    expected = np.linalg.eigvals(one_cycle(h, h1, omega))
    factors = np.exp(-2j * np.pi * found.energy.values / omega)
    assert len(factors) == 3
    for factor in factors:
        assert np.min(np.abs(expected - factor)) < 1e-8


def test_a_level_that_only_the_drive_connects_is_not_bound():
    device = fq.Device(np.diag([0.0, 0.4]), {"L": fq.Contact(fq.WideBand(0.3), 0)}, {"link": fq.Hopping(bond=(0, 1))})
    assert fq.bound_states(device).energy.values.tolist() == [0.4]
    drive = fq.Drive({"link": fq.Cosine(0.2)}, photon_energy=0.7)
    assert fq.bound_states(device, drive).sizes["bound_state"] == 0
    assert np.all(fq.resonances(device, drive, (-0.2, 0.5), max_half_width=0.2).half_width > 1e-3)


def test_fast_photons_leave_bound_states_whose_replicas_are_all_closed():
    """At ħΩ = 5 no replica of a state meets the band [−2, 2]: an explicit chain has it, and the search for poles too, at no width."""
    v, omega, flux = 0.8, 5.0, 0.1
    ring = fq.gallery.quantum_ring(dot_coupling=0.9)
    found = fq.bound_states(ring, shaken(v, omega), flux=flux)
    h, _ = explicit_ring(flux, 50, 0.9)
    shake = np.zeros_like(h)
    shake[-1, -1] = v / 2
    steps = range(-3, 4)
    ladder = np.kron(np.eye(7), h) - np.kron(np.diag(np.array(steps) * omega), np.eye(len(h)))
    ladder += np.kron(np.eye(7, k=1) + np.eye(7, k=-1), shake)
    near = np.linalg.eigvalsh(ladder)
    for energy in found.energy.values:
        assert np.min(np.abs(near - energy)) < 1e-8
    poles = fq.resonances(ring, shaken(v, omega), (-2.45, 2.45), flux=flux)
    real = poles.sel(resonance=poles.half_width.values < 1e-13)
    np.testing.assert_allclose(real.energy, found.energy, atol=1e-11)
    np.testing.assert_allclose(found.site_weight.sum("site"), found.sideband_weight.sum("sideband"), atol=1e-12)
    assert fq.bound_states(RING, shaken(0.07, 0.2), flux=flux).sizes["bound_state"] == 0


def test_the_certificate_lists_states_that_remember_how_they_were_filled():
    integer = fq.solve(RING, None, window=(-1, 1), flux=0.0).certificate
    np.testing.assert_allclose(integer.closed_states, [-2.003469, 0, 2.003469], atol=1e-6)
    assert "no open channel sees them" in str(integer)
    slow = fq.solve(RING, shaken(), window=(0, 0), flux=0.1).certificate
    assert slow.closed_states == ()
    assert "no open channel sees them" not in str(slow)
    np.testing.assert_allclose(slow.bound_states, [-2.0029, 2.0029], atol=1e-6)
    fast = fq.scatter(RING, shaken(0.8, 5.0), [0.1], flux=0.1)
    np.testing.assert_allclose(
        fast.certificate.closed_states, fq.bound_states(RING, shaken(0.8, 5.0), flux=0.1).energy, atol=1e-12
    )
    assert "certificate_closed_states" in fast.transmission("R", "L").attrs


@pytest.mark.parametrize("photon_energy", [4.2, 6.0, 9.1])
def test_the_gaps_of_the_zone_are_where_no_replica_meets_a_band(photon_energy):
    from floquant.model import sectors
    from floquant.solvers.poles.bound_states import zone_gaps

    contacts = {"L": fq.Contact(fq.Chain(1.0, 0.7), 0), "R": fq.Contact(fq.Chain(0.4, -5.0), 0)}
    device = fq.Device([[0.0]], contacts, {"a": fq.Onsite(0)})
    drive = fq.Drive({"a": fq.Cosine(0.1)}, photon_energy=photon_energy)
    (sector,) = sectors(device, drive, {})
    gaps = zone_gaps(sector, photon_energy)
    for z in np.linspace(0, photon_energy, 997, endpoint=False):
        replicas = z + photon_energy * np.arange(-5, 6)
        met = np.any(np.abs(replicas - 0.7) <= 2) or np.any(np.abs(replicas + 5.0) <= 0.8)
        listed = any(low < z < high or low < z + photon_energy < high for low, high in gaps)
        assert listed != met
