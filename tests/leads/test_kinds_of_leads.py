"""Wide bands, given self-energies, leads with spin, sparse leads, and leads that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from leads.wires import random_lead, strip


def test_a_wide_band_may_differ_from_channel_to_channel():
    rng = np.random.default_rng(0)
    h = rng.normal(size=(2, 2))
    h, gamma = h + h.T, np.array([[0.5, 0.2j], [-0.2j, 0.3]])
    energies = np.array([-0.4, 0.7])
    for given_gamma, matrix in (([0.5, 0.2], np.diag([0.5, 0.2])), (gamma, gamma)):
        device = fq.Device(
            h, contacts={"L": fq.Contact(fq.WideBand(given_gamma), [0, 1]), "R": fq.Contact(fq.WideBand(0.4), [1])}
        )
        right = np.diag([0, 0.4])
        g = np.linalg.inv(energies[:, None, None] * np.eye(2) - h + 0.5j * (matrix + right))
        expected = np.einsum("ij,njk,kl,nil->n", right, g, matrix, g.conj()).real
        found = fq.scatter(device, None, energies).transmission("R", "L").values.ravel()
        assert np.allclose(found, expected, rtol=1e-12)


def test_a_chain_given_by_its_self_energy_is_that_chain():
    chain = fq.Chain(0.8, 0.1)
    same = fq.SelfEnergy(lambda energy: 0.8**2 * chain.surface(energy), bands=chain.bands())
    h, energies = [[0.2, 0.5], [0.5, -0.1]], [-0.7, 0.4, 1.5]
    found = []
    for lead in (chain, same):
        device = fq.Device(h, contacts={"L": fq.Contact(lead, [0]), "R": fq.Contact(fq.Chain(), [1])})
        found.append(fq.scatter(device, None, energies).transmission("R", "L").values)
    assert np.allclose(found[0], found[1], rtol=1e-12)
    assert same.edges() == chain.bands()[0]


def test_a_lead_with_spin_and_a_lead_for_both_spins_are_the_same():
    lead, h = random_lead(3, 2), np.array([[0.1, 0.4], [0.4, -0.2]])
    energies, found = [-3.0, 3.0], []
    spinful = fq.PeriodicLead(np.kron(lead.h00, np.eye(2)), np.kron(lead.h01, np.eye(2)))
    alike = fq.PeriodicLead(lead.h00, lead.h01, spinless=True)
    for one, spin in ((spinful, True), (alike, True), (lead, False)):
        matrix = np.kron(h, np.eye(2)) if spin else h
        contacts = {
            "L": fq.Contact(one, [0, 1], 0.6), "R": fq.Contact(fq.Chain(2.0), [1], np.kron([[1.0]], np.eye(2)) if spin else 1.0)
        }  # fmt: skip
        device = fq.Device(matrix, contacts=contacts, orbitals=2 if spin else 1, spin=spin)
        found.append(fq.scatter(device, None, energies).transmission("R", "L").values)
    up = found[0][..., 0, 0]
    assert np.allclose(found[0], found[1], rtol=1e-12)
    assert np.allclose(up, found[2], rtol=1e-12)
    assert np.abs(found[0][..., 0, 1]).max() == 0


def test_a_sparse_lead_is_the_dense_one():
    from scipy.sparse import csr_array

    h00, h01 = strip(3)
    assert np.array_equal(
        fq.PeriodicLead(csr_array(h00), csr_array(h01)).surface(0.3), fq.PeriodicLead(h00, h01).surface(0.3)
    )


REFUSED = {
    "shapes": (lambda: fq.PeriodicLead(np.eye(2), np.eye(3)), r"h01 .* has shape \(3, 3\), but h00 has shape \(2, 2\)"),
    "not Hermitian": (lambda: fq.PeriodicLead([[0, 1], [2, 0]], np.eye(2)), "h00 .* is not Hermitian"),
    "nothing propagates": (lambda: fq.PeriodicLead([[0.0]], [[0.0]]), "nothing propagates"),
    "nan": (lambda: fq.PeriodicLead([[0.0]], [[np.nan]]), "h01 .* nan"),
    "spinless": (lambda: fq.PeriodicLead([[0.0]], [[1.0]], spinless=2), "spinless"),
    "negative channel": (lambda: fq.WideBand([0.1, -0.2]), "none may be negative"),
    "gamma against orbitals": (lambda: fq.WideBand([0.1, 0.2, 0.3], orbitals=2), "must agree"),
    "gain": (lambda: fq.SelfEnergy(lambda energy: 0.2j).surface([0.5]), r"amplifies at E = 0\.5: .*0\.2"),
    "shape": (
        lambda: fq.SelfEnergy(lambda energy: np.eye(3), 2).surface(0.0),
        r"shape \(3, 3\) .* must return \(2, 2\)",
    ),
    "not finite": (lambda: fq.SelfEnergy(lambda energy: np.inf).surface(1.0), r"nan, inf or more than 1e\+50 at E = 1"),
    "not a function": (lambda: fq.SelfEnergy(0.3), "must be callable"),
    "bands": (lambda: fq.SelfEnergy(lambda energy: 0, bands=[(1, -1)]), "intervals"),
    "fails": (lambda: fq.SelfEnergy(lambda: 0).surface(0.0), "fails at E = 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_lead_that_cannot_be_is_refused(case):
    make, words = REFUSED[case]
    with pytest.raises(fq.BadInput, match=words):
        make()
