"""Spin along any axis: closed forms of valves, rotating fields and Rashba rings, and the same physics in a turned frame."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.closed_forms import chain_g, driven_level_amplitude

import floquant as fq

SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], complex)
ONE = np.eye(2)
X, Y, Z = np.eye(3)


def along(axis):
    return np.einsum("k,kij->ij", np.asarray(axis, float), SIGMA)


def spinors(axis):
    """↑ and ↓ along an axis, as rows."""
    return np.linalg.eigh(along(axis))[1].T[::-1]


def turn(axis, angle):
    """SU(2) and SO(3) of one rotation."""
    axis = np.asarray(axis) / np.linalg.norm(axis)
    u = np.cos(angle / 2) * ONE - 1j * np.sin(angle / 2) * along(axis)
    rotation = np.array(
        [[0.5 * np.trace(SIGMA[i] @ u @ SIGMA[j] @ u.conj().T).real for j in range(3)] for i in range(3)]
    )
    return u, rotation


def numbers(transmission):
    """dims (energy, spin_out, spin_in) …"""
    return transmission.transpose("energy", ..., "spin_out", "spin_in").values


# A level between two magnets


def magnet(gamma, polarisation, axis):
    return gamma * (ONE + polarisation * along(axis))


def valve(angle, polarisation, gamma=0.5, level=0.0):
    """A level between wide bands whose Γ = γ (1 + p n·σ) point `angle` apart."""
    n = (np.sin(angle) * np.cos(0.4), np.sin(angle) * np.sin(0.4), np.cos(angle))
    gammas = magnet(gamma, polarisation, Z), magnet(gamma, polarisation, n)
    contacts = {name: fq.Contact(fq.WideBand(g, spinless=False), 0) for name, g in zip("LR", gammas, strict=True)}
    return fq.Device(level * ONE, contacts, {"level": fq.Onsite(0)}, orbitals=2, spin=True), gammas, n


@settings(max_examples=10, deadline=None)
@given(angle=st.floats(0, np.pi), polarisation=st.floats(0.01, 0.95))
def test_a_spin_valve_on_resonance_closes_as_the_angle_opens(angle, polarisation):
    """T = 2 (1 − p²)/(1 − p² cos²(θ/2)): 2 in parallel, 2 (1 − p²) in antiparallel."""
    device, _, _ = valve(angle, polarisation)
    found = fq.scatter(device, None, [0.0]).transmission("R", "L", spin_axis=None)
    expected = 2 * (1 - polarisation**2) / (1 - (polarisation * np.cos(angle / 2)) ** 2)
    assert float(found.squeeze()) == pytest.approx(expected, rel=1e-11)


def valve_spins(energy, gammas, n, gamma, polarisation):
    """T_s's = γ (1 ± p) γ (1 ± p) |⟨s' along n|G|s along z⟩|², G = [E + i (Γ_L + Γ_R)/2]⁻¹."""
    g = np.linalg.inv(energy * ONE + 0.5j * sum(gammas))
    rates = gamma * (1 + polarisation * np.array([1, -1]))
    return rates[:, None] * rates * np.abs(spinors(n).conj() @ g @ ONE) ** 2


def test_each_spin_of_a_valve_is_counted_along_its_own_magnet():
    angle, p = 1.1, 0.6
    device, gammas, n = valve(angle, p)
    energies = [-0.4, 0.3]
    found = fq.scatter(device, None, energies).transmission("R", "L", spin_axis={"L": "z", "R": n})
    expected = [valve_spins(energy, gammas, n, 0.5, p) for energy in energies]
    np.testing.assert_allclose(numbers(found)[:, 0], expected, rtol=1e-11)
    assert found.attrs["spin_axis"].endswith("and z")


def test_the_spin_current_of_a_valve_is_carried_by_its_magnets_own_spins():
    """I^s_R along n = ∫ Σ_s (T_↑s − T_↓s) dE over the bias; across n it is not conserved in the lead."""
    angle, p, bias = 2.0, 0.7, 0.4
    device, gammas, n = valve(angle, p)
    solution = fq.solve(device, None, window=(-bias, bias), rtol=1e-9)
    reservoirs = fq.Reservoirs(mu={"L": bias, "R": -bias})
    x, w = np.polynomial.legendre.leggauss(40)
    spins = np.array([valve_spins(bias * e, gammas, n, 0.5, p) for e in x])
    expected = bias * np.einsum("e,est,s->", w, spins, [1, -1])
    found = fq.spin_current(solution, reservoirs, axes={"R": n})
    assert found.lead.values.tolist() == ["R"]
    assert float(found.squeeze()) == pytest.approx(expected, rel=1e-8)
    assert float(found.coords["spin_current_error"].squeeze()) < 1e-7
    # the opposite axis counts the opposite spin
    assert float(fq.spin_current(solution, reservoirs, axes={"R": -np.array(n)}).squeeze()) == pytest.approx(-expected)
    vector = fq.spin_current(solution, reservoirs)
    assert np.isnan(vector.sel(lead="R")).all()
    assert np.isnan(vector.sel(lead="L", direction=["x", "y"])).all()
    assert np.isnan(vector.spin_current_error.sel(lead="R")).all()
    assert np.isfinite(float(vector.sel(lead="L", direction="z").squeeze()))
    assert "L: x, y (the lead conserves the spin along z only)" in vector.attrs["not_conserved"]
    assert "R: x, y, z" in vector.attrs["not_conserved"]


def test_a_phase_on_the_contact_of_a_magnet_moves_no_spin():
    """The contact becomes a bond, and behind it the magnet is still one: S(f) = S e^{2πif}, T_s's is the same."""
    device, gammas, n = valve(1.1, 0.6)
    device = fq.Device(device.h, device.contacts, {"f": fq.Flux(contact="L")}, orbitals=2, spin=True)
    turned = fq.scatter(device, None, [0.3], f=0.2)
    found = turned.transmission("R", "L", spin_axis={"L": "z", "R": n})
    np.testing.assert_allclose(numbers(found)[0, 0], valve_spins(0.3, gammas, n, 0.5, 0.6), rtol=1e-11)
    still = fq.scatter(device, None, [0.3]).amplitude("R", "L").values
    np.testing.assert_allclose(turned.amplitude("R", "L").values, still * np.exp(0.4j * np.pi), rtol=0, atol=1e-12)


