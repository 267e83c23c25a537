"""A lock on a file that the system frees when its holder ends, even by a kill."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from floquant.errors import BadInput


def lock(path: Path) -> IO[bytes]:
    """The locked file, open; closing it frees the lock. Raises `BadInput` if another process holds it."""
    file = open(path, "ab")  # noqa: SIM115  it stays open as long as the lock is held
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        file.close()
        raise BadInput(
            f'"{path.parent}" is in use: another run works in it; wait for it to end, or give another folder.'
        ) from None
    return file
