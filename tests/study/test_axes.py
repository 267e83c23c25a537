"""What is swept: knobs, parameters of the drive, arguments of a device function, reservoirs."""

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from study.problems import DRIVE, NAMED, RING, agree, current

PUMP = fq.gallery.two_gate_pump()
GATES = fq.Drive({"left": fq.Cosine("v"), "right": fq.Cosine("v", phase="shift")}, photon_energy=0.3)


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


def test_a_complex_hopping_is_an_axis():
    h = np.zeros((2, 2))
    contacts = {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [1])}
    device = fq.Device(h, contacts, {"link": fq.Hopping((0, 1))})
    data = fq.Study(device, None, axes={"link": [0.5, 0.5j, 0.3 + 0.4j], "energy": 0.1}, observe="transmission").run()
    passed = data.transmission.sel(lead_out="R", lead_in="L").squeeze()
    np.testing.assert_allclose(passed, passed[0], rtol=1e-12)  # the phase of one bond is a gauge
    assert passed[0] > 0.1
