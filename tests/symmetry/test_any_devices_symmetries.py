"""What holds for any device and drive: reversal of time, conservation, and all that is only a choice of description."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq
from symmetry.any_device import currents, few, scattered, sidebands

PAULI = (np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1]))
fewer = settings(max_examples=5)  # where one example is several currents of a device driven everywhere
seeds = st.integers(0, 10**6)


def hermitian(rng, size):
    h = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return 0.4 * (h + h.conj().T)


def random_device(seed, sites=3, contacts=2):
    """H, contacts and a drive of two gates with a phase lag and two harmonics, as matrices and as floquant objects."""
    rng = np.random.default_rng(seed)
    h = hermitian(rng, sites)
    made = {}
    for name, site in zip("LRC"[:contacts], [0, sites - 1, sites // 2], strict=False):
        lead = fq.Chain(rng.uniform(0.8, 1.2), rng.uniform(-0.3, 0.3))
        made[name] = fq.Contact(lead, [site], rng.uniform(0.4, 0.9))
    one = np.diag(0.3 * rng.normal(size=sites) + 0.3j * rng.normal(size=sites))
    two = 0.1 * hermitian(rng, sites) * np.exp(2j * np.pi * rng.random())
    return h, made, {1: one, 2: two}, float(rng.uniform(0.3, 0.9))


@few
@given(seed=seeds, energy=st.floats(-1.0, 1.0))
def test_micro_reversibility_of_any_drive(seed, energy):
    """H(t) → H(−t)*: T_ba^(n)(E) of one is T_ab^(−n)(E + nħΩ) of the other."""
    h, contacts, harmonics, photon_energy = random_device(seed)
    one = fq.Device(h, contacts=contacts)
    other = fq.Device(h.conj(), contacts=contacts)
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    reversed_ = fq.Drive.from_matrices({n: x.conj() for n, x in harmonics.items()}, photon_energy=photon_energy)
    orders = [-1, 0, 1, 2]
    numbers = sidebands(scattered(one, drive, energy), "R", "L", orders)
    backwards = scattered(other, reversed_, *(energy + n * photon_energy for n in orders))
    for place, (n, number) in enumerate(zip(orders, numbers, strict=True)):
        back = sidebands(backwards, "L", "R", [-n], at=place)
        assert back[0] == pytest.approx(number, abs=1e-9)


@fewer
@given(seed=seeds, sites=st.integers(1, 3), lag=st.floats(-3, 3), energy=st.floats(-1.0, 1.0))
def test_when_the_clock_starts_does_not_matter(seed, sites, lag, energy):
    """H_n → H_n e^{−inφ}: amplitudes turn by e^{−inφ}, and nothing that is measured changes."""
    h, contacts, harmonics, photon_energy = random_device(seed, sites)
    device = fq.Device(h, contacts=contacts)
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    later = fq.Drive.from_matrices(
        {n: x * np.exp(-1j * n * lag) for n, x in harmonics.items()}, photon_energy=photon_energy
    )
    one, two = (fq.scatter(device, d, [energy], rtol=1e-9, sidebands=12).amplitude("R", "L") for d in (drive, later))
    turned = one * np.exp(-1j * lag * one.sideband)
    np.testing.assert_allclose(two.values.ravel(), turned.values.ravel(), atol=1e-9)
    now, error = currents(device, drive, energy)
    then, other = currents(device, later, energy)
    assert np.all(np.abs(now - then) <= error + other)


@few
@given(
    seed=seeds,
    sites=st.integers(1, 3),
    contacts=st.integers(1, 3),
    fermi_energy=st.floats(-0.8, 0.8),
    bias=st.floats(-0.5, 0.5),
    temperature=st.sampled_from([0.0, 0.03]),
)
def test_what_flows_in_flows_out(seed, sites, contacts, fermi_energy, bias, temperature):
    h, made, harmonics, photon_energy = random_device(seed, sites, contacts)
    device = fq.Device(h, contacts=made)
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    mu = {name: fermi_energy + bias * k for k, name in enumerate(made)}
    values, errors = currents(device, drive, mu, temperature, rtol=1e-7)
    assert abs(values.sum()) <= errors.sum()


@few
@given(seed=seeds, energy=st.floats(-1.0, 1.0))
def test_rows_and_columns_of_s_are_unitary(seed, energy):
    """Rows: all that arrives at one energy. Columns alone prove nothing: they hold with too few sidebands as well."""
    h, made, harmonics, photon_energy = random_device(seed, contacts=3)
    device = fq.Device(h, contacts=made)
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    n = np.arange(-9, 10)
    columns = fq.scatter(device, drive, [energy], rtol=1e-10)
    for a in made:
        total = sum(float(columns.transmission(b, a, kind="total").squeeze()) for b in made)
        assert total == pytest.approx(1, abs=1e-9)
    rows = fq.scatter(device, drive, energy + photon_energy * n, rtol=1e-10)
    for b in made:
        arrived = 0.0
        for a in made:
            numbers = rows.transmission(b, a).reindex(sideband=list(n), fill_value=0.0).values
            numbers = numbers.reshape(len(n), len(n))
            arrived += sum(numbers[i, len(n) - 1 - i] for i in range(len(n)))  # from E + kħΩ by −k photons
        assert arrived == pytest.approx(1, abs=1e-8)


@few
@given(seed=seeds, fermi_energy=st.floats(-0.8, 0.8), temperature=st.sampled_from([0.0, 0.05]))
def test_without_a_drive_and_without_a_bias_nothing_flows(seed, fermi_energy, temperature):
    h, made, harmonics, photon_energy = random_device(seed, contacts=3)
    device = fq.Device(h, contacts=made)
    silent = fq.Drive.from_matrices({n: 0 * x for n, x in harmonics.items()}, photon_energy=photon_energy)
    for drive in (None, fq.Drive({}, photon_energy=photon_energy), silent):
        values, errors = currents(device, drive, fermi_energy, temperature)
        assert np.all(np.abs(values) <= errors)
        assert np.all(np.abs(values) <= 1e-15)


@fewer
@given(seed=seeds, sites=st.integers(2, 4), lag=st.floats(-3, 3), fermi_energy=st.floats(-0.8, 0.8))
def test_a_half_turn_with_half_a_period_pumps_nothing(seed, sites, lag, fermi_energy):
    """A device equal to itself turned end over end half a period later: T_RL^(n) = T_LR^(n)."""
    rng = np.random.default_rng(seed)
    h = hermitian(rng, sites)
    h = (h + h[::-1, ::-1]) / 2
    gates = rng.uniform(-0.5, 0.5, (2, sites // 2))
    device = fq.Device(
        h,
        contacts={name: fq.Contact(fq.Chain(1.0), [site], 0.7) for name, site in (("L", 0), ("R", sites - 1))},
        knobs={f"gate{i}": fq.Onsite(i) for i in range(sites)},
    )
    waves = {}
    for i in range(sites // 2):
        first, second = gates[:, i]
        phase = lag * (i + 1)
        waves[f"gate{i}"] = fq.Harmonics({1: first * np.exp(-1j * phase), 2: second})
        waves[f"gate{sites - 1 - i}"] = fq.Harmonics({1: -first * np.exp(-1j * phase), 2: second})
    drive, n = fq.Drive(waves, photon_energy=0.5), range(-4, 5)
    scattering = scattered(device, drive, fermi_energy)
    there, back = (sidebands(scattering, to, from_, n) for to, from_ in (("R", "L"), ("L", "R")))
    np.testing.assert_allclose(there, back, atol=1e-9)
    values, errors = currents(device, drive, fermi_energy)
    assert np.all(np.abs(values) <= errors)


@few
@given(seed=seeds, energy=st.floats(-0.7, 0.7))
def test_where_the_device_ends_and_the_lead_begins_does_not_matter(seed, energy):
    """A site of the lead may be counted as the device's."""
    h, made, harmonics, photon_energy = random_device(seed)
    sites = len(h)
    device = fq.Device(h, contacts=made)
    longer = np.zeros((sites + 1, sites + 1), complex)
    longer[:sites, :sites] = h
    right = made["R"]
    longer[sites, sites] = right.lead.level
    bond = complex(np.asarray(right.coupling).ravel()[0])
    longer[sites - 1, sites], longer[sites, sites - 1] = bond, np.conj(bond)
    extended = fq.Device(longer, contacts={"L": made["L"], "R": fq.Contact(right.lead, [sites])})
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    padded = fq.Drive.from_matrices({n: np.pad(x, (0, 1)) for n, x in harmonics.items()}, photon_energy=photon_energy)
    n, one, two = range(-4, 5), scattered(device, drive, energy), scattered(extended, padded, energy)
    for to, from_ in (("R", "L"), ("L", "R"), ("R", "R")):
        np.testing.assert_allclose(sidebands(two, to, from_, n), sidebands(one, to, from_, n), atol=1e-9)


