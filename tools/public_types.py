"""Counts `Any` in the signatures that a user reads: more than 10 are an error.

    python tools/public_types.py

Public are the names of `floquant`, the devices of `floquant.gallery` and the functions of `floquant.interop`; of a class its
constructor, fields, properties and methods. The aliases of `floquant.checks.types` count too, so that none hides an `Any`.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import floquant
from floquant.checks import types as aliases

MOST = 10
ANY = re.compile(r"\bAny\b")


@dataclass(frozen=True)
class Place:
    """One annotation: where it stands and what it says."""

    where: str
    annotation: str
    file: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.annotation}"


def public_objects() -> dict[str, object]:
    """Everything that a user reaches by a public name, by that name."""
    found = {name: getattr(floquant, name) for name in [*floquant.__all__, "open"]}
    for module in (floquant.gallery, floquant.interop.kwant, floquant.interop.pythtb, floquant.interop.sisl):
        for name, value in vars(module).items():
            if inspect.isfunction(value) and not name.startswith("_") and _is_of(value, module):
                found[f"{module.__name__.removeprefix('floquant.')}.{name}"] = value
    return {name: value for name, value in found.items() if not isinstance(value, ModuleType)}


def places() -> Iterator[Place]:
    """Every annotation of a public signature, each once, and the aliases that they use."""
    yield from dict.fromkeys(places_of(public_objects()))
    for name, value in vars(aliases).items():
        if isinstance(value, str) and not name.startswith("_"):
            yield Place(f"types.{name}", value, _file(aliases))


def places_of(objects: dict[str, object]) -> Iterator[Place]:
    """Every annotation of these; what a class inherits goes by the name of the class that has it."""
    for name, value in objects.items():
        yield from _of_class(name, value) if isinstance(value, type) else _of_call(name, value)


def untyped() -> list[Place]:
    """Those that say nothing."""
    return [place for place in places() if ANY.search(place.annotation)]


def _is_of(function: object, module: ModuleType) -> bool:
    """Whether a module offers a function, rather than uses it."""
    listed = getattr(module, "__all__", None)
    name, home = function.__name__, function.__module__  # type: ignore[attr-defined]
    return name in listed if listed is not None else home == module.__name__


def _of_class(name: str, cls: type) -> Iterator[Place]:
    seen: set[tuple[str, str]] = set()
    # what a base of another package has, it explains: a DataArray's methods take what xarray says
    others = [base for base in cls.__mro__ if not base.__module__.startswith(("floquant", "builtins", "abc", "typing"))]
    elsewhere = {name for base in others for name in vars(base)}
    if not issubclass(cls, Exception | tuple) and "__init__" not in elsewhere:
        for place in _of_call(name, cls):
            seen.add((place.where.rpartition(" ")[2], place.annotation))
            yield place
    for base in cls.__mro__:
        if not base.__module__.startswith("floquant"):
            continue
        for field, annotation in inspect.get_annotations(base).items():
            text = _text(annotation)
            if not field.startswith("_") and not text.startswith("ClassVar") and (field, text) not in seen:
                seen.add((field, text))
                yield Place(f"{base.__name__}.{field}", text, _file(base))
        for attribute, value in vars(base).items():
            if attribute in elsewhere:
                continue
            if (not attribute.startswith("_") or _is_operator(attribute)) and (attribute, "") not in seen:
                seen.add((attribute, ""))
                yield from _of_attribute(f"{base.__name__}.{attribute}", value)
            elif attribute == "__init__" and issubclass(cls, Exception):  # its signature says (*args, **kwargs)
                yield from _of_attribute(name, value)


def _is_operator(name: str) -> bool:
    return name in ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__neg__")


def _of_attribute(name: str, value: object) -> Iterator[Place]:
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    elif isinstance(value, property):
        value = value.fget
    elif isinstance(value, functools.cached_property):
        value = value.func
    if inspect.isfunction(value):
        yield from _of_call(name, value)


def _of_call(name: str, call: object) -> Iterator[Place]:
    signature = inspect.signature(call)  # type: ignore[arg-type]
    file = _file(call)
    for parameter in signature.parameters.values():
        if parameter.name not in ("self", "cls"):
            yield Place(f"{name} {parameter.name}", _text(parameter.annotation), file)
    if not isinstance(call, type):
        yield Place(f"{name} returns", _text(signature.return_annotation), file)


def _text(annotation: object) -> str:
    if annotation is inspect.Parameter.empty:
        return "Any (not annotated)"
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _file(value: object) -> str:
    source = inspect.getsourcefile(inspect.unwrap(value) if callable(value) else value)  # type: ignore[arg-type]
    path, package = Path(source or "?"), Path(floquant.__file__).parent
    return str(path.relative_to(package) if path.is_relative_to(package) else path)


def main() -> int:
    """Print what is left, and 1 if it is too much."""
    found, every = untyped(), list(places())
    for place in found:
        print(place)
    print(f"{len(found)} of {len(every)} annotations are Any; at most {MOST} may be")
    return int(len(found) > MOST)


if __name__ == "__main__":
    sys.exit(main())
