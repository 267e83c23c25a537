"""Which solver a sector gets: the cheapest by an estimate, named in every result, and overridden by `solver=`.

Seconds a ladder of R rungs, n orbitals, d of them turned or driven, e driven by M harmonics, q orbitals of contacts:

    dense        ~ (R n)³                     the reference
    ports        static device once for all settings, then ~ R/M (M e)³ (scalar: R) compiled for few lead orbitals, ~ R d³ + W² + R W d²
                 in BLAS for wide contacts or many driven orbitals, W the waves of all rungs
    slices       ~ Σ_k (R n_k)³               n_k orbitals in slice k
    dissection   Σ over fronts, see `solvers.elimination.fronts`, and (R q)³ for the root

The constants were measured on one core and are good to about a factor of two; they only serve to choose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from floquant.checks.types import Numbers
from floquant.model import Device, Drive, Sector, sectors
from floquant.solvers.compilation import LARGE, SCALAR, SEVERAL, is_there
from floquant.solvers.elimination.fronts import OPERATION
from floquant.solvers.extended.dissection import DissectionSolver
from floquant.solvers.ladder.contacts import contact_orbitals
from floquant.solvers.ladder.dense import DenseSolver
from floquant.solvers.ladder.solver import LadderSolver
from floquant.solvers.local.continued_fractions import SidebandSolver
from floquant.solvers.local.ports import is_large
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.estimate import nodes_of, rungs_of
from floquant.transport.settings import photon_energy_of, settings
from floquant.transport.windows import checked_window

# Rungs of a typical ladder, where their number is not forced.
TYPICAL_RUNGS = 15
# The longest ladder that harmonics, or a strong drive, make likely.
LONGEST = 301
# Lead orbitals up to which amplitudes are followed one by one in compiled kernels.
NARROW = 8
# Up to this many orbitals a dissection or slices are not worth their preparation.
TINY = 16
# Orbitals driven by one harmonic up to which blocks are compiled: from about 11 on BLAS is quicker on 15 rungs, from 14 on 157.
FEW_DRIVEN = 12
# Seconds: a call of LAPACK from Python, a slice, a scalar rung, the overhead of a block of NumPy calls a rung, and a pair of waves.
CALL, SLICE, SCALAR_RUNG, BLOCK_RUNG, PAIR = 2e-5, 1.5e-5, 1.5e-7, 4e-5, 1.75e-7
# Operations of a block continued fraction for each power of its size, compiled a step of M rungs and in BLAS; a compiled operation outside
# of BLAS.
BLOCK, BLAS_BLOCK, PLAIN = 50.0, 14.0, 1e-9
# Seconds that one dense matrix of all ports and rungs takes besides its elimination, and any other ladder that is solved alone.
WHOLE, LADDER = 7.5e-4, 2.5e-3
# Seconds of dense ladders that are sooner done than kernels are compiled.
QUICK = 1.0
# Seconds an orbital and rung that a dissection of a large device takes at least.
LEAST = 5e-6


@dataclass(frozen=True, eq=False)
class Choice:
    """A way to solve a sector, and its estimated seconds a ladder of `rungs` rungs."""

    kind: str
    seconds: float
    make: Callable[[], LadderSolver] = field(repr=False)


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """The choices for one sector, cheapest first, of which the first that is allowed is taken.

    `ladders`: how many a solve takes for all settings together; None where no window is given.
    """

    orbitals: int
    ports: int
    rungs: int
    choices: tuple[Choice, ...]
    ladders: int | None = None

    def seconds(self, choice: Choice) -> float:
        """Of a whole solve, or of one ladder where no window is given."""
        return choice.seconds * (1 if self.ladders is None else self.ladders)

    def __repr__(self) -> str:
        many = "" if self.ladders is None else f", about {_round(self.ladders)} ladders"
        lines = [f"sector of {self.orbitals} orbitals, {self.ports} turned or driven, {self.rungs} rungs{many}:"]
        for choice in self.choices:
            whole = "" if self.ladders is None else f"{self.seconds(choice):10.2g} s in all"
            lines.append(f"  {choice.kind:<12}{choice.seconds:10.2g} s a ladder{whole}")
        return "\n".join(lines)


def _round(number: int) -> str:
    """With two digits: it is an estimate."""
    return f"{float(f'{number:.2g}'):,.0f}"


class Plans(tuple[Plan, ...]):
    """The plans of all sectors of a problem."""

    @property
    def seconds(self) -> float:
        """By the cheapest choices: of a whole solve, or of one ladder where no window is given."""
        return sum(plan.seconds(plan.choices[0]) for plan in self)

    def __repr__(self) -> str:
        return "\n".join(repr(plan) for plan in self)


@one_thread()
def plan(
    device: Device, drive: Drive | None, window: tuple[float, float] | None = None, *, sidebands: int | None = None, **knobs: Numbers
) -> Plans:  # fmt: skip
    """What each solver would cost for this problem, sector by sector: print it to see the choice that `solve` and `scatter` make.

    With the `window` of a `solve`: how many ladders that takes at all settings, to the default accuracy, and its time; good to about a
    factor of three, more near sharp resonances. Without one: the time of a ladder of energies, as `scatter` solves one for each energy
    and setting. Seconds are estimates for one core. `sidebands=N` plans for N each way.
    Raises `BadInput` as `floquant.scatter` does.
    """
    sidebands = Accuracy(sidebands=sidebands).sidebands
    batch = settings(device, drive, knobs)
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    found = sectors(device, ready, values)
    if window is None:
        return Plans(planned(sector, _rungs(sector, sidebands), every=True) for sector in found)
    checked = checked_window(window)
    return Plans(
        replace(
            planned(sector, rungs_of(sector, photon_energy, checked, sidebands), every=True),
            ladders=batch.count * nodes_of(sector, photon_energy, checked),
        )
        for sector in found
    )


def planned(sector: Sector, rungs: int, every: bool = False) -> Plan:
    """The plan of one sector, for ladders of so many rungs; `every`: also estimate what cannot be the cheapest."""
    n, d = len(sector.orbitals), max(len(sector.ports), 1)
    choices = [_dense(sector, rungs), _ports(sector, rungs)]
    # a dissection and slices are prepared where they may be the cheapest, not for tiny or cheap problems
    worth = LEAST * n * rungs if is_large(sector) else 1e-4
    if n > TINY and (every or min(choice.seconds for choice in choices) > worth):
        dissection = DissectionSolver(sector)
        choices += [_dissection(dissection, rungs), _slices(dissection, rungs)]
    return Plan(n, d, rungs, tuple(sorted(choices, key=lambda choice: choice.seconds)))


def choose_solver(
    sector: Sector, wanted: str | None, sidebands: int | None = None, ladders: float = np.inf, expected: int = 0
) -> LadderSolver:
    """The solver of the wanted kind, or the cheapest by the plan for about so many ladders, of so many rungs as are `expected` at least.

    Where few are to be solved and the kernels are not compiled yet, which would take far longer, that is the dense one.
    """
    makers: dict[str, Callable[[], LadderSolver]] = {
        "dense": lambda: DenseSolver(sector), "ports": lambda: _port_solver(sector),
        "slices": lambda: _slice_solver(sector), "dissection": lambda: DissectionSolver(sector),
    }  # fmt: skip
    if wanted is not None:
        return makers[wanted]()
    rungs = max(_rungs(sector, sidebands), min(expected, LONGEST))
    if _dense(sector, rungs).seconds * ladders <= QUICK and not is_there(_kernel_of(sector)):
        return DenseSolver(sector)
    if _kernel_of(sector) == SCALAR:
        return SidebandSolver(sector)
    return planned(sector, rungs).choices[0].make()


def _kernel_of(sector: Sector) -> str:
    """The kernel that the cheapest solver needs."""
    if is_large(sector):
        return LARGE
    single = len(sector.driven) <= 1 and sector.harmonic_count <= 1
    return SCALAR if single and _lead_orbitals(sector) <= NARROW else SEVERAL


def _rungs(sector: Sector, sidebands: int | None) -> int:
    """Of a ladder of so many sidebands; where that is not forced, a typical one, which harmonics that fall slowly make longer."""
    if not sector.is_driven:
        return 1
    return 2 * sidebands + 1 if sidebands else max(TYPICAL_RUNGS, min(2 * sector.harmonic_count + 1, LONGEST))


def _lead_orbitals(sector: Sector) -> int:
    return sum(len(terminal.lead_orbitals) for terminal in sector.terminals)


def _is_compiled(sector: Sector) -> bool:
    """Whether ports go by compiled kernels, and not in BLAS."""
    size = len(sector.driven) * max(sector.harmonic_count, 1)
    return _lead_orbitals(sector) <= NARROW and size <= (FEW_DRIVEN if sector.harmonic_count <= 1 else 4 * NARROW)


def _port_solver(sector: Sector) -> LadderSolver:
    if _is_compiled(sector):
        return SidebandSolver(sector)
    from floquant.solvers.local.wide_contacts import WidePortSolver

    return WidePortSolver(sector)


def _slice_solver(sector: Sector) -> LadderSolver:
    from floquant.solvers.extended.slices import SliceSolver

    return SliceSolver(sector)


def _dense(sector: Sector, rungs: int) -> Choice:
    size = float(rungs * len(sector.orbitals))
    columns = rungs * _lead_orbitals(sector)
    seconds = CALL * (1 + rungs / 4) + OPERATION[True] * (size**3 / 3 + size**2 * columns)
    return Choice("dense", seconds, partial(DenseSolver, sector))


def _ports(sector: Sector, rungs: int) -> Choice:
    n, e, m = len(sector.orbitals), max(len(sector.driven), 1), max(sector.harmonic_count, 1)
    d, leads, q = max(len(sector.ports), 1), _lead_orbitals(sector), len(contact_orbitals(sector))
    root = d + q if is_large(sector) else n
    static = OPERATION[True] * (root**3 / 3 + root**2 * (d + leads))
    if is_large(sector):
        # a static dissection, before it is prepared: some 1.5 µs an orbital, and the widest separators
        static += 2e-6 * n + 30 * OPERATION[False] * n**1.5
    compiled, waves = _is_compiled(sector), float(rungs * leads)
    if e == 1 and m == 1 and compiled:
        own = SCALAR_RUNG * rungs * (1 + leads)
    elif compiled:
        own = PLAIN * BLOCK * (rungs / m + 2) * float(m * e) ** 3 + SCALAR_RUNG * rungs
    elif m == 1:
        own = rungs * (BLOCK_RUNG + OPERATION[True] * float(d) ** 2 * (BLAS_BLOCK * d + waves)) + PAIR * waves**2
    else:
        own = WHOLE + OPERATION[True] * float(rungs * d) ** 3 / 2
    return Choice("ports", rungs * static / min(sector.settings, 100) + own, partial(_port_solver, sector))


def _ready(solver: LadderSolver) -> LadderSolver:
    """A solver that was already prepared for its estimate."""
    return solver


def _dissection(solver: DissectionSolver, rungs: int) -> Choice:
    fronts = solver.elimination.ordering.fronts(rungs)
    root = float(rungs * len(solver.contacts.orbitals))
    seconds = fronts.seconds[solver.elements(0).complex_numbers] + OPERATION[True] * root**3 / 2 + LADDER
    return Choice("dissection", seconds, partial(_ready, solver))


def _slices(dissection: DissectionSolver, rungs: int) -> Choice:
    from floquant.solvers.extended.slices import slice_numbers

    sector = dissection.sector
    sizes = np.bincount(slice_numbers(sector, dissection.elimination.pattern)).astype(float) * rungs
    contact = rungs * float(len(dissection.contacts.orbitals))
    operations = 1.5 * sizes**3 + sizes**2 * contact
    seconds = float(np.sum(SLICE + 2 * OPERATION[True] * operations)) + LADDER
    return Choice("slices", seconds, partial(_slice_solver, sector))
