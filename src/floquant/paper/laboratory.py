"""What the paper's numbers mean in a laboratory: nA, tesla and GHz for an InGaAs ring.

The model has four bonds around the ring. A ring of radius r, effective mass m* and Rashba parameter α, cut into M = 4 pieces of length
a = 2πr/M, has

    γ = ħ²/(2 m* a²),    one flux quantum = h/e through πr²,    φ_SO = (√(1 + Q²) − 1)/2 with Q = 2 m* α r/ħ².

φ_SO is the Aharonov–Casher phase of one way round, over 2π (J. Nitta, F. E. Meijer and H. Takayanagi, Appl. Phys. Lett. 75, 695; B. Molnár,
F. M. Peeters and P. Vasilopoulos, Phys. Rev. B 69, 155335). Four pieces are a coarse ring: these are magnitudes, not predictions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.errors import BadInput

BONDS = 4


@dataclass(frozen=True)
class RashbaRing:
    """A ring of `radius` (m) in a material of `effective_mass` (electron masses) and g factor `g`, cut into four bonds.

    The default is 50 nm of InGaAs: m* = 0.05, |g| = 4. Raises `BadInput` for a radius or mass that is not positive.
    """

    radius: float = 50e-9
    effective_mass: float = 0.05
    g: float = 4.0

    def __post_init__(self) -> None:
        for name in ("radius", "effective_mass"):
            value = getattr(self, name)
            if not 0 < value < float("inf"):
                raise BadInput(f"{name} is {value!r}, but it must be a positive number; give for example {name}=50e-9.")

    @property
    def kinetic(self) -> float:
        """ħ²/2m*, in meV·m²."""
        from scipy import constants

        mass = self.effective_mass * constants.m_e
        return float(constants.hbar**2 / (2 * mass) / constants.e * 1e3)

    @property
    def hopping(self) -> float:
        """γ in meV."""
        return self.kinetic / (2 * np.pi * self.radius / BONDS) ** 2

    @property
    def field_of_a_quantum(self) -> float:
        """Magnetic field (T) that sends one flux quantum h/e through the ring."""
        from scipy import constants

        return float(constants.h / constants.e / (np.pi * self.radius**2))

    def flux_so(self, rashba: float) -> float:
        """φ_SO of the Rashba parameter α (meV·nm)."""
        ratio = rashba * 1e-9 * self.radius / self.kinetic
        return float(0.5 * (np.sqrt(1 + ratio**2) - 1))

    def rashba(self, flux_so: float) -> float:
        """The Rashba parameter α (meV·nm) of φ_SO ≥ 0: the inverse of `flux_so`."""
        if not flux_so >= 0:
            raise BadInput(f"flux_so is {flux_so!r}, but it must be ≥ 0; its sign is that of the spin's axis.")
        return float(np.sqrt((1 + 2 * flux_so) ** 2 - 1) * self.kinetic / self.radius * 1e9)

    def zeeman(self, field: float) -> float:
        """g μ_B B in meV."""
        from scipy import constants

        return float(self.g * constants.value("Bohr magneton in eV/T") * field * 1e3)


def nanoampere(current: float) -> float:
    """A current of (e/h)·meV in nA."""
    from scipy import constants

    return float(current * constants.e**2 / constants.h * 1e-3 * 1e9)


def gigahertz(energy: float) -> float:
    """A photon energy of meV in GHz."""
    from scipy import constants

    return float(energy * 1e-3 * constants.e / constants.h * 1e-9)


def kelvin(energy: float) -> float:
    """An energy of meV over k_B, in K."""
    from scipy import constants

    return float(energy * 1e-3 * constants.e / constants.k)
