"""Devices of many sites: a dot for each site, a line for each bond, a fading block for each lead, a colour for each knob.

What is driven is coloured where it acts, and what a knob could turn too, unless it is most of the device (disorder): that is said in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.drawing.parts import DrawnPart, bond_array, parts_of, spread_out
from floquant.drawing.style import BLACK, GREY, ORANGE, PURPLE, SKY, TWO_COLUMNS, VERMILION, panels, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from floquant.model import Device, Drive


DRIVEN, TURNED = (VERMILION, PURPLE, ORANGE), (SKY, "#0072B2", "#009E73")
SITE = "#9DB8CF"
# A lead's block, and how far from the border a contact may be to be drawn as one; of the larger extent.
BLOCK, BORDER, STRIPS = 0.09, 0.03, 6
SIDES = (np.array([-1.0, 0.0]), np.array([1.0, 0.0]), np.array([0.0, -1.0]), np.array([0.0, 1.0]))
DASHES = (0.0, (1.5, 1.5))
HEIGHTS, LINE = (0.5, 6.5), 0.2


@styled
def draw_crowd(device: Device, drive: Drive | None, axes: Axes | None, knobs: list[str]) -> Figure:
    """The figure of a device of many sites; `knobs` are marked beside those that the drive turns."""
    bonds = bond_array(device)
    xy = spread_out(device, bonds)
    parts = parts_of(device, drive, knobs)
    low, high = xy.min(axis=0), xy.max(axis=0)
    size = float(max(*(high - low), 1.0))
    sides = {name: side_of(device, name, xy, size) for name in device.contacts}
    blocks = [side for side in sides.values() if side is not None]
    room = (
        np.array([1.9 * BLOCK if any(np.array_equal(way, side) for side in blocks) else 0.03 for way in SIDES]) * size
    )
    low, high = low - room[[0, 2]], high + room[[1, 3]]
    width = TWO_COLUMNS * 0.75
    extent = high - low
    lines = LINE * (len(parts) + len(drive.voltages if drive is not None else ()) + 0.5)
    height = float(np.clip(width * extent[1] / extent[0], *HEIGHTS))
    figure, (panel,) = panels(axes, 1, 1, (width, height + lines))
    panel.set_aspect("equal")
    panel.set_axis_off()
    panel.set_xlim(low[0], high[0])
    panel.set_ylim(low[1], high[1])
    # points per length unit, so that dots stay apart
    scale = 72 * min(width / extent[0], height / extent[1])
    typical = float(np.median(np.hypot(*(xy[bonds[:, 0]] - xy[bonds[:, 1]]).T))) if len(bonds) else 0.5 * size
    dot = float(np.clip(0.55 * typical * scale, 0.6, 7.0))
    _bonds(panel, xy, bonds, GREY, 0.12 * dot + 0.1, 1)
    panel.scatter(xy[:, 0], xy[:, 1], s=dot**2, c=SITE, edgecolors="none", zorder=2)
    handles = _contacts(
        panel, drive, {name: (xy[np.asarray(c.sites)], sides[name]) for name, c in device.contacts.items()}, size
    )
    handles += _knobs(panel, parts, xy, dot)
    if handles:
        panel.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.0, 0.0), borderaxespad=0.0,
            labelcolor=[handle.get_color() if handle.get_color() in DRIVEN else BLACK for handle in handles],
        )  # fmt: skip
    return figure


def side_of(device: Device, name: str, xy: Array, size: float) -> Array | None:
    """The side of the drawing at which a contact lies, as a direction; None for a contact inside."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    centre = xy[np.asarray(device.contacts[name].sites)].mean(axis=0)
    gaps = np.array([centre[0] - low[0], high[0] - centre[0], centre[1] - low[1], high[1] - centre[1]])
    side = int(np.argmin(gaps))
    return SIDES[side] if gaps[side] <= BORDER * size else None


