"""Kwant systems as devices: the same matrices, the same leads, and T^(n) of Kwant itself on a photon-replica lattice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.kwant_lattice import ReplicaLattice

import floquant as fq
from floquant.model import sectors
from peers.kwant_cases import CASES, Case

from_system = fq.interop.kwant.from_system


def dense(matrix: object) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)


@pytest.mark.parametrize("name", CASES)
def test_every_sideband_is_that_of_kwant_on_a_replica_lattice(name):
    case: Case = CASES[name]()
    replicas = ReplicaLattice(case.builder, case.params, case.driven(), case.photon_energy, case.order)
    expected = replicas.transmissions(case.energy)
    scattering = fq.scatter(case.device(), case.drive(), [case.energy], rtol=1e-13)
    for a, source in enumerate(case.names):
        for b, to in enumerate(case.names):
            found = scattering.transmission(to, source).isel(energy=0)
            found = found.sum([dim for dim in found.dims if dim.startswith("spin")])
            for n, value in zip(range(-case.order, case.order + 1), expected[b, a], strict=True):
                ours = float(found.sel(sideband=n)) if n in found.sideband else 0.0
                assert ours == pytest.approx(value, abs=1e-10), (source, to, n)


@pytest.mark.parametrize("name", CASES)
def test_static_transmission_is_that_of_kwant(name):
    import kwant

    case: Case = CASES[name]()
    scattering = fq.scatter(case.device(), None, [case.energy])
    s = kwant.smatrix(case.builder.finalized(), case.energy, params=case.params)
    for a, source in enumerate(case.names):
        for b, to in enumerate(case.names):
            found = float(scattering.transmission(to, source).sum())
            assert found == pytest.approx(s.transmission(b, a), abs=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_hamiltonian_is_that_of_kwant_at_any_value_of_the_knobs(name):
    case: Case = CASES[name]()
    device, system = case.device(), case.builder.finalized()
    rng = np.random.default_rng(3)
    for _ in range(3):
        values = {knob: float(rng.normal()) for knob in case.waves}
        expected = system.hamiltonian_submatrix(params={**case.params, **values})
        np.testing.assert_allclose(dense(device.hamiltonian(**values)), expected, rtol=0, atol=1e-14)
    np.testing.assert_array_equal(device.positions, [site.pos for site in system.sites])


@pytest.mark.parametrize("name", CASES)
def test_driven_hamiltonian_follows_the_value_functions_through_the_cycle(name):
    """The harmonics that solvers get add up to H(t) = H(parameters at t), evaluated by Kwant."""
    case: Case = CASES[name]()
    device, drive, system = case.device(), case.drive(), case.builder.finalized()
    found = sectors(device, drive)
    for angle in (0.4, 2.9):
        params = {**case.params, **{knob: wave(angle) for knob, wave in case.driven().items()}}
        expected = system.hamiltonian_submatrix(params=params)
        for sector in found:
            h = dense(sector.hamiltonian).astype(complex)
            d = np.zeros_like(h)
            where = np.ix_(sector.ports, sector.ports)
            d[where] = sector.static[0]
            for k, block in enumerate(sector.harmonics[0], start=1):
                term = block * np.exp(-1j * k * angle)
                d[where] += term + term.conj().T
            own = np.ix_(sector.orbitals, sector.orbitals)
            np.testing.assert_allclose(h + d, expected[own], rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_self_energies_of_the_leads_are_those_of_kwant(name):
    case: Case = CASES[name]()
    device, system = case.device(), case.builder.finalized()
    for lead, contact in zip(system.leads, device.contacts.values(), strict=True):
        expected = lead.selfenergy(case.energy, params=case.params)
        tau = contact.coupling
        np.testing.assert_allclose(tau @ contact.lead.surface(case.energy) @ tau.conj().T, expected, rtol=0, atol=1e-10)


@settings(max_examples=15)
@given(st.floats(-0.9, 0.9), st.floats(-0.5, 0.5))
def test_two_parameters_of_one_value_are_driven_as_one_function(rest, other):
    """exp(i(a + b)) with a and b in antiphase stands still, and with one of them double it is the other's drive."""
    device = _two_sites(lambda one, two, a, b: np.exp(1j * (a + b)), {"a": rest, "b": other})
    still = fq.Drive({"a": fq.Cosine(0.7), "b": fq.Cosine(-0.7)}, photon_energy=0.8)
    (sector,) = sectors(device, still)
    assert np.abs(sector.harmonics).max(initial=0) < 1e-15
    half = {"a": fq.Cosine(0.35, 0.2), "b": fq.Cosine(0.35, 0.2)}
    both = fq.scatter(device, fq.Drive(half, photon_energy=0.8), [0.3], sidebands=6)
    one = fq.scatter(device, fq.Drive({"a": fq.Cosine(0.7, 0.2)}, photon_energy=0.8), [0.3], sidebands=6)
    np.testing.assert_allclose(both.transmission("1", "0"), one.transmission("1", "0"), rtol=0, atol=1e-13)


