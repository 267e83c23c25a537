"""The composition rule: what all knobs together make of some elements of H, for many settings at once.

    H_ij = (base_ij + Σ additive) · Π strengths · exp(2πi Σ fluxes)

An element is followed as H = F · (C + D): F its factor that is constant in time, C what is constant without the drive,
D(t) what the drive changes. D is formed without cancellation, so that a weak drive keeps all of its digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.shared_functions import Together, together
from floquant.model.knobs.element_rule import Action


def unit_phase(turns: Any) -> Array:
    """exp(2πi·turns), exactly ±1 and ±i at quarters, and exactly periodic and odd in its phase."""
    turns = np.asarray(turns, float)
    rest = turns - np.rint(turns)
    quarter = np.rint(4 * rest)
    angle = 2 * np.pi * (rest - quarter / 4)
    quarters = np.array([1, 1j, -1, -1j])[quarter.astype(int) % 4]
    return np.asarray((np.cos(angle) + 1j * np.sin(angle)) * quarters)


def phase_deviation(turns: Any) -> Array:
    """exp(2πi·turns) − 1 without cancellation."""
    angle = np.pi * np.asarray(turns, float)
    return 2j * np.sin(angle) * (np.cos(angle) + 1j * np.sin(angle))


@dataclass(frozen=True, eq=False)
class Part:
    """One knob on those of the elements in hand that it touches: `where` (k,) are their positions."""

    name: str
    action: Action
    where: Array
    mine: Array

    @property
    def weights(self) -> Array:
        """Weights of these elements."""
        return self.action.weights[self.mine]

    def added(self, value: Array) -> Array:
        """value · weight, conjugated where the bond was turned over; value (P,) → (P, k)."""
        if np.iscomplexobj(value):
            conjugate = self.action.conjugate[self.mine]
            return np.where(conjugate, np.conj(value)[:, None], value[:, None]) * self.weights
        return value[:, None] * self.weights


@dataclass(frozen=True, eq=False)
class Elements:
    """Elements (rows[e], columns[e]), row ≤ column, of H with their base values and all knobs that touch them."""

    rows: Array
    columns: Array
    base: Array
    parts: tuple[Part, ...]

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
                parts.append(Part(part.name, part.action, position[part.where[keep]], part.mine[keep]))
        return Elements(self.rows[chosen], self.columns[chosen], self.base[chosen], tuple(parts))

    def inside(self, orbitals: int) -> Elements:
        """Only those between the device's own orbitals, without ⟨device|H|lead⟩."""
        own = self.columns < orbitals
        return self if own.all() else self.subset(np.flatnonzero(own))

    def factor(self, values: Mapping[str, Any], moving: Any = ()) -> Array:
        """F, shape (P or 1, e): strengths and phases at `values`; those named in `moving` only by their constant phase."""
        result = np.ones((1, len(self)))
        turns = np.zeros((1, len(self)))
        for part in self.parts:
            if part.action.kind not in ("multiply", "turn"):
                continue
            value = _column(values[part.name])
            if part.action.kind == "multiply" and part.name not in moving:
                result = _expanded(result, value)
                result[:, part.where] *= value
            elif part.action.kind == "turn":
                turns = _expanded(turns, value)
                turns[:, part.where] += value * part.weights
        if not turns.any():
            return result.astype(complex)
        return result * unit_phase(turns)

    def set_values(self, values: Mapping[str, Any]) -> list[tuple[Together, Array]]:
        """What functions set at `values`: pairs of the elements that go together, and H there, (P or 1, k)."""
        parts = [part for part in self.parts if part.action.kind == "set" and values[part.name] is not None]
        return [
            (group, group.elements({name: _column(values[name]) for name in group.names})[:, 0])
            for group in together(parts, len(self))
        ]

    def sum(self, values: Mapping[str, Any], given: list[tuple[Together, Array]] | None = None) -> Array:
        """C without its moving strengths, shape (P or 1, e): the base, or what a function sets, and all that is added.

        `given`: `set_values(values)`, if they have been computed before.
        """
        result = self.base[None, :].astype(complex)
        for group, found in self.set_values(values) if given is None else given:
            result = _expanded(result, found)
            result[:, group.where] = found
        for part in self.parts:
            if part.action.kind == "add":
                value = np.atleast_1d(values[part.name])
                result = _expanded(result, value[:, None])
                result[:, part.where] += part.added(value)
        return result

    def values(self, values: Mapping[str, Any]) -> Array:
        """H on these elements, shape (P or 1, e), at these values of all knobs (numbers, or arrays of one length P)."""
        return self.sum(values) * self.factor(values)

    def deviation(
        self, values: Mapping[str, Any], moving: Mapping[str, Array], given: list[tuple[Together, Array]] | None = None
    ) -> Array:
        """H(t) − H without drive, over `factor(values, moving)`; shape (P or 1, samples, e).

        `moving`: what the drive adds to the values of the knobs it turns, each (P or 1, samples). `given`: as for `sum`.
        """
        given = self.set_values(values) if given is None else given
        constant = self.sum(values, given)[:, None, :]
        samples = next(iter(moving.values())).shape[1]
        change = np.zeros((1, samples, len(self)), complex)
        for group, centre in given:
            if any(name in moving for name in group.names):
                path = {name: _column(values[name]) + moving.get(name, 0.0) for name in group.names}
                moved = group.elements(path) - centre[:, None, :]
                change = _expanded(change, moved)
                change[:, :, group.where] += moved
        for part in self.parts:
            if part.name in moving and part.action.kind == "add":
                shift = moving[part.name]
                change = _expanded(change, shift)
                change[:, :, part.where] += shift[:, :, None] * part.weights
        for part in self.parts:  # what multiplies: (C + D)(s + d) − C s = D (s + d) + C d
            if part.name not in moving or part.action.kind not in ("multiply", "turn"):
                continue
            shift = moving[part.name]
            if part.action.kind == "multiply":
                scale = np.atleast_1d(values[part.name])[:, None, None] * np.ones(1)
                d = shift[:, :, None] * np.ones(len(part.where))
            else:
                scale = np.ones((1, 1, 1))
                d = phase_deviation(shift[:, :, None] * part.weights)
            change = _expanded(_expanded(change, shift), scale)
            constant = _expanded(constant, scale)
            moved = change[:, :, part.where] * (scale + d) + constant[:, :, part.where] * d
            change = _expanded(change, moved)
            change[:, :, part.where] = moved
            constant[:, :, part.where] = constant[:, :, part.where] * scale
        return change


