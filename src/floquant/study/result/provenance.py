"""Where a Dataset comes from: versions, parameters and time, as attributes that every file format can hold."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from floquant.study.description.axes import Axis
from floquant.study.description.description import Description

# Raised when files change so that an older floquant could not read them, or when the same study gets another digest.
FORMAT = 2
LIBRARIES = ("numpy", "scipy", "numba", "xarray")


def software() -> str:
    """floquant and what it computed with, with versions."""
    found = [f"floquant {_version('floquant')}", f"Python {platform.python_version()}"]
    return ", ".join(found + [f"{name} {_version(name)}" for name in LIBRARIES])


def software_version() -> str:
    """The version of floquant."""
    return _version("floquant")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"


def attributes(description: Description, seconds: float, earlier: str) -> dict[str, Any]:
    """Global attributes of the study's Dataset; `earlier` says what comes from an earlier run, "" if nothing does."""
    observed = ", ".join(map(str, description.observe))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = f", {earlier}" if earlier else ""
    return {
        "Conventions": "CF-1.11",
        "title": f"{observed} over {', '.join(description.axes.dims) or 'one point'}",
        "history": f"{now}: computed by floquant {_version('floquant')} in {seconds:.3g} s{kept}",
        "source": software(),
        "references": "; ".join(dict.fromkeys(each.observable.reference for each in description.observe)),
        "parameters": json.dumps(parameters(description), ensure_ascii=False),
        "seconds": float(seconds),
        "floquant_version": _version("floquant"),
        "floquant_format": FORMAT,
    }


def parameters(description: Description) -> dict[str, Any]:
    """What the study computes, as JSON can hold it: axes in short, everything else in full."""
    builder, drive = description.builder, description.drive
    return {
        "device": repr(description.first_device).splitlines(),
        "device_function": getattr(builder, "__qualname__", repr(builder)) if builder else None,
        "drive": repr(drive).splitlines() if drive is not None else None,
        "axes": {name: _in_short(axis) for name, axis in description.axes.items.items()},
        "observe": {each.name: dict(each.options) for each in description.observe},
        "window": description.window,
        **description.accuracy_keywords,
    }


def _in_short(axis: Axis) -> Any:
    """A number, or how many there are and from where to where."""
    if not axis.dims:
        return _plain(axis.values[()])
    first, last = axis.values.reshape(-1)[[0, -1]]
    return {"along": list(axis.dims), "values": int(axis.values.size), "first": _plain(first), "last": _plain(last)}


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return [value.real, value.imag] if isinstance(value, complex) else value
