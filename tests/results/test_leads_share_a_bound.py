"""Charge that leaves one lead arrives in another: bounds of dc currents know it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import floquant as fq
from floquant.observe.conservation import levelled, tightened

DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
LEADS = {"L": 0.5, "R": 0.02, "top": 1.3, "far": 1e-4}


def level(*names):
    """A level with wires of very different couplings."""
    contacts = {name: fq.Contact(fq.WideBand(LEADS[name]), 0) for name in names}
    return fq.Device([[0.1]], contacts, knobs={"dot_level": fq.Onsite(0)})


def currents(device, rtol=1e-5, **options):
    mu = {name: 0.1 * number for number, name in enumerate(device.contacts)}
    solution = fq.solve(device, DRIVE, window=(-1.5, 1.5), rtol=rtol)
    return fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=0.01), **options)


def test_two_leads_have_one_error():
    ring = fq.gallery.quantum_ring(dot_coupling=0.25)
    solution = fq.solve(ring, DRIVE, window=(-0.2, 0.2), flux=np.linspace(0, 0.5, 6), rtol=1e-4)
    for found in (fq.dc_current(solution, fq.Reservoirs(mu=[-0.1, 0.0, 0.2])), currents(level("L", "R"))):
        error = found.dc_current_error
        np.testing.assert_array_equal(error.sel(lead="L"), error.sel(lead="R"))


def test_each_spin_is_conserved_by_itself():
    ring = fq.gallery.quantum_ring(spin=True)
    solution = fq.solve(ring, DRIVE, window=(0.05, 0.05), flux_ab=0.2, flux_so=0.1, rtol=1e-4)
    error = fq.dc_current(solution, fq.Reservoirs(mu=0.05), resolve_spin=True).dc_current_error
    np.testing.assert_array_equal(error.sel(lead="L"), error.sel(lead="R"))
    assert float(error.sel(lead="L", spin="up")) != float(error.sel(lead="L", spin="down"))


@pytest.mark.parametrize("names", [("L", "R", "top"), ("far", "L", "R", "top")])
def test_no_error_exceeds_the_sum_of_the_others(names):
    found, exact = currents(level(*names)), currents(level(*names), rtol=1e-11)
    error = found.dc_current_error
    assert np.all(2 * error <= error.sum("lead") * (1 + 1e-14))
    assert np.all(abs(found.values - exact.values) <= error.values + exact.dc_current_error.values)


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 2))
def test_bounds_hold_and_balance_whatever_the_numbers(seed, leads, components):
    random = np.random.default_rng(seed)
    true = random.normal(size=(3, 2, leads, components))
    true -= true.mean(axis=2, keepdims=True)
    error = 10.0 ** random.uniform(-6, 1, true.shape)
    value = true + error * random.uniform(-1, 1, true.shape)
    flat = (3, 2, leads * components)
    found = levelled(tightened(error.reshape(flat), value.reshape(flat), leads), leads).reshape(true.shape)
    assert np.all(abs(value - true) <= found * (1 + 1e-12) + 1e-14)
    if leads > 1:
        assert np.all(2 * found <= found.sum(axis=2, keepdims=True) * (1 + 1e-12))
        assert np.all(found.max(axis=2) <= error.max(axis=2))
    if leads == 2:
        np.testing.assert_array_equal(found[:, :, 0], found[:, :, 1])


def test_spin_has_a_bound_of_its_own_in_each_lead():
    """A spin current need not leave through another lead."""
    ring = fq.gallery.rashba_ring(sites=6)
    drive = fq.Drive({"upper_gate": fq.Cosine(0.2)}, photon_energy=0.5)
    found = fq.spin_current(
        fq.solve(ring.at(flux=0.2, rashba=0.3), drive, window=(0.2, 0.2), rtol=1e-4), fq.Reservoirs(mu=0.2)
    )
    error = found.spin_current_error
    assert np.any(error.sel(lead="L") != error.sel(lead="R"))
