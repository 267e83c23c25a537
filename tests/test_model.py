"""What a device, a drive and a lead are: the composition of knobs, harmonics in time, self-energies, sectors."""

import ast
import graphlib
import pickle
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

from floquant import gallery
from floquant.errors import NotConverged
from floquant.model import (
    Chain,
    Contact,
    Cosine,
    Device,
    Drive,
    Flux,
    Function,
    Harmonics,
    Hopping,
    Lead,
    Matrix,
    Onsite,
    Reservoirs,
    Strength,
    WideBand,
    has_conserved_spin,
    sectors,
)
from floquant.model.assembly.composition import gather
from floquant.model.assembly.deviation import deviation
from floquant.model.assembly.phases import unit_phase

finite = st.floats(-3, 3, allow_nan=False)
amplitude = st.floats(-0.8, 0.8, allow_nan=False)
pauli = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1, -1])}


def random_hermitian(rng, n, scale=1.0):
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    return scale * (h + h.conj().T) / 2


def crowded_device(seed=0, sparse=False):
    """Three sites on which every kind of knob shares elements with others."""
    rng = np.random.default_rng(seed)
    h = random_hermitian(rng, 3)
    return Device(
        scipy.sparse.csr_matrix(h) if sparse else h,
        contacts={"L": Contact(Chain(1.1), 0, 0.7), "R": Contact(WideBand(0.4), 2)},
        knobs={
            "level": Onsite([0, 1], weights=[1.0, -0.5]),
            "link": Hopping((2, 0)),
            "all": Matrix(random_hermitian(rng, 3)),
            "strong": Strength(bond=(0, 2)),
            "stronger": Strength(bond=[(2, 0), (1, 2)]),
            "flux": Flux(bond=(0, 2)),
            "flux_back": Flux(bond=[(2, 0), (0, 1)]),
        },
    )


def by_hand(device, base, level=0, link=0, all=0, strong=1, stronger=1, flux=0, flux_back=0):
    """The composition rule of `crowded_device`, written out element by element."""
    h = np.array(base, complex)
    h += level * np.diag([1, -0.5, 0]) + all * device.knobs["all"].h
    h[2, 0] += link
    h[0, 2] += np.conj(link)
    phase_02 = np.exp(2j * np.pi * (flux - flux_back))
    h[0, 2] *= strong * stronger * phase_02
    h[2, 0] *= strong * stronger * np.conj(phase_02)
    h[1, 2] *= stronger
    h[2, 1] *= stronger
    h[0, 1] *= np.exp(2j * np.pi * flux_back)
    h[1, 0] *= np.exp(-2j * np.pi * flux_back)
    return h


def at_time(sector, p, angle):
    """H(t) of a sector at setting p, from its harmonics."""
    change = sector.static[p].copy()
    for n, h_n in enumerate(sector.harmonics[p], start=1):
        change += h_n * np.exp(-1j * n * angle) + (h_n * np.exp(-1j * n * angle)).conj().T
    h = np.array(sector.hamiltonian)
    h[np.ix_(sector.ports, sector.ports)] += change
    return h


# knobs


@given(finite, finite, finite, finite, finite, finite, finite, finite)
def test_on_one_bond_additive_knobs_add_strengths_multiply_and_fluxes_add(a, b, c, d, e, f, g, h):
    device = crowded_device()
    knobs = {"level": a, "link": b + 1j * c, "all": d, "strong": e, "stronger": f, "flux": g, "flux_back": h}
    expected = by_hand(device, device.h, **knobs)
    found = device.hamiltonian(**knobs)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_array_equal(found, found.conj().T)
    np.testing.assert_array_equal(device.at(**knobs).hamiltonian(), found)
    sparse = crowded_device(sparse=True).hamiltonian(**knobs)
    assert scipy.sparse.issparse(sparse)
    np.testing.assert_array_equal(sparse.toarray(), found)


def test_a_knob_at_rest_changes_nothing_and_at_keeps_the_others():
    device = crowded_device()
    np.testing.assert_array_equal(device.hamiltonian(), device.h)
    moved = device.at(flux=0.2).at(strong=0.5)
    assert moved.resting == {**device.resting, "flux": 0.2, "strong": 0.5}
    np.testing.assert_array_equal(moved.hamiltonian(flux=0, strong=1), device.h)
    assert device.resting["flux"] == 0


