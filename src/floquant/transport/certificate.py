"""The certificate: how far conservation laws are violated, and what bounds the error. It travels with every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from floquant.model import Sector
from floquant.solvers.poles.bound_states import bound_states, closed_states, gaps
from floquant.solvers.poles.dark_states import dark_states

# Settings of a sweep whose bound states are looked for, and whose driven states without an open replica are.
SEARCHED, SEARCHED_DRIVEN = 16, 4

States = tuple[float, ...] | None
# Fields that list energies.
LISTS = ("bound_states", "closed_states")


def states_beside_the_bands(sectors: Iterable[Sector], photon_energy: float, settings: int) -> dict[str, Any]:
    """The certificate's `bound_states` and `closed_states`, at a few evenly chosen settings of a sweep; None if a sector is too large."""
    sectors = list(sectors)
    bound = [bound_states(sector, _sample(settings, SEARCHED)) for sector in sectors]
    closed = [
        _closed(sector, photon_energy, settings)
        if sector.is_driven
        else _unseen(sector, own, _sample(settings, SEARCHED))
        for sector, own in zip(sectors, bound, strict=True)
    ]
    return {"bound_states": _together(bound), "closed_states": _together(closed)}


def _closed(sector: Sector, photon_energy: float, settings: int) -> list[list[float]] | None:
    found = []
    for problem in _sample(settings, SEARCHED_DRIVEN):
        states = closed_states(sector, int(problem), photon_energy)
        if states is None:
            return None
        found.append([state.energy for state in states])
    return found


def _unseen(sector: Sector, bound: list[np.ndarray] | None, problems: np.ndarray) -> list[list[float]] | None:
    """Without a drive: the states outside all bands, and those inside that no lead sees."""
    if bound is None:
        return None
    free = gaps(sector)
    found = []
    for problem, outside in zip(problems, bound, strict=True):
        dark = dark_states(sector, int(problem), 0.0) or []
        inside = [state.energy for state in dark if not any(low < state.energy < high for low, high in free)]
        found.append([*outside.tolist(), *inside])
    return found


def _sample(settings: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, settings - 1, min(settings, most)).astype(np.int64))


def _together(found: Iterable[Any]) -> States:
    """Energies of all sectors and settings, sorted; None where one of them is not known."""
    known = list(found)
    if any(states is None for states in known):
        return None
    return tuple(sorted(float(energy) for states in known for own in states for energy in own))


@dataclass(frozen=True, eq=False, repr=False)
class Certificate:
    """Largest violations over all settings, dimensionless unless said otherwise; nan where a check does not apply.

    current_leak: |Σ_b I_b| over the unsigned flow. row_unitarity: |Σ |S_ba|² over a row − open channels| at
    sample points, every energy on a separate ladder −N … N.
    sideband_change: what the last lengthening of the ladder changed, where it was judged by that (solvers that take long for a ladder).
    form_difference: window form less Landauer form of such ladders, over the unsigned flow. sideband_tail: weight at the ladder's ends.
    quadrature_bound: the bound of the quadrature's error over the unsigned flow. column_unitarity: an alarm for bugs only, it holds even
    with too few sidebands. bound_states: energies of the undriven device outside all bands (energy unit), of at most 16 settings of a
    sweep; None where they were not looked for. closed_states: quasienergies of the driven device (energies without a drive) of states that
    no open channel sees, at any of their replicas. No reservoir fills or empties them: they keep their occupation. A dc current into a lead
    does not depend on them; occupations, local currents and ac currents do. closed_leads: names of leads without an open channel at any
    energy asked for, sidebands included.
    """

    sidebands: int
    nodes: int
    solver: str
    row_unitarity: float
    column_unitarity: float
    sideband_tail: float
    quadrature_bound: float = float("nan")
    current_leak: float = float("nan")
    form_difference: float = float("nan")
    sideband_change: float = float("nan")
    bound_states: States = None
    closed_states: States = None
    closed_leads: tuple[str, ...] = ()
    forced_sidebands: bool = False
    converged: bool = True

    @property
    def suspicious(self) -> bool:
        """True if column unitarity is broken: a bug, never a matter of accuracy."""
        return self.column_unitarity > 1e-6

    def __repr__(self) -> str:
        return f"Certificate: {self}"

    def __str__(self) -> str:
        lines = [
            self.summary,
            f"  current leak       {self.current_leak:.1e}   of the unsigned flow",
            f"  form difference    {self.form_difference:.1e}   window less Landauer, of the unsigned flow",
            f"  row unitarity      {self.row_unitarity:.1e}",
            f"  sidebands' tail    {self.sideband_tail:.1e}",
            f"  a longer ladder    {self.sideband_change:.1e}   changed so much, of the open waves",
            f"  quadrature bound   {self.quadrature_bound:.1e}   of the unsigned flow",
        ]
        lines = [line for line in lines if "nan" not in line.split()]
        lines.append(f"  bound states       {_listed(self.bound_states, 'outside the bands')}")
        why = "no open channel sees them: they keep their initial occupation; dc lead currents do not depend on it"
        if self.closed_states == ():
            why = "of those that no lead touches; states that closed channels dress inside bands: see bound_states"
        lines.append(f"  closed states      {_listed(self.closed_states, why)}")
        if self.closed_leads:
            lines.append(
                f"  closed leads       {', '.join(self.closed_leads)}   without an open channel: they carry nothing"
            )
        if self.suspicious:
            lines.append(
                f"  ALARM: column unitarity is violated by {self.column_unitarity:.1e}: please report this as a bug"
            )
        return "\n".join(lines)

    @property
    def summary(self) -> str:
        """One line: whether it converged, by which solver, with how many sidebands, at how many energies; how many states nothing fills."""
        state = "converged" if self.converged else "NOT CONVERGED"
        forced = " (forced)" if self.forced_sidebands else ""
        alarm = "; ALARM: column unitarity is violated" if self.suspicious else ""
        closed = f"; {len(self.closed_states)} closed states" if self.closed_states else ""
        if self.closed_leads:
            closed += f"; closed leads: {', '.join(self.closed_leads)}"
        return (
            f"{state}: {self.solver}, {self.sidebands} sidebands each way{forced}, {self.nodes} energies{closed}{alarm}"
        )

    def attrs(self) -> dict[str, str]:
        """What a DataArray says of its certificate: the summary. All of it is the `certificate` of the solution or scattering."""
        return {"certificate": self.summary}

    def numbers(self) -> dict[str, float | int | str | bool | tuple[str, ...]]:
        """All fields but the lists of states, of which a sweep has a book full: what a file keeps."""
        return {name: value for name, value in asdict(self).items() if name not in LISTS}


def _listed(states: States, what: str) -> str:
    """At most six energies, for the reader."""
    if states is None:
        return "not looked for"
    found = ", ".join(f"{energy:.6g}" for energy in states[:6]) or "none"
    more = f", … ({len(states)})" if len(states) > 6 else ""
    return f"{found}{more}   {what}"
