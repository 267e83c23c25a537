"""Errors after arithmetic: no error within those that went in leads further off, and where nothing is used twice one leads just as far."""

import operator

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from results.samples import claimed, moved, plain_array, result, signs_of

FEW = settings(max_examples=25)
WEIGHTS = xr.DataArray([0.5, -2.0], dims="lead", coords={"lead": ["L", "R"]})
ALIKE = {  # each number by itself
    "half": lambda x: x / 2, "scaled": lambda x: -3e3 * x, "from one": lambda x: 1 - x, "minus": lambda x: -x,
    "numpy": lambda x: np.float64(2.5) * x, "ufunc": lambda x: np.subtract(x, 2.0), "turned": lambda x: x.transpose(),
    "weighed": lambda x: x * WEIGHTS if "lead" in x.dims else x, "shifted": lambda x: along("flux", x, lambda: x.roll(flux=1)),
}  # fmt: skip
FEWER = {
    "sum": lambda x: along("lead", x, lambda: x.sum("lead")), "mean": lambda x: along("flux", x, lambda: x.mean("flux")),
    "one": lambda x: along("flux", x, lambda: x.isel(flux=0)), "all": lambda x: x.sum(),
}  # fmt: skip
TWICE = {  # numbers are used twice
    "differences": lambda x: along("flux", x, lambda: x.diff("flux")),
    "sums so far": lambda x: along("flux", x, lambda: x.cumsum("flux")),
}  # fmt: skip
BENT = {
    "size": abs, "largest": lambda x: along("flux", x, lambda: x.max("flux")), "inverse": lambda x: 1 / x, "square": lambda x: x * x,
    "least": lambda x: along("lead", x, lambda: x.min("lead")), "itself": lambda x: x - x.mean(), "some": lambda x: x.where(KNOWN, 0.0),
    "ufunc of two": lambda x: np.multiply(x, x),
}  # fmt: skip
KNOWN = xr.DataArray([True, False], dims="lead", coords={"lead": ["L", "R"]})
TWO = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
LOST = {"over its spread": lambda x: x / x.std(), "less its median": lambda x: x - x.median()}
STEPS = {**ALIKE, **FEWER, **TWICE, **BENT, **LOST}


def along(dim, array, answer):
    """The answer where the array has the dim, else the array as it is."""
    return answer() if dim in array.dims else array


def run(steps, inputs):
    """Inputs taken up one by one, each joined to what is there by an operator, with steps between."""
    found = inputs[0]
    rest = iter(inputs[1:])
    for step in steps:
        if step in TWO:
            other = next(rest, None)
            found = found if other is None else TWO[step](found, other)
        else:
            found = STEPS[step](found)
    return found


def inputs(size=0.01):
    return [result(size=size), result("other", shift=0.3, size=size / 2), result("third", shift=-7.0, size=size / 5)]


@FEW
@given(st.lists(st.sampled_from([*STEPS, *TWO]), min_size=1, max_size=7))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_errors_lead_further_off(steps):
    given_arrays = inputs()
    found = run(steps, given_arrays)
    error = claimed(found)
    assert (error is None) == any(step in LOST for step in steps)
    if error is None:
        return
    signs = [list(signs_of(array)) for array in given_arrays]
    for several in zip(*signs, strict=True):
        other = run(steps, [moved(array, own) for array, own in zip(given_arrays, several, strict=True)])
        off = np.abs(other.values - found.values)
        assert np.all(~np.isfinite(off) | ~np.isfinite(error.values) | (off <= error.values * (1 + 1e-9) + 1e-9))


@FEW
@given(
    st.lists(st.sampled_from([*ALIKE, "+", "-"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(list(FEWER)), max_size=2),
    st.sampled_from([*TWICE, "turned"]),
)
def test_where_nothing_is_used_twice_the_worst_case_is_claimed(steps, reductions, last):
    steps = [*steps, *reductions, last]
    given_arrays = inputs()
    found = run(steps, given_arrays)
    values = [array.plain() for array in given_arrays]
    worst = np.zeros(found.shape)
    for number, array in enumerate(given_arrays):
        for place in np.ndindex(array.shape):
            sign = np.zeros(array.shape)
            sign[place] = 1.0
            changed = [*values[:number], moved(array, sign), *values[number + 1 :]]
            worst += np.abs(run(steps, changed).values - found.values)
    np.testing.assert_allclose(claimed(found).values, worst, rtol=1e-9, atol=1e-9)


@FEW
@given(st.lists(st.sampled_from([*STEPS, *TWO]), min_size=1, max_size=7))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_values_are_those_of_plain_arrays(steps):
    found, plain = (run(steps, each) for each in (inputs(), [array.plain() for array in inputs()]))
    np.testing.assert_array_equal(found.values, plain.values)
    assert found.dims == plain.dims


def test_a_product_counts_both_errors_and_their_product():
    x, y = result(), result("other", shift=0.3, size=0.02)
    dx, dy = claimed(x).values, claimed(y).values
    np.testing.assert_allclose(claimed(x * y).values, abs(x.values) * dy + abs(y.values) * dx + dx * dy)
    np.testing.assert_allclose(claimed(x / y).values, (dx + abs(x.values / y.values) * dy) / (abs(y.values) - dy))


def test_a_divisor_that_may_be_zero_leaves_no_bound():
    x = fq.ResultArray.of(xr.DataArray([1.0, 0.001], dims="x", name="x").assign_coords(x_error=("x", [0.1, 0.01])))
    assert claimed(1 / x).values[0] == pytest.approx(0.1 / 0.9)
    assert claimed(1 / x).values[1] == np.inf


def test_other_coordinates_are_joined_as_xarray_joins_them():
    x, y = result().isel(flux=[0, 1, 2]), result().isel(flux=[1, 2, 3])
    total = x + y
    assert total.flux.values.tolist() == [0.1, 0.2]
    np.testing.assert_allclose(claimed(total).values, claimed(x).values[1:] + claimed(y).values[:2])
    one_sided = x - plain_array().drop_attrs().isel(flux=[2, 3])
    np.testing.assert_allclose(claimed(one_sided).values, claimed(x).values[2:])


def test_what_is_skipped_counts_with_no_error():
    x = result()
    holes = x.where(x > 0)
    np.testing.assert_allclose(claimed(holes.sum()).values, claimed(x).values[x.values > 0].sum())
    np.testing.assert_allclose(claimed(holes.mean()).values, claimed(x).values[x.values > 0].mean())
    assert np.isnan(holes.sum(skipna=False))
