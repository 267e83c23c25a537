"""The paper's datasets → matplotlib figures. A figure reads labels and units from its dataset, and computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floquant.drawing import draw_picture
from floquant.paper.figures.current_map import current_map
from floquant.paper.figures.flux_plane import flux_plane
from floquant.paper.figures.flux_ratio import flux_ratio
from floquant.paper.figures.frequency import frequency
from floquant.paper.figures.sideband_weights import sideband_weights
from floquant.paper.figures.spin_lines import spin_lines
from floquant.paper.figures.transmission import transmission

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
    "FIGURES", "current_map", "flux_plane", "flux_ratio", "frequency", "sideband_weights", "spin_lines", "transmission",
]  # fmt: skip
