"""A driven device as plain numbers, and as a matrix H(θ) with leads. NumPy alone: this file imports nothing from floquant.

    H(θ),  θ = Ωt:   H_ij = (base_ij + Σ added x(θ)) · Π strengths x(θ) · exp(2πi Σ fluxes x(θ)),   x(θ) = rest + wave(θ)

A contact that a knob or an ac voltage moves has cell 0 of its lead taken into the device, so that its coupling τ(θ) is a bond and the
lead behind it stands still. An ac voltage turns the coupling by exp(−i ∫ u dt/ħ). Numbers are extended (np.longdouble) where it matters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .extended_leads import StandingLead, chain_lead, periodic_lead, wide_lead

Array = np.ndarray[Any, Any]
TURN = 2 * np.arctan2(np.longdouble(0), np.longdouble(-1))  # 2π
# A harmonic of H below this share of the largest one is a rounding error of the Fourier transform.
KEPT = 3e-19


@dataclass(frozen=True)
class Wave:
    """x(θ) = x_0 + Σ_k 2 Re x_k e^{−ikθ}; `made` is how a library would be told: a kind and its numbers."""

    harmonics: dict[int, complex]
    made: tuple[str, dict[str, Any]] = ("harmonics", {})

    def at(self, angle: Array) -> Array:
        """x(θ)."""
        total = np.full(angle.shape, np.longdouble(np.real(self.harmonics.get(0, 0.0))))
        for k, x in self.harmonics.items():
            if k:
                total = total + 2 * (
                    np.longdouble(x.real) * np.cos(k * angle) + np.longdouble(x.imag) * np.sin(k * angle)
                )
        return total

    def integral(self, angle: Array) -> Array:
        """∫ x dθ of what oscillates: Σ_k 2 Re (i x_k/k) e^{−ikθ}."""
        turned = {k: 1j * complex(x) / k for k, x in self.harmonics.items() if k}
        return Wave(turned).at(angle)


@dataclass(frozen=True)
class Knob:
    """What moves: "onsite", "hopping", "strength" and "flux" at sites or a bond, or the last two and "voltage" at a contact's name."""

    kind: str
    place: tuple[int, ...] | str
    wave: Wave
    rest: float = 0.0


@dataclass(frozen=True)
class Wire:
    """A contact: "chain" (hopping, level), "wide" (gamma) or "periodic" (h00, h01), its sites, and τ (sites, orbitals of a cell)."""

    name: str
    kind: str
    sites: tuple[int, ...]
    numbers: tuple[Any, ...]
    coupling: Array


@dataclass(frozen=True)
class DrivenProblem:
    """A device, what moves in it, its contacts, and ħΩ (0: nothing moves). `energies` are where it is asked for; `asked` are options."""

    family: str
    seed: int
    hamiltonian: Array
    photon_energy: float
    knobs: tuple[Knob, ...]
    wires: tuple[Wire, ...]
    energies: tuple[float, ...]
    asked: dict[str, Any] = field(default_factory=dict)

    def moving(self) -> set[str]:
        """Contacts whose coupling a knob turns."""
        return {knob.place for knob in self.knobs if isinstance(knob.place, str)}


@dataclass(frozen=True)
class MatrixProblem:
    """{n: H_n}, ħΩ and leads that stand still: all that a ladder of energies needs. `amplitudes`: those leads keep their own phases."""

    harmonics: dict[int, Array]
    photon_energy: float
    leads: tuple[StandingLead, ...]
    amplitudes: bool

    @property
    def order(self) -> int:
        """The highest harmonic."""
        return max((abs(n) for n in self.harmonics), default=0)

    @property
    def reach(self) -> tuple[float, float]:
        """Below and above all that the device and the bands can hold."""
        size = float(sum(np.abs(block).sum(axis=1).max() for n, block in self.harmonics.items() if n))
        values = np.linalg.eigvalsh(self.harmonics[0].astype(complex))
        edges = [edge for lead in self.leads for edge in lead.hull]
        return min([values[0], *edges]) - size, max([values[-1], *edges]) + size


