"""What reports say of known devices: rings, pumps, rotating fields, ribbons under light."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from symmetry.few_values import claimed_but_flowing, currents, ring_report


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
