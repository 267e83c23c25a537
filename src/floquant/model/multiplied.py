"""Knobs that multiply a bond, or the coupling of a contact: its strength and its phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from floquant.errors import BadInput
from floquant.model.action import Action, upper
from floquant.model.bonds import bond_or_contact, orbital_pairs, place
from floquant.model.geometry import Geometry
from floquant.model.knob import Knob


@dataclass(frozen=True, eq=False)
class Strength(Knob):
    """Multiplies ⟨i|H|j⟩ and ⟨j|H|i⟩ of a bond (i, j), or of a list of bonds, or the coupling of a contact, by a real value.

    Neutral at 1. Give `bond` or `contact`. Raises `BadInput` for both, for neither, or if they are not in the device.
    """

    bond: Any = None
    contact: str | None = None
    neutral: ClassVar[float | None] = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "bond", bond_or_contact(self.bond, self.contact, "A Strength knob"))

    def action(self, name: str, geometry: Geometry) -> Action:
        """All orbital pairs of the bonds."""
        rows, columns = orbital_pairs(self.bond, self.contact, name, geometry)
        return upper("multiply", rows, columns, np.ones(len(rows)), self.contact)

    def __str__(self) -> str:
        return f"multiplies {place(self.bond, self.contact)}"


@dataclass(frozen=True, eq=False)
class Flux(Knob):
    """Multiplies ⟨i|H|j⟩ by exp(2πi·value) and ⟨j|H|i⟩ by the conjugate: the phase of a bond, in flux quanta.

    `bond`: (i, j) or a list; a loop has the sum over its bonds. `contact`: ⟨device|H|lead⟩ of that contact instead.
    `spin=True`: exp(2πi σ value), σ = +1 for ↑ and −1 for ↓; the device must have spin and the bond must not mix it.
    Raises `BadInput` otherwise.
    """

    bond: Any = None
    contact: str | None = None
    spin: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "bond", bond_or_contact(self.bond, self.contact, "A Flux knob"))

    def action(self, name: str, geometry: Geometry) -> Action:
        """All orbital pairs of the bonds; with spin, those of equal spin."""
        rows, columns = orbital_pairs(self.bond, self.contact, name, geometry)
        sign = np.ones(len(rows))
        if self.spin:
            if not geometry.spin:
                raise BadInput(
                    f'Knob "{name}" is a Flux with spin=True, but the device has no spin; make it with spin=True.'
                )
            alike = geometry.spins(rows) == geometry.spins(columns)
            rows, columns = rows[alike], columns[alike]
            sign = 1.0 - 2.0 * geometry.spins(rows)
        return upper("turn", rows, columns, sign, self.contact)

    def __str__(self) -> str:
        sign = "σ·value" if self.spin else "value"
        return f"turns the phase of {place(self.bond, self.contact)} by 2π·{sign}"
