"""The self-energy obeys its equation, absorbs, and is the limit from above and the analytic continuation below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from leads.wires import (
    DIMER,
    armchair,
    decimated,
    magnetic_strip,
    random_lead,
    residual,
    spectral,
    strip,
    supercell,
    zigzag,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.booleans(), st.floats(-4, 4))
def test_the_self_energy_obeys_its_equation_and_absorbs(seed, orbitals, real, singular, energy):
    lead = random_lead(seed, orbitals, real, rank=max(1, orbitals - 1) if singular else None)
    surface = lead.surface(energy)
    size = np.linalg.norm(surface) * np.linalg.norm(
        lead.h01
    )  # near a pole of g the rounding of Σ is amplified by its square
    assert residual(lead, [energy])[0] < 1e-12 + 1e-15 * size**2
    assert np.linalg.eigvalsh(spectral(surface))[0] > -1e-6 * np.linalg.norm(surface)


@pytest.mark.parametrize("width", [2, 3, 6])
def test_the_equation_holds_on_band_edges_and_where_bands_cross(width):
    for lead in (supercell(*strip(width), 2), fq.PeriodicLead(*strip(width)), magnetic_strip(width + 4, 0.07)):
        energies = [0.0, 1e-13, -1e-7, *lead.edges()]
        assert residual(lead, energies).max() < 1e-12


def test_a_cell_of_several_sites_is_the_same_chain():
    energies = np.concatenate([np.linspace(-3, 3, 61), [1e-14, 1e-10, -1e-7, 1e-4]])
    for times in (2, 3, 4):
        lead = supercell(np.zeros((1, 1)), np.ones((1, 1)), times)
        assert np.allclose(lead.surface(energies)[:, 0, 0], fq.Chain().surface(energies)[:, 0, 0], rtol=0, atol=2e-7)
        inside = np.abs(np.abs(energies) - 2) > 1e-2
        expected = fq.Chain().surface(energies[inside])[:, 0, 0]
        assert np.abs(lead.surface(energies[inside])[:, 0, 0] - expected).max() < 1e-12


def test_a_doubled_strip_is_the_strip_also_where_its_folded_bands_cross():
    h00, h01 = strip(5)
    energies = np.array([0.0, 1e-12, 1e-8, -1e-5, 0.3, 1.1, 2.9, 4.1])
    expected = fq.PeriodicLead(h00, h01).surface(energies)
    assert np.abs(supercell(h00, h01, 2).surface(energies)[:, :5, :5] - expected).max() < 1e-12


def test_a_strip_is_its_transverse_modes():
    width, energy = 7, 0.37
    j = np.arange(1, width + 1)
    modes = np.sqrt(2 / (width + 1)) * np.sin(np.pi * np.outer(j, j) / (width + 1))
    chains = [fq.Chain(level=level).surface(energy)[0, 0] for level in 2 * np.cos(np.pi * j / (width + 1))]
    assert np.abs(fq.PeriodicLead(*strip(width)).surface(energy) - modes @ np.diag(chains) @ modes.T).max() < 1e-14


def test_an_orbital_far_away_shifts_the_level_and_spoils_nothing():
    """A site bound to one at 10⁴: E − 10²/(E − 10⁴) takes the place of E."""
    lead, energies = fq.PeriodicLead([[0, 10], [10, 1e4]], [[1, 0], [0, 0]]), np.array([-1.7, -0.02, 0.0, 1.2, 2.5])
    expected = [fq.Chain().surface(energy - 100 / (energy - 1e4))[0, 0] for energy in energies]
    assert np.abs(lead.surface(energies)[:, 0, 0] - expected).max() < 1e-11
    assert list(lead.open_channels(energies)) == [1, 1, 1, 1, 0]


def test_wires_that_share_a_cell_stay_apart_and_may_be_mixed_by_any_unitary():
    one, two, energies = random_lead(1, 2), random_lead(2, 3), np.array([-1.3, 0.2, 0.9])
    h, v = np.zeros((2, 6, 6), complex)
    for lead, at in ((one, [0, 3]), (two, [1, 4, 5])):
        h[np.ix_(at, at)], v[np.ix_(at, at)] = lead.h00, lead.h01
    h[2, 2] = 0.5  # an orbital that nothing is connected with
    both = fq.PeriodicLead(h, v).surface(energies)
    assert np.array_equal(both[:, [0, 0, 3, 3], [0, 3, 0, 3]], one.surface(energies).reshape(3, 4))
    assert np.abs(both[:, 2, 2] - 1 / (energies - 0.5)).max() < 1e-15
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(4, 4)))[0]
    twice = [turn @ np.kron(np.eye(2), m) @ turn.T for m in (one.h00, one.h01)]
    mixed = fq.PeriodicLead((twice[0] + twice[0].conj().T) / 2, twice[1]).surface(energies)
    assert np.abs(turn.T @ mixed @ turn - np.kron(np.eye(2), one.surface(energies))).max() < 1e-12


@pytest.mark.parametrize(
    "lead",
    [random_lead(4, 4), random_lead(5, 5, real=True, rank=2), DIMER, zigzag(3), armchair(5), magnetic_strip(12, 0.08)],
    ids=["generic", "singular", "dimers", "zigzag", "armchair", "magnetic"],
)
def test_above_the_axis_the_surface_is_the_limit_of_adding_cell_after_cell(lead):
    energy = 0.4 + 0.05j
    g = np.linalg.inv(energy * np.eye(lead.orbitals) - lead.h00)
    for _ in range(4000):
        g = np.linalg.inv(energy * np.eye(lead.orbitals) - lead.h00 - lead.h01 @ g @ lead.h01.conj().T)
    assert np.abs(lead.surface(energy) - g).max() < 1e-12 * np.abs(g).max()


@pytest.mark.parametrize("lead", [random_lead(6, 3), DIMER, zigzag(3), magnetic_strip(9, 0.1), supercell(*strip(2), 2)])
def test_the_continuation_through_the_band_is_analytic(lead):
    """The mean over a circle that crosses the axis is the value at its centre, and below the axis too."""
    edges = np.array(lead.edges())
    # in a band: in a gap a state at the end of the wire is a pole of g, which a circle may hold
    is_open = lead.open_channels((edges[1:] + edges[:-1]) / 2) > 0
    widest = np.argmax(np.round(np.diff(edges) * is_open, 9))
    radius = 0.2 * np.diff(edges)[widest]
    centre = (edges[widest] + edges[widest + 1]) / 2 - 0.1j * radius
    circle = centre + radius * np.exp(2j * np.pi * (np.arange(32) + 0.5) / 32)
    g = lead.surface(centre)
    assert np.abs(lead.surface(circle).mean(axis=0) - g).max() < 1e-8 * np.abs(g).max()


def test_below_the_axis_a_cell_of_several_sites_continues_as_the_chain_does():
    energies = np.linspace(-2.93, 2.93, 15)[:, None] - 1j * np.array([1e-9, 1e-4, 0.1, 1.0])
    energies = np.append(energies.ravel(), [-1e-9j, -0.2j])
    for times in (2, 3):
        g = supercell(np.zeros((1, 1)), np.ones((1, 1)), times).surface(energies)[:, 0, 0]
        assert np.abs(g - fq.Chain().surface(energies)[:, 0, 0]).max() < 1e-11


@pytest.mark.parametrize(
    ("lead", "energy"),
    [
        (random_lead(7, 3), 0.2),
        (random_lead(8, 3, rank=1), -0.4),
        (zigzag(2), 0.1),
        (supercell(*strip(2), 2), 0.0),
        (
            fq.PeriodicLead([[0, 1], [1, 0]], [[0.2, 0], [1, 0.2]]),
            -1.65,
        ),  # 2 cos k + 0.4 cos 2k = −1.65 twice at cos k = −1.25
    ],
    ids=["generic", "singular", "zigzag", "crossing", "decaying waves that coalesce"],
)
def test_the_surface_has_twelve_digits_on_the_real_axis(lead, energy):
    exact = decimated(lead, energy)
    assert np.abs(lead.surface(energy) - exact).max() < 1e-12 * np.abs(exact).max()
