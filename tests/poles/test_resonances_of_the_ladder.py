"""Poles on a ladder of photons: digits far away, windows, band edges of far sidebands, spin, and what is refused."""

import numpy as np
import pytest
from cases import CASES

import floquant as fq
from poles.shaken_ring import RING, explicit_ring, one_cycle, quasienergies, shaken


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
