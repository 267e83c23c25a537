"""The states beside the bands that a certificate lists, and how many settings of a sweep may be searched for them.

A search diagonalises: for a small problem it takes longer than the solve itself. Where nobody has asked for it, as in each cell of a
study, it gets a share of the solve. Both times are estimates from counted work, never a clock, so that results do not depend on the
machine or on who computed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.model import Sector
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.poles.bound_states import LARGEST, bound_states, closed_states, gaps, zone_gaps
from floquant.solvers.poles.dark_states import dark_states
from floquant.transport.certificate import States

# Settings of a sweep whose bound states are looked for, and whose driven states without an open replica are.
SEARCHED, SEARCHED_DRIVEN = 16, 4
# Seconds: a search at a setting, an operation of a diagonalisation; how many of these a search needs, without and with a drive.
SEARCH, OPERATION, SPECTRA, DRIVEN_SPECTRA = 1e-3, 1e-8, 20, 60
# The share of the solves that certificates may take which nobody has asked for, and seconds that the first one may take anyway.
SHARE, QUICK = 0.1, 0.05
# Seconds of a solve: of a call, of a rung and wave, of a ladder by a solver whose ladders take long.
CALL, RUNG, LADDER = 5e-3, 1.5e-7, 2.5e-3


@dataclass(frozen=True)
class Inspection:
    """At how many settings a certificate looks for bound states, and for states of the driven device; 0 for not at all.

    `rows`: whether it looks at rows on separate ladders.
    """

    settings: int
    driven: int
    rows: bool

    @classmethod
    def of(cls, sectors: Sequence[Sector], photon_energy: float, seconds: float, turn: int | None) -> Inspection:
        """Of a problem that took some seconds: all that is ever looked at, if somebody asks for it (`turn` is None).

        Or that of number `turn` of many like problems, the cells of a study: every so many of them, for as long as a tenth of that many
        took. The first one is looked at too if that takes no time.
        """
        if turn is None:
            return FULL
        static = sum(_search_of(sector) for sector in sectors)
        driven = sum(_driven_search_of(sector, photon_energy) for sector in sectors)
        least, every = 2 * max(static, driven), 1
        while every * SHARE * seconds < least:
            every *= 2
        if turn % every or (turn == 0 and every > 1 and least > QUICK):
            return NOTHING
        half = 0.5 * max(every * SHARE * seconds, QUICK if turn == 0 else 0.0)
        return cls(int(min(SEARCHED, half / static)), int(min(SEARCHED_DRIVEN, half / driven)), True)


FULL, NOTHING = Inspection(SEARCHED, SEARCHED_DRIVEN, True), Inspection(0, 0, False)


def seconds_of(solver: LadderSolver, ladders: int, rungs: int) -> float:
    """At least so long did these ladders of a sector take."""
    each = LADDER if solver.costly else RUNG * rungs * (1 + len(solver.channels.member))
    return CALL + ladders * each


def _search_of(sector: Sector) -> float:
    n = len(sector.orbitals)
    return SEARCH + (SPECTRA * OPERATION * n**3 if n <= LARGEST else 0.0)


def _driven_search_of(sector: Sector, photon_energy: float) -> float:
    """Of one setting; the ladder of a search is as long as the spectrum over ħΩ."""
    n, rungs = len(sector.orbitals), 1.0
    if not sector.is_driven or n > LARGEST:
        return _search_of(sector)
    if sector.terminals and zone_gaps(sector, photon_energy):
        width = float(np.max(np.abs(sector.hamiltonian).sum(axis=1)) + np.max(np.abs(sector.changes), initial=0.0))
        rungs = 5 + 4 * np.ceil(width / photon_energy)
    return 5 * SEARCH + DRIVEN_SPECTRA * OPERATION * min(rungs * n, 6.0 * LARGEST) ** 3


def states_beside_the_bands(
    sectors: Iterable[Sector], photon_energy: float, settings: int, inspection: Inspection
) -> dict[str, Any]:
    """The certificate's `bound_states` and `closed_states`, and how many settings were searched, evenly chosen ones of a sweep.

    None for states that were not looked for: by this inspection, or because a sector is too large.
    """
    sectors = list(sectors)
    some, few = _sample(settings, inspection.settings), _sample(settings, inspection.driven)
    bound = [bound_states(sector, some) if len(some) else None for sector in sectors]
    closed = [
        _closed(sector, photon_energy, few) if sector.is_driven else _unseen(sector, own, some)
        for sector, own in zip(sectors, bound, strict=True)
    ]
    outside, unseen = _together(bound), _together(closed)
    return {
        "bound_states": outside, "searched": 0 if outside is None else len(some),
        "closed_states": unseen, "searched_driven": 0 if unseen is None else len(few),
    }  # fmt: skip


def _closed(sector: Sector, photon_energy: float, problems: np.ndarray) -> list[list[float]] | None:
    if not len(problems):
        return None
    found = []
    for problem in problems:
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
