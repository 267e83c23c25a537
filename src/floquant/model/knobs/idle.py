"""Knobs that turn nothing: a phase or a strength of a bond that H does not have, and that no other knob makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.element_rule import ElementRule
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux, Strength

# Sites that a refusal names as neighbours.
SHOWN = 6


def refuse_idle(
    geometry: Geometry,
    knobs: Mapping[str, Knob],
    rules: Mapping[str, ElementRule],
    base: Callable[[Array, Array], Array],
) -> None:
    """Raises `BadInput` for a Flux or Strength on a bond, or a coupling, that is zero at every setting of all knobs."""
    acting = {name: knob for name, knob in knobs.items() if isinstance(knob, Flux | Strength)}
    if not acting:
        return
    width = int(max((rule.columns.max(initial=0) for rule in rules.values()), default=0)) + 1
    made = [rule.rows * width + rule.columns for rule in rules.values() if _makes(rule)]
    every = np.unique(np.concatenate(made)) if made else np.zeros(0, int)
    for name, knob in acting.items():
        rule = rules[name]
        alive = (base(rule.rows, rule.columns) != 0) | np.isin(rule.rows * width + rule.columns, every)
        if knob.contact is not None:
            if not alive.any():
                raise BadInput(
                    f'Knob "{name}" turns the coupling of contact "{knob.contact}", which is 0, so that it turns nothing; give '
                    f"the contact a coupling."
                )
            continue
        i, j = geometry.sites_of(rule.rows[alive]), geometry.sites_of(rule.columns[alive])
        there = set(zip(i.tolist(), j.tolist(), strict=True))
        for bond in knob.bond or ():
            if (min(bond), max(bond)) not in there:
                raise BadInput(_refusal(name, bond, geometry, base, every, width))


def _makes(rule: ElementRule) -> bool:
    return rule.kind == "set" or (rule.kind == "add" and bool(np.any(rule.weights)))


def _refusal(
    name: str, bond: tuple[int, int], geometry: Geometry, base: Callable[[Array, Array], Array], made: Array, width: int
) -> str:
    """What the two sites are joined with instead."""
    joined = []
    for site in bond:
        near = _neighbours(site, geometry, base, made, width)
        shown = ", ".join(map(str, near[:SHOWN])) + (f", … ({len(near)})" if len(near) > SHOWN else "")
        joined.append(f"site {site} is joined to {shown or 'no other site'}")
    return (
        f'Knob "{name}" acts on bond {bond}, but H is 0 there at every setting of the knobs, so that it turns nothing: '
        f"{', '.join(joined)}; give one of these bonds, or a Hopping knob that makes this one."
    )


def _neighbours(
    site: int, geometry: Geometry, base: Callable[[Array, Array], Array], made: Array, width: int
) -> list[int]:
    """The sites that H, or a knob, joins to a site."""
    mine = geometry.site(site, "")
    rows, columns = (grid.ravel() for grid in np.meshgrid(mine, np.arange(geometry.orbital_count), indexing="ij"))
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    alive = (base(low, high) != 0) | np.isin(low * width + high, made)
    others = np.unique(geometry.sites_of(columns[alive]))
    return [int(other) for other in others if other != site]
