"""Two sites in series, each with its gate: two parameters out of phase pump a charge.

(P. W. Brouwer, Phys. Rev. B 58, R10135: the slow limit; M. Moskalets and M. Büttiker, Phys. Rev. B 66, 205320.)
"""

from __future__ import annotations

from collections.abc import Sequence

from floquant.checks.numbers import number, real_array
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.leads import Chain
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Onsite


def two_gate_pump(levels: Sequence[float] = (0.0, 0.0), hopping: float = 1.0, coupling: float = 0.5) -> Device:
    """Two sites at `levels` between chains of `hopping`; the site bond is `hopping`, the contacts are `coupling`.

    All in one energy unit. Knobs: `left`, `right`, added to the levels. Raises `BadInput` for numbers that are not finite,
    hopping 0, or other than two levels.
    """
    lead = Chain(hopping)
    both = real_array(levels, "levels")
    if both.shape != (2,):
        raise BadInput(f"levels are {brief(levels)}, but the pump has two sites; give two numbers.")
    hopping = number(hopping, "hopping")
    return Device(
        [[both[0], hopping], [hopping, both[1]]],
        contacts={"L": Contact(lead, 0, coupling), "R": Contact(lead, 1, coupling)},
        knobs={"left": Onsite(0), "right": Onsite(1)},
        positions=[(0, 0), (1, 0)],
    )
