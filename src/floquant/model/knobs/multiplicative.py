"""Knobs that multiply a bond, or the coupling of a contact: its strength and its phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.frozen import keep
from floquant.checks.numbers import numbers
from floquant.checks.types import BondList
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.bonds import Bonds, bond_or_contact, orbital_pairs, place
from floquant.model.knobs.element_rule import ElementRule, upper
from floquant.model.knobs.knob import Knob


@dataclass(frozen=True, eq=False, repr=False)
class Strength(Knob):
    """Multiplies ⟨i|H|j⟩ and ⟨j|H|i⟩ of a bond (i, j), or of a list of bonds, or the coupling of a contact, by a real value.

    Neutral at 1. Give `bond` or `contact`. Raises `BadInput` for both, for neither, or if they are not in the device
    (a bond that is 0 whatever is turned is not there).
    """

    bond: Bonds | None
    contact: str | None
    neutral: ClassVar[float | None] = 1.0

    def __init__(self, bond: BondList | None = None, contact: str | None = None) -> None:
        keep(self, bond=bond_or_contact(bond, contact, "A Strength knob"), contact=contact)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """All orbital pairs of the bonds."""
        rows, columns = orbital_pairs(self.bond, self.contact, name, geometry)
        return upper("multiply", rows, columns, np.ones(len(rows)), self.contact)

    def __str__(self) -> str:
        return f"multiplies {place(self.bond, self.contact)}"


@dataclass(frozen=True, eq=False, repr=False)
class Flux(Knob):
    """Multiplies ⟨i|H|j⟩ by exp(2πi·value) and ⟨j|H|i⟩ by the conjugate: the phase of a bond, in flux quanta.

    `bond`: (i, j) or a list; a loop has the sum over its bonds. `contact`: ⟨device|H|lead⟩ of that contact instead.
    `spin=True`: exp(2πi σ value), σ = +1 for ↑ and −1 for ↓; the device must have spin and the bond must not mix it.
    `weights`: a real number per bond, exp(2πi value · weight): 1/M on each of M bonds around a loop spreads a flux evenly.
    Raises `BadInput` otherwise, and for a bond that is 0 whatever is turned.
    """

    bond: Bonds | None
    contact: str | None
    spin: bool
    weights: Array | None

    def __init__(
        self, bond: BondList | None = None, contact: str | None = None, spin: bool = False,
        weights: ArrayLike | None = None,
    ) -> None:  # fmt: skip
        bonds = bond_or_contact(bond, contact, "A Flux knob")
        if weights is not None:
            weights = np.atleast_1d(numbers(weights, "The weights of a Flux knob"))
            count = len(bonds or (contact,))
            if weights.shape != (count,):
                raise BadInput(
                    f"A Flux knob has {weights.size} weights for {count} bond{'s' if count > 1 else ''}; give one weight per "
                    f"bond."
                )
        keep(self, bond=bonds, contact=contact, spin=flag(spin, "The spin of a Flux knob"), weights=weights)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """All orbital pairs of the bonds; with spin, those of equal spin."""
        rows, columns = orbital_pairs(self.bond, self.contact, name, geometry)
        sign = np.ones(len(rows))
        if self.weights is not None and self.bond is not None:
            sizes = [len(geometry.site(i, "")) * len(geometry.site(j, "")) for i, j in self.bond]
            sign = np.repeat(self.weights, sizes)
        elif self.weights is not None:
            sign = sign * self.weights
        if self.spin:
            if not geometry.spin:
                raise BadInput(
                    f'Knob "{name}" is a Flux with spin=True, but the device has no spin; make it with spin=True.'
                )
            alike = geometry.spins(rows) == geometry.spins(columns)
            rows, columns = rows[alike], columns[alike]
            sign = sign[alike] * (1.0 - 2.0 * geometry.spins(rows))
        return upper("turn", rows, columns, sign, self.contact)

    def __str__(self) -> str:
        sign = ("σ·" if self.spin else "") + "value" + ("" if self.weights is None else "·weight")
        return f"turns the phase of {place(self.bond, self.contact)} by 2π·{sign}"
