"""Devices, drives and reservoirs as values: what they are made of, that they stay as they are, travel, and can be read."""

import pickle

import numpy as np
import pytest
import scipy.sparse

from floquant import gallery
from floquant.errors import NotConverged
from floquant.model import Chain, Contact, Cosine, Device, Drive, Onsite, Reservoirs, sectors


@pytest.mark.parametrize(
    "form", ["csr_matrix", "csc_array", "coo_matrix", "lil_array", "dok_matrix", "dia_array", "bsr_array"]
)
@pytest.mark.parametrize("dtype", [int, np.float32, complex, bool])
def test_any_matrix_of_any_number_type_is_a_hamiltonian(form, dtype):
    h = np.array([[0, 1], [1, 1]])
    device = Device(
        getattr(scipy.sparse, form)(h.astype(dtype)), contacts={"L": Contact(Chain(), 0)}, knobs={"x": Onsite(0)}
    )
    assert scipy.sparse.issparse(device.hamiltonian(x=2))
    np.testing.assert_array_equal(device.hamiltonian(x=2).toarray(), h + np.diag([2, 0]))
    np.testing.assert_array_equal(Device(h.tolist(), knobs={"x": Onsite(0)}).hamiltonian(x=2), h + np.diag([2, 0]))
    (sector,) = sectors(device, None, {"x": 2})
    assert isinstance(sector.hamiltonian, np.ndarray)


def test_rounding_errors_of_a_user_are_averaged_away():
    h = Device([[0, 1 + 1e-13j], [1, 0]]).h
    np.testing.assert_array_equal(h, h.conj().T)


def test_what_is_made_does_not_change():
    h = np.eye(2)
    device = Device(h, contacts={"L": Contact(Chain(), 0)}, knobs={"x": Onsite(0)})
    h[0, 0] = 7
    assert device.h[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        device.h[0, 0] = 3
    with pytest.raises(TypeError, match="frozen"):
        device.knobs["y"] = Onsite(1)
    with pytest.raises(AttributeError):
        device.spin = True


def test_a_problem_travels_to_a_worker():
    device = gallery.quantum_ring(spin=True).at(flux_so=0.1)
    drive = Drive({"dot_level": Cosine("v")}, photon_energy=0.2)
    device2, drive2 = pickle.loads(pickle.dumps((device, drive)))
    assert device2.resting == device.resting
    assert drive2.parameters == ("v",)
    np.testing.assert_array_equal(device2.hamiltonian(), device.hamiltonian())
    error = pickle.loads(pickle.dumps(NotConverged("Too few nodes.", best=np.arange(5.0), bound=0.1)))
    assert error.bound == 0.1
    assert str(error) == "Too few nodes. Best value: 0, 1, 2, … (5 numbers); error bound: 0.1."


def test_a_person_can_read_what_a_device_and_a_drive_are():
    text = repr(gallery.quantum_ring(spin=True).at(flux_ab=0.3))
    for part in (
        "4 sites",
        "8 orbitals",
        "with spin",
        "contact L: site 0, Chain",
        "flux_so",
        "bond (0, 3)",
        "rests at 0.3",
    ):
        assert part in text
    text = repr(Drive({"dot_level": Cosine("v", phase="shift")}, photon_energy=0.2))
    assert "dot_level  v cos(Ωt + shift)" in text
    assert "photon energy 0.2" in text


def test_the_gallery_is_what_it_says():
    ring = gallery.quantum_ring(dot_coupling=0.3, hopping=1.5, lead_level=0.1, lead_hopping=2.0)
    expected = np.array([[0, 1.5, 0, 0.3], [1.5, 0, 1.5, 0], [0, 1.5, 0, 0.3], [0.3, 0, 0.3, 0]])
    np.testing.assert_array_equal(ring.hamiltonian(), expected)
    assert ring.contacts["L"].lead == Chain(2.0, 0.1)
    assert ring.contacts["L"].coupling == 1.5
    moved = ring.hamiltonian(arm_level=0.2, dot_level=0.4, dot_coupling_left=2, dot_coupling_right=0)
    assert [moved[1, 1], moved[3, 3], moved[0, 3], moved[2, 3]] == [0.2, 0.4, 0.6, 0]
    assert list(gallery.driven_level().contacts) == ["L", "R"]
    assert list(gallery.driven_site(coupling_left=0.5).knobs) == ["level"]
    assert list(gallery.two_gate_pump((0.1, 0.2)).knobs) == ["left", "right"]
    for device in (ring, gallery.driven_level(), gallery.driven_site(), gallery.two_gate_pump()):
        assert device.positions.shape == (device.site_count, 2)


def test_reservoirs_are_for_all_leads_or_for_each():
    assert Reservoirs(mu=0.1).by_lead(["L", "R"]) == {"L": (0.1, 0.0), "R": (0.1, 0.0)}
    each = Reservoirs(mu={"L": [0.1, 0.2], "R": -0.1}, temperature=0.05).by_lead(["L", "R"])
    np.testing.assert_array_equal(each["L"][0], [0.1, 0.2])
    assert each["R"] == (-0.1, 0.05)
