"""Nothing that a report of symmetries claims is wrong, for random devices of few values, with and without spin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from symmetry.few_values import OMEGA, claimed_but_flowing, made, seeds, wrong_relations

NAMES = "LRC"
PAULI = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])]
few = settings(max_examples=12)


def element(rng, k):
    """0, or one of few numbers; with spin one of few matrices."""
    if k == 1:
        return np.array([[rng.choice([0, 0, 1, -1, 1j, 0.5])]])
    first, second = rng.integers(0, 6, 2)
    paulis = [np.zeros((2, 2)), *PAULI, 1j * PAULI[0]]
    return paulis[first] + (0.5 * paulis[second] if rng.random() < 0.3 else 0)


def few_valued(seed, k=1):
    """A device and a drive whose elements are few numbers, whose phases are simple fractions."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    h = np.zeros((n, n, k, k), complex)
    for i in range(n):
        for j in range(i):
            h[i, j] = element(rng, k)
            h[j, i] = h[i, j].conj().T
        level = 0.5 * rng.choice([0, 1]) * element(rng, k)
        h[i, i] = level + level.conj().T
    harmonics = {n: np.zeros_like(h) for n in (1, 2)}
    for _ in range(int(rng.integers(1, 4))):
        i, j = rng.integers(0, n, 2)
        term = 0.5 * np.exp(2j * np.pi * rng.choice([0, 1 / 4, 1 / 2, 1 / 3, 2 / 3])) * np.eye(k)
        term = term @ (element(rng, k) if rng.random() < 0.5 else np.eye(k))
        which = harmonics[1 if rng.random() < 0.8 else 2]
        which[i, j] = which[i, j] + term
        which[j, i] = which[j, i] + term * (i != j)
    contacts = {}
    kind = rng.integers(0, 3)
    for name in NAMES[: int(rng.integers(2, 4))]:
        lead = [fq.Chain(1.0), fq.WideBand(0.5), fq.Chain(1.0, float(rng.choice([0, 0.3])))][kind]
        contacts[name] = fq.Contact(lead, int(rng.integers(0, n)), coupling=float(rng.choice([0.5, 0.5, 0.8])))
    return made(h, harmonics, contacts)


@settings(max_examples=25)
@given(seed=seeds)
def test_every_relation_between_transmissions_holds(seed):
    device, drive = few_valued(seed)
    assert not wrong_relations(device, drive, fq.symmetries(device, drive))


@few
@given(seed=seeds)
def test_every_relation_holds_with_spin(seed):
    device, drive = few_valued(seed, k=2)
    assert not wrong_relations(device, drive, fq.symmetries(device, drive))


@few
@given(seed=seeds, mu=st.sampled_from([0.0, 0.213]))
def test_what_is_called_zero_is_zero(seed, mu):
    device, drive = few_valued(seed)
    assert not claimed_but_flowing(device, drive, fq.symmetries(device, drive), mu)


@settings(max_examples=6)
@given(seed=seeds, mu=st.sampled_from([0.0, 0.213]))
def test_what_is_called_zero_is_zero_with_spin(seed, mu):
    device, drive = few_valued(seed, k=2)
    assert not claimed_but_flowing(device, drive, fq.symmetries(device, drive), mu)


@settings(max_examples=25)
@given(seed=seeds)
def test_the_operators_do_to_the_hamiltonian_what_is_said(seed):
    """U H(t) U† = H(t + s), and so on, on the device itself, at a few times."""
    device, drive = few_valued(seed, k=1 + seed % 2)
    period = 2 * np.pi / OMEGA
    for symmetry in fq.symmetries(device, drive).symmetries:
        u = symmetry.matrix().toarray()
        assert u @ u.conj().T == pytest.approx(np.eye(len(u)), abs=1e-12)
        seen = np.setdiff1d(np.arange(len(u)), _unseen(device, drive))
        for t in (0.3, 1.9):
            h = drive.hamiltonian(device, t)
            shift = (1 / (2 * np.pi) if symmetry.shift is None else symmetry.shift) * period
            later = drive.hamiltonian(device, shift - t if symmetry.kind.reverses else t + shift)
            taken = u @ (h.conj() if symmetry.kind.conjugates else h) @ u.conj().T
            expected = 2 * symmetry.energy * np.eye(len(u)) - later if symmetry.kind.flips else later
            np.testing.assert_allclose(taken[np.ix_(seen, seen)], expected[np.ix_(seen, seen)], atol=1e-10)


def _unseen(device, drive):
    """Orbitals of sites that are joined with no lead, at any time."""
    joined = np.abs(device.h) + sum(np.abs(x) + np.abs(x).T for x in drive.matrices.values()) > 0
    k = 2 if device.spin else 1
    joined = joined.reshape(len(joined) // k, k, -1, k).any(axis=(1, 3))
    reached = {site for contact in device.contacts.values() for site in contact.sites}
    for _ in range(len(joined)):
        reached |= {j for i in reached for j in np.flatnonzero(joined[i])}
    return [k * i + s for i in range(len(joined)) if i not in reached for s in range(k)]
