"""Fourier coefficients of products and functions of driven knobs, from samples over the cycle.

    c_k = (1/S) Σ_s H(θ_s) e^{ikθ_s},   θ_s = 2πs/S

The trapezoidal rule converges exponentially for a smooth function of time: S is doubled until the highest harmonics are
rounding errors, those of the user's function included. A function with kinks does not reach that: its coefficients
fall as 1/k². It keeps 127 harmonics, with an error of 1e-8 of the largest change; those left out couple only sidebands that are
further apart than that. A function that jumps is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput
from floquant.model.assembly.composition import Elements, with_settings
from floquant.model.assembly.deviation import deviation
from floquant.model.waveforms import at_angles

Waves = Mapping[str, Mapping[int, Any]]

ROUNDING = 4.5e-16  # of the largest change: below it a coefficient of a sampled product is a rounding error
LARGEST_NOISE = 1e-9  # of the largest change: a tail that no longer falls counts as rounding only below it
SMALLEST_JUMP = 1e-6  # of the largest change: a tail above it, with the most samples, means a jump and not a kink
MOST_SAMPLES = 1 << 14
HARMONICS_OF_KINKS = 127  # as many as a Triangle
BLOCK = 1 << 20  # samples × settings × elements held at a time


def settings_of(values: Mapping[str, Any], waves: Waves) -> int:
    """The length of the longest array."""
    sizes = [np.size(value) for value in values.values() if value is not None]
    sizes += [np.size(x) for wave in waves.values() for x in wave.values()]
    return max(sizes, default=1)


def sampled_settings(
    elements: Elements, values: Mapping[str, Any], waves: Waves, samples: int, settings: int
) -> tuple[Array, Array, Array]:
    """As `fourier_coefficients`, of elements that are products, from at least so many samples; in blocks of settings."""
    touching = {part.name for part in elements.parts}
    values = {name: values[name] for name in touching}
    waves = {name: wave for name, wave in waves.items() if name in touching}
    settings = min(settings, settings_of(values, waves))
    blocks, first, before = [], 0, None
    while first < settings:
        last = min(settings, first + max(1, BLOCK // (samples * len(elements))))
        some = _some(values, first, last), {n: _some(wave, first, last) for n, wave in waves.items()}
        found, scale, tail = _coefficients(elements, *some, samples)
        noise = np.zeros(len(elements), bool) if before is None else (tail <= LARGEST_NOISE) & (tail > before / 4)
        kinks = (tail > 0) & ~noise
        if kinks.any() and samples < MOST_SAMPLES:
            samples, before = 2 * samples, tail
            continue
        if np.any(tail > SMALLEST_JUMP):
            _refuse(elements, waves, int(np.argmax(tail)))
        found[:, HARMONICS_OF_KINKS + 1 : -HARMONICS_OF_KINKS, kinks] = 0
        found[np.abs(found) < 4 * np.where(noise, tail, 0) * scale] = 0
        blocks.append(_two_sides(found, elements.factor(some[0], moving=waves)))
        first, before = last, None
    return _stacked(blocks)


def _coefficients(elements: Elements, values: Any, waves: Any, samples: int) -> tuple[Array, Array, Array]:
    """(c_k as FFT orders them (P, samples, e), largest change (P, 1, e), largest of the highest harmonics over it (e,))."""
    angle = 2 * np.pi * np.arange(samples) / samples
    shifts = {name: at_angles(wave, angle) for name, wave in waves.items()}
    function_values = elements.function_values(values)
    change = deviation(elements, values, shifts, function_values)
    scale = np.abs(change).max(axis=1, initial=0.0)[:, None, :]
    found = np.fft.ifft(change, axis=1)
    size = scale.copy()  # rounding errors of a user's function go with its values, not with their change
    for shared, centre in function_values:
        size = with_settings(size, len(centre))
        size[:, 0, shared.where] += np.abs(centre)
    found[np.abs(found) < ROUNDING * size] = 0
    highest = np.abs(found[:, 3 * samples // 8 : 5 * samples // 8 + 1]).max(axis=1, keepdims=True)
    tail = np.divide(highest, scale, out=np.zeros_like(highest), where=scale > 0)
    return found, scale, tail.max(axis=(0, 1))


def _two_sides(found: Array, factor: Array) -> tuple[Array, Array, Array]:
    """(mean, plus, minus), as long as they have to be."""
    half = found.shape[1] // 2
    mean, plus, minus = found[:, 0], found[:, 1:half], found[:, :-half:-1]
    used = np.flatnonzero(np.any(plus, axis=(0, 2)) | np.any(minus, axis=(0, 2)))
    most = int(used[-1]) + 1 if used.size else 0
    return factor * mean, factor[:, None] * plus[:, :most], factor[:, None] * minus[:, :most]


def _stacked(blocks: list[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
    """All settings, with as many harmonics as the block that has most."""
    most = max(block[1].shape[1] for block in blocks)
    settings = sum(len(block[0]) for block in blocks)
    mean = np.concatenate([block[0] for block in blocks])
    plus, minus = np.zeros((2, settings, most, mean.shape[1]), complex)
    first = 0
    for m, p, q in blocks:
        plus[first : first + len(m), : p.shape[1]] = p
        minus[first : first + len(m), : q.shape[1]] = q
        first += len(m)
    return mean, plus, minus


def _refuse(elements: Elements, waves: Waves, worst: int) -> None:
    i, j = int(elements.rows[worst]), int(elements.columns[worst])
    raise BadInput(
        f"Element [{i}, {j}] of H jumps in time, or has harmonics beyond {MOST_SAMPLES // 2}, as driven by {sorted(waves)}, but "
        f"it must be a continuous function of time; give smaller amplitudes, or a continuous function."
    )


def _some(values: Mapping[Any, Any], first: int, last: int) -> dict[Any, Any]:
    """The settings first … last − 1 of every array."""
    return {name: value[first:last] if np.size(value) > 1 else value for name, value in values.items()}