def test_a_parameter_with_kinks_converges():
    """Σ_n T^(n) of |a| swept through zero is between those of smooth functions that enclose it ever more closely."""
    energy = [0.3]
    drive = fq.Drive({"a": fq.Cosine(0.6)}, photon_energy=0.8)

    def total(function):
        device = _two_sites(function, {"a": 0.0})
        return fq.scatter(device, drive, energy, sidebands=10).transmission("1", "0").values

    kinked = total(lambda one, two, a: abs(a))
    coarse = total(lambda one, two, a: np.sqrt(a * a + 0.02**2))
    fine = total(lambda one, two, a: np.sqrt(a * a + 0.005**2))
    assert np.abs(fine - kinked).max() < 0.3 * np.abs(coarse - kinked).max() < 1e-2


def test_only_the_elements_that_depend_on_a_knob_are_evaluated():
    import kwant

    calls = 0

    def level(site, gate):
        nonlocal calls
        calls += 1
        return gate * 0.1

    lattice, system = kwant.lattice.square(norbs=1), kwant.Builder()
    system[(lattice(x, y) for x in range(100) for y in range(100))] = 0
    system[(lattice(50, y) for y in range(40, 50))] = level
    system[lattice.neighbors()] = -1
    device = from_system(system.finalized(), {"gate": 0.0}, [], ["gate"])
    calls = 0
    h = device.hamiltonian(gate=2.0)
    assert calls == 10
    assert h.diagonal().sum() == pytest.approx(2.0)
    assert h.nnz == 4 * 100 * 99 + 10


def test_knobs_of_floquant_stand_beside_parameters():
    import kwant

    lattice, system = _chain(lambda site, gate: gate if site.tag[0] == 1 else 0.0)
    finalized = system.finalized()
    dot = finalized.id_by_site[lattice(2, 0)]
    device = from_system(
        finalized, {"gate": 0.2}, ["L", "R"], {"plunger": fq.Onsite(dot), "barrier": "gate"}, energy_unit="meV"
    )
    assert list(device.knobs) == ["plunger", "barrier"]
    assert device.resting == {"plunger": 0.0, "barrier": 0.2}
    expected = finalized.hamiltonian_submatrix(params={"gate": 0.7}) + np.diag(np.eye(len(finalized.sites))[dot]) * 0.3
    np.testing.assert_allclose(dense(device.hamiltonian(plunger=0.3, barrier=0.7)), expected, atol=1e-15)
    assert isinstance(finalized, kwant.builder.FiniteSystem)


def test_a_knob_at_rest_and_swept_gives_what_params_give():
    _, system = _chain(lambda site, gate: gate * site.tag[0])
    finalized = system.finalized()
    swept = fq.scatter(from_system(finalized, {"gate": 0.1}, knobs=["gate"]), None, [0.4], gate=[0.1, 0.5, -0.3])
    for i, value in enumerate((0.1, 0.5, -0.3)):
        alone = fq.scatter(from_system(finalized, {"gate": value}), None, [0.4])
        np.testing.assert_allclose(swept.transmission("1", "0")[i], alone.transmission("1", "0"), atol=1e-13)


def test_leads_given_by_a_self_energy_scatter_like_those_with_a_translation():
    import kwant

    lattice, system = _chain(lambda site, gate: gate)
    finalized = system.finalized()
    other = kwant.Builder()
    other.update(system)
    other.leads.clear()
    for lead, site in zip(finalized.leads, (lattice(0, 0), lattice(3, 0)), strict=True):
        function = lead.selfenergy

        def self_energy(energy, args=(), *, params=None, function=function):
            return function(energy, params=params)

        other.leads.append(kwant.builder.SelfEnergyLead(self_energy, [site], []))
    drive = fq.Drive({"gate": fq.Cosine(0.3)}, photon_energy=0.7)
    mine = fq.scatter(from_system(finalized, {"gate": 0.1}, knobs=["gate"]), drive, [0.4], sidebands=3)
    theirs = fq.scatter(from_system(other.finalized(), {"gate": 0.1}, knobs=["gate"]), drive, [0.4], sidebands=3)
    np.testing.assert_allclose(theirs.transmission("1", "0"), mine.transmission("1", "0"), atol=1e-9)


def _chain(level):
    """Four sites of a chain, with value function `level` on them, between leads along x."""
    import kwant

    lattice, system = kwant.lattice.square(norbs=1), kwant.Builder()
    system[(lattice(x, 0) for x in range(4))] = level
    system[lattice.neighbors()] = -1
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[lattice(0, 0)] = 0
    lead[lattice.neighbors()] = -1
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return lattice, system


def _two_sites(hopping, params):
    """Two sites joined by a value function, each with a lead of its own."""
    import kwant

    lattice, system = kwant.lattice.square(norbs=1), kwant.Builder()
    system[lattice(0, 0)], system[lattice(1, 0)] = 0.2, -0.1
    system[lattice(1, 0), lattice(0, 0)] = hopping
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[lattice(0, 0)] = 0
    lead[lattice.neighbors()] = -1
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return from_system(system.finalized(), params, knobs=list(params))
