"""Panels' Legendre coefficients turned into integrals up to a Fermi energy."""

from __future__ import annotations

import math

import numpy as np

from floquant.solvers.kernels.compiler import compiled


@compiled
def to_parameter(energy, a, b, kind):
    """s(ε) on a segment of the zone: the inverse of `zone.Zone.energy`."""
    if b <= a:
        return 0.0
    share = min(max((energy - a) / (b - a), 0.0), 1.0)
    if kind == 0:
        return share
    if kind == 1:
        return math.sqrt(share)
    if kind == 2:
        return 1.0 - math.sqrt(1.0 - share)
    return 2.0 / math.pi * math.asin(math.sqrt(share))


@compiled
def to_energy(s, a, b, kind):
    """ε(s) on a segment of the zone."""
    if kind == 0:
        return a + (b - a) * s
    if kind == 1:
        return a + (b - a) * s * s
    if kind == 2:
        return a + (b - a) * (1.0 - (1.0 - s) ** 2)
    return a + (b - a) * math.sin(0.5 * math.pi * s) ** 2


@compiled
def slope(s, a, b, kind):
    """dε/ds on a segment of the zone."""
    if kind == 0:
        return b - a
    if kind == 1:
        return 2.0 * (b - a) * s
    if kind == 2:
        return 2.0 * (b - a) * (1.0 - s)
    return 0.5 * math.pi * (b - a) * math.sin(math.pi * s)


@compiled
def antiderivatives(x, out):
    """∫_{−1}^{x} P_n for n = 0 … len(out) − 1: (P_{n+1} − P_{n−1})/(2n+1)."""
    before, now = 1.0, x
    out[0] = x + 1.0
    for n in range(1, out.shape[0]):
        after = ((2 * n + 1) * x * now - n * before) / (n + 1)
        out[n] = (after - before) / (2 * n + 1)
        before, now = now, after


@compiled
def find_panel(segment, right, begin, end, wanted, s):
    """The panel of [begin, end), sorted by position, that holds parameter s of the wanted segment."""
    low, high = begin, end - 1
    while low < high:
        middle = (low + high) // 2
        if segment[middle] < wanted or (segment[middle] == wanted and right[middle] < s):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def locate(energy, zone_start, zone_end, zone_kind, segment, left, right, begin, end):
    """The panel that holds `energy` and the place x ∈ [−1, 1] in it."""
    wanted = 0
    while wanted < zone_start.shape[0] - 1 and energy > zone_end[wanted]:
        wanted += 1
    s = to_parameter(energy, zone_start[wanted], zone_end[wanted], zone_kind[wanted])
    panel = find_panel(segment, right, begin, end, wanted, s)
    x = 2.0 * (s - left[panel]) / (right[panel] - left[panel]) - 1.0
    return panel, min(max(x, -1.0), 1.0)


@compiled
def pumped_flows(
    begins, segment, left, right, zone_start, zone_end, zone_kind, coefficients, flow_error, photon_energy, lowest, n_cut, n_det,
    n_channel, mu, out_flow, out_unsigned, out_error,
):  # fmt: skip
    """Zero temperature, one Fermi energy: ∫_0^{ε_μ} J_{k_μ} + ∫_{ε_μ}^{ħΩ} J_{k_μ − 1} for each problem and μ, with μ = ε_μ + k_μ ħΩ."""
    n_function = (n_det + n_channel) * n_cut
    points = coefficients.shape[1]
    most = 0
    for p in range(begins.shape[0] - 1):
        most = max(most, begins[p + 1] - begins[p])
    below = np.empty((most + 1, n_function))
    error_below = np.empty((most + 1, n_det * n_cut))
    basis = np.empty(points)
    value = np.empty(n_det + n_channel)
    for p in range(begins.shape[0] - 1):
        begin, end = begins[p], begins[p + 1]
        count = end - begin
        below[0] = 0.0
        error_below[0] = 0.0
        for i in range(count):
            for f in range(n_function):
                below[i + 1, f] = below[i, f] + 2.0 * coefficients[begin + i, 0, f]
            for f in range(n_det * n_cut):
                error_below[i + 1, f] = error_below[i, f] + flow_error[begin + i, f]
        for i in range(mu.shape[1]):
            level = mu[p % mu.shape[0], i]
            rung = min(max(math.floor(level / photon_energy) - lowest, 0), n_cut - 2)
            epsilon = level - (rung + lowest) * photon_energy
            panel, x = locate(epsilon, zone_start, zone_end, zone_kind, segment, left, right, begin, end)
            antiderivatives(x, basis)
            at = panel - begin
            for q in range(n_det + n_channel):
                high, low = q * n_cut + rung + 1, q * n_cut + rung
                value[q] = below[at, high] + below[count, low] - below[at, low]
            for n in range(points):
                for q in range(n_det + n_channel):
                    low = q * n_cut + rung
                    value[q] += basis[n] * (coefficients[panel, n, low + 1] - coefficients[panel, n, low])
            for q in range(n_det):
                high, low = q * n_cut + rung + 1, q * n_cut + rung
                out_flow[p, i, q] = value[q]
                out_error[p, i, q] = error_below[at + 1, high] + error_below[count, low] - error_below[at, low]
            for q in range(n_channel):
                out_unsigned[p, i, q] = value[n_det + q]


@compiled
def transferred_flows(
    begins, segment, left, right, zone_start, zone_end, zone_kind, coefficients, total_error, photon_energy, lowest, n_rung, n_function, mu,
    out_total, out_error, out_panel_error,
):  # fmt: skip
    """Transmissions integrated from the window's first rung up to μ; the error of all that lies below, and of μ's own panel."""
    points = coefficients.shape[1]
    basis = np.empty(points)
    for p in range(begins.shape[0] - 1):
        begin, end = begins[p], begins[p + 1]
        for i in range(mu.shape[1]):
            level = mu[p % mu.shape[0], i]
            rung = 0
            if photon_energy > 0:
                rung = min(max(math.floor(level / photon_energy) - lowest, 0), n_rung - 1)
            epsilon = level - (rung + lowest) * photon_energy
            panel, x = locate(epsilon, zone_start, zone_end, zone_kind, segment, left, right, begin, end)
            antiderivatives(x, basis)
            for f in range(n_function):
                value, error = 0.0, 0.0
                for r in range(rung + 1):
                    for k in range(begin, end if r < rung else panel):
                        value += 2.0 * coefficients[k, 0, f * n_rung + r]
                        error += total_error[k, f * n_rung + r]
                for n in range(points):
                    value += basis[n] * coefficients[panel, n, f * n_rung + rung]
                out_total[p, i, f] = value
                out_error[p, i, f] = error
                out_panel_error[p, i, f] = total_error[panel, f * n_rung + rung]
