"""Fourier coefficients in time of driven elements of H, exact to machine precision.

    H_ij(t) = Σ_k c_k e^{−ikΩt},   c_k = ∫_0^{2π} (dθ/2π) H_ij(θ) e^{ikθ}

An element that the drive only adds to has the harmonics of its waveforms. A product (driven phase, strength, function) is
sampled as a whole over the cycle, with twice the samples until its highest harmonics are rounding errors: the trapezoidal
rule converges exponentially for smooth products.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.errors import BadInput
from floquant.model.checks import Array
from floquant.model.composition import Elements
from floquant.model.drive import at_angles

ROUNDING = 4.5e-16  # of the largest change: below it a coefficient of a sampled product is a rounding error
MOST_SAMPLES = 1 << 14
BLOCK = 1 << 20  # samples × settings × elements held at a time

Waves = Mapping[str, Mapping[int, Any]]


def coefficients(elements: Elements, values: Mapping[str, Any], waves: Waves) -> tuple[Array, Array, Array]:
    """(mean, plus, minus) of what the drive changes: shapes (P or 1, e), (P or 1, M, e), (P or 1, M, e).

    `values`: all knobs' values without drive, with the means of the waveforms added; `waves`: {knob: {k ≥ 1: x_k}}.
    plus[:, k − 1] is c_k and minus[:, k − 1] is c_{−k} of H[row, column].
    """
    products = np.zeros(len(elements), bool)
    for part in elements.parts:
        if part.name in waves and part.action.kind != "add":
            products[part.where] = True
    sums, wholes = np.flatnonzero(~products), np.flatnonzero(products)
    settings = _settings(values, waves)
    pieces = []
    if sums.size:
        pieces.append((sums, _of_sums(elements.subset(sums), values, waves)))
    if wholes.size:
        pieces.append((wholes, _of_products(elements.subset(wholes), values, waves, settings)))
    most = max((piece[1].shape[1] for _, piece in pieces), default=0)
    count = max((array.shape[0] for _, piece in pieces for array in piece), default=1)
    mean = np.zeros((count, len(elements)), complex)
    plus, minus = np.zeros((2, count, most, len(elements)), complex)
    for where, (m, p, q) in pieces:
        mean[:, where] = m
        plus[:, : p.shape[1], where] = p
        minus[:, : q.shape[1], where] = q
    return mean, plus, minus


def _settings(values: Mapping[str, Any], waves: Waves) -> int:
    sizes = [np.size(value) for value in values.values() if value is not None]
    sizes += [np.size(x) for wave in waves.values() for x in wave.values()]
    return max(sizes, default=1)


def _of_sums(elements: Elements, values: Mapping[str, Any], waves: Waves) -> tuple[Array, Array, Array]:
    """F · Σ weight · x_k: exact."""
    factor = elements.factor(values)
    most = max((k for part in elements.parts for k in waves.get(part.name, ())), default=0)
    plus, minus = np.zeros((2, 1, most, len(elements)), complex)
    for part in elements.parts:
        for k, x in waves.get(part.name, {}).items():
            x = np.atleast_1d(x)[:, None]
            if x.shape[0] > plus.shape[0]:
                plus, minus = np.repeat(plus, x.shape[0], axis=0), np.repeat(minus, x.shape[0], axis=0)
            plus[:, k - 1, part.where] += x * part.weights
            minus[:, k - 1, part.where] += np.conj(x) * part.weights
    return np.zeros((1, len(elements)), complex), factor[:, None] * plus, factor[:, None] * minus


def _of_products(
    elements: Elements, values: Mapping[str, Any], waves: Waves, settings: int
) -> tuple[Array, Array, Array]:
    """By sampling, in blocks of settings."""
    mine = {part.name for part in elements.parts}
    values = {name: values[name] for name in mine}
    waves = {name: wave for name, wave in waves.items() if name in mine}
    settings = min(settings, _settings(values, waves))
    highest = max((k for wave in waves.values() for k in wave), default=0)
    samples = max(32, 1 << int(np.ceil(np.log2(8 * (highest + 1)))))
    blocks, first = [], 0
    while first < settings:
        last = min(settings, first + max(1, BLOCK // (samples * len(elements))))
        block = _block(
            elements, _cut(values, first, last), {n: _cut(w, first, last) for n, w in waves.items()}, samples
        )
        if block is None:
            samples *= 2
            if samples > MOST_SAMPLES:
                raise BadInput(
                    f"The product of driven knobs {sorted(waves)} has harmonics beyond {MOST_SAMPLES // 2}, but it must be a "
                    f"smooth function of time; give smaller amplitudes, or a smooth function."
                )
            continue
        blocks.append(block)
        first = last
    most = max(block[1].shape[1] for block in blocks)
    mean = np.concatenate([block[0] for block in blocks])
    plus, minus = np.zeros((2, settings, most, len(elements)), complex)
    first = 0
    for m, p, q in blocks:
        plus[first : first + len(m), : p.shape[1]] = p
        minus[first : first + len(m), : q.shape[1]] = q
        first += len(m)
    return mean, plus, minus


def _block(elements: Elements, values: Any, waves: Any, samples: int) -> tuple[Array, Array, Array] | None:
    """The coefficients from so many samples, or None if they are too few."""
    angle = 2 * np.pi * np.arange(samples) / samples
    shifts = {name: at_angles(wave, angle) for name, wave in waves.items()}
    change = elements.deviation(values, shifts)
    scale = np.abs(change).max(axis=1, initial=0.0)[:, None, :]
    found = np.fft.ifft(change, axis=1)
    found[np.abs(found) < ROUNDING * scale] = 0
    half = samples // 2
    if np.any(found[:, 3 * samples // 8 : 5 * samples // 8 + 1]):
        return None
    factor = elements.factor(values, moving=waves)
    mean, plus, minus = found[:, 0], found[:, 1:half], found[:, : half - samples : -1]
    used = np.flatnonzero(np.any(plus, axis=(0, 2)) | np.any(minus, axis=(0, 2)))
    most = int(used[-1]) + 1 if used.size else 0
    return factor * mean, factor[:, None] * plus[:, :most], factor[:, None] * minus[:, :most]


def _cut(values: Mapping[Any, Any], first: int, last: int) -> dict[Any, Any]:
    """The settings first … last − 1 of every array."""
    return {name: value[first:last] if np.size(value) > 1 else value for name, value in values.items()}
