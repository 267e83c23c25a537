"""A search for symmetries keeps to a budget of counted work, however many equal parts a device has."""

from __future__ import annotations

import resource

import numpy as np
import pytest

import floquant as fq
from floquant.symmetry.budget import MOST, Budget


def equal_sites(number: int, hopping: float, spin: bool = False) -> fq.Device:
    """Sites that all see each other, each with a lead: they can be exchanged in number! ways."""
    orbitals = 2 if spin else 1
    h = np.kron(hopping * (1 - np.eye(number)), np.eye(orbitals))
    contacts = {f"lead{site}": fq.Contact(fq.Chain(), site, 0.5) for site in range(number)}
    return fq.Device(h, contacts, {"level": fq.Onsite(range(number))}, spin=spin, orbitals=orbitals)


SHAKEN = fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=0.4)


@pytest.mark.parametrize(("number", "hopping", "spin"), [(8, 0.0, False), (8, -0.3, False), (9, -0.3, True)])
def test_many_equal_sites_end_in_a_sentence_and_in_little_memory(number, hopping, spin):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = fq.symmetries(equal_sites(number, hopping, spin), SHAKEN)
    assert not report.complete
    assert any("cut short" in line for line in report.searched)
    assert 10 < len(report.symmetries) < 3000
    assert all(lead in report.symmetries[0].leads for lead in ("lead0", f"lead{number - 1}"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_few_equal_sites_are_searched_to_the_end():
    report = fq.symmetries(equal_sites(4, -0.3), SHAKEN)
    assert report.complete
    assert len(report.symmetries) == 2 * 24 - 1  # all exchanges, with and without time reversal, less the identity
    assert {lead for kind, lead in report.forbids} == {f"lead{site}" for site in range(4)}


def test_a_budget_that_is_spent_is_exhausted():
    budget = Budget()
    budget.spend(MOST)
    assert not budget.exhausted
    budget.spend(1)
    assert budget.exhausted
