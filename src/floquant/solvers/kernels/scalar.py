"""One driven orbital, one harmonic: the ladder of sidebands as scalar continued fractions.

With g_m the dressed Green function of the driven orbital at E_m and V± the drive's first harmonics, a wave that enters at rung k obeys
ψ_m = g_m (w ψ_m + V₊ ψ_{m−1} + V₋ ψ_{m+1}) + δ_mk r_k, so that above k: ψ_m = F_m ψ_{m−1}, and below: ψ_m = B_m ψ_{m+1}, with

    F_m = g_m V₊ / (1 − g_m (w + V₋ F_{m+1})),    B_m = g_m V₋ / (1 − g_m (w + V₊ B_{m−1})),
    ψ_k = r_k / (1 − g_k (w + V₊ B_{k−1} + V₋ F_{k+1})),

where w = iκ gives back the absorption that the reference holds on the driven orbital (see `ports`).

F and B do not depend on k. So the flow over a cut between rungs K and K+1, Σ_{k≤K<m} |S_mk|², factorises into what arrives at K (α) and
what a wave at K sends above (β): all rungs and all sidebands for O(rungs) operations. A detector that weighs by energy puts its weight
into β alone.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.arguments import Scalars
from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.detection import detect, weight_of_energy
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.linear import reciprocal
from floquant.solvers.kernels.room import room_for_dressed, room_for_scalars


@compiled
def ladder_ratios(g, w, v_up, rungs, up, down):
    """Fill `up` with F_m and `down` with B_m; the ladder ends beyond its first and last rung."""
    v_down = v_up.conjugate()
    above = 0.0j
    for r in range(rungs - 1, -1, -1):
        above = g[r, 0, 0] * v_up * reciprocal(1.0 - g[r, 0, 0] * (w + v_down * above))
        up[r] = above
    below = 0.0j
    for r in range(rungs):
        below = g[r, 0, 0] * v_down * reciprocal(1.0 - g[r, 0, 0] * (w + v_up * below))
        down[r] = below


@compiled
def fill_waves(g, w, v_up, left, right, energies, counting, up, down, field, weight):
    """ψ_k of waves that enter at each rung, what a wave on the rung behind drives there, and what detectors read of a wave of one."""
    v_down = v_up.conjugate()
    rungs, channels = field.shape
    detectors = counting.detectors
    for r in range(rungs):
        below = down.ratio[r - 1] if r > 0 else 0.0j
        above = up.ratio[r + 1] if r < rungs - 1 else 0.0j
        scale = reciprocal(1.0 - g[r, 0, 0] * (w + v_up * below + v_down * above))
        for c in range(channels):
            field[r, c] = right[r, 0, c] * scale
        up.emitted[r] = v_up + (w + v_down * above) * up.ratio[r]
        down.emitted[r] = v_down + (w + v_up * below) * down.ratio[r]
        for c in range(channels):
            weight[r, c] = left[r, c, 0].real ** 2 + left[r, c, 0].imag ** 2
        for q in range(channels, detectors.shape[0]):
            weight[r, q] = detect(left[r, :, 0], detectors[q, 0], detectors[q, 1], detectors[q, 2])
            if detectors[q, 3] != 0:
                weight[r, q] *= weight_of_energy(detectors[q, 3], energies[r] - counting.reference)


@compiled
def arriving(field, phase_in, up, down):
    """α and the probes' entering waves, upwards then downwards."""
    rungs, channels = field.shape
    for r in range(rungs):
        total, wave = 0.0, 0.0j
        for c in range(channels):
            total += field[r, c].real ** 2 + field[r, c].imag ** 2
            wave += field[r, c] * phase_in[r, c]
        if r > 0:
            up.alpha[r] = total + (up.ratio[r].real ** 2 + up.ratio[r].imag ** 2) * up.alpha[r - 1]
            up.enter[r] = wave + up.ratio[r] * up.enter[r - 1]
        else:
            up.alpha[r], up.enter[r] = total, wave
        down.alpha[r], down.enter[r] = total, wave
    for r in range(rungs - 2, -1, -1):
        down.alpha[r] += (down.ratio[r].real ** 2 + down.ratio[r].imag ** 2) * down.alpha[r + 1]
        down.enter[r] += down.ratio[r] * down.enter[r + 1]


