"""Beyond the paper: what its abstract claims and never draws, the ratio of spin to charge current, tuned by the spin-orbit flux."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import exponent_of, in_powers, label, letter, name_of
from floquant.drawing.style import BLACK, BLUE, COLUMN, GREEN, GREY, PURPLE, VERMILION, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Beyond these the ratio runs off to the poles, where the charge current vanishes.
SHOWN = 4.5
LINES = ((BLUE, "-"), (PURPLE, "--"), (GREEN, "-."))


@styled
def flux_ratio(dataset: Any, axes: Any = None) -> Figure:
    """(a) `dc_current` and `spin_current` at the middle `flux_ab`; (b) `spin_to_charge` at every one.

    Dotted, upright: a `crossing`, where the charge current vanishes and the ratio is no number.
    """
    figure, (top, bottom) = panels(axes, 2, 1, (COLUMN, 3.4), sharex=True)
    flux = dataset["flux_so"]
    middle = dataset.isel(flux_ab=dataset.sizes["flux_ab"] // 2)
    charge, spin = middle["dc_current"].sel(lead="R"), middle["spin_current"].sel(lead="R", direction="z")
    exponent = exponent_of(charge, spin)
    for current, colour, dashes, name in ((charge, BLACK, "-", "charge"), (spin, VERMILION, "--", "spin")):
        top.plot(flux, current, color=colour, linestyle=dashes, label=name)
    in_powers(top.yaxis, exponent)
    top.set_ylabel(label(charge, spin, exponent=exponent, short=True))
    top.margins(y=0.15)
    letter(top, 0, name_of(middle["flux_ab"]))
    for (colour, dashes), ab in zip(LINES, dataset["flux_ab"], strict=False):
        ratio = dataset["spin_to_charge"].sel(flux_ab=ab)
        bottom.plot(flux, ratio, color=colour, linestyle=dashes, label=name_of(ab))
        zeros = dataset["crossing_flux_so"].values[dataset["crossing_flux_ab"].values == float(ab)]
        for panel in (top, bottom) if float(ab) == float(middle["flux_ab"]) else (bottom,):
            panel.vlines(zeros, 0, 1, transform=panel.get_xaxis_transform(), color=colour, linestyle=":", linewidth=0.8)
    for ratio, words, place in ((1.0, "only ↑", "bottom"), (-1.0, "only ↓", "top")):
        bottom.axhline(ratio, color=GREY, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
        shift = 0.06 * ratio
        bottom.text(
            0.01, ratio + shift, words, color=GREY, fontsize=7, va=place, transform=bottom.get_yaxis_transform()
        )
    bottom.set_ylim(-SHOWN, SHOWN)
    bottom.set_ylabel(label(dataset["spin_to_charge"]))
    bottom.set_xlabel(label(flux))
    bottom.set_xlim(float(flux.min()), float(flux.max()))
    letter(bottom, 1)
    for panel in (top, bottom):
        panel.axhline(0.0, color=GREY, linewidth=0.5, zorder=0)
        in_powers(panel.xaxis, 0)
        panel.legend(loc="upper right")
    return figure
