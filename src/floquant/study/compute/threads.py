"""One thread for linear algebra, wherever a block is computed: sums in another order would give other digits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra in one thread inside."""
    import numpy as np  # noqa: F401  each of the two has its BLAS library, which must be loaded to be limited
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
