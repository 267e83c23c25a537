"""g(E) of a connected piece of a periodic lead, with the cases in which a plain solution loses its digits.

    g = (E − h − Σ)⁻¹,   Σ = v g v† = A σ A†

1. Every energy is tried by its waves (`bloch_waves`).
2. Where two waves that go out and in cross (E = 0 of many leads; folded bands), rounding mixes them although g is smooth: there
   σ is its mean over a circle in the complex plane.
3. Where waves coalesce that both decay, eigenvectors fail but the space that they span does not: it is taken from a Schur form.
4. At a pole of g the energy is moved by 2e-9 of the width of a band, so that what a device sees is the limit; if Σ has no
   pole there, the energy moves for the state at the pole only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.piece import Piece
from floquant.leads.surface.bloch_waves import AWAY, bloch_waves, relative_residual, sigma_of, surface_of
from floquant.leads.surface.continuation import followed_down, mean_on_circle
from floquant.leads.surface.crossing import has_crossing, separated_waves
from floquant.leads.surface.outgoing import outgoing
from floquant.leads.surface.schur import schur_waves
from floquant.leads.surface.transfer_matrix import can_be_real

BLOCK = 1_000_000  # numbers in the transfer matrices of one block of energies
GOOD = 4e-15  # a relative residual, for each wave that leaves or decays, that needs no repair; of few waves, as of 25
RADII = (3e-2, 6e-3, 1e-3, 1e-4, 1e-5)  # of the circles, in units of `scale`
POLE = 1e9  # |g| in units of 1 / scale that counts as a pole

# A piece; or a piece and its opposite, whose outgoing waves are those that come in here.
Sides = tuple[Piece, ...]
Solved = tuple[Array, Array]  # σ (N, r, r) and g (N, c, c)
Solver = Callable[[Sides, Array], list[Solved]]  # of each side


def surface(piece: Piece, energies: Array) -> Array:
    """g (N, c, c) at real or complex energies (N,)."""
    if piece.modes is not None:
        return piece.modes.surface(energies)
    return _surfaces((piece,), energies)[0]


def both_surfaces(piece: Piece, energies: Array) -> tuple[Array, Array]:
    """The same of a piece without transverse modes, and g of its opposite, from the same waves."""
    here, there = _surfaces((piece, piece.opposite), energies)
    return here, there


def _surfaces(sides: Sides, energies: Array) -> list[Array]:
    """g (N, c, c) of each side."""
    cell = sides[0].cell
    result = [np.empty((len(energies), *cell.h.shape), complex) for _ in sides]
    size = max(1, BLOCK // max(1, 4 * cell.rank**2))
    below, real = np.imag(energies) < 0, can_be_real(cell, energies)
    kinds: tuple[tuple[Array, Solver], ...] = (real, _on_axis), (~real & ~below, _on_axis), (below, _below_axis)
    with np.errstate(all="ignore"):  # near a pole numbers may overflow on the way; what is not finite is repaired
        for mask, solve in kinds:
            alike = np.flatnonzero(mask)
            for begin in range(0, len(alike), size):
                where = alike[begin : begin + size]
                for whole, g in zip(result, _without_poles(sides, energies[where], solve), strict=True):
                    whole[where] = g
    return result


def _without_poles(sides: Sides, energies: Array, solve: Solver) -> list[Array]:
    """g (N, c, c) of each side; at a pole, its limit from beside it."""
    result = []
    for piece, (sigma, g) in zip(sides, solve(sides, energies), strict=True):
        cell = piece.cell
        # where Σ is infinite rounding decides whether g is as well, or nothing
        weighted = np.abs(sigma * (cell.root[:, None] * cell.root)).max(axis=(-1, -2), initial=0.0)
        is_regular = weighted < POLE * cell.scale
        for i in np.flatnonzero(~(np.abs(g).max(axis=(-1, -2)) * cell.scale < POLE) | ~is_regular):
            if is_regular[i]:
                g[i] = _beside_pole(cell, energies[i], sigma[i])
            else:
                g[i] = solve((piece,), energies[i : i + 1] + AWAY * cell.scale)[0][1][0]
        result.append(g)
    return result


def _beside_pole(cell: Cell, energy: complex, sigma: Array) -> Array:
    """g where Σ is regular, so that neighbouring cells do not see the pole: a flat band, a state without a way out."""
    left, values, adjoint = np.linalg.svd(energy * np.eye(len(cell.h)) - cell.h - cell.a @ sigma @ cell.a.conj().T)
    return np.asarray((adjoint.conj().T / np.maximum(values, AWAY * cell.scale)) @ left.conj().T)


def _on_axis(sides: Sides, energies: Array) -> list[Solved]:
    """On the real axis and above it: by eigenvectors at all energies, and repaired where these fail."""
    cell = sides[0].cell
    if cell.oblique or not cell.rank:
        return _one_by_one(sides, energies, _with_care if cell.rank else _uncoupled)
    found = bloch_waves(cell, energies)
    chosen = outgoing(cell, found)
    mixed = has_crossing(found, chosen)
    sigmas = [sigma_of(found, chosen ^ bool(side), back=bool(side)) for side in range(len(sides))]
    result = _with_surfaces(sides, energies, sigmas)
    for piece, (sigma, g) in zip(sides, result, strict=True):
        residual = relative_residual(piece.cell, sigma, g)
        for i in np.flatnonzero(mixed | ~(residual < GOOD * max(cell.rank, 25))):
            [(repaired, again)] = _with_care((piece,), energies[i : i + 1])
            # mixed waves obey the equation too: where they are in doubt its residual is no judge
            if (
                mixed[i]
                or not np.nan_to_num(relative_residual(piece.cell, repaired, again)[0], nan=np.inf) > residual[i]
            ):
                sigma[i], g[i] = repaired[0], again[0]
    return result


def _with_surfaces(sides: Sides, energies: Array, sigmas: list[Array]) -> list[Solved]:
    """Each side's σ with the g that follows from it."""
    pairs = zip(sides, sigmas, strict=True)
    return [(sigma, surface_of(piece.cell, energies, sigma)) for piece, sigma in pairs]


