"""What did not converge: flagged, not a number, and nothing else beside it harmed."""

import json

import numpy as np

import floquant as fq
from study.problems import DRIVE, RING, agree, computed, current


def test_an_unconverged_point_is_nan_beside_its_best_value():
    # A resonance of half width 1e-5 needs more energies than these; far from it few are enough.
    axes = {"flux": [0.002, 0.3], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, max_nodes=240).run()
    good = data.converged
    assert not good.all()
    assert good.any()
    assert np.all(np.isnan(data.dc_current.where(~good, drop=True)) | good)
    np.testing.assert_array_equal(np.isnan(data.dc_current).any("lead"), ~good)
    assert np.all(np.isfinite(data.dc_current_best))
    np.testing.assert_array_equal(data.dc_current.where(good), data.dc_current_best.where(good))
    truth = fq.Study(RING, DRIVE, axes=axes).run()
    assert truth.converged.all()
    assert "dc_current_best" not in truth
    assert np.all(abs(data.dc_current_best - truth.dc_current) <= data.dc_current_error + truth.dc_current_error)
    assert json.loads(data.attrs["certificates"])["dc_current"]["converged"] is False
    assert data.dc_current.attrs["certificate"].startswith("NOT CONVERGED")


def test_a_row_that_fails_altogether_takes_no_other_with_it():
    def fussy(device, drive, window, **keywords):
        flux = np.atleast_1d(np.asarray(keywords["flux"]))
        if np.any(np.isclose(flux, 0.2)):
            raise fq.NotConverged("not this one")
        return fq.solve(device, drive, window, **keywords)

    data = computed(fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2, 0.3, 0.4], "fermi_energy": [0.0, 0.05]}), fussy)
    np.testing.assert_array_equal(data.converged, np.array([True, False, True, True])[:, None] * np.ones(2, bool))
    assert np.all(np.isnan(data.dc_current[1]))
    assert agree(data.dc_current.sel(flux=0.3, fermi_energy=0.05, lead="R"), current(RING, DRIVE, 0.05, flux=0.3))


def test_forced_sidebands_are_flagged_by_their_error_and_not_refused():
    data = fq.Study(
        RING, DRIVE, axes={"flux": 0.3, "fermi_energy": 0.05}, observe=["dc_current", "transmission"], sidebands=2
    ).run()
    assert data.converged
    assert json.loads(data.attrs["certificates"])["dc_current"]["forced_sidebands"] is True
    assert "2 sidebands each way (forced)" in data.dc_current.attrs["certificate"]
    assert float(data.dc_current_error.sel(lead="R")) > 1e-9
    assert list(data.sideband.values) == [-2, -1, 0, 1, 2]
