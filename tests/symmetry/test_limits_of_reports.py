"""Wide leads, given self-energies, large lattices, searches that are cut short, and what cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from symmetry.few_values import OMEGA, ring_report, wrong_relations


def test_wide_leads_are_mapped_orbital_by_orbital_whatever_their_phases():
    rng = np.random.default_rng(5)
    width, length = 3, 4
    n = width * length
    index = np.arange(n).reshape(length, width)
    h = np.zeros((n, n), complex)
    for a, b in ((index[:-1], index[1:]), (index[:, :-1], index[:, 1:])):
        h[a, b] = 1.0
    h = h + h.T
    phases = np.exp(2j * np.pi * rng.random(n))
    wire = np.diag(np.ones(width - 1), 1) + np.diag(np.ones(width - 1), -1)
    contacts = {}
    for name, sites in (("L", index[0]), ("R", index[-1][::-1])):
        own = np.exp(2j * np.pi * rng.random(width))
        turned = own[:, None] * own.conj()[None, :]
        lead = fq.PeriodicLead(turned * wire, np.exp(2j * np.pi * rng.random()) * turned * np.eye(width))
        contacts[name] = fq.Contact(lead, sites.tolist(), coupling=0.8 * phases[sites][:, None] * np.diag(own.conj()))
    knobs = {"left": fq.Onsite([int(index[1, 0])]), "right": fq.Onsite([int(index[2, 2])])}
    device = fq.Device(phases[:, None] * h * phases.conj(), contacts, knobs)
    half = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, np.pi)}, photon_energy=OMEGA)
    report = fq.symmetries(device, half)
    assert ("dc charge", "L") in report.forbids
    assert not wrong_relations(device, half, report)
    other = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, 2.0)}, photon_energy=OMEGA)
    assert fq.symmetries(device, other).forbids == ()


def test_self_energies_are_compared_by_samples_and_the_report_says_so():
    def given(width):
        return fq.SelfEnergy(lambda energy: np.array([[width / (energy + 5j)]]))

    def report(left, right):
        contacts = {"L": fq.Contact(left, 0, coupling=0.5), "R": fq.Contact(right, 1, coupling=0.5)}
        device = fq.Device([[0.1, 1], [1, 0.1]], contacts, {"level": fq.Onsite([0, 1])})
        return fq.symmetries(device, fq.Drive({"level": fq.Cosine(0.5)}, photon_energy=0.6))

    same, other = report(given(1.0), given(1.0)), report(given(1.0), given(1.0 + 1e-6))
    assert any("compared at" in line for line in same.searched)
    assert ("dc charge", "L") in same.forbids
    assert other.forbids == ()


@pytest.mark.parametrize(("level", "found"), [(0.2, 1), (0.3, 0)])
def test_time_reversal_transposes_the_self_energy_of_a_lead(level, found):
    """A lead with a flux in it goes over into itself by time reversal only if its two orbitals change places."""
    inside = np.array([[0.0, 0.7j], [-0.7j, 0.0]])
    lead = fq.SelfEnergy(lambda energy: np.linalg.inv((energy + 2j) * np.eye(2) - inside), orbitals=2)
    h = np.array([[0.2, 0, 1.0], [0, level, 1.0], [1.0, 1.0, 0.1]])
    contacts = {"S": fq.Contact(lead, [0, 1], coupling=0.5), "C": fq.Contact(fq.Chain(), 2)}
    device = fq.Device(h, contacts, {"level": fq.Onsite(2)})
    drive = fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=OMEGA)
    report = fq.symmetries(device, drive)
    assert len(report.symmetries) == found
    assert all(symmetry.kind.name == "time reversal" for symmetry in report.symmetries)
    assert not wrong_relations(device, drive, report)


def test_a_large_lattice_is_no_obstacle():
    width, length = 31, 40
    n = width * length
    import scipy.sparse as sp

    index = np.arange(n).reshape(length, width)
    rows = np.concatenate([index[:-1].ravel(), index[:, :-1].ravel()])
    columns = np.concatenate([index[1:].ravel(), index[:, 1:].ravel()])
    h = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    contacts = {name: fq.Contact(fq.Chain(), int(index[row, 15])) for name, row in (("L", 0), ("R", length - 1))}
    knobs = {"left": fq.Onsite(index[5].tolist()), "right": fq.Onsite(index[34].tolist())}
    device = fq.Device((h + h.T).tocsc(), contacts, knobs)
    drive = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, np.pi)}, photon_energy=0.5)
    report = fq.symmetries(device, drive)
    assert report.complete
    assert ("dc charge", "L") in report.forbids
    assert sum(symmetry.kind.name == "shift" for symmetry in report.symmetries) == 3  # C2v without the identity


def test_a_search_that_is_cut_short_says_so_and_claims_only_what_it_found():
    """Eight equal sites hang on each of two: 8!² permutations, of which a few are looked at."""
    n = 18
    h = np.zeros((n, n))
    h[0, 1] = h[0, 2:10] = h[1, 10:18] = 1.0
    contacts = {"L": fq.Contact(fq.Chain(), 0), "R": fq.Contact(fq.Chain(), 1)}
    device = fq.Device(h + h.T, contacts, {"a": fq.Onsite(0), "b": fq.Onsite(1), "one": fq.Onsite(5)})
    both = fq.symmetries(device, fq.Drive({"a": fq.Cosine(0.3), "b": fq.Cosine(0.3, np.pi)}, photon_energy=0.5))
    assert not both.complete
    assert "cut short" in repr(both)
    assert ("dc charge", "L") in both.forbids
    lopsided = fq.symmetries(device, fq.Drive({"a": fq.Cosine(0.3), "one": fq.Cosine(0.3)}, photon_energy=0.5))
    assert lopsided.forbids == ()


def test_a_report_can_be_read():
    report = ring_report(flux=0.5)
    assert "mirror x → −x, leads L ↔ R" in repr(report)
    assert "mirror x → −x" in report.why("dc charge", "R")
    assert "No symmetry" in ring_report(flux=0.3).why("dc charge", "R")
    pump = fq.gallery.two_gate_pump()
    lagging = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, 1.0)}, photon_energy=0.5)
    assert "with μ = 0: complex conjugation, H → −H" in fq.symmetries(pump, lagging).why("dc charge", "R")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fq.symmetries(fq.gallery.quantum_ring(), None, flux=[0.1, 0.2]), "give numbers"),
        (lambda: fq.symmetries(fq.gallery.quantum_ring(), None, flxu=0.1), "Did you mean|flxu"),
        (lambda: fq.symmetries(3), "must be a Device"),
        (lambda: ring_report(flux=0.0).symmetries[0].partner("R", "X", 0, 0.0, 0.2), '"X"'),
    ],
)
def test_what_cannot_be_asked_is_refused(call, message):
    with pytest.raises(fq.BadInput, match=message):
        call()
