"""What the last bits of an input change on a narrow resonance stays within the claims: they know how much solving enlarges it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import floquant as fq

COUPLING = 1e-6
# Half width of the level, about.
WIDTH = COUPLING**2 / 2
# Where T is largest, without a drive and with one.
RESONANCE = {0.0: 0.4132168761236874, 0.3: 0.4160859801434774}
# A level that is wrong by this is as good to rounding.
BITS = 4e-16


def elastic(level: float, amplitude: float, solver: str) -> Any:
    """T(0) through the upper state of two levels between chains that hardly touch it, at its resonance and beside it."""
    h = np.array([[level, 0.4], [0.4, -1.0]])
    contacts = {name: fq.Contact(fq.Chain(hopping=2.0), [0], coupling=[[COUPLING]]) for name in "LR"}
    device = fq.Device(h, contacts, knobs={"gate": fq.Onsite(1)})
    energies = RESONANCE[amplitude] + WIDTH * np.array([-1.0, 0.0, 0.5])
    if not amplitude:
        return fq.scatter(device, None, energies, solver=solver, gate=0.0).transmission("R", "L", kind="elastic")
    drive = fq.Drive({"gate": fq.Cosine(amplitude)}, photon_energy=0.7)
    return fq.scatter(device, drive, energies, solver=solver, sidebands=9).transmission("R", "L", kind="elastic")


@pytest.mark.parametrize("amplitude", [0.0, 0.3])
@pytest.mark.parametrize("solver", ["ports", "dense", "slices", "dissection"])
def test_the_last_bits_of_a_level_stay_within_the_claims(solver: str, amplitude: float) -> None:
    here, moved = elastic(0.3, amplitude, solver), elastic(0.3 + BITS, amplitude, solver)
    off = np.abs(here.values - moved.values)
    assert off.max() > 1e-5
    assert np.all(off <= here.transmission_error.values + moved.transmission_error.values)


@pytest.mark.parametrize("amplitude", [0.0, 0.3])
def test_the_last_bits_of_an_energy_beside_an_edge_stay_within_the_claims(amplitude: float) -> None:
    """The wave that opens there has the velocity of a root."""
    leads = {"L": fq.Contact(fq.Chain(hopping=1.0), [0]), "R": fq.Contact(fq.WideBand(0.5), [0])}
    device = fq.Device(np.array([[0.3]]), leads, knobs={"gate": fq.Onsite(0)})
    drive = fq.Drive({"gate": fq.Cosine(amplitude)}, photon_energy=0.7) if amplitude else None
    resting = {} if amplitude else {"gate": 0.0}
    energies = 2.0 - np.array([1e-8, 1e-7, 1e-6])
    here, moved = (
        fq.scatter(device, drive, list(at), rtol=1e-12, **resting).transmission("R", "L", kind="elastic")
        for at in (energies, energies + 2e-15)
    )
    off = np.abs(here.values - moved.values)
    assert off.max() > 1e-12
    assert np.all(off <= here.transmission_error.values + moved.transmission_error.values)
