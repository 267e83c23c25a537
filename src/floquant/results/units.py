"""The units that results have, as text in their attribute `units`, and what they are in SI.

    e/h * E   currents      nA        e^2/h * E   noise           A^2/Hz
    1/h * E^2 energy, heat  W         e^2/h       conductance     S

E is the energy unit of the device, `energy` where it has no name.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from floquant.checks.words import brief
from floquant.errors import BadInput

# In joule; temperatures by k_B.
ENERGIES: Mapping[str, float] = {
    "J": 1.0,
    **{f"{prefix}eV": 10.0**power * 1.602176634e-19 for prefix, power in {"": 0, "k": 3, "m": -3, "µ": -6, "u": -6, "n": -9}.items()},
    **{f"{prefix}K": 10.0**power * 1.380649e-23 for prefix, power in {"": 0, "m": -3, "µ": -6, "u": -6}.items()},
}  # fmt: skip
CHARGE, PLANCK = 1.602176634e-19, 6.62607015e-34


@dataclass(frozen=True)
class Kind:
    """A unit up to the energy: its text before the energy, how often the energy stands in it, and the SI unit in its own SI base unit."""

    before: str
    power: int
    si: str
    factor: float

    def text(self, energy: str) -> str:
        """The unit as results have it."""
        return self.before + {0: "", 1: f" * {energy}", 2: f" * {energy}^2"}[self.power]


CURRENT = Kind("e/h", 1, "nA", 1e9 * CHARGE / PLANCK)
POWER = Kind("1/h", 2, "W", 1 / PLANCK)
NOISE = Kind("e^2/h", 1, "A^2/Hz", CHARGE**2 / PLANCK)
CONDUCTANCE = Kind("e^2/h", 0, "S", CHARGE**2 / PLANCK)
KINDS = (CURRENT, POWER, NOISE, CONDUCTANCE)


def kind_of(attrs: Mapping[Any, Any]) -> tuple[Kind, str] | None:
    """The kind of a unit and its energy unit, "" where it has none; None for any other unit, or none."""
    units = str(attrs.get("units", "")).replace("μ", "µ")
    for kind in KINDS:
        begin, _, end = kind.text("#").partition("#")
        if kind.power == 0:
            if units == begin:
                return kind, ""
        elif units.startswith(begin) and units.endswith(end) and "^" not in units[len(begin) : len(units) - len(end)]:
            return kind, units[len(begin) : len(units) - len(end)]
    return None


def in_joule(given: object, unit: str, name: Hashable) -> float:
    """What the energy unit `unit` of a result is worth, by its name or by what was given for it."""
    known = ENERGIES.get(unit)
    if given is None:
        if known is None:
            raise BadInput(
                f'"{name}" is in the energy unit "{unit}", of which floquant does not know the size; give it, as '
                f'energy_unit="meV" or energy_unit="2.7 eV", or build the device with energy_unit="meV".'
            )
        return known
    worth = _parsed(given)
    if known is not None and abs(worth - known) > 1e-12 * known:
        raise BadInput(
            f'energy_unit is {brief(given)}, but "{name}" says that its energies are in {unit}; leave energy_unit out, or set the units of '
            f"the data right."
        )
    return worth


def _parsed(given: object) -> float:
    """A unit, or a number and a unit: "meV", "2.7 eV"."""
    match = re.fullmatch(r"\s*([-+.\deE]*?)\s*([A-Za-zµμ]+)\s*", given) if isinstance(given, str) else None
    unit = match[2].replace("μ", "µ") if match else ""
    try:
        number = float(match[1] or 1.0) if match else 0.0
    except ValueError:
        number = 0.0
    if unit not in ENERGIES or not 0 < number < float("inf"):
        raise BadInput(
            f"energy_unit is {brief(given)}, but it must be one of {', '.join(ENERGIES)}, with a number > 0 before it if need be; give for "
            f'example "meV" or "2.7 eV".'
        )
    return number * ENERGIES[unit]
