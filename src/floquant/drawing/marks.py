"""Marks of a drawing: where knobs act on a device, and which of them a drive shakes.

A knob is drawn by what it does to H: on the diagonal it is a gate at its sites; a phase is an arrow on its bond and a flux in the loop
that the bond closes; anything else is a mark on its bonds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.drawing.loops import Pair, Way, enclosed, side_of, typical_length
from floquant.model import Device

# With more signs of one knob than these the drawing is unreadable; the first few stand for all.
MOST_GATES, MOST_BONDS = 6, 24


@dataclass(frozen=True)
class Mark:
    """One sign at a place of the drawing, pointing in the direction `way`.

    `knob`: whose sign it is; `text`: its name, at one of its signs.
    `kind`: "gate" (pointing nowhere if the site has no free side), "turn" (a phase), "spin" (a phase of opposite sign for the spins),
    "flux" (in the loop that a turned bond closes), or "bond" (anything else).
    """

    kind: str
    text: str
    place: Array
    way: Array
    driven: bool
    knob: str


def marks_of(
    device: Device, name: str, text: str, driven: bool, xy: Array, bonds: list[Pair], free: Callable[[int], Way]
) -> list[Mark]:
    """The marks of one knob, on sites at `xy` (sites, 2); `free` gives the free side of a site. Only the first mark bears the text."""
    rule = device.element_rules[name]
    if rule.contact is not None:
        centre = xy[np.asarray(device.contacts[rule.contact].sites)].mean(axis=0)
        way = np.array(side_of(xy, centre))
        return [Mark("bond", text, centre + 0.5 * typical_length(xy, bonds) * way, way, driven, name)]
    offsets = device.geometry.offsets
    i = np.searchsorted(offsets, rule.rows, side="right") - 1
    j = np.searchsorted(offsets, rule.columns, side="right") - 1
    if np.all(i == j):
        sites = sorted(set(i.tolist()))[:MOST_GATES]
        return [Mark("gate", text * (s == sites[0]), xy[s], np.array(free(s)), driven, name) for s in sites]
    pairs = sorted({(int(a), int(b)) for a, b in zip(i[i != j], j[i != j], strict=True)})[:MOST_BONDS]
    middles = [0.5 * (xy[a] + xy[b]) for a, b in pairs]
    if rule.kind != "turn":
        words = [text] + [""] * (len(pairs) - 1)
        return [
            Mark("bond", *rest, driven, name)
            for rest in zip(words, middles, [xy[a] - xy[b] for a, b in pairs], strict=True)
        ]
    result = []
    for number, ((a, b), middle) in enumerate(zip(pairs, middles, strict=True)):
        signs = rule.weights[(i == a) & (j == b)]
        opposite = bool(signs.min() < 0 < signs.max())
        loop = enclosed(a, b, bonds, xy) if len(pairs) == 1 and not opposite else None
        # the arrow is the hopping that gains exp(+2πi value); where the spins differ, that of spin up
        way = (xy[a] - xy[b]) * (1.0 if opposite else float(signs[0]))
        word = "" if loop is not None or number else text
        result.append(Mark("spin" if opposite else "turn", word, middle, way, driven, name))
        if loop is not None:
            result.append(Mark("flux", text, loop, np.zeros(2), driven, name))
    return result
