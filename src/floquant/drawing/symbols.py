"""The signs in a drawing of a device: a gate, a phase on a bond, a flux in a loop, a bond that is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.drawing.placing import STEP, Spot
from floquant.drawing.style import BLACK, BLUE, GREEN, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Radius of a site, and how far a gate reaches away from its site, without and with its source; in bonds.
RADIUS, AWAY, SOURCE = 0.17, 0.82, 1.02
DRIVEN = VERMILION
# From a plate to the next one behind it, in bonds.
BEHIND = 0.11


def draw_mark(panel: Axes, mark: Any, place: Array, number: int, centre: Array, colour: str) -> list[Spot]:
    """One mark of a picture at `place`, and where its name may stand.

    It is the `number`-th at this place, and `centre` is the middle of the drawing.
    """
    kind, driven = str(mark["mark_kind"].values), bool(int(mark["mark_driven"]))
    way = np.array([float(mark["mark_dx"]), float(mark["mark_dy"])])
    if kind == "gate" and not way.any():
        return _taken(panel, place, colour)
    if kind == "gate":
        return _gate(panel, place, way, number, driven, colour)
    if kind == "flux":
        return _flux(panel, place, number, colour)
    return _on_bond(panel, place, way, number, colour, kind, centre)


def colour_of(mark: Any, plain: str = BLACK) -> str:
    """The colour of a mark: that of what is driven, of phases, or a plain one."""
    kind, driven = str(mark["mark_kind"].values), bool(int(mark["mark_driven"]))
    return DRIVEN if driven else {"turn": BLUE, "flux": BLUE, "spin": GREEN}.get(kind, plain)


def _gate(panel: Axes, place: Array, way: Array, number: int, driven: bool, colour: str) -> list[Spot]:
    """A plate beside the site, behind those of other knobs; with a source of alternating voltage where it is driven.

    Several driven knobs share one plate and one source.
    """
    from matplotlib.patches import Circle

    across = np.array([-way[1], way[0]])
    behind = 0.0 if driven else BEHIND * number
    plate, source = place + (0.36 + behind) * way, place + (0.76 + behind) * way
    panel.plot(*np.stack([plate - 0.24 * across, plate + 0.24 * across]).T, color=colour, lw=2.2, zorder=4)
    panel.plot(*np.stack([plate, plate + 0.24 * way]).T, color=colour, lw=0.9, zorder=3)
    if driven:
        panel.add_patch(Circle((source[0], source[1]), 0.16, fc="white", ec=colour, lw=0.9, zorder=4))
        wave = np.linspace(-1.0, 1.0, 41)
        panel.plot(source[0] + 0.1 * wave, source[1] + 0.06 * np.sin(np.pi * wave), color=colour, lw=0.9, zorder=5)
    end = source + (0.25 if driven else 0.05) * way
    ha = {1: "left", -1: "right"}.get(round(way[0]), "center")
    va = {1: "bottom", -1: "top"}.get(round(way[1]), "center")
    return [Spot((end[0], end[1]), ha, va, (0.0, STEP if way[1] >= 0 else -STEP))]


def _taken(panel: Axes, place: Array, colour: str) -> list[Spot]:
    """A ring around a site that has no free side for a plate."""
    from matplotlib.patches import Circle

    panel.add_patch(Circle((place[0], place[1]), RADIUS, fc=colour, ec=BLACK, lw=0.8, alpha=0.9, zorder=5))
    return [Spot((place[0] + 0.2, place[1] + 0.1), "left", "bottom")]


def _flux(panel: Axes, place: Array, number: int, colour: str) -> list[Spot]:
    """A field line that comes out of the page, and its name; further fluxes through the same loop are only named."""
    from matplotlib.patches import Circle

    if not number:
        panel.add_patch(Circle((place[0] - 0.2, place[1]), 0.1, fc="white", ec=colour, lw=0.9, zorder=4))
        panel.add_patch(Circle((place[0] - 0.2, place[1]), 0.03, fc=colour, ec="none", zorder=5))
    return [Spot((place[0] - 0.06, place[1] - 0.3 * number), "left", "center", (0.0, -STEP))]


def _on_bond(panel: Axes, place: Array, way: Array, number: int, colour: str, kind: str, centre: Array) -> list[Spot]:
    """An arrow along the hopping that gains the phase, or a diamond on a bond that is turned; more of them stand behind each other."""
    along = way / max(float(np.hypot(*way)), 1e-9)
    across = np.array([-along[1], along[0]])
    across = across if across @ (place - centre) >= 0 else -across
    at = place + 0.2 * number * along
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    marker: Any = (3, 0, angle - 90.0) if kind in ("turn", "spin") else (4, 0, angle)
    panel.plot(at[0], at[1], marker=marker, color=colour, ms=6, mew=0, zorder=4)
    return [_beside(at, across), _beside(at, -across)]


def _beside(at: Array, across: Array) -> Spot:
    """A spot beside a bond."""
    word = at + 0.22 * across
    ha = "right" if across[0] < -0.3 else "left" if across[0] > 0.3 else "center"
    va = "bottom" if across[1] > 0.3 else "top" if across[1] < -0.3 else "center"
    return Spot((word[0], word[1]), ha, va, (0.0, STEP if across[1] >= 0 else -STEP))
