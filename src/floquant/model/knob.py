"""Knobs: named pieces of the Hamiltonian that a user can turn, sweep and drive.

    H_ij = (base_ij + Σ additive knobs) · Π strengths · exp(2πi Σ fluxes)

On one bond additive knobs add, strengths multiply, fluxes add. A knob rests where it changes nothing: at 0 if it adds
or turns a phase, at 1 if it multiplies; a `Function` is not there at all until it is given a value.
A site means all of its orbitals; a bond (i, j) means ⟨i|H|j⟩, the hopping from j to i.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from floquant.errors import BadInput
from floquant.model import checks
from floquant.model.action import Action, upper
from floquant.model.checks import Array
from floquant.model.geometry import Geometry
from floquant.model.matrix import dense, elements, hermitian, matrix, pattern

Bonds = tuple[tuple[int, int], ...]


class Knob(ABC):
    """What can be turned. `neutral` is the value at which it does nothing (None: no value does nothing)."""

    neutral: ClassVar[float | None] = 0.0
    complex_values: ClassVar[bool] = False

    @abstractmethod
    def action(self, name: str, geometry: Geometry) -> Action:
        """What the knob called `name` does to the elements of H. Raises `BadInput` if it does not fit the device."""

    @abstractmethod
    def __str__(self) -> str:
        """What it does and where, in a few words."""


@dataclass(frozen=True, eq=False)
class Onsite(Knob):
    """Adds value × weight (× matrix) to sites: H_ss += value · weight_s · M, M = 1 if no matrix is given.

    `sites`: an integer or a list. `weights`: a real number per site. `matrix`: Hermitian, on the orbitals of one site, for
    example a spin matrix. The value is real, in the energy unit. Raises `BadInput` if these do not fit the device.
    """

    sites: Any
    weights: Any = None
    matrix: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", checks.site_list(self.sites, "An Onsite knob"))
        if self.weights is not None:
            weights = np.atleast_1d(checks.numbers(self.weights, "The weights of an Onsite knob"))
            if weights.shape != (len(self.sites),):
                raise BadInput(
                    f"An Onsite knob has {weights.size} weights for {len(self.sites)} sites; give one weight per site."
                )
            object.__setattr__(self, "weights", weights)
        if self.matrix is not None:
            object.__setattr__(self, "matrix", dense(hermitian(self.matrix, "The matrix of an Onsite knob")))

    def action(self, name: str, geometry: Geometry) -> Action:
        """Each site's block."""
        rows, columns, values = [], [], []
        for index, site in enumerate(self.sites):
            orbitals = geometry.site(site, f'Knob "{name}"')
            block = np.eye(len(orbitals), dtype=complex) if self.matrix is None else self.matrix
            _check_block(name, block, (len(orbitals), len(orbitals)), f"site {site}")
            i, j = np.nonzero(np.triu(block))
            rows.append(orbitals[i])
            columns.append(orbitals[j])
            values.append(block[i, j] * (1.0 if self.weights is None else self.weights[index]))
        return upper("add", np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def __str__(self) -> str:
        times = "" if self.weights is None else " × weight"
        times += "" if self.matrix is None else " × matrix"
        return f"adds value{times} to {_plural('site', self.sites)}"


@dataclass(frozen=True, eq=False)
class Hopping(Knob):
    """Adds value × M to ⟨i|H|j⟩ and its conjugate to ⟨j|H|i⟩, for a bond (i, j) or a list of bonds.

    `matrix` M has shape (orbitals of i, orbitals of j); left out, it is the identity. The value is in the energy unit; it
    may be complex, what a drive adds to it is real. Raises `BadInput` if these do not fit the device.
    """

    bond: Any
    matrix: Any = None
    complex_values: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "bond", _bonds(self.bond, "A Hopping knob"))
        if self.matrix is not None:
            object.__setattr__(self, "matrix", np.array(dense(matrix(self.matrix, "The matrix of a Hopping knob"))))
            self.matrix.setflags(write=False)

    def action(self, name: str, geometry: Geometry) -> Action:
        """Each bond's block."""
        rows, columns, values = [], [], []
        for i, j in self.bond:
            left, right = geometry.site(i, f'Knob "{name}"'), geometry.site(j, f'Knob "{name}"')
            if self.matrix is None and len(left) != len(right):
                raise BadInput(
                    f'Knob "{name}" joins site {i} with {len(left)} orbitals to site {j} with {len(right)}, but without a '
                    f"matrix they must have equally many; give matrix of shape {(len(left), len(right))}."
                )
            block = np.eye(len(left), dtype=complex) if self.matrix is None else self.matrix
            _check_block(name, block, (len(left), len(right)), f"bond ({i}, {j})")
            p, q = np.nonzero(block)
            rows.append(left[p])
            columns.append(right[q])
            values.append(block[p, q])
        return upper("add", np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def __str__(self) -> str:
        return f"adds value{'' if self.matrix is None else ' × matrix'} to {_plural('bond', self.bond)}"


@dataclass(frozen=True, eq=False)
class Matrix(Knob):
    """Adds value × h to the whole Hamiltonian. h: Hermitian, dense or sparse, as large as H; the value is real.

    Raises `BadInput` if h is not Hermitian or not of the device's size.
    """

    h: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "h", hermitian(self.h, "The matrix of a Matrix knob"))

    def action(self, name: str, geometry: Geometry) -> Action:
        """All elements of h."""
        n = geometry.orbital_count
        _check_block(name, self.h, (n, n), "the device")
        rows, columns = pattern(self.h)
        keep = rows <= columns
        rows, columns = rows[keep], columns[keep]
        return upper("add", rows, columns, elements(self.h, rows, columns))

    def __str__(self) -> str:
        return "adds value × matrix"


