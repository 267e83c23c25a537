"""Element rules, what knobs do to single elements of H: the one form in which they are composed.

    H_ij = (base_ij + Σ_add value · weight_ij) · Π_multiply value · exp(2πi Σ_turn value · weight_ij)

Only elements with row ≤ column are listed; the others follow from H = H†.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from floquant.checks import Array

Kind = Literal["add", "multiply", "turn", "set"]


class ElementFunction(ABC):
    """A function that sets elements of H. Several knobs may be its arguments; it numbers the elements that it sets."""

    @abstractmethod
    def elements(self, values: Mapping[str, Array], picked: Array) -> Array:
        """Elements `picked` (k,) at `values` of the knobs that they depend on, each (points,); shape (points, k)."""


@dataclass(frozen=True, eq=False)
class ElementRule:
    """One knob on its elements (rows[e], columns[e]), row ≤ column.

    `weights` (e,): the factor of the value (add), its sign (turn), 1 (multiply); `conjugate` (e,): where an added value
    enters as its conjugate, because the user's bond pointed the other way. For `set`, element e is number `picked[e]` of
    those that `function` sets; knobs with the same function are its arguments and may share elements.
    """

    kind: Kind
    rows: Array
    columns: Array
    weights: Array
    conjugate: Array
    contact: str | None = None
    function: ElementFunction | None = None
    picked: Array | None = None


def upper(kind: Kind, rows: Array, columns: Array, weights: Array, contact: str | None = None) -> ElementRule:
    """A rule whose elements may lie on either side of the diagonal: those below it are turned over."""
    rows, columns = np.asarray(rows), np.asarray(columns)
    below = rows > columns
    weights = np.asarray(weights, complex if kind == "add" else float)
    if kind == "add":
        weights = np.where(below, np.conj(weights), weights)
    elif kind == "turn":
        weights = np.where(below, -weights, weights)
    rows, columns = np.minimum(rows, columns), np.maximum(rows, columns)
    return ElementRule(kind, rows, columns, weights, below, contact)
