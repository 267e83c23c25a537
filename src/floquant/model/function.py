"""A knob that sets a part of H: any function of its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from floquant.errors import BadInput
from floquant.model import checks
from floquant.model.action import Action
from floquant.model.bonds import check_block, plural
from floquant.model.checks import Array
from floquant.model.geometry import Geometry
from floquant.model.knob import Knob
from floquant.model.matrix import dense, hermitian


@dataclass(frozen=True, eq=False)
class Function(Knob):
    """Sets H on some sites: H[sites, sites] = function(value), a Hermitian matrix on these sites' orbitals, in order.

    Other knobs then add to it and multiply it as usual. Without a value the device's own elements stay. It is called
    once for every value, so a sweep costs as many calls. Two Functions on a common element are a `BadInput`.
    """

    sites: Any
    function: Callable[[float], Any]
    neutral: ClassVar[float | None] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", checks.site_list(self.sites, "A Function knob"))
        if not callable(self.function):
            raise BadInput(
                f"A Function knob holds {self.function!r}, but it must be callable; give a function of the value."
            )

    def action(self, name: str, geometry: Geometry) -> Action:
        """The block of its sites."""
        orbitals = geometry.sites(self.sites, f'Knob "{name}"')
        picked = tuple(np.triu_indices(len(orbitals)))
        rows, columns = orbitals[picked[0]], orbitals[picked[1]]
        swapped = rows > columns  # sites may be listed in any order
        picked = (np.where(swapped, picked[1], picked[0]), np.where(swapped, picked[0], picked[1]))
        rows, columns = np.minimum(rows, columns), np.maximum(rows, columns)
        size = len(orbitals)

        def checked(value: float) -> Array:
            what = f'Knob "{name}" at {value:g}'
            block = dense(hermitian(self.function(value), what))
            check_block(name, block, (size, size), f"its {size} orbitals")
            return np.asarray(block)

        nothing = np.zeros(len(rows), bool)
        return Action("set", rows, columns, np.ones(len(rows)), nothing, None, checked, picked)

    def __str__(self) -> str:
        return f"sets H on {plural('site', self.sites)}"
