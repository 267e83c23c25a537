"""Value functions of a Kwant system as functions of its knobs, evaluated on the elements that depend on them alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model.action import Setting
from floquant.model.argument import Argument
from floquant.model.checks import Array

HERMITIAN_TOLERANCE = 1e-10


class Sites:
    """The Kwant sites that a value function is called with. They are told apart by their tags, in every process alike."""

    __slots__ = ("sites",)

    def __init__(self, sites: tuple[Any, ...]) -> None:
        self.sites = sites

    def __repr__(self) -> str:
        return ", ".join(str(site) for site in self.sites)


@dataclass(frozen=True, eq=False)
class Term:
    """One onsite value or hopping: function(*sites, *parameters), or its adjoint, on orbitals `shape` of two sites."""

    function: Any
    names: tuple[str, ...]
    sites: Sites
    adjoint: bool
    shape: tuple[int, int]

    def blocks(self, columns: Sequence[Any]) -> Array:
        """At parameters `columns`, each (points,), in the order of `names`: shape (points, *shape).

        Raises `BadInput` if the function fails, or gives something else than a matrix of this shape, Hermitian on a site.
        """
        found = []
        for point in zip(*columns, strict=True):
            try:
                found.append(self.function(*self.sites.sites, *point))
            except Exception as error:
                raise BadInput(
                    f"The Kwant value function {self._called(point)} failed ({type(error).__name__}: {error}); repair it, or turn "
                    f"its parameters less far."
                ) from error
        try:
            blocks = np.array(found, complex).reshape(len(found), *(self.shape[::-1] if self.adjoint else self.shape))
        except (TypeError, ValueError) as error:
            raise BadInput(
                f"The Kwant value function {self._called(point)} gives {found[-1]!r}, but on {self.sites!r} it must be a matrix "
                f"of shape {self.shape}; give one value per orbital."
            ) from error
        if self.adjoint:
            blocks = np.conj(np.swapaxes(blocks, 1, 2))
        self._check(blocks, columns)
        return blocks

    def _check(self, blocks: Array, columns: Sequence[Any]) -> None:
        finite = np.asarray(np.isfinite(blocks).all(axis=(1, 2)))
        good = finite.copy()
        if len(self.sites.sites) == 1:
            difference = np.abs(blocks - np.conj(np.swapaxes(blocks, 1, 2))).max(axis=(1, 2))
            good &= difference <= HERMITIAN_TOLERANCE * np.abs(blocks).max(axis=(1, 2))
        if not good.all():
            worst = int(np.argmin(good))
            what = "is not Hermitian" if finite[worst] else "is not finite"
            raise BadInput(
                f"The Kwant value function {self._called([column[worst] for column in columns])} {what}; give a Hermitian and "
                f"finite value for every value of its parameters."
            )

    def _called(self, point: Sequence[Any]) -> str:
        told = ", ".join(f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value!r}"
                         for name, value in zip(self.names, point, strict=True))  # fmt: skip
        return f"{getattr(self.function, '__name__', repr(self.function))}({self.sites!r}, {told})"


@dataclass(frozen=True, eq=False)
class Values(Setting):
    """All terms that depend on a knob. Element number e is [row[e], column[e]] of term[e].

    `params`: the values of all parameters where the knobs rest; `parameters`: {knob: parameter}.
    """

    terms: tuple[Term, ...]
    term: Array
    row: Array
    column: Array
    params: Mapping[str, Any]
    parameters: Mapping[str, str]

    def elements(self, values: Mapping[str, Array], picked: Array) -> Array:
        """The value functions, each called once for every point and every pair of sites; shape (points, picked)."""
        points = len(next(iter(values.values())))
        turned = {self.parameters[knob]: value.tolist() for knob, value in values.items()}
        result = np.empty((points, len(picked)), complex)
        order = np.argsort(self.term[picked], kind="stable")
        ends = np.flatnonzero(np.diff(self.term[picked[order]], prepend=-1, append=-1))
        for first, last in itertools.pairwise(ends):
            where = order[first:last]
            term = self.terms[self.term[picked[where[0]]]]
            columns = [turned.get(name, [self.params[name]] * points) for name in term.names]
            result[:, where] = term.blocks(columns)[:, self.row[picked[where]], self.column[picked[where]]]
        return result


def arguments(system: Any, params: Mapping[str, Any], named: Mapping[str, str], orbitals: Array) -> dict[str, Argument]:
    """The knobs of a system: each sets all elements whose value functions take its parameter."""
    if not named:
        return {}
    first = np.concatenate([[0], np.cumsum(orbitals)])
    terms, pairs = _terms(system, set(named.values()), orbitals)
    blocks = [_upper(one.shape, i == j) for one, (i, j) in zip(terms, pairs, strict=True)]
    counts = [block.shape[1] for block in blocks]
    term = np.repeat(np.arange(len(terms)), counts)
    row, column = np.concatenate(blocks, axis=1)
    rows = np.repeat(first[[i for i, _ in pairs]], counts) + row
    columns = np.repeat(first[[j for _, j in pairs]], counts) + column
    setting = Values(tuple(terms), term, row, column, dict(params), dict(named))
    result = {}
    for name, parameter in named.items():
        picked = np.flatnonzero(np.array([parameter in one.names for one in terms])[term])
        what = f'the Kwant parameter "{parameter}"'
        rest = float(params[parameter])
        result[name] = Argument(setting, rows[picked], columns[picked], picked, what, rest)
    return result


def _upper(shape: tuple[int, int], on_site: bool) -> Array:
    """[rows, columns] of a block, without what lies below the diagonal of H."""
    return np.stack(np.triu_indices(shape[0])) if on_site else np.indices(shape).reshape(2, -1)


def _terms(system: Any, wanted: set[str], orbitals: Array) -> tuple[list[Term], list[tuple[int, int]]]:
    """The terms that take a wanted parameter, and their pairs of sites (i, j), i ≤ j."""
    from kwant.builder import Other

    terms, pairs = [], []
    for i, (value, names) in enumerate(system.onsites):
        if names and not wanted.isdisjoint(names):
            size = int(orbitals[i])
            terms.append(Term(value, tuple(names), Sites((system.sites[i],)), False, (size, size)))
            pairs.append((i, i))
    for (i, j), (value, names) in zip(system.graph, system.hoppings, strict=True):
        if value is not Other and names and not wanted.isdisjoint(names):
            low, high = min(i, j), max(i, j)
            shape = (int(orbitals[low]), int(orbitals[high]))
            terms.append(Term(value, tuple(names), Sites((system.sites[i], system.sites[j])), i > j, shape))
            pairs.append((int(low), int(high)))
    return terms, pairs
