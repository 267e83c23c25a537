"""Windows of energy, and the bands of the leads that they meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks.reading import array_of, finite
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model import Device, Sector


def checked_window(window: Any) -> tuple[float, float]:
    """A closed window (low, high) of finite numbers, low ≤ high. Raises `BadInput` for anything else."""
    must = "must be a pair of energies (low, high); give for example window=(-1, 1)"
    pair = array_of(window, "window", must)
    if pair.dtype.kind not in "biufc" or pair.shape != (2,):
        raise BadInput(f"window is {brief(window)}, but it {must}.")
    low, high = finite(pair, "window").tolist()
    if low > high:
        raise BadInput(
            f"window is ({low:g}, {high:g}), but it must be two finite energies, the lower one first; give window=(low, high)."
        )
    return low, high


def all_bands(device: Device) -> tuple[float, float]:
    """The window of all leads' bands. Raises `BadInput` if a band has no end."""
    edges = [edge for contact in device.contacts.values() for band in contact.lead.bands() for edge in band]
    if not edges or not np.all(np.isfinite(edges)):
        raise BadInput(
            "No window is given, and a lead's band has no end (or there is no lead); give window=(low, high)."
        )
    return min(edges), max(edges)


def hull(sector: Sector) -> tuple[float, float]:
    """Lowest and highest energy of all bands of the sector's leads; (0, 0) if none has one."""
    bands = [band for terminal in sector.terminals for band in terminal.lead.bands()] or [(0.0, 0.0)]
    return min(low for low, _ in bands), max(high for _, high in bands)


def band_edges(sector: Sector) -> list[float]:
    """All energies at which channels of the sector's leads open or close."""
    return sorted({edge for terminal in sector.terminals for edge in terminal.lead.edges()})
