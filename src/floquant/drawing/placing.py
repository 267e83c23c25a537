"""Where names stand in a drawing: each at the first of its spots where it lies on nothing that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

# Points by which a name is moved from what is there already, and how many steps are tried.
STEP, STEPS = 2.5, 24
# What it costs, for each share of itself, to lie on words, on signs, and off the page.
ON_WORDS, ON_SIGNS, OFF_PAGE = 10.0, 1.0, 100.0


@dataclass(frozen=True)
class Spot:
    """A place for a name, in data, and how it is aligned there; `shift` in points moves it step by step if it is taken."""

    at: tuple[float, float]
    ha: str
    va: str
    shift: tuple[float, float] = (0.0, STEP)

    def moved(self, step: int) -> tuple[float, float]:
        """Points from the place to where the name stands after so many steps: 0 at the place, then away from it."""
        return self.shift[0] * step, self.shift[1] * step


@dataclass(frozen=True)
class Label:
    """A name, its colour, and where it may stand, best first."""

    text: str
    colour: str
    spots: Sequence[Spot]


def nearest_the_middle(spots: Sequence[Spot]) -> list[Spot]:
    """Of the spots at many equal signs those in the middle of them first."""
    places = np.array([spot.at for spot in spots])
    distance = np.round(np.hypot(*(places - places.mean(axis=0)).T), 6)
    return [spots[k] for k in np.argsort(distance, kind="stable")]


def place_labels(panel: Axes, labels: Iterable[Label], sites: Array, radius: float) -> None:
    """Write all names. The panel holds all signs, and words that stay where they are; its figure is laid out for that.

    `sites` (s, 2) and their `radius`: circles that are no artists of their own.
    """
    figure: Any = panel.figure
    figure.draw_without_rendering()
    words = [_box(text) for text in panel.texts]
    # a straight line has a box without area
    room = np.array([-1.0, -1.0, 1.0, 1.0])
    signs = [_box(artist) + room for artist in (*panel.patches, *panel.lines)]
    corners = [panel.transData.transform(sites + side * radius) for side in (-1.0, 1.0)]
    signs += list(np.hstack(corners))
    page = _box(panel)
    for label in labels:
        tried = [(_written(panel, label, spot, step), step) for spot in label.spots for step in range(STEPS)]
        boxes = [_box(text) for text, _ in tried]
        costs = [_cost(box, words, signs, page) + 1e-3 * step for box, (_, step) in zip(boxes, tried, strict=True)]
        best = int(np.argmin(np.round(costs, 6)))
        words.append(boxes[best])
        for number, (text, _) in enumerate(tried):
            if number != best:
                text.remove()


def _written(panel: Axes, label: Label, spot: Spot, step: int) -> Annotation:
    return panel.annotate(
        label.text, spot.at, spot.moved(step), textcoords="offset points", color=label.colour, ha=spot.ha, va=spot.va, zorder=6,
        annotation_clip=False,
    )  # fmt: skip


def _box(artist: Any) -> Array:
    """(x0, y0, x1, y1) in pixels."""
    box = artist.get_window_extent()
    return np.array([box.x0, box.y0, box.x1, box.y1])


def _cost(box: Array, words: Sequence[Array], signs: Sequence[Array], page: Array) -> float:
    size = max(float((box[2] - box[0]) * (box[3] - box[1])), 1e-9)
    inside = _shared(box, page) / size
    on_words = sum(_shared(box, other) for other in words) / size
    on_signs = sum(_shared(box, other) for other in signs) / size
    return ON_WORDS * on_words + ON_SIGNS * on_signs + OFF_PAGE * (1.0 - inside)


def _shared(one: Array, other: Array) -> float:
    """The area that two boxes share."""
    width, height = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    return float(max(width, 0.0) * max(height, 0.0))
