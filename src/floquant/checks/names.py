"""Names that a user gives: what they may be, and the refusal of one that does not exist, with the nearest that does."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterable
from typing import Any

from floquant.errors import BadInput

# Names that a knob, or a parameter of a drive, cannot have; docs/conventions.md lists the same. Any other identifier will do.
RESERVED_AXES = ("energy", "fermi_energy", "temperature", "bias")
# Knobs are keyword arguments, so that the calls which take them need their own names for themselves.
RESERVED_KEYWORDS = (
    "self", "device", "drive", "energies", "window", "axes", "observe", "rtol", "atol", "sidebands", "solver", "max_nodes",
    "max_half_width", "states", "t",
)  # fmt: skip
# Dimensions and coordinates of results.
RESERVED_DIMENSIONS = (
    "lead", "lead_out", "lead_in", "sideband", "spin", "spin_out", "spin_in", "spin_axis", "direction", "site", "orbital",
    "channel_out", "channel_in", "open_out", "open_in", "velocity_out", "velocity_in", "momentum_out", "momentum_in",
    "resonance", "bound_state", "converged",
    # of noise, counting, response, ac currents, bond currents and the power of a drive, which are to come
    "lead_other", "spin_other", "harmonic", "time", "cumulant", "knob", "bond", "state", "flow", "force", "part",
)  # fmt: skip
# The coordinate of results that holds ħΩ, where the drive gives it no name of its own.
PHOTON_ENERGY = "photon_energy"
# Values of results: a swept knob is a coordinate beside them. Their error, best value and flag go by the endings.
RESERVED_VALUES = (
    "dc_current", "spin_current", "transmission", "half_width", "residual", "in_band", "site_weight", "sideband_weight",
    "wavefunction", "mu", "charge_per_cycle", PHOTON_ENERGY,
)  # fmt: skip
RESERVED_ENDINGS = ("_error", "_best", "_converged", "_by_lead")
# mu_L, temperature_R: the reservoirs of single leads.
RESERVED_BEGINNINGS = ("mu_", "temperature_")


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
    meaning = reserved_for(name)
    if meaning is not None:
        raise BadInput(f'A {kind} is named "{name}", which is reserved: {meaning}; give it another name.')
    return name


def reserved_for(name: str) -> str | None:
    """What a name means in a call or in a result, in words; None if it means nothing there."""
    if name in RESERVED_AXES:
        return "an axis of every study"
    if name in RESERVED_KEYWORDS:
        return "a keyword of the calls"
    if name in RESERVED_DIMENSIONS:
        return "a dimension or coordinate of results"
    if any(name in (value, *(f"{value}{ending}" for ending in RESERVED_ENDINGS)) for value in RESERVED_VALUES):
        return "a value of results"
    if name.startswith(RESERVED_BEGINNINGS):
        return "the reservoir of one lead"
    return None
