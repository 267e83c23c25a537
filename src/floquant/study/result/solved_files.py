"""Solutions and scatterings in files, bit for bit: a line that says what it is, a line of JSON, a pickle, and a checksum of all of it.

A pickle may name any function, to be called by whoever opens it. So only classes of floquant and what arrays need are read, unless the
caller trusts the file: that is needed where a device holds functions or classes of the user's own.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from floquant.errors import BadInput
from floquant.study.result.files import replacing
from floquant.study.result.provenance import software, software_version
from floquant.transport import Scattering, Solution

# Raised when a solution gets other parts.
FORMAT = 1
FIRST_LINE = b"floquant: a solved problem\n"
# Bytes of the checksum at the end, and of what is read at once.
CHECKSUM, CHUNK = 32, 1 << 20
# Parts of floquant whose classes make up a device, a drive, and what solves them.
PARTS = ("checks", "leads", "model", "solvers", "transport")
# What plain values and arrays are made with, besides.
PLAIN = {
    *(("builtins", name) for name in ("bytearray", "complex", "frozenset", "range", "set", "slice")),
    ("collections", "OrderedDict"), ("numpy", "dtype"), ("numpy", "ndarray"),
    *((f"numpy.{core}.multiarray", name) for core in ("_core", "core") for name in ("_reconstruct", "scalar")),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("_core", "core")),
}  # fmt: skip


def write_solved(solved: Solution | Scattering, path: Path) -> None:
    """Write it whole or not at all. Raises `BadInput` if the place cannot be written, or if a function cannot be found by its name."""
    about = {"floquant_format": FORMAT, "floquant_version": software_version(), "source": software()}
    with replacing(path) as unfinished, open(unfinished, "wb") as file:
        summed = _Summed(file)
        summed.write(FIRST_LINE + json.dumps(about).encode() + b"\n")
        try:
            pickle.dump(solved, summed, protocol=5)
        except (pickle.PicklingError, AttributeError, TypeError) as failure:
            raise BadInput(
                f"The {type(solved).__name__} cannot be saved: {failure}; functions of a device must stand at the top of a module, so that "
                f"they are found by their name."
            ) from failure
        file.write(summed.digest())


def is_solved(path: Path) -> bool:
    """Whether a file says that it is one of these."""
    try:
        with open(path, "rb") as file:
            return file.read(len(FIRST_LINE)) == FIRST_LINE
    except OSError:
        return False


def read_solved(path: Path, trusted: bool) -> Solution | Scattering:
    """What `write_solved` wrote. Raises `BadInput` for a damaged file, one of another floquant, or one that needs to be `trusted`."""
    with open(path, "rb") as file:
        if not _is_whole(file):
            raise BadInput(f'"{path}" is damaged: its checksum is another; take a copy of it, or solve again.')
        file.seek(len(FIRST_LINE))
        _refuse_others(path, json.loads(file.readline()))
        try:
            found = (pickle.Unpickler if trusted else _Careful)(file).load()
        except _NotOurs as failure:
            raise BadInput(
                f'"{path}" holds {failure}, which is none of floquant\'s, so that opening it may run any code; give trusted=True if you '
                f"know who wrote it."
            ) from failure
        except Exception as failure:  # what a pickle raises is up to the classes in it
            raise BadInput(
                f'"{path}" cannot be read: {failure}; import what it was made with, or solve again.'
            ) from failure
    if not isinstance(found, Solution | Scattering):
        raise BadInput(f'"{path}" holds no solved problem; give a file that floquant.save wrote.')
    return found


def _refuse_others(path: Path, about: Mapping[str, Any]) -> None:
    """Raises `BadInput` for the file of another floquant, whose solutions have other parts."""
    written = about["floquant_version"], about["floquant_format"]
    if written != (software_version(), FORMAT):
        raise BadInput(
            f'"{path}" was written by floquant {written[0]} in format {written[1]}, but this is floquant {software_version()}, which reads '
            f"solved problems of its own format {FORMAT} only; open it with that floquant, or solve again."
        )


class _Summed:
    """A file that is written, and the checksum of what was."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.state = file, hashlib.sha256()

    def write(self, data: Any) -> int:
        """As a file's."""
        self.state.update(data)
        return self.file.write(data)

    def digest(self) -> bytes:
        """Of all that was written."""
        return self.state.digest()


def _is_whole(file: IO[bytes]) -> bool:
    """Whether a file ends with the checksum of the rest."""
    left = file.seek(0, os.SEEK_END) - CHECKSUM
    file.seek(0)
    state = hashlib.sha256()
    while left > 0:
        chunk = file.read(min(CHUNK, left))
        state.update(chunk)
        left -= len(chunk)
    return file.read() == state.digest()


class _NotOurs(Exception):
    """A pickle names something else."""


class _Careful(pickle.Unpickler):
    """Reads classes of floquant, arrays and sparse matrices; nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        ours = module.partition(".")[0] == "floquant" and module.split(".")[1:2] in ([part] for part in PARTS)
        if "." not in name and (ours or module.startswith("scipy.sparse._")):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module and (ours or _is_sparse(found)):
                return found
        raise _NotOurs(f"{module}.{name}")


def _is_sparse(found: type) -> bool:
    from scipy.sparse import sparray, spmatrix

    return issubclass(found, sparray | spmatrix)
