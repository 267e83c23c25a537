"""One BLAS thread: more gain nothing for blocks of this size and make slices slower; processes over energies carry the parallelism."""

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
    """One BLAS thread inside; as many as there are if that is not `wanted`, since to ask takes a while."""
    if not wanted:
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield
