"""Channels of a lead at one energy: the Bloch waves that carry current, and the vectors that turn S into their basis.

A wave ψ_j = λ^j φ/√v, with |φ| = 1 and velocity v = dE/dk (1 per cell), carries unit current. With Γ = i (Σ − Σ†), Σ = H01 g H01†,

    outgoing = g†Γ φ_out/√v,   incoming = g Γ φ_in/√v,   outgoing outgoing† = incoming incoming† = a = i (g − g†)

so that S_modes = (a^{−1/2} outgoing_b)† S_ba (a^{−1/2} incoming_a) has the amplitudes of unit currents, phases counted from cell 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.leads.cell import Cell
from floquant.leads.open_channels import CLOSED
from floquant.leads.piece import Piece
from floquant.leads.surface.bloch_waves import AWAY, bloch_waves
from floquant.leads.surface.crossing import separated_waves
from floquant.leads.surface.outgoing import is_propagating, outgoing
from floquant.leads.surface.transfer_matrix import clearance
from floquant.leads.surface.transverse_modes import TransverseModes


@dataclass(frozen=True, eq=False)
class Modes:
    """Open channels of a lead at one real energy, sorted by momentum.

    `outgoing`, `incoming` (c, n): see the module. `waves_out`, `waves_in` (c, n): the Bloch vectors φ in columns, |φ| = 1. `velocities_*`
    (n,): dE/dk > 0 away from the device, in magnitude for both, in energy; `momenta_*` (n,): k in (−π, π], λ = e^{ik}
    per cell away from the device. `evanescent`: λ of the waves that decay. Velocities, momenta and waves of a lead without
    Bloch waves (wide band, given Σ) are nan; its outgoing and incoming vectors are eigenvectors of a.
    """

    energy: float
    outgoing: Array
    incoming: Array
    waves_out: Array
    waves_in: Array
    velocities_out: Array
    velocities_in: Array
    momenta_out: Array
    momenta_in: Array
    evanescent: Array

    def __repr__(self) -> str:
        return f"Modes(energy={self.energy:g}, {self.outgoing.shape[1]} open channels, {len(self.evanescent)} evanescent waves)"


def spectral_modes(energy: float, surface: Array) -> Modes:
    """Channels of a lead without Bloch waves: the eigenvectors of a that are open."""
    values, vectors = np.linalg.eigh(1j * (surface - surface.conj().T))
    values, vectors = values[::-1], vectors[:, ::-1]
    is_open = values > CLOSED * np.abs(surface).max()
    columns = vectors[:, is_open] * np.sqrt(values[is_open])
    unknown = np.full(columns.shape[1], np.nan)
    nothing = np.full(columns.shape, np.nan)
    return Modes(energy, columns, columns, nothing, nothing, unknown, unknown, unknown, unknown, np.zeros(0, complex))


def bloch_modes(energy: float, h01: Array, surface: Array, pieces: tuple[Piece, ...]) -> Modes:
    """Channels of a periodic lead of these pieces, with g(E) = `surface` of the whole."""
    c = len(h01)
    sides: tuple[list[Array], list[Array]] = ([], [])
    factors: tuple[list[Array], list[Array]] = ([], [])
    speeds: tuple[list[Array], list[Array]] = ([], [])
    evanescent = []
    for piece in pieces:
        cell, transverse = piece.cell, piece.modes
        out, back, decaying = _chains(cell, transverse, energy) if transverse else _waves(cell, energy)
        evanescent.append(decaying)
        for side, (factor, phi, speed) in enumerate((out, back)):
            embedded = np.zeros((c, len(factor)), complex)
            embedded[cell.index] = phi
            sides[side].append(embedded)
            factors[side].append(factor)
            speeds[side].append(speed)
    sigma = h01 @ surface @ h01.conj().T
    gamma = 1j * (sigma - sigma.conj().T)
    found = []
    for side, g in enumerate((surface.conj().T, surface)):
        momenta = np.angle(np.concatenate(factors[side]))
        momenta = np.where(momenta < -np.pi + 1e-12, np.pi, momenta)
        order = np.argsort(momenta.round(12), kind="stable")
        phi, speed = np.hstack(sides[side])[:, order], np.concatenate(speeds[side])[order]
        found.append((g @ gamma @ (phi / np.sqrt(speed)), phi, speed, momenta[order]))
    (w_out, phi_out, v_out, k_out), (w_in, phi_in, v_in, k_in) = found
    return Modes(energy, w_out, w_in, phi_out, phi_in, v_out, v_in, k_out, k_in, np.concatenate(evanescent))


Side = tuple[Array, Array, Array]


def _chains(cell: Cell, transverse: TransverseModes, energy: float) -> tuple[Side, Side, Array]:
    """λ, φ and speed of the waves that go out and come in, in closed form; and λ of those that decay."""
    g, hopping = transverse.chain_surfaces(np.array([energy]))[0], transverse.hoppings
    speed = -2 * np.abs(hopping) ** 2 * g.imag
    is_open = speed > 0
    phi, back = transverse.modes[:, is_open], (g.conj() * hopping.conj())[is_open]
    decaying = (g * hopping.conj())[~is_open & (hopping != 0)]
    return ((g * hopping.conj())[is_open], phi, speed[is_open]), (back, phi, speed[is_open]), decaying


def _waves(cell: Cell, energy: float) -> tuple[Side, Side, Array]:
    """The same from the transfer matrix."""
    if cell.rank == 0:
        nothing = np.zeros(0, complex), np.zeros((len(cell.h), 0), complex), np.zeros(0)
        return nothing, nothing, np.zeros(0, complex)
    at = np.array([energy])
    if clearance(cell, at).max() < AWAY * cell.scale:  # on a flat band; the others hardly change beside it
        at = at + AWAY * cell.scale
    found = separated_waves(bloch_waves(cell, at))
    factor, velocity, psi = found.factor[0], found.velocity[0], found.psi[0]
    moving = is_propagating(factor)
    sides = []
    for sign in (1, -1):
        mine = np.flatnonzero(moving & (sign * velocity > 0))
        b, a = found.b[0][:, mine], found.a[0][:, mine]
        # waves of nearly the same λ come mixed: made orthogonal in current, with the least change
        current = sign * 1j * (a.conj().T @ b - b.conj().T @ a)
        norm = np.linalg.norm(psi[:, mine], axis=0)
        values, turn = np.linalg.eigh(
            current / np.sqrt(velocity[mine] * velocity[mine][:, None]) / (norm * norm[:, None])
        )
        turn = (turn / np.sqrt(values)) @ turn.conj().T
        unit = psi[:, mine] / (norm * np.sqrt(np.abs(velocity[mine]))) @ turn  # columns of unit current
        norm = np.linalg.norm(unit, axis=0)
        sides.append((factor[mine] / np.abs(factor[mine]), unit / norm, 1 / norm**2))
    decaying = factor[outgoing(cell, found)[0] & ~moving]
    return sides[0], sides[1], decaying
