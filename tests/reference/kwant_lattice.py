"""The photon-replica lattice of a driven Kwant Builder, as a Kwant Builder: an independent way to T^(n).

    (E + nħΩ − H_0) ψ_n = Σ_{k≠0} H_k ψ_{n−k}

Every site has 2N + 1 replicas of its orbitals (replica slow, orbital fast). A value becomes the block Toeplitz matrix of its
Fourier coefficients, from samples of the value function over the cycle; the leads' replicas are decoupled, and n is their
conservation law.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SAMPLES = 64


class ReplicaLattice:
    """`builder`: a Kwant Builder whose values take `params`, of which those in `driven` are functions of Ωt instead."""

    def __init__(
        self,
        builder: Any,
        params: dict[str, Any],
        driven: dict[str, Callable[[float], float]],
        photon_energy: float,
        order: int,
    ) -> None:
        import kwant

        self.order, self.size, self.photon_energy = order, 2 * order + 1, photon_energy
        self.params, self.driven = params, driven
        self.families: dict[Any, Any] = {}
        replicas = kwant.Builder()
        self.fill(replicas, builder)
        for lead in builder.leads:
            orbitals = self.norbs(next(iter(lead.interface)).family)
            wire = kwant.Builder(
                lead.builder.symmetry,
                conservation_law=np.kron(np.diag(np.arange(-order, order + 1)), np.eye(orbitals)),
            )
            self.fill(wire, lead.builder)
            replicas.leads.append(kwant.builder.BuilderLead(wire, sorted(self.moved(site) for site in lead.interface)))
        self.system = replicas.finalized()

    def transmissions(self, energy: float) -> np.ndarray:
        """T^(n)[to, from, n + N] between all leads, by `kwant.smatrix`; for to = from the reflection."""
        import kwant

        s, leads = kwant.smatrix(self.system, energy), range(len(self.system.leads))
        return np.array(
            [[[s.transmission((b, n), (a, self.order)) for n in range(self.size)] for a in leads] for b in leads]
        )

    def fill(self, target: Any, builder: Any) -> None:
        shift = np.diag(np.arange(-self.order, self.order + 1)) * self.photon_energy
        for site, value in builder.site_value_pairs():
            orbitals = self.norbs(site.family)
            target[self.moved(site)] = self.toeplitz(value, (site,)) - np.kron(shift, np.eye(orbitals))
        for (a, b), value in builder.hopping_value_pairs():
            target[self.moved(a), self.moved(b)] = self.toeplitz(value, (a, b))

    def toeplitz(self, value: Any, sites: tuple[Any, ...]) -> np.ndarray:
        """Σ_k (matrix with 1 at [n, n − k]) ⊗ H_k."""
        coefficients = self.coefficients(value, sites)
        return sum(np.kron(np.eye(self.size, k=-k), block) for k, block in coefficients.items())

    def coefficients(self, value: Any, sites: tuple[Any, ...]) -> dict[int, np.ndarray]:
        if not callable(value):
            return {0: np.atleast_2d(np.asarray(value, complex))}
        from inspect import signature

        names = list(signature(value).parameters)[len(sites) :]
        if not any(name in self.driven for name in names):
            return {0: np.atleast_2d(np.asarray(value(*sites, *(self.params[name] for name in names)), complex))}
        samples = []
        for angle in 2 * np.pi * np.arange(SAMPLES) / SAMPLES:
            given = [self.driven[name](angle) if name in self.driven else self.params[name] for name in names]
            samples.append(np.atleast_2d(np.asarray(value(*sites, *given), complex)))
        found = np.fft.ifft(np.array(samples), axis=0)  # H(θ) = Σ_k H_k e^{−ikθ}
        return {k: found[k] for k in range(-2 * self.order, 2 * self.order + 1) if abs(k) < SAMPLES // 2}

    def norbs(self, family: Any) -> int:
        return int(family.norbs or 1)

    def moved(self, site: Any) -> Any:
        """The same site with all replicas of its orbitals."""
        import kwant

        family = site.family
        if family not in self.families:
            self.families[family] = kwant.lattice.Monatomic(
                family.prim_vecs, family.offset, name=family.name, norbs=self.size * self.norbs(family)
            )
        return self.families[family](*site.tag)