def as_matrices(problem: DrivenProblem) -> MatrixProblem:
    """The problem by its harmonics."""
    matrix, leads, moving = _assembled(problem)
    if not problem.photon_energy:
        return MatrixProblem({0: matrix(np.zeros(1, np.longdouble))[0]}, 0.0, leads, not moving)
    highest = max((max(knob.wave.harmonics, default=0) for knob in problem.knobs), default=0)
    count = 1 << int(np.ceil(np.log2(8 * highest + 192)))
    values = matrix(TURN * np.arange(count) / count)
    found = np.fft.ifft(values, axis=0)
    least = KEPT * np.abs(found).max()
    kept = {n: found[n] for n in range(1 - count // 2, count // 2) if n == 0 or np.abs(found[n]).max() > least}
    for n in [n for n in kept if n > 0]:
        kept[-n] = kept[n].conj().T
    kept[0] = 0.5 * (kept[0] + kept[0].conj().T)
    return MatrixProblem(kept, problem.photon_energy, leads, not moving)


def _assembled(problem: DrivenProblem) -> tuple[Callable[[Array], Array], tuple[StandingLead, ...], set[str]]:
    """H(θ) of the device with the cells of moving contacts, and the leads that stand still."""
    moving, size = problem.moving(), len(problem.hamiltonian)
    leads, cells = [], {}
    for wire in problem.wires:
        lead = {"chain": chain_lead, "wide": wide_lead, "periodic": periodic_lead}[wire.kind](wire.name, *wire.numbers)
        if wire.name in moving:
            places = tuple(range(size, size + len(lead.cell)))
            cells[wire.name] = (wire, lead, places)
            size += len(places)
            leads.append(lead.behind(places))
        else:
            leads.append(lead.at(wire.sites, wire.coupling))

    def matrix(angle: Array) -> Array:
        h = np.zeros((len(angle), size, size), np.clongdouble)
        inner = len(problem.hamiltonian)
        h[:, :inner, :inner] = problem.hamiltonian
        bonds = {}
        for name, (wire, lead, places) in cells.items():
            h[np.ix_(range(len(angle)), places, places)] = lead.cell
            bonds[name] = np.broadcast_to(wire.coupling.astype(np.clongdouble), (len(angle), *wire.coupling.shape))
        for knob in problem.knobs:
            if knob.kind == "onsite":
                h[:, knob.place, knob.place] += (knob.rest + knob.wave.at(angle))[:, None]
            elif knob.kind == "hopping":
                i, j = knob.place
                h[:, i, j] += knob.rest + knob.wave.at(angle)
                h[:, j, i] += knob.rest + knob.wave.at(angle)
        for knob in problem.knobs:
            if knob.kind in ("onsite", "hopping"):
                continue
            factor = _factor(knob, angle, problem.photon_energy)
            if isinstance(knob.place, str):
                bonds[knob.place] = bonds[knob.place] * factor[:, None, None]
            else:
                i, j = knob.place
                h[:, i, j] *= factor
                h[:, j, i] *= factor.conj()
        for name, (wire, _, places) in cells.items():
            h[np.ix_(range(len(angle)), wire.sites, places)] = bonds[name]
            h[np.ix_(range(len(angle)), places, wire.sites)] = bonds[name].conj().swapaxes(1, 2)
        return h

    return matrix, tuple(leads), moving


def _factor(knob: Knob, angle: Array, photon_energy: float) -> Array:
    """What multiplies ⟨i|H|j⟩ or ⟨device|H|lead⟩."""
    if knob.kind == "voltage":
        return np.exp(-1j * knob.wave.integral(angle) / np.longdouble(photon_energy))
    value = knob.rest + knob.wave.at(angle)
    return np.exp(1j * TURN * value) if knob.kind == "flux" else value.astype(np.clongdouble)
