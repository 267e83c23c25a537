"""Ribbons of the gallery: transverse modes, Landau levels, and graphene under light against the bulk's closed forms."""

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


def circular(strength, photon_energy, sense=1):
    light = {"light_x": fq.Cosine(strength), "light_y": fq.Cosine(strength, phase=-sense * np.pi / 2)}
    return fq.Drive(light, photon_energy=photon_energy)


# Lattices


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


# At rest


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


# Driven


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


# Graphene under light


def bulk_harmonics(device, drive, orders, samples=64):
    """Bonds of the bulk as the device has them: ⟨A|H_n|B⟩ of one site A in the middle and its three neighbours, by FFT.

    Returns the vectors r_A − r_B (3, 2) and the harmonics (orders, 3), n = −N … N.
    """
    times = 2 * np.pi * np.arange(samples) / samples / drive.photon_energy
    h = drive.hamiltonian(device, times)
    middle = np.argmin(
        np.linalg.norm(device.positions - device.positions.mean(axis=0), axis=1)
        + 100 * (np.arange(device.site_count) % 2)
    )
    neighbours = np.flatnonzero(np.abs(h[0, middle]) > 1e-9)
    series = np.fft.ifft(h[:, middle, neighbours], axis=0)  # H_n = ⟨H(t) e^{inΩt}⟩
    assert len(neighbours) == 3
    return device.positions[middle] - device.positions[neighbours], series[np.arange(-orders, orders + 1)]


def quasienergies(vectors, harmonics, momentum, photon_energy, sidebands=8):
    """Eigenvalues of the Floquet–Bloch matrix of the two sublattices, H_{m−n}(k) + mħΩ δ_mn, sorted."""
    orders = len(harmonics) // 2
    hop = harmonics @ np.exp(-1j * vectors @ momentum)
    size = 2 * sidebands + 1
    matrix = np.zeros((size, 2, size, 2), complex)
    for m in range(size):
        matrix[m, :, m, :] += (m - sidebands) * photon_energy * np.eye(2)
        for n in range(max(0, m - orders), min(size, m + orders + 1)):
            matrix[m, 0, n, 1] = hop[orders + m - n]
            matrix[n, 1, m, 0] = np.conj(hop[orders + m - n])
    return np.linalg.eigvalsh(matrix.reshape(2 * size, -1))


def gap_around(energies, centre):
    return energies[energies > centre].min() - energies[energies <= centre].max()


DIRAC = {
    "zigzag": (lambda: gallery.zigzag_ribbon(4, 4), np.array([4 * np.pi / (3 * np.sqrt(3)), 0.0])),
    "armchair": (lambda: gallery.armchair_ribbon(6, 4), np.array([0.0, 4 * np.pi / (3 * np.sqrt(3))])),
}


@pytest.mark.parametrize("kind", DIRAC)
def test_the_bulk_of_a_graphene_ribbon_has_its_dirac_points_at_k(kind):
    make, dirac = DIRAC[kind]
    vectors, harmonics = bulk_harmonics(make(), fq.Drive({}, photon_energy=1.0), 0)
    assert abs(harmonics[0] @ np.exp(-1j * vectors @ dirac)) < 1e-12
    near = dirac + 1e-4 * np.array([0.6, 0.8])
    assert abs(harmonics[0] @ np.exp(-1j * vectors @ near)) == pytest.approx(1.5e-4, rel=1e-3)  # v = 3γ/2


@pytest.mark.parametrize("kind", DIRAC)
@pytest.mark.parametrize("photon_energy", [0.55, 3.0])
def test_circular_light_opens_okas_and_aokis_gap_at_k(kind, photon_energy):
    """√((ħΩ)² + 4(vz)²) − ħΩ, v = 3γ/2; the lattice adds a share of order z²."""
    make, dirac = DIRAC[kind]
    share = []
    for z in (0.1, 0.05):
        vectors, harmonics = bulk_harmonics(make(), circular(z, photon_energy), 6)
        gap = gap_around(quasienergies(vectors, harmonics, dirac, photon_energy), 0.0)
        share.append(gap / (np.sqrt(photon_energy**2 + 9 * z**2) - photon_energy) - 1)
    assert abs(share[0]) < 0.02
    assert abs(share[1]) < 0.3 * abs(share[0])


