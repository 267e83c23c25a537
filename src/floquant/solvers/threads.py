"""One BLAS thread: more gain nothing for blocks of this size and make slices slower; processes over energies carry the parallelism."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from floquant.solvers.ladder.ladder import LadderSolver


@lru_cache(maxsize=1)
def _controller() -> Any:
    import scipy.linalg.lapack  # noqa: F401 - so that SciPy's own BLAS is loaded, and known below
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def threads_for(solver: LadderSolver) -> Iterator[None]:
    """A costly solver works with one BLAS thread inside; others call no BLAS that would use more."""
    if not solver.costly:
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """One BLAS thread inside."""
    with _controller().limit(limits=1, user_api="blas"):
        yield
