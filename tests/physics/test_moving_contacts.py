"""What shakes device and leads together is at rest; contacts that move alone are dense matrices."""

import numpy as np
import pytest
from reference import dense_floquet

import floquant as fq
from physics.questions import transmissions


def shaken_together(lead, sites, coupling, sign, amplitude=0.9, photon_energy=0.6):
    """Two sites that go up and down together, on contacts that turn by exp(−i (v/ħΩ) sin Ωt)."""
    device = fq.Device(
        [[0.2, 0.7j], [-0.7j, -0.1]],
        contacts={
            "L": fq.Contact(fq.Chain(1.0, level=0.1), [0], coupling=0.8),
            "R": fq.Contact(lead, sites, coupling=coupling),
        },
        knobs={
            "level": fq.Onsite([0, 1]),
            "turn_L": fq.Flux(contact="L"),
            "turn_R": fq.Flux(contact="R"),
        },
    )
    # 2π · value = −(v/ħΩ) sin Ωt, and sin Ωt = cos(Ωt − π/2)
    turn = fq.Cosine(-sign * amplitude / (2 * np.pi * photon_energy), phase=-np.pi / 2)
    drive = fq.Drive({"level": fq.Cosine(amplitude), "turn_L": turn, "turn_R": turn}, photon_energy=photon_energy)
    return device, drive


@pytest.mark.parametrize(
    ("lead", "sites", "coupling"),
    [
        (fq.Chain(1.0), [1], 0.6),
        (fq.Chain(0.7, level=-0.2), [0, 1], [[0.3], [0.8j]]),
        (fq.WideBand(0.5), [1], None),
    ],
    ids=["chain", "chain on two sites", "wide band"],
)
def test_a_device_and_its_contacts_shaken_together_are_at_rest(lead, sites, coupling):
    device, drive = shaken_together(lead, sites, coupling, sign=1)
    n = np.arange(-6, 7)
    for energy in (-0.9, 0.4):
        still = fq.scatter(device, None, [energy]).transmission("R", "L", kind="total")
        expected = np.where(n == 0, float(still.squeeze()), 0.0)
        np.testing.assert_allclose(transmissions(device, drive, energy, n=n), expected, atol=1e-10)


def test_contacts_turned_the_other_way_are_not_at_rest():
    device, drive = shaken_together(fq.Chain(1.0), [1], 0.6, sign=-1)
    assert transmissions(device, drive, 0.4, n=[1, -1]).max() > 0.01


def test_moving_contacts_alone_against_dense_matrices():
    """Two contacts that turn and tremble out of step, on a device at rest: S in the lead's own frame."""
    h = np.array([[0.2, 0.7j], [-0.7j, -0.1]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0], 0.8), "R": fq.Contact(fq.Chain(0.9), [1], 0.6)},
        knobs={"turn_L": fq.Flux(contact="L"), "open_R": fq.Strength(contact="R")},
    )
    drive = fq.Drive({"turn_L": fq.Cosine(0.1, phase=0.4), "open_R": fq.Cosine(0.5, phase=1.1)}, photon_energy=0.5)
    # 2π·0.1·cos(Ωt + 0.4) = −x sin(Ωt + φ), x = −2π·0.1, φ = 0.4 + π/2; the strength is 1 + 0.5 cos(Ωt + 1.1)
    left = dense_floquet.jacobi_anger(-2 * np.pi * 0.1, 0.4 + np.pi / 2)
    right = {0: 1.0, 1: 0.25 * np.exp(-1.1j), -1: 0.25 * np.exp(1.1j)}
    problem = dense_floquet.Problem(
        h,
        {},
        0.5,
        (
            dense_floquet.chain("L", 0, coupling=0.8, motion=left),
            dense_floquet.chain("R", 1, hopping=0.9, coupling=0.6, motion=right),
        ),
    )
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        exact = dense_floquet.transmission(problem, [0.3], 20, to, from_)[0, 16:25]
        np.testing.assert_allclose(
            transmissions(device, drive, 0.3, to, from_, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-14
        )
