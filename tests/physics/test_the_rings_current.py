"""What the ring with a dot pumps, at any flux and frequency, of charge and of spin; brute force behind every number."""

import numpy as np
import pytest
from reference import closed_forms, ring_currents

import floquant as fq
from physics.questions import RING, SHAKEN_DOT, TIGHT, right_current


@pytest.mark.parametrize(
    ("flux", "fermi_energy", "current"),
    [
        (0.1, 0.0, 1.393552134828e-3),
        (0.1, 0.05, 1.257070599786e-3),
        (0.1, 0.2, 4.976241066574e-4),
        (0.3, 0.0, 1.754518376611e-3),
        (0.3, 0.05, 1.612667831821e-3),
        (0.3, 0.2, 5.124308474009e-4),
    ],
)
def test_the_current_that_the_ring_pumps(flux, fermi_energy, current):
    """Known to 1e-9; the brute-force integral is good to 1e-12."""
    pumped = right_current(RING, SHAKEN_DOT, fermi_energy, flux=flux)
    assert float(pumped) == pytest.approx(current, rel=1e-9)
    exact = ring_currents.current(flux, fermi_energy, refined=True)
    assert abs(float(pumped) - exact) <= min(float(pumped.dc_current_error), 1e-9 * exact)


def test_one_solution_serves_all_fermi_levels_and_fluxes():
    levels, fluxes = [-0.2, -0.05, 0.0, 0.05, 0.2], [0.1, 0.3, 0.6]
    solution = fq.solve(RING, SHAKEN_DOT, window=(-0.2, 0.2), rtol=TIGHT, flux=fluxes)
    map_ = fq.dc_current(solution, fq.Reservoirs(mu=np.array(levels))).sel(lead="R").values
    expected = [[ring_currents.current(flux, mu, refined=True) for mu in levels] for flux in fluxes]
    np.testing.assert_allclose(map_, expected, rtol=1e-9)


def test_two_spins_pump_in_figure_3():
    """At (φ_AB, φ_SO) = (0.2, 0.1) charge and spin; (1/2, 0.4) spin alone; (0.1, 0.1) one spin is blocked."""
    ring = fq.gallery.quantum_ring(spin=True)

    def spins(ab, so, fermi_energy=0.0):
        solution = fq.solve(ring, SHAKEN_DOT, window=(fermi_energy, fermi_energy), rtol=TIGHT, flux_ab=ab, flux_so=so)
        reservoirs = fq.Reservoirs(mu=fermi_energy)
        resolved = fq.dc_current(solution, reservoirs, resolve_spin=True).sel(lead="R")
        charge = fq.dc_current(solution, reservoirs).sel(lead="R")
        spin = fq.spin_current(solution, reservoirs).sel(lead="R", direction="z")
        assert float(resolved.sum("spin")) == pytest.approx(float(charge), abs=1e-15)
        assert float(resolved.sel(spin="up") - resolved.sel(spin="down")) == pytest.approx(float(spin), abs=1e-15)
        return float(charge), float(spin), resolved

    charge, spin, _ = spins(0.2, 0.1)
    assert charge == pytest.approx(3.148070511439e-3, rel=1e-9)
    assert spin == pytest.approx(3.6096624e-4, abs=0.51e-11)
    charge, spin, _ = spins(0.5, 0.4)
    assert charge == pytest.approx(0, abs=1e-14)
    assert spin == pytest.approx(-2.787104269656e-3, rel=1e-9)
    _, _, resolved = spins(0.1, 0.1)
    assert float(resolved.sel(spin="up")) == pytest.approx(2.3147e-3, abs=0.51e-7)
    assert float(resolved.sel(spin="down")) == pytest.approx(0, abs=1e-14)


def test_the_spin_current_changes_sign_twice_above_the_dots_level():
    """At |E_F| = 0.1216048 and 0.1994225 (by brute force)."""
    ring = fq.gallery.quantum_ring(spin=True)
    levels = np.array([0.121604, 0.121606, 0.199422, 0.199423])
    solution = fq.solve(ring, SHAKEN_DOT, window=(-0.2, 0.2), rtol=1e-8, flux_ab=0.2, flux_so=0.1)
    for sign in (1, -1):
        spin = fq.spin_current(solution, fq.Reservoirs(mu=sign * levels)).sel(lead="R", direction="z").values.squeeze()
        np.testing.assert_array_equal(np.sign(spin), [1, -1, -1, 1])


