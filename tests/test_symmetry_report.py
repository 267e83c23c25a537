"""Why is it zero? Every symmetry that is claimed, and every current that is called zero, against the numbers themselves.

Devices are drawn at random from few values, so that many of them have symmetries, hidden in phases and in the order of sites.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq

OMEGA = 0.7
NAMES = "LRC"
PAULI = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])]
few = settings(max_examples=12)
seeds = st.integers(0, 10_000)


def rotation(rng):
    """A random unitary 2 × 2."""
    q, _ = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))
    return q


def element(rng, k):
    """0, or one of few numbers; with spin one of few matrices."""
    if k == 1:
        return np.array([[rng.choice([0, 0, 1, -1, 1j, 0.5])]])
    first, second = rng.integers(0, 6, 2)
    paulis = [np.zeros((2, 2)), *PAULI, 1j * PAULI[0]]
    return paulis[first] + (0.5 * paulis[second] if rng.random() < 0.3 else 0)


def few_valued(seed, k=1):
    """A device and a drive whose elements are few numbers, whose phases are simple fractions."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    h = np.zeros((n, n, k, k), complex)
    for i in range(n):
        for j in range(i):
            h[i, j] = element(rng, k)
            h[j, i] = h[i, j].conj().T
        level = 0.5 * rng.choice([0, 1]) * element(rng, k)
        h[i, i] = level + level.conj().T
    harmonics = {n: np.zeros_like(h) for n in (1, 2)}
    for _ in range(int(rng.integers(1, 4))):
        i, j = rng.integers(0, n, 2)
        term = 0.5 * np.exp(2j * np.pi * rng.choice([0, 1 / 4, 1 / 2, 1 / 3, 2 / 3])) * np.eye(k)
        term = term @ (element(rng, k) if rng.random() < 0.5 else np.eye(k))
        which = harmonics[1 if rng.random() < 0.8 else 2]
        which[i, j] = which[i, j] + term
        which[j, i] = which[j, i] + term * (i != j)
    contacts = {}
    kind = rng.integers(0, 3)
    for name in NAMES[: int(rng.integers(2, 4))]:
        lead = [fq.Chain(1.0), fq.WideBand(0.5), fq.Chain(1.0, float(rng.choice([0, 0.3])))][kind]
        contacts[name] = fq.Contact(lead, int(rng.integers(0, n)), coupling=float(rng.choice([0.5, 0.5, 0.8])))
    return made(h, harmonics, contacts)


def flat(blocks):
    n, _, k, _ = blocks.shape
    return blocks.transpose(0, 2, 1, 3).reshape(n * k, n * k)


def made(h, harmonics, contacts):
    k = h.shape[-1]
    device = fq.Device(flat(h), contacts, orbitals=k, spin=k == 2)
    return device, fq.Drive.from_matrices({n: flat(x) for n, x in harmonics.items()}, photon_energy=OMEGA)


def transmissions(device, drive, energies):
    """{(to, from, n, energy): (T, its error)}, spins summed."""
    energies = sorted(set(energies))
    scattering = fq.scatter(device, drive, energies=energies, rtol=1e-6)
    most = (len(scattering.sidebands) - 1) // 2
    found = {}
    for to in device.contacts:
        for from_ in device.contacts:
            values = scattering.transmission(to, from_)
            spins = [dim for dim in values.dims if dim.startswith("spin")]
            errors = values.transmission_error.sum(spins).values
            values = values.sum(spins).values
            for e, energy in enumerate(energies):
                for n in range(-3, 4):
                    inside = abs(n) <= most
                    found[to, from_, n, energy] = (values[e, most + n], errors[e, most + n]) if inside else (0.0, 1e-6)
    return found


