"""A level between wide-band leads: the one driven device with a closed form at any amplitude and frequency.

    G_n0(E) = Σ_k J_k(x) J_{k+n}(x) / (E − ε − kħΩ + iΓ/2),   x = v/ħΩ,   Γ = Γ_L + Γ_R

(P. K. Tien and J. P. Gordon, Phys. Rev. 129, 647; A.-P. Jauho, N. S. Wingreen and Y. Meir, Phys. Rev. B 50, 5528.)
"""

from __future__ import annotations

from floquant.checks.numbers import number
from floquant.leads import WideBand
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite


def driven_level(gamma_left: float = 0.5, gamma_right: float = 0.5, level: float = 0.0) -> Device:
    """One level ε = `level` between wide-band leads of widths `gamma_left`, `gamma_right` > 0, in one energy unit.

    Knob: `level`, added to ε. Raises `BadInput` for a width ≤ 0 or numbers that are not finite.
    """
    return Device(
        [[number(level, "level")]],
        contacts={"L": Contact(WideBand(gamma_left), 0), "R": Contact(WideBand(gamma_right), 0)},
        knobs={"level": Onsite(0)},
        positions=[(0, 0)],
    )
