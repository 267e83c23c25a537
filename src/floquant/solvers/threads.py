"""One BLAS thread: more do not help matrices of this size and may slow them a hundredfold; work in parallel is done by processes.

The public calls hold it, and so do workers. So numbers do not depend either on how many threads there are: sums in another order would
give other digits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _controller() -> Any:
    import numpy as np  # noqa: F401 - each of the two has its BLAS library, which must be loaded to be known below
    import scipy.linalg.lapack  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _Held(threading.local):
    """The limit that this thread of Python holds, and how many calls inside each other hold it: setting it takes time."""

    depth = 0
    limit: Any = None

    def take(self) -> None:
        """One call more."""
        if not self.depth:
            self.limit = _controller().limit(limits=1, user_api="blas")
            self.limit.__enter__()
        self.depth += 1

    def leave(self) -> None:
        """One less; the last one takes the limit back."""
        self.depth -= 1
        if not self.depth:
            self.limit.__exit__(None, None, None)
            self.limit = None


_held = _Held()


@contextmanager
def one_thread(wanted: bool = True) -> Iterator[None]:
    """One BLAS thread inside, or in a function that this decorates (`@one_thread()`); no change if that is not `wanted`."""
    if not wanted:
        yield
        return
    _held.take()
    try:
        yield
    finally:
        _held.leave()


def one_thread_from_now_on() -> None:
    """One BLAS thread as long as this process lives: what a worker begins with."""
    _held.take()