def test_the_largest_pure_spin_current_of_the_ring():
    """−2.787e-3 at (1/2, 0.4) is 60 % of it."""
    ring = fq.gallery.quantum_ring(spin=True)
    solution = fq.solve(
        ring, SHAKEN_DOT, window=(0, 0), rtol=1e-7, flux_ab=[0.0, 0.5], flux_so=np.linspace(0, 0.5, 101)
    )
    spin = np.abs(fq.spin_current(solution, fq.Reservoirs(mu=0.0)).sel(lead="R", direction="z"))
    assert 2.787104e-3 / float(spin.max()) == pytest.approx(0.60, abs=0.005)


@pytest.mark.parametrize(("sidebands", "window", "landauer"), [(2, 8e-3, 1e-3), (4, 6e-7, 1e-7), (6, 7.1e-12, 1.3e-12)])
def test_too_few_sidebands_cost_what_is_known_and_the_error_says_so(sidebands, window, landauer):
    """Relative errors of −N…N sidebands around each energy, window and Landauer form: forced ones are no worse, and are owned up to."""
    exact = ring_currents.current(0.3, 0.05, refined=True)
    for form, low, known in (("window", 0.05, window), ("landauer", -2, landauer)):
        solution = fq.solve(RING, SHAKEN_DOT, window=(low, 0.05), rtol=1e-12, sidebands=sidebands, flux=0.3)
        found = fq.dc_current(solution, fq.Reservoirs(mu=0.05), form=form).sel(lead="R")
        assert abs(float(found) / exact - 1) <= 1.3 * known + 1e-12
        assert abs(float(found) - exact) <= float(found.dc_current_error)


@pytest.mark.parametrize(("v", "off"), [(1e-3, 5e-6), (1e-2, 5e-4)])
def test_a_weak_drive_pumps_as_its_square_at_any_frequency(v, off):
    drive = fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=0.2)
    weak = closed_forms.ring_weak_drive_current(0.3, 0.05, amplitude=v, photon_energy=0.2)
    assert float(right_current(RING, drive, 0.05, flux=0.3)) == pytest.approx(weak, rel=off)


def test_one_gate_pumps_as_frequency_squared_only_far_below_the_resonances_width():
    def exponent(photon_energy):
        currents = [
            float(right_current(RING, fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=w), 0.05, flux=0.3))
            for w in (photon_energy / 1.05, photon_energy * 1.05)
        ]
        return np.log(currents[1] / currents[0]) / np.log(1.05**2)

    assert exponent(0.002) == pytest.approx(2, abs=0.01)
    assert exponent(0.2) < 1


def test_a_fixed_grid_of_energies_misses_the_narrow_resonance():
    """At flux 0.02, 401 energies over the band: how far off depends on where they fall, and here one falls on the resonance."""
    energies = np.linspace(-2, 2, 401)[1:-1]
    scattering = fq.scatter(RING, SHAKEN_DOT, energies, flux=0.02)
    net = (scattering.transmission("R", "L", kind="total") - scattering.transmission("L", "R", kind="total")).squeeze()
    grid = float(net.where(net.energy < 1e-9, 0).sum()) * 0.01
    exact = float(right_current(RING, SHAKEN_DOT, 0.0, flux=0.02))
    assert exact == pytest.approx(ring_currents.current(0.02, refined=True), rel=1e-9)
    assert abs(grid / exact - 1) > 0.2


def test_heat_alone_drives_no_current_through_a_symmetric_spectrum():
    """T(E) of the ring is even in E: a difference of temperatures at E_F = 0 drives nothing, and the bound says so."""
    solution = fq.solve(fq.gallery.quantum_ring(), None, (-2, 2), flux=0.3)
    current = fq.dc_current(solution, fq.Reservoirs(0.0, {"L": 0.05, "R": 0.0}))
    assert np.all(np.abs(current) <= current.dc_current_error)
    assert float(current.dc_current_error.max()) < 1e-7
