"""Studies: what is swept, fixed and zipped, one Dataset out of it, and the words in which a question is refused.

The right-hand sides are single calls, one for each point.
"""

import json
import subprocess
import sys
import warnings

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from floquant.study.compute.block import compute_block
from floquant.study.description.observables import OBSERVABLES, Observable
from floquant.study.plan.blocks import cut
from floquant.study.result.dataset import dataset
from floquant.study.running import run as run_in_blocks

PHOTON_ENERGY = 0.2
RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=PHOTON_ENERGY)
NAMED = fq.Drive({"dot_level": fq.Cosine("v")}, photon_energy="omega")
PUMP = fq.gallery.two_gate_pump()
GATES = fq.Drive({"left": fq.Cosine("v"), "right": fq.Cosine("v", phase="shift")}, photon_energy=0.3)


def current(device, drive, mu, temperature=0.0, rtol=1e-6, **knobs):
    """One current into R, by direct calls over a window that is as large as it need be."""
    levels = [*mu.values()] if isinstance(mu, dict) else [mu]
    window = (min(levels) - 40 * temperature, max(levels) + 40 * temperature)
    solution = fq.solve(device, drive, window=window, rtol=rtol, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=temperature)).sel(lead="R")


def agree(study_value, direct):
    """Two numbers within both of their error bounds."""
    return abs(float(study_value) - float(direct)) <= 2 * float(direct.dc_current_error) + 1e-15


# What is swept


def test_a_map_is_that_of_one_solve_bit_for_bit():
    flux, level = np.linspace(0, 1, 12), np.linspace(-0.6, 0.6, 7)
    data = fq.Study(RING, DRIVE, axes={"flux": flux, "fermi_energy": level}).run()
    solution = fq.solve(RING, DRIVE, window=(-0.6, 0.6), flux=flux)
    mu = xr.DataArray(level, dims="fermi_energy", coords={"fermi_energy": level})
    direct = fq.dc_current(solution, fq.Reservoirs(mu=mu))
    assert data.dc_current.dims == ("flux", "fermi_energy", "lead")
    np.testing.assert_array_equal(data.dc_current.values, direct.values)
    np.testing.assert_array_equal(data.dc_current_error.values, direct.dc_current_error.values)
    assert data.converged.all()


def test_the_dims_follow_the_order_of_the_axes():
    axes = {
        "fermi_energy": [0.0, 0.1],
        "omega": [0.2, 0.3, 0.4],
        "temperature": [0.01],
        "flux": [0.1, 0.2, 0.3, 0.4],
        "v": 0.07,
    }
    data = fq.Study(RING, NAMED, axes=axes).run()
    assert data.dc_current.dims == ("fermi_energy", "omega", "temperature", "flux", "lead")
    assert data.dc_current.shape == (2, 3, 1, 4, 2)
    at = {"fermi_energy": 0.1, "omega": 0.3, "flux": 0.4}
    direct = current(RING, NAMED.at(omega=0.3), 0.1, 0.01, flux=0.4, v=0.07)
    assert agree(data.dc_current.sel(lead="R", **at).squeeze(), direct)


def test_photon_energy_amplitude_and_phase_are_axes():
    data = fq.Study(RING, NAMED, axes={"omega": [0.1, 0.2], "v": [0.05, 0.07], "flux": 0.3, "fermi_energy": 0.05}).run()
    for omega in (0.1, 0.2):
        for v in (0.05, 0.07):
            direct = current(RING, NAMED.at(omega=omega, v=v), 0.05, flux=0.3)
            assert agree(data.dc_current.sel(omega=omega, v=v, lead="R"), direct)
    data = fq.Study(PUMP, GATES, axes={"shift": [-0.5, 0.0, 0.5], "v": 0.4, "fermi_energy": 0.1}).run()
    pumped = data.dc_current.sel(lead="R")
    assert float(pumped.sel(shift=0.5)) == pytest.approx(-float(pumped.sel(shift=-0.5)), rel=1e-5)
    assert abs(float(pumped.sel(shift=0.0))) < 1e-10


