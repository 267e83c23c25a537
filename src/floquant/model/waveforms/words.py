"""Numbers of waveforms in words, for a repr."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

MINUS = "−"
# Angles that are called by their share of π: those with denominators up to 12, and none that is only near.
MOST_PARTS, NEAR = 12, 1e-12


def shown(value: Any) -> str:
    """A parameter: a name, a number, or how many numbers."""
    if isinstance(value, str):
        return value
    return _signed(f"{value:g}") if np.ndim(value) == 0 else f"({len(value)} values)"


def shown_angle(value: Any) -> str:
    """As `shown`, in radians, multiples of π by name: π/2, −2π/3."""
    if isinstance(value, str) or np.ndim(value):
        return shown(value)
    share = Fraction(float(value) / np.pi).limit_denominator(MOST_PARTS)
    if not share or abs(float(value) / np.pi - share) > NEAR:
        return shown(value)
    over = "" if share.denominator == 1 else f"/{share.denominator}"
    return f"{MINUS * (share < 0)}{'' if abs(share.numerator) == 1 else abs(share.numerator)}π{over}"


def added(*terms: str) -> str:
    """a + b − c, of terms that may begin with a minus."""
    return " + ".join(terms).replace(f" + {MINUS}", f" {MINUS} ")


def enclosed(text: str) -> str:
    """A sum in parentheses, anything else as it is."""
    depth = 0
    for here, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth and text[here : here + 3] in (" + ", f" {MINUS} "):
            return f"({text})"
    return text


def _signed(number: str) -> str:
    return MINUS + number[1:] if number.startswith("-") else number
