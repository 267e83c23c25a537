"""Axes that are zipped, planes or single values."""

import numpy as np
import xarray as xr

import floquant as fq
from study.problems import DRIVE, NAMED, RING, agree, current


def test_zipped_axes_share_a_dim():
    path = np.linspace(0.1, 0.4, 4)
    axes = {
        "flux": xr.DataArray(path, dims="step", coords={"step": [10, 20, 30, 40]}),
        "fermi_energy": xr.DataArray(0.1 * path, dims="step"),
        "omega": [0.2, 0.25],
        "v": 0.07,
    }
    data = fq.Study(RING, NAMED, axes=axes, observe=["dc_current", "transmission"]).run()
    assert data.dc_current.dims == ("step", "omega", "lead")
    assert data.transmission.dims == ("step", "omega", "sideband", "lead_out", "lead_in")
    assert data.flux.dims == data.fermi_energy.dims == ("step",)
    np.testing.assert_array_equal(data.step, [10, 20, 30, 40])
    at = data.isel(step=2, omega=1)
    assert agree(at.dc_current.sel(lead="R"), current(RING, NAMED.at(omega=0.25, v=0.07), 0.1 * path[2], flux=path[2]))
    direct = fq.scatter(RING, NAMED.at(omega=0.25, v=0.07), [0.1 * path[2]], flux=path[2]).transmission("R", "L")
    found = at.transmission.sel(lead_out="R", lead_in="L").reindex(sideband=direct.sideband, fill_value=0.0)
    np.testing.assert_allclose(found, direct[0], atol=1e-7)


def test_photon_energy_may_be_zipped_with_a_knob():
    axes = {
        "omega": xr.DataArray([0.1, 0.2, 0.3], dims="step"),
        "flux": xr.DataArray([0.3, 0.2, 0.1], dims="step"),
        "fermi_energy": [0.0, 0.05],
        "v": 0.07,
    }
    data = fq.Study(RING, NAMED, axes=axes).run()
    assert data.dc_current.dims == ("step", "fermi_energy", "lead")
    direct = current(RING, NAMED.at(omega=0.3, v=0.07), 0.05, flux=0.1)
    assert agree(data.dc_current.isel(step=2, fermi_energy=1).sel(lead="R"), direct)


def test_an_axis_of_two_dims_makes_a_plane_of_settings():
    plane = xr.DataArray([[0.1, 0.2, 0.3], [0.11, 0.21, 0.31]], dims=("a", "b"))
    data = fq.Study(RING, DRIVE, axes={"flux": plane, "fermi_energy": 0.05}).run()
    assert data.dc_current.dims == ("a", "b", "lead")
    assert agree(data.dc_current.isel(a=1, b=2).sel(lead="R"), current(RING, DRIVE, 0.05, flux=0.31))


def test_fixed_values_are_scalar_coordinates():
    by_axes = fq.Study(RING, DRIVE, axes={"flux": 0.3, "fermi_energy": [0.0, 0.05]}).run()
    by_keyword = fq.Study(RING, DRIVE, axes={"fermi_energy": [0.0, 0.05]}, flux=0.3).run()
    assert by_axes.flux.ndim == 0
    assert float(by_axes.flux) == 0.3
    assert by_axes.equals(by_keyword)


def test_one_point_is_a_study_too():
    data = fq.Study(RING, DRIVE, axes={"flux": 0.3, "fermi_energy": 0.05}).run()
    assert data.dc_current.dims == ("lead",)
    assert agree(data.dc_current.sel(lead="R"), current(RING, DRIVE, 0.05, flux=0.3))
    assert data.converged.shape == ()
