"""Checks of what a user gives: numbers, names, matrices, directions; and the one `Array` of all annotations."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]

__all__ = ["Array"]
