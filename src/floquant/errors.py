"""What floquant raises. A message says what is, what must be, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import ArrayLike


class FloquantError(Exception):
    """Everything that floquant raises on purpose."""


class BadInput(FloquantError, ValueError):
    """What was given is not valid; the message says what to change."""


class NotConverged(FloquantError):
    """The required accuracy was not reached.

    `best` is the best value found (a number, array or DataArray), `bound` the bound of its error, in the same unit
    and of the same shape. Both appear in the message in short.
    """

    best: Any  # as the call would have returned it
    bound: Any  # the same kind of object

    def __init__(
        self, message: str, best: ArrayLike | xr.DataArray | None = None, bound: ArrayLike | xr.DataArray | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.best, self.bound = message, best, bound

    def __str__(self) -> str:
        if self.best is None:
            return self.message
        return f"{self.message} Best value: {_short(self.best)}; error bound: {_short(self.bound)}."

    def __reduce__(self) -> tuple[Any, ...]:  # the default would lose best and bound on the way back from a worker
        return type(self), (self.message, self.best, self.bound)


def _short(value: Any) -> str:
    """At most three numbers of a value, for a message."""
    if value is None:
        return "unknown"
    import numpy as np

    flat = np.asarray(value).ravel()
    numbers = ", ".join(f"{x:.6g}" for x in flat[:3])
    return numbers if flat.size <= 3 else f"{numbers}, … ({flat.size} numbers)"
