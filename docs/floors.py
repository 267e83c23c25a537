"""The picture of the package's floors and rooms, drawn from its imports: `floors.svg` of the page on the architecture.

A floor is a layer of import-linter's contract in pyproject.toml, a room a package within it. `conf.py` has it drawn whenever the
pages are built. Run as a script it writes floors.png here.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import grimp
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Curve

HERE = Path(__file__).parent
WIDTH, LABEL, ROW, GAP = (
    24.0,
    3.4,
    1.25,
    0.55,
)  # of the drawing, of the floors' names, of a row of rooms, between floors
BOX = 0.62  # height of a box
STAGGER = 0.17  # of the room that a box has in its row, to the left and right by turns
EVERYWHERE = ("checks", "errors")  # rooms that every floor imports: their lines are left out
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#555555")  # Okabe and Ito

Rooms = dict[str, int]  # room → number of its files
Lines = Counter[tuple[str, str]]  # (room that imports, room that is imported) → number of imports


def contract() -> dict[str, list]:
    """The contract about floors: `layers` from the top, and `ignore_imports`."""
    settings = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf8"))["tool"]["importlinter"]
    return next(each for each in settings["contracts"] if each["containers"] == ["floquant"])


def imports() -> tuple[Rooms, Lines, set[tuple[str, str]]]:
    """Rooms, the lines between them, and those of the lines that the contract leaves out."""
    graph = grimp.build_graph("floquant", cache_dir=None)

    def room(module: str) -> str:
        first, *rest = module.split(".")[1:]
        package = bool(rest) and bool(graph.find_children(f"floquant.{first}.{rest[0]}"))
        return f"{first}.{rest[0]}" if package else first

    modules = sorted(graph.modules - {"floquant"})  # the package's own file lists the public names of all floors
    rooms = Counter(room(module) for module in modules)
    lines: Lines = Counter()
    for module in modules:
        for imported in graph.find_modules_directly_imported_by(module) - {"floquant"}:
            lines[room(module), room(imported)] += 1
    left_out = (text.split(" -> ") for text in contract()["ignore_imports"])
    return dict(rooms), lines, {(room(one), room(other)) for one, other in left_out}


def rows_of(rooms: list[str], lines: Lines) -> list[list[str]]:
    """The rooms of one floor in rows, so that imports go from row to row downwards; rooms that import each other share a row."""
    reach = np.array([[one == other or (one, other) in lines for other in rooms] for one in rooms])
    for _ in rooms:
        reach = reach @ reach
    together = reach & reach.T
    below = reach & ~together
    depth = np.zeros(len(rooms), int)
    for _ in rooms:
        depth = np.max(np.where(below, depth[None, :] + 1, 0), axis=1, initial=0)
        depth = np.max(np.where(together, depth[None, :], 0), axis=1)
    return [[room for room, at in zip(rooms, depth, strict=True) if at == row] for row in range(depth.max(), -1, -1)]


@dataclass(frozen=True)
class Plan:
    """Names of the floors with their lower and upper ends, and the middle of each room's box."""

    floors: dict[str, tuple[float, float]]
    places: dict[str, tuple[float, float]]


def planned(rooms: Rooms, lines: Lines) -> Plan:
    """Floors from the top downwards; in each row the rooms stand near those that they are joined with."""
    floors: dict[str, tuple[float, float]] = {}
    rows: list[tuple[float, list[str]]] = []
    top = 0.0
    for layer in contract()["layers"]:
        names = [name.strip(" ()") for name in layer.split("|")]
        here = [room for room in rooms if room.partition(".")[0] in names]
        if not here:
            continue
        found = rows_of(here, lines)
        floors[layer.replace("(", "").replace(")", "").replace(" | explorer", "")] = (top - ROW * len(found), top)
        rows += [(top - ROW * (0.5 + number), row) for number, row in enumerate(found)]
        top -= ROW * len(found) + GAP
    across: dict[str, float] = {room: 0.5 for _, row in rows for room in row}
    for _ in range(20):
        for number, (_, row) in enumerate(rows):
            row.sort(key=lambda room: _pull(room, lines, across))
            shift = 0.5 + STAGGER * (-1) ** number  # lines between rows further apart pass beside the boxes
            across |= {room: (k + shift) / len(row) for k, room in enumerate(row)}
    width = WIDTH - LABEL
    return Plan(floors, {room: (LABEL + width * across[room], height) for height, row in rows for room in row})


