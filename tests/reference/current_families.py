"""Driven devices with reservoirs, for claims of `dc_current`. NumPy alone: this file imports nothing from floquant.

Narrow levels that more photons reach than a ladder of ordinary length has rungs, of one to three harmonics, with bias and temperature;
and broad ones with several harmonics. True currents are those of `brute_force`, whose mesh finds resonances however narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .bound_families import narrow
from .brute_force import Current, brute_current
from .dense_floquet import Problem, chain, wide_band
from .driven_problem import DrivenProblem, Knob, Wire
from .random_parts import Generator, any_wave, hermitian

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Filled:
    """A problem, μ and T of each contact, and a number of sidebands that is enough for its reference."""

    problem: DrivenProblem
    mu: tuple[float, ...]
    temperature: tuple[float, ...]
    sidebands: int | None

    def truth(self) -> Current:
        """By brute force."""
        return brute_current(as_dense(self.problem), self.mu, self.temperature, rtol=1e-10, sidebands=self.sidebands)


def level_beyond(rng: Generator) -> Filled:
    """The level of `narrow`, 3 … 7 photons away, and the Fermi energies about its replica in the band."""
    while True:
        problem = narrow(rng)
        away = round(abs(problem.hamiltonian[1, 1].real))
        if away <= 7:
            break
    centre = problem.energies[0] + float(rng.uniform(-0.3, 0.3))
    return _filled(rng, problem, centre, away + 12)


def several_harmonics(rng: Generator) -> Filled:
    """One to three sites between chains and wide bands, with waves of several harmonics."""
    size, unit = int(rng.integers(1, 4)), float(rng.uniform(0.5, 1.5))
    wires = []
    for name in "LR":
        site = (int(rng.integers(size)),)
        if rng.random() < 0.7:
            numbers = float(rng.uniform(0.5, 1.2)), float(rng.uniform(-0.3, 0.3))
            wires.append(Wire(name, "chain", site, numbers, np.array([[float(rng.uniform(0.2, 0.9))]])))
        else:
            wires.append(Wire(name, "wide", site, (), np.array([[float(rng.uniform(0.2, 0.8))]])))
    knobs = tuple(
        Knob("onsite", (int(rng.integers(size)),), any_wave(rng, unit * float(rng.uniform(0.2, 1.2)), pulses=False))
        for _ in range(int(rng.integers(1, 3)))
    )
    h = hermitian(rng, size, 0.6)
    problem = DrivenProblem("", 0, np.asarray(h, complex), unit, knobs, tuple(wires), ())
    return _filled(rng, problem, float(rng.uniform(-0.8, 0.8)), None)


def _filled(rng: Generator, problem: DrivenProblem, centre: float, sidebands: int | None) -> Filled:
    count = len(problem.wires)
    mu = centre + (rng.uniform(-0.3, 0.3, count) if rng.random() < 0.6 else np.zeros(count))
    temperature = np.full(count, rng.uniform(0.005, 0.04)) if rng.random() < 0.4 else np.zeros(count)
    return Filled(problem, tuple(mu.tolist()), tuple(temperature.tolist()), sidebands)


FAMILIES = {make.__name__: make for make in (level_beyond, several_harmonics)}


def filled(name: str, seed: int) -> Filled:
    """The problem of this family and seed."""
    return FAMILIES[name](np.random.default_rng([118, sorted(FAMILIES).index(name), seed]))


def as_dense(problem: DrivenProblem) -> Problem:
    """As matrices of `dense_floquet`: levels and bonds that are driven, chains and wide bands."""
    size = len(problem.hamiltonian)
    harmonics: dict[int, Array] = {}
    for knob in problem.knobs:
        shape = np.zeros((size, size), complex)
        if knob.kind == "onsite":
            shape[knob.place, knob.place] = 1
        else:
            i, j = knob.place
            shape[i, j] = shape[j, i] = 1
        for k, x in {**knob.wave.harmonics, 0: knob.wave.harmonics.get(0, 0.0) + knob.rest}.items():
            harmonics[k] = harmonics.get(k, 0) + x * shape
    mean = harmonics.pop(0)
    contacts = tuple(
        chain(wire.name, wire.sites, hopping=wire.numbers[0], level=wire.numbers[1], coupling=wire.coupling)
        if wire.kind == "chain"
        else wide_band(wire.name, wire.sites[0], gamma=float(np.abs(wire.coupling[0, 0]) ** 2))
        for wire in problem.wires
    )
    return Problem(problem.hamiltonian + mean, harmonics, problem.photon_energy, contacts)
