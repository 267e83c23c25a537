"""The data of the figures at random points, against dense matrices."""

import numpy as np
import pytest
from reference import dense_floquet
from reference.ring_currents import computed, current, stored

POINTS = 50


def random_points(array, dims, seed, count=POINTS):
    """`count` random points of an array, along these dims: pairs of selections and their indices."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield {dim: int(rng.integers(array.sizes[dim])) for dim in dims}


def assert_within(value, error, reference, rounding=2e-15):
    """Within its own error bar of the reference."""
    assert abs(float(value) - reference) <= float(error) + rounding


def test_a_reference_computed_afresh_is_the_stored_one():
    known = stored()
    chosen = np.random.default_rng(8).choice(len(known), 5, replace=False)
    for asked in (sorted(known)[number] for number in chosen):
        assert computed(*asked) == pytest.approx(known[asked], rel=1e-9, abs=2e-15)


def test_the_map_of_the_current_is_dense_matrices(data):
    made = data["ring_map"]
    for at in random_points(made, ("flux", "fermi_energy"), 1):
        point = made.isel(at).sel(lead="R")
        assert_within(point.dc_current, point.dc_current_error, current(float(point.flux), float(point.fermi_energy)))


@pytest.mark.parametrize("kind", ["static", "total", "elastic"])
def test_the_maps_of_the_transmission_are_dense_matrices(data, kind):
    made = data["transmission_maps"]
    for at in random_points(made, ("flux", "energy"), 2):
        point = made.isel(at)
        problem = dense_floquet.ring(float(point.flux), 0.0 if kind == "static" else 0.07)
        every_n = dense_floquet.transmission(problem, np.array([float(point.energy)]), 9, "R", "L")[0]
        reference = every_n.sum() if kind == "total" else every_n[9]
        assert_within(point[f"transmission_{kind}"], point[f"transmission_{kind}_error"], reference, 1e-13)


def test_the_static_map_is_right_where_the_dots_state_is_bound(data):
    """At integer flux and E = 0 the undriven ring transmits fully: the bound state is a limit there, and not 0/0."""
    made = data["transmission_maps"].sel(energy=0.0, method="nearest")
    for flux in (0, -1):
        assert float(made.transmission_static.isel(flux=flux)) == pytest.approx(1.0, abs=1e-12)


def test_the_lines_of_figure_3_are_dense_matrices(data):
    made = data["spin_lines"]
    for at in random_points(made, ("case", "fermi_energy"), 3):
        point = made.isel(at).sel(lead="R")
        assert_spins(point, float(point.flux_ab), float(point.flux_so), float(point.fermi_energy))
        up = current(float(point.flux_ab) + float(point.flux_so), float(point.fermi_energy))
        one = point.sel(spin="up")
        assert_within(one.spin_resolved_current, one.spin_resolved_current_error, up)


@pytest.mark.parametrize(("name", "seed"), [("flux_plane", 4), ("flux_so_line", 5)])
def test_charge_and_spin_over_the_fluxes_are_dense_matrices(data, name, seed):
    made = data[name]
    for at in random_points(made, ("flux_ab", "flux_so"), seed):
        point = made.isel(at).sel(lead="R")
        assert_spins(point, float(point.flux_ab), float(point.flux_so), 0.0)


def assert_spins(point, flux_ab, flux_so, fermi_energy):
    up, down = (current(flux_ab + sign * flux_so, fermi_energy) for sign in (1, -1))
    spin = point.sel(direction="z")
    assert_within(point.dc_current, point.dc_current_error, up + down)
    assert_within(spin.spin_current, spin.spin_current_error, up - down)


def test_the_current_against_frequency_is_dense_matrices(data):
    """Every point from ħΩ = 0.05 on: below, dense matrices take minutes; there test_figures has the Ω² law and second order in v.

    At large ħΩ one photon reaches a bound state, a resonance of half width 6e-8: the brute force finds it, the quick reference does not.
    """
    made = data["frequency"].sel(lead="R")
    made = made.isel(photon_energy=np.flatnonzero(made.photon_energy >= 0.05))
    for case in range(made.sizes["case"]):
        for photon in range(made.sizes["photon_energy"]):
            point = made.isel(case=case, photon_energy=photon)
            photon_energy = float(point.photon_energy)
            flux, fermi_energy = float(point.flux), float(point.fermi_energy)
            reference = current(flux, fermi_energy, photon_energy=photon_energy, refined=photon_energy > 0.15)
            assert_within(point.dc_current, point.dc_current_error, reference)


def test_the_sidebands_are_dense_matrices(data):
    made = data["sidebands"]
    for at in random_points(made, ("energy", "sideband", "lead_out", "lead_in"), 7):
        point = made.isel(at)
        energy, n = np.array([float(point.energy)]), int(point.sideband)
        p = dense_floquet.probabilities(dense_floquet.ring(0.3), energy, 12)[0, 12 + n]
        assert_within(point.transmission, point.transmission_error, p[at["lead_out"], at["lead_in"]], 1e-13)
    carried = made.current_by_photons.sel(lead="R")
    assert_within(carried.sum(), made.current_by_photons_error.sel(lead="R").sum(), current(0.3, 0.05), 1e-12)
