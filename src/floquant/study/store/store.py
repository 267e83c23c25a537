"""The folder of a run: one file for each finished block, renamed into place, so that a run may be killed at any time and resumed.

study.json         what is computed: digests of its parts, and its parameters to read
lock               held while a run works here; the system frees it when the run ends, however it ends
blocks/000012.npz  arrays of a block, with the study's digest and a checksum
data.nc            the Dataset, at the end
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from floquant.checks.paths import path_of
from floquant.errors import BadInput
from floquant.study.compute.pieces import BlockPart
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block
from floquant.study.result.files import UNFINISHED, attribute_of, refusing, write
from floquant.study.store.block_files import read_block, write_block
from floquant.study.store.identity import digest, identity
from floquant.study.store.locking import lock
from floquant.study.store.manifest import check_manifest, write_manifest

if TYPE_CHECKING:
    import xarray as xr

MANIFEST, LOCK, BLOCKS, DATA = "study.json", "lock", "blocks", "data.nc"


class Store:
    """The folder of a run of this study, locked while it is open.

    Raises `BadInput` if the folder cannot be written, holds something else or another study, or is in use.
    """

    def __init__(self, folder: Any, description: Description, blocks: tuple[Block, ...]) -> None:
        self.folder, self.description, self.blocks = path_of(folder, "The folder"), description, blocks
        self.identity = identity(description, blocks)
        self.digest = digest(self.identity)
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Store:
        with refusing(self.folder):
            self._refuse_strangers()
            (self.folder / BLOCKS).mkdir(parents=True, exist_ok=True)
            self._lock = lock(self.folder / LOCK)
        try:
            self._check_manifest()
            self._tidy()
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()

    def _refuse_strangers(self) -> None:
        """Raises `BadInput` for a folder that does not belong to a run; nothing in it is changed."""
        if self.folder.exists() and not self.folder.is_dir():
            raise BadInput(
                f'"{self.folder}" is a file, but a run needs a folder; give another name. Nothing was overwritten.'
            )
        if not self.folder.is_dir() or (self.folder / MANIFEST).exists():
            return
        # a run that was killed before its first file leaves the lock and an empty folder of blocks
        others = [
            entry.name
            for entry in self.folder.iterdir()
            if not (entry.name in (LOCK, BLOCKS) or entry.name.startswith(UNFINISHED))
        ]
        if others or any((self.folder / BLOCKS).glob("[!.]*")):
            raise BadInput(
                f'"{self.folder}" holds something else ({", ".join(sorted(others)[:3]) or BLOCKS}), but a run needs an empty folder; '
                f"give a new one. Nothing was overwritten."
            )

    def _check_manifest(self) -> None:
        """Write what is computed here, or compare with what is there."""
        path = self.folder / MANIFEST
        if path.exists():
            check_manifest(path, self.identity)
        else:
            write_manifest(path, self.description, self.identity, len(self.blocks))

    def _tidy(self) -> None:
        """Files that a killed run did not finish."""
        for where in (self.folder, self.folder / BLOCKS):
            for leftover in where.glob(f"{UNFINISHED}*"):
                with suppress(OSError):
                    leftover.unlink()

    def _path(self, number: int) -> Path:
        return self.folder / BLOCKS / f"{number:06d}.npz"

    def keep(self, number: int, parts: Mapping[str, BlockPart]) -> None:
        """Write a finished block."""
        write_block(self._path(number), self.digest, number, parts)

    def count(self) -> int:
        """Number of blocks that are there."""
        return sum(self._path(number).exists() for number in range(len(self.blocks)))

    def finished(self) -> dict[int, dict[str, BlockPart]]:
        """Blocks that are there, whole and of this study; the others have to be computed again."""
        found = {}
        for number in range(len(self.blocks)):
            parts = read_block(self._path(number), self.digest, number)
            if parts is not None:
                found[number] = parts
        return found

    @property
    def data(self) -> Path:
        """Where the Dataset goes."""
        return self.folder / DATA

    def exported(self) -> bool:
        """True if the Dataset of this study is there."""
        return self.data.exists() and attribute_of(self.data, "study") == self.digest

    def export(self, dataset: xr.Dataset) -> Path:
        """Write the Dataset, and make sure that everything has reached the disk."""
        write(dataset.assign_attrs(study=self.digest), self.data)
        with refusing(self.data):
            # elsewhere a folder cannot be opened, and need not be
            for where in (self.data, self.folder) if os.name == "posix" else ():
                handle = os.open(where, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        return self.data
