"""One driven orbital, one harmonic: the ladder of sidebands as scalar continued fractions.

With g_m the dressed Green function of the driven orbital at E_m and V± the drive's first harmonics, a wave that enters at rung k obeys
ψ_m = g_m (w ψ_m + V₊ ψ_{m−1} + V₋ ψ_{m+1}) + δ_mk r_k, so that above k: ψ_m = F_m ψ_{m−1}, and below: ψ_m = B_m ψ_{m+1}, with

    F_m = g_m V₊ / (1 − g_m (w + V₋ F_{m+1})),    B_m = g_m V₋ / (1 − g_m (w + V₊ B_{m−1})),
    ψ_k = r_k / (1 − g_k (w + V₊ B_{k−1} + V₋ F_{k+1})),

where w = iκ gives back the absorption that the reference holds on the driven orbital (see `ports`).

F and B do not depend on k. So the flow over a cut between rungs K and K+1, Σ_{k≤K<m} |S_mk|², factorises into what arrives at K (α) and
what a wave at K sends above (β): all rungs and all sidebands for O(rungs) operations. A detector that weighs by energy puts its weight
into β alone.

The one long function is on purpose: α, β and totals as functions of their own, written into it by numba or by LLVM, take 8 to 30 % longer.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.detection import detect, weight_of_energy
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.linear import reciprocal
from floquant.solvers.kernels.room import room_for_dressed


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
def scalar_flows(table, v0, w, v1, driven, pairs, window, counting, out):
    """Flows over cuts, transmissions, row defects, probes and tails (see `ladder.flow_layout`) for each (problem, panel) pair."""
    tg, tl, tr, ts, topen = table.green, table.left, table.right, table.static, table.is_open
    problem, row = pairs.problem, pairs.row
    first, n_cut, n_rung = window.first, window.n_cut, window.n_rung
    group, n_group, detectors, n_unsigned = counting.group, counting.n_group, counting.detectors, counting.n_unsigned
    phase_in, phase_out, reference = counting.phase_in, counting.phase_out, counting.reference
    n_node, rungs, d = tg.shape[1], tg.shape[2], tg.shape[3]
    channels = tl.shape[3]
    n_det = detectors.shape[0]
    a, y, lv, g, left, right, static, norms = room_for_dressed(rungs, d, 1, channels, 0)
    up, down = np.empty(rungs, np.complex128), np.empty(rungs, np.complex128)
    emit_up, emit_down = np.zeros(rungs, np.complex128), np.zeros(rungs, np.complex128)
    alpha_up, alpha_down = np.zeros(rungs), np.zeros(rungs)
    beta_up, beta_down = np.zeros((rungs, n_det)), np.zeros((rungs, n_det))
    enter_up, enter_down = np.zeros(rungs, np.complex128), np.zeros(rungs, np.complex128)
    leave_up, leave_down = np.zeros(rungs, np.complex128), np.zeros(rungs, np.complex128)
    weight = np.empty((rungs, n_det))
    field = np.empty((rungs, channels), np.complex128)
    amplitude = np.empty(channels, np.complex128)
    starts = counting.starts
    unsigned_at, total_at, defect_at, probe_at, elastic_at, tail_at, ends_at = (
        starts[0], starts[1], starts[2], starts[3], starts[4], starts[5], starts[6],
    )  # fmt: skip
    last = first + n_rung - 1
    for i in range(problem.shape[0]):
        p, t = problem[i], row[i]
        v_up = v1[p]
        v_down = v_up.conjugate()
        for x in range(n_node):
            dress(
                tg[t, x],
                tl[t, x],
                tr[t, x],
                ts[t, x],
                v0[p],
                driven,
                a,
                y,
                lv,
                first,
                last,
                table.norms[t, x],
                g,
                left,
                right,
                static,
                norms,
            )
            ladder_ratios(g, w, v_up, rungs, up, down)
            for r in range(rungs):
                below = down[r - 1] if r > 0 else 0.0j
                above = up[r + 1] if r < rungs - 1 else 0.0j
                scale = reciprocal(1.0 - g[r, 0, 0] * (w + v_up * below + v_down * above))
                for c in range(channels):
                    field[r, c] = right[r, 0, c] * scale
                emit_up[r] = v_up + (w + v_down * above) * up[r]
                emit_down[r] = v_down + (w + v_up * below) * down[r]
                for c in range(channels):
                    weight[r, c] = left[r, c, 0].real ** 2 + left[r, c, 0].imag ** 2
                for q in range(channels, n_det):
                    weight[r, q] = detect(left[r, :, 0], detectors[q, 0], detectors[q, 1], detectors[q, 2])
                    if detectors[q, 3] != 0:
                        weight[r, q] *= weight_of_energy(detectors[q, 3], table.energies[t, x, r] - reference)
            # α and the probes' entering waves, upwards then downwards.
            for r in range(rungs):
                total, wave = 0.0, 0.0j
                for c in range(channels):
                    total += field[r, c].real ** 2 + field[r, c].imag ** 2
                    wave += field[r, c] * phase_in[r, c]
                if r > 0:
                    alpha_up[r] = total + (up[r].real ** 2 + up[r].imag ** 2) * alpha_up[r - 1]
                    enter_up[r] = wave + up[r] * enter_up[r - 1]
                else:
                    alpha_up[r], enter_up[r] = total, wave
                alpha_down[r], enter_down[r] = total, wave
            for r in range(rungs - 2, -1, -1):
                alpha_down[r] += (down[r].real ** 2 + down[r].imag ** 2) * alpha_down[r + 1]
                enter_down[r] += down[r] * enter_down[r + 1]
            # β and the probes' leaving waves: what a wave at rung r sends above (below) itself.
            for q in range(n_det):
                beta_up[rungs - 1, q] = 0.0
                beta_down[0, q] = 0.0
            leave_up[rungs - 1] = 0.0j
            leave_down[0] = 0.0j
            for r in range(rungs - 2, -1, -1):
                wave = 0.0j
                for c in range(channels):
                    wave += phase_out[r + 1, c] * left[r + 1, c, 0]
                leave_up[r] = wave * emit_up[r + 1] + leave_up[r + 1] * up[r + 1]
                power = emit_up[r + 1].real ** 2 + emit_up[r + 1].imag ** 2
                ratio = up[r + 1].real ** 2 + up[r + 1].imag ** 2
                for q in range(n_det):
                    beta_up[r, q] = weight[r + 1, q] * power + ratio * beta_up[r + 1, q]
            for r in range(1, rungs):
                wave = 0.0j
                for c in range(channels):
                    wave += phase_out[r - 1, c] * left[r - 1, c, 0]
                leave_down[r] = wave * emit_down[r - 1] + leave_down[r - 1] * down[r - 1]
                power = emit_down[r - 1].real ** 2 + emit_down[r - 1].imag ** 2
                ratio = down[r - 1].real ** 2 + down[r - 1].imag ** 2
                for q in range(n_det):
                    beta_down[r, q] = weight[r - 1, q] * power + ratio * beta_down[r - 1, q]
            for j in range(n_cut):
                k = first - 1 + j
                for q in range(n_det):
                    rising = beta_up[k, q] * alpha_up[k]
                    falling = beta_down[k + 1, q] * alpha_down[k + 1]
                    out[i, x, q * n_cut + j] = rising - falling
                    if q < n_unsigned:
                        out[i, x, unsigned_at + q * n_cut + j] = rising + falling
                rise, fall = leave_up[k] * enter_up[k], leave_down[k + 1] * enter_down[k + 1]
                out[i, x, probe_at + j] = rise.real
                out[i, x, probe_at + n_cut + j] = rise.imag
                out[i, x, probe_at + 2 * n_cut + j] = fall.real
                out[i, x, probe_at + 3 * n_cut + j] = fall.imag
            for index in range(total_at, probe_at):
                out[i, x, index] = 0.0
            for j in range(n_rung):
                r = first + j
                below = v_up * down[r - 1] if r > 0 else 0.0j
                above = v_down * up[r + 1] if r < rungs - 1 else 0.0j
                elastic = 0.0j
                for c in range(channels):
                    out[i, x, defect_at + c * n_rung + j] += topen[t, x, r, c]
                for c in range(channels):
                    for b in range(channels):
                        amplitude[b] = 1j * (static[r, b, c] + left[r, b, 0] * (w + below + above) * field[r, c])
                        if group[b] != group[c]:
                            elastic += amplitude[b] * phase_out[r, b] * phase_in[r, c]
                    power = field[r, c].real ** 2 + field[r, c].imag ** 2
                    for q in range(n_det):
                        if q < channels:
                            flow = amplitude[q].real ** 2 + amplitude[q].imag ** 2
                            out[i, x, defect_at + q * n_rung + j] -= flow
                        else:
                            flow = detect(amplitude, detectors[q, 0], detectors[q, 1], detectors[q, 2])
                            if detectors[q, 3] != 0:
                                flow *= weight_of_energy(detectors[q, 3], table.energies[t, x, r] - reference)
                        flow += power * (beta_up[r, q] + beta_down[r, q])
                        out[i, x, total_at + (q * n_group + group[c]) * n_rung + j] += flow
                rising = (emit_up[r].real ** 2 + emit_up[r].imag ** 2) * alpha_up[r - 1] if r > 0 else 0.0
                falling = (
                    (emit_down[r].real ** 2 + emit_down[r].imag ** 2) * alpha_down[r + 1] if r < rungs - 1 else 0.0
                )
                for c in range(channels):
                    out[i, x, defect_at + c * n_rung + j] -= weight[r, c] * (rising + falling)
                out[i, x, elastic_at + j] = elastic.real
                out[i, x, elastic_at + n_rung + j] = elastic.imag
            # What is driven out of the ladder: of the waves from each cut of the window away from that end, and of all.
            for index in range(tail_at, ends_at + 2):
                out[i, x, index] = 0.0
            if n_cut > 0:
                size = v_up.real**2 + v_up.imag**2
                out[i, x, ends_at] = size * alpha_up[rungs - 1]
                out[i, x, ends_at + 1] = size * alpha_down[0]
                for r in range(rungs - 1, first - 1, -1):
                    if r <= last:
                        passed = (rungs - 1 - r) * size * alpha_up[r]
                        out[i, x, tail_at] = max(out[i, x, tail_at], passed)
                    size *= up[r].real ** 2 + up[r].imag ** 2
                size = v_up.real**2 + v_up.imag**2
                for r in range(last + 1):
                    if r >= first:
                        passed = r * size * alpha_down[r]
                        out[i, x, tail_at + 1] = max(out[i, x, tail_at + 1], passed)
                    size *= down[r].real ** 2 + down[r].imag ** 2
