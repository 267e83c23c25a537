"""S between Bloch waves: closed forms with their phases, gauge, unitarity, Kwant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq

HOPPINGS = [1.0, -1.0, 0.8 * np.exp(0.9j)]


def leads(hopping):
    return fq.Chain(hopping), fq.PeriodicLead([[0.0]], [[hopping]])


def modes(scattering, to, from_):
    return scattering.amplitude(to, from_, basis="modes")


def strip(width=3, length=3, seed=1, drive=True):
    """A disordered strip in a magnetic field, its leads too, and a gate on some of its sites."""
    rng = np.random.default_rng(seed)
    h00 = -(np.eye(width, k=1) + np.eye(width, k=-1)) + 0j
    h01 = -np.diag(np.exp(2j * np.pi * 0.07 * np.arange(width)))
    h = np.kron(np.eye(length), h00) + np.kron(np.eye(length, k=1), h01) + np.kron(np.eye(length, k=-1), h01.conj().T)
    h = h + np.diag(0.6 * rng.normal(size=len(h)))
    right, left = fq.PeriodicLead(h00, h01), fq.PeriodicLead(h00, h01.conj().T)
    contacts = {
        "L": fq.Contact(left, range(width)),
        "R": fq.Contact(right, range(len(h) - width, len(h))),
    }
    knobs = {"gate": fq.Onsite([2, 4]), "other": fq.Onsite([5]), "phase": fq.Flux(contact="R")}
    device = fq.Device(h, contacts, knobs)
    waves = {"gate": fq.Cosine(0.5), "other": fq.Cosine(0.4, phase=1.1)}
    return device, (fq.Drive(waves, photon_energy=0.7) if drive else None)


@pytest.mark.parametrize("hopping", HOPPINGS)
@pytest.mark.parametrize("kind", [0, 1])
def test_one_level_in_a_chain_scatters_with_the_textbook_amplitudes_and_phases(hopping, kind):
    """t = 1/(1 + iε/v), r = t − 1 about the level; cell 0 of each lead is one site away from it."""
    level, lead = 0.7, leads(hopping)[kind]
    device = fq.Device([[level]], {"L": fq.Contact(lead, 0), "R": fq.Contact(lead, 0)})
    energies = np.array([-1.1, -0.2, 0.9, 1.3])
    scattering = fq.scatter(device, None, energies)
    v = np.sqrt(4 * abs(hopping) ** 2 - energies**2)
    t = 1 / (1 + 1j * level / v)
    for to, expected in (("R", t), ("L", t - 1)):
        s = modes(scattering, to, "L").isel(sideband=0, channel_out=0, channel_in=0)
        # the wave comes as e^{i k_in j} and goes as e^{i k_out j}; the level is at j = −1 of both leads
        phase = np.exp(1j * (s.momentum_out - s.momentum_in).values)
        np.testing.assert_allclose(s.values, expected * phase, rtol=0, atol=1e-12)
        np.testing.assert_allclose(s.velocity_out, v, rtol=1e-10)
        for k, sign in ((s.momentum_out, 1), (s.momentum_in, -1)):
            np.testing.assert_allclose(2 * np.real(hopping * np.exp(1j * k)), energies, atol=1e-12)
            np.testing.assert_allclose(-2 * np.imag(hopping * np.exp(1j * k)), sign * v, atol=1e-12)


def test_a_driven_site_has_the_same_sidebands_in_phase_as_the_wave_function_matched_at_it():
    """i v_n c_n − (V/2)(c_{n−1} e^{−iχ} + c_{n+1} e^{iχ}) = i v_0 δ_n0: c_n is the wave at the site, S^(n) = c_n √(v_n/v_0) in phase."""
    strength, omega, energy, most = 0.9, 0.6, 0.4, 30
    device = fq.Device([[0.0]], {"L": fq.Contact(fq.Chain(), 0), "R": fq.Contact(fq.Chain(), 0)}, {"a": fq.Onsite(0)})
    drive = fq.Drive({"a": fq.Cosine(strength, phase=0.4)}, photon_energy=omega)
    s = modes(fq.scatter(device, drive, [energy], rtol=1e-12), "R", "L").isel(energy=0, channel_out=0, channel_in=0)
    n = np.arange(-most, most + 1)
    e = energy + n * omega
    inside = np.abs(e) < 2
    root = np.sqrt(np.abs(4 - e**2))
    v = np.where(inside, root, -1j * np.sign(e) * root)  # iv = E − 2Σ with Σ the decaying root
    matrix = np.diag(1j * v) - strength / 2 * (
        np.eye(len(n), k=-1) * np.exp(-0.4j) + np.eye(len(n), k=1) * np.exp(0.4j)
    )
    c = np.linalg.solve(matrix, 1j * v[most] * (n == 0))
    for m in range(-2, 3):
        open_ = int(s.open_out.sel(sideband=m))
        assert open_ == int(inside[m + most])
        number = complex(s.sel(sideband=m)) if m in s.sideband else 0
        if not open_:
            assert number == 0
            continue
        k_out = float(s.momentum_out.sel(sideband=m))
        expected = c[m + most] * np.sqrt(v[m + most].real / v[most].real) * np.exp(1j * (k_out - float(s.momentum_in)))
        assert number == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("basis", ["orbitals", "modes"])
@pytest.mark.parametrize("lead", ["chain", "wide band", "periodic"])
def test_a_phase_on_a_contact_is_a_phase_of_its_waves(lead, basis):
    """⟨device|H|lead⟩ e^{2πif}: S_ba(f) = S_ba e^{2πif} from that lead, e^{−2πif} into it, none back into it."""
    h01 = np.array([[0.9, 0.2j], [0.1, 0.7]])
    made = {
        "chain": fq.Chain(0.9, 0.1),
        "wide band": fq.WideBand([0.4, 0.7]),
        "periodic": fq.PeriodicLead([[0.1, 0.4], [0.4, -0.3]], h01),
    }[lead]
    n = made.orbitals
    h = np.diag(np.linspace(-0.3, 0.4, 3)) + 0.5 * (np.eye(3, k=1) + np.eye(3, k=-1))
    device = fq.Device(
        h,
        {"L": fq.Contact(made, range(n)), "R": fq.Contact(fq.Chain(), 2)},
        {"f": fq.Flux(contact="L"), "a": fq.Onsite(1)},
    )
    drive = fq.Drive({"a": fq.Cosine(0.4)}, photon_energy=0.5)
    options = {"sidebands": 4}
    still = fq.scatter(device, drive, [0.15, 0.4], **options)
    for f in (1e-7, 0.23):
        turned = fq.scatter(device, drive, [0.15, 0.4], f=f, **options)
        for to, from_, sign in (("R", "L", 1), ("L", "R", -1), ("L", "L", 0), ("R", "R", 0)):
            one, other = (x.amplitude(to, from_, basis).values for x in (still, turned))
            assert np.abs(one).max() > 0.05
            np.testing.assert_allclose(other, one * np.exp(2j * np.pi * sign * f), rtol=0, atol=1e-8)


@settings(max_examples=5, deadline=None)
@given(energy=st.floats(-3.0, 3.0), seed=st.integers(0, 10**6))
def test_waves_out_carry_what_waves_in_bring(energy, seed):
    """Σ_{b,n} S_ba† S_bc = δ: columns of a driven strip are orthonormal between modes; rows of a static one too."""
    device, drive = strip(seed=seed)
    for problem, keep in ((drive, 9), (None, None)):
        scattering = fq.scatter(device, problem, [energy], sidebands=keep)
        blocks = [[modes(scattering, b, a).isel(energy=0) for a in "LR"] for b in "LR"]
        opened = [int(blocks[0][a].open_in) for a in (0, 1)]
        assert opened == [int(device.contacts[a].lead.open_channels(energy)) for a in "LR"]
        for b in (0, 1):
            wanted = device.contacts["LR"[b]].lead.open_channels(
                energy + scattering.photon_energy * scattering.sidebands
            )
            np.testing.assert_array_equal(blocks[b][0].open_out, wanted)
        columns = [
            np.concatenate([blocks[b][a].values[..., : opened[a]].reshape(-1, opened[a]) for b in (0, 1)])
            for a in (0, 1)
        ]
        s = np.hstack(columns)
        np.testing.assert_allclose(s.conj().T @ s, np.eye(sum(opened)), atol=1e-8)


def test_powers_between_modes_add_up_to_the_transmission_and_closed_ones_are_zero():
    device, drive = strip()
    energies = np.array([-3.3, -2.9, -1.3, 0.1, 2.2, 3.0])
    scattering = fq.scatter(device, drive, energies)
    channels = set()
    for to in "LR":
        for from_ in "LR":
            s = modes(scattering, to, from_)
            power = (np.abs(s) ** 2).sum(["channel_out", "channel_in"])
            expected = scattering.transmission(to, from_)
            np.testing.assert_allclose(power.values, expected.values, rtol=0, atol=1e-9)
            for i, j in np.ndindex(s.open_out.shape):
                count = int(s.open_out[i, j])
                channels.add(count)
                assert not s.values[i, j, count:].any()
                assert np.isfinite(s.velocity_out.values[i, j]).sum() == count
            for i, count in enumerate(s.open_in.values):
                assert not s.values[i, :, :, count:].any()
    assert channels >= {0, 1, 2, 3}


def test_reversing_time_reverses_the_path_of_every_wave():
    """Without a field the outgoing modes are conjugates of the incoming ones: S_RL = (S_LR)^T, up to their order and phases."""
    h00 = np.array([[0.0, -1.0, 0], [-1.0, 0.3, -1.0], [0, -1.0, 0.1]])
    lead = fq.PeriodicLead(h00, -np.eye(3))
    h = h00 + np.diag([0.5, -0.2, 0.3])
    device = fq.Device(
        h, {"L": fq.Contact(lead, range(3)), "R": fq.Contact(lead, range(3), coupling=np.diag([0.5, 0.7, 0.9]))}
    )
    scattering = fq.scatter(device, None, [0.4])
    there, back = (np.abs(modes(scattering, *way).values[0, 0]) for way in (("R", "L"), ("L", "R")))
    s = modes(scattering, "R", "L").isel(energy=0, sideband=0)
    to_in, to_out = np.argsort(s.velocity_in.values), np.argsort(s.velocity_out.values)
    np.testing.assert_allclose(there[np.ix_(to_out, to_in)], back[np.ix_(to_out, to_in)].T, atol=1e-10)
    assert np.abs(there - there.T).max() > 1e-3


def test_a_spin_that_nothing_turns_is_two_scalar_problems():
    """Chains without spin carry both: S = diag(S(ε + h), S(ε − h)) with ↑ ↓ fastest, two sectors at once."""
    field, lead = 0.3, fq.PeriodicLead([[0.0, 0.5], [0.5, 0.2]], [[0.8, 0.1], [0.0, 0.6]], spinless=True)
    h = np.array([[0.1, 0.6], [0.6, -0.4]])
    spinful = fq.Device(
        np.kron(h, np.eye(2)) + np.kron(np.diag([field, 0]), np.diag([1.0, -1.0])),
        {"L": fq.Contact(lead, [0, 1]), "R": fq.Contact(fq.Chain(), 1)},
        {"a": fq.Onsite(1)},
        orbitals=2,
        spin=True,
    )
    drive = fq.Drive({"a": fq.Cosine(0.3)}, photon_energy=0.4)
    both = fq.scatter(spinful, drive, [0.1, 0.5], sidebands=5)
    plain = fq.PeriodicLead(lead.h00, lead.h01)
    for basis in ("orbitals", "modes"):
        s = both.amplitude("R", "L", basis).values
        for spin, sign in enumerate((1, -1)):
            one = fq.Device(
                h + np.diag([sign * field, 0]),
                {"L": fq.Contact(plain, [0, 1]), "R": fq.Contact(fq.Chain(), 1)},
                {"a": fq.Onsite(1)},
            )
            expected = fq.scatter(one, drive, [0.1, 0.5], sidebands=5).amplitude("R", "L", basis)
            np.testing.assert_allclose(s[..., spin::2, spin::2], expected.values, atol=1e-11)
        assert not s[..., 0::2, 1::2].any()
        assert not s[..., 1::2, 0::2].any()
    assert both.amplitude("R", "L", "modes").open_in.values.tolist() == (2 * plain.open_channels([0.1, 0.5])).tolist()


def test_leads_without_bloch_waves_have_channels_without_velocities():
    def sigma(energy):
        return np.array([[-0.2j, 0.05], [0.05, 0.1 - 0.3j]])

    device = fq.Device(
        [[0.1, 0.4], [0.4, -0.2]],
        {"L": fq.Contact(fq.SelfEnergy(sigma, orbitals=2), [0, 1]), "R": fq.Contact(fq.WideBand([0.3, 0.2]), [0, 1])},
    )
    scattering = fq.scatter(device, None, [0.3])
    s = modes(scattering, "L", "R")
    assert s.shape == (1, 1, 2, 2)
    assert np.isnan(s.velocity_out).all()
    assert float((np.abs(s) ** 2).sum()) == pytest.approx(float(scattering.transmission("L", "R").sum()), rel=1e-12)


def test_another_basis_is_refused_by_name():
    scattering = fq.scatter(fq.gallery.driven_level(), None, [0.3])
    with pytest.raises(fq.BadInput, match='no basis "mode"; it has "orbitals", "modes"'):
        scattering.amplitude("R", "L", basis="mode")


def kwant_strip():
    """A strip of four chains in a magnetic field, with a random potential, leads that differ from channel to channel."""
    kwant = pytest.importorskip("kwant")
    lattice, system = kwant.lattice.square(norbs=1), kwant.Builder()
    rng = np.random.default_rng(5)
    potential = 0.8 * rng.normal(size=(5, 4))
    system[(lattice(x, y) for x in range(5) for y in range(4))] = lambda site: potential[site.tag[0], site.tag[1]]
    system[kwant.HoppingKind((1, 0), lattice)] = lambda a, b: -np.exp(0.35j * a.tag[1])
    system[kwant.HoppingKind((0, 1), lattice)] = -0.8
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, y) for y in range(4))] = lambda site: 0.13 * site.tag[1] ** 2
    lead[kwant.HoppingKind((1, 0), lattice)] = lambda a, b: -np.exp(0.35j * a.tag[1])
    lead[kwant.HoppingKind((0, 1), lattice)] = -0.8
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return kwant, system.finalized()


@pytest.mark.parametrize("energy", [-1.6, 0.25])
def test_every_wave_of_a_static_strip_goes_where_kwants_goes(energy):
    """|S_ij|² between single modes, told apart by their velocities: moduli are free of the modes' phases."""
    kwant, system = kwant_strip()
    expected = kwant.smatrix(system, energy)
    device = fq.interop.kwant.from_system(system, leads=["L", "R"])
    scattering = fq.scatter(device, None, [energy])
    seen = 0
    for a, from_ in enumerate("LR"):
        for b, to in enumerate("LR"):
            s = modes(scattering, to, from_).isel(energy=0, sideband=0)
            ours_in, ours_out = s.velocity_in.values, s.velocity_out.values
            into, out = (expected.lead_info[lead].velocities for lead in (a, b))
            into, out = -into[: len(into) // 2], out[len(out) // 2 :]
            np.testing.assert_allclose(np.sort(ours_in), np.sort(into), rtol=1e-9)
            np.testing.assert_allclose(np.sort(ours_out), np.sort(out), rtol=1e-9)
            assert np.diff(np.sort(into)).min() > 1e-3
            theirs = np.abs(expected.submatrix(b, a)[np.ix_(np.argsort(out), np.argsort(into))]) ** 2
            powers = np.abs(s.values[np.ix_(np.argsort(ours_out), np.argsort(ours_in))]) ** 2
            np.testing.assert_allclose(powers, theirs, rtol=0, atol=1e-11)
            seen += powers.size
    assert seen >= 16
