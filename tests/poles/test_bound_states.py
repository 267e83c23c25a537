"""Bound states, in gaps and in the continuum, and their weights; and what the certificate lists."""

import numpy as np
import pytest

import floquant as fq
from poles.shaken_ring import RING, explicit_ring, hermitian, one_cycle, shaken


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
    assert f"{len(fast.certificate.closed_states)} closed states" in fast.certificate.summary


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
