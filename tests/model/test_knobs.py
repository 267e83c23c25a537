"""Knobs at rest and turned: what they do to H, and what several of them do to one element."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from floquant import gallery
from floquant.model import Device, Function, Hopping, Onsite, Strength
from floquant.model.assembly.phases import unit_phase
from model.crowded import by_hand, crowded_device, finite, pauli


@given(finite, finite, finite, finite, finite, finite, finite, finite)
def test_on_one_bond_additive_knobs_add_strengths_multiply_and_fluxes_add(a, b, c, d, e, f, g, h):
    device = crowded_device()
    knobs = {"level": a, "link": b + 1j * c, "all": d, "strong": e, "stronger": f, "flux": g, "flux_back": h}
    expected = by_hand(device, device.h, **knobs)
    found = device.hamiltonian(**knobs)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_array_equal(found, found.conj().T)
    np.testing.assert_array_equal(device.at(**knobs).hamiltonian(), found)
    sparse = crowded_device(sparse=True).hamiltonian(**knobs)
    assert scipy.sparse.issparse(sparse)
    np.testing.assert_array_equal(sparse.toarray(), found)


def test_a_knob_at_rest_changes_nothing_and_at_keeps_the_others():
    device = crowded_device()
    np.testing.assert_array_equal(device.hamiltonian(), device.h)
    moved = device.at(flux=0.2).at(strong=0.5)
    assert moved.resting == {**device.resting, "flux": 0.2, "strong": 0.5}
    np.testing.assert_array_equal(moved.hamiltonian(flux=0, strong=1), device.h)
    assert device.resting["flux"] == 0


def test_a_flux_multiplies_the_hopping_from_j_to_i():
    device = gallery.quantum_ring(dot_coupling=0.25)
    h = device.hamiltonian(flux=0.1)
    assert h[0, 3] == pytest.approx(0.25 * np.exp(0.2j * np.pi), abs=1e-16)
    assert h[3, 0] == np.conj(h[0, 3])
    assert h[2, 3] == 0.25


@given(st.integers(-100, 100), st.integers(0, 1023))
def test_phases_are_exactly_periodic_odd_and_real_at_halves(whole, part):
    turns = part / 1024
    assert unit_phase(turns) == unit_phase(turns + whole)
    assert unit_phase(-turns) == np.conj(unit_phase(turns))
    assert unit_phase(0.5) == -1
    assert unit_phase(0.25) == 1j


def test_a_site_means_all_of_its_orbitals():
    h = np.zeros((5, 5))
    device = Device(
        h,
        orbitals=[2, 1, 2],
        knobs={
            "gate": Onsite([0, 1]),
            "field": Onsite(2, matrix=pauli["y"]),
            "link": Hopping((0, 2), matrix=[[1, 2], [3, 4j]]),
        },
    )
    np.testing.assert_array_equal(np.diag(device.hamiltonian(gate=0.3)), [0.3, 0.3, 0.3, 0, 0])
    np.testing.assert_array_equal(device.hamiltonian(field=2.0)[3:, 3:], 2 * pauli["y"])
    np.testing.assert_array_equal(device.hamiltonian(link=1j)[:2, 3:], 1j * np.array([[1, 2], [3, 4j]]))
    backward = Device(h, orbitals=[2, 1, 2], knobs={"link": Hopping((2, 0), matrix=[[1, 2j], [3, 4j]])})
    np.testing.assert_array_equal(backward.hamiltonian(link=1j)[3:, :2], 1j * np.array([[1, 2j], [3, 4j]]))
    assert device.site_count == 3
    assert list(device.site_orbitals(2)) == [3, 4]


@given(finite, finite)
def test_a_function_sets_what_others_then_add_to(a, b):
    device = Device(
        np.ones((3, 3)),
        knobs={
            "angle": Function([2, 0], lambda x: np.array([[x, 1j * x], [-1j * x, 2.0]])),
            "level": Onsite(0),
            "strong": Strength(bond=(0, 2)),
        },
    )
    np.testing.assert_array_equal(device.hamiltonian(), np.ones((3, 3)))
    found = device.hamiltonian(angle=a, level=b, strong=2.0)
    np.testing.assert_allclose(found, [[2 + b, 1, -2j * a], [1, 1, 1], [2j * a, 1, a]], atol=1e-15)
