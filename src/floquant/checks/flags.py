"""Flags as users give them."""

from __future__ import annotations

import numpy as np

from floquant.checks.words import brief
from floquant.errors import BadInput


def flag(value: object, what: str) -> bool:
    """True or False, NumPy's too; nothing else, for what an array or None would mean is anybody's guess. `what` opens the sentence."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise BadInput(f"{what} is {brief(value)}, but it must be True or False; give one of them.")


def flag_or_none(value: object, what: str) -> bool | None:
    """A flag, or None where it is left open."""
    return None if value is None else flag(value, what)