def wrong_relations(device, drive, report):
    """The claims T = T′ of a report that numbers contradict."""
    asked = []
    for symmetry in report.symmetries:
        for to in device.contacts:
            for from_ in device.contacts:
                for n in (-1, 0, 1, 2):
                    partner = symmetry.partner(to, from_, n, 0.137, OMEGA)
                    asked.append((symmetry, (to, from_, n, 0.137), (*partner[:3], round(partner[3], 12))))
    values = transmissions(device, drive, [0.137, *(other[3] for _, _, other in asked)])
    pairs = ((str(s), values[a], values[b]) for s, a, b in asked)
    return [(s, a, b) for s, a, b in pairs if abs(a[0] - b[0]) > a[1] + b[1] + 1e-12]


def currents(device, drive, mu, rtol=1e-5):
    """{(what, lead): (current, its error)} at equal reservoirs."""
    solution = fq.solve(device, drive, window=(mu, mu), rtol=rtol)
    charge = fq.dc_current(solution, fq.Reservoirs(mu=mu))
    found = {
        ("dc charge", lead): (float(charge.sel(lead=lead)), float(charge.dc_current_error.sel(lead=lead)))
        for lead in device.contacts
    }
    if device.spin:
        spin = fq.spin_current(solution, fq.Reservoirs(mu=mu))
        for lead in device.contacts:
            for direction in "xyz":
                here = spin.sel(lead=lead, direction=direction)
                found[f"dc spin {direction}", lead] = (float(here), float(here.spin_current_error))
    return found


def claimed_but_flowing(device, drive, report, mu):
    """Currents that the report calls zero at this μ, and that are not."""
    values = currents(device, drive, mu)
    claims = report.forbids_at_energy if mu == report.energy else report.forbids
    return {
        claim: values[claim] for claim in claims if claim in values and abs(values[claim][0]) > values[claim][1] + 1e-12
    }


# Nothing that is claimed is wrong


@settings(max_examples=25)
@given(seed=seeds)
def test_every_relation_between_transmissions_holds(seed):
    device, drive = few_valued(seed)
    assert not wrong_relations(device, drive, fq.symmetries(device, drive))


@few
@given(seed=seeds)
def test_every_relation_holds_with_spin(seed):
    device, drive = few_valued(seed, k=2)
    assert not wrong_relations(device, drive, fq.symmetries(device, drive))


@few
@given(seed=seeds, mu=st.sampled_from([0.0, 0.213]))
def test_what_is_called_zero_is_zero(seed, mu):
    device, drive = few_valued(seed)
    assert not claimed_but_flowing(device, drive, fq.symmetries(device, drive), mu)


@settings(max_examples=6)
@given(seed=seeds, mu=st.sampled_from([0.0, 0.213]))
def test_what_is_called_zero_is_zero_with_spin(seed, mu):
    device, drive = few_valued(seed, k=2)
    assert not claimed_but_flowing(device, drive, fq.symmetries(device, drive), mu)


@settings(max_examples=25)
@given(seed=seeds)
def test_the_operators_do_to_the_hamiltonian_what_is_said(seed):
    """U H(t) U† = H(t + s), and so on, on the device itself, at a few times."""
    device, drive = few_valued(seed, k=1 + seed % 2)
    period = 2 * np.pi / OMEGA
    for symmetry in fq.symmetries(device, drive).symmetries:
        u = symmetry.matrix().toarray()
        assert u @ u.conj().T == pytest.approx(np.eye(len(u)), abs=1e-12)
        seen = np.setdiff1d(np.arange(len(u)), _unseen(device, drive))
        for t in (0.3, 1.9):
            h = drive.hamiltonian(device, t)
            shift = (1 / (2 * np.pi) if symmetry.shift is None else symmetry.shift) * period
            later = drive.hamiltonian(device, shift - t if symmetry.kind.reverses else t + shift)
            taken = u @ (h.conj() if symmetry.kind.conjugates else h) @ u.conj().T
            expected = 2 * symmetry.energy * np.eye(len(u)) - later if symmetry.kind.flips else later
            np.testing.assert_allclose(taken[np.ix_(seen, seen)], expected[np.ix_(seen, seen)], atol=1e-10)


