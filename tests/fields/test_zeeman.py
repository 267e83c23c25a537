"""Zeeman fields at rest, in textures and rotating; what a field says of itself, and what cannot be one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import floquant as fq
from fields.lattices import finite
from floquant.errors import BadInput

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
