"""A certificate costs nothing until it is looked at; in a study nobody has asked for it, and it takes a tenth of the solves at most."""

from __future__ import annotations

import json

import numpy as np
import pytest

import floquant as fq
from floquant.transport import certify, certify_scattering, inspection
from floquant.transport.inspection import FULL, NOTHING, Inspection

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
SITE = fq.gallery.driven_level()


@pytest.fixture
def searches(monkeypatch):
    """How many settings were searched for states beside the bands, search by search."""
    made: list[int] = []
    search = inspection.states_beside_the_bands

    def counted(sectors, photon_energy, settings, own):
        made.append(min(settings, own.settings))
        return search(sectors, photon_energy, settings, own)

    for module in (certify, certify_scattering):
        monkeypatch.setattr(module, "states_beside_the_bands", counted)
    return made


def test_results_say_how_they_were_solved_without_a_search(searches):
    solution, scattering = fq.solve(RING, DRIVE, (0, 0)), fq.scatter(RING, DRIVE, [0.1])
    results = [
        fq.dc_current(solution, fq.Reservoirs(mu=0.0)),
        scattering.transmission("R", "L"),
        scattering.amplitude("R", "L", basis="modes"),
    ]
    assert "energies" in repr(solution) + repr(scattering)
    for result in results:
        assert result.attrs["certificate"].startswith("converged: ")
        assert "\n" not in result.attrs["certificate"]
    assert not searches
    assert solution.certificate.bound_states is not None
    assert scattering.certificate.closed_states is not None
    assert searches == [1, 1]
    assert scattering.certificate is scattering.certificate


def test_a_certificate_says_at_how_many_settings_it_looked():
    solution = fq.solve(RING, DRIVE, (0, 0), flux=np.linspace(0.1, 0.4, 40), rtol=1e-3)
    found = solution.certificate
    assert (found.searched, found.searched_driven) == (16, 4)
    assert "at 16 settings" in str(found)
    assert "not looked for" in str(solution.certified(turn=1))


def test_problems_in_turn_take_a_tenth_of_the_solves(monkeypatch):
    """Whatever a solve and a look take: over many problems no more than SHARE of the solves, and the first at most `QUICK` more."""
    for solve, look in ((5e-3, 1e-3), (1.0, 1e-3), (0.05, 1.0), (0.3, 0.01)):
        monkeypatch.setattr(inspection, "_search_of", lambda sector, look=look: look)
        monkeypatch.setattr(inspection, "_driven_search_of", lambda sector, energy, look=look: 3 * look)
        made = [Inspection.of([None], 0.2, solve, turn) for turn in range(4096)]
        spent = sum(own.settings * look + own.driven * 3 * look for own in made)
        assert spent <= inspection.SHARE * solve * len(made) + inspection.QUICK
        assert any(own.settings and own.driven for own in made)
        assert Inspection.of([None], 0.2, solve, None) == FULL


def test_the_first_problem_is_looked_at_if_that_takes_no_time():
    sectors = fq.scatter(SITE, fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=1.0), [0.1]).parts[0].sector
    assert Inspection.of([sectors], 1.0, 1e-3, 0).settings == FULL.settings


def test_a_study_of_many_small_solves_looks_at_a_few_of_them(searches):
    def device(length):
        return fq.gallery.disordered_wire(length=int(length), seed=1)

    data = fq.Study(
        device, None, axes={"length": np.arange(3, 35), "fermi_energy": 0.1, "disorder": 0.5}, rtol=1e-2
    ).run()
    looked = sum(count > 0 for count in searches)
    assert len(searches) == 32
    assert 1 <= looked <= 8
    assert json.loads(data.attrs["certificates"])["dc_current"]["searched"] == looked


def test_nothing_is_said_of_what_was_not_looked_for():
    found = fq.solve(RING, DRIVE, (0, 0)).certified(turn=1)
    assert NOTHING.settings == found.searched == 0
    assert found.bound_states is None
    assert np.isnan(found.row_unitarity)
    assert found.current_leak < 1e-9
