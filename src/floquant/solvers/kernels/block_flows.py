"""Several driven orbitals or several harmonics: flows over all cuts by recursion over steps (see `steps`).

What arrives on a step, α, is a density matrix of its driven orbitals, and what a wave there sends further, β, an observable of them:

    α_j = ψ_j ψ_j† + F_j α_{j−1} F_j†,    β_j = o_{j+1}† D o_{j+1} + F_{j+1}† β_{j+1} F_{j+1},    flow over the cut = Tr β_j α_j

o_j the outgoing amplitudes of step j for a wave on step j − 1, D a detector; downwards likewise. Only cuts between steps are seen; the M
ways of laying steps over the rungs show all cuts.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.block_window import own_amplitudes, write_rung, write_tail
from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.products import add_dual_sandwich, add_sandwich, trace_product
from floquant.solvers.kernels.room import room_for_dressed, room_for_steps, starts_of
from floquant.solvers.kernels.steps import emission, fill_ratios, full_source, leave, solve_step


@compiled
def fill_fields(
    g, left, right, orbitals, offset, steps, v_in, v_up, v_down, up, down, fields, out_up, out_down, source, work, green, emitted
):  # fmt: skip
    """ψ of waves that enter at each step, and o both ways."""
    channels = left.shape[1]
    per_step = fields.shape[1] // orbitals
    for j in range(steps):
        start = offset + j * per_step
        fields[j] = 0.0
        for s in range(per_step):
            for k in range(orbitals):
                for c in range(channels):
                    fields[j, s * orbitals + k, s * channels + c] = right[start + s, k, c]
        full_source(j, steps, v_in, v_up, v_down, up, down, source)
        solve_step(g, start, orbitals, source, fields[j], work, green)
        if j > 0:
            emission(j, steps, 1, v_in, v_up, v_down, up, work, emitted)
            leave(left, start, orbitals, emitted, out_up[j])
        if j < steps - 1:
            emission(j, steps, -1, v_in, v_down, v_up, down, work, emitted)
            leave(left, start, orbitals, emitted, out_down[j])


@compiled
def own_part(fields, offset, steps, per_step, phase_in, alpha, enter):
    """What enters at each step itself: the first part of α, and the probes' waves."""
    channels = phase_in.shape[1]
    size = fields.shape[1]
    for j in range(steps):
        start = offset + j * per_step
        alpha[j] = 0.0
        for m in range(size):
            for n in range(size):
                for c in range(per_step * channels):
                    alpha[j, m, n] += fields[j, m, c] * fields[j, n, c].conjugate()
            wave = 0.0j
            for s in range(per_step):
                for c in range(channels):
                    wave += fields[j, m, s * channels + c] * phase_in[start + s, c]
            enter[j, m] = wave


@compiled
def arriving(steps, ahead, ratio, alpha, enter, work):
    """Add to α, and to the probes' entering waves, what arrives from the steps behind."""
    size = enter.shape[1]
    for n in range(1, steps):
        j = n if ahead > 0 else steps - 1 - n
        behind = j - ahead
        add_sandwich(ratio[j], alpha[behind], work, alpha[j])
        for m in range(size):
            for k in range(size):
                enter[j, m] += ratio[j, m, k] * enter[behind, k]


@compiled
def add_detection(outgoing, one, other, kind, out):
    """out += the matrix of a detector (see `scalar.detect`) for outgoing amplitudes `outgoing` ψ, one sub-rung."""
    for i in range(outgoing.shape[1]):
        for j in range(outgoing.shape[1]):
            if kind == 0:
                out[i, j] += outgoing[one, i].conjugate() * outgoing[one, j]
            else:
                first = outgoing[one, i].conjugate() * outgoing[other, j]
                second = outgoing[other, i].conjugate() * outgoing[one, j]
                out[i, j] += first + second if kind == 1 else -1j * (first - second)


@compiled
def leaving(offset, steps, per_step, ahead, ratio, amplitudes, beta, leaves, detectors, phase_out, work):
    """β, and the probes' leaving waves, of all that a wave on each step sends to the steps ahead."""
    channels = phase_out.shape[1]
    size = leaves.shape[1]
    end = steps - 1 if ahead > 0 else 0
    beta[end] = 0.0
    leaves[end] = 0.0
    for n in range(1, steps):
        j = end - n * ahead
        beyond = j + ahead
        start = offset + beyond * per_step
        share, outgoing = ratio[beyond], amplitudes[beyond]
        for q in range(detectors.shape[0]):
            beta[j, q] = 0.0
            add_dual_sandwich(share, beta[beyond, q], work, beta[j, q])
            for s in range(per_step):
                at = s * channels
                add_detection(outgoing, at + detectors[q, 0], at + detectors[q, 1], detectors[q, 2], beta[j, q])
        for k in range(size):
            wave = 0.0j
            for s in range(per_step):
                for c in range(channels):
                    wave += phase_out[start + s, c] * outgoing[s * channels + c, k]
            for m in range(size):
                wave += leaves[beyond, m] * share[m, k]
            leaves[j, k] = wave


