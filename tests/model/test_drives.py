"""Drives: phases, parameters, photon energies, raw harmonics, H(t)."""

import numpy as np
import pytest
import scipy.sparse

from floquant import gallery
from floquant.model import Cosine, Device, Drive, sectors
from model.crowded import at_time, crowded_device, pauli, random_hermitian


def test_a_cosine_of_positive_phase_leads():
    assert Cosine(0.4, phase=0.3).harmonics()[1] == pytest.approx(0.2 * np.exp(-0.3j), abs=1e-16)
    device, drive = gallery.driven_level(), Drive({"level": Cosine(0.4, phase=0.3)}, photon_energy=0.5)
    for t in (0.0, 0.7, 5.0):
        assert drive.hamiltonian(device, t)[0, 0] == pytest.approx(0.4 * np.cos(0.5 * t + 0.3), abs=1e-15)


def test_a_parameter_is_given_later_and_photon_energy_may_be_one():
    drive = Drive({"left": Cosine("v"), "right": Cosine("v", phase="shift")}, photon_energy="omega")
    assert drive.parameters == ("v", "shift", "omega")
    ready = drive.at(v=0.1, shift=np.pi / 2)
    assert ready.parameters == ("omega",)
    pump = gallery.two_gate_pump()
    h = drive.hamiltonian(pump, [0.0, 1.0], v=0.1, shift=np.pi / 2, omega=0.3)
    np.testing.assert_allclose(h[:, 0, 0], 0.1 * np.cos([0, 0.3]), atol=1e-16)
    np.testing.assert_allclose(h[:, 1, 1], -0.1 * np.sin([0, 0.3]), atol=1e-16)
    (one,) = sectors(pump, drive, {"v": [0.1, 0.2], "shift": [0.0, np.pi / 2]})
    np.testing.assert_allclose(one.harmonics[1, 0], np.diag([0.1, -0.1j]), atol=1e-16)


def test_raw_harmonics_are_taken_as_they_are():
    rng = np.random.default_rng(5)
    h1, h2 = rng.normal(size=(2, 3, 3)) + 1j * rng.normal(size=(2, 3, 3))
    h0 = random_hermitian(rng, 3)
    device = crowded_device()
    drive = Drive.from_matrices({0: h0, 1: h1, -2: scipy.sparse.coo_array(h2)}, photon_energy=0.45)
    (sector,) = sectors(device, drive, {"flux": [0.0, 0.2]})
    np.testing.assert_allclose(sector.harmonics[1], [h1, h2.conj().T], atol=1e-16)
    np.testing.assert_allclose(sector.hamiltonian + sector.static[1], device.hamiltonian(flux=0.2) + h0, atol=1e-15)
    h = drive.hamiltonian(device, 1.1)
    np.testing.assert_allclose(h, h.conj().T, atol=1e-15)
    np.testing.assert_allclose(at_time(sector, 0, 0.45 * 1.1), h, atol=1e-14)
    Drive.from_matrices({1: h1, -1: h1.conj().T}, photon_energy=1)


def test_a_rotating_field_lifts_the_spin_by_absorbing():
    lift = np.array([[0, 1], [0, 0]])
    drive = Drive.from_matrices({1: 0.25 * lift}, photon_energy=0.4)
    device = Device(np.zeros((2, 2)), orbitals=2, spin=True)
    t = 0.9
    expected = 0.25 * (np.cos(0.4 * t) * pauli["x"] + np.sin(0.4 * t) * pauli["y"])
    np.testing.assert_allclose(drive.hamiltonian(device, t), expected, atol=1e-16)
