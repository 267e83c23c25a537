"""The ring of the paper at the parameters of its figures, by the public calls.

γ = 1, ħΩ = 0.2, v = 0.07, V0 = 0.25, all site energies 0, zero temperature and bias. The paper's Ī, left to right, is I_R here. A device
without spin gives numbers per spin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import floquant as fq

if TYPE_CHECKING:
    import xarray as xr

    from floquant.model import Device, Drive, Reservoirs
    from floquant.transport import Solution

DOT_COUPLING = 0.25
AMPLITUDE = 0.07
PHOTON_ENERGY = 0.2
# Claims are about zeros and signs: more accurate than a figure needs, at no noticeable cost.
RTOL = 1e-9


def ring(spin: bool = False) -> Device:
    """The ring; with spin, its knobs are `flux_ab` and `flux_so` in place of `flux`."""
    return fq.gallery.quantum_ring(dot_coupling=DOT_COUPLING, spin=spin)


def drive(amplitude: float = AMPLITUDE, photon_energy: float = PHOTON_ENERGY) -> Drive:
    """The dot's level moves as v cos Ωt."""
    return fq.Drive({"dot_level": fq.Cosine(amplitude)}, photon_energy=photon_energy)


def pumped(
    flux: Any,
    fermi_energy: Any = 0.0,
    *,
    amplitude: float = AMPLITUDE,
    photon_energy: float = PHOTON_ENERGY,
    rtol: float = RTOL,
    lead: str = "R",
) -> xr.DataArray:
    """Pumped current of one spin into `lead`, dims (flux, mu) where these are arrays, in e·energy/h, with its error."""
    solution = fq.solve(ring(), drive(amplitude, photon_energy), window=_span(fermi_energy), rtol=rtol, flux=flux)
    return fq.dc_current(solution, _filled(fermi_energy)).sel(lead=lead)


def pumped_spins(
    flux_ab: Any, flux_so: Any, fermi_energy: Any = 0.0, *, rtol: float = RTOL
) -> tuple[xr.DataArray, xr.DataArray]:
    """Pumped current into R of each spin, dims (…, spin), and the spin current I_up − I_down, dims (…)."""
    solution = solved_with_spin(flux_ab, flux_so, fermi_energy, rtol=rtol)
    reservoirs = _filled(fermi_energy)
    each = fq.dc_current(solution, reservoirs, resolve_spin=True).sel(lead="R")
    return each, fq.spin_current(solution, reservoirs).sel(lead="R", direction="z")


def solved_with_spin(flux_ab: Any, flux_so: Any, fermi_energy: Any = 0.0, *, rtol: float = RTOL) -> Solution:
    """The driven ring with spin, solved over the given Fermi energies."""
    return fq.solve(ring(spin=True), drive(), window=_span(fermi_energy), rtol=rtol, flux_ab=flux_ab, flux_so=flux_so)


def bound(value: xr.DataArray) -> xr.DataArray:
    """The bound of a result's error."""
    return value.coords[f"{value.name}_error"]


def _span(fermi_energy: Any) -> tuple[float, float]:
    return float(np.min(fermi_energy)), float(np.max(fermi_energy))


def _filled(fermi_energy: Any) -> Reservoirs:
    return fq.Reservoirs(mu=fermi_energy)