@compiled
def write_cuts(
    first, n_cut, offset, per_step, channels, alpha_up, alpha_down, beta_up, beta_down, enter_up, enter_down, leave_up, leave_down,
    unsigned_at, probe_at, out,
):  # fmt: skip
    """Flows, unsigned flows and probes over the cuts that lie between steps."""
    n_det, size = beta_up.shape[1], enter_up.shape[1]
    for j in range(n_cut):
        if (first + j - offset) % per_step != 0:
            continue
        k = (first + j - offset) // per_step - 1
        for q in range(n_det):
            rising = trace_product(beta_up[k, q], alpha_up[k])
            falling = trace_product(beta_down[k + 1, q], alpha_down[k + 1])
            out[q * n_cut + j] = rising - falling
            if q < channels:
                out[unsigned_at + q * n_cut + j] = rising + falling
        rise, fall = 0.0j, 0.0j
        for m in range(size):
            rise += leave_up[k, m] * enter_up[k, m]
            fall += leave_down[k + 1, m] * enter_down[k + 1, m]
        out[probe_at + j] = rise.real
        out[probe_at + n_cut + j] = rise.imag
        out[probe_at + 2 * n_cut + j] = fall.real
        out[probe_at + 3 * n_cut + j] = fall.imag


@compiled
def block_flows(
    tg, tl, tr, ts, topen, v0, vin, vup, driven, problem, row, first, n_cut, n_rung, group, n_group, detectors, phase_in, phase_out, out
):  # fmt: skip
    """Flows over cuts, transmissions, row defects, probes and tails (see `ladder.FlowLayout`) for each (problem, panel) pair."""
    n_node, rungs, d = tg.shape[1], tg.shape[2], tg.shape[3]
    channels, orbitals, n_det = tl.shape[3], driven.shape[0], detectors.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    most, wide = rungs // per_step, per_step * channels
    a, y, lv, g, left, right, static = room_for_dressed(rungs, d, orbitals, channels)
    up, down, source, work, green, emitted = room_for_steps(most, size)
    alpha_up, alpha_down = np.empty((most, size, size), np.complex128), np.empty((most, size, size), np.complex128)
    beta_up = np.empty((most, n_det, size, size), np.complex128)
    beta_down = np.empty((most, n_det, size, size), np.complex128)
    out_up, out_down = np.zeros((most, wide, size), np.complex128), np.zeros((most, wide, size), np.complex128)
    enter_up, enter_down = np.empty((most, size), np.complex128), np.empty((most, size), np.complex128)
    leave_up, leave_down = np.empty((most, size), np.complex128), np.empty((most, size), np.complex128)
    fields = np.empty((most, size, wide), np.complex128)
    driven_field, outgoing = np.empty((size, wide), np.complex128), np.empty((wide, wide), np.complex128)
    unsigned_at, total_at, defect_at, probe_at, elastic_at, tail_at = starts_of(n_det, channels, n_group, n_cut, n_rung)
    last = first + n_rung - 1
    for i in range(problem.shape[0]):
        p, t = problem[i], row[i]
        v_in, v_up = vin[p], vup[p]
        v_down = np.ascontiguousarray(v_up.conjugate().T)
        for x in range(n_node):
            flows = out[i, x]
            flows[:] = 0.0
            dress(
                tg[t, x], tl[t, x], tr[t, x], ts[t, x], v0[p], driven, a, y, lv, 0, rungs - 1, g, left, right, static
            )  # fmt: skip
            for offset in range(per_step):
                wanted = offset == 0
                for j in range(n_cut):
                    wanted = wanted or (first + j - offset) % per_step == 0
                if not wanted:
                    continue
                steps = (rungs - offset) // per_step
                fill_ratios(g, orbitals, offset, steps, 1, v_in, v_up, v_down, up, source, work, green)
                fill_ratios(g, orbitals, offset, steps, -1, v_in, v_down, v_up, down, source, work, green)
                fill_fields(
                    g, left, right, orbitals, offset, steps, v_in, v_up, v_down, up, down, fields, out_up, out_down,
                    source, work, green, emitted,
                )  # fmt: skip
                own_part(fields, offset, steps, per_step, phase_in, alpha_up, enter_up)
                alpha_down[:steps], enter_down[:steps] = alpha_up[:steps], enter_up[:steps]
                arriving(steps, 1, up, alpha_up, enter_up, work)
                arriving(steps, -1, down, alpha_down, enter_down, work)
                leaving(offset, steps, per_step, 1, up, out_up, beta_up, leave_up, detectors, phase_out, work)
                leaving(offset, steps, per_step, -1, down, out_down, beta_down, leave_down, detectors, phase_out, work)
                write_cuts(
                    first, n_cut, offset, per_step, channels, alpha_up, alpha_down, beta_up, beta_down, enter_up, enter_down,
                    leave_up, leave_down, unsigned_at, probe_at, flows,
                )  # fmt: skip
                if offset > 0:
                    continue
                for j in range(first // per_step, last // per_step + 1):
                    start = j * per_step
                    full_source(j, steps, v_in, v_up, v_down, up, down, source)
                    own_amplitudes(left, static, orbitals, start, source, fields[j], driven_field, outgoing)
                    for s in range(per_step):
                        k = start + s - first
                        if 0 <= k < n_rung:
                            write_rung(
                                j, s, k, start + s, steps, n_rung, topen[t, x], group, n_group, detectors, phase_in, phase_out,
                                fields[j], outgoing, alpha_up, alpha_down, beta_up, beta_down, out_up, out_down,
                                total_at, defect_at, elastic_at, flows,
                            )  # fmt: skip
                if n_cut > 0:
                    write_tail(last, orbitals, steps, 1, v_up, up, alpha_up, source, work, emitted, tail_at, flows)
                    write_tail(
                        first, orbitals, steps, -1, v_down, down, alpha_down, source, work, emitted, tail_at + 2, flows
                    )
