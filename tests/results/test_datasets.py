"""Datasets of results: errors and flags go with their numbers, and no further."""

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from results.samples import claimed, plain_array, result


def data():
    found = result().to_dataset()
    found["transmission"] = ("flux", np.array([0.1, 0.2, 0.3, 0.4]))
    found["transmission_error"] = ("flux", np.full(4, 1e-3))
    found["converged"] = ("flux", np.array([True, True, False, True]))
    return found


def test_a_variable_brings_its_error():
    one = data()["dc_current"]
    assert isinstance(one, fq.ResultArray)
    np.testing.assert_array_equal(one.coords["dc_current_error"], data()["dc_current_error"])
    np.testing.assert_array_equal(data().dc_current.coords["dc_current_error"], data()["dc_current_error"])
    assert claimed(data()["converged"]) is None
    assert not isinstance(data()["dc_current_error"], fq.ResultArray)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (lambda x: x / -0.2, lambda e: e / 0.2),
        (lambda x: 3 - x, lambda e: e),
        (lambda x: x - x, lambda e: 2 * e),
        (abs, lambda e: e),
        (lambda x: x.sum("flux"), lambda e: e.sum("flux")),
        (lambda x: x.diff("flux"), lambda e: e.isel(flux=slice(1, None)) + e.isel(flux=slice(3)).values),
        (lambda x: x.map(lambda array: -2 * array), lambda e: 2 * e),
        (lambda x: x.isel(flux=[1]), lambda e: e.isel(flux=[1])),
        (lambda x: xr.concat([x, -x], "flux"), lambda e: xr.concat([e, e], "flux")),
    ],
)
def test_every_variable_keeps_its_error(operation, error):
    before, after = data(), operation(data())
    for name in ("dc_current", "transmission"):
        np.testing.assert_allclose(after[f"{name}_error"].values, error(before[f"{name}_error"]).values)
        np.testing.assert_array_equal(claimed(after[name]), after[f"{name}_error"])


def test_what_may_have_changed_loses_error_and_flags():
    for found in (
        data() ** 2,
        data().interp(flux=0.05),
        np.sqrt(abs(data())),
        data().quantile(0.5),
        xr.where(True, data(), 0.0),
    ):
        assert not any("error" in str(name) or name == "converged" for name in found.variables)
    rolled = data().rolling(flux=2).mean()
    assert set(rolled.data_vars) == {"dc_current", "transmission"}


def test_flags_say_whether_all_parts_met_their_bound():
    assert data().sum("flux").converged.item() is False
    other = data()
    other["converged"] = ("flux", np.array([False, True, True, True]))
    assert (data() - other).converged.values.tolist() == [False, True, False, True]
    assert (data() / 2).converged.values.tolist() == data().converged.values.tolist()
    assert "converged" not in data().diff("flux")


def test_flags_have_the_coordinates_of_what_is_left():
    weights = xr.DataArray([1.0, 2.0], dims="flux", coords={"flux": [0.2, 0.0]})
    for found in (data() * weights, data().where(data().flux > 0.15, drop=True), data() - data().isel(flux=[1, 2])):
        assert found.sizes["flux"] == found.dc_current.sizes["flux"] == 2
        for flux in found.flux.values:
            assert bool(found.converged.sel(flux=flux)) == bool(data().converged.sel(flux=flux))
    swapped = data().drop_vars("flux")
    assert (swapped / 2).converged.values.tolist() == data().converged.values.tolist()


def test_a_condition_may_be_a_function_of_the_dataset():
    found = data().where(lambda d: d.transmission > 0.25)
    xr.testing.assert_identical(found, data().where(data().transmission > 0.25))
    assert np.isnan(found.dc_current_error.values[0]).all()


def test_an_error_that_was_left_behind_is_not_taken_up():
    changed = data().drop_vars("dc_current")
    changed["dc_current"] = plain_array()
    assert "dc_current_error" not in changed


def test_what_is_set_brings_its_error_and_takes_the_old_one_away():
    changed = data()
    changed["dc_current"] = changed["dc_current"] * 2
    np.testing.assert_allclose(changed["dc_current_error"], 2 * data()["dc_current_error"])
    changed["charge"] = changed["dc_current"] / 4
    np.testing.assert_allclose(changed["charge_error"], data()["dc_current_error"] / 2)
    changed["dc_current"] = plain_array()
    assert "dc_current_error" not in changed
    assert "transmission_error" in changed
    changed["transmission"], changed["transmission_error"] = ("flux", np.ones(4)), ("flux", np.ones(4))
    assert claimed(changed["transmission"]).values.tolist() == [1.0] * 4


def test_changed_in_place_the_errors_are_gone():
    changed = data()
    changed[{"flux": 0}] = 5.0
    assert changed["dc_current"].values[0].tolist() == [5.0, 5.0]
    assert list(changed.data_vars) == ["dc_current", "transmission"]
    array = result()
    array[0] = 1.0
    assert claimed(array) is None
    array = result()
    array.values = np.zeros(array.shape)
    assert claimed(array) is None


def test_assigned_variables_leave_the_others_alone():
    found = data().assign(dc_current=lambda d: d.dc_current**2, double=lambda d: 2 * d.transmission)
    assert "dc_current_error" not in found
    assert {"transmission_error", "double_error", "converged"} <= set(found.data_vars)


def test_errors_follow_a_new_name():
    found = data().rename(dc_current="current")
    np.testing.assert_array_equal(found["current_error"], data()["dc_current_error"])
    assert "dc_current_error" not in found
    assert claimed(result().rename("current")).name == "current_error"
    assert claimed(result().rename(None)).name == "error"


def test_an_error_cannot_become_a_coordinate():
    found = data().set_coords("dc_current_error")
    assert "dc_current_error" in found.data_vars
    np.testing.assert_allclose((2 * found)["dc_current_error"], 2 * data()["dc_current_error"])


def test_split_and_put_together():
    split = result().to_dataset("lead")
    assert set(split.data_vars) == {"L", "R", "L_error", "R_error"}
    np.testing.assert_array_equal(split["L_error"], claimed(result()).sel(lead="L"))
    apart = result().reset_coords()
    assert {"dc_current", "dc_current_error", "temperature"} == set(apart.data_vars)
    assert claimed(result().reset_coords("dc_current_error", drop=True)) is None


def test_a_plain_dataset_is_plain():
    assert type(data().plain()) is xr.Dataset
    assert set(data().plain().data_vars) == set(data().data_vars)
    xr.testing.assert_identical(fq.ResultDataset.of(data().plain()), data())
