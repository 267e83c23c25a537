"""Compares the errors that floquant claims with true ones, on random and hostile problems; a claim that does not hold is an error.

    python tools/check_bounds.py --scatter 3000 --currents 300
    python tools/check_bounds.py --scatter 200 --family narrow --seed-from 5000

True numbers come from tests/reference: `scatter` in extended precision on long ladders, `dc_current` by brute force. Each family of
problems is what one part of a bound rests on (tests/reference/bound_families.py and current_families.py); the problems are spread over
them evenly. Problems that floquant refuses, and those for which the reference finds no answer, are counted apart.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bounds.comparing import SEEN, outcome
from bounds.currents import current_outcome
from reference.bound_families import FAMILIES
from reference.current_families import FAMILIES as CURRENT_FAMILIES

# The median claim may be larger than the true error by so much, where that is seen at all.
GOALS = {"scatter": 1e3, "currents": 1e5}
# Sidebands that are forced on problems of currents by turns: a ladder that floquant chooses is mostly too good to show an error. Claims of
# ladders that are too short must hold, but may be as large as they are.
FORCED = (None, 2, None, 4, None, 6)


@dataclass
class Tally:
    """What a family's problems showed: claims that broke, true/claimed at worst, and claimed/true where it is seen."""

    name: str
    count: int = 0
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    worst: float = 0.0
    loose: list[float] = field(default_factory=list)
    proven: int = 0
    seconds: float = 0.0

    @property
    def solved(self) -> int:
        """Problems whose claims were compared."""
        return self.count - len(self.refused) - len(self.unknown)

    def __str__(self) -> str:
        middle = f"{np.median(self.loose):8.2g}" if self.loose else "       –"
        share = f"{self.proven / self.solved:6.0%}" if self.solved else "     –"
        return (
            f"{self.name:18s} {self.count:6d} {len(self.broken):6d} {self.worst:10.2g} {middle:>13s} {len(self.refused):7d} "
            f"{len(self.unknown):7d} {share:>6s} {self.seconds:8.1f}"
        )


HEADING = f"{'family':18s}  count broken true/claim   claim/true refused unknown proven  seconds"


def scattered(tally: Tally, family: str, seed: int) -> None:
    """Count one problem of `scatter`."""
    found = outcome(family, seed)
    if found.refusal:
        tally.refused.append(f"{family} {seed}: {found.refusal}")
        return
    tally.proven += found.proven
    tally.worst = max([tally.worst, *(each.worst for each in found.compared)])
    tally.loose += [each.loose for each in found.compared if np.isfinite(each.loose)]
    if found.broken:
        worst = max(found.broken, key=lambda each: each.worst)
        tally.broken.append(
            f"{family} {seed}: {worst.what} at {worst.where} is wrong by {worst.true:.2e}, claimed {worst.claimed:.2e} "
            f"({len(found.broken)} claims; {found.sidebands} sidebands, {found.solver}, {'proven' if found.proven else 'estimated'})"
        )


def flowing(tally: Tally, family: str, seed: int) -> None:
    """Count one problem of `dc_current`."""
    forced = FORCED[seed % len(FORCED)]
    found = current_outcome(family, seed, forced)
    if found.refusal:
        tally.refused.append(f"{family} {seed}: {found.refusal}")
        return
    tally.proven += found.proven
    tally.worst = max(tally.worst, found.worst)
    seen = found.true > SEEN
    if forced is None:
        tally.loose += (found.claimed[seen] / found.true[seen]).tolist()
    if found.worst > 1:
        tally.broken.append(
            f"{family} {seed}: currents are wrong by {found.true}, claimed {found.claimed}, flow {found.flow}, the reference's own "
            f"error {found.own} ({found.sidebands} sidebands, {'proven' if found.proven else 'estimated'})"
        )


def tallies(
    count: Callable[[Tally, str, int], None], families: list[str], problems: int, first: int, verbose: bool
) -> Iterator[Tally]:  # fmt: skip
    """The tally of each family, the problems spread over them evenly, from a first seed on."""
    for place, family in enumerate(families):
        tally, start = Tally(family), time.perf_counter()
        for seed in range(first, first + problems // len(families) + (place < problems % len(families))):
            tally.count += 1
            try:
                count(tally, family, seed)
            except (ArithmeticError, np.linalg.LinAlgError) as failed:
                tally.unknown.append(f"{family} {seed}: {failed}")
        tally.seconds = time.perf_counter() - start
        print(tally, flush=True)
        for line in tally.broken:
            print(f"  BROKEN   {line}", flush=True)
        for line in [*tally.refused, *tally.unknown] if verbose else []:
            print(f"  no claim {line}", flush=True)
        yield tally


def run(what: str, arguments: argparse.Namespace) -> bool:
    """Compare so many problems of `scatter` or `currents`; whether all claims hold."""
    known, count = {"scatter": (FAMILIES, scattered), "currents": (CURRENT_FAMILIES, flowing)}[what]
    problems = getattr(arguments, what)
    families = [name for name in known if arguments.family in (None, name)]
    if not problems or not families:
        return True
    print(f"{what}\n{HEADING}")
    found = list(tallies(count, families, problems, arguments.seed_from, arguments.verbose))
    broken, loose = sum(len(each.broken) for each in found), np.concatenate([each.loose for each in found])
    middle = float(np.median(loose)) if len(loose) else float("nan")
    print(
        f"{what}: {sum(each.solved for each in found)} problems compared, {broken} with broken claims; the median claim is {middle:.2g} "
        f"times the true error where that exceeds {SEEN:g} ({len(loose)} numbers; goal {GOALS[what]:g})",
        flush=True,
    )
    return broken == 0


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scatter", type=int, default=0, metavar="N", help="so many problems of scatter")
    parser.add_argument("--currents", type=int, default=0, metavar="M", help="so many problems of dc_current")
    parser.add_argument("--family", choices=[*FAMILIES, *CURRENT_FAMILIES], help="of this family only")
    parser.add_argument("--seed-from", type=int, default=0, metavar="K", help="the first seed of each family")
    parser.add_argument("--verbose", action="store_true", help="print refusals too")
    arguments = parser.parse_args()
    if arguments.scatter + arguments.currents <= 0:
        parser.error("ask for --scatter N or --currents M problems")
    warnings.simplefilter("ignore")
    return 0 if all([run("scatter", arguments), run("currents", arguments)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