def _unseen(device, drive):
    """Orbitals of sites that are joined with no lead, at any time."""
    joined = np.abs(device.h) + sum(np.abs(x) + np.abs(x).T for x in drive.matrices.values()) > 0
    k = 2 if device.spin else 1
    joined = joined.reshape(len(joined) // k, k, -1, k).any(axis=(1, 3))
    reached = {site for contact in device.contacts.values() for site in contact.sites}
    for _ in range(len(joined)):
        reached |= {j for i in reached for j in np.flatnonzero(joined[i])}
    return [k * i + s for i in range(len(joined)) if i not in reached for s in range(k)]


# What is there is found


def hidden(seed, k, shift, conjugates=False, flips=False):
    """A random device of 2m sites between L and R with one symmetry that exchanges them, hidden by site-wise rotations and a shuffle.

    Site i goes to 2m − 1 − i; H(t) is the sum of something and its image, a time `shift` T later (or reversed about shift·T/2).
    """
    rng = np.random.default_rng([7, seed])
    n = 4
    swap = np.arange(n)[::-1]

    def image(x):
        return x[np.ix_(swap, swap)]

    def adjoint(x):
        return np.conj(np.transpose(x, (1, 0, 3, 2)))

    some = [rng.normal(size=(n, n, k, k)) + 1j * rng.normal(size=(n, n, k, k)) for _ in range(3)]
    static = 0.3 * (some[0] + adjoint(some[0]))
    phase = np.exp(-2j * np.pi * shift * np.arange(3))
    if conjugates and flips:  # −H*(t − s): harmonics −H_{−n}* e^{…}
        h = [static - np.conj(image(static))] + [
            0.06 * (some[n] - np.conj(phase[n]) * image(np.conj(adjoint(some[n])))) for n in (1, 2)
        ]
    elif conjugates:  # H*(t0 − t)
        h = [static + np.conj(image(static))] + [
            0.06 * (some[n] + np.conj(phase[n]) * image(np.conj(some[n]))) for n in (1, 2)
        ]
    else:
        h = [static + image(static)] + [0.06 * (some[n] + np.conj(phase[n]) * image(some[n])) for n in (1, 2)]
    turned = [rotation(rng) if k == 2 else np.exp(2j * np.pi * rng.random((1, 1))) for _ in range(n)]
    order = rng.permutation(n)
    mixed = [
        np.array([[turned[i] @ x[i, j] @ turned[j].conj().T for j in order] for i in order], dtype=complex) for x in h
    ]
    ends = {"L": int(np.flatnonzero(order == 0)[0]), "R": int(np.flatnonzero(order == n - 1)[0])}
    contacts = {name: fq.Contact(fq.Chain(1.0), site, coupling=0.6) for name, site in ends.items()}
    return made(mixed[0], {1: mixed[1], 2: mixed[2]}, contacts)


@settings(max_examples=20)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.sampled_from([0.0, 0.5]))
def test_a_hidden_exchange_of_leads_is_found_and_stops_the_pump(seed, k, shift):
    device, drive = hidden(seed, k, shift)
    report = fq.symmetries(device, drive)
    assert {("dc charge", "L"), ("dc charge", "R")} <= set(report.forbids)
    (symmetry,) = report.symmetries
    assert symmetry.leads == {"L": "R", "R": "L"}
    assert symmetry.shift == pytest.approx(shift)


@settings(max_examples=8)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.floats(0.01, 0.99))
def test_time_reversal_about_any_time_is_found_and_forbids_nothing(seed, k, shift):
    device, drive = hidden(seed, k, shift, conjugates=True)
    report = fq.symmetries(device, drive)
    (symmetry,) = report.symmetries
    assert symmetry.kind.reverses
    assert symmetry.kind.conjugates
    assert symmetry.shift == pytest.approx(shift, abs=1e-9)
    assert not report.forbids_at_energy
    assert not wrong_relations(device, drive, report)


