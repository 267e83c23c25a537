"""The connected pieces of a periodic lead: all that is found out about each of them once, and kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.checks.components import components
from floquant.leads.bands.extrema import Extrema, extrema
from floquant.leads.cell import Cell
from floquant.leads.surface.bloch_waves import bloch_waves, relative_residual, sigma_of, surface_of
from floquant.leads.surface.outgoing import outgoing
from floquant.leads.surface.transverse_modes import TransverseModes, transverse_modes

MOMENTA = 16  # at so many momenta the lead is tried as the reference of the transfer matrix
RANK = 1e-14  # singular values of v below this fraction of the largest one (times c) are zero
NARROW = 8  # of a smaller rank, all energies are solved together by eigenvectors, and failures repaired one by one
STRAIGHT = 1e-12  # a residual of the eigenvectors at the ends of the spectrum that lets them be used throughout


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected piece: its `cell`, and its transverse modes where these make a closed form.

    `other`: the piece of which this is the opposite, with the same bands run through backwards.
    """

    cell: Cell
    modes: TransverseModes | None
    other: Piece | None = None

    @cached_property
    def extrema(self) -> Extrema:
        """Energies at which its bands have dE/dk = 0: there g has branch points."""
        if self.other is not None:
            return self.other.extrema
        return extrema(self.cell) if self.modes is None else self.modes.extrema()

    @cached_property
    def opposite(self) -> Piece:
        """The piece that goes on to the other side, without its modes: only waves need it."""
        return Piece(self.cell.opposite, None, other=self)


def pieces(h: Array, v: Array) -> tuple[Piece, ...]:
    """The connected pieces of a cell, in the order of their lowest orbital."""
    rows, columns = np.nonzero((h != 0) | (v != 0))
    label = components(len(h), [(rows, columns)])
    cells = [_cell(np.flatnonzero(label == which), h, v) for which in np.unique(label)]
    return tuple(Piece(cell, transverse_modes(cell)) for cell in cells)


def _cell(index: Array, h: Array, v: Array) -> Cell:
    """The orbitals `index` (c,) of a cell, which nothing connects with the others."""
    h, v = h[np.ix_(index, index)], v[np.ix_(index, index)]
    symmetric = not np.any(h.imag) and np.array_equal(v, v.T)
    left, values, right = _symmetric_factors(v) if symmetric else _factors(v)
    rank = int(np.sum(values > RANK * len(index) * values[0])) if values[0] > 0 else 0
    root = np.sqrt(values[:rank])
    a, b = left[:, :rank] * root, right[:, :rank] * root
    momenta, levels = _references(h, v)
    spread = float(np.abs(levels - np.mean(levels)).max())
    # the width of a band, not of the spectrum: an orbital far away must not blur what goes on here
    scale = max(2 * float(values[0]), 1e-3 * spread) or 1.0
    cell = Cell(index, h, v, a, b, root, momenta, levels, scale, symmetric)
    return replace(cell, oblique=rank >= NARROW and _is_oblique(cell))


def _references(h: Array, v: Array) -> tuple[Array, Array]:
    """Momenta (M,) and the levels of H(k) there, (M, c)."""
    # not symmetric about 0: the extrema of most bands lie at 0, π and at pairs ±k
    momenta = 2 * np.pi * (np.arange(MOMENTA) + 0.3819660112501051) / MOMENTA
    momenta = np.concatenate([momenta, [0, np.pi]])
    phase = np.exp(1j * momenta)[:, None, None]
    return momenta, np.linalg.eigvalsh(h + v * phase + v.conj().T / phase)


def _factors(v: Array) -> tuple[Array, Array, Array]:
    """Left singular vectors, singular values from the largest on, and right singular vectors, in columns; real where v is."""
    left, values, right = np.linalg.svd(v if np.any(v.imag) else v.real)
    return left.astype(complex), values, right.conj().T.astype(complex)


def _symmetric_factors(v: Array) -> tuple[Array, Array, Array]:
    """The same of v = vᵀ = U S Uᵀ, with right vectors U*: (Re u, Im u) are eigenvectors of [[Re v, Im v], [Im v, −Re v]]."""
    c = len(v)
    values, vectors = np.linalg.eigh(np.block([[v.real, v.imag], [v.imag, -v.real]]))
    left = (vectors[:c] + 1j * vectors[c:])[:, : c - 1 : -1]
    return left, np.maximum(values[: c - 1 : -1], 0.0), left.conj()


def _is_oblique(cell: Cell) -> bool:
    """Whether eigenvectors lose digits near the ends of the spectrum, where most waves decay."""
    low, high = cell.levels.min(), cell.levels.max()
    energies = np.array([low + 0.07 * (high - low), high - 0.07 * (high - low)])
    with np.errstate(all="ignore"):
        found = bloch_waves(cell, energies)
        sigma = sigma_of(found, outgoing(cell, found))
        return not bool(np.all(relative_residual(cell, sigma, surface_of(cell, energies, sigma)) < STRAIGHT))
