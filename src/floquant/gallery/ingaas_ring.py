"""A Rashba ring of InGaAs, in meV and nm: the ring of `rashba_ring` with the numbers of a two-dimensional electron gas.

    H = p²/2m* + (α/ħ) σ_r p_φ,   t = ħ²/2m*a²,   ⟨j+1|H|j⟩ = −t + i (α/2a) σ·r̂,   a = 2πr/M

Levels are 2t. The bonds of the two junctions are t √(2/3): a site where three wires meet stands for three halves of a
piece, so that a fine ring has ψ continuous and Σ ∂ψ = 0 at its junctions (Griffith), up to an error ∝ 1/M².
Energies count from the bottom of the leads' band. One turn gives the two spins the Aharonov–Casher phase
±π(√(1 + Q²) − 1), Q = 2m*αr/ħ². When M is large, each spin of energy E passes the arms of length l = πr with

    T = |2kb/(a² − b²)|²,   a = ik − 2q cot ql,   b = 2q cos(πΦ)/sin ql,   ħ²k²/2m* = E,   ħ²q²/2m* = E + m*α²/2ħ²

Φ = flux ± ½(√(1 + Q²) − 1). One flux quantum h/e is 4136/πr² tesla, r in nm.
(J. Nitta, T. Akazaki, H. Takayanagi and T. Enoki, Phys. Rev. Lett. 78, 1335: α of In0.53Ga0.47As by a gate;
J. Nitta, F. E. Meijer and H. Takayanagi, Appl. Phys. Lett. 75, 695: the ring; F. E. Meijer, A. F. Morpurgo and
T. M. Klapwijk, Phys. Rev. B 66, 033107: its Hamiltonian; J.-B. Xia, Phys. Rev. B 45, 3593: junctions.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number
from floquant.errors import BadInput
from floquant.gallery.lattices import MOST_DENSE, circle, hermitian_of, ring_bonds, size_of
from floquant.gallery.rashba_ring import ring_knobs
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device

# Its square divides.
SMALLEST = 1e-6


def ingaas_ring(
    radius: float = 50.0, sites: int = 60, effective_mass: float = 0.05, transparency: float = 1.0
) -> Device:
    """A ring of `radius` (nm) in a material of `effective_mass` (electron masses), with α = 8 meV·nm at rest.

    `sites` M, even, ≥ 4: pieces into which the ring is cut; a Fermi level far below t = ħ²/2m*a² sees no lattice.
    `transparency`: the contacts' hopping over that of the leads, 1 for no barrier. Contacts "L" and "R" at opposite ends.
    Knobs: `flux` (h/e), `rashba` α (meV·nm), `upper_gate` and `lower_gate` (meV, all sites of an arm), `zeeman` (meV, the
    splitting g μ_B B). Raises `BadInput` for lengths or masses that are not positive, or an odd number of sites.
    """
    radius, effective_mass = number(radius, "The radius"), number(effective_mass, "The effective mass")
    for name, value in (("radius", radius), ("effective mass", effective_mass)):
        if value < SMALLEST:
            raise BadInput(
                f"The {name} is {value:g}, but it must be > 0 (beyond {SMALLEST:g}); give a positive number."
            )
    sites = size_of(sites, "The number of sites of the ring", least=4, most=MOST_DENSE)
    if sites % 2:
        raise BadInput(f"The ring has {sites} sites, but its leads are at opposite ends; give an even number.")
    piece = 2 * np.pi * radius / sites
    hopping = kinetic(effective_mass) / piece**2
    lead = Chain(-hopping, level=2 * hopping)
    bonds = ring_bonds(sites)
    junctions = [0, sites // 2]
    share = np.where(np.isin(bonds, junctions).any(axis=1), np.sqrt(2 / 3), 1.0)
    coupling = -hopping * np.sqrt(2 / 3) * number(transparency, "transparency")
    h = hermitian_of(bonds, -hopping * share, sites, 2 * hopping, dense=True)
    return Device(
        np.kron(h, np.eye(2)),
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, sites // 2, coupling)},
        knobs=ring_knobs(sites, sites // 2, share / (2 * piece)),
        orbitals=2,
        spin=True,
        positions=circle(sites, radius),
        energy_unit="meV",
    ).at(rashba=8.0)


def kinetic(effective_mass: float) -> float:
    """ħ²/2m*, in meV·nm²."""
    from scipy import constants

    mass = effective_mass * constants.m_e
    return float(constants.hbar**2 / (2 * mass) / constants.e * 1e21)
