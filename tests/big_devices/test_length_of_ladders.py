"""A ladder is long enough, also where its first rungs are empty."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from big_devices.strips import strip


def test_an_automatic_ladder_of_a_big_device_meets_its_bound() -> None:
    device, drive = strip(4, 6, flux=0.05, disorder=0.2)
    exact = fq.scatter(device, drive, [0.2], sidebands=14, solver="dense").transmission("R", "L", kind="total")
    found = fq.scatter(device, drive, [0.2], rtol=1e-4, solver="dissection")
    assert found.certificate.converged
    assert abs(float(found.transmission("R", "L", kind="total")[0] - exact[0])) < 1e-4 * 4


SOLVERS = ("ports", "dense", "slices", "dissection")


@pytest.mark.parametrize(
    "wave",
    [
        fq.Cosine(0.8, multiple=5),
        fq.Cosine(0.5, multiple=5) + fq.Cosine(0.5, multiple=7),
        fq.Harmonics({1: 0.001, 11: 0.4}),
    ],
)
def test_a_ladder_is_not_short_because_its_first_rungs_are_empty(wave: fq.model.Waveform) -> None:
    # A drive of its fifth harmonic alone leaves rungs ±1 … ±4 empty: nothing at the ends of a short ladder proves nothing.
    contacts = {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.Chain(), 1, 0.6)}
    device = fq.Device([[0.1, 0.4], [0.4, -0.2]], contacts, {"a": fq.Onsite(0)})
    drive = fq.Drive({"a": wave}, photon_energy=0.28)
    exact = fq.scatter(device, drive, [0.3], sidebands=60, solver="dense").transmission("R", "L", kind="total")
    for solver in SOLVERS:
        found = fq.scatter(device, drive, [0.3], rtol=1e-4, solver=solver).transmission("R", "L", kind="total")
        error = abs(float(found[0] - exact[0]))
        assert error < 1e-4, solver
        assert error <= float(found.transmission_error[0]) + 1e-12, solver


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_drive_of_the_fifth_harmonic_is_a_drive_of_five_times_the_photon(solver: str) -> None:
    device, _ = strip(2, 3, flux=0.05, disorder=0.2)
    one = fq.scatter(device, fq.Drive({"all_levels": fq.Cosine(0.8)}, photon_energy=1.4), [0.3], solver=solver)
    five = fq.Drive({"all_levels": fq.Cosine(0.8, multiple=5)}, photon_energy=0.28)
    wanted, found = (
        s.transmission("R", "L", kind="total") for s in (one, fq.scatter(device, five, [0.3], solver=solver))
    )
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6)
