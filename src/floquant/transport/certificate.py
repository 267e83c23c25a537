"""The certificate: how far conservation laws are violated, and what bounds the error. It is computed when it is looked at."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from floquant.transport.outcome import Outcome

States = tuple[float, ...] | None
# Fields that list energies.
LISTS = ("bound_states", "closed_states")


@dataclass(frozen=True, eq=False, repr=False)
class Certificate(Outcome):
    """Largest violations over all settings, dimensionless unless said otherwise; nan where a check does not apply.

    current_leak: |Σ_b I_b| over the unsigned flow. row_unitarity: |Σ |S_ba|² over a row − open channels| at
    sample points, every energy on a separate ladder −N … N.
    sideband_change: what the last lengthening of the ladder changed, where it was judged by that (solvers that take long for a ladder).
    form_difference: window form less Landauer form of such ladders, over the unsigned flow. sideband_tail: by how much what lies beyond the
    ladder's ends may change an open wave of a scattering, or a current of a solution over the largest unsigned flow. `proven`: whether
    that is a proof, for a solution one that takes the weights at the ends from its nodes; else it is an estimate, as bounds of quadrature
    and rounding always are.
    quadrature_bound: the bound of the quadrature's error over the unsigned flow. column_unitarity: an alarm for bugs only, it holds even
    with too few sidebands. bound_states: energies of the undriven device outside all bands (energy unit), at `searched` settings of a
    sweep; None where they were not looked for. closed_states: quasienergies of the driven device (energies without a drive) of states that
    no open channel sees, at any of their replicas, at `searched_driven` settings of a sweep. No reservoir fills or empties them: they keep
    their occupation. A dc current into a lead does not depend on them; occupations, local currents and ac currents do.
    """

    row_unitarity: float
    column_unitarity: float
    sideband_tail: float
    proven: bool = False
    quadrature_bound: float = float("nan")
    current_leak: float = float("nan")
    form_difference: float = float("nan")
    sideband_change: float = float("nan")
    bound_states: States = None
    closed_states: States = None
    searched: int = 0
    searched_driven: int = 0

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
            f"  sidebands' tail    {self.sideband_tail:.1e}   {self._ground}",
            f"  a longer ladder    {self.sideband_change:.1e}   changed so much, of the open waves",
            f"  quadrature bound   {self.quadrature_bound:.1e}   of the unsigned flow, estimated",
        ]
        lines = [line for line in lines if "nan" not in line.split()]
        outside = f"outside the bands, at {_settings(self.searched)}"
        lines.append(f"  bound states       {_listed(self.bound_states, outside)}")
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
    def _ground(self) -> str:
        """What the bound of the ladder's ends rests on; only solutions have a quadrature."""
        if not self.proven:
            return "estimated"
        return "proven" if math.isnan(self.quadrature_bound) else "proven, with the weights at the nodes"

    @property
    def summary(self) -> str:
        """One line: that of the outcome; how many states nothing fills, and whether there is an alarm."""
        closed = f"; {len(self.closed_states)} closed states" if self.closed_states else ""
        alarm = "; ALARM: column unitarity is violated" if self.suspicious else ""
        return f"{super().summary}{closed}{alarm}"

    def numbers(self) -> dict[str, float | int | str | bool | tuple[str, ...]]:
        """All fields but the lists of states, of which a sweep has a book full: what a file keeps."""
        return {name: value for name, value in asdict(self).items() if name not in LISTS}


def _settings(number: int) -> str:
    return "1 setting" if number == 1 else f"{number} settings"


def _listed(states: States, what: str) -> str:
    """At most six energies, for the reader."""
    if states is None:
        return "not looked for"
    found = ", ".join(f"{energy:.6g}" for energy in states[:6]) or "none"
    more = f", … ({len(states)})" if len(states) > 6 else ""
    return f"{found}{more}   {what}"
