"""Beyond the paper: which sidebands transmit differently to the right and to the left, and how many photons carry the current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import case_title, exponent_of, in_powers, label, letter
from floquant.drawing.style import BLACK, BLUE, COLUMN, GREY, VERMILION, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = {-1: (BLUE, "--"), 0: (BLACK, "-"), 1: (VERMILION, "-.")}


@styled
def sideband_weights(dataset: Any, axes: Any = None) -> Figure:
    """(a) `transmission_difference` for n = −1, 0, 1; (b) `current_by_photons`, which together are the current, on a log scale."""
    from matplotlib.ticker import MaxNLocator

    figure, (left, right) = panels(axes, 1, 2, (COLUMN, 2.1), width_ratios=(1.7, 1))
    difference = dataset["transmission_difference"]
    exponent = exponent_of(difference)
    for n, (colour, dashes) in LINES.items():
        left.plot(dataset["energy"], difference.sel(sideband=n), color=colour, linestyle=dashes, label=f"$n={n}$")
    left.set_xlim(float(dataset["energy"].min()), float(dataset["energy"].max()))
    in_powers(left.yaxis, exponent)
    left.set_xlabel(label(dataset["energy"], short=True))
    left.set_ylabel(label(difference, exponent=exponent, short=True))
    left.margins(y=0.22)
    left.legend(loc="upper right", handlelength=1.4)
    in_powers(left.xaxis, 0)
    left.axhline(0.0, color=GREY, linewidth=0.5, zorder=0)
    parts = dataset["current_by_photons"]
    right.plot(dataset["photons"], parts.sel(lead="R"), "o-", color=BLACK, ms=3, linewidth=0.6)
    right.set_yscale("log")
    right.margins(x=0.1)
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_xlabel(label(dataset["photons"]))
    right.set_ylabel(label(parts, short=True))
    words = case_title(dataset, ("flux",)), case_title(dataset, ("fermi_energy",))
    for index, panel in enumerate((left, right)):
        letter(panel, index, words[index], above=True)
    return figure
