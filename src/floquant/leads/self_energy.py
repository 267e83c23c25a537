"""A lead that is known by its self-energy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.frozen import keep
from floquant.errors import BadInput
from floquant.leads.lead import Lead

GAIN = 1e-9  # of the norm of Σ: a positive eigenvalue of Im Σ below it is rounding in the user's function


@dataclass(frozen=True, eq=False, repr=False)
class SelfEnergy(Lead):
    """A lead with a given retarded self-energy Σ(E) = `function`(E).

    `function` takes one energy, real (or complex, where poles are looked for: then it must continue the retarded Σ into the
    lower half plane), and returns Σ (c, c) with c = `orbitals`, or a number if c = 1, in the energy unit. It takes
    the place of g, with a coupling τ of 1: a contact that gives τ has τ Σ(E) τ†. `bands` are the closed intervals in which
    Γ = i (Σ − Σ†) is not zero; `spinless=True` says that on a device with spin the lead carries both spins alike.

    Raises `BadInput` where Σ has another shape, is not finite, or amplifies (Im Σ has a positive eigenvalue at a real energy).
    """

    function: Callable[..., ArrayLike]
    orbitals: int = 1
    intervals: tuple[tuple[float, float], ...] = ((-np.inf, np.inf),)
    spinless: bool = False

    def __init__(
        self,
        function: Callable[[float], ArrayLike],
        orbitals: int = 1,
        bands: Sequence[tuple[float, float]] = ((-np.inf, np.inf),),
        spinless: bool = False,
    ) -> None:
        if not callable(function):
            raise BadInput(
                f"The function of a SelfEnergy is {function!r}, but it must be callable; give Σ as a function of energy."
            )
        count: object = orbitals
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise BadInput(f"A SelfEnergy has {orbitals!r} orbitals, but it must have at least 1; give an integer.")
        if not isinstance(spinless, bool):
            raise BadInput(
                f"The spinless of a SelfEnergy is {spinless!r}, but it must be True or False; give one of them."
            )
        keep(self, function=function, orbitals=int(orbitals), intervals=_intervals(bands), spinless=spinless)

    def __repr__(self) -> str:
        return (
            f"SelfEnergy({getattr(self.function, '__name__', type(self.function).__name__)}, {self.orbitals} orbitals)"
        )

    def surface(self, energy: ArrayLike) -> Array:
        """Σ(E) in the place of g, shape energy.shape + (c, c)."""
        energies = np.asarray(energy)
        flat = energies.reshape(-1)
        result = np.empty((flat.size, self.orbitals, self.orbitals), complex)
        for i, one in enumerate(flat.tolist()):
            result[i] = self._value(one)
        return result.reshape(*energies.shape, self.orbitals, self.orbitals)

    def bands(self) -> tuple[tuple[float, float], ...]:
        """As given."""
        return self.intervals

    def _value(self, energy: complex) -> Array:
        shape = (self.orbitals, self.orbitals)
        try:
            value = np.asarray(self.function(energy), complex)
        except (TypeError, ValueError) as error:
            raise BadInput(
                f"The function of {self} fails at E = {energy:.10g} ({error}); give a function that takes one number and "
                f"returns a matrix of shape {shape}."
            ) from error
        if value.shape != shape and not (value.size == 1 and self.orbitals == 1):
            raise BadInput(
                f"The function of {self} returns shape {value.shape} at E = {energy:.10g}, but it must return {shape}; give a "
                f"matrix with one row and column per orbital, or say orbitals=…."
            )
        value = value.reshape(shape)
        if not np.all(np.isfinite(value)):
            raise BadInput(
                f"The function of {self} returns nan or inf at E = {energy:.10g}, but Σ must be finite; give its limit there."
            )
        if np.imag(energy) == 0:
            gain = np.linalg.eigvalsh((value - value.conj().T) / 2j)[-1]
            if gain > GAIN * np.abs(value).max(initial=0.0):
                raise BadInput(
                    f"The function of {self} amplifies at E = {np.real(energy):.10g}: Im Σ has the eigenvalue {gain:.6g}, but none may "
                    f"be positive; give the retarded Σ (Im Σ ≤ 0)."
                )
        return value


def _intervals(bands: Any) -> tuple[tuple[float, float], ...]:
    """Sorted intervals that do not overlap."""
    try:
        pairs = sorted((float(low), float(high)) for low, high in bands)
    except (TypeError, ValueError):
        pairs = [(np.nan, np.nan)]
    ordered = all(low <= high for low, high in pairs) and all(a[1] < b[0] for a, b in pairwise(pairs))
    if not pairs or not ordered:
        raise BadInput(
            f"The bands of a SelfEnergy are {bands!r}, but they must be intervals (low, high) that do not overlap; give for "
            f"example bands=[(-2, 2)]."
        )
    return tuple(pairs)
