"""A ribbon of the square lattice: at rest `width` independent chains with levels 2γ cos(πp/(width + 1)).

A gate on the whole stretch keeps the chains apart, so that T^(n) is the sum of their driven stretches. In a magnetic field
the states of the leads are Landau levels and edge states. (S. Datta, Electronic Transport in Mesoscopic Systems,
section 3.5; D. R. Hofstadter, Phys. Rev. B 14, 2239.)
"""

from __future__ import annotations

from floquant.gallery.lattices import MOST_DENSE, size_of, square_lattice
from floquant.gallery.ribbons import ribbon_device
from floquant.model.device import Device


def square_ribbon(
    width: int = 10, length: int = 20, hopping: float = 1.0, level: float = 0.0, field: float = 0.0, seed: int = 0
) -> Device:
    """`width` × `length` sites, spacing 1, between ribbons of the same width. Energies in one unit.

    `field`: flux quanta per plaquette, in the leads too. Site x · width + y lies at (x, y).
    Knobs, all on the stretch alone: `gate`, `left_gate`, `right_gate` (all sites, those of the left and of the right
    half), `disorder` (level value · w, w drawn evenly from [−1/2, 1/2) by `seed`), `light_x`, `light_y` (vector potential,
    radians per site). Raises `BadInput` for sizes < 1, hopping 0 or numbers that are not finite.
    """
    return ribbon_device(
        square_lattice(size_of(width, "The width", most=MOST_DENSE)),
        length,
        hopping,
        level,
        field,
        seed,
        bipartite=False,
    )
