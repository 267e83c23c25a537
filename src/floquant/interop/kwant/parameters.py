"""The parameters that a Kwant system's value functions take: which have values, and which are knobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from floquant.checks.names import checked_name, nearest, unknown
from floquant.checks.numbers import is_number
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.knobs.knob import Knob


def knob_parameters(knobs: Any) -> dict[str, str]:
    """{knob: parameter} of the knobs that are parameters. Raises `BadInput` if one has two knobs."""
    if knobs is None:
        return {}
    if isinstance(knobs, str) or not isinstance(knobs, Mapping | Sequence):
        raise BadInput(
            f"The knobs are {brief(knobs)}, but they must be a dict from knob to parameter, or a list; give one of them."
        )
    pairs = knobs.items() if isinstance(knobs, Mapping) else ((name, name) for name in knobs)
    found: dict[str, str] = {}
    for name, parameter in pairs:
        checked_name(name, "knob")
        if isinstance(parameter, Knob):
            continue
        if not isinstance(parameter, str):
            raise BadInput(
                f'Knob "{name}" is {brief(parameter)}, but it must be the name of a parameter of the Kwant system, or a Knob; '
                f"give one of them."
            )
        for other, taken in found.items():
            if taken == parameter:
                raise BadInput(
                    f'Knobs "{other}" and "{name}" are both the parameter "{parameter}"; give each parameter one knob.'
                )
        found[name] = parameter
    return found


def check_parameters(system: Any, params: Mapping[str, Any], named: Mapping[str, str], leads: Sequence[str]) -> None:
    """Every value function has the values that it takes, and the knobs are parameters of the device alone."""
    of_system = _taken(system, "The Kwant system")
    of_leads = {name: _taken(lead, f'Lead "{name}"') for name, lead in zip(leads, system.leads, strict=True)}
    for name, parameter in named.items():
        if parameter not in of_system:
            everywhere = sorted(of_system)
            raise unknown("parameter", parameter, everywhere, f'The Kwant system of knob "{name}"')
        if parameter in params and not is_number(params[parameter]):
            raise BadInput(
                f'Knob "{name}" is the parameter "{parameter}", whose value in params is {params[parameter]!r}, but a knob '
                f"turns a real number; give a number."
            )
        for lead, taken in of_leads.items():
            if parameter in taken:
                raise BadInput(
                    f'Knob "{name}" is the parameter "{parameter}", which also acts inside lead "{lead}", but a lead cannot be '
                    f"turned or driven; give the lead another parameter, as "
                    f"lead.substituted({parameter}='{parameter}_lead')."
                )
    for owner, holder, taken in [
        ("The Kwant system", system, of_system),
        *((f'Lead "{name}"', system.leads[i], taken) for i, (name, taken) in enumerate(of_leads.items())),
    ]:
        missing = sorted(set(taken) - set(params))
        if missing:
            knob = next((name for name, parameter in named.items() if parameter == missing[0]), None)
            rest = f', where knob "{knob}" rests' if knob else ""
            raise BadInput(
                f'{owner} takes the parameter "{missing[0]}"{_where(holder, missing[0])}, but params has no value for it; give '
                f"params={{{missing[0]!r}: …}}{rest}.{nearest(missing[0], set(params) - set(taken))}"
            )


def values_of(holder: Any) -> Iterable[tuple[Any, Any]]:
    """(value, names of its parameters) of every onsite term and hopping of a finalized system or lead."""
    yield from getattr(holder, "onsites", ())
    yield from getattr(holder, "hoppings", ())


def _taken(holder: Any, owner: str) -> frozenset[str]:
    """The parameters that a system or lead takes."""
    parameters = holder.parameters
    if parameters is None:
        name = next(
            getattr(value, "__name__", repr(value)) for value, n in values_of(holder) if isinstance(n, Exception)
        )
        raise BadInput(
            f"{owner} has the value function {name}, whose parameters have no fixed names (*args or **kwargs), but they must "
            f"have names; give it named parameters."
        )
    return frozenset(parameters)


def _where(holder: Any, parameter: str) -> str:
    for value, names in values_of(holder):
        if isinstance(names, tuple | list) and parameter in names:
            return f" (in {getattr(value, '__name__', 'a value function')})"
    return ""
