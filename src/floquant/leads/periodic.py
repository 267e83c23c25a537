"""A periodic lead: identical cells of any width, with several orbitals and spin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.flags import flag
from floquant.checks.frozen import keep
from floquant.checks.matrices import dense, hermitian, matrix
from floquant.checks.numbers import energies_of, real_array
from floquant.checks.types import MatrixLike
from floquant.errors import BadInput
from floquant.leads.bands.extrema import Extrema
from floquant.leads.edges import Edges
from floquant.leads.lead import Lead
from floquant.leads.modes import Modes, bloch_modes
from floquant.leads.open_channels import Opened, open_directions, side_by_side
from floquant.leads.piece import Piece, pieces
from floquant.leads.surface.green_function import both_surfaces, surface

SMALLEST = 1e-100  # the square of a smaller hopping may be no float


@dataclass(frozen=True, eq=False, repr=False)
class PeriodicLead(Lead):
    """A semi-infinite wire of identical cells: H00 = ⟨cell j|H|cell j⟩ and H01 = ⟨cell j|H|cell j + 1⟩, cell 0 at the device.

    g(E) = (E − H00 − Σ)⁻¹,   Σ = H01 g H01†

    `h00` (c, c) is Hermitian and `h01` (c, c) any matrix that is not zero (it may be singular), dense or sparse, in the energy unit. On a
    device with spin both hold it, as the fastest index (2·orbital + s), or else `spinless=True` says that the lead carries
    both spins alike. Raises `BadInput` for matrices that do not fit each other.
    """

    h00: Array
    h01: Array
    spinless: bool

    def __init__(self, h00: MatrixLike, h01: MatrixLike, spinless: bool = False) -> None:
        h00 = np.array(dense(hermitian(h00, "The h00 of a PeriodicLead")))
        h01 = np.array(dense(matrix(h01, "The h01 of a PeriodicLead")))
        if h01.shape != h00.shape:
            raise BadInput(
                f"The h01 of a PeriodicLead has shape {h01.shape}, but h00 has shape {h00.shape}; give ⟨cell 0|H|cell 1⟩ "
                f"between the same orbitals."
            )
        if np.abs(h01).max() < SMALLEST:
            raise BadInput(
                f"The h01 of a PeriodicLead is 0 (nothing in it is beyond {SMALLEST:g}), but then nothing propagates in it; give "
                f"the hopping from cell 1 to cell 0."
            )
        spinless = flag(spinless, "The spinless of a PeriodicLead, whether it carries both spins alike,")
        for value in (h00, h01):
            value.setflags(write=False)
        keep(self, h00=h00, h01=h01, spinless=spinless, orbitals=len(h00))

    def __repr__(self) -> str:
        return f"PeriodicLead({self.orbitals} orbitals{', spinless' if self.spinless else ''})"

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The connected pieces of the cell."""
        return pieces(self.h00, self.h01)

    def surface(self, energy: ArrayLike) -> Array:
        """g(E) of cell 0, shape energy.shape + (c, c), in 1/energy.

        At real energies Σ = H01 g H01† obeys its equation to 1e-12, or to 1e-16 (‖H01‖ ‖g‖)² beside a pole. Below the real axis it
        is the continuation straight down from the axis, through the band. At a pole it is the value at an energy moved by 2e-9 of
        the width of a band.
        """
        energies = energies_of(energy)
        flat = energies.reshape(-1)
        result = np.zeros((flat.size, self.orbitals, self.orbitals), complex)
        for piece, found in self._of_pieces(lambda piece: surface(piece, flat)):
            index = piece.cell.index
            result[:, index[:, None], index] = found
        return result.reshape(*energies.shape, self.orbitals, self.orbitals)

    def open_directions(self, energies: Array) -> Opened:
        """g and its open directions at real energies (N,), piece by piece."""
        return self._open_directions(energies, both=False)[0]

    def both_open_directions(self, energies: Array) -> tuple[Opened, Opened]:
        """The same, and that of the lead with H01† for H01, from the same waves."""
        here, there = self._open_directions(energies, both=True)
        return here, there

    def _open_directions(self, energies: Array, both: bool) -> list[Opened]:
        def solve(piece: Piece) -> tuple[Opened, ...]:
            if piece.modes is not None:
                return (piece.modes.open_directions(energies),) * (1 + both)
            surfaces = both_surfaces(piece, energies) if both else (surface(piece, energies),)
            return tuple(open_directions(g, _counted(piece.extrema, energies)) for g in surfaces)

        found = list(self._of_pieces(solve))
        return [
            side_by_side([(piece.cell.index, sides[n]) for piece, sides in found], self.orbitals)
            for n in range(1 + both)
        ]

    def _of_pieces(self, solve: Callable[[Piece], Any]) -> Iterator[tuple[Piece, Any]]:
        """Each connected piece and what is solved for it; two spins, or equal wires, are solved once."""
        known: dict[tuple[bytes, bytes], Any] = {}
        for piece in self.pieces:
            alike = (piece.cell.h.tobytes(), piece.cell.v.tobytes())
            if alike not in known:
                known[alike] = solve(piece)
            yield piece, known[alike]

    def is_like(self, other: Lead) -> bool:
        """Whether H00 and H01 are the same."""
        return self is other or _are_equal(self, other, lambda h01: h01)

    def is_opposite(self, other: Lead) -> bool:
        """Whether H00 is the same, and H01 the adjoint."""
        return self is not other and _are_equal(self, other, lambda h01: h01.conj().T)

    @cached_property
    def extrema_of_pieces(self) -> tuple[Extrema, ...]:
        """Minima, maxima and points of inflection of the bands of each connected piece."""
        return tuple(found for _, found in self._of_pieces(lambda piece: piece.extrema))

    @cached_property
    def extrema(self) -> Extrema:
        """Energies of all minima, maxima and points of inflection of the bands, sorted."""
        found = self.extrema_of_pieces
        kinds = ([one.minima for one in found], [one.maxima for one in found], [one.inflections for one in found])
        return Extrema(*(np.sort(np.concatenate(kind)) for kind in kinds))

    def count_open(self, energies: Array) -> Array:
        """Minima below E less maxima up to E."""
        return _counted(self.extrema, energies)

    def open_channels_on(self, energy: ArrayLike, orbitals: Array) -> Array:
        """As `open_channels`, on the pieces of the cell that lie on these orbitals."""
        counts = np.zeros(np.shape(energy), int)
        for piece, found in zip(self.pieces, self.extrema_of_pieces, strict=True):
            if np.isin(piece.cell.index, orbitals).all():
                counts = counts + _counted(found, energy)
        return counts

    def edge_points(self) -> Edges:
        """The edges; rough are those of bands that are no transverse modes."""
        return self._edge_points

    def off_edges(self, energy: Array) -> Array:
        """Energies nearer than 1e-9 of the width of all bands to an edge, moved to that distance. Not with transverse modes."""
        edges = self._edge_points
        return self.moved_off_edges(energy, np.where(edges.rough, edges.step, 0.0)) if edges.rough.any() else energy

    @cached_property
    def _edge_points(self) -> Edges:
        pairs = zip(self.pieces, self.extrema_of_pieces, strict=True)
        rough = [found.all for piece, found in pairs if piece.modes is None]
        return Edges.of(self.extrema.all, np.concatenate([*rough, np.zeros(0)]))

    def edges(self) -> tuple[float, ...]:
        """Energies at which a band has dE/dk = 0: the number of open channels changes there, or g is at least not smooth."""
        return tuple(self._edge_points.at.tolist())

    def bands(self) -> tuple[tuple[float, float], ...]:
        """Closed intervals of energy in which a channel is open."""
        edges = np.array(self.edges())
        is_open = self.count_open((edges[1:] + edges[:-1]) / 2) > 0
        starts = np.flatnonzero(is_open & ~np.concatenate([[False], is_open[:-1]]))
        stops = np.flatnonzero(is_open & ~np.concatenate([is_open[1:], [False]])) + 1
        return tuple((float(edges[i]), float(edges[j])) for i, j in zip(starts, stops, strict=True))

    def modes(self, energy: float) -> Modes:
        """The open channels at one real energy: Bloch waves with their velocities and momenta (see `Modes`). On an edge, where the slowest
        stand still, those a step off it, on the side where more are open."""
        value = self._energy_of_modes(energy)
        return bloch_modes(value, self.h01, self.surface(value), self.pieces)

    def default_coupling(self) -> Array:
        """H01: the device goes on as the lead does."""
        return self.h01

    def absorbed(self) -> tuple[Array, Array, Lead]:
        """One cell: the lead behind it is the same lead."""
        return self.h00, self.h01, self

    def connections(self) -> Array:
        """Where H00 or H01 are not zero."""
        linked = (self.h00 != 0) | (self.h01 != 0)
        return np.asarray(linked | linked.T | np.eye(self.orbitals, dtype=bool))


def _are_equal(lead: PeriodicLead, other: Lead, turned: Callable[[Array], Array]) -> bool:
    return (
        isinstance(other, PeriodicLead)
        and np.array_equal(lead.h00, other.h00)
        and np.array_equal(lead.h01, turned(other.h01))
    )


def _counted(found: Extrema, energy: ArrayLike) -> Array:
    """Minima below E less maxima up to E."""
    energies = real_array(energy, "The energy")
    begun = np.searchsorted(found.minima, energies, "left")
    return np.asarray(begun - np.searchsorted(found.maxima, energies, "right"))
