"""Fig. 2(a): transmission against flux and energy, without the drive, where it has a zero, and with it, over all sidebands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import letter
from floquant.drawing.maps import add_colour_bar, draw_map
from floquant.drawing.style import COLUMN, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def transmission(dataset: Any, axes: Any = None) -> Figure:
    """Two maps on one scale: `transmission_static` and `transmission_total`; dashed: `antiresonance`, where the static one vanishes."""
    from matplotlib.colors import Normalize

    figure, both = panels(axes, 1, 2, (COLUMN, 2.0), sharey=True)
    norm = Normalize(0.0, 1.0)
    for index, (panel, name) in enumerate(zip(both, ("transmission_static", "transmission_total"), strict=True)):
        mesh = draw_map(panel, dataset[name], "flux", "energy", norm, "viridis", short=True)
        panel.plot(dataset["flux"], dataset["antiresonance"], color="white", linestyle=(0, (6, 5)), linewidth=0.6)
        letter(panel, index, dataset[name].attrs.get("short_name", ""), above=True)
    both[1].set_ylabel("")
    add_colour_bar(mesh, both, dataset["transmission_static"])
    return figure
