"""What a study may observe: the names, the options of each, and the call that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from floquant.checks.names import unknown
from floquant.errors import BadInput
from floquant.observe import dc_current, spin_current
from floquant.transport.scattering import KINDS


@dataclass(frozen=True)
class Kind:
    """One observable: `needs` "reservoirs" or "energy"; `call` for the former; its options with their allowed values."""

    needs: str
    options: Mapping[str, tuple[Any, ...]]
    reference: str
    call: Callable[..., Any] | None = None


_FLOQUET = "M. Moskalets and M. Büttiker, Floquet scattering theory of quantum pumps, Phys. Rev. B 66, 205320 (2002)"

OBSERVABLES: dict[str, Kind] = {
    "dc_current": Kind(
        "reservoirs", {"resolve_spin": (False, True), "form": ("window", "landauer")}, _FLOQUET, dc_current
    ),
    "spin_current": Kind("reservoirs", {}, _FLOQUET, spin_current),
    "transmission": Kind("energy", {"kind": KINDS, "spin_axis": ("z", "x", "y", None)}, _FLOQUET),
}


@dataclass(frozen=True)
class Asked:
    """An observable with its options."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What it needs and how it is called."""
        return OBSERVABLES[self.name]

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.name}({told})" if told else self.name


def asked(observe: Any) -> tuple[Asked, ...]:
    """From a name, a list of names, or a dict from name to options. Raises `BadInput` for unknown names or options, or none at all."""
    if isinstance(observe, str):
        observe = [observe]
    listed = dict(observe) if isinstance(observe, Mapping) else dict.fromkeys(_names(observe))
    if not listed:
        raise BadInput(
            f"observe is empty, but a study must observe something; give for example observe={[*OBSERVABLES][:1]}."
        )
    return tuple(_one(name, options) for name, options in listed.items())


def _names(observe: Any) -> list[str]:
    try:
        names = list(observe)
    except TypeError:
        names = [observe]
    for name in names:
        if not isinstance(name, str):
            raise BadInput(
                f"observe holds {name!r}, but it must be a list of names, or a dict from name to options; give names."
            )
    return names


def _one(name: str, options: Any) -> Asked:
    if name not in OBSERVABLES:
        raise unknown("observable", name, OBSERVABLES, "A study")
    if options is not None and not isinstance(options, Mapping):
        raise BadInput(f'The options of "{name}" are {options!r}, but they must be a dict; give for example {{}}.')
    known = OBSERVABLES[name].options
    for option, value in (options or {}).items():
        if option not in known:
            raise unknown("option", option, known, f'"{name}"')
        if not any(value == allowed and type(value) is type(allowed) for allowed in known[option]):
            told = ", ".join(map(repr, known[option]))
            raise BadInput(
                f'Option "{option}" of "{name}" is {value!r}, but it must be one of {told}; give one of them.'
            )
    return Asked(name, dict(options or {}))
