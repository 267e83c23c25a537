"""A quantum ring: a dot beside a chain, with a flux between them.

             d (3)
           /       \\                ⟨−1|H|d⟩ = V0 exp[2πi (φ_AB + σ φ_SO)]
    … −  −1 — 0 — +1  − …           ⟨+1|H|d⟩ = V0
        (0)  (1)  (2)

(J. P. Ramos, L. E. F. Foa Torres, P. A. Orellana and V. M. Apel, on charge and spin pumped through a quantum ring.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.flags import flag
from floquant.checks.numbers import number
from floquant.errors import BadInput
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux, Strength


def quantum_ring(
    dot_coupling: float = 0.25,
    hopping: float = 1.0,
    lead_level: float = 0.0,
    lead_hopping: float | None = None,
    spin: bool = False,
) -> Device:
    """The ring of Ramos, Foa Torres, Orellana and Apel: sites 0, 1, 2, 3 are −1, 0, +1 and the dot.

    `dot_coupling` V0; `hopping` γ of the arm and of the bonds to the leads; `lead_level` and `lead_hopping` (γ if not
    given) of the chains beyond −1 and +1. All in one energy unit.
    Knobs: `flux` (flux quanta; with `spin=True` `flux_ab` and `flux_so` instead), `dot_level`, `arm_level` (site 0),
    `dot_coupling_left`, `dot_coupling_right` (factors, 1 at rest). Raises `BadInput` for numbers that are not finite,
    or a dot coupling of 0.
    """
    spin = flag(spin, "spin")
    hopping, dot_coupling = number(hopping, "hopping"), number(dot_coupling, "dot_coupling")
    if dot_coupling == 0:
        raise BadInput(
            "dot_coupling is 0, but then nothing turns the flux; give another number, and cut the dot off by the knobs "
            "dot_coupling_left=0 and dot_coupling_right=0."
        )
    h = np.zeros((4, 4))
    h[0, 1] = h[1, 2] = hopping
    h[0, 3] = h[2, 3] = dot_coupling
    lead = Chain(hopping if lead_hopping is None else lead_hopping, lead_level)
    knobs: dict[str, Knob] = {
        "dot_level": Onsite(3),
        "arm_level": Onsite(1),
        "dot_coupling_left": Strength(bond=(0, 3)),
        "dot_coupling_right": Strength(bond=(2, 3)),
    }
    if spin:
        knobs = {"flux_ab": Flux(bond=(0, 3)), "flux_so": Flux(bond=(0, 3), spin=True), **knobs}
    else:
        knobs = {"flux": Flux(bond=(0, 3)), **knobs}
    h = h + h.T
    return Device(
        np.kron(h, np.eye(2)) if spin else h,
        contacts={"L": Contact(lead, 0, coupling=hopping), "R": Contact(lead, 2, coupling=hopping)},
        knobs=knobs,
        orbitals=2 if spin else 1,
        spin=spin,
        positions=[(-1, 0), (0, 0), (1, 0), (0, 1)],
    )
