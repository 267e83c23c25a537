"""States that no lead sees: H and its harmonics do not connect them with any contact.

Starting from the orbitals that the contacts touch, H, H_k and H_k† reach a space; its complement is dark. A dark state may lie in the
middle of a band (a bound state in the continuum): nothing enters or leaves it, at any energy. With a drive, it is a Floquet state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.poles.pole_matrix import harmonic_matrix, static_matrix

# A direction that is reached with less than this share of the scale of energies counts as not reached.
UNREACHED = 1e-11
# A coupling below it may overflow what it divides.
SMALLEST = 1e-300
# Weight in the last rungs of a state that its ladder holds, and of one that belongs to the ladder's end.
HELD, CUT_OFF = 1e-20, 1e-3
# Largest ladder that is diagonalised.
LARGEST = 1200


@dataclass(frozen=True)
class BoundState:
    """An energy (a quasienergy with a drive, at the heaviest rung), ψ (rungs, n) with rung `lowest` first, and whether it is dark.

    ψ is normalised with its tails in the leads: Σ|ψ|² is the weight inside the device.
    """

    energy: float
    state: Array
    lowest: int
    dark: bool


def dark_space(sector: Sector, problem: int) -> Array:
    """Orthonormal columns (n, q) that no contact reaches."""
    n = len(sector.orbitals)
    operators = [static_matrix(sector, problem).toarray()]
    for k in range(1, sector.harmonic_count + 1):
        harmonic = harmonic_matrix(sector, problem, k).toarray()
        operators += [harmonic, harmonic.conj().T]
    scale = max(float(np.max(np.abs(operator), initial=0.0)) for operator in operators) or 1.0
    reached = np.zeros((n, 0), complex)
    frontier = np.zeros((n, sum(terminal.coupling.shape[1] for terminal in sector.terminals)), complex)
    begin = 0
    for terminal in sector.terminals:
        columns = terminal.coupling.shape[1]
        size = float(np.max(np.abs(terminal.coupling), initial=0.0))
        size = size if size > SMALLEST else 1.0
        frontier[terminal.orbitals, begin : begin + columns] = scale * terminal.coupling / size
        begin += columns
    while frontier.shape[1] and reached.shape[1] < n:
        for _ in range(2):
            frontier = frontier - reached @ (reached.conj().T @ frontier)
        left, values, _ = np.linalg.svd(frontier, full_matrices=False)
        new = left[:, values > UNREACHED * scale]
        reached = np.concatenate([reached, new], axis=1)
        frontier = np.concatenate([operator @ new for operator in operators], axis=1)
    if reached.shape[1] >= n:
        return np.zeros((n, 0), complex)
    return np.linalg.qr(reached, mode="complete")[0][:, reached.shape[1] :]


def dark_states(sector: Sector, problem: int, photon_energy: float) -> list[BoundState] | None:
    """All states that no lead sees; None if the sector is too large to be diagonalised."""
    if len(sector.orbitals) > LARGEST:
        return None
    space = dark_space(sector, problem)
    if not space.shape[1]:
        return []
    static = space.conj().T @ (static_matrix(sector, problem) @ space)
    harmonics = [
        space.conj().T @ (harmonic_matrix(sector, problem, k) @ space) for k in range(1, sector.harmonic_count + 1)
    ]
    if not photon_energy or not any(np.any(np.abs(h) > 0) for h in harmonics):
        energies, vectors = np.linalg.eigh(static)
        return [BoundState(float(e), (space @ v)[None], 0, True) for e, v in zip(energies, vectors.T, strict=True)]
    found = floquet_states(static, harmonics, photon_energy)
    if found is None:
        return None
    return [heaviest(energy, state @ space.T, lowest, photon_energy, True) for energy, state, lowest in found]


def floquet_states(
    static: Array, harmonics: list[Array], photon_energy: float
) -> list[tuple[float, Array, int]] | None:
    """Quasienergies of a closed device, each once, with states (rungs, q) from rung `lowest` on; None if its ladder is too long."""
    q = len(static)
    strength = sum(float(np.linalg.norm(h, 2)) for h in harmonics)
    sidebands = 3 + int(np.ceil((float(np.linalg.norm(static, 2)) + 2 * strength) / photon_energy))
    while (2 * sidebands + 1) * q <= LARGEST:
        rungs = 2 * sidebands + 1
        ladder = np.kron(np.eye(rungs), static) - photon_energy * np.kron(
            np.diag(np.arange(-sidebands, sidebands + 1)), np.eye(q)
        )
        for k, harmonic in enumerate(harmonics, start=1):
            ladder += np.kron(np.eye(rungs, k=-k), harmonic) + np.kron(np.eye(rungs, k=k), harmonic.conj().T)
        values, vectors = np.linalg.eigh(ladder)
        states = vectors.T.reshape(-1, rungs, q)
        weight = np.sum(np.abs(states) ** 2, axis=2)
        tail = np.maximum(weight[:, : len(harmonics)].sum(axis=1), weight[:, -len(harmonics) :].sum(axis=1))
        # the zone begins in the middle of a gap of the quasienergies
        folded = np.sort(np.mod(values[tail < CUT_OFF], photon_energy))
        if len(folded):
            gaps = np.diff(np.append(folded, folded[0] + photon_energy))
            begin = folded[np.argmax(gaps)] + 0.5 * gaps.max() - photon_energy
            mine = (values >= begin) & (values < begin + photon_energy) & (tail < CUT_OFF)
            if mine.sum() == q and np.all(tail[mine] < HELD):
                return [(float(values[i]), states[i], -sidebands) for i in np.flatnonzero(mine)]
        sidebands += 2 + sidebands // 2
    return None


def heaviest(energy: float, state: Array, lowest: int, photon_energy: float, dark: bool) -> BoundState:
    """The state named by its heaviest rung."""
    rung = int(np.argmax(np.sum(np.abs(state) ** 2, axis=1))) + lowest
    return BoundState(energy + rung * photon_energy, state, lowest - rung, dark)