def test_bias_raises_the_first_lead_and_lowers_the_second():
    axes = {"bias": [-0.1, 0.2], "temperature": [0.0, 0.01], "fermi_energy": 0.05, "flux": 0.3}
    data = fq.Study(RING, DRIVE, axes=axes).run()
    for bias in (-0.1, 0.2):
        for temperature in (0.0, 0.01):
            direct = current(RING, DRIVE, {"L": 0.05 + bias / 2, "R": 0.05 - bias / 2}, temperature, flux=0.3)
            assert agree(data.dc_current.sel(bias=bias, temperature=temperature, lead="R"), direct)
    assert data.dc_current.sel(bias=0.2, temperature=0.0, lead="R") > 0  # from L to R


def test_arguments_of_a_device_function_are_axes():
    def ring(dot_coupling, lead_level=0.0):
        return fq.gallery.quantum_ring(dot_coupling=dot_coupling, lead_level=lead_level)

    data = fq.Study(ring, DRIVE, axes={"dot_coupling": [0.2, 0.3], "flux": [0.1, 0.3], "fermi_energy": 0.05}).run()
    assert data.dc_current.dims == ("dot_coupling", "flux", "lead")
    for coupling in (0.2, 0.3):
        direct = current(fq.gallery.quantum_ring(dot_coupling=coupling), DRIVE, 0.05, flux=0.3)
        assert agree(data.dc_current.sel(dot_coupling=coupling, flux=0.3, lead="R"), direct)


def test_a_device_function_gets_integers_and_strings_as_they_are():
    seen = []

    def chain(length, kind):
        seen.append((length, kind))
        h = np.diag(np.ones(length - 1), 1)
        contacts = {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [length - 1])}
        return fq.Device(h + h.T, contacts, {"gate": fq.Onsite(0)})

    axes = {"length": [2, 3], "kind": ["clean", "dirty"], "gate": 0.3, "energy": [0.2]}
    data = fq.Study(chain, None, axes=axes, observe={"transmission": {"kind": "total"}}).run()
    assert set(seen) == {(2, "clean"), (2, "dirty"), (3, "clean"), (3, "dirty")}
    assert all(type(length) is int and type(kind) is str for length, kind in seen)
    assert data.transmission.dims == ("length", "kind", "energy", "lead_out", "lead_in")
    assert list(data.kind.values) == ["clean", "dirty"]


def test_zipped_axes_share_a_dim():
    path = np.linspace(0.1, 0.4, 4)
    axes = {
        "flux": xr.DataArray(path, dims="step", coords={"step": [10, 20, 30, 40]}),
        "fermi_energy": xr.DataArray(0.1 * path, dims="step"),
        "omega": [0.2, 0.25],
        "v": 0.07,
    }
    data = fq.Study(RING, NAMED, axes=axes, observe=["dc_current", "transmission"]).run()
    assert data.dc_current.dims == ("step", "omega", "lead")
    assert data.transmission.dims == ("step", "omega", "sideband", "lead_out", "lead_in")
    assert data.flux.dims == data.fermi_energy.dims == ("step",)
    np.testing.assert_array_equal(data.step, [10, 20, 30, 40])
    at = data.isel(step=2, omega=1)
    assert agree(at.dc_current.sel(lead="R"), current(RING, NAMED.at(omega=0.25, v=0.07), 0.1 * path[2], flux=path[2]))
    direct = fq.scatter(RING, NAMED.at(omega=0.25, v=0.07), [0.1 * path[2]], flux=path[2]).transmission("R", "L")
    found = at.transmission.sel(lead_out="R", lead_in="L").reindex(sideband=direct.sideband, fill_value=0.0)
    np.testing.assert_allclose(found, direct[0], atol=1e-7)


def test_photon_energy_may_be_zipped_with_a_knob():
    axes = {
        "omega": xr.DataArray([0.1, 0.2, 0.3], dims="step"),
        "flux": xr.DataArray([0.3, 0.2, 0.1], dims="step"),
        "fermi_energy": [0.0, 0.05],
        "v": 0.07,
    }
    data = fq.Study(RING, NAMED, axes=axes).run()
    assert data.dc_current.dims == ("step", "fermi_energy", "lead")
    direct = current(RING, NAMED.at(omega=0.3, v=0.07), 0.05, flux=0.1)
    assert agree(data.dc_current.isel(step=2, fermi_energy=1).sel(lead="R"), direct)


def test_an_axis_of_two_dims_makes_a_plane_of_settings():
    plane = xr.DataArray([[0.1, 0.2, 0.3], [0.11, 0.21, 0.31]], dims=("a", "b"))
    data = fq.Study(RING, DRIVE, axes={"flux": plane, "fermi_energy": 0.05}).run()
    assert data.dc_current.dims == ("a", "b", "lead")
    assert agree(data.dc_current.isel(a=1, b=2).sel(lead="R"), current(RING, DRIVE, 0.05, flux=0.31))


