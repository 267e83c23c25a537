"""Where compiled kernels are kept: a folder that nobody else can write, for what is read there is run."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

import platformdirs

# Folders of other sources are deleted if so many were used since, and if none of them was for so many seconds (a month): several
# versions may be in use side by side.
KEPT, MONTH = 12, 30 * 86400.0


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
        # each by itself: `parents` makes the others with rights that the system's mask may leave to a group
        kernels.parent.mkdir(parents=True, exist_ok=True)
        for each in (kernels, folder):
            each.mkdir(mode=0o700, exist_ok=True)
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
    """True if this user owns the folder and nobody else may write into it, nor put another one in its place.

    Always where the system knows no such owners.
    """
    if not hasattr(os, "getuid"):
        return True
    found = folder.lstat()
    others = stat.S_IWGRP | stat.S_IWOTH
    owned = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & others
    return owned and not any(_open_to_all(above) for above in folder.resolve().parents)


def _open_to_all(folder: Path) -> bool:
    """Whether anybody may rename what lies in it: all may write, and it is not sticky, as /tmp is."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def is_kept(kernel: str) -> bool:
    """Whether a kernel, "scalar.scalar_flows", is kept on disk for this Python. Told without numba, which takes a while to load."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}{sys.abiflags}"
    return any(kernel_folder().glob(f"{kernel}-*.{python}.nbi"))


def _forget_old(kernels: Path) -> None:
    folders = sorted((f for f in kernels.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    for folder in folders[KEPT:]:
        if time.time() - folder.stat().st_mtime < MONTH:
            continue
        shutil.rmtree(folder, ignore_errors=True)
