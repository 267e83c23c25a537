"""A graphene ribbon with zigzag edges, under light.

    vector potential z (cos Ωt, sin Ωt) / bond,   velocity v = 3γ/2 bonds · energy/ħ

Circular light opens gaps in the bulk, and edge states go around them (T. Oka and H. Aoki, Phys. Rev. B 79, 081406;
T. Kitagawa, T. Oka, A. Brataas, L. Fu and E. Demler, Phys. Rev. B 84, 235108; P. M. Perez-Piskunow, G. Usaj,
C. A. Balseiro and L. E. F. Foa Torres, Phys. Rev. B 89, 121401):

    at the Dirac points     √((ħΩ)² + 4(vz)²) − ħΩ  ≈  2(vz)²/ħΩ        (to order z²)
    at ±ħΩ/2                vz                                          (to order z; linear light: vz |sin θ|, θ from k to A)
"""

from __future__ import annotations

from floquant.gallery.lattices import MOST_DENSE, size_of, zigzag_lattice
from floquant.gallery.ribbons import ribbon_device
from floquant.model.device import Device


def zigzag_ribbon(
    chains: int = 24, length: int = 60, hopping: float = 1.0, level: float = 0.0, field: float = 0.0, seed: int = 0
) -> Device:
    """`chains` zigzag chains across, `length` cells along x: 2 · chains · length sites, between ribbons of the same kind.

    Bonds have length 1, a cell √3. `field`: flux quanta per unit area (a hexagon has 3√3/2), in the leads too.
    Knobs, all on the stretch alone: `gate`, `left_gate`, `right_gate` (all sites, those of the left and of the right
    half), `sublattice` (+value on A, −value on B), `disorder` (level value · w, w drawn evenly from [−1/2, 1/2) by
    `seed`), `light_x`, `light_y` (vector potential, radians per bond length).
    Raises `BadInput` for sizes < 1, hopping 0 or numbers that are not finite.
    """
    lattice = zigzag_lattice(size_of(chains, "The number of chains", most=MOST_DENSE))
    return ribbon_device(lattice, length, hopping, level, field, seed, bipartite=True)
