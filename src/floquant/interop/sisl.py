"""sisl Hamiltonians as devices and leads (zerothi.github.io/sisl). Atom i of the geometry is site i; its fastest pair is ↑, ↓."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.numbers import whole
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.interop.cells import checked_direction, nearest_cells_only
from floquant.leads import PeriodicLead
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.knob import Knob

if TYPE_CHECKING:
    import sisl


def from_hamiltonian(
    hamiltonian: sisl.Hamiltonian,
    contacts: Mapping[str, Contact] | None = None,
    knobs: Mapping[str, Knob] | None = None,
    *,
    energy_unit: str | None = "eV",
) -> Device:
    """The device of a Hamiltonian without periodic directions (`nsc` 1 in all), with its positions in Å.

    `contacts`, `knobs`: as in `Device`. Raises `BadInput` for a periodic Hamiltonian, an overlap matrix, or Nambu spin.
    """
    spins = _spins(hamiltonian)
    cells = [int(n) for n in hamiltonian.geometry.nsc]
    if any(n > 1 for n in cells):
        raise BadInput(
            f"The sisl Hamiltonian has nsc = {cells}, but a device is finite; give it after "
            f"hamiltonian.set_nsc([1, 1, 1])."
        )
    geometry = hamiltonian.geometry
    positions = np.array(geometry.xyz, float)
    flat = 3 if np.ptp(positions[:, 2]) > 0 else 2
    return Device(
        _at(hamiltonian, (0, 0, 0)),
        contacts,
        knobs,
        orbitals=np.asarray(geometry.orbitals) * spins,
        positions=positions[:, :flat],
        spin=spins == 2,
        energy_unit=energy_unit,
    )


def lead(hamiltonian: sisl.Hamiltonian, axis: int = 0, direction: int = 1) -> PeriodicLead:
    """The semi-infinite wire along lattice vector `axis` (or against it: direction −1), from ⟨cell 0|H|cell ±1⟩.

    Raises `BadInput` if it is periodic in other directions, or if hoppings reach further than the next cell.
    """
    _spins(hamiltonian)
    cells = [int(n) for n in hamiltonian.geometry.nsc]
    axis = whole(axis, "The axis of a lead", 0, 2)
    if cells[axis] == 1 or any(n > 1 for i, n in enumerate(cells) if i != axis):
        raise BadInput(
            f"The sisl Hamiltonian has nsc = {cells}, but a lead along axis {axis} must have more than 1 there and 1 in the other "
            f"directions; set it by hamiltonian.set_nsc."
        )
    count = cells[axis]
    points = [np.eye(3)[axis] * j / count for j in range(count)]
    bloch = np.array([_dense(_at(hamiltonian, k)) for k in points])
    found = np.fft.fft(bloch, axis=0) / count  # H(k) = Σ_r H_r e^{2πikr}
    found[np.abs(found) < 1e-14 * np.abs(found).max()] = 0
    blocks = {r: found[r] for r in range(-(count // 2), count // 2 + 1)}
    nearest_cells_only(blocks, "The sisl Hamiltonian", f"hamiltonian.tile({{cells}}, {axis})")
    return PeriodicLead(blocks[0], blocks[checked_direction(direction)])


def _spins(hamiltonian: Any) -> int:
    """Spin states of an orbital, 1 or 2."""
    if not all(hasattr(hamiltonian, name) for name in ("geometry", "Hk", "spin")):
        raise BadInput(f"The Hamiltonian is {brief(hamiltonian)}, but it must be a sisl.Hamiltonian; give one.")
    if not hamiltonian.orthogonal:
        raise BadInput(
            "The sisl Hamiltonian has an overlap matrix, but orbitals must be orthonormal; give an orthogonal model."
        )
    if getattr(hamiltonian.spin, "is_nambu", False):
        raise BadInput(
            "The sisl Hamiltonian is in Nambu space, but floquant has no superconductors; give a normal one."
        )
    return 1 if hamiltonian.spin.is_unpolarized else 2


def _at(hamiltonian: Any, k: Any) -> Any:
    """H(k), phases of whole cells only, spin fastest."""
    if not hamiltonian.spin.is_polarized:
        return hamiltonian.Hk(k, gauge="lattice", format="csr", dtype=complex)
    from scipy.sparse import kron

    up, down = (hamiltonian.Hk(k, gauge="lattice", format="csr", dtype=complex, spin=s) for s in (0, 1))
    return kron(up, np.diag([1, 0])) + kron(down, np.diag([0, 1]))


def _dense(matrix: Any) -> Array:
    return np.asarray(matrix.toarray())