@fewer
@given(
    seed=seeds,
    sites=st.integers(1, 3),
    fermi_energy=st.floats(-0.5, 0.5),
    shift=st.floats(-2, 2),
    scale=st.floats(0.2, 5),
)
def test_only_differences_and_ratios_of_energies_matter(seed, sites, fermi_energy, shift, scale):
    """All levels and μ up by a constant: the same currents. All energies times s: s times the currents."""
    h, made, harmonics, photon_energy = random_device(seed, sites)
    mu = {"L": fermi_energy, "R": fermi_energy + 0.2}

    def made_with(factor, offset):
        contacts = {}
        for name, contact in made.items():
            lead = fq.Chain(factor * contact.lead.hopping, factor * (contact.lead.level + offset))
            contacts[name] = fq.Contact(lead, [0] if name == "L" else [len(h) - 1], factor * contact.coupling)
        device = fq.Device(factor * (h + offset * np.eye(len(h))), contacts=contacts)
        drive = fq.Drive.from_matrices(
            {n: factor * x for n, x in harmonics.items()}, photon_energy=factor * photon_energy
        )
        return currents(device, drive, {name: factor * (m + offset) for name, m in mu.items()})

    plain, error = made_with(1.0, 0.0)
    moved, moved_error = made_with(1.0, shift)
    larger, larger_error = made_with(scale, 0.0)
    assert np.all(np.abs(moved - plain) <= moved_error + error)
    assert np.all(np.abs(larger - scale * plain) <= larger_error + scale * error)