@settings(max_examples=15)
@given(seed=seeds, k=st.sampled_from([1, 2]), shift=st.sampled_from([0.0, 0.5]))
def test_a_mirrored_spectrum_is_found(seed, k, shift):
    device, drive = hidden(seed, k, shift, conjugates=True, flips=True)
    (symmetry,) = fq.symmetries(device, drive).symmetries
    assert symmetry.kind.flips
    assert symmetry.leads == {"L": "R", "R": "L"}
    assert not symmetry.forbids  # I_R = −I_L at μ = 0 says nothing new


@settings(max_examples=15)
@given(seed=seeds, k=st.sampled_from([1, 2]), size=st.sampled_from([1e-3, 1e-6, 1e-9]))
def test_a_symmetry_that_is_broken_a_little_is_not_claimed(seed, k, size):
    device, drive = hidden(seed, k, 0.5)
    one = np.zeros_like(device.h)
    one[0, 0] = size
    moved = fq.Device(device.h + one, device.contacts, orbitals=k, spin=k == 2)
    assert not fq.symmetries(moved, drive).symmetries
    shaken = fq.Drive.from_matrices({1: drive.matrices[1] + one, 2: drive.matrices[2]}, photon_energy=OMEGA)
    assert not fq.symmetries(device, shaken).symmetries
    turned = np.array(device.h)
    turned[:k, k : 2 * k] *= np.exp(1j * size)  # only the flux through loops tells
    turned[k : 2 * k, :k] = turned[:k, k : 2 * k].conj().T
    assert not fq.symmetries(fq.Device(turned, device.contacts, orbitals=k, spin=k == 2), drive).symmetries
    contact = fq.Contact(fq.Chain(1.0), device.contacts["L"].sites, coupling=0.6 + size)
    other = fq.Device(device.h, {**device.contacts, "L": contact}, orbitals=k, spin=k == 2)
    assert not fq.symmetries(other, drive).symmetries
    wider = fq.Contact(fq.Chain(1.0 + size), device.contacts["L"].sites, coupling=0.6)
    other = fq.Device(device.h, {**device.contacts, "L": wider}, orbitals=k, spin=k == 2)
    assert not fq.symmetries(other, drive).symmetries


def test_a_hard_wall_does_not_hide_a_small_asymmetry():
    h = np.diag([0.0, 0.0, 1e9]) + np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)
    contacts = {name: fq.Contact(fq.Chain(), site, coupling=0.5) for name, site in (("L", 0), ("R", 1))}
    h[0, 2] = h[2, 0] = 1.0

    def forbidden(level):
        device = fq.Device(h + np.diag([level, 0, 0]), contacts, {"both": fq.Onsite([0, 1])})
        return fq.symmetries(device, fq.Drive({"both": fq.Cosine(0.3)}, photon_energy=0.5)).forbids

    assert ("dc charge", "L") in forbidden(0.0)
    assert forbidden(1e-8) == ()


def test_a_pump_without_symmetry_pumps_and_nothing_is_forbidden():
    device, drive = hidden(3, 1, 0.5)
    one = np.zeros_like(device.h)
    one[0, 0] = 0.3
    moved = fq.Device(device.h + one, device.contacts)
    report = fq.symmetries(moved, drive)
    assert not report.forbids_at_energy
    value, error = currents(moved, drive, 0.213)["dc charge", "R"]
    assert abs(value) > 100 * error


# Known devices


def ring_report(**fluxes):
    spin = "flux_so" in fluxes
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    return fq.symmetries(fq.gallery.quantum_ring(spin=spin), drive, **fluxes)


@pytest.mark.parametrize(("flux", "zero"), [(0.0, True), (0.5, True), (1.0, True), (0.3, False), (0.499999, False)])
def test_the_ring_pumps_at_every_flux_but_whole_and_half_quanta(flux, zero):
    forbidden = (("dc charge", "L"), ("dc charge", "R")) if zero else ()
    assert ring_report(flux=flux).forbids == forbidden


