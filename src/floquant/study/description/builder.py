"""Functions that return a device: their arguments are axes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from floquant.checks.reading import array_of
from floquant.checks.words import brief
from floquant.errors import BadInput, FloquantError
from floquant.model import Device
from floquant.study.description.values import python_value


def arguments_of(builder: Callable[..., Device]) -> tuple[str, ...]:
    """Names of the arguments that can be given by keyword."""
    return tuple(
        name
        for name, parameter in _signature(builder).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    )


def _signature(builder: Callable[..., Device]) -> inspect.Signature:
    try:
        return inspect.signature(builder)
    except (TypeError, ValueError):
        raise BadInput(
            f"The arguments of {brief(builder)} are not known, but they are axes of a study; give a function of Python."
        ) from None


def checked_builder(device: Any) -> Callable[..., Device]:
    """Raises `BadInput` for what cannot be called."""
    if not callable(device):
        raise BadInput(
            f"The device is {brief(device)}, but it must be a Device or a function that returns one; give one of them."
        )
    return device


def first_arguments(builder: Callable[..., Device], given: Mapping[str, Any]) -> dict[str, Any]:
    """The first value of each axis that the device function takes."""
    found = {}
    for name in arguments_of(builder):
        if name in given:
            values = array_of(given[name], f'The axis "{name}"').reshape(-1)
            if not len(values):
                raise BadInput(f'The axis "{name}" is empty, but it must hold at least one value; give some.')
            found[name] = python_value(values[0])
    return found


def built(builder: Callable[..., Device], arguments: Mapping[str, Any]) -> Device:
    """Call the device function. Raises `BadInput` if an argument is missing, or if no Device comes back."""
    for name, parameter in _signature(builder).parameters.items():
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not variadic and name not in arguments:
            raise BadInput(
                f'The device function\'s argument "{name}" has no value; give it as an axis, axes={{"{name}": …}}.'
            )
    try:
        device = builder(**arguments)
    except FloquantError:
        raise
    except Exception as failure:
        raise BadInput(
            f"The device function fails at {listed(arguments)} ({type(failure).__name__}: {failure}); give one that returns a Device there."
        ) from failure
    if not isinstance(device, Device):
        raise BadInput(
            f"The device function returned {brief(device)} at {listed(arguments)}, but it must return a Device; return one."
        )
    return device


def listed(arguments: Mapping[str, Any]) -> str:
    """Arguments for a message."""
    return ", ".join(f"{name} = {value}" for name, value in arguments.items()) or "its defaults"
