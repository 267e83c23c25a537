"""A level between two magnets: each spin is counted along its own magnet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from spin.spinors import ONE, numbers, spinors, valve


@settings(max_examples=10, deadline=None)
@given(angle=st.floats(0, np.pi), polarisation=st.floats(0.01, 0.95))
def test_a_spin_valve_on_resonance_closes_as_the_angle_opens(angle, polarisation):
    """T = 2 (1 − p²)/(1 − p² cos²(θ/2)): 2 in parallel, 2 (1 − p²) in antiparallel."""
    device, _, _ = valve(angle, polarisation)
    found = fq.scatter(device, None, [0.0]).transmission("R", "L", spin_axis=None)
    expected = 2 * (1 - polarisation**2) / (1 - (polarisation * np.cos(angle / 2)) ** 2)
    assert float(found.squeeze()) == pytest.approx(expected, rel=1e-11)


def valve_spins(energy, gammas, n, gamma, polarisation):
    """T_s's = γ (1 ± p) γ (1 ± p) |⟨s' along n|G|s along z⟩|², G = [E + i (Γ_L + Γ_R)/2]⁻¹."""
    g = np.linalg.inv(energy * ONE + 0.5j * sum(gammas))
    rates = gamma * (1 + polarisation * np.array([1, -1]))
    return rates[:, None] * rates * np.abs(spinors(n).conj() @ g @ ONE) ** 2


def test_each_spin_of_a_valve_is_counted_along_its_own_magnet():
    angle, p = 1.1, 0.6
    device, gammas, n = valve(angle, p)
    energies = [-0.4, 0.3]
    found = fq.scatter(device, None, energies).transmission("R", "L", spin_axis={"L": "z", "R": n})
    expected = [valve_spins(energy, gammas, n, 0.5, p) for energy in energies]
    np.testing.assert_allclose(numbers(found)[:, 0], expected, rtol=1e-11)
    assert found.attrs["spin_axis"].endswith("and z")


def test_the_spin_current_of_a_valve_is_carried_by_its_magnets_own_spins():
    """I^s_R along n = ∫ Σ_s (T_↑s − T_↓s) dE over the bias; across n it is not conserved in the lead."""
    angle, p, bias = 2.0, 0.7, 0.4
    device, gammas, n = valve(angle, p)
    solution = fq.solve(device, None, window=(-bias, bias), rtol=1e-9)
    reservoirs = fq.Reservoirs(mu={"L": bias, "R": -bias})
    x, w = np.polynomial.legendre.leggauss(40)
    spins = np.array([valve_spins(bias * e, gammas, n, 0.5, p) for e in x])
    expected = bias * np.einsum("e,est,s->", w, spins, [1, -1])
    found = fq.spin_current(solution, reservoirs, axes={"R": n})
    assert found.lead.values.tolist() == ["R"]
    assert float(found.squeeze()) == pytest.approx(expected, rel=1e-8)
    assert float(found.coords["spin_current_error"].squeeze()) < 1e-7
    # the opposite axis counts the opposite spin
    assert float(fq.spin_current(solution, reservoirs, axes={"R": -np.array(n)}).squeeze()) == pytest.approx(-expected)
    vector = fq.spin_current(solution, reservoirs)
    assert np.isnan(vector.sel(lead="R")).all()
    assert np.isnan(vector.sel(lead="L", direction=["x", "y"])).all()
    assert np.isnan(vector.spin_current_error.sel(lead="R")).all()
    assert np.isfinite(float(vector.sel(lead="L", direction="z").squeeze()))
    assert "L: x, y (the lead conserves the spin along z only)" in vector.attrs["not_conserved"]
    assert "R: x, y, z" in vector.attrs["not_conserved"]


def test_a_phase_on_the_contact_of_a_magnet_moves_no_spin():
    """The contact becomes a bond, and behind it the magnet is still one: S(f) = S e^{2πif}, T_s's is the same."""
    device, gammas, n = valve(1.1, 0.6)
    device = fq.Device(device.h, device.contacts, {"f": fq.Flux(contact="L")}, orbitals=2, spin=True)
    turned = fq.scatter(device, None, [0.3], f=0.2)
    found = turned.transmission("R", "L", spin_axis={"L": "z", "R": n})
    np.testing.assert_allclose(numbers(found)[0, 0], valve_spins(0.3, gammas, n, 0.5, 0.6), rtol=1e-11)
    still = fq.scatter(device, None, [0.3]).amplitude("R", "L").values
    np.testing.assert_allclose(turned.amplitude("R", "L").values, still * np.exp(0.4j * np.pi), rtol=0, atol=1e-12)