@dataclass(frozen=True, eq=False)
class Strength(Knob):
    """Multiplies ⟨i|H|j⟩ and ⟨j|H|i⟩ of a bond (i, j), or of a list of bonds, or the coupling of a contact, by a real value.

    Neutral at 1. Give `bond` or `contact`. Raises `BadInput` for both, for neither, or if they are not in the device.
    """

    bond: Any = None
    contact: str | None = None
    neutral: ClassVar[float | None] = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "bond", _bond_or_contact(self.bond, self.contact, "A Strength knob"))

    def action(self, name: str, geometry: Geometry) -> Action:
        """All orbital pairs of the bonds."""
        rows, columns = _pairs(self.bond, self.contact, name, geometry)
        return upper("multiply", rows, columns, np.ones(len(rows)), self.contact)

    def __str__(self) -> str:
        return f"multiplies {_place(self.bond, self.contact)}"


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
        object.__setattr__(self, "bond", _bond_or_contact(self.bond, self.contact, "A Flux knob"))

    def action(self, name: str, geometry: Geometry) -> Action:
        """All orbital pairs of the bonds; with spin, those of equal spin."""
        rows, columns = _pairs(self.bond, self.contact, name, geometry)
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
        return f"turns the phase of {_place(self.bond, self.contact)} by 2π·{sign}"


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
            _check_block(name, block, (size, size), f"its {size} orbitals")
            return np.asarray(block)

        nothing = np.zeros(len(rows), bool)
        return Action("set", rows, columns, np.ones(len(rows)), nothing, None, checked, picked)

    def __str__(self) -> str:
        return f"sets H on {_plural('site', self.sites)}"


def _check_block(name: str, block: Any, shape: tuple[int, int], where: str) -> None:
    if block.shape != shape:
        raise BadInput(
            f'Knob "{name}" has a matrix of shape {block.shape}, but on {where} it must be {shape}; give a matrix of that '
            f"shape."
        )


def _bonds(bond: Any, what: str) -> Bonds:
    """One pair of sites or a list of pairs, as a tuple of pairs."""
    try:
        pairs = np.asarray(bond)
    except ValueError:
        pairs = np.zeros(0)
    if pairs.ndim == 1 and pairs.shape == (2,):
        pairs = pairs[None, :]
    if pairs.ndim != 2 or pairs.shape[-1:] != (2,) or len(pairs) == 0 or pairs.dtype.kind not in "iu":
        raise BadInput(f"{what} acts on {bond!r}, but a bond is a pair of sites; give (i, j) or a list of such pairs.")
    listed = tuple((int(i), int(j)) for i, j in pairs)
    for i, j in listed:
        if i == j:
            raise BadInput(
                f"{what} acts on bond ({i}, {j}), but a bond joins two sites; use Onsite or Matrix for one site."
            )
    if len({frozenset(pair) for pair in listed}) < len(listed):
        raise BadInput(
            f"{what} acts on {list(listed)}, but a bond may appear only once; list each bond in one direction."
        )
    return listed


def _bond_or_contact(bond: Any, contact: str | None, what: str) -> Bonds | None:
    if (bond is None) == (contact is None):
        raise BadInput(f"{what} needs either a bond or a contact; give bond=(i, j) or contact=name.")
    return None if bond is None else _bonds(bond, what)


def _pairs(bond: Bonds | None, contact: str | None, name: str, geometry: Geometry) -> tuple[Array, Array]:
    """Every pair of orbitals of the bonds, or of the contact's bond."""
    if contact is not None:
        if contact not in geometry.contacts:
            raise checks.unknown("contact", contact, geometry.contacts, f'The device of knob "{name}"')
        joint = geometry.contacts[contact]
        grid = np.meshgrid(joint.rows, joint.columns, indexing="ij")
        return grid[0].ravel(), grid[1].ravel()
    rows, columns = [], []
    for i, j in bond or ():
        left, right = geometry.site(i, f'Knob "{name}"'), geometry.site(j, f'Knob "{name}"')
        grid = np.meshgrid(left, right, indexing="ij")
        rows.append(grid[0].ravel())
        columns.append(grid[1].ravel())
    return np.concatenate(rows), np.concatenate(columns)


def _plural(word: str, items: tuple[Any, ...]) -> str:
    shown = ", ".join(str(item) for item in items[:6])
    more = f", … ({len(items)})" if len(items) > 6 else ""
    return f"{word}{'s' if len(items) > 1 else ''} {shown}{more}"


def _place(bond: Bonds | None, contact: str | None) -> str:
    return f'the coupling of contact "{contact}"' if bond is None else _plural("bond", bond)
