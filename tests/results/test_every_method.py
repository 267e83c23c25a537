"""Every public method of DataArrays and Datasets, those of tomorrow included: an error that is left is that of the numbers."""

import inspect

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from results.samples import claimed, moved, plain_array, result, signs_of

NEAR = xr.DataArray([0.05, 0.15], dims="flux")
KNOWN = xr.DataArray([[True, False], [True, True], [False, True], [True, True]], dims=("flux", "lead"))
# Arguments for those methods that need some: (positional, keywords).
ARGUMENTS = {
    "assign_attrs": ((), {"note": "mine"}), "assign_coords": ((), {"flux": [1.0, 2.0, 3.0, 4.0]}), "astype": ((complex,), {}),
    "bfill": None, "broadcast_like": ((plain_array(),), {}), "clip": ((-1.0, 2.0), {}), "coarsen": ((), {"flux": 2}),
    "combine_first": ((plain_array(),), {}), "cumulative": (("flux",), {}),
    "cumsum": (("flux",), {}), "cumulative_integrate": (("flux",), {}),
    "cumprod": (("flux",), {}), "diff": (("flux",), {"n": 2}), "differentiate": (("flux",), {}), "dot": ((plain_array(),), {}),
    "drop_duplicates": (("flux",), {}), "drop_isel": ((), {"flux": [1]}), "drop_sel": ((), {"lead": "L"}),
    "drop_vars": (("temperature",), {}), "dropna": (("flux",), {}), "expand_dims": (("setting",), {}), "ffill": None,
    "fillna": ((0.0,), {}), "groupby": (("lead",), {}), "groupby_bins": (("flux", 2), {}), "head": ((), {"flux": 2}),
    "idxmax": (("flux",), {}), "idxmin": (("flux",), {}), "argmax": (("flux",), {}), "argmin": (("flux",), {}),
    "integrate": (("flux",), {}), "interp": ((), {"flux": NEAR}), "interp_like": ((plain_array().isel(flux=[0, 1]),), {}),
    "interpolate_na": (("flux",), {}), "isel": ((), {"flux": [2, 0]}), "isin": (([1.0],), {}), "map": ((abs,), {}),
    "map_blocks": ((lambda array: 2 * array,), {}), "max": (("flux",), {}), "mean": (("flux",), {}), "median": (("flux",), {}),
    "merge": ((plain_array().to_dataset(name="other"),), {}), "min": (("lead",), {}), "pad": ((), {"flux": 1}), "pipe": ((abs,), {}),
    "polyfit": (("flux", 1), {}), "quantile": ((0.5, "flux"), {}), "query": ((), {"flux": "flux > 0.1"}), "reduce": ((np.sum,), {}),
    "reindex": ((), {"flux": [0.1, 0.25]}), "reindex_like": ((plain_array().isel(flux=[1]),), {}), "rename": ((), {"flux": "phi"}),
    "rename_dims": ((), {"flux": "phi"}), "rename_vars": ((), {"flux": "phi"}), "reorder_levels": None, "resample": None,
    "roll": ((), {"flux": 1}), "rolling": ((), {"flux": 2}), "rolling_exp": None, "sel": ((), {"lead": "R"}),
    "set_coords": (("temperature",), {}), "set_index": None, "set_xindex": None, "shift": ((), {"flux": 1}),
    "sortby": (("lead",), {"ascending": False}), "stack": ((), {"all": ("flux", "lead")}), "std": (("flux",), {}),
    "sum": (("lead",), {}), "swap_dims": ((), {"flux": "phi"}), "tail": ((), {"flux": 2}), "thin": ((), {"flux": 2}),
    "to_dataset": ((), {"dim": "lead"}), "to_stacked_array": (("all", ["lead"]), {}), "transpose": (("lead", "flux"), {}),
    "var": (("flux",), {}), "weighted": ((xr.DataArray([1.0, 2.0, 3.0, 4.0], dims="flux"),), {}), "where": ((KNOWN,), {}),
    "assign": ((), {"other": plain_array()}), "update": None, "eval": (("double = 2 * dc_current",), {}), "rank": None,
    "convert_calendar": None, "interp_calendar": None, "curvefit": None, "apply": None, "filter_by_attrs": ((), {"units": "1"}),
    "drop": None, "reset_encoding": None, "drop_dims": (("lead",), {}), "chunk": None, "unify_chunks": None, "load_async": None,
    "get_index": None,
    "dump_to_store": None, "to_unstacked_dataset": None, "reset_index": (("flux",), {}),
}  # fmt: skip
# What the intermediate objects of these are asked for.
THEN = {
    "coarsen": ("mean", "max"), "cumulative": ("sum",), "groupby": ("sum", "count", "var"), "groupby_bins": ("mean",),
    "rolling": ("mean", "var"),
    "weighted": ("mean", "sum"),
}  # fmt: skip
# Constants stand in these, so that twice the values do not give twice the result.
WITH_CONSTANTS = {"clip", "fillna", "combine_first", "round", "merge", "assign", "astype"}


