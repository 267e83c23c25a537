"""A lead: a semi-infinite wire, reduced to the Green function g(E) of its first cell.

    Σ(E) = τ g(E) τ†,   τ = ⟨contact sites|H|cell 0⟩

Retarded throughout: in the band Im g < 0, outside it g is real and decays away from the device. For the analytic
continuation that finds poles, g takes complex energies: inside the band it continues the retarded branch through the
real axis into the lower half plane.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.numbers import number, real_array
from floquant.leads.modes import Modes, spectral_modes
from floquant.leads.open_channels import Opened, open_directions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Lead(ABC):
    """A lead with `orbitals` orbitals in a cell. Cell 0 touches the device; cells count away from it.

    `spinless`: on a device with spin the lead stands for itself times 1 in spin space (orbital index 2·orbital + s).
    """

    orbitals: int = 1
    spinless: bool = False

    @abstractmethod
    def surface(self, energy: ArrayLike) -> Array:
        """g(E) of cell 0 of the free lead, shape energy.shape + (c, c), in 1/energy; energy real or complex."""

    @abstractmethod
    def bands(self) -> tuple[tuple[float, float], ...]:
        """Closed intervals of energy in which a channel is open."""

    def edges(self) -> tuple[float, ...]:
        """Energies at which the number of open channels changes, sorted; where nothing else is known, the ends of bands."""
        return tuple(sorted({float(edge) for band in self.bands() for edge in band if np.isfinite(edge)}))

    def open_channels(self, energy: ArrayLike) -> Array:
        """How many channels are open, integers of the shape of energy: the rank of i (g − g†), unless a lead knows better."""
        surface = self.surface(real_array(energy, "The energy"))
        values = np.linalg.eigvalsh(1j * (surface - np.conj(np.swapaxes(surface, -1, -2))))
        largest = np.abs(surface).max(axis=(-1, -2))[..., None]
        return np.asarray((values > 1e-12 * largest).sum(axis=-1))

    def open_channels_on(self, energy: ArrayLike, orbitals: Array) -> Array | None:
        """How many channels are open on these orbitals, a connected part of the cell; None where only the rank of i (g − g†) tells."""
        return None

    def open_directions(self, energies: Array) -> Opened:
        """g and its open directions at real energies (N,)."""
        orbitals = np.arange(self.orbitals)
        return open_directions(self.surface(energies), self.open_channels_on(energies, orbitals))

    def is_like(self, other: Lead) -> bool:
        """Whether the other lead has the same g."""
        return bool(self == other)

    def is_opposite(self, other: Lead) -> bool:
        """Whether the other is the same wire, going on to the other side, so that `both_open_directions` serves both."""
        return False

    def both_open_directions(self, energies: Array) -> tuple[Opened, Opened]:
        """The same of this lead and of the one that goes on to the other side, for less than twice the work."""
        raise NotImplementedError

    def off_edges(self, energy: Array) -> Array:
        """Real energies at which g keeps its digits: those on an edge, or too near to it, are moved off it."""
        return energy

    def modes(self, energy: float) -> Modes:
        """The open channels at one real energy; without better knowledge, the eigenvectors of a = i (g − g†)."""
        value = number(energy, "The energy of modes")
        return spectral_modes(value, self.surface(value))

    def plot_bands(self, axes: Sequence[Axes] | Array | None = None, energy_unit: str | None = None) -> Figure:
        """Draw the bands with their edges, and the open channels beside: a matplotlib Figure (see `floquant.drawing.draw_bands`)."""
        from floquant.drawing import draw_bands

        return draw_bands(self, axes, energy_unit)

    def default_coupling(self) -> complex | Array:
        """τ when a contact gives none: a number (times the identity) or a matrix."""
        return 1.0

    def absorbed(self) -> tuple[Array, Array, Lead] | None:
        """One cell taken into the device: (h00, h01, the lead behind it), or None if that cannot be done.

        g(E) = [E − h00 − h01 g'(E) h01†]⁻¹ must hold exactly, with g' the surface of the lead behind.
        """
        return None

    def connections(self) -> Array:
        """Which orbitals of the cell the matrices of the lead connect, (c, c) bool; all, if nothing better is known."""
        return np.ones((self.orbitals, self.orbitals), bool)
