"""Wires of every kind as leads: random, strips, with a field, graphene; and what is asked of them."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq

DIMER = fq.PeriodicLead([[0, 0.5], [0.5, 0]], [[0, 0], [1, 0]])  # weak bond first: a state at its end, at E = 0


def random_lead(seed: int, orbitals: int, real: bool = False, rank: int | None = None, strength: float = 1.0):
    """A lead without any symmetry, H01 of a given rank."""
    rng = np.random.default_rng(seed)

    def matrix():
        return rng.normal(size=(orbitals, orbitals)) + (0 if real else 1j) * rng.normal(size=(orbitals, orbitals))

    h00, h01 = matrix(), strength * matrix()
    if rank is not None:
        h01[:, rank:] = 0
    return fq.PeriodicLead(h00 + h00.conj().T, h01)


def supercell(h00, h01, times: int):
    """The same wire with a cell of several cells."""
    unit, next_one = np.eye(times), np.eye(times, k=1)
    h = np.kron(unit, h00) + np.kron(next_one, h01) + np.kron(next_one.T, np.conj(h01).T)
    v = np.zeros_like(h)
    n = len(h00)
    v[-n:, :n] = h01
    return fq.PeriodicLead(h, v)


def strip(width: int):
    """A square lattice: H00 and H01."""
    return np.eye(width, k=1) + np.eye(width, k=-1), np.eye(width)


def magnetic_strip(width: int, flux: float):
    """A square lattice in a field: decaying waves lean on one edge and are nearly parallel."""
    return fq.PeriodicLead(strip(width)[0], np.diag(np.exp(2j * np.pi * flux * np.arange(width))))


def zigzag(chains: int):
    """A honeycomb ribbon with zigzag edges; H01 is singular."""
    h, v = np.zeros((2, 2 * chains, 2 * chains))
    for chain in range(chains):
        a, b = 2 * chain, 2 * chain + 1
        h[a, b] = h[b, a] = -1
        if chain < chains - 1:
            h[b, b + 1] = h[b + 1, b] = -1
        v[(b, a) if chain % 2 == 0 else (a, b)] = -1
    return fq.PeriodicLead(h, v)


def armchair(dimers: int):
    """A honeycomb ribbon with armchair edges, `dimers` dimer lines wide."""
    sites = [(x, y) for x in range(2) for y in range(dimers)]
    number = {site: i for i, site in enumerate(sites)}
    h, v = np.zeros((2, len(sites), len(sites)))
    for (x, y), i in number.items():
        if y + 1 < dimers:
            j = number[x, y + 1]
            h[i, j] = h[j, i] = -1
        if (x + y) % 2 == 0 and x == 0:
            j = number[1, y]
            h[i, j] = h[j, i] = -1
        elif (x + y) % 2 == 0:
            v[i, number[0, y]] = -1
    return fq.PeriodicLead(h, v)


def self_energy(lead, energy):
    """Σ = H01 g H01†."""
    return lead.h01 @ lead.surface(energy) @ lead.h01.conj().T


def residual(lead, energies):
    """‖Σ − H01 (E − H00 − Σ)⁻¹ H01†‖ / ‖Σ‖ at each energy."""
    sigma = self_energy(lead, energies)
    inverse = np.linalg.inv(np.asarray(energies)[:, None, None] * np.eye(lead.orbitals) - lead.h00 - sigma)
    again = lead.h01 @ inverse @ lead.h01.conj().T
    return np.linalg.norm(sigma - again, axis=(1, 2)) / np.linalg.norm(sigma, axis=(1, 2))


def spectral(surface):
    """a = i (g − g†)."""
    return 1j * (surface - np.conj(np.swapaxes(surface, -1, -2)))


def scattering_of_modes(h, contacts, energy):
    """S between Bloch waves of unit current, by NumPy alone: S = −δ out† a⁺ in + i out† τ† G τ in."""
    inverse = energy * np.eye(len(h)) - h
    for lead, tau in contacts:
        inverse = inverse - tau @ lead.surface(energy) @ tau.conj().T
    g, blocks = np.linalg.inv(inverse), []
    for b, (out, tau_out) in enumerate(contacts):
        row = []
        for a, (back, tau_in) in enumerate(contacts):
            outgoing, incoming = out.modes(energy).outgoing.conj().T, back.modes(energy).incoming
            block = 1j * outgoing @ tau_out.conj().T @ g @ tau_in @ incoming
            if a == b:
                block = block - outgoing @ np.linalg.pinv(spectral(out.surface(energy)), rcond=1e-9) @ incoming
            row.append(block)
        blocks.append(row)
    return np.block(blocks)


def decimated(lead, energy):
    """g in 160 digits, by doubling, at 10⁻⁴⁰ above the axis."""
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(160):
        surface = bulk = mpmath.matrix(lead.h00.tolist())
        right, one = mpmath.matrix(lead.h01.tolist()), mpmath.eye(lead.orbitals)
        left, z = right.H, mpmath.mpf(energy) + 1j * mpmath.mpf(10) ** -40
        while max(abs(x) for x in right) > mpmath.mpf(10) ** -30:
            g = (z * one - bulk) ** -1
            there, back = right * g, left * g
            surface, bulk = surface + there * left, bulk + there * left + back * right
            right, left = there * right, back * left
        return np.array(((z * one - surface) ** -1).tolist(), complex)
