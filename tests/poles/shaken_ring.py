"""The ring with a shaken dot, random Hermitian matrices, and quasienergies of a result."""

import numpy as np

import floquant as fq

RING = fq.gallery.quantum_ring()


def shaken(v=0.07, photon_energy=0.2):
    return fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=photon_energy)


def hermitian(n, seed, size=0.5):
    rng = np.random.default_rng(seed)
    h = size * (rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
    return h + h.conj().T


def quasienergies(data):
    return (data.energy - 1j * data.half_width).values


def one_cycle(h, h1, omega, steps=800):
    """U over a cycle, by the fourth-order Magnus rule with two Gauss points a step."""
    from scipy.linalg import expm

    dt = 2 * np.pi / omega / steps
    total = np.eye(len(h), dtype=complex)
    for k in range(steps):
        a, b = (
            -1j * (h + h1 * np.exp(-1j * omega * t) + h1.conj().T * np.exp(1j * omega * t))
            for t in ((k + 0.5 - np.sqrt(3) / 6) * dt, (k + 0.5 + np.sqrt(3) / 6) * dt)
        )
        total = expm(0.5 * dt * (a + b) - np.sqrt(3) / 12 * dt**2 * (a @ b - b @ a)) @ total
    return total


def explicit_ring(flux, arm, dot_coupling=0.25):
    """H of the ring in a chain of 2 arm + 1 sites; the dot is the last orbital."""
    n = 2 * arm + 1
    h = np.zeros((n + 1, n + 1), complex)
    h[np.arange(n - 1), np.arange(1, n)] = 1.0
    h[arm - 1, n], h[arm + 1, n] = dot_coupling * np.exp(2j * np.pi * flux), dot_coupling
    return h + h.conj().T, [arm - 1, arm, arm + 1, n]
