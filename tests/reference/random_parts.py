"""Random waves, contacts and knobs, of which the families of `bound_families` are made. NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from .driven_problem import Knob, Wave, Wire

Array = np.ndarray[Any, Any]
Generator = np.random.Generator


def cosine(v: float, phase: float = 0.0, multiple: int = 1) -> Wave:
    """v cos(mθ + φ)."""
    made = "cosine", {"amplitude": v, "phase": phase, "multiple": multiple}
    return Wave({multiple: 0.5 * v * np.exp(-1j * phase)}, made)


def few_harmonics(rng: Generator, v: float, most: int = 3) -> Wave:
    """Random harmonics that fall, up to order `most`."""
    found = {
        k: complex(v * rng.uniform(0.2, 1) * 0.4**k * np.exp(2j * np.pi * rng.random())) for k in range(1, most + 1)
    }
    return Wave(found, ("harmonics", {"coefficients": found}))


def square(v: float, phase: float, duty: float, order: int) -> Wave:
    """+v while |θ + φ| < π·duty, else −v: f_k = 2v sin(πk·duty)/(πk), kept up to `order`."""
    found = {k: 2 * v * np.sin(np.pi * k * duty) / (np.pi * k) * np.exp(-1j * k * phase) for k in range(1, order + 1)}
    return Wave(
        {0: v * (2 * duty - 1), **found}, ("square", {"amplitude": v, "phase": phase, "duty": duty, "order": order})
    )


def lorentzian(v: float, phase: float, width: float) -> Wave:
    """f_k = v e^{−2πkw} without a mean."""
    highest = int(np.ceil(40 / (2 * np.pi * width)))
    found = {k: v * np.exp(-2 * np.pi * k * width - 1j * k * phase) for k in range(1, highest + 1)}
    return Wave(found, ("lorentzian", {"amplitude": v, "phase": phase, "width": width}))


def sampled(rng: Generator, v: float) -> Wave:
    """The trigonometric polynomial through a few random numbers."""
    samples = v * rng.normal(size=int(rng.integers(3, 10)))
    count = len(samples)
    found = {
        k: complex(np.mean(samples * np.exp(2j * np.pi * k * np.arange(count) / count))) for k in range(count // 2 + 1)
    }
    if count % 2 == 0:
        found[count // 2] *= 0.5
    return Wave(found, ("sampled", {"samples": samples.tolist()}))


def any_wave(rng: Generator, v: float, pulses: bool = True) -> Wave:
    """One of all kinds, mostly a cosine."""
    kind, phase = rng.random(), float(rng.uniform(-np.pi, np.pi))
    if kind < 0.55:
        return cosine(v, phase, int(rng.integers(1, 3)))
    if kind < 0.8 or not pulses:
        return few_harmonics(rng, v)
    if kind < 0.9:
        return sampled(rng, v)
    return lorentzian(v, phase, float(rng.uniform(0.3, 0.6)))


def hermitian(rng: Generator, size: int, scale: float) -> Array:
    """A random Hermitian matrix, some of its bonds missing."""
    h = rng.normal(size=(size, size)) + 1j * (rng.random() < 0.7) * rng.normal(size=(size, size))
    there = np.triu(rng.random((size, size)) < rng.uniform(0.4, 1), 1)
    return scale * 0.5 * (h + h.conj().T) * (there | there.T | np.eye(size, dtype=bool))


def any_wire(rng: Generator, name: str, size: int, strength: float) -> Wire:
    """A chain, a wide band or a periodic lead of 2 or 3 orbitals, somewhere on the device."""
    kind = rng.choice(["chain", "wide", "periodic"], p=[0.6, 0.2, 0.2])
    site = (int(rng.integers(size)),)
    if kind == "chain":
        phase = np.exp(2j * np.pi * rng.random())
        numbers = float(rng.uniform(0.4, 1.5)), float(rng.uniform(-0.5, 0.5))
        return Wire(name, "chain", site, numbers, np.array([[strength * phase]]))
    if kind == "wide":
        return Wire(name, "wide", site, (), np.array([[strength]], complex))
    cell = int(rng.integers(2, 4))
    sites = tuple(int(s) for s in rng.permutation(size)[: int(rng.integers(1, min(size, cell) + 1))])
    h00 = hermitian(rng, cell, 0.5)
    turned = [np.linalg.qr(rng.normal(size=(cell, cell)) + 1j * rng.normal(size=(cell, cell)))[0] for _ in range(2)]
    h01 = turned[0] @ np.diag(rng.uniform(0.3, 1.2, cell)) @ turned[1]
    tau = rng.normal(size=(len(sites), cell)) + 1j * rng.normal(size=(len(sites), cell))
    return Wire(name, "periodic", sites, (h00, h01), 0.5 * strength * tau)


def any_knob(rng: Generator, size: int, v: float, names: tuple[str, ...] = (), pulses: bool = True) -> Knob:
    """A level, a bond's addition, strength or flux; at a contact of `names` a strength, a flux or an ac voltage."""
    kind = rng.random()
    phase = float(rng.uniform(-np.pi, np.pi))
    if names and kind < 0.5:
        name = str(rng.choice(names))
        if kind < 0.17:
            return Knob("strength", name, cosine(float(rng.uniform(0.1, 0.9)), phase), float(rng.uniform(0.3, 1.4)))
        if kind < 0.33:
            return Knob("flux", name, cosine(float(rng.uniform(0.02, 0.3)), phase), float(rng.uniform(-0.5, 0.5)))
        return Knob("voltage", name, cosine(v, phase))
    if size == 1 or kind < 0.6 or (names and kind < 0.8):
        return Knob("onsite", (int(rng.integers(size)),), any_wave(rng, v, pulses), float(0.3 * rng.normal()))
    bond = tuple(int(s) for s in rng.permutation(size)[:2])
    if kind < 0.8:
        return Knob("hopping", bond, any_wave(rng, v, pulses), float(0.3 * rng.normal()))
    if kind < 0.9:
        return Knob("strength", bond, cosine(float(rng.uniform(0.1, 0.9)), phase), float(rng.uniform(0.3, 1.4)))
    return Knob("flux", bond, cosine(float(rng.uniform(0.02, 0.3)), phase), float(rng.uniform(-0.5, 0.5)))


def some_knobs(
    rng: Generator, size: int, v: float, names: tuple[str, ...] = (), pulses: bool = True
) -> tuple[Knob, ...]:
    """One to three, each contact turned by one of them at most."""
    found: list[Knob] = []
    for _ in range(int(rng.integers(1, 4))):
        knob = any_knob(rng, size, float(v * rng.uniform(0.2, 1)), names, pulses)
        if not isinstance(knob.place, str) or all(knob.place != other.place for other in found):
            found.append(knob)
    return tuple(found)