def _column(value: Any) -> Array:
    return np.atleast_1d(value)[:, None]


def _expanded(array: Array, other: Array) -> Array:
    """A copy of the array with as many settings as the other has, if it has only one."""
    if array.shape[0] == 1 and other.shape[0] > 1:
        return np.repeat(array, other.shape[0], axis=0)
    return array


def gather(
    actions: Mapping[str, Action], chosen: Any, base_of: Any, more: tuple[Array, Array] | None = None
) -> Elements:
    """The elements that the chosen knobs touch (and `more`), with every knob that touches them.

    `base_of(rows, columns)` gives the values of H there when no knob is turned.
    """
    rows = [actions[name].rows for name in chosen] + ([more[0]] if more else [])
    columns = [actions[name].columns for name in chosen] + ([more[1]] if more else [])
    if not rows:
        return Elements(np.zeros(0, int), np.zeros(0, int), np.zeros(0, complex), ())
    width = 1 + max((int(c.max()) for c in [*columns, *(a.columns for a in actions.values())] if c.size), default=0)
    keys = np.unique(np.concatenate(rows).astype(np.int64) * width + np.concatenate(columns))
    parts = []
    for name, action in actions.items():
        mine = action.rows.astype(np.int64) * width + action.columns
        where = np.minimum(np.searchsorted(keys, mine), max(len(keys) - 1, 0))
        found = np.flatnonzero(keys[where] == mine) if len(keys) else np.zeros(0, int)
        if found.size:
            parts.append(Part(name, action, where[found], found))
    rows_, columns_ = np.divmod(keys, width)
    return Elements(rows_, columns_, base_of(rows_, columns_), tuple(parts))