def test_the_ring_at_any_flux_has_the_mirror_relations_of_its_transmissions():
    """T_RL^(n)(E, φ) = T_LR^(−n)(E + nħΩ, −φ) = T_RL^(−n)(E + nħΩ, φ), and I(−E_F) = I(E_F) comes from the mirrored spectrum."""
    report = ring_report(flux=0.3)
    partners = {symmetry.partner("R", "L", 1, 0.05, 0.2) for symmetry in report.symmetries}
    assert ("R", "L", -1, 0.25) in partners
    assert ("L", "R", -1, -0.05) in partners


def test_the_ring_with_spin_pumps_only_what_is_known():
    pure = ring_report(flux_ab=0.5, flux_so=0.4)  # charge exactly zero, spin −2.787e−3
    assert ("dc charge", "R") in pure.forbids
    assert ("dc spin z", "R") not in pure.forbids
    blocked = ring_report(flux_ab=0.1, flux_so=0.1)  # I_up = 2.3147e−3, I_down = 0
    assert ("dc charge of spin down", "R") in blocked.forbids
    assert ("dc charge of spin up", "R") not in blocked.forbids
    assert ("dc charge", "R") not in blocked.forbids
    assert {("dc spin x", "L"), ("dc spin y", "R")} <= set(blocked.forbids)


def test_a_rotating_field_pumps_spin_along_its_axis_only():
    drive = fq.Drive({"field_x": fq.Cosine(0.5), "field_y": fq.Cosine(0.5, -np.pi / 2)}, photon_energy=0.4)
    pump = fq.gallery.spin_pump(static_field=0.3, coupling_right=0.35).at(level=0.1)
    report = fq.symmetries(pump, drive)
    assert report.symmetries[0].shift is None  # every shift of time is a rotation of spin
    values = currents(pump, drive, 0.0)
    for lead in "LR":
        assert ("dc spin x", lead) in report.forbids
        assert ("dc spin y", lead) in report.forbids
        assert ("dc spin z", lead) not in report.forbids
        assert abs(values["dc spin z", lead][0]) > 1e-3


def test_a_pump_of_two_gates_is_still_at_the_middle_of_the_band_only():
    pump = fq.gallery.two_gate_pump()
    drive = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, np.pi / 2)}, photon_energy=0.5)
    report = fq.symmetries(pump, drive)
    assert report.forbids == ()
    assert report.forbids_at_energy == (("dc charge", "L"), ("dc charge", "R"))
    assert report.energy == 0
    here, there = (currents(pump, drive, mu)["dc charge", "R"][0] for mu in (0.0, 0.4))
    assert abs(here) < 1e-6
    assert abs(there) > 1e-3


def test_complex_conjugation_turns_one_component_of_spin():
    """Real H of σ_x and σ_z on two sublattices, their fields half-wave antisymmetric: at μ = 0 only spin along y leaves."""
    x, z, one = np.array([[0, 1], [1, 0]]), np.diag([1.0, -1.0]), np.eye(2)
    bond = 0.8 * one + 0.3 * x + 0.2 * z
    h = np.block([[np.zeros((2, 2)), bond], [bond.T, np.zeros((2, 2))]])
    fields = np.block([[0.4 * z, np.zeros((2, 2))], [np.zeros((2, 2)), 0.3 * np.exp(0.9j) * x]])
    contacts = {"L": fq.Contact(fq.Chain(1.0), 0, coupling=0.5), "R": fq.Contact(fq.Chain(1.0), 1, coupling=0.7)}
    device = fq.Device(h, contacts, orbitals=2, spin=True)
    drive = fq.Drive.from_matrices({1: fields}, photon_energy=0.6)
    report = fq.symmetries(device, drive)
    assert report.forbids == ()
    kinds = ("dc charge", "dc spin x", "dc spin z")
    assert set(report.forbids_at_energy) == {(kind, lead) for kind in kinds for lead in "LR"}
    assert not claimed_but_flowing(device, drive, report, 0.0)
    assert abs(currents(device, drive, 0.0)["dc spin y", "R"][0]) > 1e-3


