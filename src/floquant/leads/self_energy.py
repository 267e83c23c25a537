"""A lead that is known by its self-energy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.frozen import keep
from floquant.checks.numbers import energies_of, whole
from floquant.checks.reading import LARGEST, array_of, is_masked
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.leads.lead import Lead

GAIN = 1e-9  # of the norm of Σ: a positive eigenvalue of Im Σ below it is rounding in the user's function
MOST_ORBITALS = 10_000  # a matrix of more is gigabytes


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
                f"The function of a SelfEnergy is {brief(function)}, but it must be callable; give Σ as a function of energy."
            )
        keep(
            self, function=function, orbitals=whole(orbitals, "The number of orbitals of a SelfEnergy", 1, MOST_ORBITALS),
            intervals=_intervals(bands), spinless=flag(spinless, "The spinless of a SelfEnergy"),
        )  # fmt: skip

    def __repr__(self) -> str:
        return (
            f"SelfEnergy({getattr(self.function, '__name__', type(self.function).__name__)}, {self.orbitals} orbitals)"
        )

    def surface(self, energy: ArrayLike) -> Array:
        """Σ(E) in the place of g, shape energy.shape + (c, c)."""
        energies = energies_of(energy)
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
            value = array_of(self.function(energy), f"Σ of {self}").astype(complex)
        except BadInput:
            raise
        except Exception as error:  # whatever the user's function raises
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
        if not np.all(np.abs(value) <= LARGEST):
            raise BadInput(
                f"The function of {self} returns nan, inf or more than {LARGEST:g} at E = {energy:.10g}, but Σ must be finite; give its "
                f"limit there."
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
        pairs = sorted((float(low), float(high)) for low, high in bands if not is_masked(low) and not is_masked(high))
    except Exception:  # whatever a user's object raises when it is taken apart
        pairs = [(np.nan, np.nan)]
    ordered = all(low <= high for low, high in pairs) and all(a[1] < b[0] for a, b in pairwise(pairs))
    if not pairs or not ordered:
        raise BadInput(
            f"The bands of a SelfEnergy are {brief(bands)}, but they must be intervals (low, high) that do not overlap; give for "
            f"example bands=[(-2, 2)]."
        )
    return tuple(pairs)
