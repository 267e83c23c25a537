"""Port reduction: everything that no knob turns is eliminated once per energy, for all knob settings.

The reference device has an absorption on its ports, H' = H − iκ P, and every setting takes it back, V' = V + iκ:

    [E − H − V − Σ]⁻¹ = [E − H' − Σ − V']⁻¹ = G' + G' V' (1 − G' V')⁻¹ G'.

The identity is exact. A state that the leads do not see (a dot cut off, the ring at integer flux) is a pole of the
reference on the real axis only if the ports do not see it either; then it does not affect the result.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.elimination.elimination import Elimination
from floquant.solvers.ladder.contacts import contact_orbitals, contacts_at
from floquant.solvers.ladder.singular_systems import solve_or_limit
from floquant.solvers.local.banded import Band, band_of

# Numbers in one batch of static matrices: about 64 MB.
BATCH = 4_000_000
# Orbitals up to which one dense matrix is faster than a dissection.
LARGEST_DENSE = 200
# Numbers of large devices that are remembered by energy (256 MB of complex ones).
REMEMBERED = 16_000_000
NAMES = ("green", "left", "right", "static", "is_open", "norms")


@dataclass(frozen=True)
class PortTable:
    """The reference at `energies` (...,): Green function on ports (d, d), ports → channels (C, d), channels → ports (d, C), and (C, C).

    `static` holds w†Gw + iP, so that i times it is the reference's S; `is_open` is the diagonal of P. `norms` (2,): those of G w and of
    G's columns from the ports, on all orbitals (of large devices: on the ports and contacts), by which rounding grows.
    """

    energies: Array
    green: Array
    left: Array
    right: Array
    static: Array
    is_open: Array
    norms: Array


def damping(sector: Sector) -> float:
    """κ: of the size of the energies of the device, so that neither the reference nor the step back from it is ill-conditioned."""
    hamiltonian = abs(sector.hamiltonian)
    rows = np.asarray(hamiltonian.sum(axis=1)).ravel()
    coupling = max(float(np.max(np.abs(terminal.coupling))) for terminal in sector.terminals)
    return max(float(np.mean(rows)), coupling, float(np.max(np.abs(sector.changes), initial=0.0)) / 4)


class Reference:
    """The damped reference of one sector, evaluated at energies; see the module for the equation."""

    def __init__(self, sector: Sector, ports: Array, kappa: float) -> None:
        self.sector, self.ports, self.kappa = sector, ports, kappa
        self._known: OrderedDict[float, tuple[Array, ...]] = OrderedDict()

    @cached_property
    def elimination(self) -> Elimination:
        """A large device is eliminated into its ports and contacts by nested dissection."""
        return Elimination(self.sector, np.union1d(contact_orbitals(self.sector), self.ports), with_changes=False)

    @cached_property
    def band(self) -> Band:
        """A device that is not large within its band."""
        return band_of(self.sector, dense_hamiltonian(self.sector))

    def at(self, energies: Array) -> PortTable:
        """The reference at `energies` of any shape."""
        shape, flat, n = energies.shape, energies.reshape(-1), len(self.sector.orbitals)
        if is_large(self.sector):
            q = len(self.elimination.stay)
            pieces = np.array_split(flat, max(1, -(-len(flat) * q * q // BATCH)))
            parts = [self._eliminated(piece) for piece in pieces]
        else:
            size = 1 if self.band.narrow else n * n
            pieces = np.array_split(flat, max(1, -(-len(flat) * size // BATCH)))
            parts = [self._reduced(piece) for piece in pieces]
        arrays = []
        for name in NAMES:
            found = [getattr(part, name) for part in parts]
            joined = np.concatenate(found) if len(found) > 1 else found[0]
            arrays.append(np.ascontiguousarray(joined.reshape(*shape, *joined.shape[1:])))
        return PortTable(energies, *arrays)

    def _reduced(self, energies: Array) -> PortTable:
        """Of a device that is not large: within its band where that is quicker; by LAPACK, or as a limit where the matrix is singular."""
        if not self.band.pays(len(energies)):
            return _reduce_dense(self.sector, self.ports, self.kappa, energies)
        contacts = contacts_at(self.sector, energies)
        found, singular = self.band.reference(energies, contacts, self.ports, self.kappa)
        if singular.any():
            limits = _reduce_dense(self.sector, self.ports, self.kappa, energies[singular])
            for array, name in zip(found, ("green", "left", "right", "static", "norms"), strict=True):
                array[singular] = getattr(limits, name)
        green, left, right, static, norms = found
        return PortTable(energies, green, left, right, static, contacts.is_open, norms)

    def _eliminated(self, energies: Array) -> PortTable:
        """Every energy is factorised once, however often it is a rung."""
        missing = np.array([energy for energy in dict.fromkeys(energies.tolist()) if energy not in self._known])
        if len(missing):
            found = self._factorised(missing)
            for index, energy in enumerate(missing.tolist()):
                self._known[energy] = tuple(getattr(found, name)[index] for name in NAMES)
        rows = [self._known[energy] for energy in energies.tolist()]
        per_energy = sum(array.size for array in rows[0])
        while len(self._known) > max(len(rows), REMEMBERED // per_energy):
            self._known.popitem(last=False)
        return PortTable(energies, *(np.array(arrays) for arrays in zip(*rows, strict=True)))

    def _factorised(self, energies: Array) -> PortTable:
        contacts = contacts_at(self.sector, energies)
        elimination, elements = self.elimination, self.elimination.elements(0)
        at_contacts = np.searchsorted(elimination.stay, contacts.orbitals)
        at_ports = np.searchsorted(elimination.stay, self.ports)
        d, channels = len(self.ports), contacts.injection.shape[-1]
        parts: dict[str, list[Array]] = {name: [] for name in ("green", "left", "right", "static", "norms")}
        for index, energy in enumerate(energies):
            matrix = elimination.schur(elements, np.array([energy])).astype(complex)
            matrix[np.ix_(at_contacts, at_contacts)] -= contacts.self_energy[index]
            matrix[at_ports, at_ports] += 1j * self.kappa
            w = contacts.injection[index]
            columns = np.zeros((len(matrix), d + channels), dtype=complex)
            columns[at_ports, np.arange(d)] = 1.0
            columns[at_contacts, d:] = w
            field = solve_or_limit(matrix[None], columns[None])[0]
            out = w.conj().T @ field[at_contacts]
            static = out[:, d:] + 1j * contacts.projector[index]
            found = field[at_ports, :d], out[:, :d], field[at_ports, d:], static, norms_of(field, d)
            for name, value in zip(parts, found, strict=True):
                parts[name].append(value)
        return PortTable(
            energies, **{name: np.array(values) for name, values in parts.items()}, is_open=contacts.is_open
        )


def is_large(sector: Sector) -> bool:
    """Whether the static device is better eliminated by dissection than by one dense matrix."""
    return len(sector.orbitals) > LARGEST_DENSE


def _reduce_dense(sector: Sector, ports: Array, kappa: float, energies: Array) -> PortTable:
    n, d = len(sector.orbitals), len(ports)
    contacts = contacts_at(sector, energies)
    sigma, w = contacts.spread(n)
    matrix: Array = energies[:, None, None] * np.eye(n) - dense_hamiltonian(sector) - sigma
    matrix[:, ports, ports] += 1j * kappa
    right = np.zeros((len(energies), n, d + w.shape[-1]), dtype=complex)
    right[:, ports, np.arange(d)] = 1.0
    right[:, :, d:] = w
    field = solve_or_limit(matrix, right)
    out = np.conj(np.swapaxes(w, -1, -2)) @ field
    static = out[..., d:] + 1j * contacts.projector
    seen = field[:, ports, :d], out[..., :d], field[:, ports, d:], static
    return PortTable(energies, *seen, contacts.is_open, norms_of(field, d))


def norms_of(field: Array, ports: int) -> Array:
    """Squared norms of the columns from the channels and of those from the ports, which come first: (..., 2) of fields (..., n, d + C)."""
    weight = np.sum(field.real**2 + field.imag**2, axis=-2)
    return np.stack([weight[..., ports:].sum(axis=-1), weight[..., :ports].sum(axis=-1)], axis=-1)


def dense_hamiltonian(sector: Sector) -> Array:
    """H where the device rests, as a dense matrix."""
    h = sector.hamiltonian
    return np.asarray(h if isinstance(h, np.ndarray) else h.toarray())
