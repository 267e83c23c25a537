"""The four kinds of space–time symmetry, and what each says about T^(n). U is a unitary that maps device to device and leads to leads.

    shift               U H(t) U†  = H(t + s)             T^(n)_ba(E) = T^(n)_{πb,πa}(E)
    time reversal       U H(t)* U† = H(t0 − t)            T^(n)_ba(E) = T^(−n)_{πa,πb}(E_n)
    particle–hole       U H(t)* U† = 2c − H(t + s)        T^(n)_ba(E) = T^(−n)_{πb,πa}(2c − E)
    chiral              U H(t) U†  = 2c − H(t0 − t)       T^(n)_ba(E) = T^(n)_{πa,πb}(2c − E_n)

In harmonics: U X_n U† = z^n H_n, z = e^{−iθ}, θ = Ωs or Ωt0, X_n = H_n, H_n*, (2c δ_n0 −) H_{−n}*, (2c δ_n0 −) H_{−n}. Complex conjugation
without reversal or flip is no symmetry of iħ∂ψ = Hψ. The retarded g of a lead becomes g(E), g(E)ᵀ, −g(2c − E)*, −g(2c − E)†.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a symmetry does besides U: complex conjugation, reversal of time, H → 2c − H."""

    name: str
    conjugates: bool
    reverses: bool
    flips: bool

    def partner(self, sideband: int, energy: float, photon_energy: float, middle: float) -> tuple[int, float]:
        """(n′, E′) such that T^(n)_ba(E) = T^(n′)(E′) between the images of the leads (with the leads exchanged if time is reversed)."""
        if not self.flips:
            return (-sideband, energy + sideband * photon_energy) if self.reverses else (sideband, energy)
        if self.reverses:
            return sideband, 2 * middle - energy - sideband * photon_energy
        return -sideband, 2 * middle - energy


SHIFT = Kind("shift", False, False, False)
REVERSAL = Kind("time reversal", True, True, False)
PARTICLE_HOLE = Kind("particle–hole", True, False, True)
CHIRAL = Kind("chiral", False, True, True)
KINDS = (SHIFT, REVERSAL, PARTICLE_HOLE, CHIRAL)
