"""Drives and reservoirs that are refused: {name: (a call, words that the message must hold)}."""

import numpy as np

from floquant.model import Cosine, Drive, Harmonics, Reservoirs, sectors
from messages.asked import cosine, h4, ring

drives = {
    "photon energy 0": (lambda: Drive({}, photon_energy=0), ["photon energy is 0", "must be > 0"]),
    "photon energy < 0": (lambda: Drive({}, photon_energy=-0.2), ["photon energy is -0.2", "must be > 0"]),
    "photon energy < 0, later": (lambda: Drive({}, photon_energy="w").at(w=-1), ["photon energy is -1"]),
    "photon energy nan": (lambda: Drive({}, photon_energy=np.nan), ["photon energy is nan", "finite"]),
    "no photon energy": (lambda: Drive({}), ["no photon energy", "photon_energy=ħΩ"]),
    "photon energy without a value": (
        lambda: Drive({}, photon_energy="omega").hamiltonian(ring, 0),
        ['"omega" has no value', "drive.at(omega="],
    ),
    "not a waveform": (
        lambda: Drive({"flux": 0.1}, photon_energy=1),
        ['"flux" is driven by 0.1', "Waveform", "Cosine(0.1)"],
    ),
    "a voltage with a mean": (
        lambda: Drive({}, voltages={"L": cosine + 0.1}, photon_energy=1),
        ["mean of 0.1", "belongs to the reservoir"],
    ),
    "an amplitude of nan": (lambda: Cosine(np.nan), ["amplitude of a Cosine is nan"]),
    "a complex amplitude": (lambda: Cosine(1j), ["amplitude of a Cosine is 1j", "real"]),
    "a phase of nothing": (lambda: Cosine(1, phase=None), ["phase of a Cosine is None"]),
    "a reserved parameter": (lambda: Cosine("bias"), ['"bias"', "reserved"]),
    "negative k": (lambda: Harmonics({-1: 0.2}), ["key of Harmonics is -1", "≥ 0", "x_−k = x_k* is filled in"]),
    "a complex mean": (lambda: Harmonics({0: 1j}), ["Harmonic 0 is 1j", "real"]),
    "not a dict": (lambda: Harmonics([1, 2]), ["dict from k to x_k"]),
    "a parameter without a value": (
        lambda: sectors(ring, Drive({"flux": Cosine("v")}, photon_energy=1)),
        ['no value for "v"', "drive.at(v="],
    ),
    "no such parameter": (
        lambda: Drive({"flux": Cosine("strength")}, photon_energy=1).at(strenght=1),
        ['no parameter "strenght"', 'mean "strength"?'],
    ),
    "a parameter that is a knob": (
        lambda: sectors(ring, Drive({"flux": Cosine("dot_level")}, photon_energy=1)),
        ['"dot_level" names both', "rename the parameter"],
    ),
    "not a drive": (lambda: sectors(ring, {"flux": cosine}), ["must be a Drive or None"]),
    "not a device": (lambda: sectors(h4, None), ["must be a Device"]),
    "t is a word": (lambda: Drive({}, photon_energy=1).hamiltonian(ring, "now"), ["t is 'now'", "real numbers"]),
    "an array of amplitudes at one time": (
        lambda: Drive({"flux": Cosine([0.1, 0.2])}, photon_energy=1).hamiltonian(ring, 0),
        ["(2 values) cos(Ωt) has an array", "give numbers"],
    ),
    "an array of photon energies": (
        lambda: Drive({}, photon_energy=[1, 2]),
        ["photon energy is an array of 2 values", "a drive has one", "sweep it by a Study", 'axes={"omega": […]}'],
    ),
    "an array of photon energies, later": (
        lambda: Drive({}, photon_energy="omega").at(omega=[1, 2]),
        ["photon energy is an array of 2 values", "sweep it by a Study"],
    ),
    "t is nan": (lambda: Drive({}, photon_energy=1).hamiltonian(ring, np.nan), ["t holds nan", "finite"]),
}
reservoirs = {
    "temperature < 0": (lambda: Reservoirs(temperature=-0.1), ["temperature is -0.1", "≥ 0"]),
    "a temperature < 0 of one lead": (lambda: Reservoirs(temperature={"L": [0.1, -0.2]}), ["temperature is -0.2"]),
    "mu nan": (lambda: Reservoirs(mu=np.nan), ["mu is nan", "finite"]),
    "mu of a lead inf": (lambda: Reservoirs(mu={"L": [0, np.inf]}), ['mu of lead "L" holds nan or inf']),
    "a word": (lambda: Reservoirs(mu="fermi"), ["'fermi'", "number"]),
    "a complex mu": (lambda: Reservoirs(mu=1j), ["mu is 1j", "real"]),
    "a lead without": (lambda: Reservoirs(mu={"L": 0}).by_lead(["L", "R"]), ['Lead "R" has no mu']),
    "another lead": (lambda: Reservoirs(mu={"left": 0}).by_lead(["L", "R"]), ['no lead "left"; it has "L", "R"']),
}
