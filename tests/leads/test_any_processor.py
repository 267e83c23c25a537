"""Nothing hangs on the last bit: other kernels of linear algebra, orbitals in another order or turned, and other roundings of the input.

Kernels for other processors add up in another order. What stands for them here: noise of the last bit in the matrix whose waves are taken,
orbitals permuted and turned by a unitary, and inputs moved by a unit in the last place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from floquant.leads.surface.bloch_waves import bloch_waves, sigma_of, waves_of
from floquant.leads.surface.outgoing import outgoing
from leads.wires import DIMER, armchair, decimated, magnetic_strip, random_lead, strip, supercell, zigzag


def narrow_gap(gap: float):
    """Two bands that would cross at E = 0."""
    return fq.PeriodicLead([[0, gap], [gap, 0]], np.exp(0.7j) * np.diag([1.4, -0.6]))


LEADS = {
    "zigzag": zigzag(3),
    "armchair": armchair(5),
    "field": magnetic_strip(7, 0.07),
    "doubled strip": supercell(*strip(3), 2),
    "random": random_lead(3, 4),
    "singular": random_lead(5, 4, rank=2),
    "dimers": DIMER,
    "gap 1e-4": narrow_gap(1e-4),
    "gap 1e-8": narrow_gap(1e-8),
}


def hard_energies(lead) -> np.ndarray:
    """On edges, beside them as near as transport comes, where bands cross, in gaps, and a few others."""
    edges = np.array(lead.edges())
    width = np.ptp(edges)
    inside = np.linspace(edges[0], edges[-1], 9)[1:-1] + 1e-3 * width
    return lead.off_edges(
        np.concatenate([[0.0, 1e-9, -1e-7], edges, edges + 1e-10 * width, edges - 1e-10 * width, inside])
    )


def turned(lead, seed: int):
    """The same lead with its orbitals permuted and turned."""
    rng = np.random.default_rng(seed)
    n = lead.orbitals
    turn = np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))[0][rng.permutation(n)]
    h00 = turn @ lead.h00 @ turn.conj().T
    return fq.PeriodicLead((h00 + h00.conj().T) / 2, turn @ lead.h01 @ turn.conj().T), turn


def moved(lead, seed: int):
    """The same lead with every number moved by a unit in the last place, up or down or not at all."""
    rng = np.random.default_rng(seed)
    h00, h01 = (m * (1 + np.finfo(float).eps * rng.integers(-1, 2, m.shape)) for m in (lead.h00, lead.h01))
    return fq.PeriodicLead((h00 + h00.conj().T) / 2, h01)


def seen(surface: np.ndarray) -> np.ndarray:
    """(i − g)⁻¹, what a device sees of g (N, c, c): never more than 1, at a pole of g too."""
    return np.linalg.inv(1j * np.eye(surface.shape[-1]) - surface)


def tolerance(lead, energies) -> np.ndarray:
    """What rounding may change: it is amplified by 1/δ at a distance δ from an edge, and by |g| beside a pole."""
    edges, width = np.array(lead.edges()), np.ptp(lead.edges())
    distance = np.abs(np.asarray(energies)[:, None] - edges).min(axis=1) / width
    return 1e-11 + 1e-14 / np.maximum(distance, 1e-9) + 1e-15 * np.abs(lead.surface(energies)).max(axis=(1, 2))


@pytest.mark.parametrize("name", LEADS)
@pytest.mark.parametrize("other", [turned, lambda lead, seed: (moved(lead, seed), np.eye(lead.orbitals))])
def test_a_lead_is_the_same_with_other_orbitals_and_other_last_bits(name, other):
    lead = LEADS[name]
    width = np.ptp(lead.edges())
    for seed in range(2):
        again, turn = other(lead, seed)
        np.testing.assert_allclose(again.edges(), lead.edges(), rtol=0, atol=1e-12 * width)
        edges = np.array(lead.edges())
        assert np.array_equal(again.open_channels(edges), lead.open_channels(edges))
        energies = hard_energies(lead)
        assert np.array_equal(again.open_channels(energies), lead.open_channels(energies))
        g = turn.conj().T @ seen(again.surface(energies)) @ turn
        changed = np.abs(g - seen(lead.surface(energies))).max(axis=(1, 2))
        assert np.all(changed < tolerance(lead, energies)), (energies / width, changed)


@pytest.mark.parametrize("name", LEADS)
def test_waves_leave_as_many_from_each_pair_whatever_noise_the_last_bits_hold(name):
    """Of two waves at an edge, or in a narrow gap, exactly one leaves; Σ is the same for each noise to as many digits as it has."""
    lead = LEADS[name]
    cell = lead.pieces[0].cell
    energies = np.concatenate([hard_energies(lead), lead.edges()])
    plain = bloch_waves(cell, energies)
    norm = np.abs(plain.transfer.matrix).max(axis=(1, 2))[:, None, None]
    for seed in range(8):
        noise = 1e-16 * norm * np.random.default_rng(seed).normal(size=plain.transfer.matrix.shape)
        values, vectors = np.linalg.eig(plain.transfer.matrix + noise)
        found = waves_of(cell, energies, values, vectors, plain.transfer)
        chosen = outgoing(cell, found)
        assert np.all(chosen.sum(axis=1) == cell.rank)
        for i, crowd in found.crowds:
            if len(crowd) == 2:  # not both, and not none, where the current in their space has both signs
                b, a = np.split(np.linalg.qr(found.vectors_of(i, crowd))[0], 2)
                signs = np.sign(np.linalg.eigvalsh(1j * (a.conj().T @ b - b.conj().T @ a)))
                assert chosen[i, crowd].sum() == np.sum(signs > 0)


@settings(max_examples=25)
@given(st.floats(0.05, 0.95), st.sampled_from([1e-6, 1e-7, 1e-8]), st.integers(0, 10**6))
def test_in_a_narrow_gap_waves_decay_whatever_the_noise(share, gap, seed):
    """The pair of each band is told by its decay alone: g to as many digits as the gap leaves of sixteen."""
    lead = narrow_gap(gap)
    cell, energy = lead.pieces[0].cell, np.array([share * gap * np.sqrt(1 - 0.4**2)])
    plain, rng = bloch_waves(cell, energy), np.random.default_rng(seed)
    noise = 1e-16 * rng.normal(size=plain.transfer.matrix.shape)
    found = waves_of(cell, energy, *np.linalg.eig(plain.transfer.matrix + noise), plain.transfer)
    found = replace(found, velocity=found.velocity + 1e-14 / gap * rng.normal(size=found.velocity.shape))
    chosen = outgoing(cell, found)
    assert np.all(np.abs(found.factor[chosen]) < 1)
    sigma, exact = sigma_of(found, chosen)[0], sigma_of(plain, np.abs(plain.factor) < 1)[0]
    assert np.abs(sigma - exact).max() < 1e-14 / gap * np.abs(exact).max()


def test_in_the_middle_of_a_narrow_gap_g_is_that_of_many_digits():
    for gap in (1e-6, 1e-8):
        lead = narrow_gap(gap)
        exact = decimated(lead, 0.3 * gap)
        assert np.abs(lead.surface(0.3 * gap) - exact).max() < 1e-14 / gap * np.abs(exact).max()
