"""The folder of a run: one file for each finished block, renamed into place, so that a run may be killed at any time and resumed.

study.json         what is computed: digests of its parts, and its parameters to read
lock               held while a run works here; the system frees it when the run ends, however it ends
blocks/000012.npz  arrays of a block, with the study's digest and a checksum
data.nc            the Dataset, at the end
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from floquant.errors import BadInput
from floquant.study.compute.pieces import Part
from floquant.study.result.files import UNFINISHED, attribute_of, refusing, replacing, write
from floquant.study.result.provenance import FORMAT, parameters, software
from floquant.study.store.identity import digest, identity
from floquant.study.store.locking import lock
from floquant.transport import Certificate
from floquant.transport.certificate import LISTS

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study

MANIFEST, LOCK, BLOCKS, DATA = "study.json", "lock", "blocks", "data.nc"


class Store:
    """The folder of a run of this study, locked while it is open.

    Raises `BadInput` if the folder cannot be written, holds something else or another study, or is in use.
    """

    def __init__(self, folder: Any, study: Study) -> None:
        if not isinstance(folder, str | os.PathLike):
            raise BadInput(f'The folder is {folder!r}, but it must be a path; give for example "runs/ring".')
        self.folder, self.study = Path(folder), study
        self.identity = identity(study)
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
        """A folder that is not a run's is left alone."""
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
                f'"{self.folder}" holds something else ({", ".join(sorted(others)[:3]) or BLOCKS}), but a run needs a folder of its own; '
                f"give a new one. Nothing was overwritten."
            )

    def _check_manifest(self) -> None:
        """Write what is computed here, or compare with what is there."""
        path = self.folder / MANIFEST
        if not path.exists():
            about = {
                "floquant_format": FORMAT, "software": software(), "identity": self.identity, "parameters": parameters(self.study),
                "blocks": len(self.study.layout.blocks),
            }  # fmt: skip
            with replacing(path) as unfinished:
                unfinished.write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")
            return
        try:
            there = json.loads(path.read_text(encoding="utf-8"))
            version, parts = there["floquant_format"], dict(there["identity"])
        except (OSError, ValueError, KeyError, TypeError):
            raise BadInput(
                f'"{path}" cannot be read as what a run wrote, so that the folder cannot be continued; give another folder. '
                f"Nothing was overwritten."
            ) from None
        if version != FORMAT:
            raise BadInput(
                f'"{self.folder}" holds a run in format {version}, but this floquant writes format {FORMAT}; give another folder. '
                f"Nothing was overwritten."
            )
        other = [part for part in self.identity if parts.get(part) != self.identity[part]]
        if other:
            raise BadInput(
                f'"{self.folder}" holds a run of another study: {", ".join(other)} differ{"s" if len(other) == 1 else ""}; give another '
                f"folder. Nothing was overwritten."
            )

    def _tidy(self) -> None:
        """Files that a killed run did not finish."""
        for where in (self.folder, self.folder / BLOCKS):
            for leftover in where.glob(f"{UNFINISHED}*"):
                with suppress(OSError):
                    leftover.unlink()

    def _path(self, number: int) -> Path:
        return self.folder / BLOCKS / f"{number:06d}.npz"

    def keep(self, number: int, parts: Mapping[str, Part]) -> None:
        """Write a finished block."""
        arrays: dict[str, np.ndarray] = {}
        about: dict[str, Any] = {"study": self.digest, "block": number, "parts": {}}
        for name, part in parts.items():
            arrays |= {f"{name}.values": part.values, f"{name}.error": part.error, f"{name}.converged": part.converged}
            about["parts"][name] = {
                "dims": part.dims, "coords": part.coords, "attrs": part.attrs,
                "certificate": None if part.certificate is None else asdict(part.certificate),
            }  # fmt: skip
        text = json.dumps(about, ensure_ascii=False)
        path = self._path(number)
        with replacing(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, about=np.array(text), checksum=np.array(_checksum(text, arrays)), **arrays)  # type: ignore[arg-type]

    def count(self) -> int:
        """Number of blocks that are there."""
        return sum(self._path(number).exists() for number in range(len(self.study.layout.blocks)))

    def finished(self) -> dict[int, dict[str, Part]]:
        """Blocks that are there, whole and of this study; others will be computed again."""
        found = {}
        for number in range(len(self.study.layout.blocks)):
            parts = self._read(number)
            if parts is not None:
                found[number] = parts
        return found

    def _read(self, number: int) -> dict[str, Part] | None:
        path = self._path(number)
        try:
            with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except FileNotFoundError:
            return None
        except Exception:  # a damaged archive fails in many ways, and always means the same
            return None
        text, checksum = str(arrays.pop("about", "")), str(arrays.pop("checksum", ""))
        if checksum != _checksum(text, arrays):
            return None
        about = json.loads(text)
        if about["study"] != self.digest or about["block"] != number:
            return None
        return {name: _part(name, labels, arrays) for name, labels in about["parts"].items()}

    @property
    def data(self) -> Path:
        """Where the Dataset goes."""
        return self.folder / DATA

    def exported(self) -> bool:
        """True if the Dataset of this study is there."""
        return self.data.exists() and attribute_of(self.data, "study") == self.digest

    def export(self, dataset: xr.Dataset) -> Path:
        """Write the Dataset, and see that everything has reached the disk."""
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


def _part(name: str, labels: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Part:
    certificate = labels["certificate"]
    for field in LISTS if certificate is not None else ():
        states = certificate.get(field)
        certificate[field] = None if states is None else tuple(states)
    return Part(
        arrays[f"{name}.values"],
        arrays[f"{name}.error"],
        arrays[f"{name}.converged"],
        tuple(labels["dims"]),
        labels["coords"],
        labels["attrs"],
        None if certificate is None else Certificate(**certificate),
    )


def _checksum(text: str, arrays: Mapping[str, np.ndarray]) -> str:
    state = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        state.update(f"{name} {array.dtype.str} {array.shape}".encode())
        state.update(array.tobytes())
    return state.hexdigest()
