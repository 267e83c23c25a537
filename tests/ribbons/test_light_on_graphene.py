"""Light opens gaps in graphene: at K by circular light, at half a photon, and in the mode of a ribbon."""

import numpy as np
import pytest
from asking import static

import floquant as fq
from floquant import gallery


def circular(strength, photon_energy, sense=1):
    light = {"light_x": fq.Cosine(strength), "light_y": fq.Cosine(strength, phase=-sense * np.pi / 2)}
    return fq.Drive(light, photon_energy=photon_energy)


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
