"""A ring with Rashba's spin–orbit coupling: for each spin another flux.

    ⟨j+1|H|j⟩ = γ + iλ σ·r̂ = √(γ² + λ²) exp(iθ σ·r̂),   tan θ = λ/γ,   r̂ at the middle of the bond

r̂ points outwards in the plane. Whatever is driven independently of spin, a ring of M sites has

    Σ_spins T^(n) = T^(n)(Φ + w/2π) + T^(n)(Φ − w/2π),   w = M arccos(cos(π/M) cos θ) − π

with T of the ring of one spin and hopping √(γ² + λ²); so the sum does not tell it from two fluxes, but the direction of
the spin current does. (A. G. Aronov and Y. B. Lyanda-Geller, Phys. Rev. Lett. 70, 343; D. Frustaglia and K. Richter,
Phys. Rev. B 69, 235310; B. Molnár, F. M. Peeters and P. Vasilopoulos, Phys. Rev. B 69, 155335.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks.numbers import number, whole
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.gallery.lattices import MOST_DENSE, PAULI, circle, hermitian_of, ring_bonds, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Matrix, Onsite
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux
from floquant.model.knobs.zeeman import Zeeman


def rashba_ring(
    sites: int = 12,
    hopping: float = 1.0,
    coupling: float | None = None,
    right: int | None = None,
) -> Device:
    """`sites` ≥ 3 sites with spin in a ring, counterclockwise from the left, between chains of `hopping` on 0 and `right`.

    `coupling` of the contacts (`hopping` if not given); `right`: sites // 2 if not
    given. All in one energy unit.
    Knobs: `flux` (flux quanta, both spins, as the phase of the bond that closes the ring), `rashba` λ, `upper_gate` and
    `lower_gate` (the sites of each arm; the lower one is sites 1 … right − 1), `zeeman` (value × σ_z/2 on every site).
    Raises `BadInput` for fewer than 3 sites, a right contact on the left one or outside, or numbers that are not finite.
    """
    sites = size_of(sites, "The number of sites of a ring", least=3, most=MOST_DENSE)
    right = sites // 2 if right is None else whole(right, "The site of the right contact", least=1)
    if right >= sites:
        raise BadInput(
            f"The right contact is on site {brief(right)}, but the ring has sites 0…{sites - 1}; give one of 1…{sites - 1}."
        )
    lead = Chain(hopping)
    return Device(
        np.kron(hermitian_of(ring_bonds(sites), number(hopping, "hopping"), sites, dense=True), np.eye(2)),
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, right, coupling)},
        knobs=ring_knobs(sites, right, 1.0),
        orbitals=2,
        spin=True,
        positions=circle(sites),
    )


def ring_knobs(sites: int, right: int, scale: Any) -> dict[str, Knob]:
    """What can be turned in a ring of `sites`; λ of each bond is `scale` times the value of `rashba`."""
    knobs: dict[str, Knob] = {
        "flux": Flux(bond=(0, sites - 1)),
        "rashba": Matrix(rashba_matrix(sites, scale)),
        "zeeman": Zeeman(range(sites), "z"),
    }
    for name, arm in {"lower_gate": range(1, right), "upper_gate": range(right + 1, sites)}.items():
        if len(arm):
            knobs[name] = Onsite(arm)
    return knobs


def rashba_matrix(sites: int, scale: Any) -> Any:
    """i scale σ·r̂ on ⟨j+1|H|j⟩, and its adjoint, (2 sites, 2 sites)."""
    angle = np.pi + 2 * np.pi * (np.arange(sites) + 0.5) / sites
    ahead, behind = ring_bonds(sites).T
    along = np.stack([np.cos(angle), np.sin(angle)]) * scale
    blocks = 1j * (along[0][:, None, None] * PAULI["x"] + along[1][:, None, None] * PAULI["y"])
    result = np.zeros((sites, 2, sites, 2), complex)
    result[ahead, :, behind, :] = blocks
    links = result.reshape(2 * sites, 2 * sites)
    return links + links.conj().T
