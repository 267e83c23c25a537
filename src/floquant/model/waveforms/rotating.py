"""A vector that rotates at a constant rate: a magnetic field, or circularly polarised light."""

from __future__ import annotations

import numpy as np

from floquant.checks.names import checked_name
from floquant.checks.numbers import sign_of
from floquant.checks.types import Parameter
from floquant.errors import BadInput
from floquant.model.waveforms.cosine import Cosine
from floquant.model.waveforms.waveform import Waveform


def rotating(
    x: str, y: str, amplitude: Parameter, phase: Parameter = 0.0, sense: int = 1, multiple: int = 1
) -> dict[str, Waveform]:
    """Two knobs driven as the components of a vector of constant length: {x: v cos(mΩt + χ), y: ±v sin(mΩt + χ)}.

    `sense` +1 turns from x to y, counterclockwise where x, y are drawn as usual; −1 back. `amplitude` v and `phase` χ are
    numbers or names of parameters. It is a part of a drive's knobs: Drive({**rotating("field_x", "field_y", 0.5)}, …).
    Raises `BadInput` for another sense.
    """
    sense = sign_of(sense, "The sense of a rotating vector", "from x to y")
    if checked_name(x, "knob") == checked_name(y, "knob"):
        raise BadInput(
            f'A rotating vector has the components "{x}" and "{y}", but they must be two knobs; give two names.'
        )
    along = Cosine(amplitude, phase, multiple)
    return {x: along, y: along.shifted(-sense * np.pi / (2 * along.multiple))}
