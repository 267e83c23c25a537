"""Port reduction: everything that no knob turns is eliminated once per energy, for all knob settings.

The reference device carries a small absorption on its ports, H' = H − iκ P, and every setting gives it back, V' = V + iκ:

    [E − H − V − Σ]⁻¹ = [E − H' − Σ − V']⁻¹ = G' + G' V' (1 − G' V')⁻¹ G'.

The identity is exact. Its use: a state that the leads do not see (a dot cut off, the ring at integer flux) is a pole of the
reference on the real axis only if the ports do not see it either, and then it does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.model import Sector
from floquant.solve.contacts import contacts_at
from floquant.solve.limits import solve_or_limit

Array = np.ndarray

# Numbers in one batch of static matrices: about 64 MB.
BATCH = 4_000_000


@dataclass(frozen=True)
class PortTable:
    """The reference at energies (...,): Green function on ports (d, d), ports → channels (C, d), channels → ports (d, C), and (C, C).

    `static` holds w†Gw + iP, so that i times it is the reference's S; `is_open` is the diagonal of P.
    """

    green: Array
    left: Array
    right: Array
    static: Array
    is_open: Array


def damping(sector: Sector) -> float:
    """κ: of the size of the device's own energies, so that neither the reference nor the way back from it is ill-conditioned."""
    hamiltonian = abs(sector.hamiltonian)
    rows = np.asarray(hamiltonian.sum(axis=1)).ravel()
    coupling = max(float(np.max(np.abs(terminal.coupling))) for terminal in sector.terminals)
    return max(float(np.mean(rows)), coupling, float(np.max(np.abs(sector.static), initial=0.0)) / 4)


def reduce_to_ports(sector: Sector, ports: Array, kappa: float, energies: Array) -> PortTable:
    """Solve the damped reference at `energies` of any shape; see the module for the equation."""
    shape = energies.shape
    flat = energies.reshape(-1)
    n = len(sector.orbitals)
    if not isinstance(sector.hamiltonian, np.ndarray):
        parts = [_reduce_sparse(sector, ports, kappa, flat)]
    else:
        pieces = np.array_split(flat, max(1, -(-len(flat) * n * n // BATCH)))
        parts = [_reduce_dense(sector, ports, kappa, piece) for piece in pieces]
    arrays = []
    for name in ("green", "left", "right", "static", "is_open"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        arrays.append(np.ascontiguousarray(joined.reshape(*shape, *joined.shape[1:])))
    return PortTable(*arrays)


def _reduce_dense(sector: Sector, ports: Array, kappa: float, energies: Array) -> PortTable:
    n, d = len(sector.orbitals), len(ports)
    contacts = contacts_at(sector, energies)
    sigma, w = contacts.spread(n)
    matrix = energies[:, None, None] * np.eye(n) - sector.hamiltonian - sigma
    matrix[:, ports, ports] += 1j * kappa
    right = np.zeros((len(energies), n, d + w.shape[-1]), dtype=complex)
    right[:, ports, np.arange(d)] = 1.0
    right[:, :, d:] = w
    field = solve_or_limit(matrix, right)
    out = np.conj(np.swapaxes(w, -1, -2)) @ field
    static = out[..., d:] + 1j * contacts.projector
    return PortTable(field[:, ports, :d], out[..., :d], field[:, ports, d:], static, contacts.is_open)


def _reduce_sparse(sector: Sector, ports: Array, kappa: float, energies: Array) -> PortTable:
    from scipy import sparse
    from scipy.sparse.linalg import splu

    n, d = len(sector.orbitals), len(ports)
    hamiltonian = sparse.csc_matrix(sector.hamiltonian)
    absorption = sparse.csc_matrix((np.full(d, 1j * kappa), (ports, ports)), shape=(n, n))
    identity = sparse.identity(n, dtype=complex, format="csc")
    parts: dict[str, list[Any]] = {name: [] for name in ("green", "left", "right", "static", "is_open")}
    for energy in energies:
        matrix: Any = energy * identity - hamiltonian + absorption
        contacts = contacts_at(sector, np.array([energy]))
        row, column = np.meshgrid(contacts.orbitals, contacts.orbitals, indexing="ij")
        sigma = contacts.self_energy[0].ravel()
        matrix = matrix - sparse.csc_matrix((sigma, (row.ravel(), column.ravel())), shape=(n, n))
        w = contacts.injection[0]
        columns = np.zeros((n, d + w.shape[-1]), dtype=complex)
        columns[ports, np.arange(d)] = 1.0
        columns[contacts.orbitals, d:] = w
        try:
            field = splu(matrix.tocsc()).solve(columns)
        except RuntimeError:  # exactly singular: a state that nobody sees; a shift below rounding gives the limit
            field = splu((matrix + 1e-13 * kappa * 1j * identity).tocsc()).solve(columns)
        out = w.conj().T @ field[contacts.orbitals]
        static = out[:, d:] + 1j * contacts.projector[0]
        found = field[ports, :d], out[:, :d], field[ports, d:], static, contacts.is_open[0]
        for name, value in zip(parts, found, strict=True):
            parts[name].append(value)
    return PortTable(**{name: np.array(values) for name, values in parts.items()})