def test_fixed_values_are_scalar_coordinates():
    by_axes = fq.Study(RING, DRIVE, axes={"flux": 0.3, "fermi_energy": [0.0, 0.05]}).run()
    by_keyword = fq.Study(RING, DRIVE, axes={"fermi_energy": [0.0, 0.05]}, flux=0.3).run()
    assert by_axes.flux.ndim == 0
    assert float(by_axes.flux) == 0.3
    assert by_axes.equals(by_keyword)


def test_one_point_is_a_study_too():
    data = fq.Study(RING, DRIVE, axes={"flux": 0.3, "fermi_energy": 0.05}).run()
    assert data.dc_current.dims == ("lead",)
    assert agree(data.dc_current.sel(lead="R"), current(RING, DRIVE, 0.05, flux=0.3))
    assert data.converged.shape == ()


def test_a_complex_hopping_is_an_axis():
    h = np.zeros((2, 2))
    contacts = {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [1])}
    device = fq.Device(h, contacts, {"link": fq.Hopping((0, 1))})
    data = fq.Study(device, None, axes={"link": [0.5, 0.5j, 0.3 + 0.4j], "energy": 0.1}, observe="transmission").run()
    passed = data.transmission.sel(lead_out="R", lead_in="L").squeeze()
    np.testing.assert_allclose(passed, passed[0], rtol=1e-12)  # the phase of one bond is a gauge
    assert passed[0] > 0.1


# What is observed


def test_transmissions_of_all_pairs_are_those_of_single_calls():
    energies, flux = np.array([-0.3, 0.05, 0.31]), np.array([0.1, 0.3])
    data = fq.Study(RING, DRIVE, axes={"flux": flux, "energy": energies}, observe="transmission").run()
    scattering = fq.scatter(RING, DRIVE, energies, flux=flux)
    for out in "LR":
        for into in "LR":
            direct = scattering.transmission(out, into)
            np.testing.assert_array_equal(data.transmission.sel(lead_out=out, lead_in=into), direct)
            found = data.transmission_error.sel(lead_out=out, lead_in=into)
            np.testing.assert_array_equal(found, direct.transmission_error)


@pytest.mark.parametrize("kind", ["total", "elastic", "static"])
def test_each_kind_of_transmission(kind):
    axes = {"flux": [0.1, 0.3], "energy": [0.0, 0.05], "v": 0.07, "omega": 0.2}
    data = fq.Study(RING, NAMED, axes=axes, observe={"transmission": {"kind": kind}}).run()
    scattering = fq.scatter(RING, DRIVE, [0.0, 0.05], flux=[0.1, 0.3])
    assert data.transmission.dims == ("flux", "energy", "lead_out", "lead_in")
    direct = scattering.transmission("R", "L", kind=kind)
    np.testing.assert_allclose(data.transmission.sel(lead_out="R", lead_in="L"), direct, atol=1e-13)


def test_without_energies_transmissions_are_at_the_fermi_energy():
    data = fq.Study(
        RING, DRIVE, axes={"fermi_energy": [0.0, 0.05], "flux": 0.3}, observe=["dc_current", "transmission"]
    ).run()
    assert data.transmission.dims == ("fermi_energy", "sideband", "lead_out", "lead_in")
    known = [2.2605670e-4, 2.71015998e-2, 0.2554194781, 1.50653742e-2, 1.0380252e-4]
    found = data.transmission.sel(fermi_energy=0.05, lead_out="R", lead_in="L").sel(sideband=slice(-2, 2))
    np.testing.assert_allclose(found, known, rtol=2e-7)


def test_energies_and_fermi_energies_side_by_side():
    axes = {"flux": [0.1, 0.3], "energy": [0.0, 0.1, 0.2], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, observe=["dc_current", "transmission"]).run()
    assert data.dc_current.dims == ("flux", "fermi_energy", "lead")
    assert data.transmission.dims == ("flux", "energy", "sideband", "lead_out", "lead_in")
    assert data.converged.dims == ("flux",)
    assert data.dc_current_converged.dims == ("flux", "fermi_energy")
    assert data.transmission_converged.dims == ("flux", "energy")


