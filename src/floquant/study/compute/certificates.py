"""One certificate for many solves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from floquant.transport import Certificate
from floquant.transport.certificate import LISTS

# Fields of which the largest counts.
VIOLATIONS = (
    "row_unitarity", "column_unitarity", "sideband_tail", "quadrature_bound", "current_leak", "form_difference", "sideband_change",
)  # fmt: skip
# Fields that count settings.
SEARCHED = ("searched", "searched_driven")


def worst(certificates: Sequence[Certificate | None]) -> Certificate | None:
    """The largest violations of all certificates; nodes are added up, and settings that were searched. None if there is no certificate."""
    known = [certificate for certificate in certificates if certificate is not None]
    if len(known) < 2:
        return known[0] if known else None
    searched: dict[str, Any] = {name: sum(getattr(each, name) for each in known) for name in SEARCHED}
    states: dict[str, Any] = {name: _all_states([getattr(each, name) for each in known]) for name in LISTS}
    closed = set.intersection(*(set(each.closed_leads) for each in known))
    largest: dict[str, Any] = {name: _largest([getattr(each, name) for each in known]) for name in VIOLATIONS}
    return Certificate(
        sidebands=max(certificate.sidebands for certificate in known),
        nodes=sum(certificate.nodes for certificate in known),
        solver=", ".join(dict.fromkeys(certificate.solver for certificate in known)),
        forced_sidebands=known[0].forced_sidebands,
        converged=all(certificate.converged for certificate in known),
        proven=all(certificate.proven for certificate in known),
        closed_leads=tuple(name for name in known[0].closed_leads if name in closed),
        **largest,
        **states,
        **searched,
    )


def _all_states(lists: list[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    """All energies of those lists that are known, None if none of them is."""
    known = [states for states in lists if states is not None]
    return tuple(sorted(energy for states in known for energy in states)) if known else None


def _largest(numbers: list[float]) -> float:
    """The largest that is a number; nan if none is."""
    known = [number for number in numbers if not np.isnan(number)]
    return max(known, default=float("nan"))
