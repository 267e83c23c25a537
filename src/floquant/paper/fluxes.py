"""Data of what the paper does not draw: charge and spin current over both fluxes, and their ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import floquant as fq
from floquant.checks import Array
from floquant.paper.labelling import along, finished, ring
from floquant.paper.ring import drive
from floquant.study import Study

if TYPE_CHECKING:
    import xarray as xr


# (φ_AB, φ_SO) that the paper names: its Fig. 3, and where one spin is blocked.
POINTS = ((0.2, 0.1), (0.5, 0.4), (0.1, 0.1))
# Magnetic fluxes of the ratio's lines; a flux of 1/2 − φ_AB repeats φ_AB, mirrored: the ratio there is minus that at 1/2 − φ_SO.
RATIO_FLUXES = (0.1, 0.2, 0.35)


def flux_plane(quick: bool = False) -> xr.Dataset:
    """`dc_current` and `spin_current` at E_F = 0 over both fluxes.

    S_z is conserved, so each spin is a ring of its own, at the flux φ_AB ± φ_SO: a sweep of one flux, exactly on the sums of the grid,
    holds the whole plane.
    """
    cells = 100 if quick else 200
    line = Study(
        ring(), drive(), {"flux": np.arange(-cells, 2 * cells + 1) / cells}, ["dc_current"], fermi_energy=0.0
    ).run()
    grid = np.arange(cells + 1)
    ab, so = along("flux_ab", grid), along("flux_so", grid)
    up, down = line.isel(flux=ab + so + cells), line.isel(flux=ab - so + cells)
    data = line.drop_vars([*line.data_vars, "flux"]).assign_coords(flux_ab=grid / cells, flux_so=grid / cells)
    data["dc_current"] = (up["dc_current"] + down["dc_current"]).assign_attrs(line["dc_current"].attrs)
    data["spin_current"] = (up["dc_current"] - down["dc_current"]).expand_dims(direction=["z"], axis=-1)
    data["spin_current"].attrs.update(line["dc_current"].attrs)
    data["converged"] = up["converged"] & down["converged"]
    data = data.drop_vars("flux", errors="ignore")
    for name in ("flux_ab", "flux_so"):
        data[name].attrs.update(line["flux"].attrs)
    data["named_flux_ab"], data["named_flux_so"] = (
        along("named_point", [a for a, _ in POINTS]),
        along("named_point", [s for _, s in POINTS]),
    )
    return finished(
        data, "Charge (a) and spin current (b) over both fluxes at E_F = 0; circles: the pairs that the paper names."
    )


def flux_so_line(quick: bool = False) -> xr.Dataset:
    """`dc_current`, `spin_current` and their ratio `spin_to_charge` over the spin–orbit flux at E_F = 0, for some magnetic fluxes.

    Where the charge vanishes the ratio is no number: those fluxes are found, join the axis, and are listed as `crossing`s.
    """
    flux_so = np.linspace(0, 0.5, 101 if quick else 401)
    crossing_ab, crossing_so = _charge_zeros(np.linspace(0, 0.5, 20))
    axes = {"flux_ab": np.array(RATIO_FLUXES), "flux_so": np.union1d(flux_so, crossing_so)}
    data = Study(ring(spin=True), drive(), axes, ["dc_current", "spin_current"], fermi_energy=0.0).run()
    charge, spin = data["dc_current"].sel(lead="R"), data["spin_current"].sel(lead="R", direction="z")
    known = charge.where(np.abs(charge) > 10 * charge.coords["dc_current_error"])
    ratio = (spin / known).drop_vars(("lead", "direction"))
    ratio.attrs = {
        "units": "1", "long_name": "spin-to-charge ratio", "symbol": r"I^\mathrm{s}_\mathrm{R}/I_\mathrm{R}",
    }  # fmt: skip
    data["spin_to_charge"] = ratio
    data["crossing_flux_ab"], data["crossing_flux_so"] = along("crossing", crossing_ab), along("crossing", crossing_so)
    return finished(
        data,
        "Charge and spin current against the spin–orbit flux (a), and their ratio for some magnetic fluxes (b); "
        "dotted, upright: no charge is pumped, only spin.",
    )


def _charge_zeros(flux_so: Array) -> tuple[Array, Array]:
    """(φ_AB, φ_SO) where the charge current at E_F = 0 changes sign along φ_SO: secants from a grid, all of them at once."""
    flux_ab = np.repeat(RATIO_FLUXES, len(flux_so) - 1)
    low, high = np.tile(flux_so[:-1], len(RATIO_FLUXES)), np.tile(flux_so[1:], len(RATIO_FLUXES))
    at_low, at_high = _charge(flux_ab, low), _charge(flux_ab, high)
    changes = at_low * at_high < 0
    flux_ab, low, high, at_low, at_high = (each[changes] for each in (flux_ab, low, high, at_low, at_high))
    for _ in range(8):
        middle = high - at_high * (high - low) / np.where(at_high == at_low, 1.0, at_high - at_low)
        if np.all(np.abs(middle - high) < 1e-13):
            break
        low, at_low, high, at_high = high, at_high, middle, _charge(flux_ab, middle)
    return flux_ab, np.round(high, 12)


def _charge(flux_ab: Array, flux_so: Array) -> Array:
    """Charge current into R at pairs of fluxes, E_F = 0: that of both spins, each a ring of its own."""
    fluxes = np.concatenate([flux_ab + flux_so, flux_ab - flux_so])
    solution = fq.solve(ring(), drive(), window=(0.0, 0.0), rtol=1e-8, flux=fluxes)
    return fq.dc_current(solution, fq.Reservoirs()).sel(lead="R").values.reshape(2, -1).sum(axis=0)
