"""Elimination of closed pieces that are singular, against their own states; and separators that separate."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from big_devices.strips import strip
from floquant.model import sectors
from floquant.solvers.elimination.elimination import Elimination
from floquant.solvers.elimination.fronts import Ordering, Pattern
from floquant.solvers.ladder.contacts import contact_orbitals
from floquant.solvers.ladder.dense import DenseSolver


def _limit_on_contacts(h: np.ndarray, stay: np.ndarray, sigma: np.ndarray, energy: float) -> np.ndarray:
    """[E − H − Σ]⁻¹ on the contacts from H's own states: those near E are followed by amplitudes α of their own, so E may be their energy.

    x = g (b + Σ x) + B α and (E − E_s) α = B† (b + Σ x), g of all other states; what the contacts do not see has no α.
    """
    values, states = np.linalg.eigh(h)
    near = np.abs(values - energy) < 1e-3
    g = (states[stay][:, ~near] / (energy - values[~near])) @ states[stay][:, ~near].conj().T
    seen, size, turn = np.linalg.svd(states[stay][:, near], full_matrices=False)
    kept = size > 1e-9
    coupling = seen[:, kept] * size[kept]
    offset = turn[kept] @ np.diag(energy - values[near]) @ turn[kept].conj().T
    offset[np.abs(offset) < 1e-14] = 0  # rounding of eigh at an exact crossing
    q, m = len(stay), int(kept.sum())
    matrix = np.block([[np.eye(q) - g @ sigma, -coupling], [coupling.conj().T @ sigma, -offset]])
    right = np.concatenate([g, -coupling.conj().T])
    return np.linalg.solve(matrix, right)[:q] if m else np.linalg.solve(np.eye(q) - g @ sigma, g)


def _schur_error(device: fq.Device, energy: float) -> tuple[float, int]:
    """Error of G on the contacts of the static device, with Σ of the leads, and how many pivots were delayed up to the root."""
    (sector,) = sectors(device, None, {})
    stay = contact_orbitals(sector)
    elimination = Elimination(sector, stay, with_changes=True)
    root = elimination.schur(elimination.elements(0), np.array([energy])).astype(complex)
    q = len(stay)
    sigma = DenseSolver(sector).tabulate(np.array([[[energy]]])).contacts
    root[:q, :q] -= sigma.self_energy[0, 0, 0]
    columns = np.zeros((len(root), q), complex)
    columns[:q] = np.eye(q)
    found = np.linalg.solve(root, columns)[:q]
    h = np.asarray(sector.hamiltonian)
    wanted = _limit_on_contacts(h, stay, sigma.self_energy[0, 0, 0], energy)
    return float(np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max())), len(root) - q


@pytest.mark.parametrize("energy", [0.0, 1e-9, 1e-6, 1.0, 1.0 + 1e-10])
def test_closed_pieces_that_are_singular_delay_their_pivots(energy: float) -> None:
    # A clean square is full of states exactly at E = 0 and E = ±1: without delayed pivots the result is nan, or wrong by O(10).
    n = 14
    device, _ = strip(n, n)
    middle = [n * (n // 2) + n // 2, n * (n // 2) + n // 2 + 1]
    device = fq.Device(
        device.h,
        {"a": fq.Contact(fq.WideBand(1.0), [middle[0]]), "b": fq.Contact(fq.WideBand(0.7), [3])},
        positions=device.positions,
    )
    error, _ = _schur_error(device, energy)
    assert error < 1e-12


def test_some_pivots_are_delayed_up_to_the_root() -> None:
    # A piece that hangs on the contact by nothing but one bond is exactly singular at its own level.
    h = np.zeros((40, 40))
    for i in range(39):
        h[i, i + 1] = h[i + 1, i] = 1.0 if i != 19 else 1e-2
    device = fq.Device(h, {"L": fq.Contact(fq.WideBand(1.0), [20])})
    level = float(np.linalg.eigvalsh(h[:20, :20])[10])
    (sector,) = sectors(device, None, {})
    elimination = Elimination(sector, np.array([20]), with_changes=True)
    root = elimination.schur(elimination.elements(0), np.array([level])).astype(complex)
    root[0, 0] += 0.5j
    assert len(root) >= 2
    column = np.eye(len(root), dtype=complex)[:, :1]
    sigma = np.zeros((40, 40), complex)
    sigma[20, 20] = -0.5j
    wanted = np.linalg.inv(level * np.eye(40) - h - sigma)[20, 20]
    assert abs(np.linalg.solve(root, column)[0, 0] - wanted) < 1e-11


def test_no_separator_leaves_two_pieces_in_touch() -> None:
    device, drive = strip(9, 11)
    (sector,) = sectors(device, drive, {})
    pattern, stay = Pattern.of(sector, True), contact_orbitals(sector)
    for positions in (sector.positions, None):
        ordering = Ordering(pattern, stay, positions)
        assert sorted(ordering.vertices.tolist()) == sorted(set(range(99)) - set(stay.tolist()))
        owner = np.full(99, -1)
        for f in range(len(ordering.end)):
            owner[ordering.vertices[ordering.own_begin[f] : ordering.end[f]]] = f
        ancestors: list[set[int]] = []
        for f, parent in enumerate(ordering.parent):
            ancestors.append({f} | (ancestors[parent] if parent >= 0 else set()))
        for v in range(99):
            for u in pattern.indices[pattern.indptr[v] : pattern.indptr[v + 1]]:
                if owner[u] >= 0 and owner[v] >= 0:
                    assert owner[u] in ancestors[owner[v]] or owner[v] in ancestors[owner[u]]
