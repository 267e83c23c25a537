"""Results in SI units."""

from __future__ import annotations

from typing import overload

import xarray as xr

from floquant.errors import BadInput
from floquant.results.array import ResultArray
from floquant.results.dataset import ResultDataset
from floquant.results.units import CURRENT, KINDS, in_joule, kind_of

# What a current counts; said in its long name, since a laboratory counts the other way.
SIGN = "e times particles; the conventional current is the negative"


@overload
def to_si(data: xr.DataArray, energy_unit: str | None = None) -> ResultArray: ...


@overload
def to_si(data: xr.Dataset, energy_unit: str | None = None) -> ResultDataset: ...


def to_si(data: xr.DataArray | xr.Dataset, energy_unit: str | None = None) -> ResultArray | ResultDataset:
    """Currents in nA, powers in W, noise in A²/Hz and conductances in S, with their errors.

    I = x · e·E/h,   P = x · E²/h,   S = x · e²·E/h,   G = x · e²/h

    E is the energy unit of the data, the device's. Where that has no name, or a name that is no unit of energy ("γ"), `energy_unit` says
    what it is worth: J, eV, keV, meV, µeV, neV, or K, mK, µK (times k_B), with a number before it if need be: "2.7 eV".

    `data`: what an observable returns, or a Dataset, in which all that is in such a unit is converted and the rest stays. Signs stay too:
    a current is that of particles into the lead times e, and the conventional current is its negative, as the long name says.
    Raises `BadInput` for data in other units, an energy unit that is not known, or one that contradicts that of the data.
    """
    if isinstance(data, xr.DataArray):
        return _converted(ResultArray.of(data), energy_unit)
    if not isinstance(data, xr.Dataset):
        raise BadInput(
            f"What is to be converted is {type(data).__name__}, but it must be a DataArray or a Dataset; give what an observable returns."
        )
    result = ResultDataset.of(data)
    errors = set(result.errors.values())
    names = [name for name in result.data_vars if name not in errors and kind_of(result[name].attrs) is not None]
    if not names:
        raise _refused("The Dataset")
    return result.assign({name: _converted(ResultArray.of(result[name]), energy_unit) for name in names})


def _converted(array: ResultArray, energy_unit: str | None) -> ResultArray:
    found = kind_of(array.attrs)
    if found is None:
        raise _refused(f'"{array.name}" is in {array.attrs.get("units", "a unit that is not known")!r}; it')
    kind, unit = found
    scale = kind.factor * in_joule(energy_unit, unit, str(array.name)) ** kind.power if kind.power else kind.factor
    long_name = str(array.attrs.get("long_name", "current" if kind is CURRENT else ""))
    labels = {"units": kind.si, "long_name": f"{long_name} ({SIGN})" if kind is CURRENT else long_name}
    return (array * scale).assign_attrs({**array.attrs, **{key: text for key, text in labels.items() if text}})


def _refused(what: str) -> BadInput:
    units = ", ".join(kind.text("energy") for kind in KINDS)
    return BadInput(
        f"{what} has no number in one of the units that can be converted ({units}); give what an observable returned, before it was "
        f"scaled."
    )
