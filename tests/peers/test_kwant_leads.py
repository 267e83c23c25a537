"""Leads against Kwant: self-energies, velocities, and scattering between modes."""

from __future__ import annotations

import numpy as np
import pytest
from leads.wires import magnetic_strip, random_lead, scattering_of_modes, self_energy, zigzag

kwant = pytest.importorskip("kwant")

PAIRS = {
    "generic": (random_lead(11, 3), random_lead(12, 3)),
    "singular": (random_lead(13, 4, rank=2), random_lead(14, 4, real=True, rank=1)),
    "honeycomb": (zigzag(4), zigzag(4)),
    "magnetic": (magnetic_strip(10, 0.03), magnetic_strip(10, -0.03)),
}


def kwant_system(h, leads):
    """One site that holds the whole device, with a lead on either side."""
    lattice = kwant.lattice.chain(norbs=len(h))
    system = kwant.Builder()
    system[lattice(0)] = h
    for direction, lead in zip((-1, 1), leads, strict=True):
        wire = kwant.Builder(kwant.TranslationalSymmetry((direction,)))
        wire[lattice(0)], wire[lattice(0), lattice(direction)] = lead.h00, lead.h01
        system.attach_lead(wire)
    return system.finalized()


@pytest.mark.parametrize("pair", PAIRS)
def test_surface_and_modes_are_kwants(pair):
    leads = PAIRS[pair]
    rng = np.random.default_rng(0)
    h = rng.normal(size=leads[0].h00.shape)
    h = h + h.T
    system = kwant_system(h, leads)
    for energy in (-0.83, 0.31, 1.27):
        for lead, theirs in zip(leads, system.leads, strict=True):
            expected = theirs.selfenergy(energy)
            assert np.abs(self_energy(lead, energy) - expected).max() < 1e-11 * max(1, np.abs(expected).max())
            modes, waves = lead.modes(energy), theirs.modes(energy)[0]
            ours = np.concatenate([-modes.velocities_in, modes.velocities_out])
            assert np.allclose(np.sort(ours), np.sort(waves.velocities), rtol=1e-9, atol=1e-12)
            momenta = np.exp(1j * np.concatenate([modes.momenta_in, modes.momenta_out]))
            assert np.allclose(np.sort_complex(momenta.round(9)), np.sort_complex(np.exp(1j * waves.momenta).round(9)))
        s = scattering_of_modes(h, [(lead, lead.h01) for lead in leads], energy)
        theirs = kwant.smatrix(system, energy)
        first = len(leads[0].modes(energy).velocities_in)
        for b, rows in enumerate((slice(0, first), slice(first, None))):
            for a, columns in enumerate((slice(0, first), slice(first, None))):
                block = theirs.submatrix(b, a)
                assert s[rows, columns].shape == block.shape
                # the phase of each wave is a convention, and so is the order
                assert (
                    np.abs(np.sort(np.abs(s[rows, columns]).ravel()) - np.sort(np.abs(block).ravel())).max(initial=0)
                    < 1e-9
                )
