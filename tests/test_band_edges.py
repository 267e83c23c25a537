"""Transport at energies of which a rung stands on a band edge: the limit from the open side, and an error that covers the jump."""

from __future__ import annotations

import numpy as np
import pytest
from leads.wires import magnetic_strip, random_lead, strip, zigzag

import floquant as fq

LEADS = {
    "chain": fq.Chain(0.8, 0.1),
    "strip": fq.PeriodicLead(*strip(3)),
    "zigzag": zigzag(3),
    "field": magnetic_strip(5, 0.07),
    "random": random_lead(4, 3),
}


def with_scatterer(lead, strength: float) -> fq.Device:
    """A cell of the lead between two halves of it, its sites moved by energies of this size."""
    h00, h01, _ = lead.absorbed()
    n, h00 = len(h00), np.asarray(h00)
    other = fq.Chain(np.conj(lead.hopping), lead.level) if n == 1 else fq.PeriodicLead(h00, np.conj(h01).T)
    contacts = {"L": fq.Contact(other, range(n)), "R": fq.Contact(lead, range(n))}
    return fq.Device(h00 + strength * np.diag(np.cos(1 + np.arange(n))), contacts, knobs={"gate": fq.Onsite(0)})


def total(device, energies, drive=None, **options):
    """T from L to R, and its error, (energies,)."""
    found = fq.scatter(device, drive, energies, **options).transmission("R", "L", kind="total")
    return found.values.ravel(), found.transmission_error.values.ravel()


@pytest.mark.parametrize("name", LEADS)
@pytest.mark.parametrize("strength", [0.0, 0.4])
def test_the_limit_is_that_of_energies_nearby_on_either_side(name, strength):
    """T = T₀ + c √δ beside an edge; T₀ of the side where more channels are open, and the other within the error."""
    lead = LEADS[name]
    device, edges = with_scatterer(lead, strength), np.array(lead.edges())
    delta = 1e-7 * np.ptp(edges)
    value, error = total(device, edges)
    sides = []
    for side in (-1, 1):
        near, far = (total(device, edges + side * times * delta)[0] for times in (1, 4))
        sides.append((2 * near - far, 4 * np.abs(near - far) + 1e-5))
    more = lead.open_channels(edges + delta) >= lead.open_channels(edges - delta)
    for side in (0, 1):
        limit, unsure = sides[side]
        assert np.all(np.abs(value - limit) < error + unsure)
        taken = more == bool(side)
        assert np.all(np.abs(value - limit)[taken] < unsure[taken])


def test_a_clean_wire_transmits_the_channel_that_opens_and_its_error_says_that_it_may_not():
    device = with_scatterer(zigzag(4), 0.0)
    edges = np.array(zigzag(4).edges())
    value, error = total(device, edges)
    channels = zigzag(4).open_channels(edges)
    assert np.abs(value - channels).max() < 1e-6
    jump = np.abs(zigzag(4).open_channels(edges + 1e-6) - zigzag(4).open_channels(edges - 1e-6))
    assert np.all(error >= jump - 1e-6)
    value, error = total(with_scatterer(fq.Chain(), 0.0), [-2.0, 2.0, 2 + 1e-9])
    assert np.allclose(value, [1, 1, 0], atol=1e-9)
    assert np.allclose(error, [1, 1, 0], atol=1e-6)


@pytest.mark.parametrize("chains", [4, 10])
def test_both_ends_of_a_symmetric_spectrum_are_treated_alike(chains):
    """T(−E) = T(E) of a lattice of two kinds of sites, on its edges too."""
    ribbon = fq.gallery.zigzag_ribbon(chains=chains, length=4)
    edges = np.array(ribbon.contacts["L"].lead.edges())
    plus, minus = (total(ribbon, sign * edges[edges > 0.1]) for sign in (1, -1))
    assert np.abs(plus[0] - minus[0]).max() < 1e-6
    one = total(ribbon, [-1.0, 1.0])
    assert abs(one[0][0] - one[0][1]) <= one[1].sum()


def test_the_last_bit_of_an_energy_or_of_the_device_stays_within_the_error():
    lead = zigzag(3)
    device, edges = with_scatterer(lead, 0.3), np.array(lead.edges())
    value, error = total(device, edges)
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    h00, h01 = (turn @ m @ turn.T for m in (lead.h00, lead.h01))
    again = fq.PeriodicLead((h00 + h00.T) / 2, h01)
    h = turn @ (lead.h00 + 0.3 * np.diag(np.cos(1 + np.arange(6)))) @ turn.T
    contacts = {
        "L": fq.Contact(fq.PeriodicLead(again.h00, again.h01.T), range(6)), "R": fq.Contact(again, range(6)),
    }  # fmt: skip
    turned = fq.Device((h + h.T) / 2, contacts)
    for other, energies in ((device, np.nextafter(edges, 9)), (device, np.nextafter(edges, -9)), (turned, edges)):
        there, unsure = total(other, energies)
        assert np.all(np.abs(there - value) <= error + unsure)
        assert np.abs(there - value).max() < 1e-5  # not only within the jump: the same side is taken


@pytest.mark.parametrize("name", ["chain", "zigzag"])
def test_a_rung_on_an_edge_is_a_limit_too(name):
    """The energy itself lies anywhere; two photons up is the top of the band, or the edge above the middle."""
    lead = LEADS[name]
    device, omega = with_scatterer(lead, 0.4), 0.5
    drive = fq.Drive({"gate": fq.Cosine(0.6)}, photon_energy=omega)
    edge = max(lead.edges()) if name == "chain" else min(e for e in lead.edges() if e > 0.1)
    energy, delta = edge - 2 * omega, 1e-7
    scattering = fq.scatter(device, drive, [energy], sidebands=6)
    found = scattering.transmission("R", "L")
    assert "band edge" in found.on_band_edge
    limits = []
    for side in (-1, 1):
        near, far = (
            fq.scatter(device, drive, [energy + side * n * delta], sidebands=6).transmission("R", "L").values
            for n in (1, 4)
        )
        limits.append(2 * near - far)
        unsure = 4 * np.abs(near - far) + 1e-5
        assert np.all(np.abs(found.values - limits[-1]) < found.transmission_error.values + unsure)
    side = int(lead.open_channels(edge + delta) >= lead.open_channels(edge - delta))
    assert np.abs(found.values - limits[side]).max() < 5e-5
    for basis in ("orbitals", "modes"):
        powers = np.sum(np.abs(scattering.amplitude("R", "L", basis).values) ** 2, axis=(-1, -2))
        # the amplitude of a wave that opens goes as δ^{1/4}
        assert np.abs(powers - found.values).max() < 1e-4


def test_energies_off_the_edges_are_solved_once():
    device = with_scatterer(fq.Chain(), 0.3)
    scattering = fq.scatter(device, None, [0.1, 2.0, 0.4])
    assert len(scattering.limits.solved) == 6
    assert np.array_equal(scattering.limits.solved[[0, 5]], [0.1, 0.4])
    alone = fq.scatter(device, None, [0.1, 0.4])
    assert len(alone.limits.solved) == 2
    both = scattering.transmission("R", "L").isel(energy=[0, 2])
    assert np.array_equal(both.values, alone.transmission("R", "L").values)
    assert "on_band_edge" not in alone.transmission("R", "L").attrs
