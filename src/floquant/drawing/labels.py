"""Labels read from a dataset's attributes: names, symbols, units, and powers of ten at the axes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

# Letters as STIX sets them in formulas.
GREEK = {"γ": r"\gamma", "Γ": r"\Gamma", "Ω": r"\Omega", "ħΩ": r"\hbar\Omega", "Δ": r"\Delta"}


def unit_text(units: str, exponent: int = 0) -> str:
    """A unit as a formula: "e/h * γ" → eγ/h, with a power of ten before it; nothing for "1"."""
    power = f"10^{{{exponent}}}" if exponent else ""
    match = re.fullmatch(r"e/h \* (\S+)", units)
    if units == "1":
        return f"${power}$" if power else ""
    if match:
        shown = rf"e{_letter(match[1])}/h"
    elif units in ("h/e", *GREEK):
        shown = _letter(units)
    else:
        return f"${power}$ {units}" if power else units
    return f"${power}\\,{shown}$" if power else f"${shown}$"


def _letter(unit: str) -> str:
    return GREEK.get(unit, unit if unit == "h/e" else rf"\,\mathrm{{{unit}}}")


def label(*arrays: Any, exponent: int = 0, short: bool = False) -> str:
    """What an axis says about its DataArrays: long name, symbols and unit, from the attributes; `short`: the symbols stand for the name."""
    attrs = arrays[0].attrs
    words = str(attrs.get("long_name", arrays[0].name))
    formula = ", ".join(f"${array.attrs['symbol']}$" for array in arrays if "symbol" in array.attrs)
    unit = unit_text(str(attrs.get("units", "1")), exponent)
    named = "" if short and formula else words[:1].upper() + words[1:]
    return " ".join(part for part in (named, formula, f"({unit})" if unit else "") if part)


def case_title(dataset: Any, names: Sequence[str]) -> str:
    """ "φ_AB = 0.2, φ_SO = 0.1": the values of these scalar coordinates, by their symbols."""
    return ", ".join(name_of(dataset[name]) for name in names)


def name_of(coordinate: Any) -> str:
    """ "φ_AB = 0.2", "E_F = 0.05 γ": one value by its symbol, or by its name. A flux is a number of quanta."""
    symbol = coordinate.attrs.get("symbol", rf"\mathrm{{{coordinate.name}}}".replace("_", r"\_"))
    units = str(coordinate.attrs.get("units", "1"))
    unit = rf"\,{_letter(units)}" if units not in ("1", "flux quanta") and float(coordinate) else ""
    return f"${symbol}={float(coordinate):g}{unit}$"


def exponent_of(*arrays: Any) -> int:
    """The exponent, a multiple of 3, that brings the largest magnitude between 0.05 and 50; 0 for numbers that need none."""
    largest = max(float(abs(array).max()) for array in arrays)
    return 3 * math.floor((math.log10(largest) + 1.3) / 3) if largest and not 0.05 <= largest < 1000 else 0


def in_powers(axis: Axis, exponent: int) -> None:
    """Write an axis's ticks in units of 10^exponent; the data stay as they are."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x / 10.0**exponent:.4g}".replace("-", "\N{MINUS SIGN}")))


def letter(axes: Axes, index: int, text: str = "", *, above: bool = False) -> None:
    """(a), (b), … and a few words in the left upper corner of a panel, or above it."""
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure()
    shift = ScaledTranslation(0 if above else 4 / 72, (3 if above else -4) / 72, figure.dpi_scale_trans)  # type: ignore[union-attr]
    words = f"({chr(ord('a') + index)}) {text}".strip()
    axes.text(0, 1, words, transform=axes.transAxes + shift, ha="left", va="bottom" if above else "top")
