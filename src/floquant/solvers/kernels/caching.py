"""How numba compiles kernels, where it keeps them, and what is said about it: that takes time."""

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
    """Names each kernel that is being compiled, not what it calls; a cached kernel raises no such event."""

    def __init__(self) -> None:
        self.depth = 0

    def on_start(self, event: Any) -> None:
        if not self.depth:
            name = event.data["dispatcher"].py_func.__name__
            print(
                f"floquant: compiling the kernel {name}, once on this machine (floquant warm-up --all compiles every one) ...",
                file=sys.stderr,
                flush=True,
            )
        self.depth += 1

    def on_end(self, event: Any) -> None:
        self.depth -= 1


event.register("numba:compile", _Announcer())


def dispatcher_of(function: Callable[..., Any], forced: bool) -> Any:
    """The function as numba compiles it at its first call, kept in `kernel_folder`; `forced` into its callers."""
    options = numba.njit(error_model="numpy", nogil=True, fastmath={"contract", "reassoc"}, forceinline=forced)
    dispatcher: Any = options(function)
    if hasattr(dispatcher, "_cache"):  # not where NUMBA_DISABLE_JIT leaves the function as it is
        dispatcher._cache = _KernelCache(dispatcher.py_func)
    return dispatcher