# The same device in a turned frame


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


# Closed forms along axes across which S_z sectors add up


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


# The Rashba ring


def rashba():
    """A driven Rashba ring of five sites, the ring of one spin, w/2π, and the axis at each lead along which no spin is turned."""
    strength, sites, right = 0.8, 5, 2
    theta = np.arctan2(strength, 1.0)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    axes = {}
    for name, site in (("L", 0), ("R", right)):
        phi = np.pi + 2 * np.pi * site / sites
        axes[name] = (np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta) * np.sin(np.pi / sites))
    hopping = np.hypot(1.0, strength)
    ring = hopping * (np.eye(sites, k=1) + np.eye(sites, k=-1))
    ring[0, -1] = ring[-1, 0] = hopping
    plain = fq.Device(
        ring,
        {"L": fq.Contact(fq.Chain(), 0, 0.7), "R": fq.Contact(fq.Chain(), right, 0.7)},
        {"flux": fq.Flux(bond=(0, sites - 1)), "lower_gate": fq.Onsite([1]), "upper_gate": fq.Onsite([3, 4])},
    )
    real = fq.gallery.rashba_ring(sites, coupling=0.7, right=right).at(rashba=strength)
    drive = fq.Drive({"lower_gate": fq.Cosine(0.5), "upper_gate": fq.Cosine(0.3, phase=0.9)}, photon_energy=0.4)
    return real, plain, w / (2 * np.pi), axes, drive


def test_a_rashba_ring_turns_no_spin_that_comes_along_its_own_axis():
    """Along n_L in L and n_R in R: T_↑↑ = T(Φ + w/2π), T_↓↓ = T(Φ − w/2π), and nothing between, sideband by sideband."""
    real, plain, shift, axes, drive = rashba()
    options = {"rtol": 1e-10}
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        found = (
            fq.scatter(real, drive, [0.3], flux=0.17, **options).transmission(to, from_, spin_axis=axes).isel(energy=0)
        )
        one = fq.scatter(plain, drive, [0.3], flux=[0.17 + shift, 0.17 - shift], **options).transmission(to, from_)
        for n in range(-2, 3):
            expected = np.diag(one.sel(sideband=n).values.squeeze())
            np.testing.assert_allclose(found.sel(sideband=n).values, expected, rtol=0, atol=1e-10)
    # along one axis in both leads spins are turned: the leads' axes differ
    across = fq.scatter(real, drive, [0.3], flux=0.17, **options).transmission("R", "L", spin_axis=axes["L"])
    assert float(across.sum(["sideband"]).sel(spin_out="up", spin_in="down").squeeze()) > 1e-2


