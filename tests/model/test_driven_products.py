"""Harmonics of driven knobs that multiply, lag or are functions, for one setting or for many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

from floquant import gallery
from floquant.model import (
    Chain,
    Contact,
    Cosine,
    Device,
    Drive,
    Function,
    Harmonics,
    Hopping,
    WideBand,
    has_conserved_spin,
    sectors,
)
from floquant.model.assembly.composition import gather
from floquant.model.assembly.deviation import deviation
from model.crowded import amplitude, at_time, by_hand, crowded_device, finite, pauli


@given(st.floats(0.001, 3.0), finite, st.floats(-np.pi, np.pi))
@settings(max_examples=30, deadline=None)
def test_a_driven_flux_has_bessel_harmonics(strength, flux, phase):
    drive = Drive({"flux": Cosine(strength, phase=phase)}, photon_energy=1.0)
    (sector,) = sectors(gallery.quantum_ring(), drive, {"flux": flux})
    i, j = (int(np.flatnonzero(sector.ports == site)[0]) for site in (0, 3))
    n = np.arange(1, sector.harmonics.shape[1] + 1)
    x, rest = 2 * np.pi * strength, 0.25 * np.exp(2j * np.pi * flux)
    wave = 1j**n * jv(n, x) * np.exp(-1j * n * phase)
    np.testing.assert_allclose(sector.harmonics[0, :, i, j], rest * wave, atol=2e-16 * max(1, x), rtol=0)
    # H_n is no Hermitian matrix: the other corner has the opposite phase
    back = np.conj(rest) * 1j**n * (-1.0) ** n * jv(n, x) * np.exp(-1j * n * phase)
    np.testing.assert_allclose(sector.harmonics[0, :, j, i], back, atol=2e-16 * max(1, x), rtol=0)
    mean = sector.hamiltonian[0, 3] + sector.static[0, i, j]
    assert mean == pytest.approx(rest * jv(0, x), abs=4e-16 * max(1, x))
    assert np.all(np.abs(jv(len(n) + np.arange(1, 9), x)) < 1e-15)


@pytest.mark.parametrize("strength", [1e-3, 1e-6, 1e-9])
def test_a_weak_flux_drive_keeps_its_digits(strength):
    (sector,) = sectors(gallery.quantum_ring(), Drive({"flux": Cosine(strength)}, photon_energy=1.0))
    found = sector.harmonics[0, 0, 0, 1]
    assert abs(found / (0.25j * jv(1, 2 * np.pi * strength)) - 1) < 2e-15


@given(st.integers(0, 5), st.lists(amplitude, min_size=7, max_size=7), st.lists(finite, min_size=7, max_size=7))
@settings(max_examples=40, deadline=None)
def test_the_harmonics_of_a_driven_product_are_the_product_at_every_time(seed, strengths, phases):
    device = crowded_device(seed)
    names = list(device.knobs)
    # not all are driven: an element may have a part that rests
    waves = {k: Cosine(v, phase=p) for k, v, p in zip(names[seed:], strengths, phases, strict=False)}
    if seed == 0:
        waves["level"] = Harmonics({0: 0.3, 1: 0.2 + 0.1j, 3: strengths[0]})
    drive = Drive(waves, photon_energy=0.7)
    rest = {"flux": 0.17, "strong": 0.4, "level": 0.3}
    (sector,) = sectors(device, drive, rest)
    assert list(sector.orbitals) == [0, 1, 2]
    for t in (0.0, 0.31, 4.4):
        expected = drive.hamiltonian(device, t, **rest)
        np.testing.assert_allclose(at_time(sector, 0, 0.7 * t), expected, atol=2e-14)
    values = dict.fromkeys(device.knobs, 0.0) | {"strong": 1.0, "stronger": 1.0} | rest
    for name, wave in waves.items():
        x = wave.harmonics()
        turning = sum(2 * np.real(x_k * np.exp(-0.217j * k)) for k, x_k in x.items() if k)
        values[name] += turning + np.real(x.get(0, 0))
    np.testing.assert_allclose(drive.hamiltonian(device, 0.31, **rest), by_hand(device, device.h, **values), atol=1e-13)


@given(st.integers(1, 6), st.data())
@settings(max_examples=25, deadline=None)
def test_many_settings_at_once_are_the_same_as_each_alone(count, data):
    device = crowded_device(3)
    lists = st.lists(amplitude, min_size=count, max_size=count)
    drive = Drive({"flux": Cosine("v", "shift"), "link": Cosine("v"), "strong": Cosine(0.3)}, photon_energy=0.7)
    values = {name: np.array(data.draw(lists)) for name in ("v", "shift", "flux_back", "level", "strong")}
    (batch,) = sectors(device, drive, values)
    assert batch.static.shape[0] == batch.harmonics.shape[0] == count
    for p in range(count):
        alone = {name: value[p] for name, value in values.items()}
        for t in (0.0, 1.3):
            np.testing.assert_allclose(at_time(batch, p, 0.7 * t), drive.hamiltonian(device, t, **alone), atol=2e-14)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_what_a_drive_changes_is_the_difference_with_and_without_it_for_one_setting_or_many(seed, data):
    """F(0) · D = H(values + moving) − H(values); knobs rest, have one value or one per setting, and so have their motions."""
    rng, device = np.random.default_rng(seed), crowded_device()
    elements = gather(device.element_rules, device.knobs, device.base)
    count, samples = 3, 4
    values = dict(device.resting)
    for name in data.draw(st.sets(st.sampled_from(list(device.knobs)))):
        values[name] = rng.normal(size=count) if data.draw(st.booleans()) else rng.normal()
    driven = data.draw(st.sets(st.sampled_from(list(device.knobs)), min_size=1))
    moving = {name: rng.normal(size=(count if data.draw(st.booleans()) else 1, samples)) for name in sorted(driven)}
    found = elements.factor(values, moving)[:, None] * deviation(elements, values, moving, [])
    without = elements.values(values)
    for sample in range(samples):
        now = values | {name: values[name] + shift[:, sample] for name, shift in moving.items()}
        assert np.allclose(found[:, sample], elements.values(now) - without, rtol=0, atol=1e-12)


@pytest.mark.parametrize("bond", [(0, 1), (1, 0)])
def test_a_driven_hopping_that_lags_keeps_its_complex_mean(bond):
    device = Device([[0, 1], [1, 0]], contacts={"L": Contact(Chain(), 0)}, knobs={"link": Hopping(bond, matrix=[[1j]])})
    drive = Drive({"link": Cosine(0.3, phase=0.7)}, photon_energy=1.0)
    (sector,) = sectors(device, drive, {"link": 0.2 + 0.1j})
    for t in (0.0, 1.1):
        h = np.array([[0, 1], [1, 0]], complex)
        h[bond] += 1j * (0.2 + 0.1j + 0.3 * np.cos(t + 0.7))
        h[bond[::-1]] = np.conj(h[bond])
        np.testing.assert_allclose(at_time(sector, 0, t), h, atol=1e-15)
        np.testing.assert_allclose(drive.hamiltonian(device, t, link=0.2 + 0.1j), h, atol=1e-15)


def test_a_driven_function_is_transformed_too():
    def spin_along(angle):
        return np.cos(angle) * pauli["z"] + np.sin(angle) * pauli["x"]

    device = Device(
        np.zeros((2, 2)),
        contacts={"L": Contact(WideBand(0.3), 0)},
        knobs={"angle": Function(0, spin_along)},
        orbitals=2,
        spin=True,
    )
    drive = Drive({"angle": Cosine("a")}, photon_energy=1.0)
    strengths = np.array([0.5, 0.5, 2.0])
    (sector,) = sectors(device, drive, {"angle": 0.2, "a": strengths})
    for p, a in enumerate(strengths):
        for angle in (0.0, 1.0):
            expected = spin_along(0.2 + a * np.cos(angle))
            np.testing.assert_allclose(at_time(sector, p, angle), expected, atol=1e-15)
    assert not has_conserved_spin(device, (sector,))
