"""Probes: leads whose chemical potential (and temperature) floats until nothing flows into them.

    I_b(μ, T) = I_b given, b a probe;   with temperature=True also  J^Q_b = J^E_b − μ_b I_b = 0

(M. Büttiker, Phys. Rev. B 33, 3020, for voltage probes; H.-L. Engquist and P. W. Anderson, Phys. Rev. B 24, 1151, for both.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from floquant.checks.flags import flag
from floquant.checks.names import name_list, one_of
from floquant.checks.types import ByLead
from floquant.errors import BadInput
from floquant.model import Reservoirs
from floquant.observe.probes.floating import Floating
from floquant.solvers.threads import one_thread
from floquant.transport import Solution


@one_thread()
def float_probes(solution: Solution, leads: str | Iterable[str], reservoirs: Reservoirs | None = None, *, current: ByLead = 0.0,
                 temperature: bool = False) -> Reservoirs:  # fmt: skip
    """Reservoirs in which these leads float: voltage probes, and with `temperature=True` temperature probes too.

    I_b(μ, T) = current,   and J^Q_b = J^E_b − μ_b I_b = 0 if the temperature floats

    `leads`: a name or several; the others keep what `reservoirs` gives them (μ = 0, T = 0 if left out). `current` into each probe, in
    e·energy/h: a number, an array, a DataArray, or a dict of these by lead (0 for those left out), so that a lead can be a current source.
    A voltage probe keeps the temperature that `reservoirs` gives it; a temperature probe needs T > 0 or a bias somewhere, and a window
    that holds 40 k_BT around every μ or all of a band.

    Returns Reservoirs for all leads, to be passed on to any observable. Each value is a DataArray over the dims of the settings, the
    reservoirs and the currents together; a probe's has the bound of its error as the coordinate `mu_error` (and `temperature_error`).
    Raises `BadInput` if no lead is left to fix the zero, if a probe needs a μ outside the window, or if it exchanges nothing with the
    others so that its μ is not determined; `NotConverged` if no balance is found, or if a μ is not good to the solution's
    rtol (of the spread of all μ, or of the temperature) because the currents are not.
    """
    if not isinstance(solution, Solution):
        raise BadInput(
            f"A {type(solution).__name__} was given, but probes need a Solution; give what fq.solve returns."
        )
    probes = _checked_probes(solution, leads)
    given = Reservoirs() if reservoirs is None else reservoirs
    problem = Floating.of(solution, probes, given, current, flag(temperature, "temperature"))
    return problem.answer()


def _checked_probes(solution: Solution, leads: Any) -> tuple[str, ...]:
    names = list(solution.device.contacts)
    probes = tuple(one_of(name, names, "lead", "The device") for name in name_list(leads, "The probes"))
    if len(set(probes)) < len(probes) or not probes:
        raise BadInput(f"The probes are {list(probes)}, but each must be named once; give different leads.")
    if len(probes) == len(names):
        raise BadInput(
            f"All leads float ({', '.join(names)}), but then nothing fixes the zero of μ; leave one lead with its reservoir."
        )
    return probes
