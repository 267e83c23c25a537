"""What the paper says about the pumped charge current of one spin, Fig. 2(b)."""

from __future__ import annotations

import numpy as np

from floquant.paper.claims.claim import Claim, judged, largest, vanishes
from floquant.paper.extremum import Extremum
from floquant.paper.ring import bound, pumped


def current_claims(extremum: Extremum) -> list[Claim]:
    """Where the current is largest, where it vanishes, and where it changes its sign."""
    return [_largest(extremum), _integer(), _undriven(), _turns(), _pi(extremum)]


def _largest(extremum: Extremum) -> Claim:
    # Half the width of the static resonance at the best flux is 0.045: inside it is "next to the antiresonance".
    near = abs(extremum.fermi_energy) < 0.045
    place = (
        f"flux {extremum.flux:.9f}, E_F = {extremum.fermi_energy:.0e}"
        if abs(extremum.fermi_energy) > 1e-9
        else f"flux {extremum.flux:.9f}, E_F = 0"
    )
    return Claim(
        "maxima",
        "Fig. 2(b)",
        "The pumped current is largest next to the antiresonance.",
        "largest |I| of the map, e·γ/h per spin",
        extremum.current,
        extremum.error,
        "at a Fermi energy within the resonance",
        judged(near),
        f"Found by an optimiser, not on a grid: {place}. In the Fermi energy it is not beside the antiresonance "
        "but on it. By symmetry also at 1 − flux, with the other sign.",
    )


def _integer() -> Claim:
    current = pumped(np.array([0.0, 0.5, 1.0]), np.linspace(-0.6, 0.6, 13))
    number, error = largest(current)
    return Claim(
        "no current at integer and half-integer flux",
        "Fig. 2(b)",
        "No current is pumped at integer and at half-integer flux.",
        "largest |I| at flux 0, 1/2, 1",
        number,
        error,
        "0",
        judged(vanishes(current)),
        "fq.dc_current at 13 Fermi energies: there the ring equals its mirror image, and left and right cannot be distinguished.",
    )


def _undriven() -> Claim:
    flux = np.linspace(0.05, 0.95, 10)
    current = pumped(flux, amplitude=0.0)
    weak = [float(pumped(0.3, amplitude=v)) for v in (0.005, 0.01)]
    number, error = largest(current)
    return Claim(
        "no current without drive",
        "text",
        "Without the drive nothing flows: there is no bias.",
        "largest |I| at v = 0",
        number,
        error,
        "0",
        judged(vanishes(current)),
        f"fq.dc_current with v = 0 at ten fluxes. A weak drive pumps as v²: doubling v = 0.005 multiplies I by {weak[1] / weak[0]:.3f}.",
    )


def _turns() -> Claim:
    flux = np.linspace(0.02, 0.48, 12)
    fermi_energy = np.linspace(-0.6, 0.6, 7)
    here, there = pumped(flux, fermi_energy), pumped(1.0 - flux, fermi_energy)
    total = here + there.assign_coords(flux=here.flux)
    number, error = largest(total)
    return Claim(
        "sign reversal",
        "Fig. 2(b)",
        "The current changes its sign across half a flux quantum.",
        "largest |I(1/2 − δ) + I(1/2 + δ)|",
        number,
        error,
        "0, with I not 0",
        judged(vanishes(total) and bool(np.all(np.abs(here.values) > bound(here).values))),
        f"fq.dc_current at 12 pairs of fluxes and 7 Fermi energies; I itself reaches {float(np.abs(here).max()):.2e}.",
    )


def _pi(extremum: Extremum) -> Claim:
    from scipy.optimize import brentq

    crossing = brentq(lambda flux: float(pumped(flux)), extremum.flux, 0.75, xtol=1e-10)
    at_pi = pumped(np.pi)
    as_phase = abs(crossing * 2 * np.pi - np.pi) < 1e-9
    as_quanta = abs(float(at_pi)) <= float(bound(at_pi))
    return Claim(
        "a flux of π",
        "text",
        "The sign changes at “a flux of π”.",
        "flux at which I changes its sign, in flux quanta",
        crossing,
        1e-9,
        "π",
        judged(as_quanta, in_substance=as_phase),
        f"Root of fq.dc_current in the flux. As a phase, 2π a quantum, it is π; on the axis of Fig. 2, in quanta, it is 1/2, and a flux of "
        f"π quanta pumps {float(at_pi):.2e}.",
    )
