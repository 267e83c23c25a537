"""Legendre moments of Fermi functions against plain quadrature, and currents at many temperatures and biases."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from floquant.solvers.zone import fermi_integrals
from floquant.solvers.zone.forms import Filling, window_form
from floquant.solvers.zone.zone import NODES, WEIGHTS

POINTS, PANEL = 16, (0.25, 0.5)


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
@pytest.mark.parametrize("temperature", [0.0, 1e-3, 0.05, 2.0])
def test_moments_are_integrals_with_fermi_functions(kind: int, temperature: float) -> None:
    from floquant.solvers.kernels.moments import fermi_moments

    start, end, photon_energy, mu = 0.1, 0.9, 0.8, 1.13
    moments, ends = np.empty((1, 3, 1, POINTS)), np.empty((1, 3, 1, 2))
    fermi_moments(
        np.array([0]), np.array([PANEL[0]]), np.array([PANEL[1]]), np.array([start]), np.array([end]), np.array([kind]), photon_energy, 0,
        3, np.array([mu]), np.array([temperature]), NODES, WEIGHTS, moments, ends,
    )  # fmt: skip
    # a Gauss rule on each of many pieces; a step is met by their number
    pieces, (x, w) = 20_000, np.polynomial.legendre.leggauss(4)
    centre = -1 + (2 * np.arange(pieces)[:, None] + 1 + x) / pieces
    weight = np.broadcast_to(w / pieces, centre.shape).ravel()
    s = PANEL[0] + (PANEL[1] - PANEL[0]) * (centre.ravel() + 1) / 2
    share = {0: s, 1: s**2, 2: 1 - (1 - s) ** 2, 3: np.sin(np.pi * s / 2) ** 2}[kind]
    legendre = np.polynomial.legendre.legvander(centre.ravel(), POINTS - 1)
    for rung in range(3):
        distance = start + (end - start) * share + rung * photon_energy - mu
        f = (distance < 0) * 1.0 if temperature == 0 else 0.5 * (1 - np.tanh(0.5 * distance / temperature))
        wanted = (weight * f) @ legendre
        assert np.abs(moments[0, rung, 0] - wanted).max() < (1e-4 if temperature == 0 else 1e-12)


def ring_solution() -> fq.transport.Solution:
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    ring = fq.gallery.quantum_ring(dot_coupling=0.25)
    return fq.solve(ring, drive, (-2.0, 2.0), rtol=1e-3, flux=np.array([0.1, 0.2]))


def test_a_current_at_many_points_is_that_at_each() -> None:
    solution = ring_solution()
    temperature = xr.DataArray([0.002, 0.02], dims="temperature")
    bias = xr.DataArray([0.05, 0.2], dims="bias")
    mu = {"L": 0.5 * bias, "R": -0.5 * bias}
    every = fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature={"L": temperature, "R": 2 * temperature}))
    for i, t in enumerate(temperature.values):
        for j, b in enumerate(bias.values):
            each = fq.Reservoirs(mu={"L": b / 2, "R": -b / 2}, temperature={"L": t, "R": 2 * t})
            one = fq.dc_current(solution, each)
            many = every.isel(temperature=i, bias=j).transpose(*one.dims)
            assert np.allclose(many.values, one.values, rtol=0, atol=1e-14)
            assert np.allclose(many.dc_current_error.values, one.dc_current_error.values, rtol=1e-6)


def test_what_is_kept_does_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments are dropped and computed again, and points are cut into blocks."""
    recording = ring_solution().parts[0].counted
    levels = np.linspace(-0.2, 0.2, 7)[None]
    filling = Filling({"L": levels, "R": -levels + 0.1}, {"L": np.full((1, 7), 0.01), "R": np.full((1, 7), 0.02)})
    wanted = window_form(recording, filling, (-2.0, 2.0))
    monkeypatch.setattr(fermi_integrals, "KEPT", 0)
    monkeypatch.setattr(fermi_integrals, "BLOCK", 50_000)
    found = window_form(recording, filling, (-2.0, 2.0))
    for name in ("value", "quadrature", "unsigned"):
        assert np.allclose(getattr(found, name), getattr(wanted, name), rtol=1e-12, atol=1e-15)