def _pull(room: str, lines: Lines, across: dict[str, float]) -> float:
    """The mean place of the rooms that this one is joined with."""
    joined = [b if a == room else a for a, b in lines if room in (a, b) and not {a, b} & {*EVERYWHERE}]
    return float(np.mean([across[other] for other in joined])) if joined else 0.5


def draw() -> Figure:
    """Floors as rows, rooms as boxes with their number of files, a line where a room imports another, dashed if upwards."""
    rooms, lines, upwards = imports()
    plan = planned(rooms, lines)
    bottom = min(low for low, _ in plan.floors.values())
    figure = Figure(figsize=(WIDTH / 2, -bottom / 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(bottom - 0.3, 0.3))
    axes.axis("off")
    for name, (low, high) in plan.floors.items():
        axes.add_patch(Rectangle((0.1, low), WIDTH - 0.2, high - low, color="#f2f2ee", zorder=0))
        axes.text(0.35, (low + high) / 2, name.replace(" | ", "\n"), va="center", fontsize=12, weight="bold")
    colours = {room: COLOURS[number % len(COLOURS)] for number, room in enumerate(plan.places)}
    for one, other in lines:
        if one != other and other not in EVERYWHERE:
            _line(axes, plan.places[one], plan.places[other], colours[one], dashed=(one, other) in upwards)
    for room, count in rooms.items():
        _box(axes, room, count, plan.places[room], colours[room])
    return figure


def _line(axes: Axes, begin: tuple[float, float], end: tuple[float, float], colour: str, dashed: bool) -> None:
    """A curve that leaves a box at its lower side and reaches the other at its upper side; a bow between boxes of one row."""
    (x, y), (u, v) = begin, end
    if y == v:
        side = -1 if x < u else 1
        points = [(x, y + side * BOX / 2), (x, y + side * ROW / 2), (u, y + side * ROW / 2), (u, y + side * BOX / 2)]
    else:
        way = 1 if v > y else -1
        points = [(x, y + way * BOX / 2), (x, y + way * ROW), (u, v - way * ROW), (u, v - way * BOX / 2)]
    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    style = {"linestyle": (0, (5, 3)), "linewidth": 1.8} if dashed else {"linewidth": 0.8, "alpha": 0.75}
    axes.add_patch(PathPatch(curve, facecolor="none", edgecolor=colour, zorder=1, **style))


def _box(axes: Axes, room: str, count: int, place: tuple[float, float], colour: str) -> None:
    """The room's name within its floor, and how many files it has."""
    text = f"{room.rpartition('.')[2]}  {count}"
    width = 0.45 + 0.19 * len(text)
    corner = (place[0] - width / 2, place[1] - BOX / 2)
    box = FancyBboxPatch(
        corner, width, BOX, boxstyle="round,pad=0,rounding_size=0.12", fc="white", ec=colour, lw=1.4, zorder=2
    )
    axes.add_patch(box)
    axes.text(*place, text, ha="center", va="center", fontsize=11, zorder=3)


def write(path: Path) -> None:
    """Write the picture, in the format of the path's ending; the same imports give the same file."""
    from matplotlib import rc_context

    metadata = {"Date": None} if path.suffix == ".svg" else {}
    with rc_context({"svg.hashsalt": "floors", "svg.fonttype": "path"}):
        draw().savefig(path, facecolor="white", metadata=metadata)


if __name__ == "__main__":
    write(HERE / "floors.png")
