"""What the ring's map costs otherwise: the script a student would write, batched NumPy, and a bare compiled continued fraction."""

from __future__ import annotations

import numba
import numpy as np

V0, V, PHOTON, N = 0.25, 0.07, 0.2, 5


def surface(energy: np.ndarray) -> np.ndarray:
    """g of a chain of hopping 1."""
    energy = np.asarray(energy, dtype=complex)
    inside = np.abs(energy.real) < 2
    root = np.where(
        inside, 1j * np.sqrt(4 - energy**2 + 0j), np.where(energy.real < 0, -1, 1) * np.sqrt(energy**2 - 4 + 0j)
    )
    return (energy - root) / 2


def hamiltonian(flux: float) -> np.ndarray:
    """The ring: sites −1, 0, +1 and the dot."""
    h = np.zeros((4, 4), dtype=complex)
    h[0, 1] = h[1, 2] = 1
    h[0, 3] = V0 * np.exp(2j * np.pi * flux)
    h[2, 3] = V0
    return h + h.conj().T


def student_point(flux: float, energy: float) -> tuple[np.ndarray, np.ndarray]:
    """T^(n) in both directions by one dense inverse of 44 × 44."""
    size = 2 * N + 1
    matrix = np.zeros((4 * size, 4 * size), dtype=complex)
    h = hamiltonian(flux)
    energies = energy + PHOTON * np.arange(-N, N + 1)
    sigma = surface(energies)
    for m in range(size):
        block = energies[m] * np.eye(4) - h
        block[0, 0] -= sigma[m]
        block[2, 2] -= sigma[m]
        matrix[4 * m : 4 * m + 4, 4 * m : 4 * m + 4] = block
        if m:
            matrix[4 * m + 3, 4 * m - 1] = matrix[4 * m - 1, 4 * m + 3] = -V / 2
    green = np.linalg.inv(matrix).reshape(size, 4, size, 4)[:, :, N, :]
    gamma = -2 * sigma.imag
    return gamma * np.abs(green[:, 2, 0]) ** 2 * gamma[N], gamma * np.abs(green[:, 0, 2]) ** 2 * gamma[N]


def batched_points(flux: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same for many points at once by batched solves."""
    size, points = 2 * N + 1, len(flux)
    matrix = np.zeros((points, size, 4, size, 4), dtype=complex)
    energies = energy[:, None] + PHOTON * np.arange(-N, N + 1)
    sigma = surface(energies)
    h = np.array([hamiltonian(f) for f in flux])
    for m in range(size):
        matrix[:, m, :, m, :] = energies[:, m, None, None] * np.eye(4) - h
        matrix[:, m, 0, m, 0] -= sigma[:, m]
        matrix[:, m, 2, m, 2] -= sigma[:, m]
        if m:
            matrix[:, m, 3, m - 1, 3] = matrix[:, m - 1, 3, m, 3] = -V / 2
    right = np.zeros((size, 4, 2))
    right[N, 0, 0] = right[N, 2, 1] = 1
    green = np.linalg.solve(matrix.reshape(points, 4 * size, 4 * size), right.reshape(4 * size, 2)).reshape(
        points, size, 4, 2
    )
    gamma = -2 * sigma.imag
    return gamma * np.abs(green[:, :, 2, 0]) ** 2 * gamma[:, N, None], gamma * np.abs(green[:, :, 0, 1]) ** 2 * gamma[
        :, N, None
    ]


@numba.njit(cache=True, fastmath=True)
def bare_continued_fraction(phases, energies, out):
    """Σ_n T^(n) in both directions by hand for this ring alone: no error bars, no other device. phases = e^{2πi flux}."""
    size = 2 * N + 1
    g, ratio = np.empty(size, np.complex128), np.empty(size, np.complex128)
    right_weight, left_weight = np.empty(size), np.empty(size)
    for p in range(phases.shape[0]):
        z = phases[p]
        for i in range(energies.shape[0]):
            entering_left = entering_right = 0.0
            bond_rl = bond_lr = through_rl = through_lr = 0.0j
            for m in range(size):
                e = energies[i] + PHOTON * (m - N)
                if abs(e) < 2:
                    sigma = complex(0.5 * e, -np.sqrt(1 - 0.25 * e * e))
                else:
                    sigma = complex(0.5 * e - np.sign(e) * np.sqrt(0.25 * e * e - 1), 0.0)
                # Sites −1 and +1 with the middle one eliminated, then the dot.
                bond = 1.0 / (e + 1e-14)
                own = e - sigma - bond
                det = 1.0 / ((e - sigma) * (e - sigma - 2 * bond))
                a, b = own * det, bond * det
                left_to_dot = V0 * (a * z.conjugate() + b)
                g[m] = 1.0 / (e - V0 * V0 * (2 * a + b * (z + z.conjugate())))
                dot_to_right = V0 * (a + b * z)
                right_to_dot = V0 * (a + b * z.conjugate())
                dot_to_left = V0 * (a * z + b)
                gamma = -2 * sigma.imag
                right_weight[m] = gamma * abs(dot_to_right) ** 2
                left_weight[m] = gamma * abs(dot_to_left) ** 2
                if m == N:
                    entering_left, entering_right = gamma * abs(left_to_dot) ** 2, gamma * abs(right_to_dot) ** 2
                    bond_rl, bond_lr = gamma * b, gamma * b
                    through_rl, through_lr = dot_to_right * left_to_dot * gamma, dot_to_left * right_to_dot * gamma
            # F_m above and below the centre, from the ends of the ladder inwards.
            chain = 0.0j
            for m in range(size - 1, N, -1):
                ratio[m] = V / 2 / (1.0 / g[m] - chain)
                chain = V / 2 * ratio[m]
            other = 0.0j
            for m in range(N):
                ratio[m] = V / 2 / (1.0 / g[m] - other)
                other = V / 2 * ratio[m]
            centre = 1.0 / (1.0 / g[N] - chain - other)
            power = abs(centre) ** 2
            total_rl = abs(bond_rl + through_rl * centre) ** 2
            total_lr = abs(bond_lr + through_lr * centre) ** 2
            for direction in (-1, 1):
                weight = power
                for step in range(1, N + 1):
                    m = N + direction * step
                    weight *= abs(ratio[m]) ** 2
                    total_rl += right_weight[m] * weight * entering_left
                    total_lr += left_weight[m] * weight * entering_right
            out[p, i, 0], out[p, i, 1] = total_rl, total_lr