def test_a_rashba_ring_pumps_each_spin_along_its_own_axis_at_each_lead():
    """I^s_b · n_b = I_b(Φ + w/2π) − I_b(Φ − w/2π), nothing across n_b; the vectors into L and R do not cancel."""
    real, plain, shift, axes, drive = rashba()
    reservoirs = fq.Reservoirs(mu=0.1)
    solution = fq.solve(real, drive, window=(0.1, 0.1), rtol=1e-7, flux=0.17)
    single = fq.solve(plain, drive, window=(0.1, 0.1), rtol=1e-7, flux=[0.17 + shift, 0.17 - shift])
    up, down = fq.dc_current(single, reservoirs).values
    found = fq.spin_current(solution, reservoirs, axes=axes)
    np.testing.assert_allclose(found.values, up - down, rtol=1e-5, atol=1e-8)
    vectors = fq.spin_current(solution, reservoirs).values
    for name, vector in zip("LR", vectors, strict=True):
        for across in (np.cross(axes[name], X), np.cross(axes[name], Y)):
            assert abs(vector @ across) < 1e-8
    assert np.abs(vectors.sum(axis=0)).max() > 1e-3


# What leads conserve, and what is refused


def wire(h00, h01):
    return fq.PeriodicLead(h00, h01)


def rashba_wire(strength=0.4):
    return wire(0 * ONE, ONE * 0.9 + 1j * strength * SIGMA[1])


def between(left, right=None):
    sites = left.orbitals // 2 if not left.spinless else 1
    return fq.Device(
        np.kron(np.diag(np.linspace(0, 0.5, sites)), ONE),
        {"L": fq.Contact(left, range(sites)), "R": fq.Contact(right or fq.Chain(), 0)},
        orbitals=2,
        spin=True,
    )


def test_a_rashba_wire_conserves_the_spin_across_it_and_no_other():
    scattering = fq.scatter(between(rashba_wire()), None, [0.3])
    assert numbers(scattering.transmission("R", "L", spin_axis="y")).shape == (1, 1, 2, 2)
    for axis in ("x", "z", (0, 1, 1e-3)):
        with pytest.raises(fq.BadInput, match=r'Lead "L" does not conserve the spin along .* along y; give that axis'):
            scattering.transmission("R", "L", spin_axis=axis)
    with pytest.raises(fq.BadInput, match=r"along z.*spin_axis=None"):
        scattering.transmission("R", "L")
    scattering.transmission("R", "R")
    # an axis that is given to six digits is the lead's own
    tilt = np.array([0.6, 0.0, 0.8])
    tilted = fq.scatter(between(wire(0.3 * along(tilt), ONE)), None, [0.3])
    found = tilted.transmission("R", "L", spin_axis=(0.6000001, 0, 0.8))
    np.testing.assert_allclose(found.values, tilted.transmission("R", "L", spin_axis=tilt).values, rtol=0, atol=1e-12)
    assert found.attrs["spin_axis"] == "(0.6, 0, 0.8)"


def test_a_ribbon_of_rashba_and_zeeman_fields_conserves_no_axis():
    h00 = np.kron([[0, -1], [-1, 0]], ONE) + np.kron([[0, 0.4j], [-0.4j, 0]], SIGMA[0])
    ribbon = wire(h00, np.kron(np.eye(2), -ONE + 0.4j * SIGMA[1]))
    device = between(ribbon)
    scattering = fq.scatter(device, None, [0.3])
    with pytest.raises(fq.BadInput, match=r'Lead "L" .* along no axis; give spin_axis=None'):
        scattering.transmission("R", "L", spin_axis="y")
    assert float(scattering.transmission("R", "L", spin_axis=None).squeeze()) > 0
    solution = fq.solve(device, None, window=(0.2, 0.4))
    reservoirs = fq.Reservoirs(mu={"L": 0.4, "R": 0.2})
    with pytest.raises(fq.BadInput, match=r'Lead "L" conserves the spin along no axis.*axes=\{"R": "z"\}'):
        fq.spin_current(solution, reservoirs)
    with pytest.raises(fq.BadInput, match="along no axis; ask for dc_current"):
        fq.spin_current(solution, reservoirs, axes="z")
    assert np.isfinite(fq.spin_current(solution, reservoirs, axes={"R": "z"}).values).all()
    with pytest.raises(fq.BadInput, match="mixes spins"):
        fq.dc_current(solution, reservoirs, resolve_spin=True)