def test_a_shifted_band_shifts_the_energy_at_which_the_pump_is_still():
    device = fq.gallery.driven_site(level=0.25)
    contacts = {name: fq.Contact(fq.Chain(1.0 + 0.2 * (name == "R"), 0.25), 0, coupling=0.5) for name in "LR"}
    device = fq.Device(device.h, contacts, device.knobs)
    drive = fq.Drive({"level": fq.Cosine(0.8)}, photon_energy=0.6)
    report = fq.symmetries(device, drive)
    assert report.energy == pytest.approx(0.25)
    assert report.forbids == ()
    assert not claimed_but_flowing(device, drive, report, report.energy)
    assert abs(currents(device, drive, 0.9)["dc charge", "R"][0]) > 1e-4


@pytest.mark.parametrize("chains", [2, 3])
def test_circular_light_pumps_nothing_through_a_ribbon_with_a_centre(chains):
    """C2 about the centre with half a period: a zigzag ribbon has it for an odd number of chains."""
    drive = fq.Drive({"light_x": fq.Cosine(0.35), "light_y": fq.Cosine(0.35, np.pi / 2)}, photon_energy=0.7)
    report = fq.symmetries(fq.gallery.zigzag_ribbon(chains, 2), drive)
    shifts = [symmetry for symmetry in report.symmetries if symmetry.kind.name == "shift"]
    assert bool(shifts) == (("dc charge", "L") in report.forbids) == (chains == 3)
    if shifts:
        assert shifts[0].operation == "rotation by 180°, leads L ↔ R, time shifted by T/2"


def test_three_gates_in_turn_are_a_rotation_in_time():
    """A third of a period is a third of a turn: I_A = I_B = I_C, so all are zero, though no two of them are mirror images."""
    device = fq.gallery.three_terminal_ring().at(flux=0.1)
    thirds = {f"gate_{name}": fq.Cosine(0.3, 2 * np.pi * third / 3) for third, name in enumerate("abc")}
    drive = fq.Drive(thirds, photon_energy=0.5)
    report = fq.symmetries(device, drive)
    assert {lead for what, lead in report.forbids if what == "dc charge"} == set("ABC")
    assert not claimed_but_flowing(device, drive, report, 0.213)
    assert "rotation by 120°" in report.symmetries[0].operation


def test_two_wires_on_one_site_share_its_current_by_their_couplings():
    h = np.array([[0.1, 0.7], [0.7, -0.2]])
    contacts = {
        "L": fq.Contact(fq.Chain(1.0), 0, coupling=0.4),
        "M": fq.Contact(fq.Chain(1.0), 0, coupling=0.6j),
        "R": fq.Contact(fq.Chain(0.9), 1, coupling=0.5),
    }
    device = fq.Device(h, contacts, {"left": fq.Onsite(0), "right": fq.Onsite(1)})
    drive = fq.Drive({"left": fq.Cosine(0.5), "right": fq.Cosine(0.4, 1.0)}, photon_energy=0.6)
    report = fq.symmetries(device, drive)
    assert report.proportional == (("L", "M", pytest.approx(2.25)),)
    values = currents(device, drive, 0.2, rtol=1e-8)
    assert values["dc charge", "M"][0] == pytest.approx(2.25 * values["dc charge", "L"][0], rel=1e-6)
    assert report.forbids == ()
    without = fq.Device(h[:1, :1], {name: contacts[name] for name in "LM"}, {"left": fq.Onsite(0)})
    alone = fq.symmetries(without, fq.Drive({"left": fq.Cosine(0.5)}, photon_energy=0.6))
    assert alone.forbids == (("dc charge", "L"), ("dc charge", "M"))  # unequal wires, and yet no pump


