"""Modes: Bloch waves of a lead, with their velocities and phases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from leads.wires import random_lead, scattering_of_modes, spectral, strip, supercell, zigzag


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.floats(-3, 3))
def test_modes_carry_the_whole_spectral_function(seed, orbitals, real, energy):
    lead = random_lead(seed, orbitals, real)
    modes, surface = lead.modes(energy), lead.surface(energy)
    edges = np.array(lead.edges())
    if np.abs(edges - energy).min() < 1e-3:
        return
    for vectors in (modes.outgoing, modes.incoming):
        assert vectors.shape[1] == lead.open_channels(energy)
        assert np.abs(vectors @ vectors.conj().T - spectral(surface)).max() < 1e-10 * np.abs(surface).max()
    for waves, velocities, momenta, sign in (
        (modes.waves_out, modes.velocities_out, modes.momenta_out, 1),
        (modes.waves_in, modes.velocities_in, modes.momenta_in, -1),
    ):
        for phi, velocity, k in zip(waves.T, velocities, momenta, strict=True):
            bloch = lead.h00 + lead.h01 * np.exp(1j * k) + (lead.h01 * np.exp(1j * k)).conj().T
            assert np.linalg.norm(bloch @ phi - energy * phi) < 1e-9
            slope = 1j * lead.h01 * np.exp(1j * k)
            assert np.vdot(phi, (slope + slope.conj().T) @ phi).real == pytest.approx(sign * velocity, abs=1e-8)
            assert velocity > 0


@pytest.mark.parametrize("hopping", [1.0, -0.7, 0.6 + 0.5j])
def test_a_wave_through_a_clean_chain_gains_its_phase(hopping):
    """From cell 0 of one lead to cell 0 of the other over three sites: t = e^{4ik}, and nothing comes back."""
    energy = 0.35
    right, left = fq.Chain(hopping, 0.1), fq.Chain(np.conj(hopping), 0.1)
    h = 0.1 * np.eye(3) + hopping * np.eye(3, k=1) + np.conj(hopping) * np.eye(3, k=-1)
    ends = np.eye(3)[:, :1], np.eye(3)[:, 2:]
    contacts = [(left, ends[0] * np.conj(hopping)), (right, ends[1] * hopping)]
    s = scattering_of_modes(h, contacts, energy)
    k_right, k_left = right.modes(energy).momenta_out[0], left.modes(energy).momenta_out[0]
    assert np.abs(s - [[0, np.exp(4j * k_left)], [np.exp(4j * k_right), 0]]).max() < 1e-13
    assert 0.1 + 2 * abs(hopping) * np.cos(k_right + np.angle(hopping)) == pytest.approx(energy)
    assert right.modes(energy).velocities_out[0] == pytest.approx(np.sqrt(4 * abs(hopping) ** 2 - 0.25**2))


def test_scattering_between_modes_is_unitary():
    rng = np.random.default_rng(5)
    h = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    contacts = [
        (lead, rng.normal(size=(4, lead.orbitals))) for lead in (random_lead(1, 3), random_lead(2, 2), zigzag(2))
    ]
    for energy in (-0.8, 0.3, 1.2):
        s = scattering_of_modes(h + h.conj().T, contacts, energy)
        assert len(s) > 1
        assert np.abs(s.conj().T @ s - np.eye(len(s))).max() < 1e-11


def test_modes_of_equal_wires_are_told_apart_by_their_velocity():
    """At E = 0 the folded bands of a doubled strip cross: outgoing and incoming waves share their λ."""
    lead = supercell(*strip(4), 2)
    modes, single = lead.modes(0.0), fq.PeriodicLead(*strip(4)).modes(0.0)
    assert np.allclose(np.sort(modes.velocities_out), np.sort(single.velocities_out) / 2, rtol=1e-12)
    assert np.abs(modes.outgoing @ modes.outgoing.conj().T - spectral(lead.surface(0.0))).max() < 1e-12
