"""Pauli matrices, spinors along an axis, rotations, and a level between two magnets."""

from __future__ import annotations

import numpy as np

import floquant as fq

SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], complex)
ONE = np.eye(2)
X, Y, Z = np.eye(3)


def along(axis):
    return np.einsum("k,kij->ij", np.asarray(axis, float), SIGMA)


def spinors(axis):
    """↑ and ↓ along an axis, as rows."""
    return np.linalg.eigh(along(axis))[1].T[::-1]


def numbers(transmission):
    """dims (energy, spin_out, spin_in) …"""
    return transmission.transpose("energy", ..., "spin_out", "spin_in").values


def magnet(gamma, polarisation, axis):
    return gamma * (ONE + polarisation * along(axis))


def valve(angle, polarisation, gamma=0.5, level=0.0):
    """A level between wide bands whose Γ = γ (1 + p n·σ) point `angle` apart."""
    n = (np.sin(angle) * np.cos(0.4), np.sin(angle) * np.sin(0.4), np.cos(angle))
    gammas = magnet(gamma, polarisation, Z), magnet(gamma, polarisation, n)
    contacts = {name: fq.Contact(fq.WideBand(g, spinless=False), 0) for name, g in zip("LR", gammas, strict=True)}
    return fq.Device(level * ONE, contacts, {"level": fq.Onsite(0)}, orbitals=2, spin=True), gammas, n
