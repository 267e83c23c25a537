"""One BLAS thread: more do not help blocks of this size and make slices slower; parallel work is done by processes over energies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _controller() -> Any:
    import scipy.linalg.lapack  # noqa: F401 - so that SciPy's own BLAS is loaded, and known below
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread(wanted: bool = True) -> Iterator[None]:
    """One BLAS thread inside; no change if that is not `wanted`, since setting the limit takes time."""
    if not wanted:
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield
