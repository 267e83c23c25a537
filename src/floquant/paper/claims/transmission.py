"""What the paper says about transmission, Fig. 2(a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import floquant as fq
from floquant.paper.claims.claim import Claim, differs, digits, judged, largest, vanishes
from floquant.paper.ring import bound, drive, ring

if TYPE_CHECKING:
    import xarray as xr


def transmission_claims() -> list[Claim]:
    """The antiresonance, which picture it is in, and what reversing the flux does."""
    flux = np.linspace(0.0, 1.0, 41)
    scattering = fq.scatter(ring(), drive(), energies=[0.0, 0.05], flux=np.concatenate([flux, -flux]))
    there = {"flux": slice(0, len(flux))}
    back = {"flux": slice(len(flux), None)}
    static = scattering.transmission("R", "L", kind="static")
    total = scattering.transmission("R", "L", kind="total")
    elastic = scattering.transmission("R", "L", kind="elastic")
    return [
        _antiresonance(static.isel(there).sel(energy=0.0)),
        _pictures(*(each.isel(there).isel(flux=12).sel(energy=0.0) for each in (static, total, elastic))),
        _even(*(static.isel(way).assign_coords(flux=flux) for way in (there, back))),
        _not_even(*(total.isel(way).assign_coords(flux=flux) for way in (there, back))),
    ]


def _antiresonance(static: xr.DataArray) -> Claim:
    inside = static.isel(flux=slice(1, -1))
    # The ring at rest has no flux.
    at_rest = float(fq.scatter(ring(), None, energies=[0.0]).transmission("R", "L", kind="total").sel(energy=0.0))
    number, error = largest(inside)
    return Claim(
        "antiresonance",
        "Fig. 2(a)",
        "The transmission has an antiresonance, a zero, at the energy of the dot's level.",
        "largest static T(E = 0) at 39 fluxes between 0 and 1",
        number,
        error,
        "0",
        judged(vanishes(inside), in_substance=bool(inside.min() < 1e-6)),
        f"fq.scatter without the drive. At integer flux alone there is no zero, T = {at_rest:.3f}: there a bound state of "
        "the ring lies in the band, and the leads do not see it.",
    )


def _pictures(static: xr.DataArray, total: xr.DataArray, elastic: xr.DataArray) -> Claim:
    return Claim(
        "antiresonance, driven",
        "Fig. 2(a)",
        "The figure shows “transmission”, and does not say whether the drive is on.",
        "driven Σ_n T_RL^(n) at E = 0, flux 0.3",
        float(total),
        float(bound(total)),
        "0, if it were on",
        judged(vanishes(total), in_substance=vanishes(static) and differs(total)),
        f"Three pictures at E = 0, flux 0.3: static {digits(float(static), float(bound(static)))}, driven and summed over sidebands "
        f"{float(total):.4f}, driven and elastic {float(elastic):.4f}. The drive fills the zero; a figure that has the zero is that of "
        "the undriven ring.",
    )


def _even(static: xr.DataArray, reversed_flux: xr.DataArray) -> Claim:
    change = static - reversed_flux
    number, error = largest(change)
    return Claim(
        "phase rigidity",
        "text",
        "The static conductance of two terminals is even in the flux.",
        "largest |T(φ) − T(−φ)|, static",
        number,
        error,
        "0",
        judged(vanishes(change)),
        "fq.scatter without the drive, 41 fluxes, E = 0 and 0.05.",
    )


def _not_even(total: xr.DataArray, reversed_flux: xr.DataArray) -> Claim:
    change = total - reversed_flux
    number, error = largest(change)
    return Claim(
        "phase rigidity, driven",
        "text",
        "The drive breaks it: the transmission from L to R changes when the flux is reversed.",
        "largest |T_RL(φ) − T_RL(−φ)|, driven, Σ_n",
        abs(number),
        error,
        "not 0",
        judged(abs(number) > error),
        "fq.scatter with the drive, the same points. T_RL(−φ) is T_LR(φ) by the ring's mirror: their difference is what pumps.",
    )