def names_of(cls):
    return [
        name for name in dir(cls) if not name.startswith("_") and inspect.isfunction(inspect.getattr_static(cls, name))
    ]


def answers(thing, name):
    """What a method gives for some arguments, each an xarray object; nothing where it needs what is not here."""
    arguments = ARGUMENTS.get(name, ((), {}))
    if arguments is None:
        return []
    try:
        found = getattr(thing, name)(*arguments[0], **arguments[1])
    except (TypeError, ValueError, ImportError, NotImplementedError):
        if name in ARGUMENTS:
            raise
        return []
    found = [getattr(found, then)() for then in THEN[name]] if name in THEN else [found]
    return [each for each in found if isinstance(each, xr.DataArray | xr.Dataset)]


def arrays_in(found):
    """DataArrays with the errors that belong to them, by name; an error itself is no value."""
    if isinstance(found, xr.DataArray):
        return {"": found}
    errors = {f"{name}_error" for name in found.data_vars}
    return {str(name): found[name] for name in found.data_vars if str(name) not in errors}


def plain_data(array):
    return array.rename("dc_current").to_dataset()


def result_data():
    data = result().to_dataset()
    data["converged"] = ("flux", np.array([True, True, False, True]))
    return data


CASES = [(result, lambda array: array, name) for name in names_of(xr.DataArray)] + [
    (result_data, plain_data, name) for name in names_of(xr.Dataset)
]
IDS = [f"{'Dataset' if make is result_data else 'DataArray'}.{name}" for make, _, name in CASES]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(("make", "wrap", "name"), CASES, ids=IDS)
def test_an_error_that_is_left_belongs_to_the_numbers(make, wrap, name):
    source = result()
    for answer, found in enumerate(answers(make(), name)):
        for key, array in arrays_in(found).items():
            error = claimed(array)
            if error is None:
                continue
            assert isinstance(array, fq.ResultArray)
            for signs in signs_of(source):
                other = arrays_in(answers(wrap(moved(source, signs)), name)[answer])[key]
                off = np.abs(other.values - array.values)
                assert np.all(np.isnan(off) | (off <= error.values * (1 + 1e-12) + 1e-14)), key


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(("make", "wrap", "name"), CASES, ids=IDS)
def test_values_are_those_of_xarray(make, wrap, name):
    for found, expected in zip(answers(make(), name), answers(wrap(plain_array()), name), strict=True):
        for key, array in arrays_in(expected).items():
            ours = arrays_in(found)[key]
            np.testing.assert_array_equal(ours.values, array.values)
            assert ours.dims == array.dims
            assert set(array.coords) <= set(ours.coords)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(("make", "wrap", "name"), CASES, ids=IDS)
def test_a_unit_that_is_left_fits(make, wrap, name):
    """In the same unit is what doubles with the values."""
    if name in WITH_CONSTANTS:
        return
    for found, twice in zip(answers(make(), name), answers(wrap(2 * plain_array()), name), strict=True):
        for key, array in arrays_in(found).items():
            if array.attrs.get("units") == "e/h * meV":
                np.testing.assert_allclose(arrays_in(twice)[key].values, 2 * array.values)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_most_methods_were_tried():
    for make, cls, least in ((result, xr.DataArray, 75), (result_data, xr.Dataset, 75)):
        tried = [name for name in names_of(cls) if answers(make(), name)]
        assert len(tried) >= least, sorted(set(names_of(cls)) - set(tried))


@pytest.mark.parametrize(
    "name",
    ["isel", "sel", "transpose", "stack", "reindex", "roll", "shift", "sortby", "sum", "mean", "max", "min", "cumsum", "diff", "where"],
)  # fmt: skip
def test_what_is_known_keeps_its_error(name):
    assert claimed(answers(result(), name)[0]) is not None
    assert "dc_current_error" in answers(result_data(), name)[0]
