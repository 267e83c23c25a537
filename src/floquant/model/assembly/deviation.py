"""What the drive changes in elements of H, at many times at once and without cancellation: a weak drive keeps all its digits.

An element is F · C without the drive and F · (C + D) with it (see `composition`). What is added to a knob that adds, or to an argument of a
function, adds to D. A strength s that becomes s + d changes C and D:

    (C + D)(s + d) = C s + [D (s + d) + C d],   so that   D ← D (s + d) + C d,   C ← C s

Likewise a phase that is turned by δ, with s = 1 and d = exp(2πiδ) − 1; the phase without the drive stands in F. Shapes, for e elements of
which k are touched by a knob, at P settings (or 1, where all are alike):

    C (P, 1, e),   D (P, samples, e),   s (P, 1, 1),   d (P, samples, k)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.composition import Elements, FunctionValues, column, with_settings
from floquant.model.assembly.knob_elements import KnobElements
from floquant.model.assembly.phases import phase_deviation


def deviation(
    elements: Elements, values: Mapping[str, Any], moving: Mapping[str, Array], function_values: FunctionValues
) -> Array:
    """D(t), which is H(t) − H without drive over `factor(values, moving)`; shape (P or 1, samples, e).

    `moving`: what the drive adds to the values of the knobs it turns, each (P or 1, samples). `function_values`: what
    functions set at `values`.
    """
    constant = elements.sum(values, function_values)[:, None, :]
    samples = next(iter(moving.values())).shape[1]
    change = np.zeros((1, samples, len(elements)), complex)
    for where, more in _additions(elements, values, moving, function_values):
        change = with_settings(change, len(more))
        change[:, :, where] += more
    for part in elements.parts:
        if part.name in moving and part.rule.kind in ("multiply", "turn"):
            strength, more = _strength(part, values[part.name], moving[part.name])
            constant, change = _multiplied(constant, change, part.where, strength, more)
    return change


def _additions(
    elements: Elements, values: Mapping[str, Any], moving: Mapping[str, Array], function_values: FunctionValues
) -> Iterator[tuple[Array, Array]]:
    """Elements (k,) and what is added to them, (P or 1, samples, k): by moving arguments of functions, then by knobs that add."""
    for shared, centre in function_values:
        if any(name in moving for name in shared.names):
            path = {name: column(values[name]) + moving.get(name, 0.0) for name in shared.names}
            yield shared.where, shared.elements(path) - centre[:, None, :]
    for part in elements.parts:
        if part.name in moving and part.rule.kind == "add":
            yield part.where, moving[part.name][:, :, None] * part.weights


def _strength(part: KnobElements, value: Any, shift: Array) -> tuple[Array, Array]:
    """s and d of a knob that multiplies; `shift` (P or 1, samples): what the drive adds to its value."""
    if part.rule.kind == "multiply":
        return np.atleast_1d(value)[:, None, None] * np.ones(1), shift[:, :, None] * np.ones(len(part.where))
    return np.ones((1, 1, 1)), phase_deviation(shift[:, :, None] * part.weights)


def _multiplied(constant: Array, change: Array, where: Array, strength: Array, more: Array) -> tuple[Array, Array]:
    """C and D after a multiplication by s + d of the elements `where` (k,)."""
    c, d = constant[:, :, where], change[:, :, where]
    moved = d * (strength + more) + c * more
    change = with_settings(change, len(moved))
    change[:, :, where] = moved
    constant = with_settings(constant, len(strength))
    constant[:, :, where] = c * strength
    return constant, change