def _bonds(panel: Axes, xy: Array, bonds: Array, colour: str, width: float, order: int, dashes: Any = "-") -> None:
    from matplotlib.collections import LineCollection

    ends = np.stack([xy[bonds[:, 0]], xy[bonds[:, 1]]], axis=1)
    panel.add_collection(
        LineCollection(list(ends), colors=colour, linewidths=width, linestyles=[dashes], zorder=order, rasterized=True)
    )


def _contacts(
    panel: Axes, drive: Drive | None, contacts: dict[str, tuple[Array, Array | None]], size: float
) -> list[Any]:
    """At the border a block that fades away from the device; elsewhere a ring around each site. Returns the legend of voltages."""
    from matplotlib.lines import Line2D

    moved = dict(drive.voltages) if drive is not None else {}
    handles = []
    for name, (at, along) in contacts.items():
        colour = DRIVEN[0] if name in moved else BLACK
        centre = at.mean(axis=0)
        if name in moved:
            handles.append(
                Line2D([], [], ls="", marker="s", color=colour, label=f"voltage of lead {name}: {moved[name]}")
            )
        if along is None:
            panel.scatter(at[:, 0], at[:, 1], s=60.0, facecolors="none", edgecolors=colour, linewidths=1.0, zorder=6)
            panel.annotate(name, (centre[0], centre[1]), (5, 5), textcoords="offset points", color=colour, zorder=7)
            continue
        _block(panel, at, along, size, colour if name in moved else GREY)
        place = centre + along * (np.abs((at - centre) @ along).max() + 1.25 * BLOCK * size)
        panel.text(
            place[0], place[1], name, color=colour, zorder=7,
            ha={-1: "right", 1: "left"}.get(round(along[0]), "center"), va={-1: "top", 1: "bottom"}.get(round(along[1]), "center"),
        )  # fmt: skip
    return handles


def _block(panel: Axes, at: Array, along: Array, size: float, colour: str) -> None:
    from matplotlib.patches import Polygon

    across = np.array([-along[1], along[0]])
    outermost = float((at @ along).max()) + 0.01 * size
    side = at @ across
    half = 0.5 * (float(np.ptp(side)) + 0.02 * size)
    middle = 0.5 * float(side.min() + side.max())
    step = BLOCK * size / STRIPS
    for strip in range(STRIPS):
        near, far = outermost + strip * step, outermost + (strip + 1) * step
        corners = [
            a * along + (middle + b) * across for a, b in ((near, -half), (near, half), (far, half), (far, -half))
        ]
        panel.add_patch(Polygon(corners, fc=colour, ec="none", alpha=0.7 * (1 - strip / STRIPS) ** 1.3, zorder=1))


def _knobs(panel: Axes, parts: list[DrawnPart], xy: Array, dot: float) -> list[Any]:
    """Colour what each knob touches, dashed where another colour may lie below; returns the lines of the legend."""
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    shaken: list[Array] = []
    count = {True: 0, False: 0}
    for part in parts:
        palette = DRIVEN if part.driven else TURNED
        colour = palette[count[part.driven] % len(palette)]
        count[part.driven] += 1
        if part.everywhere and not part.driven:
            handles.append(Line2D([], [], ls="", marker="", color=colour, label=f"{part.text}, {part.everywhere}"))
            continue
        text = f"{part.text}, {part.everywhere}" if part.everywhere else part.text
        if len(part.sites):
            panel.scatter(
                xy[part.sites, 0], xy[part.sites, 1], s=(1.25 * dot) ** 2, c=colour, edgecolors="none", zorder=4
            )
        dashes = "-" if all(len(bonds) == 0 for bonds in shaken) else DASHES
        if len(part.bonds):
            _bonds(panel, xy, part.bonds, colour, 0.3 * dot + 0.4, 3, dashes)
        shaken.append(part.bonds)
        line = len(part.bonds) > 0 and not len(part.sites)
        style = {"ls": dashes, "lw": 2.0} if line else {"ls": "", "marker": "o", "ms": 5}
        handles.append(Line2D([], [], color=colour, label=text, **style))
    return handles
