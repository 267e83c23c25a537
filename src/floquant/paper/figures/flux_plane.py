"""Beyond the paper: charge and spin current over the plane of both fluxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import letter
from floquant.drawing.maps import add_colour_bar, draw_map, signed
from floquant.drawing.style import BLACK, COLUMN, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def flux_plane(dataset: Any, axes: Any = None) -> Figure:
    """`dc_current` and the z component of `spin_current` into lead R, on one scale; marks: the points of the paper's Fig. 3."""
    figure, both = panels(axes, 1, 2, (COLUMN, 1.75), sharey=True)
    charge = dataset["dc_current"].sel(lead="R")
    spin = dataset["spin_current"].sel(lead="R", direction="z")
    norm = signed(charge, spin)
    for index, (panel, current) in enumerate(zip(both, (charge, spin), strict=True)):
        mesh = draw_map(panel, current, "flux_ab", "flux_so", norm, "RdBu_r", short=True)
        panel.plot(dataset["named_flux_ab"], dataset["named_flux_so"], "o", color="white", mec=BLACK, mew=0.7, ms=4)
        letter(panel, index, ("charge", "spin")[index], above=True)
    both[1].set_ylabel("")
    add_colour_bar(mesh, both, charge, spin, short=True)
    return figure
