"""What nobody should give to a public call, and what is at the edge of what one may give."""

import decimal
import fractions
import pathlib
from types import SimpleNamespace

import numpy as np
import scipy.sparse
import xarray as xr

import floquant as fq


class Spiteful:
    """An object whose every conversion fails, in ways that nobody expects."""

    def _fail(self, *_, **__):
        raise RuntimeError("spite")

    __array__ = __float__ = __index__ = __iter__ = __len__ = __eq__ = __bool__ = __repr__ = __str__ = __fspath__ = _fail
    __hash__ = None


def _inside_itself():
    endless = []
    endless.append(endless)
    return endless


NUMBERS = {
    "nothing": None,
    "true": True,
    "zero": 0,
    "minus one": -1,
    "half": 0.5,
    "nan": float("nan"),
    "inf": float("inf"),
    "imaginary": 1j,
    "tiny": 1e-200,
    "smallest": 5e-324,
    "large": 1e20,
    "square overflows": 1e160,
    "largest": -1.7e308,
    "beyond int64": 2**70,
    "beyond a float": 10**400,
    "beyond what prints": 10**5000,
    "fraction": fractions.Fraction(1, 3),
    "decimal": decimal.Decimal("0.1"),
}
NUMPY = {
    "int8": np.int8(-3),
    "uint8": np.uint8(3),
    "uint64": np.uint64(2**63),
    "float16": np.float16(0.5),
    "longdouble": np.longdouble("1e4000"),
    "complex64": np.complex64(1j),
    "bool_": np.bool_(True),
    "date": np.datetime64("2026-11-28"),
    "text of numpy": np.str_("L"),
    "array of nothing": np.array(None),
    "array without dims": np.array(1),
}
ARRAYS = {
    "no numbers": [],
    "two numbers": [0.1, 0.2],
    "ragged": [[1], [2, 3]],
    "half a list": [1, [2]],
    "list beyond a float": [10**400, 1],
    "list of nothing": [None, 1.0],
    "empty array": np.zeros(0),
    "matrix": np.eye(2),
    "not square": np.ones((2, 3)),
    "cube": np.zeros((2, 2, 2)),
    "texts": np.array(["a", "b"]),
    "objects": np.array([object(), None]),
    "nan inside": np.array([0.1, np.nan]),
    "overflow inside": np.array([1e308, -1e308]),
    "long numbers": np.array([1, 2], np.longdouble) * np.longdouble("1e4000"),
    "masked": np.ma.masked_array([0.1, 99.0], mask=[False, True]),
    "masked number": np.ma.masked,
    "masked inside": [0.1, np.ma.masked],
    "masked rows": [np.ma.masked_array([0, 1], mask=[False, True])] * 2,
    "records": np.zeros(2, dtype=[("a", int)]),
    "sparse": scipy.sparse.eye_array(2).tocsr(),
    "sparse of texts": scipy.sparse.coo_array(np.array([[True, False], [False, True]])),
    "inside itself": _inside_itself(),
    "range": range(2),
    "generator": (x for x in (0.1, 0.2)),
    "labelled": xr.DataArray([0.1, 0.2], dims="lead"),
    "labelled texts": xr.DataArray(["a", "b"], dims="x"),
    "labelled number": xr.DataArray(0.5),
    "dataset": xr.Dataset({"a": ("x", [1.0])}),
}
THINGS = {
    "word": "word",
    "empty word": "",
    "bytes": b"L",
    "a NUL": "a\0b",
    "dict": {},
    "dict of numbers": {"L": 0.1, "R": 0.2},
    "dict by numbers": {1: 0.1},
    "dict by pairs": {(0, 1): "L"},
    "dict of nothing": {"L": None},
    "dict of lists": {"L": [[1], [2, 3]]},
    "set": {"L"},
    "list of names": ["L"],
    "list of lists": [["L"]],
    "pair of names": ("L", "L"),
    "object": object(),
    "class": int,
    "function": lambda *_, **__: None,
    "failing function": Spiteful()._fail,
    "spite": Spiteful(),
    "list of spite": [Spiteful()],
    "ellipsis": ...,
    "slice": slice(2),
    "path": pathlib.Path("no/such/folder"),
    "namespace": SimpleNamespace(dims=("x",), coords={}),
    "device": fq.gallery.driven_site(),
    "lead": fq.Chain(),
    "contact": fq.Contact(fq.Chain(), 0),
    "knob": fq.Onsite(0),
    "wave": fq.Cosine(0.1),
    "open wave": fq.Cosine("v"),
    "drive": fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=0.5),
    "reservoirs": fq.Reservoirs(),
}
WRONG = {**NUMBERS, **NUMPY, **ARRAYS, **THINGS}
