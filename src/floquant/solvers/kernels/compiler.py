"""A kernel: a function that is compiled once for each processor, and kept on disk.

No `parallel=True` anywhere: processes carry the parallelism, and results must not depend on the number of threads. numba is loaded when
the first kernel is run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from floquant.solvers.kernels.folder import is_kept

# Innermost steps that Python runs as they are rather than have the kernel compiled: about half a second of them.
FEW = 200_000

# Kernels that were found on disk: they stay there as long as this process.
_there: set[str] = set()
_interpreted: ContextVar[bool] = ContextVar("interpreted", default=False)
_compiling: ContextVar[bool] = ContextVar("compiling", default=False)


class Kernel:
    """A function of plain arrays, compiled at its first call."""

    def __init__(self, function: Callable[..., Any], forced: bool = False) -> None:
        self.function, self.forced = function, forced
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"

    @cached_property
    def dispatcher(self) -> Any:
        """What numba makes of it."""
        from floquant.solvers.kernels.caching import dispatcher_of

        return dispatcher_of(self.function, self.forced)

    @property
    def _numba_type_(self) -> Any:  # by which numba finds what another kernel calls
        return self.dispatcher._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        """Run it, compiled."""
        return self.function(*arguments) if _interpreted.get() else self.dispatcher(*arguments)

    def for_steps(self, steps: int) -> Callable[..., Any]:
        """What to call for so many innermost steps: where these are few and nothing is compiled, the function as Python runs it."""
        return self if steps > FEW or is_there(self.name) else self._interpreted

    def _interpreted(self, *arguments: Any) -> Any:
        token = _interpreted.set(True)
        try:
            return self.function(*arguments)
        finally:
            _interpreted.reset(token)


@contextmanager
def compiling() -> Iterator[None]:
    """Inside, kernels are compiled however little there is to do."""
    token = _compiling.set(True)
    try:
        yield
    finally:
        _compiling.reset(token)


def is_there(kernel: str) -> bool:
    """Whether a kernel, "scalar.scalar_flows", is compiled, or shall be, or never is."""
    if _compiling.get() or kernel in _there:
        return True
    if os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0") and not is_kept(kernel):
        return False
    _there.add(kernel)
    return True


def compiled(function: Callable[..., Any]) -> Kernel:
    """Compile `function` at its first call, and keep what was compiled in `kernel_folder`."""
    return Kernel(function)


def inlined(function: Callable[..., Any]) -> Kernel:
    """Part of a kernel, written into each that calls it: so that the compiler knows the sizes of arrays, and works on several lanes."""
    return Kernel(function, forced=True)
