"""The numbering of orbitals: which belong to which site, and the first cells of the leads after them.

Orbitals 0 … n − 1 are the device's. The cell 0 of each contact's lead follows, contact after contact, so that a bond
⟨device|H|lead⟩ is an element like any other: its row is a device orbital, its column one ≥ n.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from floquant.checks import Array
from floquant.checks.words import brief
from floquant.errors import BadInput


@dataclass(frozen=True, eq=False)
class Bond:
    """The elements between a contact's orbitals and its lead's cell 0: τ, shape (rows, columns)."""

    rows: Array
    columns: Array
    coupling: Array


@dataclass(frozen=True, eq=False)
class Geometry:
    """The numbering of a device: `offsets` (sites + 1,), its contacts' bonds, and whether it has spin.

    `positions` (sites, 1…3) if they are known. `elements`: rows < columns of all elements of H that some knob or H itself
    makes different from zero, for knobs that ask for them.
    """

    offsets: Array
    spin: bool
    contacts: Mapping[str, Bond]
    positions: Array | None = None
    elements: tuple[Array, Array] = field(default_factory=lambda: (np.zeros(0, int), np.zeros(0, int)))

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return len(self.offsets) - 1

    @property
    def orbital_count(self) -> int:
        """Number of orbitals of the device, spin included."""
        return int(self.offsets[-1])

    def site(self, site: int, what: str, verb: str = "touches") -> Array:
        """The orbitals of one site. `what` opens the sentence of the refusal."""
        if not 0 <= site < self.site_count:
            last = self.site_count - 1
            has = f"sites 0…{last}" if last else "only site 0"
            raise BadInput(f"{what} {verb} site {brief(site)}, but the device has {has}; give sites inside the device.")
        return np.arange(self.offsets[site], self.offsets[site + 1])

    def sites(self, sites: Iterable[int], what: str) -> Array:
        """The orbitals of several sites, site after site. `what` opens the sentence of the refusal."""
        listed = np.fromiter(sites, dtype=int)
        outside = listed[(listed < 0) | (listed >= self.site_count)]
        if outside.size:
            self.site(int(outside[0]), what)
        first, counts = self.offsets[listed], np.diff(self.offsets)[listed]
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(first, counts) + inside

    def sites_of(self, orbitals: Array) -> Array:
        """The site of each orbital."""
        return np.searchsorted(self.offsets, orbitals, side="right") - 1

    def spins(self, orbitals: Array) -> Array:
        """0 for ↑ and 1 for ↓: the fastest pair of every site, and of every lead's cell, is ↑, ↓."""
        # every site and every cell holds an even number of orbitals, so that the parity of the number is the spin
        return np.asarray(orbitals) % 2