def test_a_given_self_energy_conserves_what_commutes_with_it_at_every_energy():
    def magnetic(energy):
        return -0.3j * ONE - 0.1j * along(X) * (1 + 0.2 * np.tanh(np.real(energy)))

    def turning(energy):
        return -0.3j * ONE - 0.1j * along((np.cos(0.3 * energy), np.sin(0.3 * energy), 0))

    scattering = fq.scatter(between(fq.SelfEnergy(magnetic, orbitals=2)), None, [0.1, 0.5])
    scattering.transmission("R", "L", spin_axis="x")
    with pytest.raises(fq.BadInput, match="along x"):
        scattering.transmission("R", "L", spin_axis="y")
    with pytest.raises(fq.BadInput, match="along no axis"):
        fq.scatter(between(fq.SelfEnergy(turning, orbitals=2)), None, [0.1, 0.5]).transmission("R", "L", spin_axis="x")


def test_a_ferromagnet_along_z_resolves_its_spins_and_keeps_them_resolved():
    device = between(wire(0.5 * SIGMA[2], ONE))
    solution = fq.solve(device, None, window=(0.2, 0.4))
    reservoirs = fq.Reservoirs(mu={"L": 0.4, "R": 0.2})
    by_spin = fq.dc_current(solution, reservoirs, resolve_spin=True)
    vector = fq.spin_current(solution, reservoirs)
    difference = by_spin.sel(spin="up") - by_spin.sel(spin="down")
    np.testing.assert_allclose(vector.sel(direction="z").values, difference.values, rtol=1e-9)
    assert np.isnan(vector.sel(lead="L", direction="x"))
    np.testing.assert_allclose(vector.sel(lead="R", direction=["x", "y"]).values, 0, atol=1e-14)
    tilted = fq.solve(between(wire(0.5 * along((0.6, 0, 0.8)), ONE)), None, window=(0.2, 0.4))
    with pytest.raises(fq.BadInput, match="mixes spins"):
        fq.dc_current(tilted, reservoirs, resolve_spin=True)


def test_axes_that_cannot_be_are_refused():
    scattering = fq.scatter(between(fq.Chain()), None, [0.3])
    for axis, said in (
        ("w", 'must be a direction; give "x", "y", "z"'),
        ((0, 0, 0), "must be a direction"),
        ({"L": "z"}, 'lead "R" needs one too'),
        ({"L": "z", "Q": "x"}, 'no lead "Q"'),
    ):
        with pytest.raises(fq.BadInput, match=said):
            scattering.transmission("R", "L", spin_axis=axis)
    spinless = fq.scatter(fq.gallery.driven_level(), None, [0.3])
    assert spinless.transmission("R", "L", spin_axis=None).dims == ("energy", "sideband")
    with pytest.raises(fq.BadInput, match="has no spin"):
        spinless.transmission("R", "L", spin_axis="x")
    solution = fq.solve(between(fq.Chain()), None, window=(0, 0))
    with pytest.raises(fq.BadInput, match="empty dict"):
        fq.spin_current(solution, fq.Reservoirs(mu=0.0), axes={})


def test_a_study_sums_over_spins_or_turns_the_axis():
    device, _, _ = valve(0.9, 0.5)
    data = fq.Study(device, None, {"energy": [0.0, 0.3]}, {"transmission": {"spin_axis": None, "kind": "total"}}).run()
    assert data.transmission.dims == ("energy", "lead_out", "lead_in")
    assert float(data.transmission.sel(energy=0, lead_out="R", lead_in="L")) == pytest.approx(
        2 * 0.75 / (1 - 0.25 * np.cos(0.45) ** 2), rel=1e-10
    )
    chains = between(fq.Chain())
    turned = fq.Study(chains, None, {"energy": [0.3]}, {"transmission": {"spin_axis": "x", "kind": "total"}}).run()
    assert turned.transmission.dims == ("energy", "lead_out", "lead_in", "spin_out", "spin_in")