def test_a_flux_multiplies_the_hopping_from_j_to_i():
    device = gallery.quantum_ring(dot_coupling=0.25)
    h = device.hamiltonian(flux=0.1)
    assert h[0, 3] == pytest.approx(0.25 * np.exp(0.2j * np.pi), abs=1e-16)
    assert h[3, 0] == np.conj(h[0, 3])
    assert h[2, 3] == 0.25


@given(st.integers(-100, 100), st.integers(0, 1023))
def test_phases_are_exactly_periodic_odd_and_real_at_halves(whole, part):
    turns = part / 1024
    assert unit_phase(turns) == unit_phase(turns + whole)
    assert unit_phase(-turns) == np.conj(unit_phase(turns))
    assert unit_phase(0.5) == -1
    assert unit_phase(0.25) == 1j


def test_a_site_means_all_of_its_orbitals():
    h = np.zeros((5, 5))
    device = Device(
        h,
        orbitals=[2, 1, 2],
        knobs={
            "gate": Onsite([0, 1]),
            "field": Onsite(2, matrix=pauli["y"]),
            "link": Hopping((0, 2), matrix=[[1, 2], [3, 4j]]),
        },
    )
    np.testing.assert_array_equal(np.diag(device.hamiltonian(gate=0.3)), [0.3, 0.3, 0.3, 0, 0])
    np.testing.assert_array_equal(device.hamiltonian(field=2.0)[3:, 3:], 2 * pauli["y"])
    np.testing.assert_array_equal(device.hamiltonian(link=1j)[:2, 3:], 1j * np.array([[1, 2], [3, 4j]]))
    backward = Device(h, orbitals=[2, 1, 2], knobs={"link": Hopping((2, 0), matrix=[[1, 2j], [3, 4j]])})
    np.testing.assert_array_equal(backward.hamiltonian(link=1j)[3:, :2], 1j * np.array([[1, 2j], [3, 4j]]))
    assert device.site_count == 3
    assert list(device.site_orbitals(2)) == [3, 4]


@given(finite, finite)
def test_a_function_sets_what_others_then_add_to(a, b):
    device = Device(
        np.ones((3, 3)),
        knobs={
            "angle": Function([2, 0], lambda x: np.array([[x, 1j * x], [-1j * x, 2.0]])),
            "level": Onsite(0),
            "strong": Strength(bond=(0, 2)),
        },
    )
    np.testing.assert_array_equal(device.hamiltonian(), np.ones((3, 3)))
    found = device.hamiltonian(angle=a, level=b, strong=2.0)
    np.testing.assert_allclose(found, [[2 + b, 1, -2j * a], [1, 1, 1], [2j * a, 1, a]], atol=1e-15)


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


# drives


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


@given(st.floats(0.001, 3.0), finite, st.floats(-np.pi, np.pi))
@settings(max_examples=30, deadline=None)
def test_a_driven_flux_has_bessel_harmonics(strength, flux, phase):
    drive = Drive({"flux": Cosine(strength, phase=phase)}, photon_energy=1.0)
    (sector,) = sectors(gallery.quantum_ring(), drive, {"flux": flux})
    i, j = (int(np.flatnonzero(sector.ports == site)[0]) for site in (0, 3))
    n = np.arange(1, sector.harmonics.shape[1] + 1)
    x, rest = 2 * np.pi * strength, 0.25 * np.exp(2j * np.pi * flux)
    wave = 1j**n * jv(n, x) * np.exp(-1j * n * phase)
    np.testing.assert_allclose(sector.harmonics[0, :, i, j], rest * wave, atol=2e-16 * max(1, x), rtol=0)
    # H_n is no Hermitian matrix: the other corner has the opposite phase
    back = np.conj(rest) * 1j**n * (-1.0) ** n * jv(n, x) * np.exp(-1j * n * phase)
    np.testing.assert_allclose(sector.harmonics[0, :, j, i], back, atol=2e-16 * max(1, x), rtol=0)
    mean = sector.hamiltonian[0, 3] + sector.static[0, i, j]
    assert mean == pytest.approx(rest * jv(0, x), abs=4e-16 * max(1, x))
    assert np.all(np.abs(jv(len(n) + np.arange(1, 9), x)) < 1e-15)


