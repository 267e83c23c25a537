"""Ribbons of square lattice and graphene: their bonds, fields, channels, and what they refuse."""

import numpy as np
import pytest
from asking import static
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import closed_forms

import floquant as fq
from floquant import gallery

RIBBONS = {
    "square": lambda **more: gallery.square_ribbon(5, 4, **more),
    "zigzag": lambda **more: gallery.zigzag_ribbon(4, 4, **more),
    "zigzag, odd": lambda **more: gallery.zigzag_ribbon(3, 3, **more),
    "armchair": lambda **more: gallery.armchair_ribbon(5, 4, **more),
    "armchair, even": lambda **more: gallery.armchair_ribbon(4, 3, **more),
}


def dense(device, **knobs):
    return device.hamiltonian(**knobs).toarray()


@pytest.mark.parametrize("name", RIBBONS)
def test_all_near_neighbours_of_a_ribbon_are_joined_and_no_others(name):
    """Distances from the positions alone; the leads go on as the ribbon does."""
    device = RIBBONS[name](hopping=0.7)
    distance = np.linalg.norm(device.positions[:, None] - device.positions, axis=-1)
    np.testing.assert_allclose(dense(device), np.where(np.abs(distance - 1) < 1e-9, 0.7, 0.0), atol=1e-14)
    h, cell = dense(device), device.contacts["R"].lead.orbitals
    for contact, behind, before in (
        ("R", slice(-2 * cell, -cell), slice(-cell, None)),
        ("L", slice(cell, 2 * cell), slice(0, cell)),
    ):
        lead = device.contacts[contact].lead
        np.testing.assert_allclose(lead.h00, h[before, before], atol=1e-14)
        np.testing.assert_allclose(lead.h01, h[behind, before], atol=1e-14)


def test_a_big_ribbon_is_sparse():
    """Every site has 3 bonds, but for half of each zigzag edge, and the ends: one site of each chain lacks one there."""
    device = gallery.zigzag_ribbon(40, 125)
    assert device.site_count == 10_000
    assert device.h.nnz == 3 * 10_000 - 2 * 125 - 2 * 40


def test_a_zigzag_edge_has_one_site_in_two_with_two_neighbours():
    device = gallery.zigzag_ribbon(6, 8)
    neighbours = np.diff(device.h.tocsc().indptr).reshape(8, 12)[3]
    np.testing.assert_array_equal(neighbours, [2] + 10 * [3] + [2])


@pytest.mark.parametrize("name", ["zigzag", "armchair"])
def test_a_sublattice_potential_sits_on_a_and_b(name):
    """Every bond joins A to B: the levels anticommute with the hopping."""
    device = RIBBONS[name]()
    levels = dense(device, sublattice=1.0) - dense(device)
    np.testing.assert_allclose(levels @ dense(device) + dense(device) @ levels, 0, atol=1e-14)
    np.testing.assert_allclose(levels @ levels, np.eye(device.site_count), atol=1e-14)


@settings(max_examples=10, deadline=None)
@given(name=st.sampled_from(sorted(RIBBONS)), field=st.floats(-0.5, 0.5))
def test_the_field_of_a_ribbon_is_a_peierls_field(name, field):
    plain, given = RIBBONS[name](), RIBBONS[name](field=field)
    knob = fq.Device(plain.h, knobs={"field": fq.Peierls(field="z")}, positions=plain.positions)
    np.testing.assert_allclose(dense(given), dense(knob, field=field), atol=1e-12)
    cell = given.contacts["R"].lead.orbitals
    np.testing.assert_allclose(
        given.contacts["R"].lead.h01, dense(knob, field=field)[:cell, cell : 2 * cell], atol=1e-12
    )


def test_a_square_ribbon_counts_its_transverse_modes():
    energies = np.array([-3.1, -1.7, -0.2, 0.9, 2.6])
    modes = 2 * np.cos(np.pi * np.arange(1, 6) / 6)
    expected = (np.abs(energies[:, None] - modes) < 2).sum(axis=1)
    np.testing.assert_allclose(static(RIBBONS["square"](), energies), expected, atol=1e-10)


