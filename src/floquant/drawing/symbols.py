"""The signs in a drawing of a device: a gate, a phase on a bond, a flux in a loop, a bond that is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.drawing.style import BLACK, BLUE, GREEN, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Radius of a site, and how far a gate with its source reaches from its site; in bonds.
RADIUS, AWAY = 0.17, 0.95
DRIVEN = VERMILION


def draw_mark(panel: Axes, mark: Any, place: Array, number: int, centre: Array) -> None:
    """One mark of a picture at `place`; it is the `number`-th at this place, and `centre` is the middle of the drawing."""
    kind, text, driven = str(mark["mark_kind"].values), str(mark["mark_text"].values), bool(int(mark["mark_driven"]))
    way = np.array([float(mark["mark_dx"]), float(mark["mark_dy"])])
    colour = DRIVEN if driven else {"turn": BLUE, "flux": BLUE, "spin": GREEN}.get(kind, BLACK)
    if kind == "gate" and not way.any():
        _taken(panel, place, text, colour)
    elif kind == "gate":
        _gate(panel, place, way, text, driven, colour)
    elif kind == "flux":
        _flux(panel, place, text, number, colour)
    else:
        _on_bond(panel, place, way, text, number, colour, kind, centre)


def _gate(panel: Axes, place: Array, way: Array, text: str, driven: bool, colour: str) -> None:
    """A plate beside the site; with a source of alternating voltage where it is driven."""
    from matplotlib.patches import Circle

    across = np.array([-way[1], way[0]])
    plate, source = place + 0.36 * way, place + 0.76 * way
    panel.plot(*np.stack([plate - 0.24 * across, plate + 0.24 * across]).T, color=colour, lw=2.2, zorder=4)
    panel.plot(*np.stack([plate, place + 0.6 * way]).T, color=colour, lw=0.9, zorder=3)
    if driven:
        panel.add_patch(Circle((source[0], source[1]), 0.16, fc="white", ec=colour, lw=0.9, zorder=4))
        wave = np.linspace(-1.0, 1.0, 41)
        panel.plot(source[0] + 0.1 * wave, source[1] + 0.06 * np.sin(np.pi * wave), color=colour, lw=0.9, zorder=5)
    end = source + (0.2 if driven else 0.0) * way
    panel.text(
        end[0] + 0.05 * way[0], end[1] + 0.05 * way[1], text, color=colour, zorder=6,
        ha={1: "left", -1: "right"}.get(round(way[0]), "center"), va={1: "bottom", -1: "top"}.get(round(way[1]), "center"),
    )  # fmt: skip


def _taken(panel: Axes, place: Array, text: str, colour: str) -> None:
    """A ring around a site that has no free side for a plate."""
    from matplotlib.patches import Circle

    panel.add_patch(Circle((place[0], place[1]), RADIUS, fc=colour, ec=BLACK, lw=0.8, alpha=0.9, zorder=5))
    panel.text(place[0] + 0.2, place[1] + 0.1, text, color=colour, ha="left", va="bottom", zorder=6)


def _flux(panel: Axes, place: Array, text: str, number: int, colour: str) -> None:
    """A field line that comes out of the page, and its name; further fluxes through the same loop are only named."""
    from matplotlib.patches import Circle

    if not number:
        panel.add_patch(Circle((place[0] - 0.2, place[1]), 0.1, fc="white", ec=colour, lw=0.9, zorder=4))
        panel.add_patch(Circle((place[0] - 0.2, place[1]), 0.03, fc=colour, ec="none", zorder=5))
    panel.text(place[0] - 0.06, place[1] - 0.3 * number, text, color=colour, ha="left", va="center", zorder=6)


def _on_bond(
    panel: Axes, place: Array, way: Array, text: str, number: int, colour: str, kind: str, centre: Array
) -> None:
    """An arrow along the hopping that gains the phase, or a diamond on a bond that is turned; more of them stand behind each other."""
    along = way / max(float(np.hypot(*way)), 1e-9)
    across = np.array([-along[1], along[0]])
    across = across if across @ (place - centre) >= 0 else -across
    at = place + 0.2 * number * along
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    marker: Any = (3, 0, angle - 90.0) if kind in ("turn", "spin") else (4, 0, angle)
    panel.plot(at[0], at[1], marker=marker, color=colour, ms=6, mew=0, zorder=4)
    if text:
        word = at + 0.22 * across
        panel.text(
            word[0], word[1], text, color=colour, zorder=6,
            ha="right" if across[0] < -0.3 else "left" if across[0] > 0.3 else "center",
            va="bottom" if across[1] > 0.3 else "top" if across[1] < -0.3 else "center",
        )  # fmt: skip
