"""`symmetries`: the search from end to end."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Drive
from floquant.symmetry.budget import EQUATIONS, Budget
from floquant.symmetry.gauge import Gauge, Solution
from floquant.symmetry.graph import graphs
from floquant.symmetry.kinds import KINDS, SHIFT, Kind
from floquant.symmetry.permutations import Search
from floquant.symmetry.problem import DEVICE, Problem, problem_of
from floquant.symmetry.report import SymmetryReport
from floquant.symmetry.summary import Found, report_of
from floquant.symmetry.symmetry import Symmetry

MIRROR_Y = np.diag([1.0, -1.0, 1.0])  # what complex conjugation does to a spin
SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
EQUAL_LEVELS = 1e-12


def symmetries(device: Device, drive: Drive | None = None, **settings: complex) -> SymmetryReport:
    """Which space–time symmetries a driven device has with its leads, and which dc currents they forbid at equal reservoirs.

    U H(t) U† = H(t + s),   U H*(t) U† = H(t0 − t),   and with 2c − H on the right (particle–hole, chiral)

    U permutes orbitals, with a phase on each (with spin: a rotation of spin on each pair ↑, ↓), and maps leads to leads with
    their couplings. Each symmetry is verified element by element; `report.forbids` follows from those found by linear algebra
    and is never more than they imply. What is not found is not excluded: `report.searched` says what was looked for,
    and whether a device with many equal parts took more than the budget of a search.
    `settings`: values of knobs and of the drive's parameters, numbers. Raises `BadInput` as `scatter` does, and for arrays.

    (S. Kohler, J. Lehmann and P. Hänggi, Phys. Rep. 406, 379: symmetries of driven wires and what they say about pumping;
    M. Moskalets and M. Büttiker, Phys. Rev. B 66, 205320.)
    """
    problem = problem_of(device, drive, settings)
    budget = Budget()
    whole = _found(problem, budget)
    spins = (0, 1) if problem.separate_spins else ()
    apart = [_found(problem_of(device, drive, settings, spin), budget) for spin in spins]
    return report_of(problem, whole, apart)


def _found(problem: Problem, budget: Budget) -> Found:
    """All symmetries of a problem that the budget allows, and what commutes with it."""
    symmetries: list[Symmetry] = []
    conserved: list[Array] = []
    complete = True
    for kind in KINDS:
        if kind.flips and not _may_flip(problem):
            continue
        source = problem.source(kind)
        gauge = Gauge(problem, kind, source, problem.target)
        if kind is SHIFT:
            conserved = gauge.conserved()
        search = Search(*graphs(problem, source, problem.target), len(problem.interiors), budget)
        for permutation in search.permutations():
            budget.spend((EQUATIONS + len(source)) * problem.k**3)
            solutions = gauge.solutions(permutation[: problem.nodes])
            symmetries += [_symmetry(problem, kind, solution) for solution in solutions]
        complete &= search.complete and gauge.complete
    return Found(problem, _different([one for one in symmetries if not _trivial(one)]), conserved, complete)


def _may_flip(problem: Problem) -> bool:
    """H → 2c − H needs one c for the device and for every lead that has levels."""
    diagonals = [
        np.diagonal(part.h00).real[problem.connected[part.orbitals // problem.k] >= 0]
        for part in problem.interiors
        if part.h00 is not None
    ]
    levels = np.concatenate([*diagonals, np.zeros(0)])
    if not levels.size:
        return True
    return abs(float(levels.mean()) - problem.middle) < EQUAL_LEVELS * problem.scale


def _symmetry(problem: Problem, kind: Kind, solution: Solution) -> Symmetry:
    device = np.flatnonzero(problem.what == DEVICE)
    images = solution.image[device]
    leads: dict[str, str] = {}
    spin: dict[str, Array | None] = {}
    for number, part in enumerate(problem.interiors):
        nodes = problem.lead_nodes(number)
        leads[part.name] = problem.interiors[problem.contact[solution.image[nodes[0]]]].name
        if problem.k == 2:
            spin[part.name] = _turned(solution.unitary[nodes], kind)
    static = not np.any(problem.charges[problem.target.channel])
    shift = None if solution.free else solution.angle / (2 * np.pi)
    positions = problem.device.positions
    return Symmetry(
        kind, _of_sites(problem, images), images, leads, shift, problem.middle, spin, solution.unitary[device],
        None if positions is None else np.asarray(positions), static,
    )  # fmt: skip


def _of_sites(problem: Problem, images: Array) -> tuple[int, ...] | None:
    """The images of sites, if the nodes of each go to one site."""
    moved = np.flatnonzero(problem.connected[: len(images)] >= 0)
    here, there = problem.site[moved], problem.site[images[moved]]
    result = np.arange(problem.device.site_count)
    result[here] = there
    return tuple(result.tolist()) if np.array_equal(result[here], there) else None


def _turned(unitary: Array, kind: Kind) -> Array | None:
    """The matrix that turns a lead's spins, if all of its channels turn alike."""
    rotations = 0.5 * np.einsum("iab,nbc,jcd,nad->nij", SIGMA, unitary, SIGMA, np.conj(unitary)).real
    if np.abs(rotations - rotations[0]).max() > 1e-9:
        return None
    return np.asarray(rotations[0] @ MIRROR_Y if kind.conjugates else rotations[0])


def _trivial(symmetry: Symmetry) -> bool:
    """The identity, and in a static device any shift of time."""
    if symmetry.kind is not SHIFT or not np.array_equal(symmetry.orbitals, np.arange(len(symmetry.orbitals))):
        return False
    at_rest = all(lead == image for lead, image in symmetry.leads.items())
    unturned = all(turn is not None and np.abs(turn - np.eye(3)).max() < 1e-9 for turn in symmetry.spin.values())
    return at_rest and unturned and (symmetry.static or symmetry.shift == 0)


def _different(found: list[Symmetry]) -> list[Symmetry]:
    """Each once."""
    seen: dict[Any, Symmetry] = {}
    for symmetry in found:
        spin = tuple(None if s is None else tuple(np.round(s, 6).ravel() + 0.0) for s in symmetry.spin.values())
        shift = None if symmetry.shift is None else round(symmetry.shift, 9)
        key = (symmetry.kind, symmetry.orbitals.tobytes(), tuple(symmetry.leads.values()), shift, spin)
        seen.setdefault(key, symmetry)
    return list(seen.values())
