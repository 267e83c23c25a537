"""Names that a user gives: what they may be, and the refusal of one that does not exist, with the nearest that does."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterable
from typing import Any

from floquant.errors import BadInput

RESERVED_AXES = ("energy", "fermi_energy", "temperature", "bias")
RESERVED_KEYWORDS = (
    "device", "drive", "energies", "window", "rtol", "atol", "sidebands", "solver", "max_nodes", "accuracy", "solution",
    "reservoirs", "mu", "self", "max_half_width", "states",
)  # fmt: skip
RESERVED_DIMENSIONS = (
    "lead", "lead_out", "lead_in", "lead_other", "sideband", "spin", "spin_out", "spin_in", "channel", "channel_out",
    "channel_in", "direction", "harmonic", "site", "time", "t", "error", "converged", "resonance", "bound_state",
    "orbital",
)  # fmt: skip


def quoted(names: Iterable[str]) -> str:
    """`"a", "b"`, or the word `none`."""
    return ", ".join(f'"{name}"' for name in names) or "none"


def nearest(name: str, names: Iterable[str]) -> str:
    """` Did you mean "flux"?`, or nothing if no name is near."""
    near = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.5)
    return f' Did you mean "{near[0]}"?' if near else ""


def unknown(kind: str, name: Any, names: Iterable[str], owner: str) -> BadInput:
    """The refusal of a name that does not exist."""
    names = list(names)
    return BadInput(f'{owner} has no {kind} "{name}"; it has {quoted(names)}.{nearest(name, names)}')


def checked_name(name: Any, kind: str) -> str:
    """A name that can be a keyword and an axis: an identifier that means nothing else in a call or in a result."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise BadInput(
            f"A {kind} is named {name!r}, but names become keywords and axes; give an identifier such as dot_level."
        )
    for names, what in (
        (RESERVED_AXES, "an axis of every study"),
        (RESERVED_KEYWORDS, "a keyword of the calls"),
        (RESERVED_DIMENSIONS, "a dimension of results"),
    ):
        if name in names:
            raise BadInput(f'A {kind} is named "{name}", which is reserved: {what}; give it another name.')
    return name
