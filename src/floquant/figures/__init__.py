"""Datasets → matplotlib figures. A figure reads labels and units from its dataset, and computes nothing.

Each function takes the dataset (and the axes to draw on, or nothing) and returns the figure. `FIGURES` names those of the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floquant.figures.bands import draw_bands
from floquant.figures.current_map import current_map
from floquant.figures.device import draw_device, draw_picture, plot_device
from floquant.figures.flux_plane import flux_plane
from floquant.figures.flux_ratio import flux_ratio
from floquant.figures.frequency import frequency
from floquant.figures.picture import picture_of
from floquant.figures.sideband_weights import sideband_weights
from floquant.figures.spin_lines import spin_lines
from floquant.figures.style import save, style
from floquant.figures.transmission import transmission

FIGURES: dict[str, Callable[..., Any]] = {
    "fig1_device": draw_picture,
    "fig2a_transmission": transmission,
    "fig2b_current": current_map,
    "fig3_currents": spin_lines,
    "flux_plane": flux_plane,
    "flux_so_ratio": flux_ratio,
    "frequency": frequency,
    "sideband_weights": sideband_weights,
}

__all__ = [
    "FIGURES",
    "current_map",
    "draw_bands",
    "draw_device",
    "draw_picture",
    "flux_plane",
    "flux_ratio",
    "frequency",
    "picture_of",
    "plot_device",
    "save",
    "sideband_weights",
    "spin_lines",
    "style",
    "transmission",
]
