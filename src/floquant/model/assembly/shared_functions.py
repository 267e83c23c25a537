"""Elements of H that one function of several knobs sets, evaluated once for each different set of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.model.knobs.element_rule import Setting

if TYPE_CHECKING:
    from floquant.model.assembly.composition import Part


@dataclass(frozen=True, eq=False)
class Together:
    """Elements at positions `where` (k,), number `picked` (k,) of `setting`, that depend on the knobs `names`."""

    setting: Setting
    names: tuple[str, ...]
    where: Array
    picked: Array

    def elements(self, values: Mapping[str, Array]) -> Array:
        """At `values`, arrays of two dims that broadcast, say to (P, samples): shape (P, samples, k)."""
        table = np.broadcast_arrays(*(values[name] for name in self.names))
        shape = table[0].shape
        different, back = np.unique(np.stack([x.ravel() for x in table], axis=1), axis=0, return_inverse=True)
        found = self.setting.elements(dict(zip(self.names, different.T, strict=True)), self.picked)
        return np.asarray(found[back.reshape(-1)].reshape(*shape, len(self.where)), complex)


def together(parts: Sequence[Part], size: int) -> list[Together]:
    """The parts that set elements, put together where knobs share a function. `size`: number of all elements in hand."""
    result = []
    for setting in dict.fromkeys(part.action.setting for part in parts):
        assert setting is not None
        mine = [part for part in parts if part.action.setting is setting]
        depends, picked = np.zeros((len(mine), size), bool), np.zeros(size, int)
        for row, part in zip(depends, mine, strict=True):
            assert part.action.picked is not None
            row[part.where] = True
            picked[part.where] = part.action.picked[part.mine]
        for pattern in np.unique(depends, axis=1).T:
            where = np.flatnonzero(np.all(depends == pattern[:, None], axis=0))
            if pattern.any():
                names = tuple(part.name for part, used in zip(mine, pattern, strict=True) if used)
                result.append(Together(setting, names, where, picked[where]))
    return result
