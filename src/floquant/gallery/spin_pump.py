"""One level in a rotating magnetic field: it takes electrons from both leads and returns them with the spin flipped.

    H(t) = ε + (B_z/2) σ_z + (B/2)(σ_x cos Ωt + σ_y sin Ωt),   H_1 = (B/2)|↑⟩⟨↓|

    pump = Drive(rotating("field_x", "field_y", B), photon_energy=…)

A spin flips up by absorbing a photon and down by emitting one, so only n = 0, ±1 occur. Between equal leads no
charge flows, but a spin current does. (P. Zhang, Q.-K. Xue and X. C. Xie, Phys. Rev. Lett. 91, 196602; B. Wang, J. Wang
and H. Guo, Phys. Rev. B 67, 092408.)
"""

from __future__ import annotations

import numpy as np

from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite
from floquant.model.knobs.zeeman import Zeeman


def spin_pump(
    static_field: float = 0.0,
    hopping: float = 1.0,
    coupling_left: float = 0.5,
    coupling_right: float = 0.5,
) -> Device:
    """One level with spin between chains of `hopping`. All in one energy unit, fields as their Zeeman energies.

    Knobs: `level` ε; `field_x`, `field_y`, `field_z`, which add value × σ/2; `static_field` is where `field_z` rests.
    Raises `BadInput` for numbers that are not finite.
    """
    lead = Chain(hopping)
    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(lead, 0, coupling_left), "R": Contact(lead, 0, coupling_right)},
        knobs={
            "level": Onsite(0),
            **{f"field_{axis}": Zeeman(0, axis) for axis in "xyz"},
        },
        orbitals=2,
        spin=True,
        positions=[(0, 0)],
    )
    return device.at(field_z=static_field)
