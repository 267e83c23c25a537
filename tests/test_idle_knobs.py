"""A knob on a bond that is not there turns nothing: it is refused, with the bonds that are there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import floquant as fq

WIRE = np.eye(4, k=1) + np.eye(4, k=-1)
SPIN = {"orbitals": 2, "spin": True}


def device(h=WIRE, contacts=None, **knobs):
    return fq.Device(h, contacts, knobs)


@pytest.mark.parametrize("knob", [fq.Flux(bond=(0, 2)), fq.Strength(bond=(2, 0)), fq.Flux(bond=[(0, 1), (0, 2)])])
def test_a_bond_that_is_not_there_is_refused_with_those_that_are(knob):
    with pytest.raises(fq.BadInput, match=r'"x" acts on bond \(.*: site . is joined to 1(, 3)?, site . is joined to 1'):
        device(x=knob)


def test_a_site_that_nothing_joins_is_called_so():
    with pytest.raises(fq.BadInput, match="site 0 is joined to no other site"):
        device(np.zeros((2, 2)), x=fq.Flux(bond=(0, 1)))


@pytest.mark.parametrize(
    "maker",
    [
        fq.Hopping((2, 0)),
        fq.Matrix(np.eye(4, k=2) + np.eye(4, k=-2)),
        fq.Function([0, 2], lambda value: [[0, value], [value, 0]]),
    ],
)
def test_a_bond_that_another_knob_makes_is_allowed_and_turned(maker):
    made = device(x=fq.Flux(bond=(0, 2)), made=maker)
    assert made.hamiltonian(x=0.25, made=0.5)[0, 2] == pytest.approx(0.5j, abs=1e-15)


def test_the_coupling_of_a_contact_that_is_zero_turns_nothing():
    contacts = {"L": fq.Contact(fq.Chain(), 0, 0.0), "R": fq.Contact(fq.Chain(), 3)}
    device(contacts=contacts, x=fq.Strength(contact="R"))
    with pytest.raises(fq.BadInput, match='the coupling of contact "L", which is 0'):
        device(contacts=contacts, x=fq.Flux(contact="L"))


def test_a_flux_of_spins_needs_an_element_between_equal_spins():
    flip = np.kron(WIRE, [[0, 1], [1, 0]])
    with pytest.raises(fq.BadInput, match="H is 0 there"):
        fq.Device(flip, knobs={"x": fq.Flux(bond=(0, 1), spin=True)}, **SPIN)
    fq.Device(np.kron(WIRE, np.eye(2)), knobs={"x": fq.Flux(bond=(0, 1), spin=True)}, **SPIN)


@given(
    st.lists(st.booleans(), min_size=6, max_size=6), st.sampled_from([(0, 1), (3, 1), (2, 3), (0, 3)]), st.booleans()
)
def test_what_is_refused_is_what_changes_nothing(there, bond, weak):
    """H of four sites with any of its six bonds, and a flux on one of them."""
    h = np.zeros((4, 4))
    h[np.triu_indices(4, 1)] = np.where(there, 1e-9 if weak else 1.0, 0.0)
    h = h + h.T
    try:
        turned = device(h, x=fq.Flux(bond=bond)).hamiltonian(x=0.3)
    except fq.BadInput:
        assert h[bond] == 0
    else:
        assert np.any(turned != h)
