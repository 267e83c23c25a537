"""The dense reference: [E_m δ_mk − H_{m−k} − Σ_m δ_mk]⁻¹ by LAPACK. Every other solver is tested against it.

S_ba(E_m, E_k) = −δ_ba δ_mk P_a + i w_b†(E_m) G_mk w_a(E_k) between lead orbitals, every element of the ladder;
flows are explicit sums over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.contacts import ContactTable, contacts_at
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ends import LadderEnds
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.singular_systems import solve_or_limit
from floquant.solvers.ladder.solver import LadderSolver, probe_phases

# Numbers in one batch of dense matrices: about 64 MB.
BATCH = 4_000_000


@dataclass(frozen=True)
class DenseTable:
    """Energies (U, X, R) and the contacts there: nothing else is shared."""

    energies: Array
    contacts: ContactTable

    @property
    def is_open(self) -> Array:
        """Diagonal of P, (U, X, R, O)."""
        return self.contacts.is_open

    def batches(self, row: int, size: int) -> Iterator[tuple[Array, ContactTable]]:
        """One row, in batches of dense matrices of `size` numbers each."""
        nodes = self.energies.shape[1]
        count = max(1, min(nodes, -(-nodes * size // BATCH)))
        for part in np.array_split(np.arange(nodes), count):
            arrays = (self.contacts.self_energy, self.contacts.injection, self.contacts.projector)
            yield self.energies[row, part], ContactTable(self.contacts.orbitals, *(a[row, part] for a in arrays))


def floquet_matrix(sector: Sector, problem: int, energies: Array, sigma: Array) -> Array:
    """E − H − Σ on the ladder at one setting, shape energies.shape[:-1] + (R·n, R·n); `energies` is (..., R), Σ (..., R, n, n)."""
    n, rungs = len(sector.orbitals), energies.shape[-1]
    h = sector.hamiltonian if isinstance(sector.hamiltonian, np.ndarray) else sector.hamiltonian.toarray()
    static = h.astype(complex)
    ports = np.ix_(sector.ports, sector.ports)
    static[ports] += sector.static[problem]
    matrix = np.zeros((*energies.shape[:-1], rungs, n, rungs, n), dtype=complex)
    every = np.arange(rungs)
    matrix[..., every, :, every, :] = np.moveaxis(energies[..., None, None] * np.eye(n) - static - sigma, -3, 0)
    for k, harmonic in enumerate(sector.harmonics[problem, : rungs - 1], start=1):
        block = np.zeros((n, n), dtype=complex)
        block[ports] = harmonic
        matrix[..., every[k:], :, every[:-k], :] -= block
        matrix[..., every[:-k], :, every[k:], :] -= block.conj().T
    return matrix.reshape(*energies.shape[:-1], rungs * n, rungs * n)


def ladder_amplitudes(sector: Sector, problem: int, energies: Array, contacts: ContactTable) -> tuple[Array, Array]:
    """S (B, R, O, R, O), outgoing rung and lead orbital first, and the field of all waves (B, R, n, R, O)."""
    sigma, w = contacts.spread(len(sector.orbitals))
    batch, rungs, n, channels = w.shape
    incoming = np.zeros((batch, rungs, n, rungs, channels), dtype=complex)
    for r in range(rungs):
        incoming[:, r, :, r, :] = w[:, r]
    matrix = floquet_matrix(sector, problem, energies, sigma)
    field = solve_or_limit(matrix, incoming.reshape(batch, rungs * n, rungs * channels)).reshape(
        batch, rungs, n, rungs, channels
    )
    s = 1j * np.einsum("brnc,brnkd->brckd", w.conj(), field)
    for r in range(rungs):
        s[:, r, :, r, :] -= contacts.projector[:, r]
    return s, field


def flows_of_amplitudes(
    s: Array, energies: Array, is_open: Array, field: Array, detectors: Detectors, ladder: Ladder, outside: Array
) -> Array:
    """Explicit sums of `FlowLayout`'s quantities over all amplitudes of the ladder; shape (B, size).

    S is (B, R, O, R, O), between rungs at `energies` (B, R); `is_open` (B, R, O) the diagonal of P; `field` (B, R, n, R, O) all waves,
    and `outside` (2·…, R·n) the drive's couplings out of the ladder, those below it first.
    """
    layout, channels = FlowLayout.of(detectors, ladder), detectors.channels
    batch, rungs, orbitals, count = len(s), ladder.rungs, s.shape[2], channels.count
    powers = channels.readings(s.reshape(batch, rungs, orbitals, rungs * orbitals))
    powers = powers.reshape(batch, rungs, -1, rungs, orbitals)
    read = detectors.weighed(powers, energies)
    phase_in, phase_out = probe_phases(rungs, orbitals)
    out = np.zeros((batch, layout.size))
    flow, unsigned, probe = (layout.view(out, name) for name in ("flow", "unsigned", "probe"))
    for j in range(layout.n_cut):
        cut = ladder.first + j
        rising = read[:, cut:, :, :cut].sum(axis=(1, 3, 4))
        falling = read[:, :cut, :, cut:].sum(axis=(1, 3, 4))
        flow[:, :, j] = rising - falling
        unsigned[:, :, j] = (rising + falling)[:, : detectors.unsigned]
        rise = np.einsum("brckd,rc,kd->b", s[:, cut:, :, :cut], phase_out[cut:], phase_in[:cut])
        fall = np.einsum("brckd,rc,kd->b", s[:, :cut, :, cut:], phase_out[:cut], phase_in[cut:])
        probe[:, :, j] = np.stack([rise.real, rise.imag, fall.real, fall.imag], axis=1)
    window = slice(ladder.first, ladder.first + ladder.n_rung)
    group = channels.group[channels.member]
    columns = read[:, :, :, window].sum(axis=1)  # batch, detector, rung, incoming lead orbital
    total = layout.view(out, "total")
    for o in range(orbitals):
        total[:, :, group[o]] += columns[..., o]
    arrives = powers[:, window, :count].sum(axis=(3, 4))
    layout.view(out, "defect")[:] = np.swapaxes(channels.collected(is_open[:, window]) - arrives, 1, 2)
    elastic = layout.view(out, "elastic")
    between = group[:, None] != group[None, :]
    for j in range(ladder.n_rung):
        r = ladder.first + j
        amplitude = np.einsum("bcd,c,d,cd->b", s[:, r, :, r], phase_out[r], phase_in[r], between)
        elastic[:, 0, j], elastic[:, 1, j] = amplitude.real, amplitude.imag
    if layout.n_cut:
        last = ladder.first + ladder.n_rung - 1
        passed = outside @ field.reshape(batch, outside.shape[1], rungs * orbitals)
        passed = np.sum((passed.real**2 + passed.imag**2).reshape(batch, 2, -1, rungs, orbitals), axis=(2, 4))
        # of waves from each cut of the window away from the end, times the rungs from there to the end
        inside = np.arange(ladder.first, last + 1)
        above = np.cumsum(passed[:, 1], axis=1)[:, inside] * (rungs - 1 - inside)
        below = np.cumsum(passed[:, 0, ::-1], axis=1)[:, ::-1][:, inside] * inside
        layout.view(out, "tail")[:] = np.stack([above.max(axis=1), below.max(axis=1)], axis=1)
        layout.view(out, "ends")[:] = passed[:, ::-1].sum(axis=2)
    return out


class DenseSolver(LadderSolver):
    """The reference as a ladder solver: no shared static work, one dense matrix per node and setting."""

    name = "dense"

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.channels = Channels.of(sector)

    def tabulate(self, energies: Array) -> DenseTable:
        """The energies with the contacts there."""
        return DenseTable(energies, contacts_at(self.sector, energies))

    def _solved(self, table: DenseTable, problem: int, row: int) -> Iterator[tuple[Array, Array, Array, ContactTable]]:
        size = (table.energies.shape[-1] * len(self.sector.orbitals)) ** 2
        for energies, contacts in table.batches(row, size):
            yield *ladder_amplitudes(self.sector, problem, energies, contacts), energies, contacts

    def flows(self, table: DenseTable, problem: Array, row: Array, ladder: Ladder, detectors: Detectors) -> Array:
        """Flows by explicit sums."""
        pairs = []
        for p, t in zip(problem, row, strict=True):
            outside = leaving_couplings(self.sector, p, ladder.rungs)
            parts = [
                flows_of_amplitudes(s, energies, contacts.is_open, field, detectors, ladder, outside)
                for s, field, energies, contacts in self._solved(table, p, t)
            ]
            pairs.append(np.concatenate(parts))
        return np.array(pairs)

    def columns(self, table: DenseTable, problem: Array, row: Array, centre: int) -> tuple[Array, LadderEnds]:
        """Amplitudes for waves that enter at the centre, and what the ladder's ends see of them, explicitly."""
        pairs, seen = [], []
        for p, t in zip(problem, row, strict=True):
            parts = list(self._solved(table, p, t))
            pairs.append(np.concatenate([s[:, :, :, centre, :] for s, *_ in parts]))
            ends = [self._ends(p, field, energies, contacts, centre) for _, field, energies, contacts in parts]
            seen.append([np.concatenate(batches) for batches in zip(*ends, strict=True)])
        entering, leaving, returning, growth = (np.array(each) for each in zip(*seen, strict=True))
        return np.array(pairs), LadderEnds(entering, leaving, returning, growth)

    def _ends(
        self, problem: int, field: Array, energies: Array, contacts: ContactTable, centre: int
    ) -> tuple[Array, Array, Array, Array]:  # fmt: skip
        """The fields of `LadderEnds` at each node of a batch, B first."""
        n, rungs, size = len(self.sector.orbitals), energies.shape[1], len(energies)
        sigma, w = contacts.spread(n)
        matrix = floquet_matrix(self.sector, problem, energies, sigma)
        detecting = np.zeros((size, rungs, n, rungs, w.shape[-1]), dtype=complex)
        for r in range(rungs):
            detecting[:, r, :, r, :] = w[:, r]
        left = solve_or_limit(np.conj(np.swapaxes(matrix, 1, 2)), detecting.reshape(size, rungs * n, -1))
        right = field[:, :, :, centre, :].reshape(size, rungs * n, -1)
        ends = couplings_of_ends(self.sector, problem, rungs)
        from_ends = [solve_or_limit(matrix, np.broadcast_to(end.conj().T, (size, rungs * n, len(end)))) for end in ends]
        crossing = [np.linalg.norm(one @ other, axis=(1, 2)) for one, other in zip(ends, from_ends[::-1], strict=True)]
        norms = np.linalg.norm(left.reshape(size, rungs * n, rungs, -1), axis=(1, 3))
        scale = np.maximum(np.abs(matrix).max(axis=(1, 2)), np.abs(energies).max(axis=1))
        leaving = [(end @ left).reshape(size, len(end), rungs, w.shape[-1]) for end in ends]
        returning = [np.linalg.norm(end @ own, axis=(1, 2)) for end, own in zip(ends, from_ends, strict=True)]
        return (
            np.stack([np.linalg.norm(end @ right, axis=(1, 2)) for end in ends], axis=1) ** 2,
            np.stack([np.linalg.norm(own, axis=(1, 3)) for own in leaving], axis=1) ** 2,
            np.stack([own + np.mean(crossing, axis=0) for own in returning], axis=1),
            np.maximum(1.0, (scale * np.linalg.norm(right, axis=(1, 2)))[:, None] * norms),
        )


