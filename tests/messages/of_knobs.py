"""Knobs that are refused: {name: (a call, words that the message must hold)}."""

import numpy as np

from floquant.model import Cosine, Device, Drive, Flux, Function, Hopping, Onsite, Strength, sectors
from messages.asked import cosine, device, h4, ring, spinful

knobs = {
    "no such knob": (lambda: ring.hamiltonian(fluks=0.3), ['no knob "fluks"', '"flux", "dot_level"', 'mean "flux"?']),
    "no such knob to rest": (lambda: ring.at(dotlevel=0.3), ['Did you mean "dot_level"?']),
    "no such knob in settings": (lambda: sectors(ring, None, {"armlevel": 0}), ['Did you mean "arm_level"?']),
    "no such knob to drive": (
        lambda: sectors(ring, Drive({"dot": cosine}, photon_energy=1)),
        ['"dot"', 'mean "dot_level"?'],
    ),
    "no such contact": (lambda: device(Strength(contact="R")), ['no contact "R"', 'it has "L"']),
    "nothing like it": (lambda: ring.at(zzz=0), ['no knob "zzz"; it has "flux"']),
    "not a knob": (lambda: Device(h4, knobs={"a": 3.0}), ['Knob "a" is 3.0', "must be a Knob"]),
    "a value of nan": (lambda: ring.at(flux=np.nan), ['Knob "flux" is nan', "finite"]),
    "a value of inf": (lambda: sectors(ring, None, {"flux": [0.0, np.inf]}), ['Knob "flux" holds nan or inf']),
    "a complex value": (lambda: ring.hamiltonian(flux=1j), ['Knob "flux" is 1j', "real"]),
    "a word": (lambda: ring.at(flux="a"), ["'a'", "number"]),
    "an array at rest": (lambda: ring.at(flux=[0.1, 0.2]), ['"flux" is an array', "one number"]),
    "an array of two dimensions": (lambda: sectors(ring, None, {"flux": np.zeros((2, 2))}), ["1-D"]),
    "two lengths": (lambda: sectors(ring, None, {"flux": [0, 1, 2], "dot_level": [0, 1]}), ["flux: 3", "dot_level: 2"]),
    "two that set one element": (
        lambda: Device(h4, knobs={"a": Function([0, 1], np.diag), "b": Function([2, 1], np.diag)}),
        ['"a" and "b" both set element [1, 1]', "by one knob"],
    ),
    "neither bond nor contact": (lambda: Strength(), ["either a bond or a contact"]),
    "both bond and contact": (lambda: Flux(bond=(0, 1), contact="L"), ["either a bond or a contact"]),
    "weights for other sites": (lambda: Onsite([0, 1], weights=[1.0]), ["1 weights for 2 sites"]),
    "matrix of one orbital": (lambda: spinful(knobs={"a": Onsite(0, matrix=[[1]])}), ["(1, 1)", "must be (2, 2)"]),
    "matrix of a bond": (lambda: device(Hopping((0, 1), matrix=[[1, 2]])), ["(1, 2)", "must be (1, 1)"]),
    "bond of unequal sites": (lambda: device(Hopping((0, 1)), orbitals=[1, 3]), ["1 orbitals", "with 3", "(1, 3)"]),
    "spin flux without spin": (lambda: device(Flux(bond=(0, 1), spin=True)), ["spin=True", "no spin"]),
    "spin flux on a mixing bond": (
        lambda: Device(
            np.kron([[0, 1], [1, 0]], [[1, 0.2], [0.2, 1]]),
            knobs={"so": Flux((0, 1), spin=True)},
            orbitals=2,
            spin=True,
        ),
        ['"so"', "turns the spin over"],
    ),
    "spin flux with a mixing knob": (
        lambda: spinful(knobs={"so": Flux((0, 1), spin=True), "mix": Hopping((1, 0), matrix=[[0, 1], [1, 0]])}),
        ['"so"', "turns the spin over"],
    ),
    "a function that is none": (lambda: Function(0, 3.0), ["must be callable"]),
    "a function of the wrong size": (
        lambda: device(Function(0, lambda x: np.eye(2))).at(turned=1).hamiltonian(),
        ["(2, 2)"],
    ),
    "a function that is not Hermitian": (
        lambda: device(Function([0, 1], lambda x: [[0, x], [0, 0]])).hamiltonian(turned=1),
        ['"turned" at 1 is not Hermitian'],
    ),
    "driven without a value": (
        lambda: sectors(device(Function(0, lambda x: [[x]])), Drive({"turned": cosine}, photon_energy=1)),
        ["no resting value", "device.at(turned="],
    ),
    "beyond all harmonics": (
        lambda: sectors(ring, Drive({"flux": Cosine(1e5)}, photon_energy=1)),
        ["harmonics beyond", "smaller amplitudes"],
    ),
}