@pytest.mark.parametrize("kind", DIRAC)
def test_light_opens_a_gap_at_half_a_photon(kind):
    """vz at |k − K| = ħΩ/2v for circular light, vz |sin θ| for linear light, θ between k − K and A; small ħΩ, no trigonal warping."""
    make, dirac = DIRAC[kind]
    photon_energy, z = 0.04, 0.002
    angles = np.array([0.3, 1.2, 2.5])
    for name, drive, expected in (
        ("circular", circular(z, photon_energy), np.ones(3)),
        ("linear", fq.Drive({"light_x": fq.Cosine(z)}, photon_energy=photon_energy), np.abs(np.sin(angles))),
    ):
        vectors, harmonics = bulk_harmonics(make(), drive, 4)
        for angle, share in zip(angles, expected, strict=True):
            ring = photon_energy / 3 * (1 + np.linspace(-0.2, 0.2, 161))
            along = np.array([np.cos(angle), np.sin(angle)])
            gaps = [
                gap_around(quasienergies(vectors, harmonics, dirac + k * along, photon_energy, 4), photon_energy / 2)
                for k in ring
            ]
            assert min(gaps) == pytest.approx(1.5 * z * share, rel=0.04), name


def coupled_waves(w, strength, photon_energy, length, detuning):
    """T^(0) near E = ħΩ/2 of a chain E = |1 + w e^{iκ}| under light along it, 1.5 κ = k: two waves that reflect each other.

    A wave to the right in the upper band meets one to the left in the lower band, a photon below, at the same k. With
    Δ = z |Im q* q'|/|q|, q = 1 + w e^{iκ}, q' = i(1 − w e^{iκ}/2) and v = d|q|/dk: T = 1/(1 + (Δ/2vs)² sinh² sℓ),
    s² = (Δ/2v)² − (δ/v)².
    """
    cosine = (photon_energy**2 / 4 - 1 - w**2) / (2 * w)
    turn = np.exp(1j * np.arccos(cosine))
    q, slope = 1 + w * turn, 1j * (1 - w * turn / 2)
    gap = strength * abs((q.conj() * slope).imag) / abs(q)
    velocity = 1.5 * abs((q.conj() * 1j * w * turn).real) / abs(q)
    s = np.sqrt((gap / 2 / velocity) ** 2 - (detuning / velocity) ** 2 + 0j)
    return (1 / (1 + (gap / 2 / velocity / s) ** 2 * np.sinh(s * length) ** 2)).real, gap


def test_light_along_an_armchair_ribbon_opens_the_gap_of_its_transverse_mode():
    """Light along the ribbon keeps its transverse modes: that of w = 2 cos(2π/5) alone is open at ħΩ/2. Inside the gap it reflects."""
    w, photon_energy = 2 * np.cos(2 * np.pi / 5), 1.0
    detuning = np.array([0.0, 0.4, 0.7])  # in units of the gap
    off = []
    for z, cells in ((0.08, 16), (0.04, 32), (0.02, 64)):
        _, gap = coupled_waves(w, z, photon_energy, 3 * cells, 0.0)
        expected, _ = coupled_waves(w, z, photon_energy, 3 * cells, detuning * gap)
        drive = fq.Drive({"light_x": fq.Cosine(z)}, photon_energy=photon_energy)
        device = gallery.armchair_ribbon(4, cells)
        energies = photon_energy / 2 + detuning * gap
        through = fq.scatter(device, drive, energies, rtol=1e-5).transmission("R", "L", kind="elastic").values.squeeze()
        off.append(np.abs(through - expected))
    assert np.all(off[2][:2] < 0.3 * off[0][:2])
    assert np.all(np.max(off, axis=1) < [0.05, 0.025, 0.0125])
    assert expected[0] < 0.02


def test_circular_light_closes_the_bulk_of_a_wide_ribbon():
    """Inside ħΩ/2 ± vz/2 waves of the bulk come back; light of a photon wider than the bands finds no partner there."""
    device = gallery.zigzag_ribbon(16, 24)
    energies = np.array([0.5, 0.35])

    def lit(photon_energy):
        scattering = fq.scatter(device, circular(0.3, photon_energy), energies, rtol=1e-2)
        return scattering.transmission("R", "L", kind="total").values.squeeze()

    still = static(device, energies)
    np.testing.assert_allclose(still, [5, 3], atol=1e-9)
    assert np.all(lit(1.0) < 0.15 * still)
    assert np.all(lit(7.0) > 0.95 * still)


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
