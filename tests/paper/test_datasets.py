"""What the datasets of the figures say, against second order, square laws, and single calls."""

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from floquant.paper.labelling import ring
from floquant.paper.perturbation import resonance_half_width, second_order_current


def test_photons_together_carry_the_current(data):
    parts = data["sidebands"]
    whole = fq.solve(
        ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2), window=(0.05, 0.05), rtol=1e-9, flux=0.3
    )
    expected = fq.dc_current(whole, fq.Reservoirs(mu=0.05))
    bound = parts["current_by_photons_error"].sum("photons") + expected.dc_current_error
    assert np.all(np.abs(parts["current_by_photons"].sum("photons") - expected) <= bound)
    assert float(parts["current_by_photons"].sel(lead="R", photons=1)) / float(expected.sel(lead="R")) == pytest.approx(
        0.94, abs=0.005
    )


def test_the_plane_of_fluxes_is_that_of_a_ring_with_spin(data):
    plane = data["flux_plane"]
    random = np.random.default_rng(4)
    i, j = random.integers(0, plane.sizes["flux_ab"], (2, 12))
    solution = fq.solve(
        ring(spin=True),
        fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2),
        window=(0.0, 0.0),
        flux_ab=xr.DataArray(plane.flux_ab.values[i], dims="point"),
        flux_so=xr.DataArray(plane.flux_so.values[j], dims="point"),
    )
    here = plane.isel(flux_ab=xr.DataArray(i, dims="point"), flux_so=xr.DataArray(j, dims="point"))
    charge = fq.dc_current(solution, fq.Reservoirs())
    spin = fq.spin_current(solution, fq.Reservoirs()).sel(direction="z")
    assert np.all(np.abs(here.dc_current - charge).values <= (here.dc_current_error + charge.dc_current_error).values)
    assert np.all(
        np.abs(here.spin_current.sel(direction="z") - spin).values
        <= (here.spin_current_error.sel(direction="z") + spin.spin_current_error).values
    )


def test_the_ratio_is_no_number_only_where_the_charge_vanishes(data):
    line = data["flux_so_line"]
    assert line.sizes["crossing"] >= 3
    for flux_ab, flux_so in zip(line.crossing_flux_ab.values, line.crossing_flux_so.values, strict=True):
        here = line.sel(flux_ab=flux_ab, flux_so=flux_so)
        assert abs(here.dc_current.sel(lead="R")) <= 10 * here.dc_current_error.sel(lead="R")
        assert np.isnan(here.spin_to_charge)
        assert abs(here.spin_current.sel(lead="R", direction="z")) > 1e-4
    assert int(np.isnan(line.spin_to_charge).sum()) == line.sizes["crossing"]


def test_the_antiresonance_is_at_the_level_of_the_dot_for_every_flux_but_whole_quanta(data):
    found = data["ring_map"]["antiresonance"]
    assert np.isnan(found[[0, -1]]).all()
    assert found[1:-1].values == pytest.approx(np.zeros(found.size - 2), abs=1e-15)


def test_second_order_has_the_known_value():
    assert second_order_current(ring().at(flux=0.3), 3, 0.07, 0.2, 0.05) == pytest.approx(1.6465829054e-3, rel=1e-9)


def test_the_resonance_has_the_known_width():
    known = {0.05: 0.002887, 0.1: 0.011359, 0.2: 0.042342, 0.3: 0.083421, 0.5: 0.133631}
    for flux, width in known.items():
        assert resonance_half_width(ring().at(flux=flux)) == pytest.approx(width, rel=1e-4)


def test_slow_drives_follow_the_square_law_and_weak_ones_second_order(data):
    current = data["frequency"]
    right = current.dc_current.sel(lead="R")
    slow = current.photon_energy < 0.02 * current.resonance_width
    assert np.abs(right / current.square_law - 1).where(slow).max() < 0.02
    # where the resonance is wider than the amplitude, second order is good at every photon energy; where it is narrower, it is not
    error = np.abs(right / current.second_order - 1)
    assert error.isel(case=0).max() < 0.06
    assert error.isel(case=1).max() > 0.8
