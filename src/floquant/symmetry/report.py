"""All symmetries that were found, and what they forbid together."""

from __future__ import annotations

from dataclasses import dataclass

from floquant.checks.names import text
from floquant.symmetry.symmetry import Symmetry

Current = tuple[str, str]

SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class SymmetryReport:
    """What `symmetries` found.

    `symmetries`: without the identity; of those that differ by what is conserved, one. `conserved`: what commutes with H(t) and
    the leads, in words. `proportional`: (a, b, r) for leads that are one in effect, I_b = r I_a.
    `forbids`: cycle-averaged currents that are zero whenever all leads have one μ and one temperature, as ("dc charge", lead),
    ("dc spin x", lead), and ("dc charge of spin up", lead) where the spins do not mix. `forbids_at_energy`: those that are zero
    where that μ is `energy` (particle–hole symmetry); it holds all of `forbids`. `still`: nothing is driven.
    `complete`: whether all permutations of orbitals were looked at. `searched`: what was looked for and how it was compared.
    """

    symmetries: tuple[Symmetry, ...]
    conserved: tuple[str, ...]
    proportional: tuple[tuple[str, str, float], ...]
    forbids: tuple[Current, ...]
    forbids_at_energy: tuple[Current, ...]
    energy: float
    still: bool
    complete: bool
    searched: tuple[str, ...]

    def why(self, current: str, lead: str) -> str:
        """Which symmetries forbid a current, in words: `report.why("dc charge", "L")`."""
        asked = (text(current, "The current"), text(lead, "The lead"))
        enough = [s for s in self.symmetries if asked in s.forbids]
        always = [s for s in enough if not s.kind.flips]
        if asked in self.forbids:
            if self.still:
                return f"The {current} current into {lead} is zero at equal reservoirs: nothing is driven."
            reason = "; or ".join(s.operation for s in always) or "several symmetries together, or a conservation law"
            return f"The {current} current into {lead} is zero at equal reservoirs: {reason}."
        if asked in self.forbids_at_energy:
            reason = "; or ".join(s.operation for s in enough) or "several symmetries together"
            return f"The {current} current into {lead} is zero at equal reservoirs with μ = {self.energy:g}: {reason}."
        return f"No symmetry that was found forbids the {current} current into {lead}."

    def __repr__(self) -> str:
        lines = [f"Symmetries: {len(self.symmetries) or 'none'} besides the identity"]
        telling = sorted(self.symmetries, key=lambda symmetry: (not symmetry.forbids, symmetry.kind.flips))
        for number, symmetry in enumerate(telling[:SHOWN], 1):
            lines.append(f"  {number}. {symmetry.operation or 'identity'}")
            lines.append(f"     {symmetry.relation}")
            if symmetry.forbids:
                where = f" at μ = {symmetry.energy:g}" if symmetry.kind.flips else ""
                lines.append(f"     forbids{where} {listed(symmetry.forbids)}")
        if len(self.symmetries) > SHOWN:
            lines.append(f"  … and {len(self.symmetries) - SHOWN} more")
        lines += [f"Conserved: {', '.join(self.conserved)}"] if self.conserved else []
        for a, b, ratio in self.proportional:
            lines.append(
                f"Leads {a} and {b} are one in effect: I_{b} = {ratio:.6g} I_{a} at equal reservoirs, T^(n)_{b}{a} = T^(n)_{a}{b}."
            )
        if self.still:
            lines.append("Nothing is driven: equal reservoirs drive no current.")
        lines.append(f"Zero at equal reservoirs, any μ and T: {listed(self.forbids) or 'nothing is forbidden'}")
        more = tuple(current for current in self.forbids_at_energy if current not in self.forbids)
        if more:
            lines.append(f"Zero as well at equal reservoirs with μ = {self.energy:g}: {listed(more)}")
        lines += [f"Searched: {self.searched[0]}", *(f"  {line}" for line in self.searched[1:])]
        return "\n".join(lines)


def listed(currents: tuple[Current, ...]) -> str:
    """ "dc charge into L, R; dc spin x into L"."""
    kinds = dict.fromkeys(kind for kind, _ in currents)
    return "; ".join(f"{kind} into {', '.join(lead for k, lead in currents if k == kind)}" for kind in kinds)
