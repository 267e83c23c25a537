"""Elements of H that one function of several knobs sets, evaluated once for each different set of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.knob_elements import KnobElements
from floquant.model.knobs.element_rule import ElementFunction


@dataclass(frozen=True, eq=False)
class SharedFunction:
    """Elements at `where` (k,) in a list, with the numbers `picked` (k,) of `function`, that depend on the knobs `names`."""

    function: ElementFunction
    names: tuple[str, ...]
    where: Array
    picked: Array

    def elements(self, values: Mapping[str, Array]) -> Array:
        """At `values`, arrays of two dims that broadcast, say to (P, samples): shape (P, samples, k)."""
        table = np.broadcast_arrays(*(values[name] for name in self.names))
        shape = table[0].shape
        different, back = np.unique(np.stack([x.ravel() for x in table], axis=1), axis=0, return_inverse=True)
        found = self.function.elements(dict(zip(self.names, different.T, strict=True)), self.picked)
        return np.asarray(found[back.reshape(-1)].reshape(*shape, len(self.where)), complex)


def shared_functions(parts: Sequence[KnobElements], size: int) -> list[SharedFunction]:
    """The knobs that set elements, by function and by which of them an element depends on. `size`: number of all elements listed."""
    result = []
    for function in dict.fromkeys(part.rule.function for part in parts):
        assert function is not None
        arguments = [part for part in parts if part.rule.function is function]
        depends, picked = np.zeros((len(arguments), size), bool), np.zeros(size, int)
        for row, part in zip(depends, arguments, strict=True):
            assert part.rule.picked is not None
            row[part.where] = True
            picked[part.where] = part.rule.picked[part.numbers]
        for pattern in np.unique(depends, axis=1).T:
            where = np.flatnonzero(np.all(depends == pattern[:, None], axis=0))
            if pattern.any():
                names = tuple(part.name for part, used in zip(arguments, pattern, strict=True) if used)
                result.append(SharedFunction(function, names, where, picked[where]))
    return result
