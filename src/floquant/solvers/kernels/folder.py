"""Where compiled kernels are kept: a folder that nobody else can write, for what is read there is run."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

import platformdirs

# Folders of other sources that are kept; older ones are deleted when a new one is made.
KEPT = 12


@functools.cache
def sources_digest() -> str:
    """A digest of the sources of all kernels: whoever changes one compiles them all again."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


@functools.cache
def kernel_folder() -> Path:
    """The user's own cache folder (NUMBA_CACHE_DIR where it is set); a temporary one, gone at exit, where that is not safe."""
    base = os.environ.get("NUMBA_CACHE_DIR")
    kernels = Path(base) / "floquant-kernels" if base else platformdirs.user_cache_path("floquant") / "kernels"
    folder = kernels / sources_digest()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        safe = is_private(kernels) and is_private(folder) and os.access(folder, os.W_OK)
    except OSError:
        safe = False
    if safe:
        os.utime(folder)
        _forget_old(kernels)
        return folder
    private = Path(tempfile.mkdtemp(prefix="floquant-kernels-"))
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    return private


def is_private(folder: Path) -> bool:
    """True if this user owns the folder and nobody else may write into it (always where the system knows no such owners)."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.lstat()
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.getuid()
        and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _forget_old(kernels: Path) -> None:
    folders = sorted((f for f in kernels.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
