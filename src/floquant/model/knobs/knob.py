"""Knobs: named pieces of the Hamiltonian that a user can turn, sweep and drive.

    H_ij = (base_ij + Σ additive knobs) · Π strengths · exp(2πi Σ fluxes)

On one bond additive knobs add, strengths multiply, fluxes add. A knob rests where it changes nothing: at 0 if it adds
or turns a phase, at 1 if it multiplies; a `Function` does not act until it is given a value.
A site means all of its orbitals; a bond (i, j) means ⟨i|H|j⟩, the hopping from j to i.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from floquant.model.geometry import Geometry
from floquant.model.knobs.element_rule import ElementRule


class Knob(ABC):
    """What can be turned. `neutral` is the value at which it does nothing (None: no value does nothing)."""

    neutral: ClassVar[float | None] = 0.0
    complex_values: ClassVar[bool] = False
    # it acts on every bond that H or another knob has, so its rule is made after those of the others
    wants_elements: ClassVar[bool] = False

    @abstractmethod
    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """What the knob called `name` does to the elements of H. Raises `BadInput` if it does not fit the device."""

    @abstractmethod
    def __str__(self) -> str:
        """What it does and where, in a few words."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self}"