@pytest.mark.parametrize("strength", [1e-3, 1e-6, 1e-9])
def test_a_weak_flux_drive_keeps_its_digits(strength):
    (sector,) = sectors(gallery.quantum_ring(), Drive({"flux": Cosine(strength)}, photon_energy=1.0))
    found = sector.harmonics[0, 0, 0, 1]
    assert abs(found / (0.25j * jv(1, 2 * np.pi * strength)) - 1) < 2e-15


@given(st.integers(0, 5), st.lists(amplitude, min_size=7, max_size=7), st.lists(finite, min_size=7, max_size=7))
@settings(max_examples=40, deadline=None)
def test_the_harmonics_of_a_driven_product_are_the_product_at_every_time(seed, strengths, phases):
    device = crowded_device(seed)
    names = list(device.knobs)
    # not all are driven: an element may have a part that rests
    waves = {k: Cosine(v, phase=p) for k, v, p in zip(names[seed:], strengths, phases, strict=False)}
    if seed == 0:
        waves["level"] = Harmonics({0: 0.3, 1: 0.2 + 0.1j, 3: strengths[0]})
    drive = Drive(waves, photon_energy=0.7)
    rest = {"flux": 0.17, "strong": 0.4, "level": 0.3}
    (sector,) = sectors(device, drive, rest)
    assert list(sector.orbitals) == [0, 1, 2]
    for t in (0.0, 0.31, 4.4):
        expected = drive.hamiltonian(device, t, **rest)
        np.testing.assert_allclose(at_time(sector, 0, 0.7 * t), expected, atol=2e-14)
    values = dict.fromkeys(device.knobs, 0.0) | {"strong": 1.0, "stronger": 1.0} | rest
    for name, wave in waves.items():
        x = wave.harmonics()
        turning = sum(2 * np.real(x_k * np.exp(-0.217j * k)) for k, x_k in x.items() if k)
        values[name] += turning + np.real(x.get(0, 0))
    np.testing.assert_allclose(drive.hamiltonian(device, 0.31, **rest), by_hand(device, device.h, **values), atol=1e-13)


@given(st.integers(1, 6), st.data())
@settings(max_examples=25, deadline=None)
def test_many_settings_at_once_are_the_same_as_each_alone(count, data):
    device = crowded_device(3)
    lists = st.lists(amplitude, min_size=count, max_size=count)
    drive = Drive({"flux": Cosine("v", "shift"), "link": Cosine("v"), "strong": Cosine(0.3)}, photon_energy=0.7)
    values = {name: np.array(data.draw(lists)) for name in ("v", "shift", "flux_back", "level", "strong")}
    (batch,) = sectors(device, drive, values)
    assert batch.static.shape[0] == batch.harmonics.shape[0] == count
    for p in range(count):
        alone = {name: value[p] for name, value in values.items()}
        for t in (0.0, 1.3):
            np.testing.assert_allclose(at_time(batch, p, 0.7 * t), drive.hamiltonian(device, t, **alone), atol=2e-14)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_what_a_drive_changes_is_the_difference_with_and_without_it_for_one_setting_or_many(seed, data):
    """F(0) · D = H(values + moving) − H(values); knobs rest, have one value or one per setting, and so have their motions."""
    rng, device = np.random.default_rng(seed), crowded_device()
    elements = gather(device.element_rules, device.knobs, device.base)
    count, samples = 3, 4
    values = dict(device.resting)
    for name in data.draw(st.sets(st.sampled_from(list(device.knobs)))):
        values[name] = rng.normal(size=count) if data.draw(st.booleans()) else rng.normal()
    driven = data.draw(st.sets(st.sampled_from(list(device.knobs)), min_size=1))
    moving = {name: rng.normal(size=(count if data.draw(st.booleans()) else 1, samples)) for name in sorted(driven)}
    found = elements.factor(values, moving)[:, None] * deviation(elements, values, moving, [])
    without = elements.values(values)
    for sample in range(samples):
        now = values | {name: values[name] + shift[:, sample] for name, shift in moving.items()}
        assert np.allclose(found[:, sample], elements.values(now) - without, rtol=0, atol=1e-12)


