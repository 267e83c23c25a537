"""A graphene ribbon with armchair edges, under light: the bulk gaps of `zigzag_ribbon`, without its flat edge states.

At rest it is a sum of chains with alternating bonds, and a metal if N + 1 is a multiple of 3:

    E = ±γ |1 + w_p e^{ik}|,   w_p = 2 cos(πp/(N + 1)),   p = 1 … ⌊N/2⌋,   k in radians per half a cell

(K. Nakada, M. Fujita, G. Dresselhaus and M. S. Dresselhaus, Phys. Rev. B 54, 17954; under light: T. Oka and H. Aoki,
Phys. Rev. B 79, 081406; H. L. Calvo, H. M. Pastawski, S. Roche and L. E. F. Foa Torres, Appl. Phys. Lett. 98, 232103.)
"""

from __future__ import annotations

from floquant.gallery.lattices import MOST_DENSE, armchair_lattice, size_of
from floquant.gallery.ribbons import ribbon_device
from floquant.model.device import Device


def armchair_ribbon(
    lines: int = 23, length: int = 40, hopping: float = 1.0, level: float = 0.0, field: float = 0.0, seed: int = 0
) -> Device:
    """`lines` lines of dimers across, `length` cells along x: 2 · lines · length sites, between ribbons of the same kind.

    Bonds have length 1, a cell 3. `field`: flux quanta per unit area (a hexagon has 3√3/2), in the leads too.
    Knobs, all on the stretch alone: `gate`, `left_gate`, `right_gate` (all sites, those of the left and of the right
    half), `sublattice` (+value on A, −value on B), `disorder` (level value · w, w drawn evenly from [−1/2, 1/2) by
    `seed`), `light_x`, `light_y` (vector potential, radians per bond length).
    Raises `BadInput` for fewer than 1 line or cell, hopping 0 or numbers that are not finite.
    """
    lattice = armchair_lattice(size_of(lines, "The number of lines", most=MOST_DENSE))
    return ribbon_device(lattice, length, hopping, level, field, seed, bipartite=True)
