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
from floquant.leads.edges import Edges
from floquant.leads.modes import Modes, spectral_modes
from floquant.leads.open_channels import CLOSED, Opened, open_directions

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

    def edge_points(self) -> Edges:
        """The edges, and how near to one an energy stands on it."""
        return Edges.of(np.array(self.edges()))

    def open_channels(self, energy: ArrayLike) -> Array:
        """How many channels are open, integers of the shape of energy; on an edge as many as on the side where more are."""
        energies, edges = real_array(energy, "The energy"), self.edge_points()
        nearest, on = edges.within(energies, edges.rounding)
        if not on.any():
            return self.count_open(energies)
        beside = [np.where(on, edges.at[nearest] + side * 2 * edges.rounding, energies) for side in (-1, 1)]
        return np.maximum(*(self.count_open(there) for there in beside))

    def count_open(self, energies: Array) -> Array:
        """How many channels are open at energies that stand on no edge: the rank of i (g − g†), unless a lead knows better."""
        surface = self.surface(energies)
        values = np.linalg.eigvalsh(1j * (surface - np.conj(np.swapaxes(surface, -1, -2))))
        return np.asarray((values > CLOSED * np.abs(surface).max(axis=(-1, -2))[..., None]).sum(axis=-1))

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
        """Real energies at which g keeps its digits: those nearer than a step to an edge beside which it loses them are moved off it."""
        return energy

    def moved_off_edges(self, energy: ArrayLike, reach: Array | float) -> Array:
        """Real energies nearer than `reach` to an edge, of each edge or of all, moved a step off it: to the side on which they lie, or, on
        the edge itself, to that on which more channels are open."""
        energies, edges = np.asarray(energy, float), self.edge_points()
        nearest, on = edges.within(energies, reach)
        if not on.any():
            return energies
        edge, step = edges.at[nearest[on]], edges.step[nearest[on]]
        offset = energies[on] - edge
        open_side = np.where(self.count_open(edge + step) < self.count_open(edge - step), -1, 1)
        side = np.where(np.abs(offset) > edges.rounding, np.sign(offset), open_side)
        result = energies.copy()
        result[on] = edge + side * step
        return result

    def modes(self, energy: float) -> Modes:
        """The open channels at one real energy, on an edge a step off it (see `off_edges`); the eigenvectors of a = i (g − g†), unless a
        lead knows better."""
        value = self._energy_of_modes(energy)
        return spectral_modes(value, self.surface(value))

    def _energy_of_modes(self, energy: float) -> float:
        """A checked number; on an edge, where waves stand still, a step off it."""
        value = number(energy, "The energy of modes")
        return float(self.moved_off_edges(value, self.edge_points().reach))

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
