"""On a band edge a lead says what it says beside it, where more channels are open: at the top of a band as at its bottom."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from leads.wires import DIMER, armchair, magnetic_strip, random_lead, spectral, strip, supercell, zigzag

LEADS = {
    "chain": fq.Chain(0.7, 0.1),
    "strip": fq.PeriodicLead(*strip(4)),
    "dimers": DIMER,
    "zigzag": zigzag(5),
    "armchair": armchair(5),
    "field": magnetic_strip(7, 0.07),
    "doubled strip": supercell(*strip(3), 2),
    "random": random_lead(3, 4),
    "given Σ": fq.SelfEnergy(lambda energy: -0.5j * np.sqrt(max(1 - energy**2, 0.0)), bands=[(-1, 1)]),
}


@pytest.mark.parametrize("name", LEADS)
def test_an_edge_has_as_many_channels_as_its_open_side_whatever_the_last_bit(name):
    lead = LEADS[name]
    edges = np.array(lead.edges())
    step = min(1e-6 * np.ptp(edges), 0.1 * np.diff(edges).min())
    beside = np.maximum(lead.open_channels(edges - step), lead.open_channels(edges + step))
    for energies in (edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)):
        assert np.array_equal(lead.open_channels(energies), beside)
        for energy, count in zip(energies, beside, strict=True):
            modes = lead.modes(energy)
            assert modes.outgoing.shape[1] == modes.incoming.shape[1] == count
            assert not np.any(modes.velocities_out <= 0)
            size = np.abs(spectral(lead.surface(modes.energy))).max()
            found = modes.outgoing @ modes.outgoing.conj().T
            assert np.abs(found - spectral(lead.surface(modes.energy))).max() < 1e-5 * size


@pytest.mark.parametrize("chains", [4, 5, 10])
def test_a_lattice_of_two_kinds_of_sites_has_the_same_channels_at_both_ends(chains):
    lead = zigzag(chains)
    edges = np.array(lead.edges())
    assert np.array_equal(lead.open_channels(edges), lead.open_channels(-edges))
    assert list(fq.Chain().open_channels([-2.0, 2.0, 2 + 1e-9])) == [1, 1, 0]


def test_edges_nearer_to_each_other_than_a_step_are_told_apart():
    """A gap of 1e-9: limits are taken inside it, and on both sides."""
    gap = 1e-9
    lead = fq.PeriodicLead([[0, gap], [gap, 0]], np.exp(0.7j) * np.diag([1.4, -0.6]))
    edge = gap * np.sqrt(1 - 0.4**2)
    assert list(lead.open_channels([-2 * gap, -edge, 0.0, edge, 2 * gap])) == [2, 2, 0, 2, 2]
    moved = lead.off_edges(np.array([-edge, 0.0, edge]))
    assert np.all(np.abs(moved) < 2 * gap)
    assert list(lead.open_channels(moved)) == [2, 0, 2]
