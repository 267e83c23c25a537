"""One matrix and one numbering for a device with the lead cells that it has taken in.

⟨device|H|lead⟩ becomes a bond to the cell, and the cell gets Σ' = h01 g'(E) h01†.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.matrices import is_sparse, pattern, replaced
from floquant.errors import BadInput
from floquant.leads import Lead
from floquant.model.assembly.composition import gather
from floquant.model.device import Device
from floquant.model.geometry import Bond
from floquant.model.knobs.element_rule import ElementRule


@dataclass(frozen=True, eq=False)
class Joint:
    """A contact: its lead, the orbitals it touches (m,), τ (m, c), and which channels the lead connects (c, c)."""

    name: str
    lead: Lead
    orbitals: Array
    coupling: Array
    connected: Array
    spin: bool


@dataclass(frozen=True, eq=False)
class DrivenSystem:
    """H where the device rests, what the settings change, and the contacts.

    `rows`, `columns`: every element that is not zero at some setting. `turned_*` (e,), row ≤ column: elements that change,
    by `static` (P, e) in the mean and with harmonics `plus`, `minus` (P, M, e), c_k and c_{−k} of H[row, column].
    `positions`: a point per orbital, if the device has positions; an absorbed cell lies at its contact.
    """

    hamiltonian: Any
    device_orbitals: int
    rows: Array
    columns: Array
    settings: int
    turned_rows: Array
    turned_columns: Array
    static: Array
    plus: Array
    minus: Array
    joints: tuple[Joint, ...]
    positions: Array | None = None

    @property
    def orbital_count(self) -> int:
        """Orbitals, absorbed cells included."""
        return int(self.hamiltonian.shape[0])


def open_system(
    device: Device,
    absorbed: set[str],
    touched: tuple[Array, Array, Array],
    keep: Array,
    count: int,
    changes: tuple[Array, ...],
) -> DrivenSystem:
    """Everything in one numbering: the device's orbitals first, then the absorbed cells, contact after contact.

    `absorbed`: contacts whose lead gives up a cell. `touched`: rows, columns and resting values of the elements that are turned
    or driven, `keep` (bool): those of them that change, by `changes` (static, plus, minus) at `count` settings.
    """
    n = device.orbital_count
    number = np.arange(n + sum(len(bond.columns) for bond in device.geometry.contacts.values()))
    size = n
    joints: list[Joint] = []
    cells: list[tuple[Array, Array]] = []
    for name, bond in device.geometry.contacts.items():
        lead, tau = device.contacts[name].lead, _resting_coupling(device, name)
        double = np.eye(2) if device.spin and lead.spinless else np.eye(1)
        orbitals = bond.rows
        if name in absorbed:
            taken = lead.absorbed()
            if taken is None:
                raise BadInput(
                    f'A knob or a voltage moves the coupling of contact "{name}", but its lead {lead} cannot give up a cell; '
                    f"give a lead that can (Chain, WideBand, PeriodicLead), or drive the device instead: u(t) on one lead "
                    f"is −u(t) on every level of the device and on all other leads."
                )
            h00, h01, lead = taken
            orbitals = size + np.arange(len(bond.columns))
            number[bond.columns] = orbitals
            size += len(orbitals)
            cells.append((orbitals, np.kron(h00, double)))
            tau = np.kron(h01, double)
        connected = np.kron(lead.connections(), double) != 0
        joints.append(Joint(name, lead, orbitals, tau, connected, device.spin))
    rows, columns = number[touched[0]], number[touched[1]]
    h = replaced(_grown(device.hamiltonian(), size, cells), rows, columns, touched[2])
    fixed_rows, fixed_columns = pattern(h)
    static, plus, minus = changes
    return DrivenSystem(
        h, n, np.concatenate([fixed_rows, rows[keep]]), np.concatenate([fixed_columns, columns[keep]]), count,
        rows[keep], columns[keep], static, plus, minus, tuple(joints), _positions(device, absorbed),
    )  # fmt: skip


def touches(rule: ElementRule, bond: Bond) -> bool:
    """Whether a knob turns elements of a contact's bond."""
    return bool(rule.columns.size) and bool(np.any(np.isin(rule.columns, bond.columns)))


def _positions(device: Device, absorbed: set[str]) -> Array | None:
    """Where the orbitals are, absorbed cells included."""
    if device.positions is None:
        return None
    points = np.repeat(device.positions, np.diff(device.geometry.offsets), axis=0)
    cells = [
        np.repeat(points[bond.rows].mean(axis=0)[None], len(bond.columns), axis=0)
        for name, bond in device.geometry.contacts.items()
        if name in absorbed
    ]
    return np.concatenate([points, *cells])


def _resting_coupling(device: Device, name: str) -> Array:
    """τ of a contact where the device rests."""
    bond = device.geometry.contacts[name]
    touching = [knob for knob, rule in device.element_rules.items() if touches(rule, bond)]
    if all(device.resting[knob] == device.knobs[knob].neutral for knob in touching):
        return bond.coupling
    touched = gather(device.element_rules, touching, device.base)
    touched = touched.subset(np.flatnonzero(np.isin(touched.columns, bond.columns)))
    result = np.array(bond.coupling)
    order = np.argsort(bond.rows)
    row = order[np.searchsorted(bond.rows[order], touched.rows)]
    result[row, touched.columns - bond.columns[0]] = touched.values(device.resting)[0]
    return result


def _grown(h: Any, size: int, cells: list[tuple[Array, Array]]) -> Any:
    """H with room for the absorbed cells, and their matrices in it."""
    n = h.shape[0]
    if size == n:
        return h
    if is_sparse(h):
        from scipy.sparse import block_diag, csc_array

        return csc_array(block_diag([h, *(block for _, block in cells)], format="csc"))
    result = np.zeros((size, size), complex)
    result[:n, :n] = h
    for orbitals, block in cells:
        result[np.ix_(orbitals, orbitals)] = block
    return result
