"""Where the map of the pumped current has its largest value: found by an optimiser on the public calls.

A coarse map says where to look. Around there the current is a smooth function of flux and Fermi energy: it is computed at Chebyshev points,
all in one call, and the optimiser runs on the interpolant; the patch is then moved to the extremum and halved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from floquant.paper.ring import bound, pumped

POINTS = 14
ROUNDS = 2


@dataclass(frozen=True)
class Extremum:
    """The largest current of the map, per spin, with the bound of its error, and where it is."""

    current: float
    error: float
    flux: float
    fermi_energy: float


def extremum() -> Extremum:
    """The largest pumped current into R over all fluxes and Fermi energies, in e·γ/h."""
    from scipy.optimize import root

    flux, fermi_energy = np.linspace(0.0, 1.0, 41), np.linspace(-0.6, 0.6, 61)
    coarse = pumped(flux, fermi_energy, rtol=1e-4).values
    first, second = np.unravel_index(int(np.argmax(coarse)), coarse.shape)
    centre = np.array([flux[first], fermi_energy[second]])
    half = np.array([flux[1] - flux[0], fermi_energy[1] - fermi_energy[0]])
    points = np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    analysis = np.linalg.inv(chebyshev.chebvander(points, POINTS - 1))
    for _ in range(ROUNDS):
        values = pumped(centre[0] + half[0] * points, centre[1] + half[1] * points, rtol=1e-11)
        series = analysis @ values.values @ analysis.T
        slopes = [chebyshev.chebder(series, axis=axis) for axis in (0, 1)]
        place = root(_both, np.zeros(2), args=(slopes,)).x
        current = _value(place, series)
        error = float(bound(values).max()) + float(np.abs(series[-1]).sum() + np.abs(series[:, -1]).sum())
        centre, half = centre + half * place, half / 2
    return Extremum(current, error, *(float(each) for each in centre))


def _both(place: np.ndarray, slopes: list[np.ndarray]) -> list[float]:
    return [_value(place, slope) for slope in slopes]


def _value(place: np.ndarray, series: np.ndarray) -> float:
    return float(chebyshev.chebval2d(float(place[0]), float(place[1]), series))
