"""A Dataset that files find hard."""

import numpy as np
import xarray as xr


def strange():
    """A Dataset with everything that a file could lose."""
    numbers = np.array([1 + 2j, complex(np.nan, -0.0), complex(-0.0, np.inf), complex(1e-310, np.nextafter(1, 2))])
    reals = np.array([-0.0, np.nan, -np.inf, 5e-324])
    return xr.Dataset(
        {
            "amplitude": (("bond",), numbers, {"units": "1"}),
            "matrix": (("bond", "lead"), np.stack([numbers, numbers[::-1]], axis=1)),
            "real": (("bond",), reals, {"long_name": "ħΩ · Γ"}),
            "single": (("bond",), reals.astype(np.float32)),
            "converged": (("bond",), np.array([True, False, True, True])),
            "count": (("bond",), np.array([1, -(2**62), 2**62, 0])),
            "scalar": ((), 3.5),
            "flag": ((), True),
            "error": (("bond", "lead"), np.broadcast_to(np.float64(1e-9), (4, 2))),
        },
        coords={"bond": ("bond", [0.5, 0.5j, 1 + 1j, -1.0]), "lead": ["L", "R"], "kind": "grün", "temperature": 0.0},
        attrs={"title": "ε", "long": "x" * 200_000, "n": 3, "flag": True, "nothing": None, "list": [1.0, 2.0]},
    )
