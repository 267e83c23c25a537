"""A lead: a semi-infinite wire, reduced to the Green function g(E) of its first cell.

    Σ(E) = τ g(E) τ†,   τ = ⟨contact sites|H|cell 0⟩

Retarded throughout: in the band Im g < 0, outside it g is real and decays away from the device. For the analytic
continuation that finds poles, g takes complex energies: inside the band it continues the retarded branch through the
real axis into the lower half plane.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model.checks import Array, number


class Lead(ABC):
    """A lead with `orbitals` orbitals in a cell. Cell 0 touches the device; cells count away from it.

    `spinless`: on a device with spin the lead stands for itself times 1 in spin space (orbital index 2·orbital + s).
    """

    orbitals: int = 1
    spinless: bool = False

    @abstractmethod
    def surface(self, energy: Any) -> Array:
        """g(E) of cell 0 of the free lead, shape energy.shape + (c, c), in 1/energy; energy real or complex."""

    @abstractmethod
    def bands(self) -> tuple[tuple[float, float], ...]:
        """Closed intervals of energy in which a channel is open."""

    def default_coupling(self) -> Any:
        """τ when a contact gives none: a number (times the identity) or a matrix."""
        return 1.0

    def absorbed(self) -> tuple[Array, Array, Lead] | None:
        """One cell taken into the device: (h00, h01, the lead behind it), or None if that cannot be done.

        g(E) = [E − h00 − h01 g'(E) h01†]⁻¹ must hold exactly, with g' the surface of the lead behind.
        """
        return None

    def connections(self) -> Array:
        """Which orbitals of the cell the lead's own matrices connect, (c, c) bool; all, if nothing better is known."""
        return np.ones((self.orbitals, self.orbitals), bool)


@dataclass(frozen=True)
class Chain(Lead):
    """A chain of one orbital per site.

    g(E) = (x − i √(4t² − x²)) / 2t² inside the band, (x − sgn(x) √(x² − 4t²)) / 2t² outside, x = E − level, t = |hopping|.

    `hopping` = ⟨cell 0|H|cell 1⟩ is a real or complex number that is not zero, `level` real, both in the energy unit.
    Raises `BadInput` for other values. (Datta, Electronic Transport in Mesoscopic Systems, section 3.5.)
    """

    hopping: complex = 1.0
    level: float = 0.0
    spinless = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "hopping", number(self.hopping, "The hopping of a Chain", complex_allowed=True))
        object.__setattr__(self, "level", number(self.level, "The level of a Chain"))
        if self.hopping == 0:
            raise BadInput(
                "The hopping of a Chain is 0, but then nothing propagates in it; give a hopping that is not 0."
            )

    def surface(self, energy: Any) -> Array:
        """As the class says; shape energy.shape + (1, 1)."""
        x = np.asarray(energy) - self.level
        edge = 2 * abs(self.hopping)
        inside = np.abs(x.real) < edge
        # (edge − x)(edge + x) keeps the digits of the root near an edge
        gap = np.asarray((edge - x) * (edge + x), complex)
        root = np.where(inside, 1j * np.sqrt(gap), np.where(x.real < 0, -1, 1) * np.sqrt(-gap))
        # 2 / (x + root) is (x − root) / 2t² without its cancellation far outside the band
        return np.asarray(2 / (x + root))[..., None, None]

    def bands(self) -> tuple[tuple[float, float], ...]:
        """[level − 2t, level + 2t]."""
        return ((self.level - 2 * abs(self.hopping), self.level + 2 * abs(self.hopping)),)

    def default_coupling(self) -> Any:
        """The hopping: the device goes on as the chain does."""
        return self.hopping

    def absorbed(self) -> tuple[Array, Array, Lead]:
        """One site: the chain behind it is the same chain."""
        return np.array([[self.level]], complex), np.array([[self.hopping]], complex), self

    def connections(self) -> Array:
        """One orbital, connected to itself."""
        return np.eye(1, dtype=bool)


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