@compiled
def leaving(ahead, left, weight, phase_out, way):
    """β and the probes' leaving waves of one way: what a wave at rung r sends to the rungs ahead of it."""
    rungs, n_det = weight.shape
    channels = phase_out.shape[1]
    r = rungs - 1 if ahead > 0 else 0
    for q in range(n_det):
        way.beta[r, q] = 0.0
    way.leave[r] = 0.0j
    for _ in range(1, rungs):
        beyond = r
        r -= ahead
        wave = 0.0j
        for c in range(channels):
            wave += phase_out[beyond, c] * left[beyond, c, 0]
        way.leave[r] = wave * way.emitted[beyond] + way.leave[beyond] * way.ratio[beyond]
        power = way.emitted[beyond].real ** 2 + way.emitted[beyond].imag ** 2
        ratio = way.ratio[beyond].real ** 2 + way.ratio[beyond].imag ** 2
        for q in range(n_det):
            way.beta[r, q] = weight[beyond, q] * power + ratio * way.beta[beyond, q]


@compiled
def write_cuts(window, counting, up, down, out):
    """Flows, unsigned flows and probes over the cuts."""
    n_cut = window.n_cut
    unsigned_at, probe_at = counting.starts[0], counting.starts[3]
    for j in range(n_cut):
        k = window.first - 1 + j
        for q in range(counting.detectors.shape[0]):
            rising = up.beta[k, q] * up.alpha[k]
            falling = down.beta[k + 1, q] * down.alpha[k + 1]
            out[q * n_cut + j] = rising - falling
            if q < counting.n_unsigned:
                out[unsigned_at + q * n_cut + j] = rising + falling
        rise, fall = up.leave[k] * up.enter[k], down.leave[k + 1] * down.enter[k + 1]
        out[probe_at + j] = rise.real
        out[probe_at + n_cut + j] = rise.imag
        out[probe_at + 2 * n_cut + j] = fall.real
        out[probe_at + 3 * n_cut + j] = fall.imag


@compiled
def write_rung(j, w, v_up, left, static, energy, is_open, window, counting, field, weight, up, down, amplitude, out):
    """Transmissions, row defects and the elastic probe of window rung j."""
    v_down = v_up.conjugate()
    rungs, channels = field.shape
    detectors, group, n_rung = counting.detectors, counting.group, window.n_rung
    total_at, defect_at, elastic_at = counting.starts[1], counting.starts[2], counting.starts[4]
    r = window.first + j
    below = v_up * down.ratio[r - 1] if r > 0 else 0.0j
    above = v_down * up.ratio[r + 1] if r < rungs - 1 else 0.0j
    elastic = 0.0j
    for c in range(channels):
        out[defect_at + c * n_rung + j] += is_open[r, c]
    for c in range(channels):
        for b in range(channels):
            amplitude[b] = 1j * (static[r, b, c] + left[r, b, 0] * (w + below + above) * field[r, c])
            if group[b] != group[c]:
                elastic += amplitude[b] * counting.phase_out[r, b] * counting.phase_in[r, c]
        power = field[r, c].real ** 2 + field[r, c].imag ** 2
        for q in range(detectors.shape[0]):
            if q < channels:
                flow = amplitude[q].real ** 2 + amplitude[q].imag ** 2
                out[defect_at + q * n_rung + j] -= flow
            else:
                flow = detect(amplitude, detectors[q, 0], detectors[q, 1], detectors[q, 2])
                if detectors[q, 3] != 0:
                    flow *= weight_of_energy(detectors[q, 3], energy - counting.reference)
            flow += power * (up.beta[r, q] + down.beta[r, q])
            out[total_at + (q * counting.n_group + group[c]) * n_rung + j] += flow
    rising = (up.emitted[r].real ** 2 + up.emitted[r].imag ** 2) * up.alpha[r - 1] if r > 0 else 0.0
    falling = (
        (down.emitted[r].real ** 2 + down.emitted[r].imag ** 2) * down.alpha[r + 1] if r < rungs - 1 else 0.0
    )  # fmt: skip
    for c in range(channels):
        out[defect_at + c * n_rung + j] -= weight[r, c] * (rising + falling)
    out[elastic_at + j] = elastic.real
    out[elastic_at + n_rung + j] = elastic.imag


@compiled
def write_tail(rung, ahead, way, out):
    """Weight that reaches the ladder's end from the window's outermost rung, and the weight on that rung."""
    rungs = way.alpha.shape[0]
    ratio = 1.0
    r = rung + ahead
    while 0 <= r < rungs:
        ratio *= way.ratio[r].real ** 2 + way.ratio[r].imag ** 2
        r += ahead
    out[0] = ratio * way.alpha[rung]
    out[1] = way.alpha[rung]


