"""Lattices with positions."""

import numpy as np
import scipy.sparse
from hypothesis import strategies as st

finite = st.floats(-2, 2, allow_nan=False)


def path(n):
    return scipy.sparse.diags([np.ones(n - 1), np.ones(n - 1)], [-1, 1])
