"""Powers between two leads, and how much the ladder's ends and rounding may change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Device
from floquant.transport.amplitudes import lead_amplitudes
from floquant.transport.sector_scattering import Block, SectorScattering
from floquant.transport.spin import along_z, spin_basis


@dataclass(frozen=True, eq=False)
class Transmitted:
    """|S|² summed over channels, (P, X, sidebands or 1, 2, 2) (spins; 1, 1 without), bounds of its error, and open channels of a lead (X,).

    P settings, X energies that were solved.
    """

    powers: Array
    error: Array
    opened: Array

    @classmethod
    def between(
        cls, device: Device, parts: tuple[SectorScattering, ...], photon_energy: float, leads: tuple[str, str], kind: str,
        axes: tuple[Array, Array] | None, beyond: Array,
    ) -> Transmitted:  # fmt: skip
        """To and from these leads, by `kind`; spins along `axes`. `beyond` (P, X): by how much the ladder's ends change an open wave."""
        sidebands = max(part.sidebands for part in parts)
        most, spins = 2 * sidebands + 1 if kind == "sidebands" else 1, 1 if axes is None else 2
        shape = (*beyond.shape, most, spins, spins)
        found = cls(np.zeros(shape), np.zeros(shape), np.zeros(beyond.shape[1]))
        for part in parts:
            found._add(part, leads, kind, axes)
        if axes is not None and not along_z(axes):
            for which, where, powers, bound in _along(device, parts, photon_energy, leads, axes):
                off, centre = changed(powers, bound[..., None, None]), powers.shape[2] // 2
                found.powers[which, where], found.error[which, where] = (
                    _chosen(each, kind, centre) for each in (powers, off)
                )
            if kind == "total":
                found.error[:] += (beyond * np.maximum(found.opened, 1.0))[:, :, None, None, None]
        return found

    def _add(self, part: SectorScattering, leads: tuple[str, str], kind: str, axes: tuple[Array, Array] | None) -> None:
        """What passes through one sector; spins along z, which are kept, need no amplitudes."""
        banks = part.solver.channels.banks
        out, into = ([bank for bank, (lead, _) in enumerate(banks) if lead == name] for name in leads)
        self.opened[:] += part.opened[:, into].sum(axis=1)
        if not out or not into or not along_z(axes):
            return
        most = self.powers.shape[2]
        for block in part.powers():
            for b in out:
                for a in into:
                    chosen, off = _between_banks(block, b, a, part, kind)
                    start = (most - chosen.shape[2]) // 2
                    spin = (banks[b][1], banks[a][1]) if axes is not None else (0, 0)
                    place = (block.which, block.where, slice(start, start + chosen.shape[2]), *spin)
                    self.powers[place] += chosen
                    self.error[place] += off
                    if start > 0:
                        lost = block.not_kept(part.kept)[:, :, None]
                        for beyond in (slice(0, start), slice(start + chosen.shape[2], most)):
                            self.error[block.which, block.where, beyond, *spin] += lost


def changed(powers: Array, bound: Array) -> Array:
    """|Δ|S|²| ≤ 2 |S| d + d² for a change of amplitudes by no more than d."""
    return np.asarray(bound * (2 * np.sqrt(powers) + bound))


def _between_banks(block: Block, b: int, a: int, part: SectorScattering, kind: str) -> tuple[Array, Array]:
    """Powers of a block from bank a to bank b, and the bounds of their error, (settings, energies, sidebands or 1)."""
    powers, shift, reflected = block.powers[..., b, a], block.shift, part.centre if b == a else -1
    if kind == "total":
        return powers.sum(axis=2, keepdims=True), shift.of_sums(powers, reflected)[:, :, None]
    both = powers[:, :, part.kept], shift.of_powers(powers, reflected)[:, :, part.kept]
    chosen, off = (_chosen(each, kind, part.sidebands) for each in both)
    return chosen, off


def _chosen(powers: Array, kind: str, centre: int) -> Array:
    """Of powers (settings, energies, sideband, …): each sideband, n = 0, or the sum."""
    if kind == "elastic":
        return powers[:, :, centre : centre + 1]
    return np.asarray(powers.sum(axis=2, keepdims=True)) if kind == "total" else powers


def _along(
    device: Device, parts: tuple[SectorScattering, ...], photon_energy: float, leads: tuple[str, str], axes: tuple[Array, Array]
) -> Iterator[tuple[slice, slice, Array, Array]]:  # fmt: skip
    """Slices of settings and energies, |S|² between spins along the axes (settings, energies, sideband, 2, 2), and the bound of |ΔS|."""
    out, into = (spin_basis(axis) for axis in axes)
    for which, where, s, bound in lead_amplitudes(device, parts, *leads, photon_energy):
        spins = s.reshape(*s.shape[:3], s.shape[3] // 2, 2, s.shape[4] // 2, 2)
        turned = np.einsum("st,pexitju,uv->pexisjv", out.conj().T, spins, into, optimize=True)
        yield which, where, np.sum(turned.real**2 + turned.imag**2, axis=(3, 5)), bound
