"""The file of a block: arrays, their labels as JSON, the digest of the study, and a checksum of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from floquant.study.compute.pieces import BlockPart
from floquant.study.result.files import replacing
from floquant.transport import Certificate
from floquant.transport.certificate import LISTS


def write_block(path: Path, study: str, number: int, parts: Mapping[str, BlockPart]) -> None:
    """Write a finished block of the study with this digest, whole or not at all."""
    arrays: dict[str, np.ndarray] = {}
    about: dict[str, Any] = {"study": study, "block": number, "parts": {}}
    for name, part in parts.items():
        arrays |= {f"{name}.values": part.values, f"{name}.error": part.error, f"{name}.converged": part.converged}
        about["parts"][name] = {
            "dims": part.dims, "coords": part.coords, "attrs": part.attrs,
            "certificate": None if part.certificate is None else asdict(part.certificate),
        }  # fmt: skip
    text = json.dumps(about, ensure_ascii=False)
    with replacing(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, about=np.array(text), checksum=np.array(_checksum(text, arrays)), **arrays)  # type: ignore[arg-type]


def read_block(path: Path, study: str, number: int) -> dict[str, BlockPart] | None:
    """What `write_block` wrote; None if there is no file, if it is damaged, or if it is of another study or block."""
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
    if about["study"] != study or about["block"] != number:
        return None
    return {name: _part(name, labels, arrays) for name, labels in about["parts"].items()}


def _part(name: str, labels: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> BlockPart:
    certificate = labels["certificate"]
    return BlockPart(
        values=arrays[f"{name}.values"],
        error=arrays[f"{name}.error"],
        converged=arrays[f"{name}.converged"],
        dims=tuple(labels["dims"]),
        coords=labels["coords"],
        attrs=labels["attrs"],
        certificate=None if certificate is None else _certificate(certificate),
    )


def _certificate(fields: Mapping[str, Any]) -> Certificate:
    """From its fields as JSON, which has lists for tuples."""
    states = {name: None if fields[name] is None else tuple(fields[name]) for name in LISTS}
    return Certificate(**{**fields, **states, "closed_leads": tuple(fields.get("closed_leads", ()))})


def _checksum(text: str, arrays: Mapping[str, np.ndarray]) -> str:
    state = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        state.update(f"{name} {array.dtype.str} {array.shape}".encode())
        state.update(array.tobytes())
    return state.hexdigest()
