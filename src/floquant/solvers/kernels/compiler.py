"""How kernels are compiled: once, cached on disk, and said aloud when it takes time.

No `parallel=True` anywhere: processes carry the parallelism, and results must not depend on the number of threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import event


def _renew_stale_caches() -> None:
    """numba keeps a kernel while its own file is unchanged, even if a kernel that it calls, in another file, has changed.

    So where any of these files differs from the last time, all of them get a new time stamp, and numba compiles them again.
    """
    folder = Path(__file__).parent
    sources = sorted(folder.glob("*.py"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    record = folder / "__pycache__" / "sources.sha256"
    with contextlib.suppress(
        OSError
    ):  # a folder that cannot be written holds an installed package: its files change together
        if record.is_file() and record.read_text() == digest:
            return
        for source in sources:
            os.utime(source)
        record.parent.mkdir(exist_ok=True)
        record.write_text(digest)


_renew_stale_caches()

_NO_CACHE_FOLDER = "no locator available"


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
    """Compile `function` at its first call and cache it; where no folder can be written, cache in a temporary one."""
    options: Any = {"cache": True, "error_model": "numpy", "nogil": True, "fastmath": {"contract", "reassoc"}}
    try:
        return numba.njit(**options)(function)
    except RuntimeError as error:
        if _NO_CACHE_FOLDER not in str(error):
            raise
        # Neither the package's folder nor the user's cache can be written: a temporary folder keeps the process alive.
        folder = os.path.join(
            tempfile.gettempdir(), f"floquant-kernels-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
        )
        settings: Any = numba.config
        settings.CACHE_DIR = folder
        try:
            return numba.njit(**options)(function)
        except RuntimeError:
            return numba.njit(error_model="numpy", nogil=True)(function)
