"""What a study may observe: one table, with a line for each observable. No other file of the study names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from floquant.observe import dc_current, energy_current, heat_current, spin_current
from floquant.transport.scattering import KINDS, Scattering


@dataclass(frozen=True)
class Observable:
    """What a study knows of one observable.

    `needs`: "reservoirs" (read from a solution at reservoirs) or "energy" (read from a scattering at energies).
    `call`: takes (solution, reservoirs, **options), or (scattering, to, from_, **options) for each pair of leads; returns a DataArray with
    its units and long name, and the bound of its error as the coordinate `<name>_error`.
    `reference`: what to cite. `options`: the values that each option may have. `spin`: the device must have spin. `conserved_spin`: options
    that need a conserved S_z where they are True.
    """

    needs: str
    call: Callable[..., Any]
    reference: str
    options: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    spin: bool = False
    conserved_spin: tuple[str, ...] = ()


_FLOQUET = "M. Moskalets and M. Büttiker, Floquet scattering theory of quantum pumps, Phys. Rev. B 66, 205320 (2002)"
_HEAT = "M. Moskalets and M. Büttiker, Dissipation and noise in adiabatic quantum pumps, Phys. Rev. B 66, 035306 (2002)"
_CURRENT = {"resolve_spin": (False, True), "form": ("window", "landauer")}
_TRANSMISSION = {"kind": KINDS, "spin_axis": ("z", "x", "y", None)}

OBSERVABLES = {
    "dc_current": Observable("reservoirs", dc_current, _FLOQUET, _CURRENT, conserved_spin=("resolve_spin",)),
    "spin_current": Observable("reservoirs", spin_current, _FLOQUET, spin=True),
    "energy_current": Observable("reservoirs", energy_current, _HEAT),
    "heat_current": Observable("reservoirs", heat_current, _HEAT),
    "transmission": Observable("energy", Scattering.transmission, _FLOQUET, _TRANSMISSION),
}

# Units and long names of the dims that observables add to the axes.
DIMENSION_LABELS = {
    "lead": {"units": "1", "long_name": "lead"},
    "lead_out": {"units": "1", "long_name": "outgoing lead"},
    "lead_in": {"units": "1", "long_name": "incoming lead"},
    "sideband": {"units": "1", "long_name": "photons absorbed"},
    "spin": {"units": "1", "long_name": "spin along z"},
    "spin_out": {"units": "1", "long_name": "outgoing spin along the axis"},
    "spin_in": {"units": "1", "long_name": "incoming spin along the axis"},
    "direction": {"units": "1", "long_name": "direction of the spin"},
}
