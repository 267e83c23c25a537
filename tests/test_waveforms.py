"""Waveforms: their harmonics against the functions of time that they stand for, and what a drive of them does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

import floquant as fq
from floquant.errors import BadInput

finite = st.floats(-2, 2, allow_nan=False)
share = st.floats(0.05, 0.95)
ANGLES = 2 * np.pi * np.arange(4096) / 4096


def by_quadrature(function, k):
    """x_k = ∫ x e^{ikθ} dθ/2π by the midpoint rule."""
    theta = 2 * np.pi * (np.arange(1 << 16) + 0.5) / (1 << 16)
    return np.mean(function(theta) * np.exp(1j * k * theta))


def turned(theta):
    """An angle in [−π, π)."""
    return (theta + np.pi) % (2 * np.pi) - np.pi


def square(v, phase, duty, multiple=1):
    return lambda theta: np.where(np.abs(turned(multiple * theta + phase)) < np.pi * duty, v, -v)


def triangle(v, phase, rise, multiple=1):
    def values(theta):
        t = ((multiple * theta + phase) / (2 * np.pi)) % 1
        return v * np.interp(t, [0, 1 - rise, 1], [1, -1, 1])

    return values


def pulses(v, phase, width, multiple=1):
    """Σ_j (1/π) w/[(t − j)² + w²] = sinh 2πw / (cosh 2πw − cos 2πt), minus its mean."""

    def values(theta):
        return v * (np.sinh(2 * np.pi * width) / (np.cosh(2 * np.pi * width) - np.cos(multiple * theta + phase)) - 1)

    return values


LEVEL = fq.gallery.driven_level(0.5, 0.3, level=0.3)


def wide_band_transmission(a, n, omega, energy=0.37, level=0.3, gamma=(0.5, 0.3)):
    """T^(n) of a driven level in wide-band leads: G_n0 = Σ_k a_{k+n} a_k* / (E − ε − kħΩ + iΓ/2), a_k of exp(−i∫ε(t)/ħ)."""
    green = sum(
        a[k + n] * np.conj(x) / (energy - level - k * omega + 0.5j * sum(gamma)) for k, x in a.items() if k + n in a
    )
    return gamma[0] * gamma[1] * abs(green) ** 2


# Shapes


@settings(max_examples=20)
@given(v=finite, phase=st.floats(-7, 7), part=share, multiple=st.integers(1, 3), which=st.sampled_from([0, 1, 2]))
def test_harmonics_are_the_fourier_integrals_of_the_function_of_time(v, phase, part, multiple, which):
    wave, function = [
        (fq.Square(v, phase, duty=part, multiple=multiple), square(v, phase, part, multiple)),
        (fq.Triangle(v, phase, rise=part, multiple=multiple), triangle(v, phase, part, multiple)),
        (fq.Lorentzian(part, phase=phase, amplitude=v, multiple=multiple), pulses(v, phase, part, multiple)),
    ][which]
    found = wave.harmonics()
    for k in (0, 1, 2, 3, 6, 7, 21):
        assert found.get(k, 0) == pytest.approx(by_quadrature(function, k), abs=2e-4)


def test_a_sum_of_all_kept_harmonics_is_the_wave():
    np.testing.assert_allclose(
        fq.Lorentzian(0.05, amplitude=0.4, phase=0.3).values(ANGLES), pulses(0.4, 0.3, 0.05)(ANGLES), atol=1e-12
    )
    np.testing.assert_allclose(fq.Triangle(0.8, 0.3).values(ANGLES), triangle(0.8, 0.3, 0.5)(ANGLES), atol=4e-3)
    jumps = np.abs(fq.Square(0.8, 0.3).values(ANGLES) - square(0.8, 0.3, 0.5)(ANGLES))
    assert np.mean(jumps > 0.02) < 0.05  # away from the edges; at them Gibbs's horns stay
    saw = fq.Triangle(1.0, rise=1.0, order=500).values(ANGLES)
    np.testing.assert_allclose(saw[100:-100], np.linspace(-1, 1, 4097)[100:-101], atol=1e-2)
    np.testing.assert_allclose(saw, -fq.Triangle(1.0, np.pi / 250 * 0, rise=0.0, order=500).values(ANGLES), atol=1e-12)


def test_square_and_triangle_have_the_phase_of_a_cosine_and_only_odd_harmonics():
    for wave, ratio in ((fq.Square(1.0, 0.4), 4 / np.pi), (fq.Triangle(1.0, 0.4), 8 / np.pi**2)):
        found = wave.harmonics()
        assert found[1] == pytest.approx(ratio * fq.Cosine(1.0, 0.4).harmonics()[1])
        assert not any(k % 2 == 0 for k in found)


def test_a_pulse_train_has_no_mean_and_its_pulses_carry_one_electron():
    drive = fq.Drive({"x": fq.Lorentzian(width=0.1)}, photon_energy=0.3)
    wave = drive.knobs["x"]
    assert 0 not in wave.harmonics()
    whole = wave.values(ANGLES) + 0.3  # with its mean ħΩ: ∫ u dt = 2πħ in one period 2π/Ω
    assert np.mean(whole) * 2 * np.pi / 0.3 == pytest.approx(2 * np.pi)
    assert whole.min() > 0
    top = whole.max()
    at_half_width = wave.values(2 * np.pi * 0.1) + 0.3
    assert at_half_width == pytest.approx(top / 2, rel=0.15)  # neighbours add a little
    twice = fq.Drive({"x": fq.Lorentzian(width=0.1, charge=2.0, multiple=3)}, photon_energy=0.3).knobs["x"]
    assert twice.harmonics()[3] == pytest.approx(2 * 3 * 0.3 * np.exp(-0.2 * np.pi))


def test_the_amplitude_of_a_pulse_train_follows_a_photon_energy_that_is_still_open():
    drive = fq.Drive({"x": 2.0 * fq.Lorentzian("w") + fq.Cosine("v")}, photon_energy="omega")
    assert set(drive.parameters) == {"w", "v", "omega"}
    found = drive.at(omega=0.3, w=0.1, v=0.0).knobs["x"].harmonics()
    assert found[1] == pytest.approx(2 * 0.3 * np.exp(-0.2 * np.pi))


@given(x=st.lists(finite, min_size=1, max_size=9), phase=finite)
def test_a_sampled_wave_passes_through_its_samples(x, phase):
    angles = 2 * np.pi * np.arange(len(x)) / len(x)
    wave = fq.Sampled(x, phase=phase)
    np.testing.assert_allclose(wave.values(angles - phase), x, atol=1e-13)
    smooth = fq.Cosine(0.7, 0.2) + fq.Cosine(0.3, -1.0, multiple=4)
    again = fq.Sampled(smooth.values(2 * np.pi * np.arange(9) / 9)).harmonics()
    assert set(again) == {1, 4}
    for k in again:
        assert again[k] == pytest.approx(smooth.harmonics()[k])


# Sums, products and multiples


@settings(max_examples=25)
@given(a=finite, b=finite, phase=st.floats(-4, 4), m=st.integers(1, 4), n=st.integers(1, 4))
def test_sums_and_products_of_waveforms_are_those_of_their_functions(a, b, phase, m, n):
    x = fq.Cosine(a, phase, multiple=m)
    y = fq.Lorentzian(0.2, amplitude=b, multiple=n)
    z = fq.Harmonics({0: 0.3, 2: 0.1j})
    values = {wave: wave.values(ANGLES) for wave in (x, y, z)}
    for combined, expected in (
        (x + y + z, values[x] + values[y] + values[z]),
        (x * y, values[x] * values[y]),
        (x * y * z, values[x] * values[y] * values[z]),
        (2 * x - y / 4 + 0.7, 2 * values[x] - values[y] / 4 + 0.7),
        (0.7 - x * (y + z), 0.7 - values[x] * (values[y] + values[z])),
        (x - 0.2, values[x] - 0.2),
    ):
        np.testing.assert_allclose(combined.values(ANGLES), expected, atol=1e-11)


def test_parameters_of_parts_are_parameters_of_the_whole_and_arrays_are_settings():
    wave = "s" * (fq.Cosine("v", "chi") * fq.Square("v", order=3)) + "mean"
    assert wave.parameters == ("s", "v", "chi", "mean")
    with pytest.raises(BadInput, match='has no value for "s"'):
        wave.harmonics()
    given_ = wave.at(s=2.0, v=np.array([0.3, 0.5]), chi=0.1, mean=0.0).harmonics()
    for place, v in enumerate((0.3, 0.5)):
        single = wave.at(s=2.0, v=v, chi=0.1, mean=0.0).harmonics()
        for k, x in single.items():
            assert np.broadcast_to(given_[k], 2)[place] == pytest.approx(x)
    scaled = np.array([1.0, 2.0]) * fq.Cosine(0.5)
    np.testing.assert_allclose(scaled.harmonics()[1], [0.25, 0.5])


@settings(max_examples=20)
@given(angle=finite, phase=finite, w=st.floats(0.1, 0.3))
def test_a_shifted_wave_is_the_same_wave_earlier(angle, phase, w):
    wave = fq.Lorentzian(w, amplitude=0.4, phase=phase, multiple=2) + fq.Cosine(0.3)
    np.testing.assert_allclose(wave.shifted(angle).values(ANGLES), wave.values(ANGLES + angle), atol=1e-11)
    assert fq.Cosine(1.0).shifted("lag").parameters == ("lag",)
    assert fq.Cosine(1.0).shifted("lag").at(lag=angle).harmonics()[1] == pytest.approx(
        fq.Cosine(1.0, angle).harmonics()[1]
    )


def test_two_commensurate_frequencies_are_multiples_of_the_common_photon():
    """2:3 in units of ħΩ: a drive at 3ħΩ alone is the same written in its own photon, only its sidebands are three apart."""
    device = fq.gallery.driven_level(level=0.3)
    alone = fq.scatter(device, fq.Drive({"level": fq.Cosine(0.8, 0.2)}, photon_energy=0.9), [0.37]).transmission(
        "R", "L"
    )
    finer = fq.Drive({"level": fq.Cosine(0.8, 0.2, multiple=3)}, photon_energy=0.3)
    threefold = fq.scatter(device, finer, [0.37]).transmission("R", "L")
    for n in range(-3, 4):
        assert float(threefold.sel(sideband=3 * n).squeeze()) == pytest.approx(
            float(alone.sel(sideband=n).squeeze()), abs=1e-9
        )
    others = threefold.sel(sideband=[n for n in threefold.sideband.values if n % 3])
    assert np.abs(others.values).max() < 1e-15


def test_two_frequencies_in_a_wide_band_level_are_products_of_bessel_functions():
    """Level u cos Ωt + w cos(2Ωt + χ): `wide_band_transmission` with generalised Bessel functions."""
    omega = 1.0
    u, w, chi = 0.9, 0.6, 0.7
    drive = fq.Drive({"level": fq.Cosine(u) + fq.Cosine(w, chi, multiple=2)}, photon_energy=omega)
    found = fq.scatter(LEVEL, drive, [0.37], rtol=1e-10).transmission("R", "L")
    # exp(−i (u/Ω) sin Ωt − i (w/2Ω) sin(2Ωt + χ)) = Σ a_k e^{−ikΩt}: a_k = Σ_j J_{k−2j}(u/Ω) J_j(w/2Ω) e^{−ijχ}
    orders = np.arange(-60, 61)
    bessel = jv(orders, w / (2 * omega)) * np.exp(-1j * orders * chi)
    a = {k: np.sum(jv(k - 2 * orders, u / omega) * bessel) for k in range(-30, 31)}
    for n in range(-3, 4):
        assert float(found.sel(sideband=n).squeeze()) == pytest.approx(wide_band_transmission(a, n, omega), rel=1e-8)


# Waves with edges


def square_phases(x, most):
    """Harmonics of exp(−i∫ε/ħ) for ε = ±v, x = v/ħΩ: the phase is a triangle."""
    return {k: 0.5 * (np.sinc((k - x) / 2) + (-1) ** k * np.sinc((k + x) / 2)) for k in range(-most, most + 1)}


def test_a_square_wave_converges_in_its_own_time_to_the_ideal_one():
    """Its ladder is longer than a cosine's, and what is left out at the edges is below the accuracy asked for."""
    omega, v = 0.8, 0.6
    found = fq.scatter(LEVEL, fq.Drive({"level": fq.Square(v)}, photon_energy=omega), [0.37]).transmission("R", "L")
    smooth = fq.scatter(LEVEL, fq.Drive({"level": fq.Cosine(v)}, photon_energy=omega), [0.37]).transmission("R", "L")
    assert found.sizes["sideband"] > 3 * smooth.sizes["sideband"]
    a = square_phases(v / omega, 3000)
    for n in range(-4, 5):
        ideal = wide_band_transmission(a, n, omega)
        assert abs(float(found.sel(sideband=n).squeeze()) - ideal) < 1e-6


