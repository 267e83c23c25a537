"""What makes two studies the same: a digest of everything that their numbers depend on.

Values are described, not pickled: a pickle's bytes depend on which objects happen to be shared.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block


def identity(description: Description, blocks: tuple[Block, ...]) -> dict[str, str]:
    """Digests of the parts of a study, by what a user would call them."""
    return {
        "device": digest(description.device),
        "drive": digest(description.drive),
        "axes": digest((list(description.axes.items.items()), dict(description.axes.coords))),
        "observe": digest(description.observe),
        "window": digest(description.window),
        "accuracy": digest(description.accuracy),
        "blocks": digest(blocks),
    }


def digest(value: Any) -> str:
    """A digest that is the same in every process, at any time."""
    state = hashlib.sha256()
    _feed(state.update, value, ())
    return state.hexdigest()[:32]


def _feed(take: Callable[[bytes], None], value: Any, inside: tuple[int, ...]) -> None:
    """Describe a value to the digest; `inside` are the objects around it, so that a cycle ends."""

    def write(word: str) -> None:
        take(word.encode() + b"\0")

    if id(value) in inside:
        write("again")
        return
    inside = (*inside, id(value))
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        write(f"{type(value).__name__} {value!r}")
    elif isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        write(f"array {array.dtype.str} {array.shape}")
        if array.dtype.hasobject:
            _feed(take, array.tolist(), inside)
        else:
            take(np.ascontiguousarray(array).tobytes())
    elif isinstance(value, Mapping):
        write(f"mapping {len(value)}")
        for key, item in value.items():
            _feed(take, key, inside)
            _feed(take, item, inside)
    elif isinstance(value, list | tuple | range):
        write(f"sequence {len(value)}")
        for item in value:
            _feed(take, item, inside)
    elif isinstance(value, set | frozenset):
        _feed(take, sorted(digest(item) for item in value), inside)
    elif hasattr(value, "tocsc") and hasattr(value, "nnz"):
        sparse = value.tocsc()
        sparse.sort_indices()
        write("sparse")
        _feed(take, (sparse.shape, *(x.astype(np.int64) for x in (sparse.indptr, sparse.indices)), sparse.data), inside)
    elif hasattr(value, "dims") and hasattr(value, "values"):
        _feed(take, ("labelled", tuple(map(str, value.dims)), value.values), inside)
    elif isinstance(value, functools.partial):
        _feed(take, ("partial", value.func, value.args, value.keywords), inside)
    elif inspect.ismethod(value):
        _feed(take, ("method", value.__func__, value.__self__), inside)
    elif inspect.isfunction(value):
        _feed(take, _described(value), inside)
    elif inspect.iscode(value):
        _feed(take, ("code", value.co_code, value.co_consts, value.co_names), inside)
    elif inspect.isclass(value) or inspect.isbuiltin(value) or inspect.ismodule(value):
        write(f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', value.__name__)}")
    elif is_dataclass(value):
        write(f"{type(value).__module__}.{type(value).__qualname__}")
        for field in fields(value):
            write(field.name)
            _feed(take, getattr(value, field.name), inside)
    else:
        write(f"{type(value).__module__}.{type(value).__qualname__}")
        _feed(take, dict(sorted(getattr(value, "__dict__", {"is": repr(value)}).items())), inside)


def _described(function: Any) -> tuple[Any, ...]:
    """A function as its source, its defaults and the values that it took from around it; its code where there is no source.

    Other things that it reads (globals, files) are not included: if they change, use another folder.
    """
    closed = tuple(cell.cell_contents for cell in function.__closure__ or ())
    try:
        source: Any = inspect.getsource(function)
    except (OSError, TypeError):
        source = function.__code__
    return "function", function.__qualname__, source, function.__defaults__, function.__kwdefaults__, closed
