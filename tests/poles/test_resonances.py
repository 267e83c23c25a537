"""Resonances of driven devices against eigenvalues, closed forms and the decay of an electron."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.known_numbers import RING_HALF_WIDTHS
from scipy.special import jv

import floquant as fq
from poles.shaken_ring import RING, hermitian, one_cycle, quasienergies, shaken


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
