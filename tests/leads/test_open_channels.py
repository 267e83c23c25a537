"""Open channels: as many as bands that are crossed, and they carry the whole spectral function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from leads.wires import magnetic_strip, random_lead, spectral, strip, supercell, zigzag


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.sampled_from([0.03, 0.4, 2.0]))
def test_open_channels_are_the_crossings_of_the_bands_and_the_rank_of_the_spectral_function(
    seed, orbitals, real, strength
):
    lead = random_lead(seed, orbitals, real, strength=strength)
    edges = np.array(lead.edges())
    wide = np.diff(edges) > 1e-4
    energies = (edges[1:] + edges[:-1])[wide] / 2
    k = np.linspace(-np.pi, np.pi, 3001)[:, None, None]
    levels = np.linalg.eigvalsh(lead.h00 + lead.h01 * np.exp(1j * k) + lead.h01.conj().T * np.exp(-1j * k))
    below = levels[:, :, None] < energies
    assert np.array_equal(lead.open_channels(energies), (below[:-1] & ~below[1:]).sum(axis=(0, 1)))
    surface = lead.surface(energies)
    weights = np.linalg.eigvalsh(spectral(surface))
    assert np.array_equal(
        lead.open_channels(energies), (weights > 1e-8 * np.abs(surface).max((1, 2))[:, None]).sum(axis=1)
    )


@pytest.mark.parametrize(
    "lead",
    [
        zigzag(3),
        zigzag(20),
        random_lead(3, 26),
        magnetic_strip(9, 0.1),
        fq.PeriodicLead(*strip(5)),
        supercell(*strip(3), 2),
    ],
    ids=["zigzag", "wide zigzag", "wide", "field", "closed form", "doubled"],
)
def test_open_directions_are_as_many_as_open_channels_and_make_up_the_spectral_function(lead):
    edges = np.array(lead.edges())
    width = edges[-1] - edges[0]
    energies = np.concatenate(
        [np.linspace(edges[0] - 0.1, edges[-1] + 0.1, 41), edges + 1e-8 * width, edges - 1e-6 * width]
    )
    energies = lead.off_edges(energies)
    found = lead.open_directions(energies)
    assert np.array_equal((found.weights > 0).sum(axis=1), lead.open_channels(energies))
    a, size = spectral(found.surface), np.abs(found.surface).max(axis=(1, 2))
    v = found.directions
    assert np.all(np.abs((v * found.weights[:, None]) @ v.conj().swapaxes(1, 2) - a).max(axis=(1, 2)) < 1e-8 * size)
    assert np.abs(found.projector @ found.projector - found.projector).max() < 1e-12
    assert np.all(np.abs(found.root @ found.root - a).max(axis=(1, 2)) < 1e-8 * size)


def test_a_contact_of_open_waves_is_the_contact():
    """w = τ a^{1/2} and P = V V†; leads that are alike or opposite, asked once, give what each gives alone."""
    from floquant.model import sectors
    from floquant.solvers.ladder.contacts import contacts_at, opened_leads

    right = zigzag(3)
    left, wide = fq.PeriodicLead(right.h00, right.h01.T), random_lead(2, 6)
    h = np.diag(np.linspace(-1, 1, 6)) + np.eye(6, k=1) + np.eye(6, k=-1)
    contacts = {
        "L": fq.Contact(left, range(6)), "R": fq.Contact(right, range(6)), "W": fq.Contact(wide, range(6), 0.3 * h),
        "C": fq.Contact(fq.Chain(), 2), "W2": fq.Contact(fq.PeriodicLead(wide.h00, wide.h01), range(6)),
    }  # fmt: skip
    sector = sectors(fq.Device(h, contacts), None)[0]
    energies = np.array([-1.3, 0.1, 0.7, 2.4])
    table = contacts_at(sector, energies)
    begin = 0
    for terminal, lead in zip(sector.terminals, opened_leads(sector, energies), strict=True):
        own = slice(begin, begin := begin + len(terminal.lead_orbitals))
        v, w = lead.directions, np.sqrt(lead.weights)[:, None]
        rows = np.searchsorted(table.orbitals, terminal.orbitals)
        waves = terminal.coupling @ (v * w)
        assert np.abs(waves @ np.conj(np.swapaxes(v, 1, 2)) - table.injection[:, rows, own]).max() < 1e-12
        assert np.abs((v * (w > 0)) @ np.conj(np.swapaxes(v, 1, 2)) - table.projector[:, own, own]).max() < 1e-12
    alone = [
        contacts_at(sectors(fq.Device(h, {name: one}), None)[0], energies).spread(6) for name, one in contacts.items()
    ]
    sigma, w = table.spread(6)
    assert np.abs(sum(one[0] for one in alone) - sigma).max() < 1e-12
    assert np.abs(np.concatenate([one[1] for one in alone], axis=2) - w).max() < 1e-12


def test_a_clean_strip_transmits_its_open_channels():
    h00, h01 = strip(4)
    leads = {name: fq.Contact(fq.PeriodicLead(h00, h01), range(4)) for name in ("L", "R")}
    energies = [0.1, 1.5, 2.0, 3.0, 3.7]
    scattering = fq.scatter(fq.Device(h00, contacts=leads), None, energies)
    assert np.allclose(
        scattering.transmission("R", "L").values.ravel(), leads["L"].lead.open_channels(energies), atol=1e-12
    )
