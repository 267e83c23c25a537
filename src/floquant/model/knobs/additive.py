"""Knobs that add to H: a site energy, a hopping, a whole matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.frozen import keep
from floquant.checks.matrices import dense, elements, hermitian, pattern
from floquant.checks.matrices import matrix as checked_matrix
from floquant.checks.numbers import numbers, site_list
from floquant.checks.types import BondList, MatrixLike, SiteList
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.bonds import Bonds, bond_list, check_block, plural
from floquant.model.knobs.element_rule import ElementRule, upper
from floquant.model.knobs.knob import Knob


@dataclass(frozen=True, eq=False, repr=False)
class Onsite(Knob):
    """Adds value × weight (× matrix) to sites: H_ss += value · weight_s · M, M = 1 if no matrix is given.

    `sites`: an integer or a list. `weights`: a real number per site. `matrix`: Hermitian, on the orbitals of one site, for
    example a spin matrix. The value is real, in the energy unit. Raises `BadInput` if these do not fit the device.
    """

    sites: tuple[int, ...]
    weights: Array | None
    matrix: Array | None

    def __init__(self, sites: SiteList, weights: ArrayLike | None = None, matrix: MatrixLike | None = None) -> None:
        listed = site_list(sites, "An Onsite knob")
        if weights is not None:
            weights = np.atleast_1d(numbers(weights, "The weights of an Onsite knob"))
            if weights.shape != (len(listed),):
                raise BadInput(
                    f"An Onsite knob has {weights.size} weights for {len(listed)} sites; give one weight per site."
                )
        own = None if matrix is None else dense(hermitian(matrix, "The matrix of an Onsite knob"))
        keep(self, sites=listed, weights=weights, matrix=own)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """Each site's block."""
        orbitals = geometry.sites(self.sites, f'Knob "{name}"')
        counts = np.diff(geometry.offsets)[list(self.sites)]
        weights = np.ones(len(counts)) if self.weights is None else self.weights
        if self.matrix is None:
            return upper("add", orbitals, orbitals, np.repeat(weights, counts))
        for k in np.flatnonzero(counts != len(self.matrix))[:1]:
            check_block(name, self.matrix, (int(counts[k]), int(counts[k])), f"site {self.sites[k]}")
        i, j = np.nonzero(np.triu(self.matrix))
        cells = orbitals.reshape(len(counts), -1)
        return upper("add", cells[:, i].ravel(), cells[:, j].ravel(), np.outer(weights, self.matrix[i, j]).ravel())

    def __str__(self) -> str:
        times = "" if self.weights is None else " × weight"
        times += "" if self.matrix is None else " × matrix"
        return f"adds value{times} to {plural('site', self.sites)}"


@dataclass(frozen=True, eq=False, repr=False)
class Hopping(Knob):
    """Adds value × M to ⟨i|H|j⟩ and its conjugate to ⟨j|H|i⟩, for a bond (i, j) or a list of bonds.

    `matrix` M has shape (orbitals of i, orbitals of j); left out, it is the identity. The value is in the energy unit; it
    may be complex, what a drive adds to it is real. Raises `BadInput` if these do not fit the device.
    """

    bond: Bonds
    matrix: Array | None
    complex_values: ClassVar[bool] = True

    def __init__(self, bond: BondList, matrix: MatrixLike | None = None) -> None:
        own = None
        if matrix is not None:
            own = np.array(dense(checked_matrix(matrix, "The matrix of a Hopping knob")))
            own.setflags(write=False)
        keep(self, bond=bond_list(bond, "A Hopping knob"), matrix=own)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
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
            check_block(name, block, (len(left), len(right)), f"bond ({i}, {j})")
            p, q = np.nonzero(block)
            rows.append(left[p])
            columns.append(right[q])
            values.append(block[p, q])
        return upper("add", np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def __str__(self) -> str:
        return f"adds value{'' if self.matrix is None else ' × matrix'} to {plural('bond', self.bond)}"


@dataclass(frozen=True, eq=False, repr=False)
class Matrix(Knob):
    """Adds value × h to the whole Hamiltonian. h: Hermitian, dense or sparse, as large as H; the value is real.

    Raises `BadInput` if h is not Hermitian or not of the device's size.
    """

    h: Any  # a complex ndarray, or a scipy CSC array if the user's was sparse

    def __init__(self, h: MatrixLike) -> None:
        keep(self, h=hermitian(h, "The matrix of a Matrix knob"))

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """All elements of h."""
        n = geometry.orbital_count
        check_block(name, self.h, (n, n), "the device")
        rows, columns = pattern(self.h)
        keep = rows <= columns
        rows, columns = rows[keep], columns[keep]
        return upper("add", rows, columns, elements(self.h, rows, columns))

    def __str__(self) -> str:
        return "adds value × matrix"
