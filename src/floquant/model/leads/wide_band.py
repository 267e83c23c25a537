"""Leads without structure: Σ does not depend on energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model.checks import Array, number
from floquant.model.leads.lead import Lead


@dataclass(frozen=True)
class WideBand(Lead):
    """A lead without structure: Σ = −iΓ/2 at every energy.

    It is held as g = −i/2 and τ = √Γ. An explicit coupling τ of the contact *replaces* √Γ: Σ = −i τ τ†/2, whatever gamma.
    `gamma` > 0 in the energy unit; `orbitals`: how many orbitals of the contact each have their own such lead.
    Raises `BadInput` for other values.
    """

    gamma: float
    orbitals: int = 1
    spinless = True

    def __post_init__(self) -> None:
        orbitals: Any = self.orbitals
        object.__setattr__(self, "gamma", number(self.gamma, "The gamma of a WideBand"))
        if self.gamma <= 0:
            raise BadInput(f"The gamma of a WideBand is {self.gamma:g}, but it must be > 0; give a positive number.")
        if not isinstance(orbitals, int | np.integer) or orbitals < 1:
            raise BadInput(f"A WideBand has {orbitals!r} orbitals, but it must have at least 1; give an integer.")

    def surface(self, energy: Any) -> Array:
        """−i/2 times the identity; shape energy.shape + (c, c)."""
        return _times_identity(np.full(np.shape(energy), -0.5j), self.orbitals)

    def bands(self) -> tuple[tuple[float, float], ...]:
        """Everywhere."""
        return ((-np.inf, np.inf),)

    def default_coupling(self) -> Any:
        """√Γ."""
        return float(np.sqrt(self.gamma))

    def absorbed(self) -> tuple[Array, Array, Lead]:
        """A cell with h00 = 0, h01 = 1, and behind it what makes E − Σ'(E) = 1/g = 2i."""
        identity = np.eye(self.orbitals, dtype=complex)
        return np.zeros_like(identity), identity, _BehindWideBand(self.orbitals)

    def connections(self) -> Array:
        """Each orbital has its own lead."""
        return np.eye(self.orbitals, dtype=bool)


@dataclass(frozen=True)
class _BehindWideBand(Lead):
    """What is left of a wide-band lead behind its first cell: Σ' = E − 2i, so that Γ' = 4 and g = 1/(E − Σ') = −i/2."""

    orbitals: int = 1
    spinless = True

    def surface(self, energy: Any) -> Array:
        return _times_identity(np.asarray(energy) - 2j, self.orbitals)

    def bands(self) -> tuple[tuple[float, float], ...]:
        return ((-np.inf, np.inf),)

    def connections(self) -> Array:
        return np.eye(self.orbitals, dtype=bool)


def _times_identity(values: Array, orbitals: int) -> Array:
    return values[..., None, None] * np.eye(orbitals)
