"""The same physics in a turned frame: spins along any axis, and a rotating field."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.closed_forms import chain_g, driven_level_amplitude

import floquant as fq
from spin.spinors import ONE, SIGMA, X, Y, Z, along, numbers, spinors


def turn(axis, angle):
    """SU(2) and SO(3) of one rotation."""
    axis = np.asarray(axis) / np.linalg.norm(axis)
    u = np.cos(angle / 2) * ONE - 1j * np.sin(angle / 2) * along(axis)
    rotation = np.array(
        [[0.5 * np.trace(SIGMA[i] @ u @ SIGMA[j] @ u.conj().T).real for j in range(3)] for i in range(3)]
    )
    return u, rotation


def two_sites(u, driven=True):
    """Two sites with spin–orbit coupling and a driven spin-matrix between ferromagnetic wires of two orbitals and one, all turned by u."""
    rng = np.random.default_rng(8)
    h = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    knob = rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2))
    both = np.kron(ONE, u)
    left = np.kron([[0.2, 0.4], [0.4, -0.1]], ONE) + np.kron(np.diag([0.3, 0.5]), SIGMA[2])
    hop = np.kron([[0.9, 0.1], [0.0, 0.6]], ONE) + 0.1 * np.kron(ONE, SIGMA[2])
    contacts = {
        "L": fq.Contact(fq.PeriodicLead(both @ left @ both.conj().T, both @ hop @ both.conj().T), [0, 1]),
        "R": fq.Contact(fq.PeriodicLead(u @ (0.4 * SIGMA[2]) @ u.conj().T, 1.0 * ONE), 1, coupling=0.8),
    }
    device = fq.Device(
        both @ (0.3 * (h + h.conj().T)) @ both.conj().T,
        contacts,
        {"field": fq.Onsite(0, matrix=u @ (knob + knob.conj().T) @ u.conj().T)},
        orbitals=2,
        spin=True,
    )
    return device, fq.Drive({"field": fq.Cosine(0.3, phase=0.2)}, photon_energy=0.6) if driven else None


@settings(max_examples=4, deadline=None)
@given(
    axis=st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1),
    angle=st.floats(0.1, 6.2),
)
def test_turning_all_spins_turns_the_axis_and_nothing_else(axis, angle):
    u, rotation = turn(axis, angle)
    found = []
    for frame, spin_axis in ((ONE, "z"), (u, rotation @ Z)):
        device, drive = two_sites(frame)
        scattering = fq.scatter(device, drive, [0.1, 0.7], sidebands=4)
        found.append(
            [numbers(scattering.transmission(b, a, spin_axis=spin_axis)) for b, a in ("RL", "LR", "LL")]
            + [numbers(scattering.transmission("R", "L", kind="static", spin_axis=spin_axis))]
        )
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(other, one, rtol=0, atol=1e-10)
    assert np.abs(found[0][0][0, 4, 0, 0] - found[0][0][0, 4, 1, 1]) > 1e-3


def test_turning_all_spins_turns_the_spin_current():
    u, rotation = turn((0.3, -0.5, 0.8), 1.9)
    currents = []
    for frame, axes in ((ONE, "z"), (u, {"R": rotation @ Z, "L": rotation @ Z})):
        device, drive = two_sites(frame)
        solution = fq.solve(device, drive, window=(0.1, 0.1), rtol=1e-7, sidebands=5)
        currents.append(
            fq.spin_current(solution, fq.Reservoirs(mu=0.1), axes=axes).sel(lead=["L", "R"]).values.squeeze()
        )
    np.testing.assert_allclose(currents[0], currents[1], rtol=1e-5, atol=1e-9)
    assert np.abs(currents[0]).min() > 1e-4


def test_the_sum_over_spins_does_not_know_the_axis():
    device, drive = fq.gallery.rashba_ring(sites=4, right=1).at(rashba=0.6, flux=0.2), None
    scattering = fq.scatter(device, drive, [0.3, 0.9])
    total = scattering.transmission("R", "L", spin_axis=None)
    assert total.dims == ("energy", "sideband")
    for axis in ("x", "y", "z", (0.2, -0.4, 0.5), (0.1, 0.2, -0.9)):
        found = scattering.transmission("R", "L", spin_axis=axis)
        np.testing.assert_allclose(found.sum(["spin_out", "spin_in"]).values, total.values, rtol=1e-11)


def test_spins_along_x_see_both_spins_along_z_at_once():
    """A driven level split along z: ⟨±x|G|±x⟩ = (G_↑ ± G_↓)/2 with Bessel functions, though S_z sectors are solved one by one."""
    gammas, split, energy = (0.5, 0.3), 0.4, 0.37
    device = fq.Device(
        np.diag([0.3 + split, 0.3 - split]),
        {"L": fq.Contact(fq.WideBand(gammas[0]), 0), "R": fq.Contact(fq.WideBand(gammas[1]), 0)},
        {"level": fq.Onsite(0)},
        orbitals=2,
        spin=True,
    )
    drive = fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)
    scattering = fq.scatter(device, drive, [energy], rtol=1e-12)
    options = {"gamma": sum(gammas), "amplitude": 1.2, "photon_energy": 1.0}
    axis = np.array([np.sin(0.8) * np.cos(2.1), np.sin(0.8) * np.sin(2.1), np.cos(0.8)])
    for spin_axis, basis in (("x", spinors(X)), ("y", spinors(Y)), (axis, spinors(axis)), (-axis, spinors(-axis))):
        found = scattering.transmission("R", "L", spin_axis=spin_axis).isel(energy=0)
        for n in (-2, -1, 0, 1, 2):
            g = np.diag([driven_level_amplitude(n, energy, level=0.3 + s * split, **options) for s in (1, -1)])
            expected = gammas[0] * gammas[1] * np.abs(basis.conj() @ g @ basis.T) ** 2
            np.testing.assert_allclose(found.sel(sideband=n).values, expected, rtol=1e-9, atol=1e-15)


def test_a_rotating_field_along_z_and_across_it():
    """G_ud^(+1) = (B/2)/[(E_1 − ε_u − Σ)(E − ε_d − Σ) − B²/4]: along x each T^(±1) is a quarter of it for all spins alike."""
    level, static, field, omega, energy, couplings = 0.1, 0.3, 0.5, 0.4, -0.25, (0.5, 0.35)
    device = fq.gallery.spin_pump(static_field=static, coupling_left=0.5, coupling_right=0.35).at(level=level)
    drive = fq.Drive({"field_x": fq.Cosine(field), "field_y": fq.Cosine(field, phase=-np.pi / 2)}, photon_energy=omega)
    scattering = fq.scatter(device, drive, [energy], rtol=1e-12)

    def gap(e, spin):
        return e - level - spin * static / 2 - sum(c**2 for c in couplings) * chain_g(e)

    def width(e, c):
        return -2 * c**2 * chain_g(e).imag

    flip = {n: (field / 2) / (gap(energy + n * omega, n) * gap(energy, -n) - field**2 / 4) for n in (1, -1)}
    diagonal = {
        s: gap(energy - s * omega, -s) / (gap(energy, s) * gap(energy - s * omega, -s) - field**2 / 4) for s in (1, -1)
    }
    rate = {n: width(energy, 0.5) * width(energy + n * omega, 0.35) for n in (-1, 0, 1)}
    straight = {
        0: np.diag([diagonal[1], diagonal[-1]]),
        1: np.array([[0, flip[1]], [0, 0]]),
        -1: np.array([[0, 0], [flip[-1], 0]]),
    }
    for spin_axis, basis in (("z", spinors(Z)), ("x", spinors(X)), ("y", spinors(Y))):
        found = scattering.transmission("R", "L", spin_axis=spin_axis).isel(energy=0)
        for n, g in straight.items():
            expected = rate[n] * np.abs(basis.conj() @ g @ basis.T) ** 2
            np.testing.assert_allclose(found.sel(sideband=n).values, expected, rtol=1e-10, atol=1e-15)
