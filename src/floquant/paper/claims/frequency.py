"""What is said about the frequency of the drive."""

from __future__ import annotations

import numpy as np

from floquant.paper.claims.claim import Claim, judged
from floquant.paper.ring import PHOTON_ENERGY, bound, pumped

FLUX, FERMI_ENERGY = 0.3, 0.05
SLOW = 1e-3
STEP = 1.02


def frequency_claims() -> list[Claim]:
    """The adiabatic limit, and how far from it the figures are."""
    slow = exponent(SLOW)
    return [_adiabatic(*slow), _law(slow[0])]


def exponent(photon_energy: float, flux: float = FLUX) -> tuple[float, float]:
    """d ln I / d ln Ω at one photon energy, and the bound that the currents' errors put on it."""
    low, high = (pumped(flux, FERMI_ENERGY, photon_energy=photon_energy * step) for step in (1 / STEP, STEP))
    error = float(bound(low)) / abs(float(low)) + float(bound(high)) / abs(float(high))
    return float(np.log(high / low)) / (2 * np.log(STEP)), error / (2 * np.log(STEP))


def _adiabatic(value: float, error: float) -> Claim:
    charge = float(pumped(FLUX, FERMI_ENERGY, photon_energy=SLOW)) / SLOW
    slower = float(pumped(FLUX, FERMI_ENERGY, photon_energy=SLOW / 2)) / (SLOW / 2)
    return Claim(
        "the adiabatic response vanishes",
        "text",
        "One parameter encloses no area: the adiabatic response, a charge per cycle that does not depend on Ω, vanishes.",
        "d ln I / d ln Ω at ħΩ = 0.001, flux 0.3, E_F = 0.05",
        value,
        error,
        "more than 1",
        judged(value - error > 1.5),
        f"The charge per cycle is {charge:.3e} e at ħΩ = 0.001 and {slower:.3e} e at half of it: it goes to 0 with Ω, the current with Ω².",
    )


def _law(slow: float) -> Claim:
    value, error = exponent(PHOTON_ENERGY)
    others = {flux: exponent(PHOTON_ENERGY, flux)[0] for flux in (0.1, 0.2)}
    shown = ", ".join(f"{each:.2f} at flux {flux}" for flux, each in others.items())
    return Claim(
        "the Ω² law",
        "often said",
        "A pump with one parameter gives I ∝ Ω².",
        "d ln I / d ln Ω at the figures' ħΩ = 0.2, flux 0.3, E_F = 0.05",
        value,
        error,
        "2",
        judged(abs(value - 2) <= error, in_substance=abs(slow - 2) < 0.01),
        f"True far below the width of the resonance (exponent {slow:.3f} at ħΩ = 0.001), but the figures are not there: the exponent at "
        f"ħΩ = 0.2 is {value:.2f} at flux 0.3, {shown}.",
    )
