"""The data of every figure: one labelled Dataset each, made by studies, with errors and provenance inside.

Energies are in γ, the hopping of the chain. The paper's Ī, left to right, is the current into R here.
`DATASETS[name](quick)` makes one; `FIGURE_DATASETS[figure]` names those that a figure is made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.drawing.picture import picture_of
from floquant.paper.driving import frequency, sidebands
from floquant.paper.fluxes import flux_plane, flux_so_line
from floquant.paper.labelling import along, finished, ring
from floquant.paper.ring import drive
from floquant.study import Study

if TYPE_CHECKING:
    import xarray as xr

# (φ_AB, φ_SO) of the paper's Fig. 3.
PAIRS = ((0.2, 0.1), (0.5, 0.4))


def ring_device(quick: bool = False) -> xr.Dataset:
    """The drawing of the device; `quick` changes nothing."""
    # the gallery's ring is wider than high; drawn, it needs room for the flux
    picture = picture_of(
        replace(ring(spin=True), positions=np.array([(-1, 0), (0, 0), (1, 0), (0, 1.2)])),
        drive(),
        names={
            "flux_ab": r"$\phi_\mathrm{AB}$",
            "flux_so": r"$\pm\phi_\mathrm{SO}$",
            "dot_level": r"$v\,\cos\,\Omega t$",
            "L": "left lead",
            "R": "right lead",
        },
        site_names={0: "\N{MINUS SIGN}1", 1: "0", 2: "+1", 3: "$d$"},
        bond_names={(0, 1): r"$\gamma$", (1, 2): r"$\gamma$", (2, 3): "$V_0$"},
    )
    return finished(
        picture, "The ring between its leads: a dot beside a chain, a flux between them, an ac gate at the dot."
    )


def ring_map(quick: bool = False) -> xr.Dataset:
    """`dc_current` over flux × Fermi energy, and `antiresonance`, the energy where the static transmission vanishes."""
    flux, fermi_energy = np.linspace(0, 1, 101 if quick else 401), np.linspace(-0.6, 0.6, 201 if quick else 801)
    data = Study(ring(), drive(), {"flux": flux, "fermi_energy": fermi_energy}, ["dc_current"]).run()
    return finished(
        data.assign(antiresonance=_antiresonance(flux)),
        "Current pumped from left to right, per spin; dashed: the antiresonance of the undriven ring.",
    )


def transmission_maps(quick: bool = False) -> xr.Dataset:
    """Transmission from L to R over flux × energy: `transmission_static`, `_total` (Σ_n, driven) and `_elastic` (n = 0, driven)."""
    flux, energy = np.linspace(0, 1, 101 if quick else 201), np.linspace(-0.6, 0.6, 121 if quick else 401)
    kinds = {"static": "static", "total": "driven, all sidebands", "elastic": "driven, elastic"}
    runs = {kind: _transmission(kind, flux, energy) for kind in kinds}
    data = runs["static"].drop_vars([*runs["static"].data_vars])
    for kind, words in kinds.items():
        data[f"transmission_{kind}"] = runs[kind]["transmission"]
        data[f"transmission_{kind}"].attrs.update(long_name="transmission", symbol=r"T_\mathrm{RL}", short_name=words)
    data["converged"] = runs["static"]["converged"] & runs["total"]["converged"] & runs["elastic"]["converged"]
    return finished(
        data.assign(antiresonance=_antiresonance(flux)),
        "Transmission from left to right: (a) without the drive, (b) with it, over all sidebands; dashed: the antiresonance of (a).",
    )


def _transmission(kind: str, flux: np.ndarray, energy: np.ndarray) -> xr.Dataset:
    data = Study(ring(), drive(), {"flux": flux, "energy": energy}, {"transmission": {"kind": kind}}).run()
    return data.sel(lead_out="R", lead_in="L")


def _antiresonance(flux: np.ndarray) -> xr.DataArray:
    """Where the static transmission is smallest at each flux; nowhere (nan) at integer flux, where the dot's state is bound and T is 1."""
    energy = np.linspace(-0.02, 0.02, 41)
    found = _transmission("static", flux, energy)["transmission"]
    least = found.idxmin("energy").where(found.min("energy") < 1e-9)
    return least.assign_attrs(units="γ", long_name="antiresonance of the undriven ring")


def spin_lines(quick: bool = False) -> xr.Dataset:
    """`dc_current` (charge), `spin_current` and `spin_resolved_current` over Fermi energy, for the `case`s of the paper's Fig. 3."""
    axes: dict[str, Any] = {
        "flux_ab": along("case", [ab for ab, _ in PAIRS]),
        "flux_so": along("case", [so for _, so in PAIRS]),
        "fermi_energy": np.linspace(-0.6, 0.6, 201 if quick else 801),
    }
    data = Study(ring(spin=True), drive(), axes, ["dc_current", "spin_current"]).run()
    resolved = Study(ring(spin=True), drive(), axes, {"dc_current": {"resolve_spin": True}}).run()
    data["spin_resolved_current"] = resolved["dc_current"]
    data["spin_resolved_current"].attrs.update(long_name="pumped current of one spin", symbol=r"I_{\mathrm{R}\sigma}")
    data["converged"] = data["converged"] & resolved["converged"]
    return finished(
        data, "Pumped charge and spin current (a, b), and the current of each spin (c, d), for two pairs of fluxes."
    )


DATASETS: dict[str, Callable[[bool], xr.Dataset]] = {
    "ring_device": ring_device,
    "ring_map": ring_map,
    "transmission_maps": transmission_maps,
    "spin_lines": spin_lines,
    "flux_plane": flux_plane,
    "flux_so_line": flux_so_line,
    "frequency": frequency,
    "sidebands": sidebands,
}

FIGURE_DATASETS: Mapping[str, tuple[str, ...]] = {
    "fig1_device": ("ring_device",),
    "fig2a_transmission": ("transmission_maps",),
    "fig2b_current": ("ring_map",),
    "fig3_currents": ("spin_lines",),
    "flux_plane": ("flux_plane",),
    "flux_so_ratio": ("flux_so_line",),
    "frequency": ("frequency",),
    "sideband_weights": ("sidebands",),
}
