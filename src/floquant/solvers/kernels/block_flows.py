"""Several driven orbitals or several harmonics: flows over all cuts by recursion over steps (see `steps`).

What arrives on a step, α, is a density matrix of its driven orbitals, and what a wave there sends further, β, an observable of them:

    α_j = ψ_j ψ_j† + F_j α_{j−1} F_j†,    β_j = o_{j+1}† D o_{j+1} + F_{j+1}† β_{j+1} F_{j+1},    flow over the cut = Tr β_j α_j

o_j the outgoing amplitudes of step j for a wave on step j − 1, D a detector; downwards likewise. Only cuts between steps are seen; the M
ways of laying steps over the rungs show all cuts.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.arguments import Blocks, Links, Scratch, Steps
from floquant.solvers.kernels.block_window import own_amplitudes, write_ends, write_rung
from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.detection import weight_of_energy
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.products import add_dual_sandwich, add_sandwich, trace_product
from floquant.solvers.kernels.room import room_for_blocks, room_for_dressed, room_for_steps
from floquant.solvers.kernels.steps import emission, fill_ratios, full_source, leave, solve_step


@compiled
def fill_fields(g, left, right, orbitals, steps, links, up, down, fields, room):
    """ψ of waves that enter at each step, and o both ways."""
    number, offset = steps.number, steps.offset
    v_in, v_up, v_down, source = links.inside, links.up, links.down, room.source
    work, green, emitted = room.work, room.green, room.emitted
    rising, falling, out_up, out_down = up.ratio, down.ratio, up.outgoing, down.outgoing
    channels = left.shape[1]
    per_step = fields.shape[1] // orbitals
    for j in range(number):
        start = offset + j * per_step
        fields[j] = 0.0
        for s in range(per_step):
            for k in range(orbitals):
                for c in range(channels):
                    fields[j, s * orbitals + k, s * channels + c] = right[start + s, k, c]
        full_source(j, number, v_in, v_up, v_down, rising, falling, source)
        solve_step(g, start, orbitals, source, fields[j], work, green)
        if j > 0:
            emission(j, number, 1, v_in, v_up, v_down, rising, work, emitted)
            leave(left, start, orbitals, emitted, out_up[j])
        if j < number - 1:
            emission(j, number, -1, v_in, v_down, v_up, falling, work, emitted)
            leave(left, start, orbitals, emitted, out_down[j])


@compiled
def own_part(fields, steps, phase_in, alpha, enter):
    """What enters at each step itself: the first part of α, and the probes' waves."""
    channels = phase_in.shape[1]
    size = fields.shape[1]
    for j in range(steps.number):
        start = steps.offset + j * steps.per_step
        alpha[j] = 0.0
        for m in range(size):
            for n in range(size):
                for c in range(steps.per_step * channels):
                    alpha[j, m, n] += fields[j, m, c] * fields[j, n, c].conjugate()
            wave = 0.0j
            for s in range(steps.per_step):
                for c in range(channels):
                    wave += fields[j, m, s * channels + c] * phase_in[start + s, c]
            enter[j, m] = wave


@compiled
def arriving(steps, ahead, way, work):
    """Add to α, and to the probes' entering waves, what arrives from the steps behind."""
    ratio, alpha, enter = way.ratio, way.alpha, way.enter
    size = enter.shape[1]
    for n in range(1, steps.number):
        j = n if ahead > 0 else steps.number - 1 - n
        behind = j - ahead
        add_sandwich(ratio[j], alpha[behind], work, alpha[j])
        for m in range(size):
            for k in range(size):
                enter[j, m] += ratio[j, m, k] * enter[behind, k]


@compiled
def add_detection(outgoing, one, other, pauli, out):
    """out += the matrix of a detector (see `detection.detect`) for outgoing amplitudes `outgoing` ψ, one sub-rung."""
    for i in range(outgoing.shape[1]):
        for j in range(outgoing.shape[1]):
            if pauli == 0:
                out[i, j] += outgoing[one, i].conjugate() * outgoing[one, j]
            else:
                first = outgoing[one, i].conjugate() * outgoing[other, j]
                second = outgoing[other, i].conjugate() * outgoing[one, j]
                out[i, j] += first + second if pauli == 1 else -1j * (first - second)


@compiled
def add_weighed(outgoing, one, weight, out):
    """out += weight · the matrix of a detector that counts channel `one`."""
    for i in range(outgoing.shape[1]):
        for j in range(outgoing.shape[1]):
            out[i, j] += weight * (outgoing[one, i].conjugate() * outgoing[one, j])