def test_driven_voltages_count_as_what_they_are():
    device = fq.gallery.two_gate_pump()
    opposite = fq.Drive(voltages={"L": fq.Cosine(0.3), "R": fq.Cosine(0.3, np.pi)}, photon_energy=0.5)
    assert ("dc charge", "L") in fq.symmetries(device, opposite).forbids
    lagging = fq.Drive(voltages={"L": fq.Cosine(0.3), "R": fq.Cosine(0.3, 1.0)}, photon_energy=0.5)
    assert fq.symmetries(device, lagging).forbids == ()


def test_without_a_drive_equal_reservoirs_drive_nothing():
    report = fq.symmetries(fq.gallery.quantum_ring().at(flux=0.3))
    assert report.forbids == (("dc charge", "L"), ("dc charge", "R"))
    assert "nothing is driven" in report.why("dc charge", "L")


def test_leads_apart_from_what_is_driven_stay_still():
    device = fq.Device(
        np.diag([0.1, 0.2]),
        {name: fq.Contact(fq.Chain(hopping), site) for name, hopping, site in (("A", 1, 0), ("B", 0.8, 0), ("C", 0.7, 1), ("D", 1.1, 1))},
        {"level": fq.Onsite(1)},
    )  # fmt: skip
    report = fq.symmetries(device, fq.Drive({"level": fq.Cosine(0.5)}, photon_energy=0.6))
    assert report.forbids == (("dc charge", "A"), ("dc charge", "B"))


# Leads, sizes, limits


def test_wide_leads_are_mapped_orbital_by_orbital_whatever_their_phases():
    rng = np.random.default_rng(5)
    width, length = 3, 4
    n = width * length
    index = np.arange(n).reshape(length, width)
    h = np.zeros((n, n), complex)
    for a, b in ((index[:-1], index[1:]), (index[:, :-1], index[:, 1:])):
        h[a, b] = 1.0
    h = h + h.T
    phases = np.exp(2j * np.pi * rng.random(n))
    wire = np.diag(np.ones(width - 1), 1) + np.diag(np.ones(width - 1), -1)
    contacts = {}
    for name, sites in (("L", index[0]), ("R", index[-1][::-1])):
        own = np.exp(2j * np.pi * rng.random(width))
        turned = own[:, None] * own.conj()[None, :]
        lead = fq.PeriodicLead(turned * wire, np.exp(2j * np.pi * rng.random()) * turned * np.eye(width))
        contacts[name] = fq.Contact(lead, sites.tolist(), coupling=0.8 * phases[sites][:, None] * np.diag(own.conj()))
    knobs = {"left": fq.Onsite([int(index[1, 0])]), "right": fq.Onsite([int(index[2, 2])])}
    device = fq.Device(phases[:, None] * h * phases.conj(), contacts, knobs)
    half = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, np.pi)}, photon_energy=OMEGA)
    report = fq.symmetries(device, half)
    assert ("dc charge", "L") in report.forbids
    assert not wrong_relations(device, half, report)
    other = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, 2.0)}, photon_energy=OMEGA)
    assert fq.symmetries(device, other).forbids == ()


def test_self_energies_are_compared_by_samples_and_the_report_says_so():
    def given(width):
        return fq.SelfEnergy(lambda energy: np.array([[width / (energy + 5j)]]))

    def report(left, right):
        contacts = {"L": fq.Contact(left, 0, coupling=0.5), "R": fq.Contact(right, 1, coupling=0.5)}
        device = fq.Device([[0.1, 1], [1, 0.1]], contacts, {"level": fq.Onsite([0, 1])})
        return fq.symmetries(device, fq.Drive({"level": fq.Cosine(0.5)}, photon_energy=0.6))

    same, other = report(given(1.0), given(1.0)), report(given(1.0), given(1.0 + 1e-6))
    assert any("compared at" in line for line in same.searched)
    assert ("dc charge", "L") in same.forbids
    assert other.forbids == ()


