"""The laboratory's units, rings of a size and a mass."""

import numpy as np
import pytest
from reference import dense_floquet
from reference.brute_force import brute_current
from scipy import constants

import floquant as fq
from floquant.paper.laboratory import RashbaRing, gigahertz, kelvin, nanoampere


def test_units_of_the_laboratory():
    assert nanoampere(1.0) == pytest.approx(38.7404586, rel=1e-7)  # 1 mV across one conductance quantum e²/h
    assert gigahertz(1.0) == pytest.approx(241.7989, rel=1e-6)
    assert kelvin(1.0) == pytest.approx(11.60452, rel=1e-6)
    device = RashbaRing(radius=50e-9, effective_mass=0.05)
    assert device.field_of_a_quantum * np.pi * 50e-9**2 == pytest.approx(4.135667696e-15, rel=1e-9)
    spacing = 2 * np.pi * 50e-9 / 4
    joule = constants.hbar**2 / (2 * 0.05 * constants.m_e * spacing**2)
    assert device.hopping * 1e-3 * constants.e == pytest.approx(joule, rel=1e-12)
    assert device.flux_so(device.rashba(0.1)) == pytest.approx(0.1, rel=1e-12)
    twice = RashbaRing(radius=100e-9)
    assert twice.hopping == pytest.approx(device.hopping / 4)
    assert twice.zeeman(1.0) == pytest.approx(4 * 0.0578838, rel=1e-6)


def test_the_spin_orbit_flux_is_that_of_a_rashba_ring_of_many_sites():
    """w = M arccos(cos(π/M) cos θ) − π for M links exp(iθ σ·r̂), φ_SO = w/2π; θ = m α a/ħ² and a = 2πr/M, here for M → ∞."""
    device, rashba, sites = RashbaRing(), 12.0, 20_000
    spacing = 2 * np.pi * device.radius / sites
    theta = rashba * 1e-9 * spacing / (2 * device.kinetic)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    assert device.flux_so(rashba) == pytest.approx(w / (2 * np.pi), rel=1e-6)


def test_the_laboratory_table(judged):
    rows = {row.quantity: row for row in judged.rows}
    gamma = RashbaRing().hopping
    assert rows["photon energy ħΩ"].laboratory == f"{0.2 * gamma * 241.7989:.1f} GHz"
    assert rows["largest current, one spin"].laboratory == f"{2.3201983634e-3 * gamma * 38.74046:.4f} nA"
    assert rows["one flux quantum"].laboratory == "0.527 T"
    warm = brute_current(
        dense_floquet.ring(judged.extremum.flux), 0.0, 0.1 / kelvin(gamma), rtol=1e-6
    )  # 100 mK in units of γ
    assert (
        rows["largest current at 100 mK"].laboratory == f"{100 * warm.current[1] / judged.extremum.current:.0f} % of it"
    )


@pytest.mark.parametrize("bad", [{"radius": 0.0}, {"radius": float("nan")}, {"effective_mass": -0.05}])
def test_a_ring_needs_a_size_and_a_mass(bad):
    with pytest.raises(fq.BadInput, match="must be a positive number"):
        RashbaRing(**bad)


def test_a_negative_spin_orbit_flux_has_no_rashba_parameter():
    with pytest.raises(fq.BadInput, match="must be ≥ 0"):
        RashbaRing().rashba(-0.1)
