"""A sentence of the paper, and the result of computing it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floquant.paper.ring import bound

if TYPE_CHECKING:
    import xarray as xr

# Most digits that are shown.
MOST_DIGITS = 10
RIGHT, IMPRECISE, WRONG = "right", "imprecise", "wrong"


@dataclass(frozen=True)
class Claim:
    """A sentence (in our words), the number that decides it with the bound of its error, and the verdict.

    `quantity` says what the number is, `demand` what the sentence asks of it, `how` what was computed and what it showed. The verdict is
    "right", "imprecise" (true once amended as `how` says) or "wrong"; it follows from the numbers, see `judged`.
    """

    name: str
    where: str
    sentence: str
    quantity: str
    number: float
    error: float
    demand: str
    verdict: str
    how: str


def judged(literally: bool, in_substance: bool = False) -> str:
    """The verdict on a sentence that holds as it stands, or only once it is amended."""
    return RIGHT if literally else IMPRECISE if in_substance else WRONG


def vanishes(value: xr.DataArray) -> bool:
    """True if every value is zero within the bound of its error."""
    return bool(np.all(np.abs(value.values) <= bound(value).values))


def differs(value: xr.DataArray) -> bool:
    """True if some value is certainly not zero."""
    return bool(np.any(np.abs(value.values) > bound(value).values))


def largest(value: xr.DataArray) -> tuple[float, float]:
    """The value of largest magnitude and its bound."""
    at = int(np.argmax(np.abs(value.values)))
    return float(value.values.flat[at]), float(bound(value).values.flat[at])


def digits(number: float, error: float) -> str:
    """A number with the digits that its error leaves; 0 if it is 0 within its error."""
    if abs(number) <= error:
        return "0"
    known = math.floor(math.log10(abs(number) / error)) if error > 0 else MOST_DIGITS
    return f"{number:.{min(max(known, 1), MOST_DIGITS)}g}".replace("-", "−")
