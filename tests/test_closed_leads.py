"""A lead without an open channel carries nothing: it is named in the certificate, and is no reason to refuse."""

from __future__ import annotations

import json

import numpy as np
import pytest

import floquant as fq

CLOSED = 0.9092946478435542  # of the device below, by its three self-energies


def three_leads() -> fq.Device:
    """A level between two chains, with a third one far above."""
    contacts = {
        "L": fq.Contact(fq.Chain(1.0), 0, 0.5),
        "R": fq.Contact(fq.Chain(1.0), 0, 0.6),
        "M": fq.Contact(fq.Chain(0.5, level=4.0), 0, 0.4),
    }
    return fq.Device([[0.1]], contacts, knobs={"level": fq.Onsite(0)})


DRIVE = fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=0.2)


@pytest.mark.parametrize("solver", [None, "ports", "slices", "dissection", "dense"])
def test_a_closed_lead_counts_by_its_self_energy_alone(solver):
    scattering = fq.scatter(three_leads(), None, [0.3], solver=solver)
    assert float(scattering.transmission("R", "L", kind="total").squeeze()) == pytest.approx(CLOSED, rel=1e-13)
    for to, from_ in (("M", "L"), ("R", "M"), ("M", "M")):
        assert not np.any(scattering.transmission(to, from_).values)
    assert scattering.certificate.closed_leads == ("M",)
    assert "closed leads       M" in str(scattering.certificate)
    assert "closed leads: M" in scattering.transmission("R", "L").attrs["certificate"]


def test_no_lead_is_named_where_all_are_open():
    certificate = fq.scatter(three_leads(), None, [1.9, 3.5]).certificate
    assert certificate.closed_leads == ()
    assert "closed leads" not in str(certificate)
    assert "closed leads" not in certificate.attrs()["certificate"]
    assert fq.scatter(three_leads(), None, [3.5]).certificate.closed_leads == ("L", "R")


def test_currents_flow_between_the_others():
    window, reservoirs = (-0.5, 0.5), fq.Reservoirs(mu={"L": 0.3, "R": -0.3, "M": 0.1})
    solution = fq.solve(three_leads(), None, window)
    current = fq.dc_current(solution, reservoirs)
    assert solution.certificate.closed_leads == ("M",)
    assert current.sel(lead="M") == 0
    assert current.dc_current_error.sel(lead="M") < 1e-16  # that of adding up the others
    energies = np.linspace(-0.3, 0.3, 2001)
    t = fq.scatter(three_leads(), None, energies).transmission("R", "L", kind="total").values.ravel()
    assert float(current.sel(lead="R")) == pytest.approx(np.trapezoid(t, energies), rel=1e-6)


@pytest.mark.parametrize("rtol", [1e-2, 1e-6, 1e-12])
@pytest.mark.parametrize("energy", [0.3, 1.5])
def test_whether_energies_are_refused_does_not_hang_on_the_number_of_sidebands(rtol, energy):
    """More accuracy takes more of them; none is refused, and the far lead is no different."""
    scattering = fq.scatter(three_leads(), DRIVE, [energy], rtol=rtol)
    assert scattering.transmission("R", "L").values.max() > 0.1
    far = fq.Device([[0.1]], {"M": fq.Contact(fq.Chain(0.5, level=4.0), 0, 0.4)}, knobs={"level": fq.Onsite(0)})
    with pytest.raises(fq.BadInput, match=r'"M" \[3, 5\], but the energies asked for are 0\.3: no lead has an open'):
        fq.scatter(far, DRIVE, [0.3], rtol=rtol)


def test_rungs_that_are_asked_for_count_and_so_does_a_gap_that_photons_cross():
    far = fq.Device([[0.1]], {"M": fq.Contact(fq.Chain(0.5, level=4.0), 0, 0.4)}, knobs={"level": fq.Onsite(0)})
    assert not np.any(fq.scatter(far, DRIVE, [2.9], sidebands=2).transmission("M", "M").values)
    with pytest.raises(fq.BadInput, match=r"2\.5, 2 sidebands of 0\.2 included"):
        fq.scatter(far, DRIVE, [2.5], sidebands=2)
    dimers = fq.PeriodicLead([[0, 0.5], [0.5, 0]], [[0, 0], [1, 0]])  # a gap from −0.5 to 0.5
    gapped = fq.Device(np.diag([0.1, 0.2]), {"L": fq.Contact(dimers, [0, 1], 0.4)}, knobs={"level": fq.Onsite(0)})
    with pytest.raises(fq.BadInput, match="no lead has an open channel there"):
        fq.solve(gapped, None, (-0.1, 0.1))
    fast = fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=1.3)
    current = fq.dc_current(fq.solve(gapped, fast, (0.0, 0.0)), fq.Reservoirs(0.0))
    assert abs(float(current.squeeze())) <= float(current.dc_current_error.squeeze())


