"""S between the modes of the leads: amplitudes of waves that carry unit current, with the phases that they have in cell 0.

    S_modes = U_out† S U_in,   U_out = a^{−1/2} outgoing(E_n),   U_in = a^{−1/2} incoming(E)        (see `floquant.leads.modes`)

The number of open channels differs from energy to energy: what is beyond it is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.transport.amplitudes import LeadChannels, inverse_root


@dataclass(frozen=True, eq=False)
class ModeBasis:
    """The modes of a lead at energies (...,): `vectors` U (..., c, most), zero beyond `opened` (...,); `velocities` and `momenta`
    (..., most), nan beyond, and where a lead has no Bloch waves. On a device with spin a lead without has each mode twice, ↑ and ↓."""

    vectors: Array
    opened: Array
    velocities: Array
    momenta: Array

    def alike(self, points: Array, others: Array) -> ModeBasis:
        """Turned at `points` (k,) so that the modes there are as near as can be to those at `others` (k,): phases, and equal modes."""
        vectors = self.vectors.copy()
        left, _, right = np.linalg.svd(np.conj(np.swapaxes(vectors[points], -1, -2)) @ vectors[others])
        vectors[points] = vectors[points] @ (left @ right)
        return replace(self, vectors=vectors)

    def chosen(self, which: Array) -> ModeBasis:
        """At these of the energies."""
        return ModeBasis(*(array[which] for array in (self.vectors, self.opened, self.velocities, self.momenta)))


def mode_basis(lead: LeadChannels, energies: Array, outgoing: bool) -> ModeBasis:
    """The outgoing or incoming modes of a contact's lead at these energies."""
    every, spins = lead.modes(energies), len(lead.spins)
    sides = [
        (m.outgoing, m.velocities_out, m.momenta_out) if outgoing else (m.incoming, m.velocities_in, m.momenta_in)
        for m in every
    ]
    opened = np.array([len(velocity) for _, velocity, _ in sides], dtype=np.int64) * spins
    shape, most = (len(sides), int(opened.max(initial=0))), len(lead.places)
    vectors = np.zeros((shape[0], most, shape[1]), dtype=complex)
    velocities, momenta = np.full(shape, np.nan), np.full(shape, np.nan)
    roots: dict[float, Array] = {}
    surface = lead.device.contacts[lead.name].lead.surface
    for place, (modes, (wave, velocity, momentum), count) in enumerate(zip(every, sides, opened, strict=True)):
        if modes.energy not in roots:
            roots[modes.energy] = inverse_root(surface(modes.energy))
        vectors[place, :, :count] = np.kron(roots[modes.energy] @ wave, lead.spins)
        velocities[place, :count], momenta[place, :count] = np.repeat(velocity, spins), np.repeat(momentum, spins)
    return ModeBasis(
        vectors.reshape(*energies.shape, most, shape[1]), opened.reshape(energies.shape),
        velocities.reshape(*energies.shape, shape[1]), momenta.reshape(*energies.shape, shape[1]),
    )  # fmt: skip


def between_modes(s: Array, out: ModeBasis, into: ModeBasis, where: slice) -> Array:
    """U_out† S U_in at a slice of the energies; S (settings, energies, sideband, c, c), the vectors (energies, sideband, c, ·) and
    (energies, c, ·)."""
    return np.asarray(np.conj(np.swapaxes(out.vectors[where], -1, -2)) @ s @ into.vectors[where][:, None])


def mode_coordinates(out: ModeBasis, into: ModeBasis, energy_unit: str | None) -> dict[str, Any]:
    """How many modes are open, their velocities and momenta, as coordinates of amplitudes."""
    unit = energy_unit or "energy"
    found: dict[str, Any] = {}
    for basis, side, dims, way in (
        (out, "out", ("energy", "sideband"), "away from"),
        (into, "in", ("energy",), "towards"),
    ):
        one = f"of the modes {way} the device"
        found |= {
            f"open_{side}": (dims, basis.opened, {"long_name": f"number {one} that are open", "units": "1"}),
            f"velocity_{side}": (
                (*dims, f"channel_{side}"), basis.velocities, {"long_name": f"speed dE/dk {one}", "units": unit},
            ),
            f"momentum_{side}": (
                (*dims, f"channel_{side}"), basis.momenta, {"long_name": f"momenta {one}", "units": "rad per cell"},
            ),
        }  # fmt: skip
    return found