def _below_axis(sides: Sides, energies: Array) -> list[Solved]:
    """Below the real axis."""
    return _one_by_one(sides, energies, _continued if sides[0].cell.rank else _uncoupled)


def _one_by_one(sides: Sides, energies: Array, solve: Solver) -> list[Solved]:
    each = [solve(sides, energies[i : i + 1]) for i in range(len(energies))]
    result = []
    for found in zip(*each, strict=True):  # of one side, at all energies
        sigmas, surfaces = zip(*found, strict=True)
        result.append((np.concatenate(sigmas), np.concatenate(surfaces)))
    return result


def _uncoupled(sides: Sides, energy: Array) -> list[Solved]:
    """Of cells that nothing connects with each other, at one energy (1,)."""
    return _with_surfaces(sides, energy, [np.zeros((1, 0, 0), complex)] * len(sides))


def _with_care(sides: Sides, energy: Array) -> list[Solved]:
    """At one energy (1,) on the axis or above it, from a circle about it or from a Schur form."""
    cell = sides[0].cell
    waves = schur_waves(cell, energy)
    chosen = outgoing(cell, waves.found)
    if has_crossing(waves.found, chosen)[0]:
        means = [_mean(piece, energy) for piece in sides]
        if all(mean is not None for mean in means):
            return [mean for mean in means if mean is not None]
        waves = replace(waves, found=separated_waves(waves.found))
        chosen = outgoing(cell, waves.found)
    sigmas = [waves.sigma(chosen[0] ^ bool(side), back=bool(side))[None] for side in range(len(sides))]
    return _with_surfaces(sides, energy, sigmas)


def _continued(sides: Sides, energy: Array) -> list[Solved]:
    """At one energy (1,) below the real axis: the outgoing waves are followed down from it."""
    result = []
    for piece in sides:
        cell = piece.cell
        follower = followed_down(cell, complex(energy[0]))
        is_crossed = has_crossing(follower.found, follower.chosen)[0]
        mean = _mean(piece, energy) if is_crossed else None
        sigma = follower.sigma[None]
        result.append(mean or (sigma, surface_of(cell, energy, sigma)))
    return result


def _mean(piece: Piece, energy: Array) -> Solved | None:
    """At one energy (1,), from the largest circle that is good enough; the circle begins above the real axis."""
    cell, centre = piece.cell, complex(energy[0])
    # g has branch points at the edges of bands: two of them inside, a narrow gap, would not be noticed
    room = 0.5 * np.abs(centre - piece.extrema.all).min(initial=np.inf)
    for radius in np.minimum(np.array(RADII) * cell.scale, room):
        if radius >= RADII[-1] * cell.scale and radius + centre.imag > 0.3 * radius:
            mean, error = mean_on_circle(cell, centre, radius, AWAY * cell.scale)
            if error < 1e-7:
                return (cell.b.conj().T @ mean @ cell.b)[None], mean[None]
    return None
