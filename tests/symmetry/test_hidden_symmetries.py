"""A symmetry that is there is found, however its basis is turned; one that is broken a little is not claimed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from symmetry.few_values import OMEGA, currents, made, seeds, wrong_relations


def rotation(rng):
    """A random unitary 2 × 2."""
    q, _ = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))
    return q


def hidden(seed, k, shift, conjugates=False, flips=False):
    """A random device of 2m sites between L and R with one symmetry that exchanges them, hidden by site-wise rotations and a shuffle.

    Site i goes to 2m − 1 − i; H(t) is the sum of something and its image, a time `shift` T later (or reversed about shift·T/2).
    """
    rng = np.random.default_rng([7, seed])
    n = 4
    swap = np.arange(n)[::-1]

    def image(x):
        return x[np.ix_(swap, swap)]

    def adjoint(x):
        return np.conj(np.transpose(x, (1, 0, 3, 2)))

    some = [rng.normal(size=(n, n, k, k)) + 1j * rng.normal(size=(n, n, k, k)) for _ in range(3)]
    static = 0.3 * (some[0] + adjoint(some[0]))
    phase = np.exp(-2j * np.pi * shift * np.arange(3))
    if conjugates and flips:  # −H*(t − s): harmonics −H_{−n}* e^{…}
        h = [static - np.conj(image(static))] + [
            0.06 * (some[n] - np.conj(phase[n]) * image(np.conj(adjoint(some[n])))) for n in (1, 2)
        ]
    elif conjugates:  # H*(t0 − t)
        h = [static + np.conj(image(static))] + [
            0.06 * (some[n] + np.conj(phase[n]) * image(np.conj(some[n]))) for n in (1, 2)
        ]
    else:
        h = [static + image(static)] + [0.06 * (some[n] + np.conj(phase[n]) * image(some[n])) for n in (1, 2)]
    turned = [rotation(rng) if k == 2 else np.exp(2j * np.pi * rng.random((1, 1))) for _ in range(n)]
    order = rng.permutation(n)
    mixed = [
        np.array([[turned[i] @ x[i, j] @ turned[j].conj().T for j in order] for i in order], dtype=complex) for x in h
    ]
    ends = {"L": int(np.flatnonzero(order == 0)[0]), "R": int(np.flatnonzero(order == n - 1)[0])}
    contacts = {name: fq.Contact(fq.Chain(1.0), site, coupling=0.6) for name, site in ends.items()}
    return made(mixed[0], {1: mixed[1], 2: mixed[2]}, contacts)


@settings(max_examples=20)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.sampled_from([0.0, 0.5]))
def test_a_hidden_exchange_of_leads_is_found_and_stops_the_pump(seed, k, shift):
    device, drive = hidden(seed, k, shift)
    report = fq.symmetries(device, drive)
    assert {("dc charge", "L"), ("dc charge", "R")} <= set(report.forbids)
    (symmetry,) = report.symmetries
    assert symmetry.leads == {"L": "R", "R": "L"}
    assert symmetry.shift == pytest.approx(shift)


@settings(max_examples=8)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.floats(0.01, 0.99))
def test_time_reversal_about_any_time_is_found_and_forbids_nothing(seed, k, shift):
    device, drive = hidden(seed, k, shift, conjugates=True)
    report = fq.symmetries(device, drive)
    (symmetry,) = report.symmetries
    assert symmetry.kind.reverses
    assert symmetry.kind.conjugates
    assert symmetry.shift == pytest.approx(shift, abs=1e-9)
    assert not report.forbids_at_energy
    assert not wrong_relations(device, drive, report)


@settings(max_examples=15)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.sampled_from([0.0, 0.5]))
def test_a_mirrored_spectrum_is_found(seed, k, shift):
    device, drive = hidden(seed, k, shift, conjugates=True, flips=True)
    (symmetry,) = fq.symmetries(device, drive).symmetries
    assert symmetry.kind.flips
    assert symmetry.leads == {"L": "R", "R": "L"}
    assert not symmetry.forbids  # I_R = −I_L at μ = 0 says nothing new


@settings(max_examples=15)
@given(seed=seeds, k=st.sampled_from([1, 2]), size=st.sampled_from([1e-3, 1e-6, 1e-9]))
def test_a_symmetry_that_is_broken_a_little_is_not_claimed(seed, k, size):
    device, drive = hidden(seed, k, 0.5)
    one = np.zeros_like(device.h)
    one[0, 0] = size
    moved = fq.Device(device.h + one, device.contacts, orbitals=k, spin=k == 2)
    assert not fq.symmetries(moved, drive).symmetries
    shaken = fq.Drive.from_matrices({1: drive.matrices[1] + one, 2: drive.matrices[2]}, photon_energy=OMEGA)
    assert not fq.symmetries(device, shaken).symmetries
    turned = np.array(device.h)
    turned[:k, k : 2 * k] *= np.exp(1j * size)  # only the flux through loops tells
    turned[k : 2 * k, :k] = turned[:k, k : 2 * k].conj().T
    assert not fq.symmetries(fq.Device(turned, device.contacts, orbitals=k, spin=k == 2), drive).symmetries
    contact = fq.Contact(fq.Chain(1.0), device.contacts["L"].sites, coupling=0.6 + size)
    other = fq.Device(device.h, {**device.contacts, "L": contact}, orbitals=k, spin=k == 2)
    assert not fq.symmetries(other, drive).symmetries
    wider = fq.Contact(fq.Chain(1.0 + size), device.contacts["L"].sites, coupling=0.6)
    other = fq.Device(device.h, {**device.contacts, "L": wider}, orbitals=k, spin=k == 2)
    assert not fq.symmetries(other, drive).symmetries


def test_a_hard_wall_does_not_hide_a_small_asymmetry():
    h = np.diag([0.0, 0.0, 1e9]) + np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)
    contacts = {name: fq.Contact(fq.Chain(), site, coupling=0.5) for name, site in (("L", 0), ("R", 1))}
    h[0, 2] = h[2, 0] = 1.0

    def forbidden(level):
        device = fq.Device(h + np.diag([level, 0, 0]), contacts, {"both": fq.Onsite([0, 1])})
        return fq.symmetries(device, fq.Drive({"both": fq.Cosine(0.3)}, photon_energy=0.5)).forbids

    assert ("dc charge", "L") in forbidden(0.0)
    assert forbidden(1e-8) == ()


def test_a_pump_without_symmetry_pumps_and_nothing_is_forbidden():
    device, drive = hidden(3, 1, 0.5)
    one = np.zeros_like(device.h)
    one[0, 0] = 0.3
    moved = fq.Device(device.h + one, device.contacts)
    report = fq.symmetries(moved, drive)
    assert not report.forbids_at_energy
    value, error = currents(moved, drive, 0.213)["dc charge", "R"]
    assert abs(value) > 100 * error
