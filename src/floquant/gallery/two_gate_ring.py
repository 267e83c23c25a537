"""A ring with a gate in each arm, a magnetic flux and a spin-dependent flux: two parameters driven out of phase pump pure spin.

               upper arm, gate in its middle
             /                              \\          ⟨j+1|H|j⟩ = γ exp[2πi (φ_AB + σ φ_SO)/M], counterclockwise
    … − L                                     R − …
             \\                              /
               lower arm, gate in its middle

    pump = Drive({"upper_gate": Cosine(v), "flux_so": Cosine(w, phase=pi/2)}, photon_energy=…)

In the slow limit the charge of spin σ per cycle is Brouwer's contour integral of the S-matrix with the flux
φ_AB + σ φ_SO; for weak drives it is the area of the cycle, π v w sin χ, times a number of the ring. Where each gate sits in the
middle of its arm, a mirror turns the ring of one spin into that of the other at φ_AB = 0: the two currents are opposite
at any frequency, and no charge flows with the spin. (R. Citro and F. Romeo, Phys. Rev. B 73, 233304 (2006): a barrier in
the ring, and the Aharonov–Casher phase or the flux, driven out of step.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.flags import flag
from floquant.checks.numbers import number
from floquant.gallery.lattices import MOST_DENSE, circle, hermitian_of, ring_bonds, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux


def two_gate_ring(
    lower: int = 3,
    upper: int = 3,
    hopping: float = 1.0,
    coupling: float | None = None,
    lower_barrier: float = 0.0,
    upper_barrier: float = 0.0,
    spin: bool = True,
) -> Device:
    """Two junctions, 0 (L) and `lower` + 1 (R), joined by arms of `lower` and `upper` sites ≥ 1, in a chain of `hopping`.

    `coupling` of the contacts (`hopping` if not given); `lower_barrier` and `upper_barrier` are where the gates rest. All
    in one energy unit.
    Knobs: `lower_gate`, `upper_gate` (the middle site of the arm, of an even arm the one nearer to L), `flux_ab` and
    `flux_so` (flux quanta, spread evenly over the M bonds, so that a driven flux pushes evenly around the ring; with
    `spin=False` `flux` instead), `level` (all sites).
    Raises `BadInput` for arms without sites or numbers that are not finite.
    """
    lower, upper = (
        size_of(lower, "The number of sites of the lower arm", most=MOST_DENSE),
        size_of(upper, "The number of sites of the upper arm", most=MOST_DENSE),
    )
    spin, sites = flag(spin, "spin"), lower + upper + 2
    right = lower + 1
    bonds = ring_bonds(sites)
    evenly = np.full(sites, 1 / sites)
    knobs: dict[str, Knob] = {
        "lower_gate": Onsite(1 + (lower - 1) // 2),
        "upper_gate": Onsite(sites - 1 - (upper - 1) // 2),
        "level": Onsite(range(sites)),
    }
    if spin:
        knobs |= {"flux_ab": Flux(bond=bonds, weights=evenly), "flux_so": Flux(bond=bonds, spin=True, weights=evenly)}
    else:
        knobs |= {"flux": Flux(bond=bonds, weights=evenly)}
    lead = Chain(hopping)
    h = hermitian_of(bonds, number(hopping, "hopping"), sites, dense=True)
    return Device(
        np.kron(h, np.eye(2)) if spin else h,
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, right, coupling)},
        knobs=knobs,
        orbitals=2 if spin else 1,
        spin=spin,
        positions=circle(sites),
    ).at(lower_gate=lower_barrier, upper_gate=upper_barrier)
