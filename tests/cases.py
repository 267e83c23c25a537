"""Driven devices of every kind that the solvers tell apart, from one table: name → (device, drive)."""

from __future__ import annotations

import numpy as np

import floquant as fq


def _hermitian(n: int, seed: int, size: float = 0.4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    return size * (h + h.conj().T)


def _contacts(n: int) -> dict[str, fq.Contact]:
    return {
        "L": fq.Contact(fq.Chain(1.0), [0]),
        "R": fq.Contact(fq.Chain(0.7, 0.2), [n - 1], coupling=0.5),
        "top": fq.Contact(fq.WideBand(0.3), [0]),
    }


def _device(n: int, seed: int, knobs: dict[str, fq.model.Knob]) -> fq.Device:
    return fq.Device(_hermitian(n, seed), _contacts(n), knobs)


def one_level() -> tuple[fq.Device, fq.Drive]:
    return fq.gallery.driven_level(level=0.3), fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)


def ring() -> tuple[fq.Device, fq.Drive]:
    return fq.gallery.quantum_ring().at(flux=0.3), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)


def one_port() -> tuple[fq.Device, fq.Drive]:
    return _device(4, 1, {"a": fq.Onsite(2)}), fq.Drive({"a": fq.Cosine(0.5, 0.3)}, photon_energy=0.7)


def two_gates() -> tuple[fq.Device, fq.Drive]:
    drive = fq.Drive({"a": fq.Cosine(0.5, 0.3), "b": fq.Cosine(0.4, 1.0)}, photon_energy=0.7)
    return _device(4, 2, {"a": fq.Onsite(2), "b": fq.Onsite(0)}), drive


def two_harmonics() -> tuple[fq.Device, fq.Drive]:
    return _device(4, 3, {"a": fq.Onsite(2)}), fq.Drive({"a": fq.Harmonics({1: 0.3, 2: 0.2j})}, photon_energy=0.7)


def driven_flux() -> tuple[fq.Device, fq.Drive]:
    drive = fq.Drive({"a": fq.Cosine(0.03, 0.3), "b": fq.Harmonics({1: 0.3, 3: 0.2j})}, photon_energy=0.7)
    return _device(4, 4, {"a": fq.Flux(bond=(0, 3)), "b": fq.Onsite(1)}), drive


def driven_contacts() -> tuple[fq.Device, fq.Drive]:
    device = _device(3, 5, {"a": fq.Strength(contact="L"), "b": fq.Flux(contact="R")})
    return device, fq.Drive({"a": fq.Cosine(0.5, 0.3), "b": fq.Cosine(0.05)}, photon_energy=0.7)


def mixed_spin() -> tuple[fq.Device, fq.Drive]:
    contacts = {"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(0.7, 0.2), [1])}
    sigma = np.array([[0.2, 1.0 - 0.5j], [1.0 + 0.5j, -0.2]])
    device = fq.Device(_hermitian(4, 6), contacts, {"a": fq.Onsite(1, matrix=sigma)}, orbitals=2, spin=True)
    return device, fq.Drive({"a": fq.Cosine(0.5, 0.3)}, photon_energy=0.7)


def raw_matrices() -> tuple[fq.Device, fq.Drive]:
    rng = np.random.default_rng(7)
    h1 = 0.2 * (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
    return _device(3, 7, {}), fq.Drive.from_matrices({0: 0.1 * np.eye(3), 1: h1}, photon_energy=0.6)


def lead_with_flux_inside() -> tuple[fq.Device, fq.Drive]:
    """One chain on two orbitals through a complex coupling: Γ is a matrix with a phase in it."""
    coupling = np.array([[0.6], [0.5 * np.exp(1.1j)]])
    contacts = {"L": fq.Contact(fq.Chain(1.0), [0, 1], coupling=coupling), "R": fq.Contact(fq.Chain(0.9), [2])}
    device = fq.Device(_hermitian(3, 8), contacts, {"a": fq.Onsite(2), "b": fq.Onsite(1)})
    return device, fq.Drive({"a": fq.Cosine(0.4), "b": fq.Cosine(0.3, 1.3)}, photon_energy=0.5)


CASES = {
    function.__name__: function
    for function in (
        one_level, ring, one_port, two_gates, two_harmonics, driven_flux, driven_contacts, mixed_spin, raw_matrices, lead_with_flux_inside,
    )
}  # fmt: skip
