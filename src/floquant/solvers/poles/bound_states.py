"""Bound states outside all bands: energies where E − H − Σ(E) is singular and Σ is Hermitian.

Between bands every eigenvalue of H + Σ(E) − E falls strictly with E, so a state is a change of sign of one of them. States are counted
at the ends of each gap and found by a bracketed search, so none is missed. With a drive the same holds for the ladder, in the gaps that
the folded bands leave in the Floquet zone: there, all replicas of a state are closed.
"""

from __future__ import annotations

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.contacts import self_energy
from floquant.solvers.poles.dark_states import CUT_OFF, HELD, BoundState, dark_states, heaviest
from floquant.solvers.poles.pole_matrix import PoleMatrix

# Larger sectors are not searched: a dense spectrum at each step would cost more than the transport.
LARGEST = 200
# Energies of bound states are for the reader of a certificate: nine digits.
ACCURACY = 1e-10


def gaps(sector: Sector) -> list[tuple[float, float]]:
    """Open intervals of energy in which no lead has a channel; empty if a lead has channels everywhere."""
    bands = sorted(band for terminal in sector.terminals for band in terminal.lead.bands())
    found, reach = [], -np.inf
    for low, high in bands:
        if low > reach:
            found.append((reach, low))
        reach = max(reach, high)
    return [*found, (reach, np.inf)] if reach < np.inf else found


def bound_states(sector: Sector, problems: Array) -> list[Array] | None:
    """Energies of the bound states of each of these settings (drive off), sorted; None if the sector is too large to be searched."""
    n = len(sector.orbitals)
    if n > LARGEST:
        return None
    h = np.asarray(
        sector.hamiltonian if isinstance(sector.hamiltonian, np.ndarray) else sector.hamiltonian.toarray(),
        dtype=complex,
    )
    stack = np.repeat(h[None], len(problems), axis=0)
    rows, columns = np.ix_(sector.ports, sector.ports)
    stack[:, rows, columns] += sector.static[problems]
    # No state lies further out than the spectrum of H plus what leads can add.
    reach = float(np.max(np.abs(np.linalg.eigvalsh(stack)), initial=0.0)) + sum(
        2.0 * float(np.linalg.norm(terminal.coupling, 2)) for terminal in sector.terminals
    )
    states: list[list[float]] = [[] for _ in problems]
    for low, high in gaps(sector):
        start = min(-reach, high) - reach - 1.0 if np.isinf(low) else np.nextafter(low, np.inf)
        end = max(reach, low) + reach + 1.0 if np.isinf(high) else np.nextafter(high, -np.inf)
        for problem, energy in _in_gap(sector, stack, start, end):
            states[problem].append(energy)
    return [np.sort(np.array(found)) for found in states]


def _falling(sector: Sector, stack: Array, energies: Array) -> Array:
    """Eigenvalues of H + Σ(E) − E, ascending, for each problem at its energy."""
    sigma = self_energy(sector, energies)
    matrix = stack + 0.5 * (sigma + np.conj(np.swapaxes(sigma, -1, -2)))
    return np.linalg.eigvalsh(matrix) - energies[:, None]


def _in_gap(sector: Sector, stack: Array, start: float, end: float) -> list[tuple[int, float]]:
    at_start = _falling(sector, stack, np.full(len(stack), start))
    at_end = _falling(sector, stack, np.full(len(stack), end))
    problem, index = np.nonzero((at_start > 0) & (at_end <= 0))
    if not len(problem):
        return []
    low, high = np.full(len(problem), start), np.full(len(problem), end)
    value_low, value_high = at_start[problem, index], at_end[problem, index]
    chosen = stack[problem]
    for _ in range(80):
        # Illinois' rule: false position, with the old end's value halved, keeps the bracket and converges fast.
        middle = high - value_high * (high - low) / (value_high - value_low)
        middle = np.where((middle > low) & (middle < high), middle, 0.5 * (low + high))
        value = _falling(sector, chosen, middle)[np.arange(len(problem)), index]
        right = value <= 0
        value_low = np.where(right, 0.5 * value_low, value)
        value_high = np.where(right, value, 0.5 * value_high)
        low, high = np.where(right, low, middle), np.where(right, middle, high)
        if np.max(np.minimum(np.abs(value), high - low)) < ACCURACY * max(1.0, abs(start), abs(end)):
            break
    return list(zip(problem.tolist(), (middle).tolist(), strict=True))


def closed_states(
    sector: Sector, problem: int, photon_energy: float, largest: int = LARGEST
) -> list[BoundState] | None:
    """States all of whose replicas are closed, or that no lead sees, sorted; None if the sector is too large to be searched.

    No reservoir fills or empties them: they keep their initial occupation.
    """
    n = len(sector.orbitals)
    photon_energy = photon_energy if sector.is_driven else 0.0
    dark = dark_states(sector, problem, photon_energy) if n <= largest else None
    if dark is None:
        return None
    if not sector.terminals:
        return sorted(dark, key=lambda state: state.energy)
    free = zone_gaps(sector, photon_energy) if photon_energy else gaps(sector)
    outside = _outside(sector, problem, photon_energy, free, largest) if free else []
    if outside is None:
        return None
    return sorted([*distinct(outside, dark, photon_energy), *dark], key=lambda state: state.energy)