@pytest.mark.parametrize("bond", [(0, 1), (1, 0)])
def test_a_driven_hopping_that_lags_keeps_its_complex_mean(bond):
    device = Device([[0, 1], [1, 0]], contacts={"L": Contact(Chain(), 0)}, knobs={"link": Hopping(bond, matrix=[[1j]])})
    drive = Drive({"link": Cosine(0.3, phase=0.7)}, photon_energy=1.0)
    (sector,) = sectors(device, drive, {"link": 0.2 + 0.1j})
    for t in (0.0, 1.1):
        h = np.array([[0, 1], [1, 0]], complex)
        h[bond] += 1j * (0.2 + 0.1j + 0.3 * np.cos(t + 0.7))
        h[bond[::-1]] = np.conj(h[bond])
        np.testing.assert_allclose(at_time(sector, 0, t), h, atol=1e-15)
        np.testing.assert_allclose(drive.hamiltonian(device, t, link=0.2 + 0.1j), h, atol=1e-15)


def test_a_driven_function_is_transformed_too():
    def spin_along(angle):
        return np.cos(angle) * pauli["z"] + np.sin(angle) * pauli["x"]

    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(WideBand(0.3), 0)},
        knobs={"angle": Function(0, spin_along)},
        orbitals=2,
        spin=True,
    )
    drive = Drive({"angle": Cosine("a")}, photon_energy=1.0)
    strengths = np.array([0.5, 0.5, 2.0])
    (sector,) = sectors(device, drive, {"angle": 0.2, "a": strengths})
    for p, a in enumerate(strengths):
        for angle in (0.0, 1.0):
            expected = spin_along(0.2 + a * np.cos(angle))
            np.testing.assert_allclose(at_time(sector, p, angle), expected, atol=1e-15)
    assert not has_conserved_spin(device, (sector,))


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


# leads


@given(st.floats(-6, 6), st.floats(0.1, 2), st.floats(-1, 1), st.floats(-np.pi, np.pi))
def test_a_chain_solves_its_own_recursion_with_the_decaying_root(energy, hopping, level, phase):
    lead = Chain(hopping * np.exp(1j * phase), level)
    g = lead.surface(energy)[0, 0]
    scale = max(1.0, abs(energy - level) / hopping)
    assert abs(g * (energy - level - hopping**2 * g) - 1) < 1e-13 * scale
    assert g.imag <= 0
    assert hopping * abs(g) <= 1 + 1e-12  # the wave does not grow away from the device
    ((low, high),) = lead.bands()
    if abs(energy - low) > 1e-9 and abs(energy - high) > 1e-9:
        assert (g.imag < 0) == (low < energy < high)


@given(st.floats(-1.9, 1.9), st.floats(-0.05, 0.05))
def test_complex_energies_continue_the_retarded_branch_through_the_band(energy, depth):
    lead = Chain(1.0)
    g = lead.surface(energy + 1j * depth)[0, 0]
    assert abs(g * (energy + 1j * depth - g) - 1) < 1e-13
    assert abs(g - lead.surface(energy)[0, 0]) < 4 * abs(depth) + 1e-15  # no jump across the real axis
    assert g.imag < 0


def test_a_chain_far_below_its_band_keeps_its_digits():
    assert Chain(1e-3).surface(-1e6)[0, 0] == pytest.approx(-1e-6, rel=1e-14)


@pytest.mark.parametrize("lead", [Chain(0.7 + 0.2j, 0.3), WideBand(0.8), WideBand(0.3, orbitals=3)])
@given(energies=st.lists(st.floats(-4, 4), min_size=1, max_size=4))
def test_a_lead_is_its_first_cell_and_the_lead_behind_it(lead, energies):
    h00, h01, behind = lead.absorbed()
    energy = np.array(energies)
    sigma = h01 @ behind.surface(energy) @ h01.conj().T
    cell = np.linalg.inv(energy[:, None, None] * np.eye(lead.orbitals) - h00 - sigma)
    np.testing.assert_allclose(cell, lead.surface(energy), atol=1e-11, rtol=1e-11)


def test_a_wide_band_gives_its_width_and_a_coupling_replaces_it():
    (own,) = sectors(Device([[0.1]], contacts={"L": Contact(WideBand(0.6), 0)}), None)
    np.testing.assert_allclose(own.terminals[0].self_energy(np.array([0.0, 5.0])), np.full((2, 1, 1), -0.3j))
    (other,) = sectors(Device([[0.1]], contacts={"L": Contact(WideBand(0.6), 0, coupling=2j)}), None)
    np.testing.assert_allclose(other.terminals[0].self_energy(0.0), [[-2j]])


