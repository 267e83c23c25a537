"""A knob that sets a part of H: any function of its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from floquant.checks import Array
from floquant.checks.frozen import keep
from floquant.checks.matrices import dense, hermitian
from floquant.checks.numbers import site_list
from floquant.checks.types import MatrixLike, SiteList
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.bonds import check_block, plural
from floquant.model.knobs.element_rule import ElementFunction, ElementRule
from floquant.model.knobs.knob import Knob


@dataclass(frozen=True, eq=False, repr=False)
class Function(Knob):
    """Sets H on some sites: H[sites, sites] = function(value), a Hermitian matrix on these sites' orbitals, in order.

    Other knobs then add to it and multiply it as usual. Without a value the device's elements are unchanged. It is called
    once for every value, so a sweep costs as many calls. Two Functions on a common element are a `BadInput`.
    """

    sites: tuple[int, ...]
    function: Callable[[float], MatrixLike]
    neutral: ClassVar[float | None] = None

    def __init__(self, sites: SiteList, function: Callable[[float], MatrixLike]) -> None:
        listed = site_list(sites, "A Function knob")
        if not callable(function):
            raise BadInput(
                f"A Function knob holds {brief(function)}, but it must be callable; give a function of the value."
            )
        keep(self, sites=listed, function=function)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """The block of its sites."""
        orbitals = geometry.sites(self.sites, f'Knob "{name}"')
        i, j = np.triu_indices(len(orbitals))
        swapped = orbitals[i] > orbitals[j]  # sites may be listed in any order
        i, j = np.where(swapped, j, i), np.where(swapped, i, j)
        block = Block(name, self.function, len(orbitals))
        nothing = np.zeros(len(i), bool)
        picked = i * len(orbitals) + j
        return ElementRule("set", orbitals[i], orbitals[j], np.ones(len(i)), nothing, None, block, picked)

    def __str__(self) -> str:
        return f"sets H on {plural('site', self.sites)}"


@dataclass(frozen=True, eq=False)
class Block(ElementFunction):
    """A Hermitian block (size, size), a function of one value; element [i, j] of it has the number i · size + j."""

    name: str
    function: Callable[[float], MatrixLike]
    size: int

    def elements(self, values: Mapping[str, Array], picked: Array) -> Array:
        """One call for each value. Raises `BadInput` if the function gives no Hermitian matrix of the right size."""
        return np.stack([self._at(float(value)).ravel()[picked] for value in values[self.name]])

    def _at(self, value: float) -> Array:
        try:
            found = self.function(value)
        except Exception as error:  # whatever the user's function raises
            raise BadInput(
                f'The function of knob "{self.name}" fails at {value:g} ({type(error).__name__}: {error}); give one that takes a number '
                f"and returns a Hermitian matrix."
            ) from error
        block = dense(hermitian(found, f'Knob "{self.name}" at {value:g}'))
        check_block(self.name, block, (self.size, self.size), f"its {self.size} orbitals")
        return np.asarray(block)
