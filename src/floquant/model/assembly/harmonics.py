"""Fourier coefficients in time of driven elements of H, exact to machine precision.

    H_ij(t) = Σ_k c_k e^{−ikΩt},   c_k = ∫_0^{2π} (dθ/2π) H_ij(θ) e^{ikθ}

An element that the drive only adds to has the harmonics of its waveforms. A product (driven phase, strength, function) is
sampled as a whole over the cycle (see `sampling`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.composition import Elements, column, with_settings
from floquant.model.assembly.sampling import Waves, sampled_settings, settings_of

BLOCK = 1 << 20  # samples × elements held at a time


def fourier_coefficients(elements: Elements, values: Mapping[str, Any], waves: Waves) -> tuple[Array, Array, Array]:
    """(mean, plus, minus) of what the drive changes: shapes (P or 1, e), (P or 1, M, e), (P or 1, M, e).

    `values`: all knobs' values without drive, with the means of the waveforms added; `waves`: {knob: {k ≥ 1: x_k}}.
    plus[:, k − 1] is c_k and minus[:, k − 1] is c_{−k} of H[row, column].
    """
    products = np.zeros(len(elements), bool)
    for part in elements.parts:
        if part.name in waves and part.rule.kind != "add":
            products[part.where] = True
    sums, wholes = np.flatnonzero(~products), np.flatnonzero(products)
    settings = settings_of(values, waves)
    pieces = []
    if sums.size:
        pieces.append((sums, _of_sums(elements.subset(sums), values, waves)))
    if wholes.size:
        pieces.append((wholes, _of_products(elements.subset(wholes), values, waves, settings)))
    return _joined(pieces, len(elements))


def _of_sums(elements: Elements, values: Mapping[str, Any], waves: Waves) -> tuple[Array, Array, Array]:
    """F · Σ weight · x_k: exact."""
    factor = elements.factor(values)
    most = max((k for part in elements.parts for k in waves.get(part.name, ())), default=0)
    plus, minus = np.zeros((2, 1, most, len(elements)), complex)
    for part in elements.parts:
        for k, x in waves.get(part.name, {}).items():
            x = column(x)
            plus, minus = with_settings(plus, len(x)), with_settings(minus, len(x))
            plus[:, k - 1, part.where] += x * part.weights
            minus[:, k - 1, part.where] += np.conj(x) * part.weights
    return np.zeros((1, len(elements)), complex), factor[:, None] * plus, factor[:, None] * minus


def _of_products(
    elements: Elements, values: Mapping[str, Any], waves: Waves, settings: int
) -> tuple[Array, Array, Array]:
    """By sampling, in blocks of elements and settings."""
    highest = max((k for wave in waves.values() for k in wave), default=0)
    fewest = max(32, 1 << int(np.ceil(np.log2(8 * (highest + 1)))))
    width = max(1, BLOCK // fewest)
    pieces = []
    for start in range(0, len(elements), width):
        where = np.arange(start, min(start + width, len(elements)))
        pieces.append((where, sampled_settings(elements.subset(where), values, waves, fewest, settings)))
    return _joined(pieces, len(elements))


def _joined(pieces: list[tuple[Array, tuple[Array, Array, Array]]], size: int) -> tuple[Array, Array, Array]:
    """The coefficients of all elements from those of some: equally many settings and harmonics."""
    most = max((piece[1].shape[1] for _, piece in pieces), default=0)
    count = max((array.shape[0] for _, piece in pieces for array in piece), default=1)
    mean = np.zeros((count, size), complex)
    plus, minus = np.zeros((2, count, most, size), complex)
    for where, (m, p, q) in pieces:
        mean[:, where] = m
        plus[:, : p.shape[1], where] = p
        minus[:, : q.shape[1], where] = q
    return mean, plus, minus