def zone_gaps(sector: Sector, photon_energy: float) -> list[tuple[float, float]]:
    """Open intervals of the circle of quasienergies in which no replica meets a band; each begins in [0, ħΩ)."""
    bands = [band for terminal in sector.terminals for band in terminal.lead.bands()]
    if any(high - low >= photon_energy for low, high in bands):
        return []
    folded = sorted(low % photon_energy for low, _ in bands)
    copies = sorted((low + k * photon_energy, high + k * photon_energy)
                    for low, high in ((low % photon_energy, low % photon_energy + high - low) for low, high in bands)
                    for k in (-1, 0, 1))  # fmt: skip
    reach, end = folded[0], folded[0] + photon_energy
    found = []
    for low, high in copies:
        if reach < min(low, end):
            found.append((reach, min(low, end)))
        reach = max(reach, high)
    return [(low, high) if low < photon_energy else (low - photon_energy, high - photon_energy) for low, high in found]


def _outside(
    sector: Sector, problem: int, photon_energy: float, free: list[tuple[float, float]], largest: int
) -> list[BoundState] | None:
    """States in the gaps, from a ladder that is long enough to hold them."""
    sidebands, before = (_first_guess(sector, photon_energy), None) if photon_energy else (0, None)
    while True:
        matrix = PoleMatrix(sector, problem, photon_energy, -sidebands, 2 * sidebands + 1)
        if matrix.size > (6 * largest if photon_energy else largest):
            return None
        found = [pair for low, high in free for pair in _states_in(matrix, low, high)]
        last = max(sector.harmonic_count, 1)
        tails = [float(np.sum(np.abs(state[[*range(last), *range(-last, 0)]]) ** 2)) for _, state in found]
        kept = [pair for pair, tail in zip(found, tails, strict=True) if not photon_energy or tail < CUT_OFF]
        energies = np.sort([energy for energy, _ in kept])
        settled = before is not None and len(before) == len(energies) and np.allclose(before, energies, atol=1e-11)
        held = all(tail < HELD for tail in tails if tail < CUT_OFF)
        if not photon_energy or (settled and held):
            return [heaviest(energy, state, -sidebands, photon_energy, False) for energy, state in kept]
        before = energies
        sidebands += 2


def _first_guess(sector: Sector, photon_energy: float) -> int:
    matrix = PoleMatrix(sector, 0, photon_energy, 0, 1)
    guess = 2 + int(np.ceil(2 * matrix.scale / photon_energy))
    # on a shorter ladder the highest harmonic leads nowhere, and all of it would be its ends
    return guess if guess >= sector.harmonic_count else 2 * sector.harmonic_count


def _states_in(matrix: PoleMatrix, low: float, high: float) -> list[tuple[float, Array]]:
    """Energies between low and high, and states (rungs, n) normalised with their tails in the leads."""
    size = matrix.scale + 2 * sum(float(np.linalg.norm(t.coupling, 2)) for t in matrix.sector.terminals)
    start = min(0.0, high) - size - 1 if np.isinf(low) else low + 1e-13 * matrix.scale
    end = max(0.0, low) + size + 1 if np.isinf(high) else high - 1e-13 * matrix.scale
    at_start, at_end = (_spectrum(matrix, energy)[0] for energy in (start, end))
    found: list[tuple[float, Array]] = []
    for index in np.flatnonzero((at_start > 0) & (at_end <= 0)):
        energy = _crossing(matrix, int(index), start, end, at_end[index])
        vector = _spectrum(matrix, energy)[1][:, index]
        inside = share_inside(matrix, energy, vector, min(energy - start, end - energy))
        found.append((energy, (np.sqrt(inside) * vector).reshape(matrix.rungs, matrix.orbitals)))
    return found


def _spectrum(matrix: PoleMatrix, energy: float) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors of −M(E) = H + Σ(E) − E on the ladder, ascending."""
    m = -matrix.dense(np.array([energy]))[0]
    return np.linalg.eigh(0.5 * (m + m.conj().T))


def _crossing(matrix: PoleMatrix, index: int, low: float, high: float, at_high: float) -> float:
    """Where one eigenvalue changes its sign, to rounding, by Brent's method."""
    from scipy.optimize import brentq

    if at_high == 0:
        return high
    return float(brentq(lambda energy: _spectrum(matrix, energy)[0][index], low, high, xtol=1e-15 * matrix.scale))


def share_inside(matrix: PoleMatrix, energy: float, vector: Array, distance: float) -> float:
    """Weight inside the device, 1/(1 − ψ†Σ′ψ): the rest is in the leads."""
    step = 1e-4 * min(distance, matrix.scale)
    if step <= 1e-12 * matrix.scale:
        return 0.0
    slope = float((vector.conj() @ matrix.slope(energy, vector, step)).real)
    return 1.0 / max(slope, 1.0)


def distinct(found: list[BoundState], known: list[BoundState], photon_energy: float) -> list[BoundState]:
    """Those of the first that are not among the second, since a dark state outside the bands is found twice."""
    kept = []
    for state in found:
        overlap = 0.0
        for other in known:
            difference = state.energy - other.energy
            away = difference - photon_energy * np.round(difference / photon_energy) if photon_energy else difference
            if abs(away) < 1e-9 * max(1.0, abs(other.energy)):
                overlap += _overlap(state, other)
        if overlap < 0.5:
            kept.append(state)
    return kept


def _overlap(one: BoundState, other: BoundState) -> float:
    """|⟨one|other⟩|² of normalised states over the rungs that both have."""
    first, last = max(one.lowest, other.lowest), min(one.lowest + len(one.state), other.lowest + len(other.state))
    a, b = one.state[first - one.lowest : last - one.lowest], other.state[first - other.lowest : last - other.lowest]
    norms = np.sum(np.abs(one.state) ** 2) * np.sum(np.abs(other.state) ** 2)
    return float(np.abs(np.vdot(a, b)) ** 2 / norms)