def gapped_lead() -> fq.Device:
    """A dot between a normal lead, electrons and holes as two contacts, and a gapped one that mixes them."""
    tz, tx = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])

    def sigma(energy):
        root = np.sqrt(abs(energy**2 - 1))
        below = -0.25 * (energy * np.eye(2) - tx) / root
        return below if abs(energy) < 1 else -0.25j * np.sign(energy) * (energy * np.eye(2) - tx) / root

    lead = fq.SelfEnergy(sigma, orbitals=2, bands=[(-np.inf, -1.0), (1.0, np.inf)])
    contacts = {
        "Ne": fq.Contact(fq.WideBand(0.3), [0]),
        "Nh": fq.Contact(fq.WideBand(0.3), [1]),
        "S": fq.Contact(lead, [0, 1]),
    }
    return fq.Device(0.1 * tz, contacts)


def test_a_bound_is_met_where_nothing_can_flow():
    """Below the gap the unsigned flow into the gapped lead is 0, and its error rounding, however wide the window is."""
    reservoirs = fq.Reservoirs(mu={"Ne": 0.3, "Nh": -0.3, "S": 0.0})
    for window in ((-1.5, 1.5), (-0.4, 0.4)):
        current = fq.dc_current(fq.solve(gapped_lead(), None, window), reservoirs)
        assert float(current.sel(lead="Ne") - current.sel(lead="Nh")) == pytest.approx(-0.85558351376, abs=1e-8)
        assert current.sel(lead="S") == 0
        assert current.dc_current_error.sel(lead="S") < 1e-14
    # above the gap it carries a current, with an error
    open_too = fq.dc_current(
        fq.solve(gapped_lead(), None, (-1.5, 1.5)), fq.Reservoirs(mu={"Ne": 1.3, "Nh": -0.3, "S": 0.0})
    )
    assert open_too.sel(lead="S") > 0.01
    assert open_too.dc_current_error.sel(lead="S") > 0


def test_a_lead_of_flat_bands_only_is_closed():
    flat = fq.PeriodicLead([[0, 0.5], [0.5, 0]], [[0, 1], [0, 0]])
    assert flat.bands() == fq.PeriodicLead([[0, 0.5], [0.5, 0]], [[0, 1], [0, 0]]).bands()
    nothing = fq.PeriodicLead(np.diag([0.0, 1.0]), [[0, 1], [0, 0]])
    device = fq.Device(
        np.diag([0.1, 0.2]) + 0.3 * np.ones((2, 2)),
        {"L": fq.Contact(fq.Chain(), 0), "R": fq.Contact(fq.Chain(), 1), "F": fq.Contact(nothing, [0, 1], 0.3)},
    )
    assert nothing.bands() == ()
    assert fq.scatter(device, None, [0.3]).certificate.closed_leads == ("F",)
    assert fq.solve(device, None, (-0.2, 0.2)).certificate.closed_leads == ("F",)


def test_a_study_names_closed_leads_and_a_probe_on_one_is_refused(tmp_path):
    study = fq.Study(
        three_leads(),
        None,
        axes={"level": [0.0, 0.1], "fermi_energy": [0.1, 0.2]},
        observe=["dc_current", "transmission"],
    )
    data = study.run(tmp_path / "run")
    assert json.loads(data.attrs["certificates"])["dc_current"]["closed_leads"] == ["M"]
    assert "closed leads: M" in data.transmission.attrs["certificate"]
    again = study.run(tmp_path / "run")  # from its blocks on disk
    assert again.dc_current.attrs["certificate"] == data.dc_current.attrs["certificate"]
    solution = fq.solve(three_leads(), None, (-0.5, 0.5))
    with pytest.raises(fq.BadInput, match='Probe "M" exchanges no electrons'):
        fq.float_probes(solution, "M", fq.Reservoirs(mu={"L": 0.2, "R": -0.2, "M": 0.0}))
