"""One knob on a list of elements of H."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model.knobs.element_rule import ElementRule


@dataclass(frozen=True, eq=False)
class KnobElements:
    """The elements of a list that the knob `name` touches: `where` (k,) in the list, and `numbers` (k,) in its rule."""

    name: str
    rule: ElementRule
    where: Array
    numbers: Array

    @property
    def weights(self) -> Array:
        """The weights of these elements, (k,)."""
        return self.rule.weights[self.numbers]

    def terms(self, value: Array) -> Array:
        """What an additive knob adds at `value` (P,): value · weight, conjugated where the bond was turned over; shape (P, k)."""
        if np.iscomplexobj(value):
            conjugate = self.rule.conjugate[self.numbers]
            return np.where(conjugate, np.conj(value)[:, None], value[:, None]) * self.weights
        return value[:, None] * self.weights
