"""One sector at given energies with enough sidebands: as many as nearly all need, and longer ladders where one does not suffice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Sector
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.cutoff import MOST, TOO_STRONG, fewest_sidebands, lengthened, refuse_stronger
from floquant.transport.estimate import likely_sidebands
from floquant.transport.plan import choose_solver
from floquant.transport.sector_scattering import KEPT, TRIALS, LongLadders, SectorScattering

# Of how many settings and energies one may ask for a longer ladder than the others have.
RARE = 20


@dataclass(frozen=True, eq=False)
class Swept:
    """What solving everywhere showed: what lies beyond the ends per open wave, and whether that is proven, (settings, energies); column
    defects (energies,)."""

    part: SectorScattering
    beyond: Array
    column: Array
    proven: Array

    def improved(self, longer: LongLadders) -> Swept:
        """With longer ladders at some points."""
        at, most = (longer.problem, longer.place), np.maximum(self.part.opened.sum(axis=1), 1.0)
        self.beyond[at] = longer.block.beyond[:, 0] / most[longer.place]
        self.proven[at] = longer.block.shift.proven[:, 0]
        for block in self.part.kept_blocks or ():
            longer.improve_powers(block.which, block.where, block.powers, block.shift)
        return replace(self, part=replace(self.part, longer=longer))


def scatter_sector(sector: Sector, photon_energy: float, energies: Array, accuracy: Accuracy, count: int) -> Swept:
    """The sector with enough sidebands."""
    photon_energy = photon_energy if sector.is_driven else 0.0
    expected = 2 * (accuracy.sidebands or likely_sidebands(sector, photon_energy)) + 1
    solver = choose_solver(sector, accuracy.solver, accuracy.sidebands, TRIALS * count * len(energies), expected)
    with one_thread(solver.costly):
        opened = solver.open_waves(solver.tabulate(energies[None, :, None]), 0)[0]
        part = SectorScattering(sector, solver, photon_energy, energies, opened, 0, count)
        if not photon_energy:
            return _swept(part)
        if accuracy.sidebands is not None:
            return _swept(replace(part, sidebands=accuracy.sidebands))
        return _lengthened(part, accuracy.rtol)


def _lengthened(part: SectorScattering, rtol: float) -> Swept:
    """The common ladder lengthened until nearly all settings and energies converge, and the last few on longer ones.

    The ends of costly solvers are estimated: for them, lengthening must have changed nothing either, and there is one ladder.
    """
    number, before, costly = fewest_sidebands(part.sector), None, part.solver.costly
    refuse_stronger(part.sector, part.photon_energy)
    judged: list[tuple[int, float]] = []
    while number <= MOST:
        part = replace(part, sidebands=number)
        powers, beyond = part.sampled()
        hardest = float(np.sort(beyond, axis=None)[-1 - (0 if costly else beyond.size // RARE)])
        judged.append((number, hardest))
        accepted = hardest <= rtol
        if costly and accepted:
            change = np.inf if before is None else float(np.abs(powers - before).max(initial=0.0))
            accepted, before, part = bool(change <= rtol), powers, replace(part, change=change)
        if accepted:
            swept = _swept(part)
            problem, place = np.nonzero(swept.beyond > rtol)
            if not len(problem):
                return swept
            longer = (
                None if costly or len(problem) * RARE > swept.beyond.size else _on_longer(part, problem, place, rtol)
            )
            if longer is not None:
                return swept.improved(longer)
        number = max(lengthened(number, part.sector), _foreseen(judged, rtol))
    raise NotConverged(TOO_STRONG)


def _foreseen(judged: list[tuple[int, float]], rtol: float) -> int:
    """Half the way to where the last two ladders' ends, falling on geometrically, would pass; they fall ever faster."""
    if len(judged) < 2:
        return 0
    (few, before), (number, now) = judged[-2:]
    if not rtol < now < before < np.inf:
        return 0
    steps = np.log(now / rtol) / np.log(before / now) * (number - few)
    return number + min(int(steps / 2), number)


def _on_longer(part: SectorScattering, problem: Array, place: Array, rtol: float) -> LongLadders | None:
    """Ladders for the few points that need longer ones; None if they also emit into sidebands beyond the common ones."""
    most, number = np.maximum(part.opened.sum(axis=1), 1.0), part.sidebands
    hard = np.arange(len(problem))
    while len(hard):
        number = lengthened(number, part.sector) + part.solver.reach
        long = replace(part, padding=number - part.sidebands)
        longer, allowed = LongLadders(long, problem[hard], place[hard]), rtol * most[place[hard]]
        if np.any(longer.outside[:, 0] > 0.1 * allowed):
            return None
        hard = hard[longer.block.beyond[:, 0] > allowed]
    return longer if len(longer.problem) == len(problem) else LongLadders(long, problem, place)


def _swept(part: SectorScattering) -> Swept:
    """Solve once everywhere; the column defects without a drive are those of rows too."""
    beyond, proven = np.zeros((part.count, len(part.energies))), np.zeros((part.count, len(part.energies)), dtype=bool)
    column, kept = np.zeros(len(part.energies)), []
    for block in part.powers():
        opened = part.opened[block.where]
        beyond[block.which, block.where] = block.beyond / np.maximum(opened.sum(axis=1), 1.0)
        proven[block.which, block.where] = block.shift.proven
        defect = np.abs(np.einsum("perba->pea", block.powers) - opened)
        if not part.photon_energy:
            defect = np.maximum(defect, np.abs(np.einsum("perba->peb", block.powers) - opened))
        column[block.where] = np.maximum(column[block.where], defect.max(axis=(0, 2)))
        if part.numbers <= KEPT:
            kept.append(block)
    return Swept(replace(part, kept_blocks=tuple(kept)) if kept else part, beyond, column, proven)
