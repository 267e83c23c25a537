"""A driven Rashba ring is two rings of one spin, along an axis of its own at each lead."""

from __future__ import annotations

import numpy as np

import floquant as fq
from spin.spinors import X, Y


def rashba():
    """A driven Rashba ring of five sites, the ring of one spin, w/2π, and the axis at each lead along which no spin is turned."""
    strength, sites, right = 0.8, 5, 2
    theta = np.arctan2(strength, 1.0)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    axes = {}
    for name, site in (("L", 0), ("R", right)):
        phi = np.pi + 2 * np.pi * site / sites
        axes[name] = (np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta) * np.sin(np.pi / sites))
    hopping = np.hypot(1.0, strength)
    ring = hopping * (np.eye(sites, k=1) + np.eye(sites, k=-1))
    ring[0, -1] = ring[-1, 0] = hopping
    plain = fq.Device(
        ring,
        {"L": fq.Contact(fq.Chain(), 0, 0.7), "R": fq.Contact(fq.Chain(), right, 0.7)},
        {"flux": fq.Flux(bond=(0, sites - 1)), "lower_gate": fq.Onsite([1]), "upper_gate": fq.Onsite([3, 4])},
    )
    real = fq.gallery.rashba_ring(sites, coupling=0.7, right=right).at(rashba=strength)
    drive = fq.Drive({"lower_gate": fq.Cosine(0.5), "upper_gate": fq.Cosine(0.3, phase=0.9)}, photon_energy=0.4)
    return real, plain, w / (2 * np.pi), axes, drive


def test_a_rashba_ring_turns_no_spin_that_comes_along_its_own_axis():
    """Along n_L in L and n_R in R: T_↑↑ = T(Φ + w/2π), T_↓↓ = T(Φ − w/2π), and nothing between, sideband by sideband."""
    real, plain, shift, axes, drive = rashba()
    options = {"rtol": 1e-10}
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        found = (
            fq.scatter(real, drive, [0.3], flux=0.17, **options).transmission(to, from_, spin_axis=axes).isel(energy=0)
        )
        one = fq.scatter(plain, drive, [0.3], flux=[0.17 + shift, 0.17 - shift], **options).transmission(to, from_)
        for n in range(-2, 3):
            expected = np.diag(one.sel(sideband=n).values.squeeze())
            np.testing.assert_allclose(found.sel(sideband=n).values, expected, rtol=0, atol=1e-10)
    # along one axis in both leads spins are turned: the leads' axes differ
    across = fq.scatter(real, drive, [0.3], flux=0.17, **options).transmission("R", "L", spin_axis=axes["L"])
    assert float(across.sum(["sideband"]).sel(spin_out="up", spin_in="down").squeeze()) > 1e-2


def test_a_rashba_ring_pumps_each_spin_along_its_own_axis_at_each_lead():
    """I^s_b · n_b = I_b(Φ + w/2π) − I_b(Φ − w/2π), nothing across n_b; the vectors into L and R do not cancel."""
    real, plain, shift, axes, drive = rashba()
    reservoirs = fq.Reservoirs(mu=0.1)
    solution = fq.solve(real, drive, window=(0.1, 0.1), rtol=1e-7, flux=0.17)
    single = fq.solve(plain, drive, window=(0.1, 0.1), rtol=1e-7, flux=[0.17 + shift, 0.17 - shift])
    up, down = fq.dc_current(single, reservoirs).values
    found = fq.spin_current(solution, reservoirs, axes=axes)
    np.testing.assert_allclose(found.values, up - down, rtol=1e-5, atol=1e-8)
    vectors = fq.spin_current(solution, reservoirs).values
    for name, vector in zip("LR", vectors, strict=True):
        for across in (np.cross(axes[name], X), np.cross(axes[name], Y)):
            assert abs(vector @ across) < 1e-8
    assert np.abs(vectors.sum(axis=0)).max() > 1e-3
