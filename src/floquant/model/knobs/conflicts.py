"""Knobs that cannot act together on one element of H."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.element_rule import ElementRule
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux


def refuse_two_setters(rules: Mapping[str, ElementRule], size: int) -> None:
    """Additive knobs, strengths and phases share elements; two knobs that set one by two functions cannot."""
    seen: dict[str, tuple[Array, object]] = {}
    for name, rule in rules.items():
        if rule.kind != "set":
            continue
        keys = rule.rows * size + rule.columns
        for other, (taken, function) in seen.items():
            if function is rule.function:
                continue
            shared = np.intersect1d(keys, taken)
            if shared.size:
                i, j = divmod(int(shared[0]), size)
                raise BadInput(
                    f'Knobs "{other}" and "{name}" both set element [{i}, {j}] of H, but an element can be set by one knob '
                    f"only; give them separate sites, or let one of them add (Matrix)."
                )
        seen[name] = keys, rule.function


def refuse_mixed_spin(
    geometry: Geometry,
    knobs: Mapping[str, Knob],
    rules: Mapping[str, ElementRule],
    base: Callable[[Array, Array], Array],
) -> None:
    """A phase σ·φ has no meaning on an element that flips the spin."""
    n = geometry.orbital_count
    for name, knob in knobs.items():
        if not isinstance(knob, Flux) or not knob.spin:
            continue
        everything = Flux(knob.bond, knob.contact).element_rule(name, geometry)
        spins = geometry.spins
        mixed = spins(everything.rows) != spins(everything.columns)
        rows, columns = everything.rows[mixed], everything.columns[mixed]
        found = base(rows, columns) != 0
        for rule in rules.values():
            if rule.kind == "set" or (rule.kind == "add" and np.any(rule.weights)):
                width = n + sum(len(bond.columns) for bond in geometry.contacts.values())
                found |= np.isin(rows * width + columns, rule.rows * width + rule.columns)
        if found.any():
            i, j = int(rows[found][0]), int(columns[found][0])
            raise BadInput(
                f'Knob "{name}" is a Flux with spin=True, but element [{i}, {j}] of its bond turns the spin over; give a '
                f"bond that conserves the spin, or the phase of each spin by a Matrix or Function knob."
            )