def test_ladders_of_different_length_are_one_array():
    axes = {"omega": [1.0, 0.05], "v": 0.3, "energy": [0.1], "flux": 0.3}
    data = fq.Study(RING, NAMED, axes=axes, observe="transmission").run()
    for omega in (1.0, 0.05):
        direct = fq.scatter(RING, NAMED.at(omega=omega, v=0.3), [0.1], flux=0.3).transmission("R", "L")
        found = data.transmission.sel(omega=omega, lead_out="R", lead_in="L")
        np.testing.assert_array_equal(found.sel(sideband=direct.sideband), direct)
        assert float(abs(found).sum()) == pytest.approx(float(abs(direct).sum()))
        assert np.all(data.transmission_error.sel(omega=omega) > 0)
    np.testing.assert_array_equal(data.sideband, -data.sideband[::-1])


def test_charge_and_spin_of_a_ring_with_spin():
    ring = fq.gallery.quantum_ring(spin=True)
    axes = {"fermi_energy": [0.0, 0.05], "flux_ab": 0.2, "flux_so": 0.1}
    observe = {"dc_current": {"resolve_spin": True}, "spin_current": {}, "transmission": {"kind": "total"}}
    data = fq.Study(ring, DRIVE, axes=axes, observe=observe).run()
    assert data.dc_current.dims == ("fermi_energy", "lead", "spin")
    assert data.spin_current.dims == ("fermi_energy", "lead", "direction")
    assert data.transmission.dims == ("fermi_energy", "lead_out", "lead_in", "spin_out", "spin_in")
    at = data.sel(fermi_energy=0.0, lead="R")
    assert float(at.dc_current.sum()) == pytest.approx(3.148070511439e-3, rel=2e-6)
    assert float(at.spin_current.sel(direction="z")) == pytest.approx(3.6096624e-4, rel=1e-5)
    direct = fq.scatter(ring, DRIVE, [0.0], flux_ab=0.2, flux_so=0.1).transmission("R", "L", kind="total")
    np.testing.assert_allclose(data.transmission.sel(lead_out="R", lead_in="L")[0], direct[0], atol=1e-7)


