"""Errors through joining, copies, pickles and netCDF files; and what xarray's own functions make of a result."""

import copy
import pickle

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from results.samples import claimed, error_of, plain_array, result

FUNCTIONS = {
    "apply_ufunc": lambda x: xr.apply_ufunc(np.square, x),
    "apply_ufunc of two": lambda x: xr.apply_ufunc(np.hypot, x, x),
    "where": lambda x: xr.where(x > 0, x, 1.0),
    "dot": lambda x: xr.dot(x, x, dim="lead"),
    "zeros_like": xr.zeros_like,
    "full_like": lambda x: xr.full_like(x, 2.0),
    "polyval": lambda x: xr.polyval(x, xr.DataArray([1.0, 2.0], dims="degree", coords={"degree": [0, 1]})),
    "corr": lambda x: xr.corr(x, x * 2, dim="flux"),
    "numpy": lambda x: np.sqrt(abs(x)),
    "new array": lambda x: xr.DataArray(np.zeros(x.shape), coords=x.coords, dims=x.dims, name=x.name),
    "copied": lambda x: x.copy(data=np.zeros(x.shape)),
    "rolling": lambda x: x.rolling(flux=2).construct("window"),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_xarray_take_no_error_along(name):
    found = FUNCTIONS[name](result())
    assert claimed(found) is None
    found = FUNCTIONS[name](result().sel(lead="L") if name != "dot" else result())
    assert claimed(found) is None


UNKNOWN = {
    "power": lambda x: x**2,
    "interp": lambda x: x.interp(flux=x.flux),
    "rolling": lambda x: x.rolling(flux=2).mean(),
    "weighted": lambda x: x.weighted(xr.ones_like(x.flux)).mean("flux"),
    "groupby": lambda x: x.groupby("lead").map(lambda part: part - part.mean()),
    "of a Dataset": lambda x: x.to_dataset().quantile(0.5)["dc_current"],
    "apply_ufunc": lambda x: xr.apply_ufunc(np.square, x),
    "where": lambda x: xr.where(x > 0, x, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_has_lost_its_error_is_not_exact(name):
    """Else x less its mean over a window would claim the error of x alone."""
    lost = UNKNOWN[name](result())
    for found in (result() - lost, lost - result(), result() * lost, result() / lost, result().where(True, lost)):
        assert claimed(found) is None
    assert "dc_current_error" not in result().to_dataset() - lost


def test_parts_of_groups_have_lost_their_error():
    for _, part in result().groupby("lead"):
        assert claimed(result() - part) is None
    grouped = result().groupby("lead") - result().mean("flux")
    assert claimed(grouped) is None
    assert claimed(result() + grouped) is None


def test_joined_arrays_join_their_errors():
    x, y = result(), -3 * result()
    both = xr.concat([x, y], dim="setting")
    np.testing.assert_array_equal(claimed(both).values, np.stack([claimed(x), claimed(y)]))
    np.testing.assert_array_equal(claimed(2 * both.isel(setting=1)).values, 2 * claimed(y).values)
    halves = xr.concat([x.isel(flux=[0, 1]), x.isel(flux=[2, 3])], dim="flux")
    np.testing.assert_array_equal(claimed(halves), claimed(x))
    first, second = xr.broadcast(x.sel(lead="L", drop=True), x)
    assert claimed(first).shape == claimed(second).shape == x.shape
    aligned, _ = xr.align(x, x.isel(flux=[1, 2]))
    assert claimed(aligned) is None or claimed(aligned).shape == aligned.shape


@pytest.mark.parametrize(
    "copied",
    [
        lambda x: pickle.loads(pickle.dumps(x)),
        copy.copy,
        copy.deepcopy,
        lambda x: x.copy(),
        lambda x: x.copy(deep=False),
    ],
)
def test_a_copy_has_the_error(copied):
    for made in (result(), result().to_dataset()):
        other = copied(made)
        assert type(other) is type(made)
        xr.testing.assert_identical(other, made)
        array = other if isinstance(other, xr.DataArray) else other["dc_current"]
        np.testing.assert_array_equal(claimed(array), error_of(plain_array()))


def test_a_result_is_not_changed_through_another_name():
    x = result()
    y = x
    y *= 2
    np.testing.assert_array_equal(x.values, plain_array().values)
    np.testing.assert_array_equal(claimed(x), error_of(plain_array()))
    np.testing.assert_array_equal(claimed(y), 2 * error_of(plain_array()))


def test_a_file_brings_the_errors_back(tmp_path):
    fq.save(result(), tmp_path / "array.nc")
    opened = fq.open(tmp_path / "array.nc")
    assert isinstance(opened, fq.ResultDataset)
    xr.testing.assert_identical(opened["dc_current"].drop_attrs(), result().drop_attrs())
    np.testing.assert_array_equal((opened / 0.5)["dc_current_error"], 2 * error_of(plain_array()))
    plain = xr.open_dataset(tmp_path / "array.nc", engine="h5netcdf")
    assert type(plain) is xr.Dataset
    np.testing.assert_array_equal(plain["dc_current_error"], error_of(plain_array()))
    plain.close()


def test_files_and_tables_of_xarray_hold_the_error_as_a_coordinate(tmp_path):
    result().to_netcdf(tmp_path / "array.nc", engine="h5netcdf")
    with xr.open_dataarray(tmp_path / "array.nc", engine="h5netcdf") as plain:
        assert type(plain) is xr.DataArray
        assert claimed(fq.ResultArray.of(2 * plain.drop_vars("dc_current_error"))) is None
        np.testing.assert_array_equal(claimed(fq.ResultArray.of(plain)), error_of(plain_array()))
    assert "dc_current_error" in result().to_dict()["coords"]
    assert "dc_current_error" in result().to_dataframe()


def test_the_error_is_read_and_set_like_a_coordinate():
    x = result()
    assert "dc_current_error" in x.coords
    assert len(x.coords) == len(list(x.coords)) == len(plain_array().coords) + 1
    assert "dc_current_error" in repr(x)
    np.testing.assert_array_equal(x.dc_current_error, x["dc_current_error"])
    assert x.dc_current_error.attrs == {
        "units": x.attrs["units"],
        "long_name": f"bound of the error of {x.attrs['long_name']}",
    }
    assert claimed(x.assign_coords(dc_current_error=0.5)).values.tolist() == [[0.5] * 2] * 4
    assert claimed(x.drop_vars("dc_current_error")) is None
    x.coords["dc_current_error"] = claimed(x) * 3
    np.testing.assert_array_equal(claimed(2 * x), 6 * error_of(plain_array()))
    del x.coords["dc_current_error"]
    assert claimed(x) is None
    assert not x.identical(result())
    assert result().identical(result())


def test_labels_that_no_longer_fit_are_gone():
    x = result()
    assert (x - x).attrs == {"units": "e/h * meV", "certificate": "none"}
    assert (x + 1).attrs["units"] == x.sum().attrs["units"] == (-x).attrs["units"] == "e/h * meV"
    for scaled in (x / 0.2, 1e6 * x, x * x, 1 / x, x**2, np.sqrt(abs(x)), x > 0, x.var()):
        assert scaled.attrs == {"certificate": "none"}
    in_another = x.assign_attrs(units="nA", certificate="some")
    assert (x + in_another).attrs == {}
    assert x.isel(flux=0).attrs == x.attrs
