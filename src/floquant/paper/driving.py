"""Data of what the paper does not draw: the current against the photon energy, and the sidebands that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import floquant as fq
from floquant.checks import Array
from floquant.checks.types import Numbers
from floquant.paper.labelling import along, finished, ring
from floquant.paper.perturbation import resonance_half_width, second_order_current
from floquant.paper.ring import AMPLITUDE, PHOTON_ENERGY, drive
from floquant.study import Study

if TYPE_CHECKING:
    import xarray as xr


# Flux and Fermi energy of the frequency sweeps: a resonance wider than the drive's amplitude, and one much narrower.
FREQUENCY_CASES = ((0.3, 0.05), (0.1, 0.0))
# Where the sidebands are weighed.
FLUX, FERMI_ENERGY = 0.3, 0.05
DOT = 3


def frequency(quick: bool = False) -> xr.Dataset:
    """`dc_current` over photon energy for some `case`s, with `square_law` (∝ Ω²), `second_order` in v, and `resonance_width`."""
    import xarray as xr

    photon_energy = np.logspace(-4, 0, 25 if quick else 61)
    # a study for each case: a window of one Fermi energy is a single cut through the ladder
    cases = [_frequency_case(flux, fermi_energy, photon_energy) for flux, fermi_energy in FREQUENCY_CASES]
    data = xr.concat(cases, dim="case", data_vars="all", coords=["flux", "fermi_energy"], combine_attrs="override")
    data["figures_photon_energy"] = ((), PHOTON_ENERGY, {"units": "γ", "symbol": r"\hbar\Omega_0"})
    data["figures_photon_energy"].attrs["long_name"] = "photon energy of the paper's figures"
    return finished(
        data,
        "Pumped current against photon energy, with the Ω² law and second order in the amplitude; dotted: the half width w of the "
        "resonance, and the paper's photon energy ħΩ₀.",
    )


def _frequency_case(flux: float, fermi_energy: float, photon_energy: Array) -> xr.Dataset:
    driven = fq.Drive({"dot_level": fq.Cosine(AMPLITUDE)}, photon_energy="photon_energy")
    axes: dict[str, Numbers] = {"photon_energy": photon_energy, "flux": flux, "fermi_energy": fermi_energy}
    data = Study(ring(), driven, axes, ["dc_current"]).run()
    device = ring().at(flux=flux)
    slowest = float(data["dc_current"].sel(lead="R")[0])
    small = [second_order_current(device, DOT, AMPLITUDE, photon, fermi_energy) for photon in photon_energy]
    units = data["dc_current"].attrs["units"]
    for name, values, long_name, short in (
        (
            "square_law",
            slowest * (photon_energy / photon_energy[0]) ** 2,
            "∝ Ω² from the slowest drive",
            r"$\propto\Omega^2$",
        ),
        ("second_order", np.array(small), "current to second order in the amplitude", "order $v^2$"),
    ):
        data[name] = ("photon_energy", values, {"units": units, "long_name": long_name, "short_name": short})
    width = {"units": "γ", "long_name": "half width of the static resonance", "symbol": "w"}
    data["resonance_width"] = ((), resonance_half_width(device), width)
    return data


def sidebands(quick: bool = False) -> xr.Dataset:
    """`transmission_difference`, T_RL^(n) − T_LR^(n), over energy, and `current_by_photons`: what n photons carry at the Fermi energy.

    In the window form electrons count only where a photon lifts them over the Fermi energy, less those that it brings down:

        I_b = Σ_{n>0} ∫_{E_F−nħΩ}^{E_F} dE Σ_a [T_ba^(n)(E) − T_ba^(−n)(E + nħΩ)]
    """
    data = _sideband_transmission(np.linspace(-0.6, 0.6, 241 if quick else 1201))
    transmission = data["transmission"]
    right, left = ({"lead_out": "R", "lead_in": "L"}, {"lead_out": "L", "lead_in": "R"})
    data["transmission_difference"] = transmission.sel(right, drop=True) - transmission.sel(left, drop=True)
    data["transmission_difference"].attrs = {
        "units": "1",
        "long_name": "transmission to the right less that to the left",
        "symbol": r"T_\mathrm{RL}^{(n)}-T_\mathrm{LR}^{(n)}",
    }
    data["current_by_photons"] = _current_by_photons()
    data["photons"].attrs = {"units": "1", "long_name": "photons", "symbol": "n"}
    data = data.assign_coords(fermi_energy=((), FERMI_ENERGY, {"units": "γ"}))
    return finished(
        data,
        "Which sidebands transmit differently to the right and to the left (a), and what processes of n photons carry (b).",
    )


def _sideband_transmission(energy: Array) -> xr.Dataset:
    return Study(
        ring(), drive(), {"energy": energy}, {"transmission": {"kind": "sidebands"}}, rtol=1e-10, flux=FLUX
    ).run()


def _current_by_photons() -> xr.DataArray:
    """The integrals of `sidebands`; their bounds are those of the transmissions, and the difference of two quadratures."""
    fine, coarse = _photon_integrals(16)["transmission"], _photon_integrals(12)["transmission"]
    error = np.abs(fine.values - coarse.values) + fine.coords["transmission_error"]
    attrs = {"units": "e/h * γ", "long_name": "current carried by n photons", "symbol": r"I_\mathrm{R}^{(n)}"}
    return fine.assign_coords(transmission_error=error).assign_attrs(attrs)


def _photon_integrals(nodes: int) -> xr.Dataset:
    """By Gauss and Legendre on quarters of a photon energy; dims (photons, lead). The errors' integrals add up."""
    import xarray as xr

    x, weight = np.polynomial.legendre.leggauss(nodes)
    half = PHOTON_ENERGY / 8
    most = int(_sideband_transmission(np.array([FERMI_ENERGY]))["sideband"].max())
    edges = FERMI_ENERGY + 2 * half * np.arange(-4 * most, 4 * most)
    energy = (edges[:, None] + half * (x + 1)).ravel()
    found = _sideband_transmission(energy).sum("lead_in").rename(lead_out="lead")
    found = found * along("energy", np.tile(half * weight, len(edges)))
    parts = []
    for n in range(1, most + 1):
        lifted = (energy < FERMI_ENERGY) & (energy > FERMI_ENERGY - n * PHOTON_ENERGY)
        lowered = (energy > FERMI_ENERGY) & (energy < FERMI_ENERGY + n * PHOTON_ENERGY)
        up, down = (
            found.sel(sideband=m, drop=True).isel(energy=where).sum("energy")
            for m, where in ((n, lifted), (-n, lowered))
        )
        parts.append(up - down)
    return xr.concat(parts, dim="photons").assign_coords(photons=np.arange(1, most + 1))
