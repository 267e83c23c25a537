"""What a Kwant user is told when a system cannot become a device, in the words of the own system."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import floquant as fq

from_system = fq.interop.kwant.from_system


def lattice(norbs=1):
    import kwant

    return kwant.lattice.square(norbs=norbs)


def builder(level=0.0, hopping=-1.0, lead_level=0.0, norbs=1):
    """Three sites in a row between two leads."""
    import kwant

    square, system = lattice(norbs), kwant.Builder()
    system[(square(x, 0) for x in range(3))] = level
    system[square.neighbors()] = hopping
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[square(0, 0)] = lead_level
    lead[square.neighbors()] = -1.0 * np.eye(norbs) if norbs > 1 else -1.0
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return system


def barrier(site, V_gate, t):
    return V_gate * t


def gated():
    return builder(level=barrier).finalized()


def lead_with_gate():
    def lead_level(site, V_gate):
        return V_gate

    return builder(level=lambda site, V_gate: V_gate, lead_level=lead_level).finalized()


def infinite():
    import kwant

    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[lattice()(0, 0)] = 0
    lead[lattice().neighbors()] = -1
    return lead.finalized()


def lead_of_two_translations():
    """Kwant itself refuses to attach such a lead; its finalized systems can be changed by hand."""
    import kwant

    system = builder().finalized()
    system.leads[0].symmetry = kwant.TranslationalSymmetry((-1, 0), (0, 1))
    return system


def failing(site, V_gate):
    return 1.0 / (V_gate - 0.5)


def unhermitian(site, V_gate):
    return 1j * V_gate


def nameless(site, *args):
    return 0.0


def wrong_shape(site, V_gate):
    return np.eye(3) if V_gate else 0.0


REFUSED = {
    "a Builder": (lambda: from_system(builder()), ["is a Builder", "finalized()"]),
    "a lead": (lambda: from_system(infinite()), ["infinite", "attach_lead"]),
    "no system": (lambda: from_system(np.eye(3)), ["must be a finalized Kwant Builder"]),
    "a parameter without a value": (
        lambda: from_system(gated(), {"t": 1.0}, ["L", "R"]),
        ['"V_gate"', "barrier", "params={'V_gate': …}"],
    ),
    "a knob without a place to rest": (
        lambda: from_system(gated(), {"t": 1.0}, knobs={"gate": "V_gate"}),
        ['"V_gate"', 'knob "gate" rests'],
    ),
    "a parameter of nearly that name": (
        lambda: from_system(gated(), {"t": 1.0, "Vgate": 0.1}),
        ['Did you mean "Vgate"?'],
    ),
    "a lead's parameter without a value": (
        lambda: from_system(builder(lead_level=lambda site, mu: mu).finalized(), {}, ["L", "R"]),
        ['Lead "L"', '"mu"'],
    ),
    "a knob that no value function takes": (
        lambda: from_system(gated(), {"t": 1.0, "V_gate": 0.0}, knobs={"gate": "V_gat"}),
        ['"V_gat"', 'Did you mean "V_gate"?', '"gate"'],
    ),
    "a knob inside a lead": (
        lambda: from_system(lead_with_gate(), {"V_gate": 0.0}, ["L", "R"], {"gate": "V_gate"}),
        ['"V_gate"', 'inside lead "L"', "substituted"],
    ),
    "a knob that is no number": (
        lambda: from_system(gated(), {"t": 1.0, "V_gate": np.zeros(2)}, knobs=["V_gate"]),
        ['"V_gate"', "give a number"],
    ),
    "two knobs for one parameter": (
        lambda: from_system(gated(), {"t": 1.0, "V_gate": 0.0}, knobs={"a": "V_gate", "b": "V_gate"}),
        ['"a" and "b"', "one knob"],
    ),
    "a knob that is neither": (
        lambda: from_system(gated(), {"t": 1.0, "V_gate": 0.0}, knobs={"a": 3}),
        ['Knob "a" is 3', "name of a parameter"],
    ),
    "a knob named like a word of the calls": (
        lambda: from_system(gated(), {"t": 1.0, "V_gate": 0.0}, knobs={"energy": "V_gate"}),
        ["reserved"],
    ),
    "one name for two leads": (
        lambda: from_system(builder().finalized(), leads=["L"]),
        ["has 2 leads", "give 2 different names"],
    ),
    "a string for names": (lambda: from_system(builder().finalized(), leads="LR"), ["list of names"]),
    "a lead of two translations": (
        lambda: from_system(lead_of_two_translations(), leads=["L", "R"]),
        ['Lead "L"', "one translation"],
    ),
    "a precalculated lead": (
        lambda: from_system(builder().finalized().precalculate(0.3)),
        ["before precalculate()"],
    ),
    "a value function that fails at once": (
        lambda: from_system(builder(failing).finalized(), {"V_gate": 0.5}),
        ["failing", "ZeroDivisionError"],
    ),
    "a value function that fails when it is turned": (
        lambda: from_system(builder(failing).finalized(), {"V_gate": 0.0}, knobs=["V_gate"]).hamiltonian(V_gate=0.5),
        ["failing(", "V_gate=0.5", "ZeroDivisionError"],
    ),
    "a value that is not Hermitian": (
        lambda: from_system(builder(unhermitian).finalized(), {"V_gate": 0.1}),
        ["onsite value", "(0, 0)", "not Hermitian"],
    ),
    "a value that is not Hermitian when it is turned": (
        lambda: from_system(builder(unhermitian).finalized(), {"V_gate": 0.0}, knobs=["V_gate"]).hamiltonian(V_gate=0.5),
        ["unhermitian(", "V_gate=0.5", "not Hermitian"],
    ),
    "a value that changes its shape": (
        lambda: from_system(builder(wrong_shape).finalized(), {"V_gate": 0.0}, knobs=["V_gate"]).hamiltonian(V_gate=1.0),
        ["wrong_shape(", "shape (1, 1)"],
    ),
    "parameters without names": (lambda: from_system(builder(nameless).finalized()), ["nameless", "*args"]),
    "spin on one orbital": (lambda: from_system(builder().finalized(), spin=True), ["1 orbital", "spin=True"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_names_what_is_what_must_be_and_what_to_do(name):
    call, words = REFUSED[name]
    with pytest.raises(fq.BadInput) as caught:
        call()
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert message[0].isupper()
    assert message.endswith((".", "?"))


def test_without_kwant_the_recipe_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "kwant", None)
    with pytest.raises(ImportError, match="conda-forge"):
        from_system(object())


def test_loading_the_interface_does_not_load_kwant():
    import subprocess

    code = "import sys, floquant as fq; fq.interop.kwant.from_system; print('kwant' in sys.modules, 'scipy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
