"""A contact with one transmission T at all energies: what formulas of noise and photon-assisted transport take for granted.

Two sites, each on a wide band of width Γ, and a bond τ between them, far below Γ in all energies of interest:

    T(E) = Γ² τ² / |(E + iΓ/2)² − τ²|² = T · (1 + O(E²/Γ²)),   2τ/Γ = (1 − √(1 − T))/√T

A voltage on a lead shifts it as a whole, so that T^(n) = J_n²(V/ħΩ) T for V cos Ωt (P. K. Tien and J. P. Gordon, Phys. Rev. 129, 647).
"""

from __future__ import annotations

import math

from floquant.checks.numbers import number
from floquant.errors import BadInput
from floquant.leads import WideBand
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.multiplicative import Strength

# Wide enough that T changes by less than 1e-10 for |E| ≤ 10; wider costs digits, since errors of rounding grow with Γ.
WIDTH = 2e6


def quantum_point_contact(transmission: float = 0.5) -> Device:
    """Two sites between wide bands that transmit `transmission`, 0 < T ≤ 1, at every |E| ≤ 10 to 1e-10.

    Knob: `opening`, a factor x of the bond, T(x) = 4 s/(1 + s)² with s = x² (1 − √(1 − T))²/T. Raises `BadInput` for a transmission that is
    not above 0 and at most 1.
    """
    wanted = number(transmission, "transmission")
    if not 0 < wanted <= 1:
        raise BadInput(f"The transmission is {wanted:g}, but it must be above 0 and at most 1; give a number like 0.5.")
    # (1 − √(1 − T))/√T without the difference of nearly equal numbers
    bond = 0.5 * WIDTH * math.sqrt(wanted) / (1 + math.sqrt(1 - wanted))
    return Device(
        [[0, bond], [bond, 0]],
        contacts={"L": Contact(WideBand(WIDTH), 0), "R": Contact(WideBand(WIDTH), 1)},
        knobs={"opening": Strength(bond=(0, 1))},
        positions=[(0, 0), (1, 0)],
    )
