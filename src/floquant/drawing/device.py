"""Fig. 1 and any other device: sites, bonds, leads, gates, phases, fluxes, and what the drive shakes.

Everything is drawn in units of a typical bond. A lead fades away from the device; a lead that is not a chain is a block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from floquant.checks import Array
from floquant.drawing.crowd import draw_crowd
from floquant.drawing.picture import PictureOptions, picture_of, shown_knobs
from floquant.drawing.placing import Label, Spot, nearest_the_middle, place_labels
from floquant.drawing.style import BLACK, COLUMN, GREY, ORANGE, PURPLE, SKY, panels, styled
from floquant.drawing.symbols import AWAY, BEHIND, DRIVEN, RADIUS, SOURCE, colour_of, draw_mark
from floquant.errors import BadInput

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from floquant.model import Device, Drive


# Up to this many sites, each knob is drawn with its sign at every site.
FEW = 80
SITE, LEAD = "#D6E6F4", "#E6E6E6"
# Cells of a chain that are drawn, and their distance; room around the sites, in bonds; height
# of a figure and of a line of words, in inches; the mark of words inside something.
CELLS, SPACING = 2, 0.75
ROOM, HEIGHTS, LINE = 0.36, (0.8, 4.5), 0.16
WORDS = np.array([0.0, 0.5])  # what the name of a bond takes beside it
INSIDE = "inside"
# Colours of knobs with several plates each, beside black.
SEVERAL = (PURPLE, ORANGE, SKY)


def draw_device(
    device: Device, drive: Drive | None = None, axes: Axes | None = None, **options: Unpack[PictureOptions]
) -> Figure:
    """A device and its drive as a figure; `options` are those of `picture_of`. Raises `BadInput` as it does."""
    return draw_picture(picture_of(device, drive, **options), axes)


def plot_device(
    device: Device, drive: Drive | None = None, axes: Axes | None = None, **options: Unpack[PictureOptions]
) -> Figure:
    """What `Device.plot` draws: signs for few sites, colours for many. Without a drive all knobs are marked.

    `options`: those of `picture_of` for few sites, `knobs` for many. Raises `BadInput` as `picture_of` does.
    """
    if drive is None and "knobs" not in options:
        options["knobs"] = list(device.knobs)
    if device.site_count <= FEW:
        return draw_device(device, drive, axes, **options)
    if not set(options) <= {"knobs"}:
        raise BadInput(
            f"The device has {device.site_count} sites, but names are written at up to {FEW} of them; give only knobs=[…]."
        )
    return draw_crowd(device, drive, axes, shown_knobs(device, drive, options.get("knobs")))


@styled
def draw_picture(dataset: xr.Dataset, axes: Axes | None = None) -> Figure:
    """The figure of a dataset made by `picture_of`."""
    from matplotlib.patheffects import withStroke

    length = float(dataset.attrs["bond_length"])
    xy = points(dataset, "site", "") / length
    leads = xy[dataset["lead_site"].values]
    marks = [dataset.isel(mark=mark) for mark in range(dataset.sizes["mark"])]
    places = points(dataset, "mark", "") / length
    reach = np.array([_reach(mark) for mark in marks])[:, None]
    named = places[
        np.array(
            [str(m["mark_kind"].values) not in ("gate", "flux") and bool(str(m["mark_text"].values)) for m in marks],
            bool,
        )
    ]
    drawn = [np.concatenate([xy - ROOM, xy + ROOM]), leads + (CELLS * SPACING + 0.5) * points(dataset, "lead", "d")]
    low, high = _extent(*drawn)
    # the names of plates: a line of words takes more bonds where the device is larger
    reach = reach + (0.9 * LINE * (high[0] - low[0]) / COLUMN + BEHIND) * _stacked(marks, places)
    low, high = _extent(*drawn, named - WORDS, named + WORDS, places + reach * points(dataset, "mark", "d"))
    lines = reach.any() + dataset.attrs["waveforms"].count("\n") + bool(dataset.attrs["waveforms"])
    height = float(np.clip(COLUMN * (high[1] - low[1]) / (high[0] - low[0]), *HEIGHTS)) + LINE * lines
    figure, (panel,) = panels(axes, 1, 1, (COLUMN, height))
    panel.set_aspect("equal")
    panel.set_axis_off()
    panel.set_xlim(low[0], high[0])
    panel.set_ylim(low[1], high[1])
    _leads(panel, dataset, leads)
    _bonds(panel, dataset, xy)
    _sites(panel, dataset, xy)
    if dataset.attrs["waveforms"]:
        panel.text(0.0, 0.0, dataset.attrs["waveforms"], transform=panel.transAxes, color=DRIVEN, ha="left", va="top")
    place_labels(panel, _marks(panel, marks, places, xy.mean(axis=0)), xy, RADIUS)
    for text in panel.texts:
        if text.get_gid() != INSIDE:  # words may lie on bonds
            text.set_path_effects([withStroke(linewidth=2.0, foreground="white")])
    return figure


def _marks(panel: Axes, marks: list[Any], places: Array, centre: Array) -> list[Label]:
    """Draw all marks, and return the name of each knob with the places beside its signs."""
    seen: dict[tuple[float, float], int] = {}
    plain = _plain_colours(marks)
    spots: dict[tuple[str, str], list[Spot]] = {}
    named: dict[tuple[str, str], tuple[str, str]] = {}
    for mark, place in zip(marks, places, strict=True):
        where = (round(float(place[0]), 6), round(float(place[1]), 6))
        seen[where] = seen.get(where, -1) + 1
        knob, kind, text = (str(mark[f"mark_{name}"].values) for name in ("knob", "kind", "text"))
        colour = colour_of(mark, plain.get(knob, BLACK))
        spots.setdefault((knob, kind), []).extend(draw_mark(panel, mark, place, seen[where], centre, colour))
        if text:
            named[knob, kind] = text, colour
    return [Label(*own, nearest_the_middle(spots[key])) for key, own in named.items()]


def _reach(mark: Any) -> float:
    """How far a mark reaches away from its place, without its name."""
    if str(mark["mark_kind"].values) != "gate":
        return 0.0
    return SOURCE if int(mark["mark_driven"]) else AWAY


def _stacked(marks: list[Any], places: Array) -> Array:
    """How many names may stand above each plate, (marks, 1): its own, and those of the knobs that have one at the same place."""
    result = np.zeros((len(marks), 1))
    seen: dict[tuple[float, float], int] = {}
    for number, (mark, place) in enumerate(zip(marks, places, strict=True)):
        if str(mark["mark_kind"].values) == "gate":
            where = (round(float(place[0]), 6), round(float(place[1]), 6))
            seen[where] = seen.get(where, 0) + 1
            result[number] = seen[where]
    return result


def _plain_colours(marks: list[Any]) -> dict[str, str]:
    """Of knobs with several plates each its own colour, so that each plate tells whose it is."""
    gates = [str(mark["mark_knob"].values) for mark in marks if str(mark["mark_kind"].values) == "gate"]
    several = [knob for knob in dict.fromkeys(gates) if gates.count(knob) > 1]
    return dict(zip(several, (BLACK, *SEVERAL), strict=False)) if len(several) > 1 else {}


def points(dataset: Any, kind: str, prefix: str) -> Array:
    """Columns x and y (or dx and dy) of the sites, leads or marks, as (count, 2)."""
    return np.stack([dataset[f"{kind}_{prefix}{c}"].values for c in "xy"], axis=1).reshape(-1, 2)


def _extent(*clouds: Array) -> tuple[Array, Array]:
    every = np.concatenate(clouds)
    low, high = every.min(axis=0), every.max(axis=0)
    return low - 0.05, high + 0.05


def _leads(panel: Axes, dataset: Any, starts: Array) -> None:
    from matplotlib.patches import Circle, Rectangle

    ways = points(dataset, "lead", "d")
    chains = dataset["lead_chain"].values
    for start, way, chain in zip(starts, ways, chains, strict=True):
        for cell in range(CELLS if chain else 1):
            at, fade = start + SPACING * (cell + 1) * way, 1.0 - 0.4 * cell
            panel.plot(*np.stack([at - SPACING * way, at]).T, color=BLACK, lw=0.9, alpha=fade, zorder=1)
            if chain:
                panel.add_patch(Circle((at[0], at[1]), RADIUS, fc="white", ec="none", zorder=3))
                panel.add_patch(Circle((at[0], at[1]), RADIUS, fc=LEAD, ec=GREY, lw=0.7, alpha=fade, zorder=3))
        if chain:
            panel.plot(*np.stack([at, at + 0.5 * way]).T, color=GREY, lw=0.9, ls=":", alpha=0.7, zorder=1)
    names = dataset["lead_name"].values
    moved = dataset["lead_driven"].values if "lead_driven" in dataset else np.zeros(len(names), bool)
    for name in dict.fromkeys(names.tolist()):
        mine = starts[names == name]
        way, across = ways[names == name][0], np.abs(ways[names == name][0][::-1])
        first, last = mine.min(axis=0), mine.max(axis=0)
        if not chains[names == name][0]:
            corners = np.stack([first + 0.75 * way - 0.3 * across, last + (CELLS * SPACING + 0.4) * way + 0.3 * across])
            low = corners.min(axis=0)
            panel.add_patch(
                Rectangle((low[0], low[1]), *np.abs(corners[1] - corners[0]), fc=LEAD, ec=GREY, lw=0.7, zorder=2)
            )
            place = corners.mean(axis=0)
        else:
            place = 0.5 * (first + last) + 1.5 * SPACING * way + across * (0.34 + 0.5 * np.abs(last - first))
        panel.text(
            place[0],
            place[1],
            name,
            ha="center",
            va="center",
            zorder=5,
            color=DRIVEN if moved[names == name].any() else BLACK,
            gid=None if chains[names == name][0] else INSIDE,
        )


def _bonds(panel: Axes, dataset: Any, xy: Array) -> None:
    from matplotlib.collections import LineCollection

    ends = np.stack([xy[dataset["bond_from"].values], xy[dataset["bond_to"].values]], axis=1)
    panel.add_collection(LineCollection(list(ends), colors=BLACK, linewidths=0.9, zorder=1))
    for (a, b), name in zip(ends, dataset["bond_name"].values, strict=True):
        if name:
            middle, across = 0.5 * (a + b), np.array([a[1] - b[1], b[0] - a[0]]) / max(np.hypot(*(a - b)), 1e-9)
            side = 1.0 if across @ (middle - xy.mean(axis=0)) >= 0 else -1.0
            place = middle + 0.22 * side * across
            panel.text(place[0], place[1], name, ha="center", va="center", zorder=5)


def _sites(panel: Axes, dataset: Any, xy: Array) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle

    # many sites are drawn smaller, so that they stay apart where bonds have several lengths
    radius = RADIUS if len(xy) <= 60 else 0.8 * RADIUS
    circles = [Circle((x, y), radius) for x, y in xy]
    panel.add_collection(PatchCollection(circles, fc=SITE, ec=BLACK, lw=0.8, zorder=4))
    for (x, y), name in zip(xy, dataset["site_name"].values, strict=True):
        if name:
            panel.text(x, y, name, ha="center", va="center_baseline", fontsize=7, zorder=5, gid=INSIDE)
