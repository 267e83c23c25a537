"""Leads without structure: Σ does not depend on energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.frozen import keep
from floquant.checks.matrices import dense, hermitian, is_sparse
from floquant.checks.numbers import energies_of, is_number, number, real_array, whole
from floquant.checks.reading import array_of
from floquant.checks.types import MatrixLike
from floquant.errors import BadInput
from floquant.leads.lead import Lead

MOST_ORBITALS = 10_000  # a matrix of more is gigabytes


@dataclass(frozen=True)
class WideBand(Lead):
    """A lead without structure: Σ = −iΓ/2 at every energy.

    `gamma` in the energy unit is Γ > 0; or one Γ ≥ 0 per channel, [g1, g2, …]; or a Hermitian matrix Γ without negative
    eigenvalues. `orbitals`: how many orbitals of the contact have such a lead each; a list or a matrix gives that by its size.
    On a device with spin the lead carries both spins alike; `spinless=False` says that Γ holds the spin (↑ ↓ the fastest index): a
    ferromagnet, which conserves the spin along the axis of its Γ.
    It is represented as g = −i/2 and τ = √Γ. An explicit coupling τ of the contact *replaces* √Γ: Σ = −i τ τ†/2, whatever gamma.
    Raises `BadInput` for other values.
    """

    gamma: float | tuple[float, ...] | tuple[tuple[complex, ...], ...]
    orbitals: int
    spinless: bool

    def __init__(self, gamma: MatrixLike, orbitals: int = 1, spinless: bool = True) -> None:
        spinless = flag(spinless, "The spinless of a WideBand")
        orbitals = whole(orbitals, "The number of orbitals of a WideBand", 1, MOST_ORBITALS)
        if is_number(gamma):
            width = number(gamma, "The gamma of a WideBand")
            if width <= 0:
                raise BadInput(f"The gamma of a WideBand is {width:g}, but it must be > 0; give a positive number.")
            keep(self, gamma=width, orbitals=orbitals, spinless=spinless)
            return
        widths = _channels(gamma)
        if orbitals not in (1, len(widths)):
            raise BadInput(
                f"A WideBand has gamma for {len(widths)} channels and orbitals={orbitals}, but these must agree; leave orbitals out."
            )
        keep(self, gamma=widths, orbitals=len(widths), spinless=spinless)

    def surface(self, energy: ArrayLike) -> Array:
        """−i/2 times the identity; shape energy.shape + (c, c)."""
        return _times_identity(np.full(energies_of(energy).shape, -0.5j), self.orbitals)

    def bands(self) -> tuple[tuple[float, float], ...]:
        """Everywhere."""
        return ((-np.inf, np.inf),)

    def default_coupling(self) -> float | Array:
        """√Γ: a number, or the Hermitian root where gamma has channels."""
        if np.ndim(self.gamma) == 0:
            return float(np.sqrt(self.gamma))
        gamma = np.array(self.gamma)
        if gamma.ndim == 1:
            return np.diag(np.sqrt(gamma)).astype(complex)
        values, vectors = np.linalg.eigh(gamma)
        return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.conj().T

    def absorbed(self) -> tuple[Array, Array, Lead]:
        """A cell with h00 = 0, h01 = 1, and behind it what makes E − Σ'(E) = 1/g = 2i."""
        identity = np.eye(self.orbitals, dtype=complex)
        return np.zeros_like(identity), identity, _BehindWideBand(self.orbitals, self.spinless)

    def connections(self) -> Array:
        """Each orbital has a lead that no other orbital has."""
        return np.eye(self.orbitals, dtype=bool)


@dataclass(frozen=True)
class _BehindWideBand(Lead):
    """What is left of a wide-band lead behind its first cell: Σ' = E − 2i, so that Γ' = 4 and g = 1/(E − Σ') = −i/2."""

    orbitals: int = 1
    spinless: bool = True

    def surface(self, energy: ArrayLike) -> Array:
        return _times_identity(np.asarray(energy) - 2j, self.orbitals)

    def bands(self) -> tuple[tuple[float, float], ...]:
        return ((-np.inf, np.inf),)

    def connections(self) -> Array:
        return np.eye(self.orbitals, dtype=bool)


def _times_identity(values: Array, orbitals: int) -> Array:
    return values[..., None, None] * np.eye(orbitals)


def _channels(gamma: Any) -> tuple[Any, ...]:
    """Γ per channel as a tuple of numbers, or a matrix Γ as a tuple of rows."""
    what = "The gamma of a WideBand"
    if not is_sparse(gamma) and array_of(gamma, what).ndim == 1:
        values = real_array(gamma, what)
        result: tuple[Any, ...] = tuple(float(value) for value in values)
    else:
        whole = dense(hermitian(gamma, what))
        values = np.linalg.eigvalsh(whole)
        values = np.where(np.abs(values) < 1e-14 * np.abs(values).max(), 0, values)
        result = tuple(tuple(complex(value) for value in row) for row in whole)
    if values.size == 0 or values.min() < 0 or not values.any():
        raise BadInput(
            f"{what} has the channel values {np.round(values, 12).tolist()}, but none may be negative and one must be > 0; give "
            f"one Γ per channel, or a positive Hermitian matrix."
        )
    return result
