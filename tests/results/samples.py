"""Small results with made-up errors, and what they may be if the errors are met."""

import numpy as np
import xarray as xr

import floquant as fq

LABELS = {"units": "e/h * meV", "long_name": "charge current into the lead", "certificate": "none"}
RANDOM = np.random.default_rng(7)


def plain_array(name="dc_current", shift=0.0):
    """Values over flux and lead, in no order, of both signs."""
    values = np.array([[1.0, -2.5], [3.0, -4.0], [-5.0, 6.5], [0.5, 2.0]]) + shift
    coords = {"flux": [0.0, 0.1, 0.2, 0.3], "lead": ["L", "R"], "temperature": 0.02}
    return xr.DataArray(values, dims=("flux", "lead"), coords=coords, name=name, attrs=LABELS)


def error_of(array, size=0.01):
    """A different error for each number."""
    return size * (1.0 + np.arange(array.size).reshape(array.shape))


def result(name="dc_current", shift=0.0, size=0.01):
    """The same as an observable returns it."""
    array = plain_array(name, shift)
    return fq.ResultArray.of(array.assign_coords({f"{name}_error": (array.dims, error_of(array, size))}))


def moved(array, signs):
    """Plain values, off by their errors times `signs`, −1 … 1."""
    return array.plain() + signs * array.plain_error().values


def signs_of(array, count=2):
    """All up, all down, and some at random, each of the shape of the array."""
    yield np.ones(array.shape)
    yield -np.ones(array.shape)
    for _ in range(count):
        yield RANDOM.choice([-1.0, 1.0], array.shape)


def claimed(array):
    """The error that an array claims, None if it claims none."""
    names = [name for name in array.coords if str(name) == "error" or str(name).endswith("_error")]
    assert len(names) <= 1
    return array.coords[names[0]] if names else None
