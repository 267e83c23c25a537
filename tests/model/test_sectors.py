"""Sectors: what connects and what does not, conserved spin, sparse and many settings."""

import numpy as np
import pytest
import scipy.sparse
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from floquant import gallery
from floquant.model import (
    Chain,
    Contact,
    Cosine,
    Device,
    Drive,
    Hopping,
    Lead,
    Onsite,
    Reservoirs,
    Strength,
    has_conserved_spin,
    sectors,
)
from model.crowded import at_time, crowded_device, finite, pauli


class Ladder(Lead):
    """A user's own lead: two chains, joined or not."""

    orbitals = 2

    def __init__(self, joined):
        self.joined = joined

    def surface(self, energy):
        return Chain().surface(energy) * np.eye(2)

    def bands(self):
        return ((-2.0, 2.0),)

    def connections(self):
        return np.ones((2, 2), bool) if self.joined else np.eye(2, dtype=bool)


@pytest.mark.parametrize(("joined", "count"), [(True, 1), (False, 2)])
def test_a_lead_connects_what_its_own_matrices_connect(joined, count):
    device = Device(np.diag([0.1, 0.2]), contacts={"L": Contact(Ladder(joined), [0, 1], 0.5)})
    assert len(sectors(device, None)) == count


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_the_ring_with_spin_is_two_rings(fluxes):
    ab, so = np.array(fluxes).T
    drive = Drive({"dot_level": Cosine(0.07)}, photon_energy=0.2)
    ring = gallery.quantum_ring(spin=True)
    up, down = found = sectors(ring, drive, {"flux_ab": ab, "flux_so": so})
    assert has_conserved_spin(ring, found)
    for s, (sector, flux) in enumerate([(up, ab + so), (down, ab - so)]):
        (alone,) = sectors(gallery.quantum_ring(), drive, {"flux": flux})
        assert list(sector.orbitals) == [s, s + 2, s + 4, s + 6]
        for p in range(len(ab)):
            for angle in (0, 2.0):
                np.testing.assert_allclose(at_time(sector, p, angle), at_time(alone, p, angle), atol=2e-15)
        for terminal, other in zip(sector.terminals, alone.terminals, strict=True):
            assert terminal.name == other.name
            assert list(terminal.spins) == [s]
            np.testing.assert_array_equal(terminal.self_energy(0.3), other.self_energy(0.3))


def test_spin_that_is_turned_over_is_one_sector():
    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(Chain(), 0, 0.5)},
        knobs={"field": Onsite(0, matrix=pauli["x"])},
        orbitals=2,
        spin=True,
    )
    assert has_conserved_spin(device, sectors(device, None))
    assert has_conserved_spin(device, sectors(device, None, {"field": [0.0, 0.0]}))
    mixed = sectors(device, None, {"field": [0.0, 0.1]})
    assert len(mixed) == 1
    assert not has_conserved_spin(device, mixed)
    assert list(mixed[0].terminals[0].spins) == [0, 1]
    assert not has_conserved_spin(gallery.quantum_ring(), sectors(gallery.quantum_ring(), None))


def test_a_spinless_coupling_matrix_means_both_spins():
    tau = np.array([[0.5], [0.3j]])
    device = Device(
        np.kron(np.diag([0.1, 0.2]), np.eye(2)), contacts={"L": Contact(Chain(), [0, 1], tau)}, orbitals=2, spin=True
    )
    up, down = sectors(device, None)
    np.testing.assert_array_equal(up.terminals[0].coupling, tau)
    np.testing.assert_array_equal(down.terminals[0].coupling, tau)
    assert list(down.orbitals) == [1, 3]
    assert list(down.terminals[0].lead_orbitals) == [1]


def test_components_come_in_order_and_without_a_contact_not_at_all():
    h = np.zeros((6, 6))
    for i, j in [(1, 4), (0, 5)]:
        h[i, j] = h[j, i] = 1.0
    h[2, 3] = h[3, 2] = 1.0  # touches nothing
    device = Device(
        h,
        contacts={"A": Contact(Chain(), 4), "B": Contact(Chain(), 5)},
        knobs={"bridge": Hopping((4, 5)), "gate": Onsite(1)},
    )
    found = sectors(device, None, {"gate": [0.0, 0.3]})
    assert [list(sector.orbitals) for sector in found] == [[0, 5], [1, 4]]
    assert [len(sector.ports) for sector in found] == [0, 1]
    assert [terminal.name for sector in found for terminal in sector.terminals] == ["B", "A"]
    assert all(sector.static.shape[0] == 2 for sector in found)
    (whole,) = sectors(device, None, {"bridge": 0.1})
    assert list(whole.orbitals) == [0, 1, 4, 5]
    assert list(whole.ports) == [2, 3]


def test_a_bond_that_is_cut_at_every_setting_connects_nothing():
    device = Device(
        [[0.0, 1.0], [1.0, 0.0]],
        contacts={"L": Contact(Chain(), 0), "R": Contact(Chain(), 1)},
        knobs={"strong": Strength(bond=(0, 1))},
    )
    assert len(sectors(device, None, {"strong": 0.0})) == 2
    assert len(sectors(device, None, {"strong": [0.0, 0.5]})) == 1


def test_a_big_sparse_device_stays_sparse():
    n = 500
    h = scipy.sparse.diags([np.ones(n - 1), np.ones(n - 1)], [1, -1], format="coo")
    device = Device(
        h,
        contacts={"L": Contact(Chain(), 0), "R": Contact(Chain(), n - 1)},
        knobs={"gate": Onsite(250), "grip": Strength(contact="L")},
    )
    (sector,) = sectors(device, Drive({"gate": Cosine(0.1)}, photon_energy=1), {"grip": 0.5})
    assert sector.hamiltonian.format == "csc"
    assert sector.hamiltonian.shape == (n + 1, n + 1)
    assert list(sector.ports) == [0, 250, n]
    assert sector.hamiltonian[0, n] == 1.0
    assert sector.static[0, 0, 2] == -0.5


def test_everything_in_a_sector_is_hermitian():
    device = crowded_device(7)
    drive = Drive({name: Cosine(0.3, 0.1) for name in device.knobs}, photon_energy=1)
    (sector,) = sectors(device, drive, {"flux": [0.1, 0.2, 0.3]})
    np.testing.assert_array_equal(sector.hamiltonian, sector.hamiltonian.conj().T)
    np.testing.assert_array_equal(sector.static, np.conj(np.swapaxes(sector.static, -1, -2)))


def test_a_hundred_thousand_settings_are_one_array_operation():
    settings = {"flux": np.linspace(0, 1, 100_000), "v": np.linspace(0, 0.1, 100_000)}
    (sector,) = sectors(gallery.quantum_ring(), Drive({"dot_level": Cosine("v")}, photon_energy=0.2), settings)
    assert sector.harmonics.shape == (100_000, 1, 2, 2)
    np.testing.assert_array_equal(sector.harmonics[:, 0, 1, 1], settings["v"] / 2)


def test_labelled_arrays_are_settings():
    flux = xr.DataArray([0.0, 0.25], dims="flux")
    (sector,) = sectors(gallery.quantum_ring(), None, {"flux": flux, "dot_level": xr.DataArray(0.1)})
    np.testing.assert_array_equal(sector.static[:, 0, 1], [0, -0.25 + 0.25j])
    assert Reservoirs(mu=flux).mu is flux
