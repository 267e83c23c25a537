"""Families of problems at which claims of an error may break. NumPy alone: this file imports nothing from floquant.

`family(name, seed)` is the same problem on every machine. Each family is what one part of a bound rests on: see its function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .driven_problem import DrivenProblem, Knob, Wave, Wire, as_matrices
from .long_ladder import on_resonance
from .random_parts import Generator, any_wire, cosine, few_harmonics, hermitian, lorentzian, sampled, some_knobs, square

Array = np.ndarray[Any, Any]
SOLVERS = ("dense", "ports", "slices", "dissection")
Maker = Callable[[Generator], DrivenProblem]


def made(
    h: Array, unit: float, knobs: tuple[Knob, ...], wires: tuple[Wire, ...], energies: Any, **asked: Any
) -> DrivenProblem:
    """A problem without its name."""
    return DrivenProblem("", 0, np.asarray(h, complex), unit, knobs, wires, tuple(float(e) for e in energies), asked)


def random(rng: Generator) -> DrivenProblem:
    """Devices of one to five sites with one to four leads of all kinds, at any photon energy."""
    size, unit = int(rng.integers(1, 6)), float(10 ** rng.uniform(-0.8, 1))
    wires = tuple(any_wire(rng, name, size, float(rng.uniform(0.2, 1.2))) for name in "LRBC"[: int(rng.integers(1, 5))])
    knobs = some_knobs(rng, size, unit * float(rng.choice([0.1, 0.5, 1.5])), pulses=size < 3)
    return made(hermitian(rng, size, rng.uniform(0.2, 1)), unit, knobs, wires, rng.uniform(-2, 2, 2))


def waves(rng: Generator) -> DrivenProblem:
    """Pulses, sampled cycles and square waves with harmonics up to 9 … 25."""
    size, unit = int(rng.integers(1, 3)), float(rng.uniform(0.4, 2))
    v, phase = unit * float(rng.uniform(0.2, 1.5)), float(rng.uniform(-np.pi, np.pi))
    kind = int(rng.integers(3))
    wave = (
        square(v, phase, float(rng.uniform(0.1, 0.9)), int(rng.integers(9, 26)))
        if kind == 0
        else lorentzian(v, phase, float(rng.uniform(0.25, 0.6)))
        if kind == 1
        else sampled(rng, v)
    )
    wires = tuple(any_wire(rng, name, size, float(rng.uniform(0.3, 1))) for name in "LR")
    knob = Knob("onsite", (int(rng.integers(size)),), wave, float(rng.normal() * 0.3))
    return made(hermitian(rng, size, 0.6), unit, (knob,), wires, rng.uniform(-1.5, 1.5, 1))


def moving(rng: Generator) -> DrivenProblem:
    """Contacts of which a strength, a flux or an ac voltage is driven."""
    size, unit = int(rng.integers(1, 4)), float(10 ** rng.uniform(-0.5, 0.7))
    wires = tuple(any_wire(rng, name, size, float(rng.uniform(0.2, 1))) for name in "LRB"[: int(rng.integers(1, 4))])
    names = tuple(wire.name for wire in wires)
    while True:
        knobs = some_knobs(rng, size, unit * float(rng.choice([0.2, 1.0])), names, pulses=False)
        if any(isinstance(knob.place, str) for knob in knobs):
            return made(hermitian(rng, size, 0.6), unit, knobs, wires, rng.uniform(-1.5, 1.5, 1))


def forced(rng: Generator) -> DrivenProblem:
    """Random ones with a solver that is forced, and half of them with a number of sidebands, from 1 up."""
    problem = (random, moving, waves, narrow)[int(rng.choice(4, p=[0.5, 0.15, 0.15, 0.2]))](rng)
    asked: dict[str, Any] = {"solver": str(rng.choice(SOLVERS))} if rng.random() < 0.8 else {}
    if rng.random() < 0.5:
        asked["sidebands"] = int(rng.choice([1, 2, 3, 4, 6, 9]))
    return replace(problem, asked=asked, energies=problem.energies[:1])


def weak(rng: Generator) -> DrivenProblem:
    """Couplings of 1e-6 … 1e-1, at a level and beside it."""
    size, unit = int(rng.integers(1, 4)), float(rng.uniform(0.4, 1.5))
    size_of = float(10 ** rng.uniform(-6, -1))
    h = hermitian(rng, size, 0.8)
    wires = tuple(
        Wire(name, "chain", (site,), (2.0, 0.0), np.array([[size_of * float(10 ** rng.uniform(-0.5, 0.5))]]))
        for name, site in zip("LR", (0, size - 1), strict=True)
    )
    knob = Knob("onsite", (size - 1,), cosine(float(unit * rng.uniform(0.02, 0.8))))
    problem = made(h, unit, (knob,), wires, ())
    level = float(rng.choice(np.linalg.eigvalsh(h)))
    if size == 1:  # the level itself stays where it is
        level = on_resonance(as_matrices(problem), level, 0, 24)
    beside = [0.0, rng.normal() * size_of**2, rng.normal() * 10 * size_of, rng.uniform(-1, 1)]
    return replace(problem, energies=tuple(level + float(b) for b in rng.choice(beside, 2, replace=False)))


def edges(rng: Generator) -> DrivenProblem:
    """Energies of which a rung lies 1e-12 … 1e-2 beside an edge of a chain."""
    size, unit = int(rng.integers(1, 4)), float(10 ** rng.uniform(-0.5, 0.5))
    chains = tuple(
        Wire(name, "chain", (int(rng.integers(size)),), (float(rng.uniform(0.4, 1.2)), float(rng.uniform(-0.5, 0.5))),
             np.array([[float(rng.uniform(0.2, 1))]]))
        for name in "LRB"[: int(rng.integers(1, 4))]
    )  # fmt: skip
    t, level = chains[0].numbers
    edge = level + 2 * t * float(rng.choice([-1, 1]))
    beside = [
        edge - int(rng.integers(-2, 3)) * unit + float(rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -2))
        for _ in range(2)
    ]
    knobs = some_knobs(rng, size, unit * float(rng.uniform(0.1, 1)), pulses=False)
    return made(hermitian(rng, size, 0.6), unit, knobs, chains, beside)


def strong(rng: Generator) -> DrivenProblem:
    """Drives of 3 … 50 photon energies."""
    size, unit = int(rng.integers(1, 4)), float(10 ** rng.uniform(-0.7, 0.3))
    wires = tuple(any_wire(rng, name, size, float(rng.uniform(0.2, 1))) for name in "LR")
    v = unit * float(10 ** rng.uniform(np.log10(3), np.log10(50)))
    wave = cosine(v, float(rng.uniform(-np.pi, np.pi))) if rng.random() < 0.7 else few_harmonics(rng, v, 2)
    knob = Knob("onsite", (int(rng.integers(size)),), wave, float(rng.normal()))
    return made(hermitian(rng, size, 0.6), unit, (knob,), wires, rng.uniform(-1.5, 1.5, 1))


def slow(rng: Generator) -> DrivenProblem:
    """Photons of 0.03 … 0.16 of a hopping."""
    size, unit = int(rng.integers(1, 3)), float(10 ** rng.uniform(-1.5, -0.8))
    wires = tuple(
        Wire(
            name,
            "chain",
            (int(rng.integers(size)),),
            (float(rng.uniform(0.4, 1)), 0.0),
            np.array([[float(rng.uniform(0.2, 1))]]),
        )
        for name in "LR"
    )
    knobs = some_knobs(rng, size, float(rng.uniform(0.05, 0.5)), pulses=False)[:1]
    return made(hermitian(rng, size, 0.6), unit, knobs, wires, rng.uniform(-1.5, 1.5, 1))


def narrow(rng: Generator) -> DrivenProblem:
    """A level three to ten photons away that only one lead sees, of width 1e-12 … 1e-3: exactly on its resonance, and beside it."""
    away, sign = int(rng.integers(3, 11)), float(rng.choice([-1, 1]))
    bond, v = float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.3, 1.2))
    width = float(10 ** rng.uniform(-12, -3))
    h = np.array([[0, bond], [bond, sign * away]], complex)
    harmonics = {1: 0.5 * v + 0j}
    for k in range(2, int(rng.integers(1, 4)) + 1):
        harmonics[k] = complex(0.5 * v * rng.uniform(0.1, 1) * 0.4 ** (k - 1) * np.exp(-1j * k))
    wave = Wave(harmonics, ("harmonics", {"coefficients": harmonics}))
    wires = (
        Wire("L", "chain", (0,), (1.0, 0.0), np.array([[0.7]])),
        Wire("R", "wide", (1,), (), np.array([[np.sqrt(width)]])),
    )
    problem = made(h, 1.0, (Knob("onsite", (0,), wave),), wires, ())
    start = sign * (away + bond**2 / away)
    found = on_resonance(as_matrices(problem), start, 1, away + 16)
    energy = found - sign * away
    return replace(problem, energies=(energy, energy + float(10 ** rng.uniform(-12, -2))))


def wide_sweep(rng: Generator) -> DrivenProblem:
    """Many energies, of which one is on the resonance of `narrow` and needs a longer ladder; at tolerances of 1e-7 … 1e-2."""
    problem = narrow(rng)
    resonance = problem.energies[0]
    others = resonance + rng.uniform(-0.5, 0.5, 24)
    return replace(problem, energies=(resonance, *others.tolist()), asked={"rtol": float(10 ** rng.uniform(-7, -2))})


def continuum(rng: Generator) -> DrivenProblem:
    """A ring with a state in the continuum that is nearly uncoupled; driven at one place, by little or much."""
    detuning, unit = float(10 ** rng.uniform(-9, -2)), float(rng.uniform(0.4, 1.5))
    level = float(rng.normal())
    h = np.zeros((4, 4), complex)
    bond = float(rng.uniform(0.3, 1))
    for i, j in ((0, 1), (0, 2), (3, 1), (3, 2)):
        h[i, j] = h[j, i] = bond
    h[1, 1], h[2, 2] = level + detuning, level - detuning * float(rng.random())
    h[0, 0], h[3, 3] = 0.3 * rng.normal(size=2)
    wires = tuple(
        Wire(name, "chain", (site,), (2.0, 0.0), np.array([[float(rng.uniform(0.3, 1.5))]]))
        for name, site in (("L", 0), ("R", 3))
    )
    beside = (detuning, 0.0, -0.5 * detuning, 3 * detuning)
    energies = [level + beside[int(rng.integers(4))], level + float(rng.normal())]
    v = unit * float(10 ** rng.uniform(-3, -0.3))
    knobs = (Knob("onsite", (int(rng.choice([0, 3, 1])),), cosine(v)),)
    return made(h, unit, knobs, wires, energies)


def static(rng: Generator) -> DrivenProblem:
    """Nothing moves: random devices, weak contacts and states in the continuum."""
    problem = (random, weak, continuum)[int(rng.integers(3))](rng)
    asked = {"solver": str(rng.choice(SOLVERS))} if rng.random() < 0.6 else {}
    return replace(problem, photon_energy=0.0, knobs=(), asked=asked)


FAMILIES: dict[str, Maker] = {
    make.__name__: make
    for make in (random, waves, moving, forced, weak, edges, strong, slow, narrow, continuum, static, wide_sweep)
}


def family(name: str, seed: int) -> DrivenProblem:
    """The problem of this family and seed."""
    rng = np.random.default_rng([117, sorted(FAMILIES).index(name), seed])
    return replace(FAMILIES[name](rng), family=name, seed=seed)