def test_a_line_in_the_table_is_all_that_an_observable_needs(monkeypatch):
    def doubled(solution, reservoirs, *, sign=1):
        result = 2 * sign * fq.dc_current(solution, reservoirs)
        return result.rename("doubled").assign_attrs(units="e/h * energy", long_name="twice the current")

    monkeypatch.setitem(OBSERVABLES, "doubled", Observable("reservoirs", doubled, "nobody, nowhere", {"sign": (1, -1)}))
    axes = {"flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, observe={"dc_current": {}, "doubled": {"sign": -1}}).run()
    np.testing.assert_array_equal(data.doubled, -2 * data.dc_current)
    np.testing.assert_array_equal(data.doubled_error, 2 * data.dc_current_error)
    assert data.doubled.attrs["long_name"] == "twice the current"
    assert "nobody, nowhere" in data.attrs["references"]
    with pytest.raises(fq.BadInput, match=r'it has "dc_current", .*"doubled"'):
        fq.Study(RING, DRIVE, axes=axes, observe="trebled")


# How it is computed


def computed(study, solve):
    """The Dataset of a study of one block, whose solves are done by this function."""
    (block,) = study.blocks
    return dataset(study.description, compute_block(study.description, block, solve), {})


def test_no_loop_runs_over_settings_or_fermi_energies():
    calls = []

    def counted(*arguments, **keywords):
        calls.append(keywords)
        return fq.solve(*arguments, **keywords)

    axes = {"flux": np.linspace(0, 1, 30), "v": np.linspace(0.01, 0.07, 5), "fermi_energy": np.linspace(-0.5, 0.5, 90)}
    data = computed(fq.Study(RING, NAMED.at(omega=0.2), axes=axes), counted)
    assert len(calls) == 1
    assert data.dc_current.size == 30 * 5 * 90 * 2


def test_blocks_change_no_number_beyond_its_error():
    axes = {"omega": [0.2, 0.3], "flux": np.linspace(0.05, 0.95, 7), "fermi_energy": [0.0, 0.05], "v": 0.07}
    study = fq.Study(RING, NAMED, axes=axes, observe=["dc_current", "transmission"])
    whole = study.run()
    assert [(block.start, block.stop) for block in study.blocks] == [(0, 7), (7, 14)]
    small = cut(2, 7, most_settings=3)
    assert [(b.start, b.stop) for b in small] == [(0, 3), (3, 6), (6, 7), (7, 10), (10, 13), (13, 14)]
    pieces = run_in_blocks(study.description, small, None, 1, None)
    for name in ("dc_current", "transmission"):
        bound = whole[f"{name}_error"] + pieces[f"{name}_error"]
        difference = whole[name] - pieces[name]
        difference = difference.dropna("sideband") if name == "transmission" else difference
        assert np.all(abs(difference) <= bound.reindex_like(difference) + 1e-15)


@pytest.mark.parametrize(
    ("outer", "inner", "settings", "most"), [(7, 5, 2, 100), (7, 5, 5, 3), (23, 4, 3, 10), (1, 11, 4, 1)]
)
def test_blocks_hold_every_row_once(outer, inner, settings, most):
    blocks = cut(outer, inner, settings, most_blocks=most)
    rows = [row for block in blocks for row in range(block.start, block.stop)]
    assert rows == list(range(outer * inner))
    assert [len(block) for block in blocks] == [block.stop - block.start for block in blocks]
    cells = [cell for block in blocks for cell in block.cells()]
    assert [cell.outer * inner + s for cell in cells for s in range(cell.start, cell.stop)] == rows
    assert all(cell.stop - cell.start <= settings for cell in cells)
    assert len(blocks) <= most


def test_a_large_sweep_is_cut_so_that_a_solve_fits_into_memory():
    axes = {"flux": np.linspace(0, 1, 200_000), "fermi_energy": np.linspace(-0.6, 0.6, 3)}
    blocks = fq.Study(RING, DRIVE, axes=axes).blocks
    assert max(len(block) for block in blocks) <= 2000
    assert len(blocks) < 4096


# What did not converge


def test_an_unconverged_point_is_nan_beside_its_best_value():
    # A resonance of half width 1e-5 needs more energies than these; far from it few are enough.
    axes = {"flux": [0.002, 0.3], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, max_nodes=240).run()
    good = data.converged
    assert not good.all()
    assert good.any()
    assert np.all(np.isnan(data.dc_current.where(~good, drop=True)) | good)
    np.testing.assert_array_equal(np.isnan(data.dc_current).any("lead"), ~good)
    assert np.all(np.isfinite(data.dc_current_best))
    np.testing.assert_array_equal(data.dc_current.where(good), data.dc_current_best.where(good))
    truth = fq.Study(RING, DRIVE, axes=axes).run()
    assert truth.converged.all()
    assert "dc_current_best" not in truth
    assert np.all(abs(data.dc_current_best - truth.dc_current) <= data.dc_current_error + truth.dc_current_error)
    assert data.dc_current.attrs["certificate_converged"] == 0


def test_a_row_that_fails_altogether_takes_no_other_with_it():
    def fussy(device, drive, window, **keywords):
        flux = np.atleast_1d(np.asarray(keywords["flux"]))
        if np.any(np.isclose(flux, 0.2)):
            raise fq.NotConverged("not this one")
        return fq.solve(device, drive, window, **keywords)

    data = computed(fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2, 0.3, 0.4], "fermi_energy": [0.0, 0.05]}), fussy)
    np.testing.assert_array_equal(data.converged, np.array([True, False, True, True])[:, None] * np.ones(2, bool))
    assert np.all(np.isnan(data.dc_current[1]))
    assert agree(data.dc_current.sel(flux=0.3, fermi_energy=0.05, lead="R"), current(RING, DRIVE, 0.05, flux=0.3))


def test_forced_sidebands_are_flagged_by_their_error_and_not_refused():
    data = fq.Study(
        RING, DRIVE, axes={"flux": 0.3, "fermi_energy": 0.05}, observe=["dc_current", "transmission"], sidebands=2
    ).run()
    assert data.converged
    assert data.dc_current.attrs["certificate_forced_sidebands"] == 1
    assert float(data.dc_current_error.sel(lead="R")) > 1e-9
    assert list(data.sideband.values) == [-2, -1, 0, 1, 2]


# What travels with it