@pytest.mark.parametrize("lead", [Chain(0.9, 0.2), WideBand(0.7)])
@pytest.mark.parametrize("spin", [False, True])
@given(energy=st.floats(-3.5, 3.5), strength=st.floats(0.1, 2), flux=finite)
@settings(max_examples=15, deadline=None)
def test_an_absorbed_cell_gives_back_the_contact(lead, spin, energy, strength, flux):
    """Eliminating the cell that a turned contact took in: Σ = s² τ g τ†, in closed channels too."""
    h = np.array([[0.3, 0.5], [0.5, -0.2]])
    device = Device(
        np.kron(h, np.eye(2)) if spin else h,
        contacts={"R": Contact(Chain(), 1), "L": Contact(lead, 0, coupling=0.6)},
        knobs={"grip": Strength(contact="L"), "twist": Flux(contact="L")},
        orbitals=2 if spin else 1,
        spin=spin,
    )
    for sector in sectors(device, None, {"grip": [1.5, strength], "twist": [0.1, flux]}):
        assert list(sector.orbitals[2:]) == [-1]
        h = np.array(sector.hamiltonian)
        h[np.ix_(sector.ports, sector.ports)] += sector.static[1]
        (terminal,) = [t for t in sector.terminals if t.name == "L"]
        h = h.astype(complex)
        h[np.ix_(terminal.orbitals, terminal.orbitals)] += terminal.self_energy(energy)
        cell = h[2, 2]
        sigma = h[0, 2] * h[2, 0] / (energy - cell)
        expected = strength**2 * 0.36 * lead.surface(energy)[0, 0]
        assert abs(sigma - expected) < 1e-10 * max(1, abs(expected))
        assert h[0, 2] == pytest.approx(0.6 * strength * np.exp(2j * np.pi * flux), abs=1e-14)


def test_a_contact_that_only_rests_elsewhere_takes_nothing_in():
    device = Device([[0.0]], contacts={"L": Contact(Chain(), 0)}, knobs={"grip": Strength(contact="L")}).at(grip=0.5)
    (sector,) = sectors(device, None, {"grip": 0.5})
    assert sector.hamiltonian.shape == (1, 1)
    assert sector.terminals[0].coupling[0, 0] == 0.5


def test_a_driven_contact_is_a_driven_bond():
    device = Device([[0.0]], contacts={"L": Contact(Chain(0.8), 0)}, knobs={"grip": Strength(contact="L")})
    (sector,) = sectors(device, Drive({"grip": Cosine(0.2)}, photon_energy=1))
    assert list(sector.ports) == [0, 1]
    np.testing.assert_allclose(sector.harmonics[0], [0.08 * pauli["x"]], atol=1e-17)
    np.testing.assert_allclose(sector.hamiltonian, 0.8 * pauli["x"], atol=1e-17)
    assert list(sector.terminals[0].orbitals) == [1]


def test_a_column_coupling_joins_one_chain_to_two_sites():
    tau = np.array([[0.5], [0.3j]])
    device = Device(np.zeros((2, 2)), contacts={"L": Contact(Chain(), [1, 0], tau)})
    (sector,) = sectors(device, None)
    (terminal,) = sector.terminals
    assert list(terminal.orbitals) == [1, 0]
    g = Chain().surface(0.4)
    np.testing.assert_allclose(terminal.self_energy(0.4), tau @ g @ tau.conj().T, atol=1e-16)


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


# sectors


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


# gallery and reservoirs


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


def test_a_static_site_between_two_chains_is_the_chain_again():
    (sector,) = sectors(gallery.driven_site(hopping=0.8), None)
    left, _right = sector.terminals
    sigma = left.self_energy(0.3)[0, 0]
    g = 1 / (0.3 - 2 * sigma)
    assert 4 * sigma.imag**2 * abs(g) ** 2 == pytest.approx(1, abs=1e-14)


def test_reservoirs_are_for_all_leads_or_for_each():
    assert Reservoirs(mu=0.1).by_lead(["L", "R"]) == {"L": (0.1, 0.0), "R": (0.1, 0.0)}
    each = Reservoirs(mu={"L": [0.1, 0.2], "R": -0.1}, temperature=0.05).by_lead(["L", "R"])
    np.testing.assert_array_equal(each["L"][0], [0.1, 0.2])
    assert each["R"] == (-0.1, 0.05)


def green(sector, p, energy):
    """Static G of a sector at setting p, on its device orbitals."""
    h = np.array(sector.hamiltonian)
    h[np.ix_(sector.ports, sector.ports)] += sector.static[p]
    for terminal in sector.terminals:
        h[np.ix_(terminal.orbitals, terminal.orbitals)] += terminal.self_energy(energy)
    mine = np.flatnonzero(sector.orbitals >= 0)
    return np.linalg.inv(energy * np.eye(len(h)) - h)[np.ix_(mine, mine)]


