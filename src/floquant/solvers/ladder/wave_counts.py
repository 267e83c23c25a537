"""Flows of a ladder from sums over its open waves: what passes from rung to rung.

    N_q,mk,a = Σ_i D_q[S_mk |i⟩],   i the open waves of bank a at rung k, D_q detector q at rung m

Sums over a bank do not depend on the basis of its waves. Probes do: they are smooth in energy only between orbitals of the lead, so
their phases are transformed to the basis of the waves, Σ p_c S_cd p'_d = (Vᵀp)ᵀ S' (V†p').
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.channels import Channels
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.flow_layout import FlowLayout
from floquant.solvers.ladder.ladder import Ladder
from floquant.solvers.ladder.solver import probe_phases


@dataclass(frozen=True, eq=False)
class Passage:
    """What all waves of one ladder do, rung by rung.

    `energies` (R,) of the rungs. `readings` N (Q, R, R, B): what `Channels.read` lists, rung out, rung in, bank in. `amplitude` (R, R):
    probe from rung to rung, out first. `elastic` (R,): probe within a rung, between different contacts. `opened` (R, C): open waves of
    each channel. `driven` (2, R): Σ ‖φ‖² of what the waves of each rung drive out of the ladder, above and below.
    """

    energies: Array
    readings: Array
    amplitude: Array
    elastic: Array
    opened: Array
    driven: Array

    def flows(self, detectors: Detectors, ladder: Ladder) -> Array:
        """The quantities of `FlowLayout`, shape (size,)."""
        layout, channels, rungs = FlowLayout.of(detectors, ladder), detectors.channels, ladder.rungs
        read = np.swapaxes(detectors.weighed(np.swapaxes(self.readings, 0, 1), self.energies), 0, 1)
        number, cut = np.arange(rungs), ladder.first + np.arange(layout.n_cut)[:, None]
        above, below = (number >= cut).astype(float), (number < cut).astype(float)
        passed = read.sum(axis=3)
        rising = ((above @ passed) * below).sum(axis=2)
        falling = ((below @ passed) * above).sum(axis=2)
        rise = ((above @ self.amplitude) * below).sum(axis=1)
        fall = ((below @ self.amplitude) * above).sum(axis=1)
        window = slice(ladder.first, ladder.first + ladder.n_rung)
        columns = read[:, :, window].sum(axis=1) @ (channels.group[:, None] == np.arange(layout.n_group))
        arriving = passed[: channels.count, window].sum(axis=2)
        quantities = {
            "flow": rising - falling,
            "unsigned": (rising + falling)[: detectors.unsigned],
            "total": np.swapaxes(columns, 1, 2),
            "defect": self.opened[window].T - arriving,
            "probe": np.stack([rise.real, rise.imag, fall.real, fall.imag]),
            "elastic": np.stack([self.elastic[window].real, self.elastic[window].imag]),
            "tail": np.zeros(2),
            "ends": np.zeros(2),
        }
        if layout.n_cut:
            quantities |= self._driven_out(ladder)
        return np.concatenate([quantities[name].ravel() for name in layout.slices])

    def _driven_out(self, ladder: Ladder) -> dict[str, Array]:
        """What is driven out at the top and at the bottom, of waves from each cut of the window away from there, and of all."""
        first, last, rungs = ladder.first, ladder.first + ladder.n_rung - 1, ladder.rungs
        inside = np.arange(first, last + 1)
        above = np.cumsum(self.driven[0])[inside] * (rungs - 1 - inside)
        below = np.cumsum(self.driven[1, ::-1])[::-1][inside] * inside
        return {"tail": np.array([above.max(), below.max()]), "ends": self.driven.sum(axis=1)}


@dataclass(frozen=True, eq=False)
class LadderWaves:
    """The open waves of a ladder, one after the other, rung by rung.

    `banks`: those of each rung's waves, (c_m,); a channel is a bank. `backs`: V (O, c_m) of each rung, from waves to lead orbitals.
    """

    banks: list[Array]
    backs: list[Array]
    channels: Channels

    @cached_property
    def ends(self) -> Array:
        """Where each rung's waves begin, and where the last ones end, (R + 1,)."""
        return np.cumsum([0, *(len(bank) for bank in self.banks)])

    @cached_property
    def rung(self) -> Array:
        """The rung of each wave, (W,)."""
        return np.repeat(np.arange(len(self.banks)), np.diff(self.ends))

    @cached_property
    def bank(self) -> Array:
        """The bank of each wave, (W,)."""
        return np.concatenate(self.banks)

    def passage(self, energies: Array, s: Array, opened: Array, driven: Array) -> Passage:
        """At energies (R,), from S' (W, W) between all waves, open waves of each channel (R, C), and ‖φ‖² (2, W) of what each wave drives
        out of the ladder."""
        leaving, entering = self._phases
        probe = leaving[:, None] * s * entering
        amplitude = self._over_rungs(self._over_rungs(probe).T).T
        elastic = self._over_rungs(np.sum(probe * self._other_contact, axis=1))
        return Passage(energies, self._readings(s), amplitude, elastic, opened, self._over_rungs(driven))

    @cached_property
    def _other_contact(self) -> Array:
        """Which waves enter at the rung at which a wave leaves, but by another contact, (W, W)."""
        group = self.channels.group[self.bank]
        return np.asarray((self.rung[:, None] == self.rung) & (group[:, None] != group))

    @cached_property
    def _phases(self) -> tuple[Array, Array]:
        """Vᵀp of outgoing and V†p' of incoming waves, (W,) each."""
        phase_in, phase_out = probe_phases(len(self.backs), len(self.backs[0]))
        leaving = [back.T @ phase for back, phase in zip(self.backs, phase_out, strict=True)]
        entering = [back.conj().T @ phase for back, phase in zip(self.backs, phase_in, strict=True)]
        return np.concatenate(leaving), np.concatenate(entering)

    def _over_rungs(self, values: Array) -> Array:
        """Sums of (…, W) over the waves of each rung, (…, R)."""
        return _summed(values, self.rung, len(self.banks))

    def _over_banks(self, values: Array) -> Array:
        """Sums of (…, W) over the waves of each bank of each rung, (…, R·B)."""
        order, place = self._by_bank
        ordered = values if order is None else values[..., order]
        return _summed(ordered, place, len(self.banks) * self.channels.count)

    @cached_property
    def _by_bank(self) -> tuple[Array | None, Array]:
        """The order of waves rung by rung and bank by bank, None if it is theirs, and each one's bank among those of all rungs."""
        place = self.rung * self.channels.count + self.bank
        if np.all(np.diff(place) >= 0):
            return None, place
        order = np.argsort(place, kind="stable")
        return order, place[order]

    def _readings(self, s: Array) -> Array:
        """N (Q, R, R, B)."""
        channels, rungs = self.channels, len(self.banks)
        result = np.empty((len(channels.read), rungs, rungs * channels.count))
        powers = self._over_banks(self._over_banks(s.real**2 + s.imag**2).T).T
        result[: channels.count] = np.swapaxes(powers.reshape(rungs, channels.count, rungs * channels.count), 0, 1)
        if len(channels.pairs):
            result[channels.count :] = self._coherences(s)
        return result.reshape(len(result), rungs, rungs, channels.count)

    def _coherences(self, s: Array) -> Array:
        """σ_x and σ_y of outgoing waves, 2 Re and 2 Im of Σ o↑* o↓ over pairs of lead orbitals: (Q − C, R, R·B)."""
        channels = self.channels
        up, down = channels.pairs.T
        rows = [s[begin:end] for begin, end in itertools.pairwise(self.ends)]
        product = [(back[up] @ row).conj() * (back[down] @ row) for back, row in zip(self.backs, rows, strict=True)]
        passed = self._over_banks(np.array(product))
        result = []
        for one, other, kind in channels.read[channels.count :]:
            mine = (channels.member[up] == one) & (channels.member[down] == other)
            total = 2 * passed[:, mine].sum(axis=1)
            result.append(total.real if kind == 1 else total.imag)
        return np.array(result)


def _summed(values: Array, place: Array, count: int) -> Array:
    """Sums of (…, W) over equal places, of which there are `count`; places (W,) rise."""
    result = np.zeros((*values.shape[:-1], count), values.dtype)
    found, first = np.unique(place, return_index=True)
    if len(found):
        result[..., found] = values if len(found) == len(place) else np.add.reduceat(values, first, axis=-1)
    return result
