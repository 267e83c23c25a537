"""Reservoirs: the chemical potential and the temperature of each lead.

f_a(E) = 1 / (exp[(E − μ_a)/k_B T_a] + 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks.frozen import keep
from floquant.checks.mappings import Frozen, by_name
from floquant.checks.names import name_list, unknown
from floquant.checks.numbers import is_number, number
from floquant.checks.reading import array_of, finite, is_labelled
from floquant.checks.types import ByLead, Numbers
from floquant.checks.words import brief
from floquant.errors import BadInput


@dataclass(frozen=True, eq=False, repr=False)
class Reservoirs:
    """μ and k_B T of the leads, both in the energy unit.

    Each is a number for all leads, an array or a DataArray, or a dict of these by contact name.
    Raises `BadInput` for values that are not finite and real, or for a temperature < 0.
    """

    mu: Any  # a number, a read-only array, a DataArray, or a mapping of these by contact name: as it was given
    temperature: Any  # likewise

    def __init__(self, mu: ByLead = 0.0, temperature: ByLead = 0.0) -> None:
        for name, value in (("mu", mu), ("temperature", temperature)):
            if isinstance(value, Mapping):
                checked: Any = Frozen(
                    {lead: _values(x, f'{name} of lead "{lead}"') for lead, x in by_name(value, name).items()}
                )
                everything = list(checked.values())
            else:
                checked = _values(value, name)
                everything = [checked]
            if name == "temperature":
                for x in everything:
                    lowest = float(np.min(np.asarray(x)))
                    if lowest < 0:
                        raise BadInput(f"temperature is {lowest:g}, but it must be ≥ 0; give k_B T in the energy unit.")
            keep(self, **{name: checked})

    def by_lead(self, names: Iterable[str]) -> dict[str, tuple[Numbers, Numbers]]:
        """{lead: (μ, k_B T)} for these leads. Raises `BadInput` if one of them has none, or if another one has some."""
        names = name_list(names, "The leads")
        for what, value in (("mu", self.mu), ("temperature", self.temperature)):
            if not isinstance(value, Mapping):
                continue
            for name in value:
                if name not in names:
                    raise unknown("lead", name, names, "The device")
            missing = [name for name in names if name not in value]
            if missing:
                raise BadInput(
                    f'Lead "{missing[0]}" has no {what}, but every lead needs one; give {what}={{"{missing[0]}": …}} too.'
                )
        return {name: (_of(self.mu, name), _of(self.temperature, name)) for name in names}

    def __repr__(self) -> str:
        return f"Reservoirs:\n  mu           {_shown(self.mu)}\n  temperature  {_shown(self.temperature)}"


def _of(value: Any, name: str) -> Any:
    return value[name] if isinstance(value, Mapping) else value


def _shown(value: Any) -> str:
    """A number with its error bound where it has one, the range of an array, or these by lead."""
    if isinstance(value, Mapping):
        return ", ".join(f"{lead}: {_shown(own)}" for lead, own in value.items())
    if np.ndim(value):
        dims = f" over {', '.join(map(str, value.dims))}" if hasattr(value, "dims") else ""
        return f"{float(np.min(value)):g} … {float(np.max(value)):g} ({np.size(value)} values{dims})"
    bound = getattr(value, "coords", {}).get(f"{getattr(value, 'name', '')}_error")
    return f"{float(value):g}" + ("" if bound is None else f" ± {float(bound):.1e}")


def _values(value: Any, what: str) -> Any:
    """A number as float; an array of any dimension as a read-only float array; a DataArray as it is."""
    if is_number(value) and not is_labelled(value):
        return number(value, what)
    must = "must be a number or an array of real numbers; give one of them"
    array = array_of(value, what, must)
    if array.dtype.kind not in "biufc" or array.size == 0:
        raise BadInput(f"{what} is {brief(value)}, but it {must}.")
    result = finite(array, what)
    if is_labelled(value):
        return value
    result.setflags(write=False)
    return result
