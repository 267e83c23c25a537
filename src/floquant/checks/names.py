"""Names that a user gives: what they may be, and the refusal of one that does not exist, with the nearest that does."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Collection, Iterable
from typing import Any

from floquant.checks.words import brief, quoted
from floquant.errors import BadInput

# Names that a knob, or a parameter of a drive, cannot have; docs/conventions.md lists the same. Any other identifier will do.
RESERVED_AXES = ("energy", "fermi_energy", "temperature", "bias")
# Knobs are keyword arguments, so they cannot have the names of other arguments of the same calls.
RESERVED_KEYWORDS = (
    "self", "device", "drive", "energies", "window", "axes", "observe", "rtol", "atol", "sidebands", "solver", "max_nodes",
    "progress", "max_half_width", "states", "t",
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
    "dc_current", "spin_current", "energy_current", "heat_current", "transmission", "half_width", "residual", "in_band",
    "site_weight", "sideband_weight", "wavefunction", "mu", "charge_per_cycle", PHOTON_ENERGY,
)  # fmt: skip
# Coordinates of results whose own name stays free.
RESERVED_ERRORS = ("amplitude_error",)
RESERVED_ENDINGS = ("_error", "_best", "_converged", "_by_lead")
# mu_L, temperature_R: the reservoirs of single leads.
RESERVED_BEGINNINGS = ("mu_", "temperature_")


def nearest(name: object, names: Iterable[str]) -> str:
    """` Did you mean "flux"?`, or nothing if no name is near."""
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5) if isinstance(name, str) else []
    return f' Did you mean "{near[0]}"?' if near else ""


def unknown(kind: str, name: object, names: Iterable[str], owner: str) -> BadInput:
    """The refusal of a name that does not exist."""
    names = list(names)
    return BadInput(f"{owner} has no {kind} {quoted([name])}; it has {quoted(names)}.{nearest(name, names)}")


def one_of(name: object, names: Collection[str], kind: str, owner: str) -> str:
    """The name, if it is one of these; whatever else a user gave is refused, with the nearest that is."""
    if isinstance(name, str) and name in names:
        return str(name)
    raise unknown(kind, name, names, owner)


def text(value: object, what: str, optional: bool = False) -> Any:
    """A text that is not empty; None too if it is `optional`. `what` opens the sentence."""
    if (optional and value is None) or (isinstance(value, str) and value):
        return value
    raise BadInput(f"{what} is {brief(value)}, but it must be a text{' or None' if optional else ''}; give one.")


def name_list(names: object, what: str) -> tuple[str, ...]:
    """A name or several as a tuple. `what` opens the sentence."""
    try:
        listed: tuple[object, ...] = (names,) if isinstance(names, str) else tuple(names)  # type: ignore[arg-type]
    except Exception:  # no list at all, or whatever an object's own iteration raises
        listed = (None,)
    for name in listed:
        if not isinstance(name, str):
            shown = brief(names) if name is None else brief(name)
            raise BadInput(f"{what} holds {shown}, but it must be a name or a list of names; give names.")
    return tuple(map(str, listed))


def checked_name(name: object, kind: str) -> str:
    """A name that can be a keyword and an axis: an identifier that means nothing else in a call or in a result."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise BadInput(
            f"A {kind} is named {brief(name)}, but names become keywords and axes; give an identifier such as dot_level."
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
    ending = any(name in (value, *(f"{value}{ending}" for ending in RESERVED_ENDINGS)) for value in RESERVED_VALUES)
    if ending or name in RESERVED_ERRORS:
        return "a value of results"
    if name.startswith(RESERVED_BEGINNINGS):
        return "the reservoir of one lead"
    return None
