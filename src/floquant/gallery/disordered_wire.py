"""A wire with random levels: Anderson's model, the same wire for the same seed.

    ⟨i|H|i⟩ = level + disorder · w_i,   w_i drawn evenly from [−1/2, 1/2)

In one dimension every state is localised: ⟨ln T⟩ = −2 L/λ with λ = 24 (4γ² − E²)/disorder² at weak disorder (away from
E = 0 and the edges). (P. W. Anderson, Phys. Rev. 109, 1492; D. J. Thouless, J. Phys. C 5, 77; M. Kappus and F. Wegner,
Z. Phys. B 45, 15.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number, whole
from floquant.gallery.lattices import chain_bonds, hermitian_of, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite


def disordered_wire(length: int = 100, seed: int = 0, hopping: float = 1.0) -> Device:
    """`length` sites joined by `hopping`, in a chain of the same hopping.

    `seed` ≥ 0 chooses the wire, and NumPy's PCG64 draws it, so that the numbers w_i are the same on every machine; a longer
    wire begins with the shorter one.
    Knobs: `disorder` (the width of the distribution, 1 at rest: the same w_i, scaled), `level` (all sites), `first_level` and
    `last_level` (the end sites: two gates pump through the wire).
    Raises `BadInput` for a length < 1, a seed < 0, or numbers that are not finite.
    """
    length, seed = size_of(length, "The length"), whole(seed, "The seed", least=0)
    weights = np.random.Generator(np.random.PCG64(seed)).random(length) - 0.5
    lead = Chain(hopping)
    sites = np.arange(length)
    return Device(
        hermitian_of(chain_bonds(length), number(hopping, "hopping"), length),
        contacts={"L": Contact(lead, 0), "R": Contact(lead, length - 1)},
        knobs={
            "disorder": Onsite(sites, weights=weights),
            "level": Onsite(sites),
            "first_level": Onsite(0),
            "last_level": Onsite(length - 1),
        },
        positions=sites,
    ).at(disorder=1.0)