def test_everything_has_units_and_a_long_name():
    def ring(dot_coupling=0.25):
        return fq.gallery.quantum_ring(dot_coupling=dot_coupling, spin=True)

    drive = fq.Drive({"dot_level": fq.Cosine("v", phase="shift")}, photon_energy="omega")
    axes = {
        "dot_coupling": [0.25], "omega": [0.2], "v": [0.07], "shift": [0.0], "flux_ab": xr.DataArray([0.1, 0.2], dims="step"),
        "dot_coupling_left": 1.0, "fermi_energy": [0.0, 0.05], "temperature": 0.0, "bias": 0.0, "energy": [0.0],
    }  # fmt: skip
    observe = {"dc_current": {"resolve_spin": True}, "spin_current": None, "transmission": {}}
    data = fq.Study(ring, drive, axes=axes, observe=observe, max_nodes=100).run()
    for name, variable in data.variables.items():
        if name != "step":
            assert variable.attrs.get("units"), name
            assert variable.attrs.get("long_name"), name
    assert data.flux_ab.attrs["units"] == "flux quanta"
    assert data["shift"].attrs["units"] == "rad"
    assert data.omega.attrs["units"] == data.fermi_energy.attrs["units"] == data.v.attrs["units"] == "energy"
    assert data.dc_current.attrs["units"] == "e/h * energy"


def test_provenance_tells_versions_parameters_time_and_certificate():
    data = fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}, rtol=1e-7).run()
    attrs = data.attrs
    assert attrs["Conventions"].startswith("CF")
    assert attrs["floquant_version"] == fq.__version__
    for word in ("floquant", "Python", "numpy", "numba", "scipy", "xarray"):
        assert word in attrs["source"]
    assert 0 < attrs["seconds"] < 100
    told = json.loads(attrs["parameters"])
    assert told["axes"]["fermi_energy"] == 0.05
    assert told["axes"]["flux"]["values"] == 2
    assert told["rtol"] == 1e-7
    assert "0.07 cos(Ωt)" in "".join(told["drive"])
    certified = data.dc_current.attrs
    assert certified["certificate_converged"] == 1
    assert 0 <= certified["certificate_current_leak"] < 1e-7
    assert "converged: ports" in certified["certificate"]
    assert "certificate_bound_states" not in certified  # 4 for each of many settings would be a book


def test_the_certificate_is_that_of_the_solve_to_the_last_digit():
    study = fq.Study(
        RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}, observe=["dc_current", "transmission"]
    )
    parts = compute_block(study.description, study.blocks[0])
    solution = fq.solve(RING, DRIVE, window=(0.05, 0.05), flux=[0.1, 0.2])
    assert repr(parts["dc_current"].certificate) == repr(solution.certificate)
    assert solution.certificate.bound_states
    scattering = fq.scatter(RING, DRIVE, [0.05], flux=[0.1, 0.2])
    assert repr(parts["transmission"].certificate) == repr(scattering.certificate)


def test_a_study_reads_well():
    shown = repr(fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}))
    assert "dc_current over flux (2)" in shown
    assert "fermi_energy = 0.05" in shown
    assert "0.07 cos(Ωt)" in shown


