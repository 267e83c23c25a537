"""Which attributes still fit after an operation: units, long names, and the rest, which says where numbers come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNITS = ("units",)
NAMES = ("long_name", "short_name", "standard_name", "symbol", "description")


def without(attrs: Mapping[Any, Any], *names: str) -> dict[Any, Any]:
    """These attributes without some."""
    return {key: value for key, value in attrs.items() if key not in names}


def unlabelled(attrs: Mapping[Any, Any]) -> dict[Any, Any]:
    """After an operation that may have changed the unit."""
    return without(attrs, *UNITS, *NAMES)


def of_another_number(attrs: Mapping[Any, Any]) -> dict[Any, Any]:
    """After an operation that leaves the unit: of a sum over leads, say, the long name is no longer true."""
    return without(attrs, *NAMES)


def of_both(first: Mapping[Any, Any], second: Mapping[Any, Any], same_unit: bool) -> dict[Any, Any]:
    """After an operation on two: those of the first that the second does not contradict; the unit where a sum leaves it."""
    agreed = {key: value for key, value in first.items() if key not in second or bool(_equal(value, second[key]))}
    return of_another_number(agreed) if same_unit else unlabelled(agreed)


def _equal(one: Any, other: Any) -> bool:
    import numpy as np

    return np.array_equal(np.asarray(one), np.asarray(other))