@pytest.mark.parametrize("sidebands", [4, 8, 16])
def test_a_ladder_that_is_too_short_for_an_edge_says_so(sidebands):
    omega, v = 0.8, 0.6
    drive = fq.Drive({"level": fq.Square(v)}, photon_energy=omega)
    scattering = fq.scatter(LEVEL, drive, [0.37], sidebands=sidebands)
    found = scattering.transmission("R", "L")
    ideal = wide_band_transmission(square_phases(v / omega, 3000), 1, omega)
    error = float(found.sel(sideband=1).transmission_error.squeeze())
    assert abs(float(found.sel(sideband=1).squeeze()) - ideal) < error < 0.3
    assert not scattering.certificate.converged


# Refusals


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: fq.Cosine(1.0, multiple=0), "multiple of a Cosine is 0, but it must be an integer"),
        (lambda: fq.Cosine(1.0, multiple=1.5), "multiple of a Cosine is 1.5"),
        (lambda: fq.Cosine(None), "amplitude of a Cosine is None"),
        (lambda: fq.Square(1.0, duty=1.2), "duty of a Square is 1.2, but it must be between 0 and 1"),
        (lambda: fq.Triangle(1.0, rise=-0.1), "rise of a Triangle is -0.1"),
        (lambda: fq.Square(1.0, order=0), "order of a Square is 0"),
        (lambda: fq.Lorentzian(0.0), "width of a Lorentzian is 0, but it must be > 0"),
        (lambda: fq.Lorentzian(0.1).harmonics(), "is in no drive; give amplitude="),
        (lambda: fq.Square(1.0, duty="d").at(d=2.0), "duty of a Square is 2"),
        (lambda: fq.Sampled([[1.0, 2.0]]), "samples of a Sampled wave have shape"),
        (lambda: fq.Sampled([np.nan]), "nan or inf"),
        (lambda: fq.Cosine(1.0) + object(), "A waveform is added to"),
        (lambda: fq.Cosine(1.0) * None, "A waveform is multiplied by None"),
        (lambda: fq.Cosine(np.ones(2)).values(0.0), "has an array, but here it must have numbers"),
    ],
)
def test_a_waveform_that_cannot_be_is_refused_with_what_is_and_what_must_be(make, says):
    with pytest.raises(BadInput, match=says.replace("(", r"\(")):
        make()