def test_making_a_study_loads_no_compiler_and_no_table_library():
    code = (
        "import sys, floquant as fq; fq.Study(fq.gallery.quantum_ring(), None, axes={'fermi_energy': 0.0, 'flux': [0.1, 0.2]}); "
        "print(*(name for name in ('numba', 'xarray', 'pandas', 'h5py', 'rich') if name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_xarray_can_save_it_by_itself(tmp_path):
    data = fq.Study(
        RING, DRIVE, axes={"flux": [0.1, 0.3], "fermi_energy": 0.0}, observe=["dc_current", "transmission"]
    ).run()
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    assert xr.load_dataset(tmp_path / "data.nc", engine="h5netcdf").equals(data)


def test_nothing_is_warned_about():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fq.Study(
            RING, DRIVE, axes={"flux": [0.0, 0.5, 1.0], "fermi_energy": [0.0]}, observe=["dc_current", "transmission"]
        ).run()


# What is refused, and in which words

F = {"fermi_energy": 0.0}
ONE_LEAD = fq.Device([[0.0]], {"L": fq.Contact(fq.Chain(), [0])}, {"level": fq.Onsite(0)})


def needs(length, gate=0.0):
    return RING


REFUSED = {
    "empty axis": (RING, DRIVE, {"flux": [], **F}, {}, r'"flux" is empty.*at least one value.*linspace'),
    "empty fermi energies": (RING, DRIVE, {"fermi_energy": np.zeros(0)}, {}, r'"fermi_energy" is empty'),
    "misspelt": (RING, DRIVE, {"flx": [0.1], **F}, {}, r'"flx" is neither a knob nor an axis.*Did you mean "flux"\?'),
    "misspelt reserved": (RING, DRIVE, {"fermi": 0.1}, {}, r'neither a knob nor an axis.*Did you mean "fermi_energy"\?'),
    "misspelt keyword": (RING, DRIVE, F, {"flxu": 0.1}, r'"flxu" is neither.*Did you mean "flux"\?'),
    "swept and fixed": (RING, DRIVE, {"flux": [0.1, 0.2], **F}, {"flux": 0.3}, r'"flux" is swept by axes and fixed by flux=0.3'),
    "swept along a fixed one": (
        RING, DRIVE, {"flux": 0.3, "fermi_energy": xr.DataArray([0.0, 0.1], dims="flux")}, {}, r'"flux" is swept .* and fixed at 0.3',
    ),
    "fixed photon energy": (RING, DRIVE, {"photon_energy": [0.1], **F}, {}, r'"photon_energy" is swept.*fixed by the drive.*name it'),
    "many fixed": (RING, DRIVE, F, {"flux": [0.1, 0.2]}, r'"flux" is given as a keyword.*2 values; put it into axes'),
    "zipped": (
        RING, DRIVE, {"flux": xr.DataArray([0.1, 0.2], dims="s"), "fermi_energy": xr.DataArray([0.1, 0.2, 0.3], dims="s")}, {},
        r'"flux" and "fermi_energy" share "s", but have 2 and 3 values',
    ),
    "zipped along an axis": (
        RING, DRIVE, {"flux": [0.1, 0.2], "fermi_energy": xr.DataArray([0.1, 0.2, 0.3], dims="flux")}, {},
        r'"flux" and "fermi_energy" share "flux", but have 2 and 3 values',
    ),
    "zipped at other values": (
        RING, DRIVE, {"flux": [0.1, 0.2], "fermi_energy": xr.DataArray([0.0, 0.1], dims="flux", coords={"flux": [0.1, 0.3]})}, {},
        r'along "flux" at other values',
    ),
    "disagreeing coordinates": (
        RING, DRIVE, {
            "flux": xr.DataArray([0.1, 0.2], dims="s", coords={"s": [1, 2]}),
            "fermi_energy": xr.DataArray([0.1, 0.2], dims="s", coords={"s": [1, 3]}),
        }, {}, r'disagree about the coordinates along "s"',
    ),
    "along a knob that is no axis": (
        RING, DRIVE, {"fermi_energy": xr.DataArray([0.0, 0.1], dims="flux")}, {}, r'"flux", which the study could sweep, but does not',
    ),
    "along a dimension of results": (
        RING, DRIVE, {"fermi_energy": xr.DataArray([0.0, 0.1], dims="lead")}, {}, r'along "lead", which is a dimension of results',
    ),
    "parameter without a value": (RING, NAMED, {"omega": 0.2, **F}, {}, r'"v" has no value; sweep or fix it'),
    "no Fermi energy": (RING, DRIVE, {"flux": 0.1}, {}, r'"dc_current" needs a Fermi energy'),
    "no energies": (RING, DRIVE, {"flux": 0.1}, {"observe": "transmission"}, r'"transmission" needs energies'),
    "two dimensions": (RING, DRIVE, {"flux": np.zeros((2, 2)), **F}, {}, r'"flux" is an array of 2 dimensions.*DataArray'),
    "ragged": (RING, DRIVE, {"flux": [[0.1], [0.1, 0.2]], **F}, {}, r'"flux" is .*must be a number or an array'),
    "text": (RING, DRIVE, {"flux": "0.3", **F}, {}, r'"flux" holds \'0.3\', but it must hold real numbers'),
    "nan": (RING, DRIVE, {"flux": [0.1, np.nan], **F}, {}, r'"flux" holds nan or inf'),
    "nothing": (RING, DRIVE, {"flux": None, **F}, {}, r'"flux" holds None'),
    "complex flux": (RING, DRIVE, {"flux": [0.1, 0.2j], **F}, {}, r'"flux" holds complex numbers'),
    "complex energy": (RING, DRIVE, {"fermi_energy": [0.1j]}, {}, r'"fermi_energy" holds complex'),
    "cold": (RING, DRIVE, {"temperature": [-0.1, 0.1], **F}, {}, r'"temperature" begins at -0.1, but it must be ≥ 0'),
    "no photons": (RING, NAMED, {"omega": [0.0, 0.1], "v": 0.1, **F}, {}, r'"omega" begins at 0, but a photon energy must be > 0'),
    "axes no dict": (RING, DRIVE, [("flux", 0.1)], {}, r"axes is .*must be a dict"),
    "no observable": (RING, DRIVE, F, {"observe": []}, r"observe is empty"),
    "unknown observable": (RING, DRIVE, F, {"observe": "dc_curent"}, r'no observable "dc_curent".*Did you mean "dc_current"\?'),
    "observable no name": (RING, DRIVE, F, {"observe": [fq.dc_current]}, r"observe holds <function.*list of names"),
    "unknown option": (RING, DRIVE, F, {"observe": {"dc_current": {"spin": True}}}, r'no option "spin"; it has "resolve_spin", "form"'),
    "option value": (RING, DRIVE, F, {"observe": {"transmission": {"kind": "all"}}}, r"'all', but it must be one of 'sidebands', 'total'"),
    "option number": (RING, DRIVE, F, {"observe": {"dc_current": {"resolve_spin": 1}}}, r"is 1, but it must be one of False, True"),
    "options no dict": (RING, DRIVE, F, {"observe": {"dc_current": True}}, r'options of "dc_current" are True'),
    "spin without spin": (RING, DRIVE, F, {"observe": "spin_current"}, r"the device has no spin; build it with spin=True"),
    "resolved without spin": (RING, DRIVE, F, {"observe": {"dc_current": {"resolve_spin": True}}}, r"mixes spins or has none"),
    "unused": (
        RING, DRIVE, {"temperature": [0.1, 0.2], "energy": 0.0}, {"observe": "transmission"},
        r'"temperature" is swept, but transmission does not depend on it',
    ),
    "unused energy": (RING, DRIVE, {"energy": [0.1, 0.2], **F}, {}, r'"energy" is swept, but dc_current does not depend on it'),
    "bias of one lead": (ONE_LEAD, None, {"bias": 0.1, **F}, {}, r'"bias" needs two leads, but the device has 1'),
    "no device": (3, DRIVE, F, {}, r"device is 3, but it must be a Device or a function"),
    "an array in the drive": (
        RING, fq.Drive({"dot_level": fq.Cosine([0.1, 0.2])}, photon_energy=0.2), F, {}, r'holds an array.*Cosine\("v"\)',
    ),
    "no drive": (RING, 0.2, F, {}, r"drive is 0.2, but it must be a Drive or None"),
    "argument without a value": (needs, DRIVE, F, {}, r'argument "length" has no value; give it as an axis'),
    "empty argument": (needs, DRIVE, {"length": [], **F}, {}, r'"length" is empty'),
    "returns no device": (lambda length: None, DRIVE, {"length": 3, **F}, {}, r"returned None at length = 3, but it must return a Device"),
    "argument named as a knob": (lambda flux: RING, DRIVE, {"flux": 0.1, **F}, {}, r'both an argument .* and a knob; rename'),
    "rtol": (RING, DRIVE, F, {"rtol": 2}, r"rtol is 2"),
    "window": (RING, DRIVE, F, {"window": (1, 0)}, r"window is \(1, 0\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_study_is_refused_when_it_is_made(case):
    device, drive, axes, keywords, words = REFUSED[case]
    with pytest.raises(fq.BadInput, match=words):
        fq.Study(device, drive, axes=axes, **keywords)


def test_a_window_that_is_too_small_names_the_one_to_ask_for():
    with pytest.raises(fq.BadInput, match=r"window=\(-0.1, 0.1\)"):
        fq.Study(RING, DRIVE, axes={"fermi_energy": [-0.1, 0.1]}, window=(0, 0.1)).run()


def test_contacts_that_change_along_the_way_are_refused():
    def device(length):
        contacts = {"LR"[k] if length == 2 else f"lead{k}": fq.Contact(fq.Chain(), [k]) for k in (0, 1)}
        return fq.Device(np.eye(2)[::-1], contacts)

    with pytest.raises(fq.BadInput, match=r'contacts "lead0", "lead1" at length = 3, but "L", "R" at the first point'):
        fq.Study(device, None, axes={"length": [2, 3], "energy": 0.0}, observe="transmission").run()


@pytest.mark.parametrize("workers", [0, 1.5, True, "two"])
def test_workers_are_a_whole_number(workers):
    with pytest.raises(fq.BadInput, match="workers is"):
        fq.Study(RING, DRIVE, axes=F).run(workers=workers)
