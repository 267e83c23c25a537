"""A ring with three equal arms and three leads: a flux sends electrons around it one way, a circulator.

    sites 0 … 3k − 1, ⟨i+1|H|i⟩ = hopping, lead m on site m · k;   flux Φ counterclockwise

At rest the ring has the symmetry C3, so that three numbers s_q, one for each rotation number q = 0, ±1, make up S.
Gates on the arms driven a third of a cycle apart make a wave that runs around the ring; it sends electrons one way without flux.
(M. Büttiker, Y. Imry and M. Ya. Azbel, Phys. Rev. A 30, 1982; circulation by a travelling modulation: A. Kamal,
J. Clarke and M. H. Devoret, Nature Phys. 7, 311.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number
from floquant.gallery.lattices import circle, hermitian_of, ring_bonds, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite
from floquant.model.knobs.multiplicative import Flux


def three_terminal_ring(
    arm: int = 1,
    hopping: float = 1.0,
    coupling: float | None = None,
    lead_hopping: float | None = None,
) -> Device:
    """A ring of 3 · `arm` sites; contacts "A", "B", "C" on sites 0, `arm`, 2 · `arm`, counterclockwise.

    `coupling` and `lead_hopping` are `hopping` if not given. All in one energy unit.
    Knobs: `flux` (flux quanta through the ring, spread evenly over its bonds), `gate_a`, `gate_b`, `gate_c` (the
    site of a lead and the arm that begins there), `level` (all sites).
    Raises `BadInput` for an arm < 1 or numbers that are not finite.
    """
    arm = size_of(arm, "The number of sites of an arm")
    sites = np.arange(3 * arm)
    bonds = ring_bonds(3 * arm)
    hopping = number(hopping, "hopping")
    lead = Chain(hopping if lead_hopping is None else lead_hopping)
    coupling = hopping if coupling is None else coupling
    h = hermitian_of(bonds, hopping, 3 * arm)
    return Device(
        h,
        contacts={name: Contact(lead, m * arm, coupling) for m, name in enumerate("ABC")},
        knobs={
            "flux": Flux(bond=bonds, weights=np.full(3 * arm, 1 / (3 * arm))),
            **{f"gate_{name}": Onsite(sites[m * arm : (m + 1) * arm]) for m, name in enumerate("abc")},
            "level": Onsite(sites),
        },
        positions=circle(3 * arm),
    )