@compiled
def leaving(steps, ahead, way, energies, counting, work):
    """β, and the probes' leaving waves, of all that a wave on each step sends to the steps ahead."""
    ratio, amplitudes, beta, leave_way = way.ratio, way.outgoing, way.beta, way.leave
    phase_out = counting.phase_out
    detectors, channels = counting.detectors, phase_out.shape[1]
    size = leave_way.shape[1]
    end = steps.number - 1 if ahead > 0 else 0
    beta[end] = 0.0
    leave_way[end] = 0.0
    for n in range(1, steps.number):
        j = end - n * ahead
        beyond = j + ahead
        start = steps.offset + beyond * steps.per_step
        share, outgoing = ratio[beyond], amplitudes[beyond]
        for q in range(detectors.shape[0]):
            beta[j, q] = 0.0
            add_dual_sandwich(share, beta[beyond, q], work, beta[j, q])
            for s in range(steps.per_step):
                at = s * channels
                if detectors[q, 3] == 0:
                    add_detection(
                        outgoing, at + detectors[q, 0], at + detectors[q, 1], detectors[q, 2], beta[j, q]
                    )  # fmt: skip
                else:
                    weight = weight_of_energy(detectors[q, 3], energies[start + s] - counting.reference)
                    add_weighed(outgoing, at + detectors[q, 0], weight, beta[j, q])
        for k in range(size):
            wave = 0.0j
            for s in range(steps.per_step):
                for c in range(channels):
                    wave += phase_out[start + s, c] * outgoing[s * channels + c, k]
            for m in range(size):
                wave += leave_way[beyond, m] * share[m, k]
            leave_way[j, k] = wave


@compiled
def write_cuts(window, steps, counting, up, down, out):
    """Flows, unsigned flows and probes over the cuts that lie between steps."""
    beta_up, beta_down, alpha_up, alpha_down = up.beta, down.beta, up.alpha, down.alpha
    enter_up, enter_down, leave_up, leave_down = up.enter, down.enter, up.leave, down.leave
    n_cut, size = window.n_cut, enter_up.shape[1]
    unsigned_at, probe_at = counting.starts[0], counting.starts[3]
    for j in range(n_cut):
        if (window.first + j - steps.offset) % steps.per_step != 0:
            continue
        k = (window.first + j - steps.offset) // steps.per_step - 1
        for q in range(counting.detectors.shape[0]):
            rising = trace_product(beta_up[k, q], alpha_up[k])
            falling = trace_product(beta_down[k + 1, q], alpha_down[k + 1])
            out[q * n_cut + j] = rising - falling
            if q < counting.n_unsigned:
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
def sees_a_cut(window, offset, per_step):
    """Whether steps that begin at `offset` have one of the window's cuts between them."""
    for j in range(window.n_cut):
        if (window.first + j - offset) % per_step == 0:
            return True
    return False


@compiled
def block_flows(table, v0, vin, vup, driven, pairs, window, counting, out):
    """Flows over cuts, transmissions, row defects, probes and tails (see `ladder.flow_layout`) for each (problem, panel) pair."""
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels, orbitals, n_det = table.left.shape[3], driven.shape[0], counting.detectors.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    most, wide = rungs // per_step, per_step * channels
    a, y, lv, g, left, right, static, norms = room_for_dressed(rungs, d, orbitals, channels, 0)
    room = Scratch(*room_for_steps(size))
    up, down = Blocks(*room_for_blocks(most, wide, size, n_det)), Blocks(*room_for_blocks(most, wide, size, n_det))
    fields = np.empty((most, size, wide), np.complex128)
    driven_field, outgoing = np.empty((size, wide), np.complex128), np.empty((wide, wide), np.complex128)
    first, last, tail_at = window.first, window.first + window.n_rung - 1, counting.starts[5]
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        links = Links(vin[p], vup[p], np.ascontiguousarray(vup[p].conjugate().T))
        for x in range(n_node):
            flows, energies = out[i, x], table.energies[t, x]
            flows[:] = 0.0
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, 0, rungs - 1,
                table.norms[t, x], g, left, right, static, norms,
            )  # fmt: skip
            for offset in range(per_step):
                if offset > 0 and not sees_a_cut(window, offset, per_step):
                    continue
                steps = Steps(offset, (rungs - offset) // per_step, per_step)
                n = steps.number
                fill_ratios(
                    g, orbitals, offset, n, 1, links.inside, links.up, links.down, up.ratio, room.source, room.work, room.green
                )  # fmt: skip
                fill_ratios(
                    g, orbitals, offset, n, -1, links.inside, links.down, links.up, down.ratio, room.source, room.work, room.green
                )  # fmt: skip
                fill_fields(g, left, right, orbitals, steps, links, up, down, fields, room)
                own_part(fields, steps, counting.phase_in, up.alpha, up.enter)
                down.alpha[:n], down.enter[:n] = up.alpha[:n], up.enter[:n]
                arriving(steps, 1, up, room.work)
                arriving(steps, -1, down, room.work)
                leaving(steps, 1, up, energies, counting, room.work)
                leaving(steps, -1, down, energies, counting, room.work)
                write_cuts(window, steps, counting, up, down, flows)
                if window.n_cut > 0:
                    write_ends(last, steps, 1, links.up, up, room, flows[tail_at : tail_at + 3])
                    write_ends(first, steps, -1, links.down, down, room, flows[tail_at + 1 : tail_at + 4])
                if offset > 0:
                    continue
                for j in range(first // per_step, last // per_step + 1):
                    full_source(j, n, links.inside, links.up, links.down, up.ratio, down.ratio, room.source)
                    own_amplitudes(left, static, orbitals, j * per_step, room.source, fields[j], driven_field, outgoing)
                    for s in range(per_step):
                        if 0 <= j * per_step + s - first < window.n_rung:
                            write_rung(
                                j, s, steps, window, counting, energies, table.is_open[t, x], fields[j], outgoing, up, down, flows
                            )  # fmt: skip
