"""What a user wrote for `observe`: names and options, checked against the table of observables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from floquant.checks.names import name_list, one_of
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.study.description.observables import OBSERVABLES, Observable


@dataclass(frozen=True)
class RequestedObservable:
    """An observable of the table by its name, with the options that the user gave."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def observable(self) -> Observable:
        """Its line of the table."""
        return OBSERVABLES[self.name]

    def __str__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.name}({options})" if options else self.name


def requested_observables(observe: Any) -> tuple[RequestedObservable, ...]:
    """From a name, a list of names, or a dict from name to options. Raises `BadInput` for unknown names or options, or none at all."""
    if isinstance(observe, str):
        observe = [observe]
    by_name = dict(observe) if isinstance(observe, Mapping) else dict.fromkeys(_names(observe))
    if not by_name:
        raise BadInput(
            f"observe is empty, but a study must observe something; give for example observe={[*OBSERVABLES][:1]}."
        )
    return tuple(RequestedObservable(name, _checked_options(name, options)) for name, options in by_name.items())


def _names(observe: Any) -> list[str]:
    return list(name_list(observe, "observe"))


def _checked_options(name: str, options: Any) -> dict[str, Any]:
    """The options of one observable, each with a value that it may have."""
    one_of(name, OBSERVABLES, "observable", "A study")
    if options is not None and not isinstance(options, Mapping):
        raise BadInput(f'The options of "{name}" are {brief(options)}, but they must be a dict; give for example {{}}.')
    possible = OBSERVABLES[name].options
    for option, value in (options or {}).items():
        one_of(option, possible, "option", f'"{name}"')
        if not any(type(value) is type(allowed) and value == allowed for allowed in possible[option]):
            values = ", ".join(map(repr, possible[option]))
            raise BadInput(
                f'Option "{option}" of "{name}" is {brief(value)}, but it must be one of {values}; give one of them.'
            )
    return dict(options or {})