@pytest.mark.parametrize(("level", "found"), [(0.2, 1), (0.3, 0)])
def test_time_reversal_transposes_the_self_energy_of_a_lead(level, found):
    """A lead with a flux in it goes over into itself by time reversal only if its two orbitals change places."""
    inside = np.array([[0.0, 0.7j], [-0.7j, 0.0]])
    lead = fq.SelfEnergy(lambda energy: np.linalg.inv((energy + 2j) * np.eye(2) - inside), orbitals=2)
    h = np.array([[0.2, 0, 1.0], [0, level, 1.0], [1.0, 1.0, 0.1]])
    contacts = {"S": fq.Contact(lead, [0, 1], coupling=0.5), "C": fq.Contact(fq.Chain(), 2)}
    device = fq.Device(h, contacts, {"level": fq.Onsite(2)})
    drive = fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=OMEGA)
    report = fq.symmetries(device, drive)
    assert len(report.symmetries) == found
    assert all(symmetry.kind.name == "time reversal" for symmetry in report.symmetries)
    assert not wrong_relations(device, drive, report)


def test_a_large_lattice_is_no_obstacle():
    width, length = 31, 40
    n = width * length
    import scipy.sparse as sp

    index = np.arange(n).reshape(length, width)
    rows = np.concatenate([index[:-1].ravel(), index[:, :-1].ravel()])
    columns = np.concatenate([index[1:].ravel(), index[:, 1:].ravel()])
    h = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    contacts = {name: fq.Contact(fq.Chain(), int(index[row, 15])) for name, row in (("L", 0), ("R", length - 1))}
    knobs = {"left": fq.Onsite(index[5].tolist()), "right": fq.Onsite(index[34].tolist())}
    device = fq.Device((h + h.T).tocsc(), contacts, knobs)
    drive = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, np.pi)}, photon_energy=0.5)
    report = fq.symmetries(device, drive)
    assert report.complete
    assert ("dc charge", "L") in report.forbids
    assert sum(symmetry.kind.name == "shift" for symmetry in report.symmetries) == 3  # C2v without the identity


def test_a_search_that_is_cut_short_says_so_and_claims_only_what_it_found():
    """Eight equal sites hang on each of two: 8!² permutations, of which a few are looked at."""
    n = 18
    h = np.zeros((n, n))
    h[0, 1] = h[0, 2:10] = h[1, 10:18] = 1.0
    contacts = {"L": fq.Contact(fq.Chain(), 0), "R": fq.Contact(fq.Chain(), 1)}
    device = fq.Device(h + h.T, contacts, {"a": fq.Onsite(0), "b": fq.Onsite(1), "one": fq.Onsite(5)})
    both = fq.symmetries(device, fq.Drive({"a": fq.Cosine(0.3), "b": fq.Cosine(0.3, np.pi)}, photon_energy=0.5))
    assert not both.complete
    assert "cut short" in repr(both)
    assert ("dc charge", "L") in both.forbids
    lopsided = fq.symmetries(device, fq.Drive({"a": fq.Cosine(0.3), "one": fq.Cosine(0.3)}, photon_energy=0.5))
    assert lopsided.forbids == ()


def test_a_report_can_be_read():
    report = ring_report(flux=0.5)
    assert "mirror x → −x, leads L ↔ R" in repr(report)
    assert "mirror x → −x" in report.why("dc charge", "R")
    assert "No symmetry" in ring_report(flux=0.3).why("dc charge", "R")
    pump = fq.gallery.two_gate_pump()
    lagging = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, 1.0)}, photon_energy=0.5)
    assert "with μ = 0: complex conjugation, H → −H" in fq.symmetries(pump, lagging).why("dc charge", "R")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fq.symmetries(fq.gallery.quantum_ring(), None, flux=[0.1, 0.2]), "give numbers"),
        (lambda: fq.symmetries(fq.gallery.quantum_ring(), None, flxu=0.1), "Did you mean|flxu"),
        (lambda: fq.symmetries(3), "must be a Device"),
        (lambda: ring_report(flux=0.0).symmetries[0].partner("R", "X", 0, 0.0, 0.2), '"X"'),
    ],
)
def test_what_cannot_be_asked_is_refused(call, message):
    with pytest.raises(fq.BadInput, match=message):
        call()
