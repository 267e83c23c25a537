"""Fermi functions turned into Legendre moments on panels."""

from __future__ import annotations

import math

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.occupation import antiderivatives, slope, to_energy, to_parameter


@compiled
def fermi(energy, kt):
    """1/(1 + e^(energy/kt)); a step at zero temperature."""
    if kt == 0.0:
        return 1.0 if energy < 0.0 else 0.0
    small = math.exp(-min(abs(energy) / kt, 700.0))
    return small / (1.0 + small) if energy > 0 else 1.0 / (1.0 + small)


@compiled
def add_moments(x, before, now, rising, falling, out):
    """out[n] += Σ_k now_k P_n(x_k), for `now` at n = 0, by P_{n+1} = rising_n x P_n − falling_n P_{n−1} at all nodes together."""
    for k in range(x.shape[0]):
        before[k] = 0.0
    for n in range(out.shape[0]):
        total = 0.0
        for k in range(x.shape[0]):
            total += now[k]
        out[n] += total
        a, b = rising[n], falling[n]
        for k in range(x.shape[0]):
            after = a * x[k] * now[k] - b * before[k]
            before[k] = now[k]
            now[k] = after


@compiled
def pieces_of(s_low, s_high, a, b, kind, kt):
    """On how many pieces, none wider than 3 k_BT in energy, a Fermi function is smooth."""
    steepest = max(slope(s_low, a, b, kind), slope(s_high, a, b, kind))
    if kind == 3 and s_low < 0.5 < s_high:
        steepest = slope(0.5, a, b, kind)
    return int(steepest * (s_high - s_low) / (3.0 * kt)) + 1


@compiled
def fermi_moments(
    segment, left, right, zone_start, zone_end, zone_kind, photon_energy, lowest, n_level, mu, temperature, nodes, weights, out, ends,
):  # fmt: skip
    """∫_{−1}^{1} P_n(x) f(ε(x) + (lowest + r)ħΩ) dx for panels, rungs r and (μ, T) pairs; `ends` are f at both ends of the panel.

    f is smooth on pieces of 3 k_BT; beyond 40 k_BT from μ it is 1 or 0, and at zero temperature everywhere.
    """
    points, each = out.shape[3], nodes.shape[0]
    basis, x, before, now = np.empty(points), np.empty(each), np.empty(each), np.empty(each)
    rising, falling = np.empty(points), np.empty(points)
    for n in range(points):
        rising[n], falling[n] = (2.0 * n + 1.0) / (n + 1.0), n / (n + 1.0)
    for u in range(segment.shape[0]):
        a, b, kind = zone_start[segment[u]], zone_end[segment[u]], zone_kind[segment[u]]
        low, high = to_energy(left[u], a, b, kind), to_energy(right[u], a, b, kind)
        width = right[u] - left[u]
        for r in range(n_level):
            shift = (lowest + r) * photon_energy
            for i in range(mu.shape[0]):
                kt = temperature[i]
                level = mu[i] - shift
                for n in range(points):
                    out[u, r, i, n] = 0.0
                ends[u, r, i, 0] = fermi(low - level, kt)
                ends[u, r, i, 1] = fermi(high - level, kt)
                if low > level + 40.0 * kt:
                    continue
                if high < level - 40.0 * kt:
                    out[u, r, i, 0] = 2.0
                    continue
                s_low = max(left[u], to_parameter(level - 40.0 * kt, a, b, kind))
                s_high = min(right[u], to_parameter(level + 40.0 * kt, a, b, kind))
                antiderivatives(2.0 * (s_low - left[u]) / width - 1.0, basis)
                for n in range(points):
                    out[u, r, i, n] = basis[n]
                if kt == 0.0:
                    continue
                pieces = pieces_of(s_low, s_high, a, b, kind, kt)
                step = (s_high - s_low) / pieces
                for piece in range(pieces):
                    for k in range(each):
                        s = s_low + step * (piece + 0.5 * (nodes[k] + 1.0))
                        x[k] = 2.0 * (s - left[u]) / width - 1.0
                        now[k] = weights[k] * step / width * fermi(to_energy(s, a, b, kind) - level, kt)
                    add_moments(x, before, now, rising, falling, out[u, r, i])
