"""How the points of a study are laid out: rows, and the points of each row.

    row = outer · (number of settings) + setting

Outer dims (arguments of the device, photon energy) need another solve for each value; inner dims (knobs, drive) are settings of one
solve. The dims that are left are those of the points: energies or reservoirs at which the answer of a row is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.study.description.axes import Axes
from floquant.study.description.roles import INNER, OUTER


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows and points of these axes."""

    axes: Axes

    @cached_property
    def outer(self) -> tuple[str, ...]:
        """Dims that need another solve for each value."""
        return self.axes.dims_of(*OUTER)

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """Dims that are settings of one solve."""
        return tuple(dim for dim in self.axes.dims_of(*INNER) if dim not in self.outer)

    @property
    def dims(self) -> tuple[str, ...]:
        """Outer dims, then inner ones."""
        return (*self.outer, *self.inner)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Number of outer indices, and of settings of each."""
        return self.size(self.outer), self.size(self.inner)

    def size(self, dims: tuple[str, ...]) -> int:
        """Number of combinations along these dims."""
        return int(np.prod([self.axes.sizes[dim] for dim in dims], dtype=int))

    @property
    def energy_axis(self) -> str:
        """Name of the axis at which energy-resolved observables are read: the Fermi energy where there are no energies."""
        return "energy" if "energy" in self.axes.items else "fermi_energy"

    def point_dims(self, needs: str) -> tuple[str, ...]:
        """Dims of the points of an observable that needs "reservoirs" or "energy"."""
        if needs == "reservoirs":
            dims = self.axes.dims_of("reservoir")
        else:
            dims = self.axes.items[self.energy_axis].dims
        return tuple(dim for dim in self.axes.dims if dim in dims and dim not in self.dims)

    def outer_index(self, outer: int) -> dict[str, int]:
        """Position along each outer dim."""
        return self._positions(self.outer, outer)

    def described(self, first: int, last: int) -> str:
        """The values of the axes from one row to another, for a message."""
        ends = [self._positions(self.dims, row) for row in (first, last)]
        found = []
        for axis in self.axes.items.values():
            if axis.role in (*OUTER, *INNER) and axis.dims:
                begin, end = (axis.values[tuple(at[dim] for dim in axis.dims)] for at in ends)
                found.append(f"{axis.name} = {begin}" + ("" if begin == end else f" … {end}"))
        return ", ".join(found) or "the only one"

    def _positions(self, dims: tuple[str, ...], number: int) -> dict[str, int]:
        """Position along each of these dims, of the combination with this number."""
        sizes = [self.axes.sizes[dim] for dim in dims]
        return {dim: int(i) for dim, i in zip(dims, np.unravel_index(number, sizes) if sizes else (), strict=True)}
