"""Chains and wide bands: surfaces on and off the real axis, and the cell that a lead gives up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floquant import gallery
from floquant.model import Chain, Contact, Device, WideBand, sectors


@given(st.floats(-6, 6), st.floats(0.1, 2), st.floats(-1, 1), st.floats(-np.pi, np.pi))
def test_a_chain_solves_its_own_recursion_with_the_decaying_root(energy, hopping, level, phase):
    lead = Chain(hopping * np.exp(1j * phase), level)
    g = lead.surface(energy)[0, 0]
    scale = max(1.0, abs(energy - level) / hopping)
    assert abs(g * (energy - level - hopping**2 * g) - 1) < 1e-13 * scale
    assert g.imag <= 0
    assert hopping * abs(g) <= 1 + 1e-12  # the wave does not grow away from the device
    ((low, high),) = lead.bands()
    if abs(energy - low) > 1e-9 and abs(energy - high) > 1e-9:
        assert (g.imag < 0) == (low < energy < high)


@given(st.floats(-1.9, 1.9), st.floats(-0.05, 0.05))
def test_complex_energies_continue_the_retarded_branch_through_the_band(energy, depth):
    lead = Chain(1.0)
    g = lead.surface(energy + 1j * depth)[0, 0]
    assert abs(g * (energy + 1j * depth - g) - 1) < 1e-13
    assert abs(g - lead.surface(energy)[0, 0]) < 4 * abs(depth) + 1e-15  # no jump across the real axis
    assert g.imag < 0


def test_a_chain_far_below_its_band_keeps_its_digits():
    assert Chain(1e-3).surface(-1e6)[0, 0] == pytest.approx(-1e-6, rel=1e-14)


@pytest.mark.parametrize("lead", [Chain(0.7 + 0.2j, 0.3), WideBand(0.8), WideBand(0.3, orbitals=3)])
@given(energies=st.lists(st.floats(-4, 4), min_size=1, max_size=4))
def test_a_lead_is_its_first_cell_and_the_lead_behind_it(lead, energies):
    h00, h01, behind = lead.absorbed()
    energy = np.array(energies)
    sigma = h01 @ behind.surface(energy) @ h01.conj().T
    cell = np.linalg.inv(energy[:, None, None] * np.eye(lead.orbitals) - h00 - sigma)
    np.testing.assert_allclose(cell, lead.surface(energy), atol=1e-11, rtol=1e-11)


def test_a_wide_band_gives_its_width_and_a_coupling_replaces_it():
    (own,) = sectors(Device([[0.1]], contacts={"L": Contact(WideBand(0.6), 0)}), None)
    np.testing.assert_allclose(own.terminals[0].self_energy(np.array([0.0, 5.0])), np.full((2, 1, 1), -0.3j))
    (other,) = sectors(Device([[0.1]], contacts={"L": Contact(WideBand(0.6), 0, coupling=2j)}), None)
    np.testing.assert_allclose(other.terminals[0].self_energy(0.0), [[-2j]])


def test_a_static_site_between_two_chains_is_the_chain_again():
    (sector,) = sectors(gallery.driven_site(hopping=0.8), None)
    left, _right = sector.terminals
    sigma = left.self_energy(0.3)[0, 0]
    g = 1 / (0.3 - 2 * sigma)
    assert 4 * sigma.imag**2 * abs(g) ** 2 == pytest.approx(1, abs=1e-14)
