"""One driven level: between wide bands Bessel functions, in a finite band a continued fraction."""

import numpy as np
import pytest
from reference import closed_forms

import floquant as fq
from physics.questions import transmissions

LEVEL = {"level": 0.3, "gammas": (0.5, 0.3), "amplitude": 1.2, "photon_energy": 1.0}


def test_a_driven_level_is_bessel_functions():
    device = fq.gallery.driven_level(gamma_left=0.5, gamma_right=0.3, level=0.3)
    drive = fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)
    numbers = transmissions(device, drive, 0.37, n=range(-4, 5))
    expected = [closed_forms.driven_level_transmission(n, 0.37, **LEVEL) for n in range(-4, 5)]
    np.testing.assert_allclose(numbers, expected, rtol=1e-9)
    assert numbers[4] == pytest.approx(0.24643113210653, rel=1e-12)
    assert numbers[5] == pytest.approx(0.089614799716562, rel=1e-12)
    total = fq.scatter(device, drive, [0.37], rtol=1e-12).transmission("R", "L", kind="total")
    assert float(total.squeeze()) == pytest.approx(0.476473967736045, rel=1e-11)


@pytest.mark.parametrize(("temperature", "current"), [(0.0, 0.3633768094424), (0.1, 0.3576048362177)])
def test_a_biased_driven_level_carries_tien_and_gordons_current(temperature, current):
    device = fq.gallery.driven_level(gamma_left=0.5, gamma_right=0.3, level=0.3)
    drive = fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)
    solution = fq.solve(device, drive, window=(-0.5 - 40 * temperature, 0.5 + 40 * temperature), rtol=1e-11)
    carried = fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.5, "R": -0.5}, temperature=temperature))
    closed = closed_forms.driven_level_current(**LEVEL, mu=(0.5, -0.5), temperature=temperature)
    np.testing.assert_allclose(carried.sel(lead=["L", "R"]).values, [-current, current], rtol=1e-10)
    assert abs(float(carried.sel(lead="R")) - closed) <= float(carried.dc_current_error.sel(lead="R"))


def test_a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands():
    known = [0.03748356906304, 0.8109617096306, 0.03936862616555, 0.003797711625606, 0.0]
    device = fq.gallery.driven_site(level=-0.3)
    drive = fq.Drive({"level": fq.Cosine(0.9)}, photon_energy=0.6)
    np.testing.assert_allclose(transmissions(device, drive, 0.4, n=range(-1, 4)), known, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("energy", [-1.7, -0.35, 0.9, 1.85])
def test_a_driven_site_with_weak_bonds_at_any_energy(energy):
    device = fq.gallery.driven_site(level=0.4, coupling_left=0.5, coupling_right=0.7)
    drive = fq.Drive({"level": fq.Cosine(1.5)}, photon_energy=0.7)
    expected = closed_forms.driven_site_transmission(
        range(-4, 5), energy, level=0.4, amplitude=1.5, photon_energy=0.7, couplings=(0.5, 0.7)
    )
    np.testing.assert_allclose(transmissions(device, drive, energy, n=range(-4, 5)), expected, rtol=1e-9, atol=1e-14)
