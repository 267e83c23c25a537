"""What the paper says about charge and spin, Fig. 3 and the abstract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floquant.paper.claims.claim import Claim, judged, largest, vanishes
from floquant.paper.extremum import Extremum
from floquant.paper.ring import bound, pumped, pumped_spins

if TYPE_CHECKING:
    import xarray as xr

# Fig. 3's Fermi energies; the middle one is 0.
FERMI_ENERGIES = np.linspace(-0.6, 0.6, 121)
MIDDLE = 60


def spin_claims(extremum: Extremum) -> list[Claim]:
    """Which spin flows where, what the spin-orbit phase controls, and what the magnetic flux is needed for."""
    each, spin = pumped_spins(0.5, 0.4, FERMI_ENERGIES)
    return [_one_spin(), _no_charge(each, spin), _maximal(spin, extremum), _ratio(), _no_field(each), _line_styles()]


def _one_spin() -> Claim:
    each, _ = pumped_spins(0.1, 0.1)
    up, down = each.sel(spin="up"), each.sel(spin="down")
    return Claim(
        "one spin blocked",
        "text",
        "The device can block one spin: at (φ_AB, φ_SO) = (0.1, 0.1) only one flows.",
        "I_down at (0.1, 0.1), E_F = 0",
        float(down),
        float(bound(down)),
        "0, with I_up not 0",
        judged(vanishes(down) and not vanishes(up)),
        f"fq.dc_current(resolve_spin=True): I_up = {float(up):.4e}. Spin down sees the flux φ_AB − φ_SO = 0, at which nothing is pumped.",
    )


def _no_charge(each: xr.DataArray, spin: xr.DataArray) -> Claim:
    charge = each.sum("spin")
    number, error = largest(charge)
    return Claim(
        "all charge blocked",
        "Fig. 3",
        "The device can block all charge: at (0.5, 0.4) the current is one of spin alone.",
        "largest |I_up + I_down| at (0.5, 0.4)",
        number,
        error,
        "0, with the spin current not 0",
        judged(vanishes(charge) and not vanishes(spin)),
        f"fq.dc_current and fq.spin_current at 121 Fermi energies; the spin current at E_F = 0 is {float(spin.isel(mu=MIDDLE)):.6e}.",
    )


def _maximal(spin: xr.DataArray, extremum: Extremum) -> Claim:
    here = abs(float(spin.isel(mu=MIDDLE)))
    most = 2.0 * extremum.current  # I_up and I_down at the extremum of the map and at its mirror image
    _, best = pumped_spins(0.0, extremum.flux)
    share = here / most
    return Claim(
        "spin current is maximal there",
        "text",
        "At (0.5, 0.4) the spin current is maximal.",
        "spin current at (0.5, 0.4), E_F = 0, over the largest of any two fluxes",
        share,
        float(bound(spin).isel(mu=MIDDLE)) / most + here * 2 * extremum.error / most**2,
        "1",
        judged(share > 1 - 1e-6, in_substance=here >= float(np.abs(spin).max())),
        f"At these fluxes it is maximal in the Fermi energy, at E_F = 0. In the fluxes it is not: at (0, {extremum.flux:.4f}) or "
        f"(1/2, 1/2 − {extremum.flux:.4f}) it is {abs(float(best)):.6e}, the most that two spins can give, against {here:.6e}.",
    )


def _ratio() -> Claim:
    from scipy.optimize import brentq

    flux_so = np.linspace(0.0, 0.5, 11)
    each, spin = pumped_spins(0.2, flux_so)
    charge = each.sum("spin")
    ratio = spin.values / charge.values
    turn = int(np.flatnonzero(np.diff(np.sign(charge.values)))[0])

    def charge_at(so: float) -> float:
        return float(pumped(np.array([0.2 + so, 0.2 - so])).sum("flux"))

    blocked = brentq(charge_at, flux_so[turn], flux_so[turn + 1], xtol=1e-10)
    return Claim(
        "the ratio of spin to charge is tuned",
        "abstract",
        "The ratio of spin current to charge current is controlled by the spin-orbit coupling.",
        "φ_SO at which the charge current vanishes, at φ_AB = 0.2, E_F = 0",
        blocked,
        1e-9,
        "the ratio runs from 0 through all values",
        judged(bool(np.abs(ratio[0]) < 1e-9 and 0 < blocked < 0.5)),
        f"At φ_AB = 0.2 the ratio is 0 at φ_SO = 0, {ratio[2]:.3f} at 0.1, and grows without bound towards φ_SO = {blocked:.6f}, where the "
        "charge current vanishes and the spin current does not; beyond it the sign is the other one.",
    )


def _no_field(both: xr.DataArray) -> Claim:
    none, _ = pumped_spins(0.0, -0.1, FERMI_ENERGIES)
    change = abs(both - none)
    number, error = largest(change)
    same = vanishes(change)
    return Claim(
        "a magnetic flux is needed",
        "Fig. 3",
        "The pure spin current is had with half a flux quantum through the ring, at (0.5, 0.4).",
        "largest |I_σ(0.5, 0.4) − I_σ(0, −0.1)|",
        number,
        error,
        "not 0, were the flux needed",
        judged(not same, in_substance=same),
        "Both spins, 121 Fermi energies: φ_AB ± φ_SO are the same fluxes up to whole quanta, so (0.5, 0.4) is the same device as "
        "(0, −0.1). A pure spin current needs no magnetic field.",
    )


def _line_styles() -> Claim:
    each, spin = pumped_spins(0.2, 0.1, FERMI_ENERGIES)
    charge = each.sum("spin")
    signs = int(np.count_nonzero(np.diff(np.sign(spin.values))))
    kept = int(np.count_nonzero(np.diff(np.sign(charge.values))))
    return Claim(
        "line styles of Fig. 3",
        "Fig. 3",
        "The line styles of charge and spin are named twice, and not the same way.",
        "charge over spin current at (0.2, 0.1), E_F = 0",
        float(charge.isel(mu=MIDDLE)) / float(spin.isel(mu=MIDDLE)),
        1e-6,
        "one naming",
        judged(False, in_substance=signs != kept),
        f"The numbers tell the curves apart: at (0.2, 0.1) the spin current changes its sign {signs} times between E_F = −0.6 and 0.6, the "
        f"charge current {kept} times, and at (0.5, 0.4) the curve that vanishes is the charge.",
    )
