"""Devices that are narrow, or tiny: their reference by a compiled elimination within a band, O(n b²) for each energy instead of O(n³).

The orbitals are put in an order that keeps neighbours together (reverse Cuthill–McKee, on H and on what the contacts join); b is how far
apart they are then. No element is changed, and rows are pivoted as LAPACK does, so that rounding is that of the dense matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.contacts import ContactTable

# Orbitals up to which a device is tiny: a band of any width; and how many energies make it worth to load a kernel for such.
TINY, MANY = 12, 50_000
# A band is narrow if n is so many times its width: LAPACK is as much quicker at an operation.
NARROW = 8
# Seconds: of LAPACK an energy and an operation, and what compiling the kernel takes.
CALL, OPERATION, COMPILING = 1e-6, 2e-10, 5.0
KERNEL = "banded.banded_reference"


@dataclass(frozen=True, eq=False)
class Band:
    """H of a sector within its band, (n, 2b + 1), and where each orbital is in its order, (n,)."""

    h: Array
    place: Array

    @property
    def narrow(self) -> bool:
        """Whether the band is worth an elimination of its own."""
        n, width = self.h.shape
        return n > TINY and NARROW * (width // 2) <= n

    def pays(self, energies: int) -> bool:
        """Whether so many energies are quicker this way: where the kernel is not compiled, only if they would take longer than that."""
        from floquant.solvers.compilation import is_there

        n = len(self.h)
        if not (self.narrow or (n <= TINY and energies >= MANY)):
            return False
        return is_there(KERNEL) or energies * (CALL + OPERATION * n**3) > COMPILING

    def reference(
        self, energies: Array, contacts: ContactTable, ports: Array, kappa: float
    ) -> tuple[list[Array], Array]:  # fmt: skip
        """G on the ports, left, right, static and norms at energies (E,), see `PortTable`; and where the matrix is singular, (E,)."""
        from floquant.solvers.kernels.banded import banded_reference

        count, d, channels = len(energies), len(ports), contacts.injection.shape[-1]
        shapes = (d, d), (channels, d), (d, channels), (channels, channels)
        found = [np.empty((count, *shape), complex) for shape in shapes]
        norms, singular = np.empty((count, 2)), np.empty(count, bool)
        banded_reference(
            np.ascontiguousarray(energies, float), self.h, self.place[contacts.orbitals], contacts.self_energy, contacts.injection,
            contacts.projector, self.place[ports], kappa, *found, norms, singular,
        )  # fmt: skip
        return [*found, norms], singular


def band_of(sector: Sector, dense: Array) -> Band:
    """The band of a sector whose H is `dense` (n, n)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    joined = dense != 0
    for terminal in sector.terminals:
        joined[np.ix_(terminal.orbitals, terminal.orbitals)] = True
    joined |= joined.T
    order = reverse_cuthill_mckee(csr_array(joined), symmetric_mode=True).astype(np.int64)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rows, columns = np.nonzero(joined)
    width = int(np.abs(place[rows] - place[columns]).max(initial=0))
    h = np.zeros((len(order), 2 * width + 1), complex)
    h[place[rows], place[columns] - place[rows] + width] = dense[rows, columns]
    return Band(h, place)