@pytest.mark.parametrize("lines", [5, 6, 7])
def test_an_armchair_ribbon_is_a_sum_of_dimerised_chains(lines):
    """|1 − w_p| < |E| < 1 + w_p, w_p = 2 cos(πp/(N + 1)) > 0: metallic if N + 1 is a multiple of 3."""
    energies = np.array([0.02, 0.27, 0.7, 1.15, 2.2])
    w = 2 * np.cos(np.pi * np.arange(1, lines // 2 + 1) / (lines + 1))
    expected = ((np.abs(1 - w) < energies[:, None]) & (energies[:, None] < 1 + w)).sum(axis=1)
    np.testing.assert_allclose(static(gallery.armchair_ribbon(lines, 3), energies), expected, atol=1e-9)
    assert (expected[0] == 1) == ((lines + 1) % 3 == 0)


@pytest.mark.parametrize("chains", [4, 5])
def test_a_zigzag_ribbon_has_one_more_channel_for_each_pair_of_subbands(chains):
    """Open channels counted on the bands of H(k) = H00 + H01 e^{ik} + h.c. on a fine grid; one near E = 0."""
    device, energies = gallery.zigzag_ribbon(chains, 3), np.array([0.05, 0.4, 0.77, 1.3, 2.1])
    lead = device.contacts["R"].lead
    k = np.linspace(-np.pi, np.pi, 4001)[:, None, None]
    hop = np.exp(1j * k) * lead.h01
    bands = np.linalg.eigvalsh(lead.h00 + hop + np.conj(np.swapaxes(hop, -1, -2)))
    crossings = [((bands[:-1] < e) & (bands[1:] >= e)).sum() for e in energies]
    np.testing.assert_allclose(static(device, energies), crossings, atol=1e-9)
    assert crossings[0] == 1


def test_a_clean_ribbon_in_a_field_has_one_edge_channel_for_each_landau_level():
    """Flux 1/8 per plaquette; Hofstadter's gaps: 1 channel above the first, then 2, opposite under reversal of the energy."""
    device = gallery.square_ribbon(24, 3, field=1 / 8)
    np.testing.assert_allclose(static(device, [-2.85, -1.85, 2.85]), [1, 2, 1], atol=1e-8)


@pytest.mark.parametrize("name", ["square", "zigzag", "armchair"])
def test_disorder_and_gates_of_a_ribbon_lose_no_electron(name):
    device = RIBBONS[name](seed=3).at(disorder=1.5, left_gate=0.2, right_gate=-0.3)
    there, back, stay = (static(device, [0.33], *pair) for pair in (("R", "L"), ("L", "R"), ("L", "L")))
    assert there == pytest.approx(back, rel=1e-9)
    assert there + stay == pytest.approx(int(device.contacts["L"].lead.open_channels(0.33)), rel=1e-9)
    assert stay > 0.1


def test_a_square_ribbon_with_a_driven_gate_is_a_sum_of_driven_stretches():
    """Modes p = 1 … W with levels 2 cos(πp/(W + 1)): T^(n)(E) = Σ_p T^(n) of one chain at E − ε_p."""
    device = gallery.square_ribbon(3, 6)
    drive = fq.Drive({"gate": fq.Cosine(0.9)}, photon_energy=0.6)
    energy, n = 0.37, range(-3, 4)
    found = fq.scatter(device, drive, [energy], rtol=1e-10).transmission("R", "L").isel(energy=0)
    expected = sum(
        closed_forms.driven_stretch_transmission(
            n, energy - level, length=6, level=0.0, amplitude=0.9, photon_energy=0.6
        )
        for level in 2 * np.cos(np.pi * np.arange(1, 4) / 4)
        if abs(energy - level) < 2
    )
    np.testing.assert_allclose(found.reindex(sideband=list(n), fill_value=0.0).values, expected, rtol=1e-7, atol=1e-11)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gallery.square_ribbon(0, 5), ["width", "0", "≥ 1"]),
        (lambda: gallery.zigzag_ribbon(4, 2.0), ["length", "2.0", "integer"]),
        (lambda: gallery.armchair_ribbon(0), ["lines", "0", "≥ 1"]),
        (lambda: gallery.zigzag_ribbon(4, 4, seed=-2), ["seed", "-2", "≥ 0"]),
        (lambda: gallery.square_ribbon(4, 4, field=np.inf), ["field", "inf", "finite"]),
        (lambda: gallery.square_ribbon(4, 4, hopping=0.0), ["hopping", "0"]),
    ],
)
def test_a_refusal_says_what_is_and_what_must_be(make, words):
    with pytest.raises(fq.BadInput) as refusal:
        make()
    for word in words:
        assert word in str(refusal.value)
