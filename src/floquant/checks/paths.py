"""Files and folders as users give them."""

from __future__ import annotations

import os
from pathlib import Path

from floquant.checks.words import brief
from floquant.errors import BadInput


def path_of(value: object, what: str) -> Path:
    """A path, from a text that is not empty or from a `Path`. `what` opens the sentence."""
    try:
        named = os.fspath(value)  # type: ignore[call-overload]  # whatever is no path is refused
    except Exception:  # whatever an object's own conversion raises
        named = None
    if not isinstance(named, str) or not named or "\0" in named:
        raise BadInput(f'{what} is {brief(value)}, but it must be a path; give for example "runs/ring".')
    return Path(named)
