"""One space–time symmetry of a driven device, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from floquant.checks import Array
from floquant.checks.names import one_of
from floquant.checks.numbers import number, whole
from floquant.symmetry import wording as words
from floquant.symmetry.kinds import Kind

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# The largest sideband that is asked for.
MOST = 1_000_000


@dataclass(frozen=True, eq=False)
class Symmetry:
    """U H(t) U† = H(t + s), or with H* (`kind.conjugates`), H(t0 − t) (`kind.reverses`) or 2c − H (`kind.flips`) in its place.

    `sites`: the image of every site, None if the orbitals of one site go to several; `orbitals`: the image of every orbital (of every pair
    ↑, ↓ with spin). `leads`: the image of every lead. `shift`: s, or t0, in periods; None if every shift will do. `energy`: c.
    `spin`: for each lead the matrix that turns the spins of what leaves it into those of what leaves its image (with the sign of
    complex conjugation); None where its channels turn differently; empty without spin. `forbids`: currents that this symmetry alone,
    with what is conserved, makes zero at equal reservoirs; for a particle–hole symmetry only at μ = c.
    """

    kind: Kind
    sites: tuple[int, ...] | None
    orbitals: Array
    leads: Mapping[str, str]
    shift: float | None
    energy: float
    spin: Mapping[str, Array | None]
    blocks: Array
    positions: Array | None
    static: bool
    forbids: tuple[tuple[str, str], ...] = ()

    def partner(
        self, to: str, from_: str, sideband: int, energy: float, photon_energy: float
    ) -> tuple[str, str, int, float]:
        """(to′, from′, n′, E′) with T^(n)_{to, from}(E) = T^(n′)_{to′, from′}(E′), spins summed over.

        Raises `BadInput` for unknown leads.
        """
        for name in (to, from_):
            one_of(name, self.leads, "lead", "The symmetry")
        sideband = whole(sideband, "The sideband", -MOST, MOST)
        energy, photon_energy = number(energy, "The energy"), number(photon_energy, "The photon energy")
        rung, other = self.kind.partner(sideband, energy, photon_energy, self.energy)
        if self.kind.reverses:
            to, from_ = from_, to
        return self.leads[to], self.leads[from_], rung, other

    def matrix(self) -> csr_array:
        """U on the device's orbitals, a scipy CSR array (n, n); contacts and leads not included. Where every shift will do, for Ωs = 1."""
        from scipy.sparse import coo_array

        k = self.blocks.shape[-1]
        node, a, b = np.indices(self.blocks.shape).reshape(3, -1)
        size = k * len(self.orbitals)
        return coo_array((self.blocks.ravel(), (k * self.orbitals[node] + a, k * node + b)), shape=(size, size)).tocsr()

    @cached_property
    def operation(self) -> str:
        """In words: what is done to sites, leads, spins, energy and time."""
        parts = [words.motion(self.positions, self.sites, self.orbitals), words.exchange(self.leads)]
        if self.spin:
            parts.append(words.turn(list(self.spin.values()), self.kind.conjugates))
        if self.kind.conjugates:
            parts.append("complex conjugation")
        if self.kind.flips:
            parts.append(f"H → −H about c = {self.energy:g}" if self.energy else "H → −H")
        parts.append(words.time(self.kind, self.shift, self.static))
        return ", ".join(part for part in parts if part)

    @property
    def relation(self) -> str:
        """What it says about transmissions, b and a any two leads; a prime marks the image of a lead."""
        after = "b'a'" if any(x != y for x, y in self.leads.items()) else "ba"
        if self.kind.reverses:
            after = "a'b'" if after == "b'a'" else "ab"
        mirrored = f"{2 * self.energy:g} − E" if self.energy else "−E"
        other = {
            (False, False): f"T^(n)_{after}(E)",
            (True, False): f"T^(−n)_{after}(E + nħΩ)",
            (False, True): f"T^(−n)_{after}({mirrored})",
            (True, True): f"T^(n)_{after}({mirrored} − nħΩ)",
        }[self.kind.reverses, self.kind.flips]
        return f"T^(n)_ba(E) = {other}"

    def __repr__(self) -> str:
        return f"{self.operation}: {self.relation}"
