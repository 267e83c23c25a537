"""Fields from site positions: what a loop counts, in every gauge, on any lattice."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

import floquant as fq
from fields.lattices import finite, path


def lattice(width, length, spin=False, sparse=False):
    """A square lattice of spacing 1: positions (sites, 2), H with hopping −1 between neighbours."""
    x, y = np.meshgrid(np.arange(length), np.arange(width), indexing="ij")
    positions = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    bonds = scipy.sparse.kron(path(length), scipy.sparse.eye(width)) + scipy.sparse.kron(
        scipy.sparse.eye(length), path(width)
    )
    h = -scipy.sparse.kron(bonds, scipy.sparse.eye(2 if spin else 1)).tocsr()
    return positions, h if sparse else h.toarray()


def loop_phase(h, sites):
    """The phase of hopping once around: ⟨s1|H|s0⟩⟨s2|H|s1⟩ … ⟨s0|H|sn⟩."""
    product = 1.0
    for start, end in zip(sites, [*sites[1:], sites[0]], strict=True):
        product = product * h[end, start] / abs(h[end, start])
    return product


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
