"""Functions that return a device: their arguments are axes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model import Device
from floquant.study.description.values import python_value


def arguments_of(builder: Callable[..., Device]) -> tuple[str, ...]:
    """Names of the arguments that can be given by keyword."""
    return tuple(
        name
        for name, parameter in inspect.signature(builder).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    )


def checked_builder(device: Any) -> Callable[..., Device]:
    """Raises `BadInput` for what cannot be called."""
    if not callable(device):
        raise BadInput(
            f"The device is {device!r}, but it must be a Device or a function that returns one; give one of them."
        )
    return device


def first_arguments(builder: Callable[..., Device], given: Mapping[str, Any]) -> dict[str, Any]:
    """The first value of each axis that the device function takes."""
    found = {}
    for name in arguments_of(builder):
        if name in given:
            values = np.asarray(getattr(given[name], "values", given[name])).reshape(-1)
            if not len(values):
                raise BadInput(f'The axis "{name}" is empty, but it must hold at least one value; give some.')
            found[name] = python_value(values[0])
    return found


def built(builder: Callable[..., Device], arguments: Mapping[str, Any]) -> Device:
    """Call the device function. Raises `BadInput` if an argument is missing, or if no Device comes back."""
    for name, parameter in inspect.signature(builder).parameters.items():
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not variadic and name not in arguments:
            raise BadInput(
                f'The device function\'s argument "{name}" has no value; give it as an axis, axes={{"{name}": …}}.'
            )
    device = builder(**arguments)
    if not isinstance(device, Device):
        raise BadInput(
            f"The device function returned {device!r} at {listed(arguments)}, but it must return a Device; return one."
        )
    return device


def listed(arguments: Mapping[str, Any]) -> str:
    """Arguments for a message."""
    return ", ".join(f"{name} = {value}" for name, value in arguments.items()) or "its defaults"
