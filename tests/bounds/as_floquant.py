"""Problems of the references as floquant's objects."""

from __future__ import annotations

from typing import Any

import numpy as np
from reference.driven_problem import DrivenProblem, Knob, Wave, Wire

import floquant as fq

WAVES = {
    "cosine": fq.Cosine,
    "square": fq.Square,
    "lorentzian": fq.Lorentzian,
    "sampled": fq.Sampled,
    "harmonics": fq.Harmonics,
}


def as_floquant(problem: DrivenProblem) -> tuple[fq.Device, fq.Drive | None, dict[str, Any]]:
    """Device, drive, and the values at which its knobs rest."""
    contacts = {wire.name: contact_of(wire) for wire in problem.wires}
    knobs, waves, voltages, resting = {}, {}, {}, {}
    for number, knob in enumerate(problem.knobs):
        if knob.kind == "voltage":
            voltages[knob.place] = wave_of(knob.wave)
            continue
        name = f"knob{number}"
        knobs[name], waves[name], resting[name] = knob_of(knob), wave_of(knob.wave), knob.rest
    device = fq.Device(problem.hamiltonian, contacts, knobs)
    if not problem.photon_energy:
        return device, None, resting
    return device, fq.Drive(waves, voltages=voltages, photon_energy=problem.photon_energy), resting


def contact_of(wire: Wire) -> fq.Contact:
    """The contact with its lead."""
    if wire.kind == "chain":
        return fq.Contact(fq.Chain(*wire.numbers), wire.sites, wire.coupling)
    if wire.kind == "wide":
        return fq.Contact(fq.WideBand(float(np.abs(wire.coupling[0, 0]) ** 2)), wire.sites)
    return fq.Contact(fq.PeriodicLead(*wire.numbers), wire.sites, wire.coupling)


def knob_of(knob: Knob) -> Any:
    """The knob that is turned."""
    if knob.kind == "onsite":
        return fq.Onsite(knob.place)
    if knob.kind == "hopping":
        return fq.Hopping(bond=knob.place)
    kind = {"strength": fq.Strength, "flux": fq.Flux}[knob.kind]
    return kind(contact=knob.place) if isinstance(knob.place, str) else kind(bond=knob.place)


def wave_of(wave: Wave) -> fq.Waveform:
    """The waveform of that kind."""
    kind, numbers = wave.made
    return WAVES[kind](**numbers)
