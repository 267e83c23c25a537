"""Bound states outside all bands: energies where E − H − Σ(E) is singular and Σ is Hermitian.

Between bands every eigenvalue of H + Σ(E) − E falls strictly with E, so a state is a change of sign of one of them: they are counted at the
ends of each gap, and found by a bracketed search. None is missed.
"""

from __future__ import annotations

import numpy as np

from floquant.model import Sector
from floquant.solve.contacts import self_energy

Array = np.ndarray

# Larger sectors are not searched: a dense spectrum per step would cost more than the transport.
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
