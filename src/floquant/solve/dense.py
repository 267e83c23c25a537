"""The dense reference: [E_m δ_mk − H_{m−k} − Σ_m δ_mk]⁻¹ by LAPACK, plain and obvious. It stays for good.

S_ba(E_m, E_k) = −δ_ba δ_mk P_a + i w_b†(E_m) G_mk w_a(E_k), every element of the ladder; flows are explicit sums over it.
"""

from __future__ import annotations

import numpy as np

from floquant.model import Sector
from floquant.solve.contacts import injection, self_energy
from floquant.solve.ladder import Array, Channels, FlowLayout, Ladder, LadderSolver, probe_phases
from floquant.solve.limits import solve_or_limit

# Numbers in one batch of dense matrices: about 64 MB.
BATCH = 4_000_000


def floquet_matrix(sector: Sector, problem: int, energies: Array) -> Array:
    """E − H − Σ on the ladder at one setting, shape energies.shape[:-1] + (R·n, R·n); `energies` is (..., R)."""
    n, rungs = len(sector.orbitals), energies.shape[-1]
    h = sector.hamiltonian if isinstance(sector.hamiltonian, np.ndarray) else sector.hamiltonian.toarray()
    static = h.astype(complex)
    ports = np.ix_(sector.ports, sector.ports)
    static[ports] += sector.static[problem]
    sigma = self_energy(sector, energies)
    matrix = np.zeros((*energies.shape[:-1], rungs, n, rungs, n), dtype=complex)
    for m in range(rungs):
        matrix[..., m, :, m, :] = energies[..., m, None, None] * np.eye(n) - static - sigma[..., m, :, :]
        for k, harmonic in enumerate(sector.harmonics[problem], start=1):
            if m >= k:
                block = np.zeros((n, n), dtype=complex)
                block[ports] = harmonic
                matrix[..., m, :, m - k, :] -= block
                matrix[..., m - k, :, m, :] -= block.conj().T
    return matrix.reshape(*energies.shape[:-1], rungs * n, rungs * n)


def ladder_amplitudes(sector: Sector, problem: int, energies: Array) -> tuple[Array, Array, Array]:
    """S (B, R, C, R, C), outgoing rung and channel first; the open channels (B, R, C); the field of all waves (B, R, n, R, C)."""
    w, is_open = injection(sector, energies)
    batch, rungs, n, channels = w.shape
    incoming = np.zeros((batch, rungs, n, rungs, channels), dtype=complex)
    for r in range(rungs):
        incoming[:, r, :, r, :] = w[:, r]
    matrix = floquet_matrix(sector, problem, energies)
    field = solve_or_limit(matrix, incoming.reshape(batch, rungs * n, rungs * channels)).reshape(
        batch, rungs, n, rungs, channels
    )
    s = 1j * np.einsum("brnc,brnkd->brckd", w.conj(), field)
    rung, channel = np.meshgrid(np.arange(rungs), np.arange(channels), indexing="ij")
    s[:, rung, channel, rung, channel] -= is_open
    return s, is_open, field


def detector_powers(s: Array, channels: Channels) -> Array:
    """Detector q's reading of every amplitude, shape (B, R, Q, R, C), from S (B, R, C, R, C)."""
    readings = []
    for one, other, kind in channels.detectors:
        product = s[:, :, one].conj() * s[:, :, other]
        readings.append(product.real if kind == 0 else 2 * product.real if kind == 1 else 2 * product.imag)
    return np.stack(readings, axis=2)


