"""Resonances of a driven device: poles of one Floquet zone, on a ladder that is long enough, named by their rung in the window.

A quasienergy is known up to multiples of ħΩ. Each is searched for once, in a zone that begins at the window's lower end, on a ladder that
holds the window and its sidebands; it is then named by that rung of the window on which its state weighs most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floquant.checks import Array
from floquant.errors import NotConverged
from floquant.model import Sector
from floquant.solvers.ladder.ladder import window_rungs
from floquant.solvers.poles.pole_matrix import PoleMatrix
from floquant.solvers.poles.poles import Pole, poles, polished

# Weight at the ladder's ends of waves that start in the window, and the share of a state below which no wave of the window excites it.
TAIL, UNSEEN = 1e-16, 1e-12
# Most sidebands that are tried, and how often a ladder is made longer for one pole (by 1, 2, 3 … steps).
MOST, LONGER = 20_000, 12


@dataclass(frozen=True)
class Resonance:
    """z, ψ (rungs, n) of norm 1 with rung `lowest` first (0 is the rung of z), the residual, and the half widths into each contact.

    Contacts' half widths add up to −Im z: 2 Im z ψ†ψ = −Σ_b ψ† i(Σ_b − Σ_b†) ψ at z, closed channels included.
    """

    z: complex
    state: Array
    lowest: int
    residual: float
    half_widths: dict[str, float]


@dataclass(frozen=True)
class Question:
    """The search: window, largest half width, rtol of a half width, sidebands if forced, and solutions that may be spent."""

    low: float
    high: float
    depth: float
    rtol: float
    sidebands: int | None
    budget: int


def resonances(sector: Sector, problem: int, photon_energy: float, question: Question) -> list[Resonance]:
    """All resonances of one setting in the window, sorted by energy. Raises `NotConverged` if the budget does not suffice."""
    budget = [question.budget]
    if not (photon_energy and sector.is_driven):
        matrix = PoleMatrix(sector, problem, 0.0, 0, 1)
        found = poles(matrix, question.low, question.high, question.depth, budget)
        return sorted((_named(matrix, pole, question) for pole in found), key=lambda own: own.z.real)
    sidebands = question.sidebands or _enough(sector, problem, photon_energy, question)
    matrix = _ladder(sector, problem, photon_energy, question, sidebands)
    top = min(question.high, question.low + photon_energy)
    found = _once(matrix, poles(matrix, question.low, top, question.depth, budget))
    kept = []
    for pole in found:
        held = (matrix, pole) if question.sidebands else _held(matrix, pole, question.rtol)
        if _seen(*held, question):
            kept.append(_named(*held, question))
    return sorted(kept, key=lambda own: own.z.real)


def _ladder(sector: Sector, problem: int, photon_energy: float, question: Question, sidebands: int) -> PoleMatrix:
    rungs = _window_rungs(photon_energy, question) + 2 * sidebands
    return PoleMatrix(sector, problem, photon_energy, -sidebands, rungs)


def _window_rungs(photon_energy: float, question: Question) -> int:
    return window_rungs((0.0, question.high - question.low), photon_energy, MOST)[1] + 1


def _enough(sector: Sector, problem: int, photon_energy: float, question: Question) -> int:
    """Sidebands at which waves that start in the window have died out, at sample energies."""
    width = min(photon_energy, question.high - question.low)
    z = question.low + width * np.array([0.11, 0.37, 0.62, 0.89]) + 1e-3j * width
    sidebands = 2 + sector.harmonic_count
    while sidebands < MOST:
        matrix = _ladder(sector, problem, photon_energy, question, sidebands)
        window = slice(sidebands, matrix.rungs - sidebands)
        start = np.zeros((matrix.rungs, matrix.orbitals, 2), complex)
        start[window] = np.random.default_rng(3).normal(size=start[window].shape)
        field = matrix.solve(z, start.reshape(matrix.size, 2))
        weight = np.sum(np.abs(field.reshape(len(z), matrix.rungs, -1)) ** 2, axis=2)
        last = sector.harmonic_count
        ends = weight[:, :last].sum(axis=1) + weight[:, -last:].sum(axis=1)
        if np.all(ends <= TAIL * weight[:, window].sum(axis=1)):
            return sidebands
        sidebands += 1 if sidebands < 12 else sidebands // 6
    raise NotConverged(
        f"Even {MOST} sidebands are not enough; the drive is far stronger than its photon energy. Give sidebands=N to force a number."
    )


def _once(matrix: PoleMatrix, found: list[Pole]) -> list[Pole]:
    """A pole at the zone's end lies at its beginning too: one of the two is left out."""
    kept: list[Pole] = []
    for pole in found:
        twins = [p for p in kept if abs(abs((p.z - pole.z).real) - matrix.photon_energy) < 1e-9 * matrix.scale]
        twins = [p for p in twins if abs((p.z - pole.z).imag) < 1e-9 * matrix.scale]
        if not any(_shifted_overlap(p, pole) > 0.5 for p in twins):
            kept.append(pole)
    return kept


def _shifted_overlap(one: Pole, other: Pole) -> float:
    low, high = (one, other) if one.z.real < other.z.real else (other, one)
    return float(np.abs(np.vdot(low.state[1:], high.state[:-1])) ** 2)


def _held(matrix: PoleMatrix, pole: Pole, rtol: float) -> tuple[PoleMatrix, Pole]:
    """The pole on a ladder so long that a longer one does not move it: its state may lie far from the window."""
    last = matrix.sector.harmonic_count
    for more in range(1, LONGER):
        longer = replace(matrix, lowest=matrix.lowest - more * last, rungs=matrix.rungs + 2 * more * last)
        again = polished(longer, pole.z, np.pad(pole.state, ((more * last, more * last), (0, 0))))
        if again is None:
            break
        if abs(again.z - pole.z) <= rtol * abs(pole.z.imag) + 1e-13 * matrix.scale:
            return longer, again
        matrix, pole = longer, again
    raise NotConverged(
        f"The quasienergy {pole.z:.6g} moves with the number of sidebands; give sidebands=N to force one, or another window."
    )


def _seen(matrix: PoleMatrix, pole: Pole, question: Question) -> bool:
    """True if a wave in the window can excite the state."""
    weight = np.sum(np.abs(pole.state) ** 2, axis=1)
    return bool(weight[_in_window(matrix, pole, question)].sum() > UNSEEN)


def _in_window(matrix: PoleMatrix, pole: Pole, question: Question) -> Array:
    energies, slack = pole.z.real + matrix.shifts, 1e-12 * matrix.scale
    return np.asarray((energies >= question.low - slack) & (energies <= question.high + slack))


def _named(matrix: PoleMatrix, pole: Pole, question: Question) -> Resonance:
    """The pole at the rung of the window where its state weighs most, with its half widths."""
    weight = np.sum(np.abs(pole.state) ** 2, axis=1)
    rung = int(np.argmax(np.where(_in_window(matrix, pole, question), weight, -1.0)))
    half_widths: dict[str, float] = {}
    for terminal in matrix.sector.terminals:
        sigma = terminal.self_energy(pole.z + matrix.shifts)
        wave = pole.state[:, terminal.orbitals]
        half = float(-np.einsum("mi,mij,mj->", wave.conj(), sigma, wave).imag)
        half_widths[terminal.name] = half_widths.get(terminal.name, 0.0) + half
    z = complex(pole.z + matrix.shifts[rung])
    return Resonance(z, pole.state, -rung, pole.residual, half_widths)
