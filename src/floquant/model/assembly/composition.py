"""The composition rule: what all knobs together make of some elements of H, for many settings at once.

    H_ij = (base_ij + Σ additive) · Π strengths · exp(2πi Σ fluxes)

An element is written as H = F · (C + D): F is the factor that is constant in time, C the part that is there without the drive,
and D(t) the change by the drive (see `deviation`). Arrays have the settings first: P of them, or 1 where all are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.knob_elements import KnobElements
from floquant.model.assembly.phases import unit_phase
from floquant.model.assembly.shared_functions import SharedFunction, shared_functions
from floquant.model.knobs.element_rule import ElementRule

FunctionValues = list[tuple[SharedFunction, Array]]  # what each function sets, (P or 1, k)


@dataclass(frozen=True, eq=False)
class Elements:
    """Elements (rows[e], columns[e]), row ≤ column, of H with their base values and all knobs that touch them."""

    rows: Array
    columns: Array
    base: Array
    parts: tuple[KnobElements, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def subset(self, chosen: Array) -> Elements:
        """Only the chosen elements (indices)."""
        position = np.full(len(self), -1)
        position[chosen] = np.arange(len(chosen))
        parts = []
        for part in self.parts:
            keep = position[part.where] >= 0
            if keep.any():
                parts.append(KnobElements(part.name, part.rule, position[part.where[keep]], part.numbers[keep]))
        return Elements(self.rows[chosen], self.columns[chosen], self.base[chosen], tuple(parts))

    def inside(self, orbitals: int) -> Elements:
        """Only those between the device's orbitals, without ⟨device|H|lead⟩."""
        inside = self.columns < orbitals
        return self if inside.all() else self.subset(np.flatnonzero(inside))

    def factor(self, values: Mapping[str, Any], moving: Any = ()) -> Array:
        """F, shape (P or 1, e): strengths and phases at `values`; those named in `moving` only by their constant phase."""
        result = np.ones((1, len(self)))
        turns = np.zeros((1, len(self)))
        for part in self.parts:
            if part.rule.kind not in ("multiply", "turn"):
                continue
            value = column(values[part.name])
            if part.rule.kind == "multiply" and part.name not in moving:
                result = with_settings(result, len(value))
                result[:, part.where] *= value
            elif part.rule.kind == "turn":
                turns = with_settings(turns, len(value))
                turns[:, part.where] += value * part.weights
        if not turns.any():
            return result.astype(complex)
        return result * unit_phase(turns)

    def function_values(self, values: Mapping[str, Any]) -> FunctionValues:
        """What functions set at `values`."""
        parts = [part for part in self.parts if part.rule.kind == "set" and values[part.name] is not None]
        return [
            (shared, shared.elements({name: column(values[name]) for name in shared.names})[:, 0])
            for shared in shared_functions(parts, len(self))
        ]

    def sum(self, values: Mapping[str, Any], function_values: FunctionValues | None = None) -> Array:
        """C without its moving strengths, shape (P or 1, e): the base, or what a function sets, and all that is added.

        `function_values`: those at `values`, if they have been computed before.
        """
        result = self.base[None, :].astype(complex)
        for shared, found in self.function_values(values) if function_values is None else function_values:
            result = with_settings(result, len(found))
            result[:, shared.where] = found
        for part in self.parts:
            if part.rule.kind == "add":
                value = np.atleast_1d(values[part.name])
                result = with_settings(result, len(value))
                result[:, part.where] += part.terms(value)
        return result

    def values(self, values: Mapping[str, Any]) -> Array:
        """H on these elements, shape (P or 1, e), at these values of all knobs (numbers, or arrays of one length P)."""
        return self.sum(values) * self.factor(values)


def column(value: Any) -> Array:
    """A number or an array of settings as (P or 1, 1)."""
    return np.atleast_1d(value)[:, None]


def with_settings(array: Array, count: int) -> Array:
    """An array (P or 1, …) that holds `count` settings in its first axis: repeated, if it has one and more are needed."""
    return np.repeat(array, count, axis=0) if len(array) == 1 and count > 1 else array


def gather(
    rules: Mapping[str, ElementRule],
    chosen: Iterable[str],
    base_of: Callable[[Array, Array], Array],
    more: tuple[Array, Array] | None = None,
) -> Elements:
    """The elements that the chosen knobs touch (and `more`), with every knob that touches them.

    `base_of(rows, columns)` gives the values of H there when no knob is turned.
    """
    chosen = list(chosen)
    rows = [rules[name].rows for name in chosen] + ([more[0]] if more else [])
    columns = [rules[name].columns for name in chosen] + ([more[1]] if more else [])
    if not rows:
        return Elements(np.zeros(0, int), np.zeros(0, int), np.zeros(0, complex), ())
    width = 1 + max((int(c.max()) for c in [*columns, *(rule.columns for rule in rules.values())] if c.size), default=0)
    keys = np.unique(np.concatenate(rows).astype(np.int64) * width + np.concatenate(columns))
    parts = []
    for name, rule in rules.items():
        of_rule = rule.rows.astype(np.int64) * width + rule.columns
        where = np.minimum(np.searchsorted(keys, of_rule), max(len(keys) - 1, 0))
        found = np.flatnonzero(keys[where] == of_rule) if len(keys) else np.zeros(0, int)
        if found.size:
            parts.append(KnobElements(name, rule, where[found], found))
    rows_, columns_ = np.divmod(keys, width)
    return Elements(rows_, columns_, base_of(rows_, columns_), tuple(parts))