def flows_of_amplitudes(s: Array, is_open: Array, field: Array, channels: Channels, ladder: Ladder) -> Array:
    """Explicit sums of `FlowLayout`'s quantities over all amplitudes of the ladder; shape (B, size)."""
    layout = FlowLayout.of(channels, ladder)
    batch, count = len(s), channels.count
    powers = detector_powers(s, channels)
    phase_in, phase_out = probe_phases(ladder.rungs, count)
    out = np.zeros((batch, layout.size))
    flow = out[:, layout.slices["flow"]].reshape(batch, layout.n_det, layout.n_cut)
    unsigned = out[:, layout.slices["unsigned"]].reshape(batch, count, layout.n_cut)
    probe = out[:, layout.slices["probe"]].reshape(batch, 4, layout.n_cut)
    for j in range(layout.n_cut):
        cut = ladder.first + j
        rising = powers[:, cut:, :, :cut].sum(axis=(1, 3, 4))
        falling = powers[:, :cut, :, cut:].sum(axis=(1, 3, 4))
        flow[:, :, j] = rising - falling
        unsigned[:, :, j] = (rising + falling)[:, :count]
        rise = np.einsum("brckd,rc,kd->b", s[:, cut:, :, :cut], phase_out[cut:], phase_in[:cut])
        fall = np.einsum("brckd,rc,kd->b", s[:, :cut, :, cut:], phase_out[:cut], phase_in[cut:])
        probe[:, :, j] = np.stack([rise.real, rise.imag, fall.real, fall.imag], axis=1)
    rungs = slice(ladder.first, ladder.first + ladder.n_rung)
    columns = powers[:, :, :, rungs].sum(axis=1)  # batch, detector, rung, incoming channel
    total = out[:, layout.slices["total"]].reshape(batch, layout.n_det, layout.n_group, layout.n_rung)
    for c in range(count):
        total[:, :, channels.group[c]] += columns[..., c]
    arrives = powers[:, rungs, :count].sum(axis=(3, 4))
    defect = out[:, layout.slices["defect"]].reshape(batch, count, layout.n_rung)
    defect[:] = np.swapaxes(is_open[:, rungs] - arrives, 1, 2)
    elastic = out[:, layout.slices["elastic"]].reshape(batch, 2, layout.n_rung)
    between = channels.group[:, None] != channels.group[None, :]
    for j in range(ladder.n_rung):
        r = ladder.first + j
        amplitude = np.einsum("bcd,c,d,cd->b", s[:, r, :, r], phase_out[r], phase_in[r], between)
        elastic[:, 0, j], elastic[:, 1, j] = amplitude.real, amplitude.imag
    if layout.n_cut:
        last = ladder.first + ladder.n_rung - 1
        weight = np.sum(np.abs(field) ** 2, axis=(2, 4))  # batch, rung, incoming rung
        top, bottom = weight[:, :, : last + 1].sum(axis=2), weight[:, :, ladder.first :].sum(axis=2)
        out[:, layout.slices["tail"]] = np.stack(
            [top[:, -1], top[:, last], bottom[:, 0], bottom[:, ladder.first]], axis=1
        )
    return out


class DenseSolver(LadderSolver):
    """The reference as a ladder solver: no shared static work, one dense matrix per node and setting."""

    name = "dense"

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.channels = Channels.of(sector)

    def tabulate(self, energies: Array) -> Array:
        """The energies themselves: nothing is shared."""
        return energies

    def _batches(self, energies: Array) -> list[Array]:
        per_node = (energies.shape[-1] * len(self.sector.orbitals)) ** 2
        return np.array_split(energies, max(1, -(-len(energies) * per_node // BATCH)))

    def flows(self, table: Array, problem: Array, row: Array, ladder: Ladder) -> Array:
        """Flows by explicit sums."""
        pairs = []
        for p, t in zip(problem, row, strict=True):
            parts = [
                flows_of_amplitudes(*ladder_amplitudes(self.sector, p, part), self.channels, ladder)
                for part in self._batches(table[t])
            ]
            pairs.append(np.concatenate(parts))
        return np.array(pairs)

    def columns(self, table: Array, problem: Array, row: Array, centre: int) -> tuple[Array, Array]:
        """Amplitudes for waves that enter at the centre, and the tail."""
        pairs, tails = [], []
        for p, t in zip(problem, row, strict=True):
            parts = [ladder_amplitudes(self.sector, p, part) for part in self._batches(table[t])]
            pairs.append(np.concatenate([s[:, :, :, centre, :] for s, _, _ in parts]))
            tails.append(np.concatenate([_tail(field, centre) for _, _, field in parts]))
        return np.array(pairs), np.array(tails)


def _tail(field: Array, centre: int) -> Array:
    """Weight of the field at both ends of the ladder, relative to the rung where it enters; field is (B, R, n, R, C)."""
    weight = np.sum(np.abs(field[:, :, :, centre, :]) ** 2, axis=(2, 3))
    ends = (weight[:, 0] if centre > 0 else 0.0) + (weight[:, -1] if centre < weight.shape[1] - 1 else 0.0)
    return np.asarray(np.divide(ends, weight[:, centre], out=np.zeros(len(weight)), where=weight[:, centre] > 0))
