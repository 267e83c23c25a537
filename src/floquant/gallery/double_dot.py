"""Two dots in series between wide-band leads: a fast drive of their detuning can forbid the tunnelling between them.

    H(t) = [[ε_L + u(t)/2, Δ], [Δ, ε_R − u(t)/2]],   u(t) = detuning + u cos Ωt

Seen in the frame that moves with the levels, Δ is replaced by Δ J_0(u/ħΩ) as soon as ħΩ is large beside Δ and Γ. At the
zeros of J_0, u/ħΩ = 2.405, 5.520, …, the dots are cut from each other: coherent destruction of tunnelling.
(F. Grossmann, T. Dittrich, P. Jung and P. Hänggi, Phys. Rev. Lett. 67, 516; between leads: J. Lehmann, S. Camalet,
S. Kohler and P. Hänggi, Chem. Phys. Lett. 368, 282; S. Kohler, J. Lehmann and P. Hänggi, Phys. Rep. 406, 379.)
"""

from __future__ import annotations

import numpy as np

from floquant.checks.numbers import number
from floquant.leads import WideBand
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.additive import Hopping, Onsite


def double_dot(
    tunnelling: float = 1.0,
    level_left: float = 0.0,
    level_right: float = 0.0,
    gamma_left: float = 0.5,
    gamma_right: float = 0.5,
) -> Device:
    """Two levels joined by `tunnelling` Δ, each with a wide-band lead. All in one energy unit.

    Knobs: `detuning` (half of it on the left dot, minus half on the right), `level` (both), `tunnel_coupling` (added to Δ).
    Raises `BadInput` for numbers that are not finite, or a width ≤ 0.
    """
    h = np.diag([number(level_left, "level_left"), number(level_right, "level_right")])
    h[0, 1] = h[1, 0] = number(tunnelling, "tunnelling")
    return Device(
        h,
        contacts={"L": Contact(WideBand(gamma_left), 0), "R": Contact(WideBand(gamma_right), 1)},
        knobs={
            "detuning": Onsite([0, 1], weights=[0.5, -0.5]),
            "level": Onsite([0, 1]),
            "tunnel_coupling": Hopping((0, 1)),
        },
        positions=[(0, 0), (1, 0)],
    )
