"""Where a Dataset comes from: versions, parameters and time, as attributes that every file format can hold."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from floquant.study.description.axes import Axis
    from floquant.study.study import Study

# Raised when files change so that an older floquant could not read them.
FORMAT = 1
LIBRARIES = ("numpy", "scipy", "numba", "xarray")


def software() -> str:
    """floquant and what it computed with, with versions."""
    found = [f"floquant {_version('floquant')}", f"Python {platform.python_version()}"]
    return ", ".join(found + [f"{name} {_version(name)}" for name in LIBRARIES])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"


def attributes(study: Study, seconds: float, earlier: int) -> dict[str, Any]:
    """Global attributes of the study's Dataset."""
    observed = ", ".join(str(one) for one in study.observe)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = f", {earlier} of {len(study.layout.blocks)} blocks from an earlier run" if earlier else ""
    return {
        "Conventions": "CF-1.11",
        "title": f"{observed} over {', '.join(study.axes.dims) or 'one point'}",
        "history": f"{now}: computed by floquant {_version('floquant')} in {seconds:.3g} s{kept}",
        "source": software(),
        "references": "; ".join(dict.fromkeys(one.kind.reference for one in study.observe)),
        "parameters": json.dumps(parameters(study), ensure_ascii=False),
        "seconds": float(seconds),
        "floquant_version": _version("floquant"),
        "floquant_format": FORMAT,
    }


def parameters(study: Study) -> dict[str, Any]:
    """What was asked, as JSON can hold it: axes in short, everything else in full."""
    device = repr(study.first_device).splitlines()
    return {
        "device": device,
        "device_function": getattr(study.builder, "__qualname__", repr(study.builder)) if study.builder else None,
        "drive": repr(study.drive).splitlines() if study.drive is not None else None,
        "axes": {name: _told(axis) for name, axis in study.axes.items.items()},
        "observe": {one.name: dict(one.options) for one in study.observe},
        "window": study.window,
        **study.accuracy_keywords,
    }


def _told(axis: Axis) -> Any:
    """A number, or how many there are and from where to where."""
    if not axis.dims:
        return _plain(axis.values[()])
    first, last = axis.values.reshape(-1)[[0, -1]]
    return {"along": list(axis.dims), "values": int(axis.values.size), "first": _plain(first), "last": _plain(last)}


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return [value.real, value.imag] if isinstance(value, complex) else value