def couplings_of_ends(sector: Sector, problem: int, rungs: int, on_ports: bool = False) -> tuple[Array, Array]:
    """What a ladder drives out at its upper and at its lower end, (q, R·n) each: V, or the triangle of its QR where that is smaller.

    From all n orbitals of the device, or from the ports alone.

    ‖V x‖ is that of the triangle: of thousands of harmonics a short ladder sees no more than it has rungs.
    """
    outside = leaving_couplings(sector, problem, rungs, on_ports)
    half = len(outside) // 2
    upper, lower = (
        end if half <= end.shape[1] else np.asarray(np.linalg.qr(end, mode="r"))
        for end in (outside[half:], outside[:half])
    )
    return upper, lower


def leaving_couplings(sector: Sector, problem: int, rungs: int, on_ports: bool = False) -> Array:
    """V from a ladder's rungs to the M rungs below and the M above it, ((2·M·d), (R·n)); n = d where only the ports are seen."""
    d, harmonics = len(sector.ports), sector.harmonics[problem]
    n, ports = (d, np.arange(d)) if on_ports else (len(sector.orbitals), sector.ports)
    most = len(harmonics)
    result, every = np.zeros((2 * most, d, rungs, n), dtype=complex), np.arange(d)
    for k, harmonic in enumerate(harmonics, start=1):
        # rung −1 − step from the rung k above it, and rung R + step from the rung k below it
        step = np.arange(max(0, k - rungs), k)
        result[step[:, None, None], every[:, None], k - 1 - step[:, None, None], ports] = harmonic.conj().T
        result[most + step[:, None, None], every[:, None], rungs + step[:, None, None] - k, ports] = harmonic
    return result.reshape(2 * most * d, rungs * n)