@given(st.integers(0, 1000), st.booleans(), st.booleans(), st.floats(-3, 3))
@settings(max_examples=40, deadline=None)
def test_turning_a_contact_is_the_same_as_making_it_with_another_coupling(seed, spin, wide, energy):
    rng = np.random.default_rng(seed)
    doubled = 2 if spin else 1
    h = random_hermitian(rng, 3 * doubled)
    tau = rng.normal(size=(2 * doubled, doubled)) + 1j * rng.normal(size=(2 * doubled, doubled))
    lead = WideBand(1.0) if wide else Chain(0.9 - 0.3j, 0.2)
    strength, other, turns = rng.normal(size=3)

    def made(coupling, sparse=False):
        return Device(
            scipy.sparse.csc_array(h) if sparse else h,
            contacts={
                "R": Contact(Chain(), 1, 0.6),
                "L": Contact(lead, [2, 0], coupling),
                "top": Contact(lead, 0, 0.3),
            },
            knobs={
                "grip": Strength(contact="L"),
                "top_grip": Strength(contact="top"),
                "twist": Flux(contact="L"),
                "level": Onsite(2),
            },
            orbitals=doubled,
            spin=spin,
        )

    turned = {"grip": [1.0, strength], "twist": [0.3, turns], "top_grip": [1.0, other], "level": [0.0, 0.4]}
    (sector,) = sectors(made(tau, sparse=bool(seed % 2)), None, turned)
    now = {name: value[1] for name, value in turned.items()}
    (resting,) = sectors(made(tau).at(**now), None)
    again = made(tau * strength * np.exp(2j * np.pi * turns)).at(level=0.4, top_grip=other)
    (direct,) = sectors(again, None)
    np.testing.assert_allclose(green(resting, 0, energy), green(direct, 0, energy), atol=1e-10, rtol=1e-8)
    np.testing.assert_allclose(green(sector, 1, energy), green(direct, 0, energy), atol=1e-10, rtol=1e-8)


def test_a_spin_flux_on_a_contact_turns_the_two_spins_oppositely():
    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(Chain(), 0, 0.5)},
        knobs={"so": Flux(contact="L", spin=True)},
        orbitals=2,
        spin=True,
    )
    for sector, sign in zip(sectors(device, None, {"so": 0.1}), (1, -1), strict=True):
        mean = sector.hamiltonian[0, 1] + sector.static[0, 0, 1]
        assert mean == pytest.approx(0.5 * np.exp(0.2j * np.pi * sign), abs=1e-15)


def test_a_contact_with_no_coupling_still_reflects():
    device = Device([[0.3]], contacts={"L": Contact(Chain(), 0, 0.0), "R": Contact(Chain(), 0)})
    (sector,) = sectors(device, None)
    assert [terminal.name for terminal in sector.terminals] == ["L", "R"]
    np.testing.assert_array_equal(sector.terminals[0].coupling, [[0]])


def test_labelled_arrays_are_settings():
    xarray = pytest.importorskip("xarray")
    flux = xarray.DataArray([0.0, 0.25], dims="flux")
    (sector,) = sectors(gallery.quantum_ring(), None, {"flux": flux, "dot_level": xarray.DataArray(0.1)})
    np.testing.assert_array_equal(sector.static[:, 0, 1], [0, -0.25 + 0.25j])
    assert Reservoirs(mu=flux).mu is flux


def test_files_of_leads_and_of_the_model_import_each_other_in_one_direction_only():
    """Imports for type checkers and inside functions count too; the algebra of waveforms is closed, and drawing stands above."""
    source = Path(gallery.__file__).parent.parent
    graph = {}
    for file in [*source.glob("leads/**/*.py"), *source.glob("model/**/*.py")]:
        name = ".".join(["floquant", *file.relative_to(source).with_suffix("").parts]).removesuffix(".__init__")
        imports = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        graph[name] = {node.module for node in imports if node.module.startswith("floquant.")}
    for name in graph:
        graph[name] = {
            other for other in graph[name] & set(graph) if "waveforms." not in name or "waveforms." not in other
        }
    assert len(graph) > 50
    graphlib.TopologicalSorter(graph).prepare()
