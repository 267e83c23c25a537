"""Fields that act through positions and spins: magnetic fields, light, Zeeman and rotating fields."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

import floquant as fq
from floquant.errors import BadInput

finite = st.floats(-2, 2, allow_nan=False)


def lattice(width, length, spin=False, sparse=False):
    """A square lattice of spacing 1: positions (sites, 2), H with hopping −1 between neighbours."""
    x, y = np.meshgrid(np.arange(length), np.arange(width), indexing="ij")
    positions = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    bonds = scipy.sparse.kron(path(length), scipy.sparse.eye(width)) + scipy.sparse.kron(
        scipy.sparse.eye(length), path(width)
    )
    h = -scipy.sparse.kron(bonds, scipy.sparse.eye(2 if spin else 1)).tocsr()
    return positions, h if sparse else h.toarray()


def path(n):
    return scipy.sparse.diags([np.ones(n - 1), np.ones(n - 1)], [-1, 1])


def loop_phase(h, sites):
    """The phase of hopping once around: ⟨s1|H|s0⟩⟨s2|H|s1⟩ … ⟨s0|H|sn⟩."""
    product = 1.0
    for start, end in zip(sites, [*sites[1:], sites[0]], strict=True):
        product = product * h[end, start] / abs(h[end, start])
    return product


# Magnetic fields


@given(
    points=st.lists(st.tuples(finite, finite), min_size=3, max_size=6),
    b=finite,
    gauge=st.one_of(st.sampled_from(["x", "y"]), st.floats(0, 6).map(lambda a: (np.cos(a), np.sin(a)))),
)
def test_a_loop_counts_the_flux_through_its_polygon_in_every_gauge(points, b, gauge):
    points = np.array(points)
    n = len(points)
    h = np.roll(np.eye(n), 1, axis=0)
    device = fq.Device(h + h.T, knobs={"b": fq.Peierls(field="z", gauge=gauge)}, positions=points)
    x, y = points.T
    area = 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)  # the shoelace formula, positive counterclockwise
    found = loop_phase(device.hamiltonian(b=b), list(range(n)))
    assert found == pytest.approx(np.exp(2j * np.pi * b * area), abs=1e-12)


def test_a_tilted_field_pierces_a_loop_by_its_normal_component():
    square = np.array([[0, 0, 0], [2, 0, 1], [2, 1, 2], [0, 1, 1]], float)  # sides (2, 0, 1) and (0, 1, 1)
    h = np.roll(np.eye(4), 1, axis=0)
    for field, gauge in ((1, 2, 3), (3, 0, -1)), ((0, 1, 0), "x"), ((0, 1, 0), "z"), ("x", "y"), ("z", (1, 1, 0)):
        device = fq.Device(h + h.T, knobs={"b": fq.Peierls(field=field, gauge=gauge)}, positions=square)
        normal = np.eye(3)["xyz".index(field)] if isinstance(field, str) else np.array(field) / np.linalg.norm(field)
        flux = np.cross([2, 0, 1], [0, 1, 1]) @ normal
        assert loop_phase(device.hamiltonian(b=0.13), [0, 1, 2, 3]) == pytest.approx(np.exp(2j * np.pi * 0.13 * flux))


def test_a_third_of_a_quantum_per_plaquette_splits_the_square_lattice_into_hofstadters_three_bands():
    # Levels of the infinite lattice at b = 1/3: E³ − 6E = 2 cos 3k_x + 2 cos 3k_y, so |E³ − 6E| ≤ 4 (and edge states in gaps).
    positions, h = lattice(24, 24, sparse=True)
    device = fq.Device(h, knobs={"b": fq.Peierls(field="z")}, positions=positions)
    levels = np.linalg.eigvalsh(device.hamiltonian(b=1 / 3).toarray())
    inside = np.abs(levels**3 - 6 * levels) <= 4 + 1e-9
    assert inside.mean() > 0.8
    assert np.abs(levels).max() < 1 + np.sqrt(3)  # the edge of the outermost band: E³ − 6E = 4
    free = np.linalg.eigvalsh(h.toarray())
    assert (np.abs(free**3 - 6 * free) <= 4).mean() < 0.75


def test_an_integer_field_through_every_plaquette_is_no_field():
    positions, h = lattice(5, 6)
    contacts = {"L": fq.Contact(fq.Chain(), [0]), "R": fq.Contact(fq.Chain(), [29])}
    device = fq.Device(h, contacts, {"b": fq.Peierls(field="z", gauge="y")}, positions=positions)
    t = fq.scatter(device, None, [0.3, 1.1], b=[0.0, 1.0, 0.21]).transmission("R", "L", kind="total").values
    np.testing.assert_allclose(t[0], t[1], rtol=1e-9)
    assert np.abs(t[0] - t[2]).max() > 1e-2


# Peierls among other knobs


def test_phases_of_fields_light_and_fluxes_add_on_hops_that_other_knobs_make():
    positions = [[0.0, 0.0], [1.0, 0.5], [3.0, -1.0]]
    h = np.array([[0, 1.0, 0], [1.0, 0, 0], [0, 0, 0]])
    knobs = {
        "light": fq.Peierls(vector_potential=(3, 4)),
        "b": fq.Peierls(field="z", gauge="x"),
        "flux": fq.Flux(bond=(0, 1)),
        "hop": fq.Hopping((2, 1)),
        "only": fq.Peierls(vector_potential="y", bond=(1, 0)),
    }
    device = fq.Device(h, knobs=knobs, positions=positions)
    found = device.hamiltonian(light=0.7, b=0.2, flux=0.1, hop=0.5, only=0.3)
    # A·(r_i − r_j) for light along (0.6, 0.8), and −b y dx of the Landau gauge on the bond's middle
    phase_01 = 0.7 * (0.6 * -1.0 + 0.8 * -0.5) + 2 * np.pi * 0.2 * (-0.25) * -1.0 + 2 * np.pi * 0.1 + 0.3 * -0.5
    phase_21 = 0.7 * (0.6 * 2.0 + 0.8 * -1.5) + 2 * np.pi * 0.2 * 0.25 * 2.0
    assert found[0, 1] == pytest.approx(np.exp(1j * phase_01))
    assert found[2, 1] == pytest.approx(0.5 * np.exp(1j * phase_21))
    assert np.abs(found - found.conj().T).max() == 0


def test_a_field_leaves_spins_and_orbitals_inside_a_site_alone():
    block = np.array([[0.3, 0.2j], [-0.2j, -0.1]])
    hop = np.array([[1.0, 0.4], [-0.3j, 0.8]])
    h = np.block([[block, hop], [hop.conj().T, block]])
    device = fq.Device(
        h, knobs={"a": fq.Peierls(vector_potential="x")}, orbitals=2, spin=True, positions=[[0.0], [1.5]]
    )
    found = device.hamiltonian(a=0.4)
    np.testing.assert_allclose(found[:2, :2], block)
    np.testing.assert_allclose(found[:2, 2:], hop * np.exp(-0.6j))


def test_light_along_a_chain_gives_bessel_functions():
    # exp(i a cos Ωt) = Σ i^k J_k(a) e^{−ikΩt}; here on ⟨i|H|i + 1⟩ with r_i − r_{i+1} = −1.
    n, a = 6, 0.8
    device = fq.Device(
        path(n).toarray(),
        {"L": fq.Contact(fq.Chain(), 0)},
        {"light": fq.Peierls(vector_potential="x")},
        positions=np.arange(n),
    )
    (sector,) = fq.model.sectors(device, fq.Drive({"light": fq.Cosine(a)}, photon_energy=1.0))
    h_0 = sector.hamiltonian.copy()
    h_0[np.ix_(sector.ports, sector.ports)] += sector.static[0]
    assert h_0[2, 3] == pytest.approx(jv(0, a))
    for k in range(1, 6):
        assert sector.harmonics[0, k - 1, 2, 3] == pytest.approx((-1j) ** k * jv(k, a), abs=1e-15)
        assert sector.harmonics[0, k - 1, 3, 2] == pytest.approx(1j**k * jv(k, a), abs=1e-15)


def test_circular_light_is_two_fields_with_a_phase_lag_and_its_sense_matters():
    # high-frequency limit on a honeycomb: the effective next-neighbour hopping [H_1, H_−1]/ħΩ is imaginary and odd in the sense
    triangle = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]]) * np.sqrt(3)
    centre = triangle.mean(axis=0)
    h = np.zeros((4, 4))
    h[3, :3] = h[:3, 3] = 1.0
    knobs = {"light_x": fq.Peierls(vector_potential="x"), "light_y": fq.Peierls(vector_potential="y")}
    contacts = {"L": fq.Contact(fq.Chain(), 3)}
    device = fq.Device(h, contacts, knobs, positions=np.vstack([triangle, centre]))
    for sense in (1, -1):
        drive = fq.Drive({"light_x": fq.Cosine(0.3), "light_y": fq.Cosine(0.3, -sense * np.pi / 2)}, photon_energy=5.0)
        (sector,) = fq.model.sectors(device, drive)
        h_1 = sector.harmonics[0, 0]
        effective = h_1.conj().T @ h_1 - h_1 @ h_1.conj().T
        # A·r = a cos(Ωt − sα) on the arm at angle α, so H_1 ∝ e^{isα}; the arms 0 and 1 are 120° apart
        expected = -2j * np.sin(sense * 2 * np.pi / 3) * jv(1, 0.3) ** 2
        assert effective[1, 0] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=6)
@given(a=st.floats(-1, 1), phase=finite)
def test_a_uniform_vector_potential_that_also_passes_the_contacts_is_the_tien_gordon_gauge_of_a_tilt(a, phase):
    """A(t) along an open chain, contact bonds included, is gauged into site energies −dA/dt · x."""
    hops = np.array([0.8, 1.2, 0.6])
    h = np.diag(hops, 1) + np.diag(hops, -1)
    contacts = {"L": fq.Contact(fq.Chain(), 0, 0.7), "R": fq.Contact(fq.WideBand(0.5), 3)}
    knobs = {
        "light": fq.Peierls(vector_potential="x", contacts={"R": [[4.0]], "L": [[-1.0]]}),
        "left": fq.Flux(contact="L"),
        "right": fq.Flux(contact="R"),
        "tilt": fq.Onsite(range(4), weights=[0.0, 1.0, 2.0, 3.0]),
    }
    device = fq.Device(h, contacts, knobs, positions=np.arange(4.0))
    omega = 0.9
    light = fq.Drive({"light": fq.Cosine(a, phase)}, photon_energy=omega)
    # ψ_x → e^{−iA(t)x}ψ_x leaves −x dA/dt on site x, and the contact phases: −1 on the left at x = 0, and 4 on the right
    v = a * omega  # −dA/dt = aΩ sin(Ωt + φ) = aΩ cos(Ωt + φ − π/2)
    tilted = fq.Drive(
        {
            "tilt": fq.Cosine(-v, phase - np.pi / 2),
            "left": fq.Cosine(a / (2 * np.pi), phase),
            "right": fq.Cosine(-4 * a / (2 * np.pi), phase),
        },
        photon_energy=omega,
    )
    found, expected = (fq.scatter(device, drive, [0.37], rtol=1e-9).transmission("R", "L") for drive in (light, tilted))
    found, expected = (t.reindex(sideband=range(-8, 9), fill_value=0.0).values for t in (found, expected))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_fields_of_ninety_thousand_sites_stay_sparse():
    positions, h = lattice(300, 300, spin=True, sparse=True)
    knobs = {
        "b": fq.Peierls(field="z"),
        "light": fq.Peierls(vector_potential=(1, 1)),
        "spins": fq.Zeeman(range(90_000), "x"),
    }
    device = fq.Device(h, knobs=knobs, orbitals=2, spin=True, positions=positions)
    found = device.hamiltonian(b=0.01, light=0.1, spins=0.3)
    assert found.nnz == 8 * 300 * 299 + 2 * 90_000  # two spins, two ways, two directions of bonds; both spin flips
    site = 300 * 7 + 5  # x = 7, y = 5; its neighbour in x is 300 further
    phase = 2 * np.pi * 0.01 * (-5) * -1 + 0.1 * -np.sqrt(0.5)
    assert found[2 * site, 2 * (site + 300)] == pytest.approx(-np.exp(1j * phase))
    assert found[2 * site, 2 * site + 1] == pytest.approx(0.15)


# Zeeman fields

PAULI = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1.0, -1.0])}


@given(
    value=finite,
    direction=st.tuples(finite, finite, finite).filter(lambda n: np.linalg.norm(n) > 1e-3),
    weights=st.tuples(finite, finite),
)
def test_a_zeeman_field_is_half_its_value_times_sigma_along_it(value, direction, weights):
    knob = fq.Zeeman([0, 2], direction, weights)
    device = fq.Device(np.zeros((8, 8)), knobs={"field": knob}, orbitals=[2, 2, 4], spin=True)
    n = np.array(direction) / np.linalg.norm(direction)
    block = 0.5 * value * sum(component * PAULI[axis] for component, axis in zip(n, "xyz", strict=True))
    expected = np.zeros((8, 8), complex)
    expected[:2, :2] = weights[0] * block
    expected[4:, 4:] = weights[1] * np.kron(np.eye(2), block)
    np.testing.assert_allclose(device.hamiltonian(field=value), expected, atol=1e-14)


def test_each_site_of_a_texture_has_its_own_direction():
    angles = 2 * np.pi * np.arange(3) / 3
    helix = np.column_stack([np.cos(angles), np.sin(angles), 0 * angles])
    device = fq.Device(np.zeros((6, 6)), knobs={"helix": fq.Zeeman(range(3), helix)}, orbitals=2, spin=True)
    h = device.hamiltonian(helix=2.0)
    for site, angle in enumerate(angles):
        assert h[2 * site, 2 * site + 1] == pytest.approx(np.exp(-1j * angle))


ROTATING_LEVEL = fq.Device(
    0.1 * np.eye(2),
    {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.Chain(), 0, 0.35)},
    {"x": fq.Zeeman(0, "x"), "y": fq.Zeeman(0, "y"), "z": fq.Zeeman(0, "z")},
    orbitals=2,
    spin=True,
)


def chain_surface(energy):
    """g of a chain of hopping 1 inside its band."""
    return (energy - 1j * np.sqrt(4 - energy**2)) / 2


@pytest.mark.parametrize("sense", [1, -1])
def test_a_rotating_field_lifts_a_spin_by_one_photon(sense):
    """G_ud^(+1)(E) = (B/2)/[(E_1 − ε_u − Σ(E_1))(E − ε_d − Σ(E)) − B²/4]; turning the other way, ↑ absorbs instead."""
    b, b_z, omega, energy = 0.5, 0.3 * sense, 0.4, -0.25
    drive = fq.Drive(fq.rotating("x", "y", b, sense=sense), photon_energy=omega)
    found = fq.scatter(ROTATING_LEVEL, drive, [energy], rtol=1e-10, z=b_z).transmission("R", "L").squeeze("energy")
    total = 0.5**2 + 0.35**2
    rise = [e - level - total * chain_surface(e) for e, level in ((energy + omega, 0.1 + 0.15), (energy, 0.1 - 0.15))]
    green = (b / 2) / (rise[0] * rise[1] - b**2 / 4)
    gammas = [-2 * tau**2 * chain_surface(e).imag for tau, e in ((0.35, energy + omega), (0.5, energy))]
    absorbing, lifted = ("down", "up") if sense == 1 else ("up", "down")
    one = found.sel(sideband=1, spin_out=lifted, spin_in=absorbing).item()
    assert one == pytest.approx(gammas[0] * gammas[1] * abs(green) ** 2, rel=1e-9)
    assert one == pytest.approx(0.17482580139316, abs=1e-10)
    assert found.sel(sideband=-1, spin_out=absorbing, spin_in=lifted).item() == pytest.approx(
        0.06301960997638, abs=1e-10
    )
    assert found.sel(sideband=1, spin_out=absorbing, spin_in=lifted).item() == pytest.approx(0.0, abs=1e-14)


def test_a_rotating_vector_has_a_constant_length_and_its_sense():
    theta = np.linspace(0, 2 * np.pi, 50)
    for sense, multiple in ((1, 1), (-1, 1), (1, 3)):
        waves = fq.rotating("x", "y", "v", "chi", sense, multiple)
        x, y = (waves[name].at(v=0.7, chi=0.4).values(theta) for name in ("x", "y"))
        np.testing.assert_allclose(x + 1j * y, 0.7 * np.exp(1j * sense * (multiple * theta + 0.4)), atol=1e-14)


# Refusals

FLAT = [[0.0, 0.0], [1.0, 0.0]]


def two_sites(knob, positions=None, **options):
    return fq.Device(
        np.array([[0, 1.0], [1.0, 0]]), {"L": fq.Contact(fq.Chain(), 0)}, {"k": knob}, positions=positions, **options
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: fq.Peierls(), "either a vector potential or a field"),
        (lambda: fq.Peierls("x", "z"), "either a vector potential or a field"),
        (lambda: fq.Peierls("up"), "vector_potential of a Peierls knob is 'up', but it must be a direction"),
        (lambda: fq.Peierls((0, 0)), "a vector that is not 0"),
        (lambda: fq.Peierls("x", gauge="y"), "the gauge belongs to a field"),
        (lambda: fq.Peierls(field="x"), "gauge of a Peierls knob points along x, but it must be at right angles"),
        (lambda: two_sites(fq.Peierls("x")), "the device has no positions"),
        (
            lambda: two_sites(fq.Peierls("y"), [0.0, 1.0]),
            "needs positions along y, but the device's have 1 coordinate;",
        ),
        (
            lambda: two_sites(fq.Peierls(field="y"), FLAT),
            "needs positions along z, but the device's have 2 coordinates",
        ),
        (lambda: two_sites(fq.Peierls("x", bond=(0, 2)), FLAT), "touches site 2, but the device has sites 0…1"),
        (lambda: two_sites(fq.Peierls("x", contacts={"R": [[2.0, 0.0]]}), FLAT), 'no contact "R"; it has "L"'),
        (lambda: two_sites(fq.Peierls("x", contacts={"L": [[2.0]]}), FLAT), "give a point for each orbital"),
        (lambda: fq.Peierls("x", contacts={"L": np.zeros((1, 4))}), 'points of contact "L" have shape'),
        (lambda: two_sites(fq.Zeeman(0)), "is a Zeeman field, but the device has no spin"),
        (lambda: fq.Zeeman(0, "up"), "direction of a Zeeman knob is 'up'"),
        (lambda: fq.Zeeman([0, 1], np.ones((3, 3))), "directions of a Zeeman knob have shape"),
        (lambda: fq.Zeeman([0, 1], weights=[1.0]), "has 1 weights for 2 sites"),
        (lambda: two_sites(fq.Zeeman(3), orbitals=[2], spin=True), "touches site 3, but the device has only site 0"),
        (lambda: fq.rotating("x", "y", 1.0, sense=2), "sense of a rotating vector is 2"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_what_is_and_what_must_be(make, says):
    with pytest.raises(BadInput, match=says):
        make()


def test_a_field_says_what_it_is():
    device = fq.Device(
        np.zeros((4, 4)),
        knobs={
            "b": fq.Peierls(field="z", gauge="y"),
            "light": fq.Peierls("x", bond=(0, 1)),
            "spins": fq.Zeeman(0, (1, 0, 1)),
        },
        orbitals=2,
        spin=True,
        positions=FLAT,
    )
    text = repr(device)
    assert "magnetic field along z (gauge along y), on all bonds, rests at 0" in text
    assert "vector potential along x, on bond (0, 1)" in text
    assert "Zeeman field value along (0.707, 0, 0.707) on site 0" in text
