"""Dicts as users give them, and dicts that cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from floquant.checks.words import brief
from floquant.errors import BadInput

Value = TypeVar("Value")


class Frozen(dict[Any, Value]):
    """A dict that cannot change after it is made. (A MappingProxyType would not travel to a worker process.)"""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is frozen; make a new object instead")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """A mapping from names, or nothing at all for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f"{what} are {brief(value)}, but they must be a dict from name to value; give a dict.")
    return value


def by_name(value: Any, what: str) -> Mapping[str, Any]:
    """As `mapping`, from texts."""
    for name in mapping(value, what):
        if not isinstance(name, str):
            raise BadInput(f"{what} hold {brief(name)}, but they must be a dict from name to value; give names.")
    return mapping(value, what)


def texts(value: Any, what: str, keys: type | None = str) -> Mapping[Any, str]:
    """A mapping from keys of this type (of any, for None) to texts, or nothing at all for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f"{what} is {brief(value)}, but it must be a dict of texts; give a dict.")
    for key, text in value.items():
        if not isinstance(text, str) or (keys is not None and not isinstance(key, keys)):
            raise BadInput(f"{what} holds {brief(key)}: {brief(text)}, but it must be a dict of texts; give texts.")
    return value
