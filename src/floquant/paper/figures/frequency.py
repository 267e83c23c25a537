"""Beyond the paper: the pumped current against the photon energy, from far below the width of the resonance to far above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import case_title, label, letter
from floquant.drawing.style import BLACK, BLUE, COLUMN, GREY, VERMILION, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def frequency(dataset: Any, axes: Any = None) -> Figure:
    """A panel for each `case`: `dc_current` into lead R, its `square_law` and its `second_order`, on logarithmic axes.

    Dotted: `resonance_width` of the case, and `figures_photon_energy`.
    """
    figure, both = panels(axes, 2, 1, (COLUMN, 3.6), sharex=True, sharey=True)
    photon, current = dataset["photon_energy"], dataset["dc_current"].sel(lead="R")
    lines = (
        (current, BLACK, "-", "computed"),
        (dataset["second_order"], VERMILION, (0, (4, 2)), dataset["second_order"].attrs["short_name"]),
        (dataset["square_law"], BLUE, (0, (4, 1.5, 1, 1.5)), dataset["square_law"].attrs["short_name"]),
    )
    for case, panel in enumerate(both):
        for values, colour, dashes, name in lines:
            panel.plot(photon, values.isel(case=case), color=colour, linestyle=dashes, label=name)
        for at in (dataset["resonance_width"].isel(case=case), dataset["figures_photon_energy"]):
            panel.axvline(float(at), color=GREY, linewidth=0.8, linestyle=":", zorder=0)
            panel.annotate(
                f" ${at.attrs['symbol']}$", (float(at), 0.0), xycoords=("data", "axes fraction"), color=GREY,
                xytext=(0, 4), textcoords="offset points", fontsize=7.5,
            )  # fmt: skip
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_ylabel(label(current))
        letter(panel, case, case_title(dataset.isel(case=case), ("flux", "fermi_energy")))
    both[0].set_xlim(float(photon.min()), float(photon.max()))
    # the law continues to energies where the current has vanished
    both[0].set_ylim(float(current.min()) / 3, float(current.max()) * 30)
    both[0].legend(loc="upper left", bbox_to_anchor=(0.0, 0.93))
    both[1].set_xlabel(label(photon))
    return figure
