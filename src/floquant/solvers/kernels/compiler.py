"""How kernels are compiled: once for each processor, kept on disk, and said aloud when it takes time.

No `parallel=True` anywhere: processes carry the parallelism, and results must not depend on the number of threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numba
from numba.core import event
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from floquant.solvers.kernels.folder import kernel_folder, sources_digest


class _Locator(_CacheLocator):
    """All kernels lie in one folder, named after the sources of all of them.

    numba's own stamp is that of one file: it would keep a kernel while one that it calls, in another file, has changed.
    """

    def __init__(self, function: Any, file: str) -> None:
        self.line = function.__code__.co_firstlineno
        self._py_file = file  # numba names it where a kernel cannot be kept

    @classmethod
    def from_function(cls, function: Any, file: str) -> _Locator:
        return cls(function, file)

    def get_cache_path(self) -> str:
        return str(kernel_folder())

    def get_source_stamp(self) -> str:
        return sources_digest()

    def get_disambiguator(self) -> str:
        return str(self.line)


class _CacheImplementation(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012 - numba's own way to say it


class _KernelCache(FunctionCache):
    _impl_class = _CacheImplementation


class _Announcer(event.Listener):
    """Says once per process that kernels are being compiled; a cached kernel raises no such event."""

    def __init__(self) -> None:
        self.said = False

    def on_start(self, event: Any) -> None:
        if not self.said:
            self.said = True
            print(
                "floquant: compiling kernels (once on this machine: half a minute, for large devices one more) ...",
                file=sys.stderr,
                flush=True,
            )

    def on_end(self, event: Any) -> None:
        """Nothing to say when a kernel is ready."""


event.register("numba:compile", _Announcer())


def compiled(function: Callable[..., Any]) -> Any:
    """Compile `function` at its first call, and keep what was compiled in `kernel_folder`."""
    kernel: Any = numba.njit(error_model="numpy", nogil=True, fastmath={"contract", "reassoc"})(function)
    if hasattr(kernel, "_cache"):  # not where NUMBA_DISABLE_JIT leaves the function as it is
        kernel._cache = _KernelCache(kernel.py_func)
    return kernel
