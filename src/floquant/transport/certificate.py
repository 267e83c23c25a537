"""The certificate: how far conservation laws are violated, and what bounds the error. It travels with every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from floquant.model import Sector
from floquant.solve.bound_states import bound_states

# Settings of a sweep whose bound states are looked for.
SEARCHED = 16


def outside_the_bands(sectors: Iterable[Sector], settings: int) -> tuple[float, ...] | None:
    """Bound states of these sectors at up to `SEARCHED` settings of a sweep, evenly chosen; None if one is too large to be searched."""
    sample = np.unique(np.linspace(0, settings - 1, min(settings, SEARCHED)).astype(np.int64))
    found = [bound_states(sector, sample) for sector in sectors]
    if any(states is None for states in found):
        return None
    return tuple(sorted(float(energy) for states in found for own in states or [] for energy in own))


@dataclass(frozen=True)
class Certificate:
    """Largest violations over all settings, dimensionless unless said otherwise; nan where a check does not apply.

    current_leak: |Σ_b I_b| over the unsigned flow. row_unitarity: |Σ |S_ba|² over a row − open channels| at
    sample points, every energy on a ladder −N … N of its own.
    form_difference: window form less Landauer form of such ladders, over the unsigned flow. sideband_tail: weight at the ladder's ends.
    quadrature_bound: the bound of the quadrature's error over the unsigned flow. column_unitarity: an alarm for bugs only, it holds even
    with too few sidebands. bound_states: energies outside all bands (energy unit), of at most 16 settings of a sweep; None where they were
    not looked for.
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
    bound_states: tuple[float, ...] | None = None
    forced_sidebands: bool = False
    converged: bool = True

    @property
    def suspicious(self) -> bool:
        """True if column unitarity is broken: a bug, never a matter of accuracy."""
        return self.column_unitarity > 1e-6

    def __str__(self) -> str:
        state = "converged" if self.converged else "NOT CONVERGED"
        forced = " (forced)" if self.forced_sidebands else ""
        lines = [
            f"{state}: {self.solver}, {self.sidebands} sidebands each way{forced}, {self.nodes} energies",
            f"  current leak       {self.current_leak:.1e}   of the unsigned flow",
            f"  form difference    {self.form_difference:.1e}   window less Landauer, of the unsigned flow",
            f"  row unitarity      {self.row_unitarity:.1e}",
            f"  sidebands' tail    {self.sideband_tail:.1e}",
            f"  quadrature bound   {self.quadrature_bound:.1e}   of the unsigned flow",
        ]
        lines = [line for line in lines if " nan " not in line]
        if self.bound_states is None:
            lines.append("  bound states       not looked for")
        else:
            found = ", ".join(f"{energy:.6g}" for energy in self.bound_states[:6]) or "none"
            more = f", … ({len(self.bound_states)})" if len(self.bound_states) > 6 else ""
            lines.append(f"  bound states       {found}{more}   outside the bands")
        if self.suspicious:
            lines.append(
                f"  ALARM: column unitarity is violated by {self.column_unitarity:.1e}: please report this as a bug"
            )
        return "\n".join(lines)

    def attrs(self) -> dict[str, Any]:
        """The certificate as attributes of a DataArray that every file format can hold."""
        fields = asdict(self)
        states = fields.pop("bound_states")
        numbers = {
            f"certificate_{name}": (int(value) if isinstance(value, bool) else value) for name, value in fields.items()
        }
        if states is not None:
            numbers["certificate_bound_states"] = ", ".join(f"{energy:.12g}" for energy in states) or "none"
        return {**numbers, "certificate": str(self)}
