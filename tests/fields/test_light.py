"""Light is a vector potential: Bessel functions, circular polarisation, and the gauge of a tilt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

import floquant as fq
from fields.lattices import finite, path


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
