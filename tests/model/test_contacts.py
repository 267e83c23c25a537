"""Contacts: couplings, and those that are turned or driven."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from floquant.model import Chain, Contact, Cosine, Device, Drive, Flux, Onsite, Strength, WideBand, sectors
from model.crowded import finite, pauli, random_hermitian


def green(sector, p, energy):
    """Static G of a sector at setting p, on its device orbitals."""
    h = np.array(sector.hamiltonian)
    h[np.ix_(sector.ports, sector.ports)] += sector.static[p]
    for terminal in sector.terminals:
        h[np.ix_(terminal.orbitals, terminal.orbitals)] += terminal.self_energy(energy)
    mine = np.flatnonzero(sector.orbitals >= 0)
    return np.linalg.inv(energy * np.eye(len(h)) - h)[np.ix_(mine, mine)]


@given(st.integers(0, 1000), st.booleans(), st.booleans(), st.floats(-3, 3))
@settings(max_examples=40, deadline=None)
def test_turning_a_contact_is_the_same_as_making_it_with_another_coupling(seed, spin, wide, energy):
    rng = np.random.default_rng(seed)
    doubled = 2 if spin else 1
    h = random_hermitian(rng, 3 * doubled)
    tau = rng.normal(size=(2 * doubled, doubled)) + 1j * rng.normal(size=(2 * doubled, doubled))
    lead = WideBand(1.0) if wide else Chain(0.9 - 0.3j, 0.2)
    strength, other, turns = rng.normal(size=3)

    def made(coupling, sparse=False):
        return Device(
            scipy.sparse.csc_array(h) if sparse else h,
            contacts={
                "R": Contact(Chain(), 1, 0.6),
                "L": Contact(lead, [2, 0], coupling),
                "top": Contact(lead, 0, 0.3),
            },
            knobs={
                "grip": Strength(contact="L"),
                "top_grip": Strength(contact="top"),
                "twist": Flux(contact="L"),
                "level": Onsite(2),
            },
            orbitals=doubled,
            spin=spin,
        )

    turned = {"grip": [1.0, strength], "twist": [0.3, turns], "top_grip": [1.0, other], "level": [0.0, 0.4]}
    (sector,) = sectors(made(tau, sparse=bool(seed % 2)), None, turned)
    now = {name: value[1] for name, value in turned.items()}
    (resting,) = sectors(made(tau).at(**now), None)
    again = made(tau * strength * np.exp(2j * np.pi * turns)).at(level=0.4, top_grip=other)
    (direct,) = sectors(again, None)
    np.testing.assert_allclose(green(resting, 0, energy), green(direct, 0, energy), atol=1e-10, rtol=1e-8)
    np.testing.assert_allclose(green(sector, 1, energy), green(direct, 0, energy), atol=1e-10, rtol=1e-8)


@pytest.mark.parametrize("lead", [Chain(0.9, 0.2), WideBand(0.7)])
@pytest.mark.parametrize("spin", [False, True])
@given(energy=st.floats(-3.5, 3.5), strength=st.floats(0.1, 2), flux=finite)
@settings(max_examples=15, deadline=None)
def test_an_absorbed_cell_gives_back_the_contact(lead, spin, energy, strength, flux):
    """Eliminating the cell that a turned contact took in: Σ = s² τ g τ†, in closed channels too."""
    h = np.array([[0.3, 0.5], [0.5, -0.2]])
    device = Device(
        np.kron(h, np.eye(2)) if spin else h,
        contacts={"R": Contact(Chain(), 1), "L": Contact(lead, 0, coupling=0.6)},
        knobs={"grip": Strength(contact="L"), "twist": Flux(contact="L")},
        orbitals=2 if spin else 1,
        spin=spin,
    )
    for sector in sectors(device, None, {"grip": [1.5, strength], "twist": [0.1, flux]}):
        assert list(sector.orbitals[2:]) == [-1]
        h = np.array(sector.hamiltonian)
        h[np.ix_(sector.ports, sector.ports)] += sector.static[1]
        (terminal,) = [t for t in sector.terminals if t.name == "L"]
        h = h.astype(complex)
        h[np.ix_(terminal.orbitals, terminal.orbitals)] += terminal.self_energy(energy)
        cell = h[2, 2]
        sigma = h[0, 2] * h[2, 0] / (energy - cell)
        expected = strength**2 * 0.36 * lead.surface(energy)[0, 0]
        assert abs(sigma - expected) < 1e-10 * max(1, abs(expected))
        assert h[0, 2] == pytest.approx(0.6 * strength * np.exp(2j * np.pi * flux), abs=1e-14)


def test_a_contact_that_only_rests_elsewhere_takes_nothing_in():
    device = Device([[0.0]], contacts={"L": Contact(Chain(), 0)}, knobs={"grip": Strength(contact="L")}).at(grip=0.5)
    (sector,) = sectors(device, None, {"grip": 0.5})
    assert sector.hamiltonian.shape == (1, 1)
    assert sector.terminals[0].coupling[0, 0] == 0.5


def test_a_driven_contact_is_a_driven_bond():
    device = Device([[0.0]], contacts={"L": Contact(Chain(0.8), 0)}, knobs={"grip": Strength(contact="L")})
    (sector,) = sectors(device, Drive({"grip": Cosine(0.2)}, photon_energy=1))
    assert list(sector.ports) == [0, 1]
    np.testing.assert_allclose(sector.harmonics[0], [0.08 * pauli["x"]], atol=1e-17)
    np.testing.assert_allclose(sector.hamiltonian, 0.8 * pauli["x"], atol=1e-17)
    assert list(sector.terminals[0].orbitals) == [1]


def test_a_spin_flux_on_a_contact_turns_the_two_spins_oppositely():
    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(Chain(), 0, 0.5)},
        knobs={"so": Flux(contact="L", spin=True)},
        orbitals=2,
        spin=True,
    )
    for sector, sign in zip(sectors(device, None, {"so": 0.1}), (1, -1), strict=True):
        mean = sector.hamiltonian[0, 1] + sector.static[0, 0, 1]
        assert mean == pytest.approx(0.5 * np.exp(0.2j * np.pi * sign), abs=1e-15)


def test_a_column_coupling_joins_one_chain_to_two_sites():
    tau = np.array([[0.5], [0.3j]])
    device = Device(np.zeros((2, 2)), contacts={"L": Contact(Chain(), [1, 0], tau)})
    (sector,) = sectors(device, None)
    (terminal,) = sector.terminals
    assert list(terminal.orbitals) == [1, 0]
    g = Chain().surface(0.4)
    np.testing.assert_allclose(terminal.self_energy(0.4), tau @ g @ tau.conj().T, atol=1e-16)


def test_a_contact_with_no_coupling_still_reflects():
    device = Device([[0.3]], contacts={"L": Contact(Chain(), 0, 0.0), "R": Contact(Chain(), 0)})
    (sector,) = sectors(device, None)
    assert [terminal.name for terminal in sector.terminals] == ["L", "R"]
    np.testing.assert_array_equal(sector.terminals[0].coupling, [[0]])
