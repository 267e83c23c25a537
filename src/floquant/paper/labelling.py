"""What the paper's figures write at their axes, beyond what a study says of any device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import floquant as fq
from floquant.paper import ring as paper

if TYPE_CHECKING:
    import xarray as xr

    from floquant.model import Device

LABELS: dict[str, dict[str, str]] = {
    "flux": {"long_name": "magnetic flux", "symbol": r"\phi_\mathrm{AB}"},
    "flux_ab": {"long_name": "magnetic flux", "symbol": r"\phi_\mathrm{AB}"},
    "flux_so": {"long_name": "spin–orbit flux", "symbol": r"\phi_\mathrm{SO}"},
    "energy": {"long_name": "energy", "symbol": "E"},
    "fermi_energy": {"long_name": "Fermi energy", "symbol": r"E_\mathrm{F}"},
    "photon_energy": {"long_name": "photon energy", "symbol": r"\hbar\Omega"},
    "dc_current": {"long_name": "pumped current", "symbol": r"I_\mathrm{R}"},
    "spin_current": {"long_name": "pumped spin current", "symbol": r"I^\mathrm{s}_\mathrm{R}"},
}


def ring(spin: bool = False) -> Device:
    """The paper's ring, with its energy unit named: γ, the hopping of the chain."""
    return replace(paper.ring(spin), energy_unit="γ")


def along(dim: str, values: Any) -> xr.DataArray:
    """Values of an axis that lies along `dim`: those that share it are zipped."""
    import xarray as xr

    return xr.DataArray(list(values), dims=dim)


def finished(data: xr.Dataset, title: str) -> xr.Dataset:
    """The dataset with the paper's labels and a title, which says what a figure of it shows."""
    for name, labels in LABELS.items():
        if name in data.variables:
            data[name].attrs.update(labels)
    return data.assign_attrs(title=title, paper=CITED, floquant_version=fq.__version__)


CITED = (
    "J. P. Ramos, L. E. F. Foa Torres, P. A. Orellana and V. M. Apel, Single-parameter spin-pumping in driven metallic rings with "
    "spin-orbit coupling, J. Appl. Phys. 115, 124507 (2014)"
)
