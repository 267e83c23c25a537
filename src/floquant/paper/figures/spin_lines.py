"""Fig. 3: charge, spin and spin-resolved currents against the Fermi energy, for two pairs of fluxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import case_title, exponent_of, in_powers, label, letter
from floquant.drawing.style import BLACK, BLUE, COLUMN, GREY, ORANGE, VERMILION, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def spin_lines(dataset: Any, axes: Any = None) -> Figure:
    """Panels (a), (b): `dc_current` and `spin_current`; (c), (d): `spin_resolved_current`; into lead R, a column for each `case`."""
    figure, all_four = panels(axes, 2, 2, (COLUMN, 3.1), sharex=True, sharey="row")
    charge = dataset["dc_current"].sel(lead="R")
    spin = dataset["spin_current"].sel(lead="R", direction="z")
    resolved = dataset["spin_resolved_current"].sel(lead="R")
    rows = (
        ((charge, BLACK, "-", "charge"), (spin, VERMILION, "--", "spin")),
        ((resolved.sel(spin="up"), BLUE, "-", "spin up"), (resolved.sel(spin="down"), ORANGE, "--", "spin down")),
    )
    energy = dataset["fermi_energy"]
    exponent = exponent_of(charge, spin, resolved)
    for row, lines in enumerate(rows):
        for case in range(dataset.sizes["case"]):
            panel = all_four[2 * row + case]
            panel.axhline(0.0, color=GREY, linewidth=0.5)
            for current, colour, dashes, name in lines:
                panel.plot(energy, current.isel(case=case), color=colour, linestyle=dashes, label=name)
            panel.set_xlim(float(energy.min()), float(energy.max()))
            in_powers(panel.yaxis, exponent)
            letter(panel, 2 * row + case)
        quantities = [charge, spin] if row == 0 else [resolved]
        all_four[2 * row].set_ylabel(label(*quantities, exponent=exponent, short=True))
        all_four[2 * row].margins(y=0.12)
        all_four[2 * row].legend(loc="lower center")
    for case in range(dataset.sizes["case"]):
        all_four[case].set_title(case_title(dataset.isel(case=case), ("flux_ab", "flux_so")))
        all_four[2 + case].set_xlabel(label(energy, short=True))
        in_powers(all_four[2 + case].xaxis, 0)
    return figure
