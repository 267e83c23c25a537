"""The ring with a dot: its poles, its sidebands, and three pictures of its transmission, to 1e-9 or to all printed digits."""

import numpy as np
import pytest
from reference import closed_forms, dense_floquet
from reference.known_numbers import RING_HALF_WIDTHS

import floquant as fq
from physics.questions import RING, SHAKEN_DOT, transmissions


def test_an_undriven_ring_reflects_at_the_dots_level_unless_the_flux_is_an_integer():
    static = fq.scatter(RING, None, [0.0], flux=[0.02, 0.1, 0.3, 0.5, 0.77, -0.2]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(static.values, 0, atol=1e-12)
    integer = fq.scatter(RING, None, [0.0], flux=[0, 1, -2]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(integer.values, 1, atol=1e-12)  # a bound state in the continuum: the limit, and not 0/0


def test_an_undriven_ring_transmits_as_the_textbook_says():
    energies = np.linspace(-1.95, 1.95, 41)
    static = fq.scatter(RING, None, energies, flux=0.23).transmission("R", "L", kind="total")
    np.testing.assert_allclose(static.values.squeeze(), closed_forms.ring_transmission(energies, 0.23), atol=1e-12)


def pole_of(energies, amplitudes, degree):
    """The pole of a function that is a pole on a polynomial background: S (E − p) = polynomial, by least squares."""
    scale = np.abs(energies).max()
    x = energies / scale
    columns = np.column_stack([amplitudes, np.vander(x, degree + 1)])
    p = np.linalg.lstsq(columns, x * amplitudes, rcond=None)[0][0]
    return p * scale


@pytest.mark.parametrize(("flux", "v", "half_width", "digits"), RING_HALF_WIDTHS)
def test_the_rings_resonance_narrows_as_flux_squared_and_is_ionised_by_the_drive(flux, v, half_width, digits):
    energies = half_width * np.cos(np.pi * (np.arange(24) + 0.5) / 24)
    drive = fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=0.2) if v else None
    scattering = fq.scatter(RING, drive, energies, rtol=1e-8, flux=flux)
    elastic = scattering.amplitude("R", "L").sel(sideband=0).values.squeeze()
    pole = pole_of(energies, elastic, degree=8)
    assert abs(pole.real) < 1e-5 * half_width
    assert -pole.imag == pytest.approx(half_width, abs=0.51 * digits)


@pytest.mark.parametrize(("flux", "energy"), [(0.1, 2.002900), (0.2, 2.001610), (0.3, 2.000484)])
def test_the_rings_bound_states_lie_just_outside_the_band(flux, energy):
    found = fq.solve(RING, None, window=(-1, 1), flux=flux).certificate.bound_states
    np.testing.assert_allclose(found, [-energy, energy], atol=5.1e-7)


def test_the_driven_rings_sidebands():
    forwards = [2.2605670e-4, 2.71015998e-2, 0.2554194781, 1.50653742e-2, 1.0380252e-4]
    backwards = [3.5338297e-4, 3.13653607e-2, 0.2615256127, 9.7040492e-3, 4.9023707e-5]
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3), forwards, rtol=5e-8)
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, "L", "R", flux=0.3), backwards, rtol=5e-8)
    exact = dense_floquet.transmission(dense_floquet.ring(0.3), [0.05], 10, "R", "L")[0, 8:13]
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3), exact, rtol=1e-9)


def test_mirror_and_micro_reversibility_of_the_driven_ring():
    """T_LR^(n)(E, Φ) = T_RL^(n)(E, −Φ); T_RL^(n)(E, Φ) = T_LR^(−n)(E + nħΩ, −Φ)."""
    there = transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3)
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, "L", "R", flux=-0.3), there, rtol=1e-9)
    for n, number in zip(range(-2, 3), there, strict=True):
        returned = transmissions(RING, SHAKEN_DOT, 0.05 + 0.2 * n, "L", "R", n=[-n], flux=-0.3)
        assert returned[0] == pytest.approx(number, rel=1e-9)


def test_three_different_pictures_are_called_transmission_at_the_dots_level():
    scattering = fq.scatter(RING, SHAKEN_DOT, [0.0], rtol=1e-10, flux=0.3)
    static, total, elastic = (
        float(scattering.transmission("R", "L", kind=kind).squeeze()) for kind in ("static", "total", "elastic")
    )
    assert static == pytest.approx(0, abs=1e-12)
    assert total == pytest.approx(0.0530, abs=5e-5)
    assert elastic == pytest.approx(0.0028, abs=5e-5)
