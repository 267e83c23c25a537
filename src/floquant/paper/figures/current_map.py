"""Fig. 2(b): the pumped current against flux and Fermi energy, on colours that diverge about zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.maps import add_colour_bar, draw_map, signed
from floquant.drawing.style import BLACK, COLUMN, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def current_map(dataset: Any, axes: Any = None) -> Figure:
    """`dc_current` into lead R, per spin; dashed: `antiresonance`, where the static transmission vanishes."""
    figure, (panel,) = panels(axes, 1, 1, (COLUMN, 2.5))
    current = dataset["dc_current"].sel(lead="R")
    mesh = draw_map(panel, current, "flux", "fermi_energy", signed(current), "RdBu_r")
    panel.plot(dataset["flux"], dataset["antiresonance"], color=BLACK, linestyle=(0, (6, 5)), linewidth=0.7)
    add_colour_bar(mesh, panel, current)
    return figure
