"""A stretch of a ribbon between two ribbons of the same kind: gates, disorder and light act on the stretch alone.

Light with the electric field along x: ⟨i|H|j⟩ → ⟨i|H|j⟩ exp[i a_x(t) (x_i − x_j)], in radians per unit length
circular: Drive(rotating("light_x", "light_y", z), photon_energy=…)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number, whole
from floquant.gallery.lattices import MOST_SITES, Ribbon, size_of
from floquant.leads import PeriodicLead
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.peierls import Peierls


def ribbon_device(
    ribbon: Ribbon, length: int, hopping: float, level: float, field: float, seed: int, bipartite: bool
) -> Device:
    """`length` cells of the ribbon, sparse, and ribbons of the same kind as its leads L and R.

    `bipartite`: whether there is a knob `sublattice`. Raises `BadInput` for a length < 1, a seed < 0, a hopping of 0, or
    numbers that are not finite.
    """
    from scipy.sparse import csr_array, eye_array, kron

    length = size_of(length, "The length", most=MOST_SITES // ribbon.sites)
    h00, h01 = ribbon.cell_matrices(number(hopping, "hopping"), number(field, "field"))
    h00 = h00 + number(level, "level") * np.eye(ribbon.sites)
    between = kron(eye_array(length, k=1), csr_array(h01), format="csr")
    h = kron(eye_array(length), csr_array(h00), format="csr") + between + between.conj().T
    sites = np.arange(length * ribbon.sites)
    first, last = sites[: ribbon.sites], sites[-ribbon.sites :]
    return Device(
        h,
        contacts={
            # h01 of a lead points away from the device
            "L": Contact(PeriodicLead(h00, h01.conj().T), first),
            "R": Contact(PeriodicLead(h00, h01), last),
        },
        knobs=_knobs(ribbon, length, seed, bipartite),
        positions=ribbon.positions(length),
    )


def _knobs(ribbon: Ribbon, length: int, seed: int, bipartite: bool) -> dict[str, Knob]:
    sites = np.arange(length * ribbon.sites)
    half = (length // 2) * ribbon.sites
    noise = np.random.Generator(np.random.PCG64(whole(seed, "The seed", least=0))).random(len(sites)) - 0.5
    knobs: dict[str, Knob] = {
        "gate": Onsite(sites),
        "disorder": Onsite(sites, weights=noise),
        "light_x": Peierls(vector_potential="x"),
        "light_y": Peierls(vector_potential="y"),
    }
    if half:
        knobs |= {"left_gate": Onsite(sites[:half]), "right_gate": Onsite(sites[-half:])}
    if bipartite:
        knobs["sublattice"] = Onsite(sites, weights=np.tile(ribbon.sublattice, length))
    return knobs
