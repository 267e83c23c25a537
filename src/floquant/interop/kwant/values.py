"""Value functions of a Kwant system as functions of its knobs, evaluated on the elements that depend on them alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model.knobs.element_rule import ElementFunction
from floquant.model.knobs.function_argument import FunctionArgument

HERMITIAN_TOLERANCE = 1e-10


class Sites:
    """The Kwant sites that a value function is called with. Their tags identify them, in every process alike."""

    __slots__ = ("sites",)

    def __init__(self, sites: tuple[Any, ...]) -> None:
        self.sites = sites

    def __repr__(self) -> str:
        return ", ".join(site_name(site) for site in self.sites)


def site_name(site: Any) -> str:
    """Its family and tag, short: `site A(1, 2)`."""
    tag = ", ".join(str(number) for number in site.tag) if isinstance(site.tag, Iterable) else str(site.tag)
    return f"site {getattr(site.family, 'name', '') or ''}({tag})"


@dataclass(frozen=True, eq=False)
class Term:
    """One onsite value or hopping: function(*sites, *parameters), or its adjoint, on orbitals `shape` of two sites."""

    function: Any
    names: tuple[str, ...]
    sites: Sites
    adjoint: bool
    shape: tuple[int, int]

    def blocks(self, points: Sequence[tuple[Any, ...]]) -> Array:
        """At values of the parameters, in the order of `names`: shape (points, *shape).

        Raises `BadInput` if the function fails, or gives something else than a matrix of this shape, Hermitian on a site.
        """
        shape = self.shape[::-1] if self.adjoint else self.shape
        result = np.empty((len(points), *self.shape), complex)
        for place, point in zip(result, points, strict=True):
            try:
                value = self.function(*self.sites.sites, *point)
            except Exception as error:
                raise BadInput(
                    f"The Kwant value function {self._called(point)} failed ({type(error).__name__}: {error}); repair it, or turn "
                    f"its parameters by less."
                ) from error
            try:
                block = np.array(value, complex).reshape(shape)
            except (TypeError, ValueError) as error:
                raise BadInput(
                    f"The Kwant value function {self._called(point)} gives {value!r}, but it must be a matrix of shape {shape}; "
                    f"give one value per pair of orbitals."
                ) from error
            self._check(block, point)
            place[:] = block.conj().T if self.adjoint else block
        return result

    def _check(self, block: Array, point: Sequence[Any]) -> None:
        wrong = "" if np.isfinite(block).all() else "is not finite"
        if not wrong and len(self.sites.sites) == 1:
            difference = np.abs(block - block.conj().T).max()
            wrong = "is not Hermitian" if difference > HERMITIAN_TOLERANCE * np.abs(block).max() else ""
        if wrong:
            raise BadInput(
                f"The Kwant value function {self._called(point)} {wrong}; give a Hermitian and finite value for every value of "
                f"its parameters."
            )

    def _called(self, point: Sequence[Any]) -> str:
        told = ", ".join(f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value!r}"
                         for name, value in zip(self.names, point, strict=True))  # fmt: skip
        return f"{getattr(self.function, '__name__', repr(self.function))}({self.sites!r}, {told})"


@dataclass(frozen=True, eq=False)
class Values(ElementFunction):
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
        count = len(next(iter(values.values())))
        turned = {self.parameters[knob]: value.tolist() for knob, value in values.items()}
        used, back = np.unique(self.term[picked], return_inverse=True)
        terms = [self.terms[number] for number in used]
        points = {
            names: list(zip(*(turned.get(name, [self.params[name]] * count) for name in names), strict=True))
            for names in {term.names for term in terms}
        }
        if all(term.shape == (1, 1) for term in terms):
            found = _numbers(terms, points)
            if found is not None:
                return found[:, back]
        result = np.empty((count, len(picked)), complex)
        order = np.argsort(back, kind="stable")
        ends = np.searchsorted(back[order], np.arange(len(terms) + 1))
        for term, (first, last) in zip(terms, itertools.pairwise(ends), strict=True):
            where = order[first:last]
            result[:, where] = term.blocks(points[term.names])[:, self.row[picked[where]], self.column[picked[where]]]
        return result


def _numbers(terms: Sequence[Term], points: Mapping[tuple[str, ...], Any]) -> Array | None:
    """Terms of one number each, converted together, (points, terms); None if any of them is wrong."""
    found = []
    try:
        for term in terms:
            function, sites = term.function, term.sites.sites
            found.append([function(*sites, *point) for point in points[term.names]])
        result = np.array(found, complex)
    except Exception:
        return None  # one at a time, the one that fails can be named
    if result.ndim != 2 or not np.isfinite(result).all():
        return None
    on_site = np.array([len(term.sites.sites) == 1 for term in terms])
    if np.any(np.abs(result[on_site].imag) > HERMITIAN_TOLERANCE * np.abs(result[on_site])):
        return None
    adjoint = np.array([term.adjoint for term in terms])
    result[adjoint] = np.conj(result[adjoint])
    return np.ascontiguousarray(result.T)


def arguments(
    system: Any, params: Mapping[str, Any], named: Mapping[str, str], orbitals: Array
) -> dict[str, FunctionArgument]:
    """The knobs of a system: each sets all elements whose value functions take its parameter."""
    if not named:
        return {}
    first = np.concatenate([[0], np.cumsum(orbitals)])
    terms, pairs = _terms(system, set(named.values()), orbitals)
    kinds = {(one.shape, i == j) for one, (i, j) in zip(terms, pairs, strict=True)}
    upper = {kind: _upper(*kind) for kind in kinds}
    blocks = [upper[one.shape, i == j] for one, (i, j) in zip(terms, pairs, strict=True)]
    counts = [block.shape[1] for block in blocks]
    term = np.repeat(np.arange(len(terms)), counts)
    row, column = np.concatenate(blocks, axis=1)
    rows = np.repeat(first[[i for i, _ in pairs]], counts) + row
    columns = np.repeat(first[[j for _, j in pairs]], counts) + column
    values = Values(tuple(terms), term, row, column, dict(params), dict(named))
    result = {}
    for name, parameter in named.items():
        picked = np.flatnonzero(np.array([parameter in one.names for one in terms])[term])
        what = f'the Kwant parameter "{parameter}"'
        rest = float(params[parameter])
        result[name] = FunctionArgument(values, rows[picked], columns[picked], picked, what, rest)
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
