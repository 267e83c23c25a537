"""A chain whose bonds and levels alternate: driven a quarter of a cycle apart, it moves nearly one charge a cycle.

    ⟨i|H|i+1⟩ = bond + (−1)^i · bond_stagger,   ⟨i|H|i⟩ = level + (−1)^i · level_stagger

    pump = Drive({"bond_stagger": Cosine(0.4), "level_stagger": Cosine(0.8, phase=-pi/2)}, photon_energy=…)

(M. J. Rice and E. J. Mele, Phys. Rev. Lett. 49, 1455; D. J. Thouless, Phys. Rev. B 27, 6083.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number
from floquant.gallery.lattices import chain_bonds, hermitian_of, size_of
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Matrix, Onsite


def rice_mele_pump(
    sites: int = 6, bond: float = 0.5, hopping: float = 1.0, coupling: float | None = None, lead_level: float = 0.0
) -> Device:
    """`sites` ≥ 2 sites in a row, joined by `bond`, between chains of `hopping` at `lead_level`.

    `coupling` of the contacts (`hopping` if not given). All in one energy unit.
    Knobs: `bond_stagger`, `level_stagger` as above, and `level`, added to all sites. The winding of (bond_stagger,
    level_stagger) around the origin is the charge to the right a cycle, up to what leaks through a short chain.
    Raises `BadInput` for fewer than 2 sites or numbers that are not finite.
    """
    sites = size_of(sites, "The number of sites", least=2)
    bonds = chain_bonds(sites)
    alternate = (-1.0) ** np.arange(sites)
    lead = Chain(hopping, lead_level)
    return Device(
        hermitian_of(bonds, number(bond, "bond"), sites),
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, sites - 1, coupling)},
        knobs={
            "bond_stagger": Matrix(hermitian_of(bonds, alternate[:-1], sites)),
            "level_stagger": Onsite(range(sites), weights=alternate),
            "level": Onsite(range(sites)),
        },
        positions=np.arange(sites),
    )
