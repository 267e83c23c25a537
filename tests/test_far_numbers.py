"""Numbers far from all that happens change nothing: filled is filled, and a high harmonic finds its rungs."""

import numpy as np
import pytest

import floquant as fq

DOT = fq.Device(
    [[0, -1], [-1, 0.0]],
    {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.Chain(), 1, 0.5)},
    {"g": fq.Onsite(0)},
)
DRIVE = fq.Drive({"g": fq.Cosine(0.3)}, photon_energy=0.5)


@pytest.mark.parametrize("drive", [None, DRIVE])
@pytest.mark.parametrize("temperature", [0.0, 0.01])
def test_a_current_does_not_depend_on_how_far_beyond_all_bands_mu_lies(drive, temperature):
    near = fq.dc_current(fq.solve(DOT, drive, (-5, 5)), fq.Reservoirs({"L": 4.0, "R": -4.0}, temperature))
    for far in (1e6, 1e15, 1e20, 1e50):
        solution = fq.solve(DOT, drive, (-far, far))
        current = fq.dc_current(solution, fq.Reservoirs({"L": far, "R": -far}, temperature))
        np.testing.assert_allclose(current, near, atol=2 * float(near.dc_current_error.max()))


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint32, np.int64])
def test_any_kind_of_integer_counts_sidebands(kind):
    want = fq.scatter(DOT, DRIVE, [0.05], sidebands=4).transmission("R", "L").values
    assert np.array_equal(fq.scatter(DOT, DRIVE, [0.05], sidebands=kind(4)).transmission("R", "L").values, want)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.longdouble])
def test_any_kind_of_number_is_a_number(kind):
    want = fq.scatter(DOT, DRIVE, [0.5], g=0.25).transmission("R", "L").values
    assert np.array_equal(fq.scatter(DOT, DRIVE, kind(0.5), g=kind(0.25)).transmission("R", "L").values, want)


def test_a_state_above_the_band_under_a_high_harmonic_is_the_state_of_the_fundamental():
    """cos 12Ωt at ħΩ = 6 is cos Ω't at ħΩ' = 72: the same state, on every twelfth rung."""
    level = fq.Device([[3.0]], {"L": fq.Contact(fq.Chain(), 0, 0.5)}, {"g": fq.Onsite(0)})
    high = fq.bound_states(level, fq.Drive({"g": fq.Cosine(0.3, multiple=12)}, photon_energy=6.0))
    plain = fq.bound_states(level, fq.Drive({"g": fq.Cosine(0.3)}, photon_energy=72.0))
    assert high.sizes["bound_state"] == plain.sizes["bound_state"] == 1
    assert float(high.energy.squeeze()) == pytest.approx(float(plain.energy.squeeze()), abs=1e-10)
    assert float(high.sideband_weight.sel(sideband=12).squeeze()) == pytest.approx(
        float(plain.sideband_weight.sel(sideband=1).squeeze()), rel=1e-6
    )
