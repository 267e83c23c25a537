"""Leads without an open channel: they carry nothing, and are no reason to refuse while any lead has one.

Which leads are closed is asked of their bands, so that a refusal does not depend on how many sidebands are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model import Device, Lead, Sector

Bands = Sequence[tuple[float, float]]


class Ladders(Protocol):
    """A sector that was solved on ladders −N … N."""

    @property
    def sector(self) -> Sector:
        """What was solved."""

    @property
    def photon_energy(self) -> float:
        """ħΩ, 0 for a sector that nothing drives."""

    @property
    def sidebands(self) -> int:
        """N."""


def points(energies: Array) -> Array:
    """Single energies (E,) as intervals (E, 2)."""
    return np.stack([energies, energies], axis=1)


def refuse_if_all_closed(
    device: Device, separate: Iterable[Sector], energies: Array, photon_energy: float, forced: int | None
) -> None:
    """Raises `BadInput` if no lead has a channel open at the energies asked for, pairs (low, high) of shape (…, 2).

    Rungs that are asked for, the `forced` number of sidebands, count as well. With a drive an energy counts too that lies between bands:
    photons carry electrons from one to the other.
    """
    terminals = [(terminal.lead, sector.is_driven) for sector in separate for terminal in sector.terminals]
    every: list[tuple[float, float]] = []
    for lead, is_driven in terminals:
        bands, shift = _widened(lead), photon_energy if is_driven else 0.0
        if _meets(bands, energies, shift, forced or 0):
            return
        every += bands if is_driven else ()
    between = [(min(low for low, _ in every), max(high for _, high in every))] if every else []
    if photon_energy and _meets(between, energies, 0.0, 0):
        return
    shown = ", ".join(f'"{name}" {_listed(contact.lead.bands())}' for name, contact in device.contacts.items())
    lowest, highest = float(energies.min()), float(energies.max())
    where = f"{lowest:g}" if lowest == highest else f"{lowest:g} … {highest:g}"
    also = f", {forced} sidebands of {photon_energy:g} included" if forced and photon_energy else ""
    raise BadInput(
        f"The bands of the leads are {shown}, but the energies asked for are {where}{also}: no lead has an open channel there; "
        f"ask for energies inside a band, or move the leads' levels."
    )


def closed_leads(
    device: Device, ladders: Iterable[Ladders], energies: Array, seen_open: Iterable[str] = ()
) -> tuple[str, ...]:
    """Names of leads without an open channel at any energy asked for, in the order of the contacts.

    Sidebands are counted; `energies` as above. Leads that were `seen_open` are not asked for their bands, which takes wide ones a while.
    """
    is_open = set(seen_open)
    for part in ladders:
        for terminal in part.sector.terminals:
            if terminal.name not in is_open and _meets(
                _widened(terminal.lead), energies, part.photon_energy, part.sidebands
            ):
                is_open.add(terminal.name)
    return tuple(name for name in device.contacts if name not in is_open)


def _widened(lead: Lead) -> list[tuple[float, float]]:
    """Its bands with their edges, where a channel counts as open (see `leads.edges`)."""
    rounding = lead.edge_points().rounding
    return [(low - rounding, high + rounding) for low, high in lead.bands()]


def _meets(bands: Bands, energies: Array, photon_energy: float, sidebands: int) -> bool:
    """Whether an interval of energies, or one of its sidebands, meets a band."""
    shifts = photon_energy * np.arange(-sidebands, sidebands + 1) if photon_energy else np.zeros(1)
    low, high = energies[..., 0, None] + shifts, energies[..., 1, None] + shifts
    return any(bool(np.any((high >= bottom) & (low <= top))) for bottom, top in bands)


def _listed(bands: Bands) -> str:
    return ", ".join(f"[{bottom:g}, {top:g}]" for bottom, top in bands) or "none"
