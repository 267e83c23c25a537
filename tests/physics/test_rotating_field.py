"""A rotating field turns a spin with a photon: the sign of n."""

import numpy as np
import pytest
from reference import closed_forms

import floquant as fq


def rotating_field(by):
    spin = np.eye(2)
    h = np.diag([0.1 + 0.15, 0.1 - 0.15])
    half = {"x": np.array([[0, 0.5], [0.5, 0]]), "y": np.array([[0, -0.5j], [0.5j, 0]])}
    device = fq.Device(
        h,
        contacts={
            "L": fq.Contact(fq.Chain(1.0), [0], coupling=0.5),
            "R": fq.Contact(fq.Chain(1.0), [0], coupling=0.35 * spin),
        },
        knobs={"field_x": fq.Matrix(half["x"]), "field_y": fq.Matrix(half["y"])},
        orbitals=2,
        spin=True,
    )
    if by == "matrices":
        return device, fq.Drive.from_matrices({1: [[0, 0.25], [0, 0]]}, photon_energy=0.4)
    turning = {"field_x": fq.Cosine(0.5), "field_y": fq.Cosine(0.5, phase=-np.pi / 2)}  # cos(Ωt − π/2) = sin Ωt
    return device, fq.Drive(turning, photon_energy=0.4)


@pytest.mark.parametrize("by", ["matrices", "knobs"])
def test_a_photon_of_a_rotating_field_turns_the_spin_up(by):
    device, drive = rotating_field(by)
    numbers = fq.scatter(device, drive, [-0.25], rtol=1e-12).transmission("R", "L").isel(energy=0)

    def of(spin_in, spin_out, n):
        return float(numbers.sel(spin_in=spin_in, spin_out=spin_out, sideband=n))

    assert of("down", "up", 1) == pytest.approx(0.17482580139316, rel=1e-11)
    assert of("up", "down", -1) == pytest.approx(0.06301960997638, rel=1e-11)
    assert of("up", "up", 0) == pytest.approx(0.37392330870329, rel=1e-11)
    assert of("down", "down", 0) == pytest.approx(0.42955595829859, rel=1e-11)
    allowed = of("down", "up", 1) + of("up", "down", -1) + of("up", "up", 0) + of("down", "down", 0)
    assert float(numbers.sum()) == pytest.approx(allowed, rel=1e-12)  # no other photon number


def test_a_rotating_field_is_exact_at_any_energy():
    device, drive = rotating_field("matrices")
    energies = np.array([-1.5, -0.4, 0.05, 0.8, 1.9])
    numbers = fq.scatter(device, drive, energies, rtol=1e-12).transmission("R", "L")
    for energy in energies:
        closed = closed_forms.rotating_field(
            energy, level=0.1, static_field=0.3, rotating=0.5, photon_energy=0.4, couplings=(0.5, 0.35)
        )
        for (spin_in, spin_out, n), number in closed.items():
            found = float(numbers.sel(energy=energy, spin_in=spin_in, spin_out=spin_out, sideband=n))
            assert found == pytest.approx(number, rel=1e-9, abs=1e-15)
