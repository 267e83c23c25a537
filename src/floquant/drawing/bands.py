"""The bands of a lead, E(k) of H00 + H01 e^{ik} + h.c., with their edges, and beside them the number of open channels.

A lead without repeated cells has no bands: its spectral function −Im Tr g(E)/π at cell 0 is drawn instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.checks.names import text
from floquant.checks.words import brief
from floquant.drawing.style import BLUE, COLUMN, GREY, ORANGE, panels, styled
from floquant.errors import BadInput
from floquant.leads import Lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


MOMENTA, ENERGIES = 401, 1200
# More edges than these would hide the bands.
MOST_EDGES = 60


@styled
def draw_bands(lead: Lead, axes: Sequence[Axes] | Array | None = None, energy_unit: str | None = None) -> Figure:
    """Bands and open channels of a lead, on two axes that share the energy; `axes`: two of them, or nothing.

    Raises `BadInput` for what is no Lead.
    """
    if not isinstance(lead, Lead):
        raise BadInput(
            f"The bands to draw are those of {brief(lead)}, but only a Lead has bands; give for example Chain()."
        )
    text(energy_unit, "The energy unit", optional=True)
    figure, (left, right) = panels(axes, 1, 2, (COLUMN, 2.6), sharey=True, gridspec_kw={"width_ratios": [2, 1]})
    taken = lead.absorbed()
    low, high = _range(lead)
    if taken is not None and taken[2] is lead:
        _dispersion(left, np.asarray(taken[0]), np.asarray(taken[1]))
    else:
        _spectral(left, lead, low, high)
    _channels(right, lead, low, high)
    for panel in (left, right):
        edges = [edge for edge in lead.edges() if low <= edge <= high]
        for edge in edges if len(edges) <= MOST_EDGES else ():
            panel.axhline(edge, color=GREY, lw=0.5, ls=":", zorder=0)
        panel.set_ylim(low, high)
    left.set_ylabel(f"Energy $E$ ({energy_unit})" if energy_unit else "Energy $E$")
    right.set_xlabel("Open channels")
    right.tick_params(labelleft=False)
    return figure


def _range(lead: Lead) -> tuple[float, float]:
    ends = [end for band in lead.bands() for end in band if np.isfinite(end)]
    low, high = (min(ends), max(ends)) if ends else (-1.0, 1.0)
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room


def _dispersion(panel: Axes, h00: Array, h01: Array) -> None:
    momenta = np.linspace(-np.pi, np.pi, MOMENTA)
    hopping = np.exp(1j * momenta)[:, None, None] * h01
    bands = np.linalg.eigvalsh(h00 + hopping + np.conj(np.swapaxes(hopping, 1, 2)))
    panel.plot(momenta / np.pi, bands, color=BLUE, lw=1.1 if bands.shape[1] < 12 else 0.6)
    panel.set_xlim(-1, 1)
    panel.set_xticks([-1, 0, 1], ["−π", "0", "π"])
    panel.set_xlabel("$k$ (per cell)")


def _spectral(panel: Axes, lead: Lead, low: float, high: float) -> None:
    energies = _between_edges(lead, low, high)
    surface = np.stack([lead.surface(float(energy)) for energy in energies])
    panel.plot(-np.trace(surface, axis1=1, axis2=2).imag / np.pi, energies, color=BLUE)
    panel.set_xlim(left=0)
    panel.set_xlabel(r"$-\mathrm{Im\,Tr}\,g(E)/\pi$")


def _channels(panel: Axes, lead: Lead, low: float, high: float) -> None:
    from matplotlib.ticker import MaxNLocator

    energies = _between_edges(lead, low, high)
    number = np.array([int(lead.open_channels(float(energy))) for energy in energies])
    panel.plot(number, energies, color=ORANGE, drawstyle="steps-pre" if len(lead.edges()) > MOST_EDGES else "default")
    panel.set_xlim(0, max(1, int(number.max())) * 1.15)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _between_edges(lead: Lead, low: float, high: float) -> Array:
    """Energies from low to high, with two at each edge, just below and just above it, so that steps are drawn as steps."""
    edges = np.array([edge for edge in lead.edges() if low < edge < high])
    close = 1e-7 * (high - low)
    grid = np.linspace(low, high, ENERGIES // 4)
    return np.unique(np.concatenate([grid, edges - close, edges + close]))