@few
@given(seed=seeds, energy=st.floats(-0.8, 0.8))
def test_the_order_of_sites_and_leads_does_not_matter(seed, energy):
    h, made, harmonics, photon_energy = random_device(seed, sites=4, contacts=3)
    order = np.random.default_rng(seed).permutation(len(h))
    place = np.argsort(order)  # where each old site has gone
    sites = {"L": 0, "R": 3, "C": 2}
    contacts = {name: fq.Contact(made[name].lead, [int(place[sites[name]])], made[name].coupling) for name in "CRL"}
    mixed = np.ix_(order, order)
    one = fq.Device(h, contacts=made)
    other = fq.Device(h[mixed], contacts=contacts)
    drive = fq.Drive.from_matrices(harmonics, photon_energy=photon_energy)
    shuffled = fq.Drive.from_matrices({n: x[mixed] for n, x in harmonics.items()}, photon_energy=photon_energy)
    n, here, there = range(-4, 5), scattered(one, drive, energy), scattered(other, shuffled, energy)
    for to, from_ in (("R", "L"), ("C", "R"), ("L", "L")):
        np.testing.assert_allclose(sidebands(there, to, from_, n), sidebands(here, to, from_, n), atol=1e-9)


@fewer
@given(seed=seeds, fermi_energy=st.floats(-0.5, 0.5))
def test_the_spin_current_is_a_vector(seed, fermi_energy):
    """Turning every spin of the device turns the spin currents, and leaves the charge alone."""
    rng = np.random.default_rng(seed)
    h = hermitian(rng, 4)
    harmonics = {1: 0.2 * (rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4)))}
    axis = rng.normal(size=3)
    axis /= np.linalg.norm(axis)
    angle = rng.uniform(0, np.pi)
    about = sum(x * s for x, s in zip(axis, PAULI, strict=True))
    turn = np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * about
    rotation = np.array([[0.5 * np.trace(a @ turn @ b @ turn.conj().T).real for b in PAULI] for a in PAULI])
    everywhere = np.kron(np.eye(2), turn)

    def measured(change):
        device = fq.Device(
            change @ h @ change.conj().T,
            contacts={"L": fq.Contact(fq.Chain(1.0), [0], 0.6), "R": fq.Contact(fq.Chain(1.0), [1], 0.7)},
            orbitals=2,
            spin=True,
        )
        drive = fq.Drive.from_matrices(
            {n: change @ x @ change.conj().T for n, x in harmonics.items()}, photon_energy=0.6
        )
        solution = fq.solve(device, drive, window=(fermi_energy, fermi_energy), rtol=1e-8)
        reservoirs = fq.Reservoirs(mu=fermi_energy)
        return fq.dc_current(solution, reservoirs), fq.spin_current(solution, reservoirs)

    charge, spin = measured(np.eye(4))
    turned_charge, turned_spin = measured(everywhere)
    allowed = 2 * (charge.dc_current_error + turned_charge.dc_current_error).values
    assert np.all(np.abs(charge.values - turned_charge.values) <= allowed)
    spin_allowed = 2 * (spin.spin_current_error.sum("direction") + turned_spin.spin_current_error.sum("direction"))
    turned = spin.transpose("lead", "direction").values @ rotation.T
    assert np.all(np.abs(turned_spin.transpose("lead", "direction").values - turned) <= spin_allowed.values[:, None])
