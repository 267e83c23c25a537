"""Refusals whose advice is followed, word by word, and then the answer is there."""

import re

import numpy as np
import pytest

import floquant as fq

CHAIN = fq.Chain()
DRIVE = fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=0.5)
THREE = fq.Device([[0.1]], {name: fq.Contact(CHAIN, 0, 0.5) for name in "LRP"}, {"level": fq.Onsite(0)})


def advised_window(refusal):
    return tuple(map(float, re.search(r"window=\((\S+), (\S+)\)", str(refusal.value)).groups()))


@pytest.mark.parametrize(("current", "temperature"), [(0.1, 0.0), (-0.15, 0.0), (0.05, 0.002)])
def test_the_window_that_a_probe_needs_is_named(current, temperature):
    reservoirs = fq.Reservoirs(0.0, temperature)
    narrow = fq.solve(THREE, DRIVE, (-0.1, 0.1), rtol=1e-3)
    with pytest.raises(fq.BadInput, match='Probe "P" needs a μ') as refusal:
        fq.float_probes(narrow, "P", reservoirs, current=current)
    wider = fq.solve(THREE, DRIVE, advised_window(refusal), rtol=1e-3)
    floating = fq.float_probes(wider, "P", reservoirs, current=current)
    assert abs(float(fq.dc_current(wider, floating).sel(lead="P")) - current) < 1e-6


@pytest.mark.parametrize("spin", [False, True])
def test_a_self_energy_on_several_orbitals_is_told_to_say_how_many(spin):
    def device(**more):
        lead = fq.SelfEnergy(lambda energy: -0.5j * np.eye(2), spinless=spin, **more)
        orbitals = 2 if spin else 1
        return fq.Device(np.eye(2 * orbitals), {"S": fq.Contact(lead, [0, 1])}, orbitals=orbitals, spin=spin)

    with pytest.raises(fq.BadInput, match=r"orbitals=2\)"):
        device()
    assert device(orbitals=2).contacts["S"].lead.orbitals == 2


def test_a_temperature_that_is_too_high_is_blamed_and_not_the_nodes():
    pump = fq.gallery.two_gate_pump(coupling=1.0)
    drive = fq.Drive({"left": fq.Cosine(0.3), "right": fq.Cosine(0.3, phase=np.pi / 2)}, photon_energy=0.1)
    solution = fq.solve(pump, drive, (-2.5, 2.5), rtol=1e-3, max_nodes=2000)
    hot = fq.Reservoirs(0.1, temperature=1e7)
    with pytest.raises(fq.NotConverged, match=r"k_BT = 1e\+07 is 1e\+08 photon energies") as refusal:
        fq.dc_current(solution, hot)
    assert "max_nodes" not in str(refusal.value)
    atol = float(re.search(r"atol=(\S+),", str(refusal.value)).group(1))
    fq.dc_current(fq.solve(pump, drive, (-2.5, 2.5), rtol=1e-3, atol=atol, max_nodes=2000), hot)


def test_too_few_nodes_are_still_blamed():
    ring = fq.gallery.quantum_ring()
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    with pytest.raises(fq.NotConverged, match="max_nodes = 100; raise max_nodes"):
        fq.dc_current(fq.solve(ring, drive, (0.0, 0.1), flux=0.01, max_nodes=100), fq.Reservoirs(0.05))