@compiled
def scalar_flows(table, v0, w, v1, driven, pairs, window, counting, out):
    """Flows over cuts, transmissions, row defects, probes and tails (see `ladder.flow_layout`) for each (problem, panel) pair."""
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels, n_det = table.left.shape[3], counting.detectors.shape[0]
    a, y, lv, g, left, right, static = room_for_dressed(rungs, d, 1, channels)
    up, down = Scalars(*room_for_scalars(rungs, n_det)), Scalars(*room_for_scalars(rungs, n_det))
    weight = np.empty((rungs, n_det))
    field = np.empty((rungs, channels), np.complex128)
    amplitude = np.empty(channels, np.complex128)
    total_at, probe_at, tail_at = counting.starts[1], counting.starts[3], counting.starts[5]
    first, last = window.first, window.first + window.n_rung - 1
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        v_up = v1[p]
        for x in range(n_node):
            flows = out[i, x]
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, first, last,
                g, left, right, static,
            )  # fmt: skip
            ladder_ratios(g, w, v_up, rungs, up.ratio, down.ratio)
            fill_waves(g, w, v_up, left, right, table.energies[t, x], counting, up, down, field, weight)
            arriving(field, counting.phase_in, up, down)
            leaving(1, left, weight, counting.phase_out, up)
            leaving(-1, left, weight, counting.phase_out, down)
            write_cuts(window, counting, up, down, flows)
            flows[total_at:probe_at] = 0.0
            for j in range(window.n_rung):
                write_rung(
                    j, w, v_up, left, static, table.energies[t, x, first + j], table.is_open[t, x], window, counting, field, weight,
                    up, down, amplitude, flows,
                )  # fmt: skip
            flows[tail_at : tail_at + 4] = 0.0
            if window.n_cut > 0:
                write_tail(last, 1, up, flows[tail_at : tail_at + 2])
                write_tail(first, -1, down, flows[tail_at + 2 : tail_at + 4])


@compiled
def scalar_columns(table, v0, w, v1, driven, pairs, centre, out, out_tail):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, for each (problem, row) pair and each node of the row.

    `out_tail` is the weight of the field at both ends of the ladder, relative to its weight where it enters.
    """
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels = table.left.shape[3]
    a, y, lv, g, left, right, static = room_for_dressed(rungs, d, 1, channels)
    up, down = np.empty(rungs, np.complex128), np.empty(rungs, np.complex128)
    share, emitted = np.empty(rungs, np.complex128), np.empty(rungs, np.complex128)
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        v_up = v1[p]
        v_down = v_up.conjugate()
        for x in range(n_node):
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, centre, centre,
                g, left, right, static,
            )  # fmt: skip
            ladder_ratios(g, w, v_up, rungs, up, down)
            source = w
            if centre > 0:
                source += v_up * down[centre - 1]
            if centre < rungs - 1:
                source += v_down * up[centre + 1]
            # Shares of the field at each rung, and what it drives there, for a unit field where the wave enters.
            share[centre], emitted[centre] = 1.0, source
            for r in range(centre + 1, rungs):
                above = up[r + 1] if r < rungs - 1 else 0.0j
                emitted[r] = (v_up + (w + v_down * above) * up[r]) * share[r - 1]
                share[r] = up[r] * share[r - 1]
            for r in range(centre - 1, -1, -1):
                below = down[r - 1] if r > 0 else 0.0j
                emitted[r] = (v_down + (w + v_up * below) * down[r]) * share[r + 1]
                share[r] = down[r] * share[r + 1]
            scale = reciprocal(1.0 - g[centre, 0, 0] * source)
            for c in range(channels):
                field = 1j * right[centre, 0, c] * scale
                for r in range(rungs):
                    wave = emitted[r] * field
                    for b in range(channels):
                        out[i, x, r, b, c] = left[r, b, 0] * wave
                for b in range(channels):
                    out[i, x, centre, b, c] += 1j * static[centre, b, c]
            ended = 0.0
            if centre < rungs - 1:
                ended += share[rungs - 1].real ** 2 + share[rungs - 1].imag ** 2
            if centre > 0:
                ended += share[0].real ** 2 + share[0].imag ** 2
            out_tail[i, x] = ended
