"""A stretch of a chain whose levels oscillate in phase: solvable for any length.

    Inside, ψ_j,n = Σ_m J_{n−m}(v/ħΩ) (a_m z_m^j + b_m z_m^{L+1−j}),   z_m + 1/z_m = (E + mħΩ − u)/γ

Two unknowns a sideband, whatever the length L. (P. K. Tien and J. P. Gordon, Phys. Rev. 129, 647; W. Li and
L. E. Reichl, Phys. Rev. B 60, 15732.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number
from floquant.gallery.lattices import chain_bonds, hermitian_of, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite


def driven_stretch(length: int = 50, hopping: float = 1.0, coupling: float | None = None) -> Device:
    """`length` sites joined by `hopping`, in a chain of the same hopping.

    `coupling` of the contacts (`hopping` if not given: no seam). All in one energy unit.
    Knob: `level` u of all sites. Raises `BadInput` for a length < 1, or numbers that are not finite.
    """
    length = size_of(length, "The length")
    sites = np.arange(length)
    lead = Chain(hopping)
    h = hermitian_of(chain_bonds(length), number(hopping, "hopping"), length)
    return Device(
        h,
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, length - 1, coupling)},
        knobs={"level": Onsite(sites)},
        positions=sites,
    )
