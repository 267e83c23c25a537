"""A knob that is one argument of a function of several, which sets elements of H: a parameter of another program's model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.element_rule import ElementFunction, ElementRule
from floquant.model.knobs.knob import Knob


@dataclass(frozen=True, eq=False, repr=False)
class FunctionArgument(Knob):
    """Sets H on elements (rows, columns), row ≤ column, numbers `picked` of `function`, each (e,).

    Knobs with the same `function` are its arguments. At its `neutral` value, where it rests, all arguments at theirs
    give the Hamiltonian of the device. `meaning` says what it is.
    """

    function: ElementFunction
    rows: Array
    columns: Array
    picked: Array
    meaning: str
    neutral: float = 0.0  # type: ignore[misc]  # another one for each knob

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """All elements that depend on it. Raises `BadInput` if they are not in the device."""
        if self.columns.size and int(self.columns.max()) >= geometry.orbital_count:
            raise BadInput(
                f'Knob "{name}" sets orbital {int(self.columns.max())}, but the device has {geometry.orbital_count} '
                f"orbitals; give it to the device that it was made for."
            )
        return ElementRule(
            "set", self.rows, self.columns, np.ones(len(self.rows)), np.zeros(len(self.rows), bool), None, self.function,
            self.picked,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"sets {self.meaning} ({len(self.rows)} elements)"
