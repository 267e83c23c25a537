"""One driven site in a chain: a finite band, solved by a scalar continued fraction.

(P. F. Bagwell and R. K. Lake, Phys. Rev. B 46, 15329: transmission through an oscillating barrier.)
"""

from __future__ import annotations

from floquant.checks.numbers import number
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite


def driven_site(
    level: float = 0.0,
    hopping: float = 1.0,
    coupling_left: float | None = None,
    coupling_right: float | None = None,
) -> Device:
    """One site ε = `level` between chains of `hopping`, joined by the couplings (`hopping` if not given).

    All in one energy unit. Knob: `level`, added to ε. Raises `BadInput` for numbers that are not finite or hopping 0.
    """
    lead = Chain(hopping)
    return Device(
        [[number(level, "level")]],
        contacts={"L": Contact(lead, 0, coupling_left), "R": Contact(lead, 0, coupling_right)},
        knobs={"level": Onsite(0)},
        positions=[(0, 0)],
    )
