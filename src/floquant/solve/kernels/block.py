"""Several driven orbitals or several harmonics: the ladder of sidebands as matrix continued fractions.

M harmonics couple rungs up to M apart. M consecutive rungs of e driven orbitals form one step of size B = M·e, so that steps couple to
neighbours only: V_in within a step, V₊ from the step below, V₋ = V₊† from the step above. With G the block-diagonal dressed Green function,

    F_j = [1 − G (V_in + V₋ F_{j+1})]⁻¹ G V₊,   B_j = [1 − G (V_in + V₊ B_{j−1})]⁻¹ G V₋,
    ψ_j = [1 − G (V_in + V₊ B_{j−1} + V₋ F_{j+1})]⁻¹ r_j.

Only cuts between steps are seen; the M ways of laying steps over the rungs show all cuts.
"""

from __future__ import annotations

import numpy as np

from floquant.solve.kernels.compiler import compiled
from floquant.solve.kernels.dressing import dress
from floquant.solve.kernels.linear import solve_in_place


@compiled
def multiply(a, b, out):
    """out = a b."""
    out[:, :] = 0.0
    add_product(a, b, out)


@compiled
def add_product(a, b, out):
    """out += a b, row by row, so that the inner loop runs along memory; steps couple sparsely, so zeros of `a` are passed over."""
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            factor = a[i, k]
            if factor != 0.0:
                for j in range(b.shape[1]):
                    out[i, j] += factor * b[k, j]


@compiled
def add_sandwich(a, x, work, out):
    """out += a x a†."""
    multiply(a, x, work)
    for i in range(a.shape[0]):
        for j in range(a.shape[0]):
            total = 0.0j
            for k in range(a.shape[1]):
                total += work[i, k] * a[j, k].conjugate()
            out[i, j] += total


@compiled
def add_dual_sandwich(a, x, work, out):
    """out += a† x a."""
    multiply(x, a, work)
    for k in range(a.shape[0]):
        for i in range(a.shape[1]):
            factor = a[k, i].conjugate()
            for j in range(a.shape[1]):
                out[i, j] += factor * work[k, j]


@compiled
def apply_green(g, start, orbitals, x, out):
    """out = G x for the step that starts at rung `start`."""
    for s in range(x.shape[0] // orbitals):
        for i in range(orbitals):
            for j in range(x.shape[1]):
                total = 0.0j
                for k in range(orbitals):
                    total += g[start + s, i, k] * x[s * orbitals + k, j]
                out[s * orbitals + i, j] = total


@compiled
def solve_step(g, start, orbitals, source, rhs, work, green):
    """Overwrite rhs by [1 − G source]⁻¹ rhs."""
    size = source.shape[0]
    apply_green(g, start, orbitals, source, green)
    for i in range(size):
        for j in range(size):
            work[i, j] = -green[i, j]
        work[i, i] += 1.0
    solve_in_place(work, rhs, size, rhs.shape[1])


@compiled
def step_ratios(g, orbitals, offset, steps, v_in, v_up, v_down, up, down, source, work, green):
    """Fill `up` with F_j and `down` with B_j."""
    size = v_in.shape[0]
    for j in range(steps - 1, -1, -1):
        source[:, :] = v_in
        if j < steps - 1:
            add_product(v_down, up[j + 1], source)
        start = offset + j * (size // orbitals)
        apply_green(g, start, orbitals, v_up, up[j])
        solve_step(g, start, orbitals, source, up[j], work, green)
    for j in range(steps):
        source[:, :] = v_in
        if j > 0:
            add_product(v_up, down[j - 1], source)
        start = offset + j * (size // orbitals)
        apply_green(g, start, orbitals, v_down, down[j])
        solve_step(g, start, orbitals, source, down[j], work, green)


@compiled
def full_source(j, steps, v_in, v_up, v_down, up, down, source):
    """V_in + V₊ B_{j−1} + V₋ F_{j+1}: all that drives step j when a wave enters there."""
    source[:, :] = v_in
    if j > 0:
        add_product(v_up, down[j - 1], source)
    if j < steps - 1:
        add_product(v_down, up[j + 1], source)


@compiled
def emission(j, steps, v_in, v_first, v_next, ratio, neighbour, has_neighbour, work, out):
    """out = V_first + (V_in + V_next ratio_neighbour) ratio_j: the source at step j for a wave on the step before it."""
    work[:, :] = v_in
    if has_neighbour:
        add_product(v_next, ratio[neighbour], work)
    out[:, :] = v_first
    add_product(work, ratio[j], out)


@compiled
def leave(left, start, orbitals, source, out):
    """out[(s, c), :] = l_{start+s} source: from what drives a step to its outgoing channels."""
    channels = left.shape[1]
    for s in range(source.shape[0] // orbitals):
        for c in range(channels):
            for k in range(source.shape[1]):
                total = 0.0j
                for i in range(orbitals):
                    total += left[start + s, c, i] * source[s * orbitals + i, k]
                out[s * channels + c, k] = total


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
def expectation(matrix, fields, column):
    """Re ψ† matrix ψ for one column of fields."""
    total = 0.0
    for i in range(matrix.shape[0]):
        row = 0.0j
        for j in range(matrix.shape[1]):
            row += matrix[i, j] * fields[j, column]
        total += (fields[i, column].conjugate() * row).real
    return total


@compiled
def trace_product(a, b):
    """Re Tr a b."""
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += (a[i, j] * b[j, i]).real
    return total


@compiled
def block_flows(
    tg,
    tl,
    tr,
    ts,
    topen,
    v0,
    vin,
    vup,
    driven,
    problem,
    row,
    first,
    n_cut,
    n_rung,
    group,
    n_group,
    detectors,
    phase_in,
    phase_out,
    out,
):
    """Flows over cuts, transmissions, row defects, probes and tails (see `sidebands.FlowLayout`) for each (problem, panel) pair."""
    n_node, rungs, d = tg.shape[1], tg.shape[2], tg.shape[3]
    channels, orbitals, n_det = tl.shape[3], driven.shape[0], detectors.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    most = rungs // per_step
    a = np.empty((d, d), np.complex128)
    y = np.empty((d, orbitals + channels), np.complex128)
    lv = np.empty((channels, d), np.complex128)
    g = np.empty((rungs, orbitals, orbitals), np.complex128)
    left = np.empty((rungs, channels, orbitals), np.complex128)
    right = np.empty((rungs, orbitals, channels), np.complex128)
    static = np.empty((rungs, channels, channels), np.complex128)
    up, down = np.empty((most, size, size), np.complex128), np.empty((most, size, size), np.complex128)
    fields = np.empty((most, size, per_step * channels), np.complex128)
    out_up = np.zeros((most, per_step * channels, size), np.complex128)
    out_down = np.zeros((most, per_step * channels, size), np.complex128)
    alpha_up, alpha_down = np.empty((most, size, size), np.complex128), np.empty((most, size, size), np.complex128)
    beta_up = np.empty((most, n_det, size, size), np.complex128)
    beta_down = np.empty((most, n_det, size, size), np.complex128)
    enter_up, enter_down = np.empty((most, size), np.complex128), np.empty((most, size), np.complex128)
    leave_up, leave_down = np.empty((most, size), np.complex128), np.empty((most, size), np.complex128)
    source, work = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    green, emitted = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    driven_field = np.empty((size, per_step * channels), np.complex128)
    outgoing = np.empty((per_step * channels, per_step * channels), np.complex128)
    unsigned_at = n_det * n_cut
    total_at = unsigned_at + channels * n_cut
    defect_at = total_at + n_det * n_group * n_rung
    probe_at = defect_at + channels * n_rung
    elastic_at = probe_at + 4 * n_cut
    tail_at = elastic_at + 2 * n_rung
    last = first + n_rung - 1
    for i in range(problem.shape[0]):
        p, t = problem[i], row[i]
        v_in, v_up = vin[p], vup[p]
        v_down = v_up.conjugate().T.copy()
        for x in range(n_node):
            for index in range(out.shape[2]):
                out[i, x, index] = 0.0
            dress(tg[t, x], tl[t, x], tr[t, x], ts[t, x], v0[p], driven, a, y, lv, 0, rungs - 1, g, left, right, static)
            for offset in range(per_step):
                wanted = offset == 0
                for j in range(n_cut):
                    wanted = wanted or (first + j - offset) % per_step == 0
                if not wanted:
                    continue
                steps = (rungs - offset) // per_step
                step_ratios(g, orbitals, offset, steps, v_in, v_up, v_down, up, down, source, work, green)
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
                        emission(j, steps, v_in, v_up, v_down, up, j + 1, j < steps - 1, work, emitted)
                        leave(left, start, orbitals, emitted, out_up[j])
                    if j < steps - 1:
                        emission(j, steps, v_in, v_down, v_up, down, j - 1, j > 0, work, emitted)
                        leave(left, start, orbitals, emitted, out_down[j])
                for j in range(steps):
                    start = offset + j * per_step
                    alpha_up[j] = 0.0
                    for m in range(size):
                        for n in range(size):
                            for c in range(per_step * channels):
                                alpha_up[j, m, n] += fields[j, m, c] * fields[j, n, c].conjugate()
                        wave = 0.0j
                        for s in range(per_step):
                            for c in range(channels):
                                wave += fields[j, m, s * channels + c] * phase_in[start + s, c]
                        enter_up[j, m] = wave
                    alpha_down[j] = alpha_up[j]
                    enter_down[j] = enter_up[j]
                    if j > 0:
                        add_sandwich(up[j], alpha_up[j - 1], work, alpha_up[j])
                        for m in range(size):
                            for n in range(size):
                                enter_up[j, m] += up[j, m, n] * enter_up[j - 1, n]
                for j in range(steps - 2, -1, -1):
                    add_sandwich(down[j], alpha_down[j + 1], work, alpha_down[j])
                    for m in range(size):
                        for n in range(size):
                            enter_down[j, m] += down[j, m, n] * enter_down[j + 1, n]
                beta_up[steps - 1] = 0.0
                beta_down[0] = 0.0
                leave_up[steps - 1] = 0.0
                leave_down[0] = 0.0
                for j in range(steps - 2, -1, -1):
                    start = offset + (j + 1) * per_step
                    for q in range(n_det):
                        beta_up[j, q] = 0.0
                        add_dual_sandwich(up[j + 1], beta_up[j + 1, q], work, beta_up[j, q])
                        for s in range(per_step):
                            at = s * channels
                            add_detection(
                                out_up[j + 1],
                                at + detectors[q, 0],
                                at + detectors[q, 1],
                                detectors[q, 2],
                                beta_up[j, q],
                            )
                    for n in range(size):
                        wave = 0.0j
                        for s in range(per_step):
                            for c in range(channels):
                                wave += phase_out[start + s, c] * out_up[j + 1, s * channels + c, n]
                        for m in range(size):
                            wave += leave_up[j + 1, m] * up[j + 1, m, n]
                        leave_up[j, n] = wave
                for j in range(1, steps):
                    start = offset + (j - 1) * per_step
                    for q in range(n_det):
                        beta_down[j, q] = 0.0
                        add_dual_sandwich(down[j - 1], beta_down[j - 1, q], work, beta_down[j, q])
                        for s in range(per_step):
                            at = s * channels
                            add_detection(
                                out_down[j - 1],
                                at + detectors[q, 0],
                                at + detectors[q, 1],
                                detectors[q, 2],
                                beta_down[j, q],
                            )
                    for n in range(size):
                        wave = 0.0j
                        for s in range(per_step):
                            for c in range(channels):
                                wave += phase_out[start + s, c] * out_down[j - 1, s * channels + c, n]
                        for m in range(size):
                            wave += leave_down[j - 1, m] * down[j - 1, m, n]
                        leave_down[j, n] = wave
                for j in range(n_cut):
                    if (first + j - offset) % per_step != 0:
                        continue
                    k = (first + j - offset) // per_step - 1
                    for q in range(n_det):
                        rising = trace_product(beta_up[k, q], alpha_up[k])
                        falling = trace_product(beta_down[k + 1, q], alpha_down[k + 1])
                        out[i, x, q * n_cut + j] = rising - falling
                        if q < channels:
                            out[i, x, unsigned_at + q * n_cut + j] = rising + falling
                    rise, fall = 0.0j, 0.0j
                    for m in range(size):
                        rise += leave_up[k, m] * enter_up[k, m]
                        fall += leave_down[k + 1, m] * enter_down[k + 1, m]
                    out[i, x, probe_at + j] = rise.real
                    out[i, x, probe_at + n_cut + j] = rise.imag
                    out[i, x, probe_at + 2 * n_cut + j] = fall.real
                    out[i, x, probe_at + 3 * n_cut + j] = fall.imag
                if offset > 0:
                    continue
                for j in range(first // per_step, last // per_step + 1):
                    start = j * per_step
                    full_source(j, steps, v_in, v_up, v_down, up, down, source)
                    multiply(source, fields[j], driven_field)
                    leave(left, start, orbitals, driven_field, outgoing)
                    for s in range(per_step):
                        for c in range(channels):
                            for b in range(channels):
                                outgoing[s * channels + b, s * channels + c] += static[start + s, b, c]
                    for m in range(outgoing.shape[0]):
                        for n in range(outgoing.shape[1]):
                            outgoing[m, n] *= 1j
                    for s in range(per_step):
                        k = start + s - first
                        if k < 0 or k >= n_rung:
                            continue
                        elastic = 0.0j
                        for c in range(channels):
                            column = s * channels + c
                            for b in range(channels):
                                if group[b] != group[c]:
                                    elastic += (
                                        outgoing[s * channels + b, column]
                                        * phase_out[start + s, b]
                                        * phase_in[start + s, c]
                                    )
                            for q in range(n_det):
                                flow = expectation(beta_up[j, q], fields[j], column) + expectation(
                                    beta_down[j, q], fields[j], column
                                )
                                for sub in range(per_step):
                                    one = outgoing[sub * channels + detectors[q, 0], column]
                                    if detectors[q, 2] == 0:
                                        flow += one.real**2 + one.imag**2
                                    else:
                                        product = one.conjugate() * outgoing[sub * channels + detectors[q, 1], column]
                                        flow += 2.0 * product.real if detectors[q, 2] == 1 else 2.0 * product.imag
                                out[i, x, total_at + (q * n_group + group[c]) * n_rung + k] += flow
                            # Row of channel c at this rung: all that arrives there, from below, from above and from the step itself.
                            arrives = 0.0
                            for other in range(per_step * channels):
                                arrives += outgoing[column, other].real ** 2 + outgoing[column, other].imag ** 2
                            for m in range(size):
                                for n in range(size):
                                    if j > 0:
                                        arrives += (
                                            out_up[j, column, m]
                                            * alpha_up[j - 1, m, n]
                                            * out_up[j, column, n].conjugate()
                                        ).real
                                    if j < steps - 1:
                                        arrives += (
                                            out_down[j, column, m]
                                            * alpha_down[j + 1, m, n]
                                            * out_down[j, column, n].conjugate()
                                        ).real
                            out[i, x, defect_at + c * n_rung + k] = topen[t, x, start + s, c] - arrives
                        out[i, x, elastic_at + k] = elastic.real
                        out[i, x, elastic_at + n_rung + k] = elastic.imag
                if n_cut > 0:
                    at = last // per_step
                    source[:, :] = alpha_up[at]
                    for m in range((last % per_step) * orbitals, (last % per_step + 1) * orbitals):
                        out[i, x, tail_at + 1] += source[m, m].real
                    for j in range(at + 1, steps):
                        emitted[:, :] = 0.0
                        add_sandwich(up[j], source, work, emitted)
                        source[:, :] = emitted
                    emitted[:, :] = 0.0
                    add_sandwich(v_up, source, work, emitted)
                    for m in range(size):
                        out[i, x, tail_at] += emitted[m, m].real / max(largest_column(v_up), 1e-300)
                    at = first // per_step
                    source[:, :] = alpha_down[at]
                    for m in range((first % per_step) * orbitals, (first % per_step + 1) * orbitals):
                        out[i, x, tail_at + 3] += source[m, m].real
                    for j in range(at - 1, -1, -1):
                        emitted[:, :] = 0.0
                        add_sandwich(down[j], source, work, emitted)
                        source[:, :] = emitted
                    emitted[:, :] = 0.0
                    add_sandwich(v_down, source, work, emitted)
                    for m in range(size):
                        out[i, x, tail_at + 2] += emitted[m, m].real / max(largest_column(v_down), 1e-300)


@compiled
def weight_of(field, first, last):
    """Σ |field|² over rows first … last − 1."""
    total = 0.0
    for i in range(first, last):
        for j in range(field.shape[1]):
            total += field[i, j].real ** 2 + field[i, j].imag ** 2
    return total


@compiled
def largest_column(v):
    """Largest squared norm of a column of v."""
    largest = 0.0
    for j in range(v.shape[1]):
        total = 0.0
        for i in range(v.shape[0]):
            total += v[i, j].real ** 2 + v[i, j].imag ** 2
        largest = max(largest, total)
    return largest


@compiled
def block_columns(tg, tl, tr, ts, topen, v0, vin, vup, driven, problem, row, centre, out, out_tail):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, and the weight at the ladder's ends (see `scalar.scalar_columns`)."""
    n_node, rungs, d = tg.shape[1], tg.shape[2], tg.shape[3]
    channels, orbitals = tl.shape[3], driven.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    steps = rungs // per_step
    a = np.empty((d, d), np.complex128)
    y = np.empty((d, orbitals + channels), np.complex128)
    lv = np.empty((channels, d), np.complex128)
    g = np.empty((rungs, orbitals, orbitals), np.complex128)
    left = np.empty((rungs, channels, orbitals), np.complex128)
    right = np.empty((rungs, orbitals, channels), np.complex128)
    static = np.empty((rungs, channels, channels), np.complex128)
    up, down = np.empty((steps, size, size), np.complex128), np.empty((steps, size, size), np.complex128)
    source, work = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    green, emitted = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    field, wave = np.empty((size, channels), np.complex128), np.empty((size, channels), np.complex128)
    driving = np.empty((size, channels), np.complex128)
    outgoing = np.empty((per_step * channels, channels), np.complex128)
    centre_step = centre // per_step
    within = centre % per_step
    for i in range(problem.shape[0]):
        p, t = problem[i], row[i]
        v_in, v_up = vin[p], vup[p]
        v_down = v_up.conjugate().T.copy()
        for x in range(n_node):
            dress(
                tg[t, x], tl[t, x], tr[t, x], ts[t, x], v0[p], driven, a, y, lv, centre, centre, g, left, right, static
            )
            step_ratios(g, orbitals, 0, steps, v_in, v_up, v_down, up, down, source, work, green)
            field[:, :] = 0.0
            for k in range(orbitals):
                for c in range(channels):
                    field[within * orbitals + k, c] = right[centre, k, c]
            full_source(centre_step, steps, v_in, v_up, v_down, up, down, source)
            solve_step(g, centre_step * per_step, orbitals, source, field, work, green)
            full_source(centre_step, steps, v_in, v_up, v_down, up, down, source)
            multiply(source, field, driving)
            leave(left, centre_step * per_step, orbitals, driving, outgoing)
            for s in range(per_step):
                for b in range(channels):
                    for c in range(channels):
                        out[i, x, centre_step * per_step + s, b, c] = 1j * outgoing[s * channels + b, c]
            for b in range(channels):
                for c in range(channels):
                    out[i, x, centre, b, c] += 1j * static[centre, b, c]
            entered, ended = weight_of(field, within * orbitals, (within + 1) * orbitals), 0.0
            for direction in range(2):
                wave[:, :] = field
                j = centre_step + 1 if direction == 0 else centre_step - 1
                while 0 <= j < steps:
                    if direction == 0:
                        emission(j, steps, v_in, v_up, v_down, up, j + 1, j < steps - 1, work, emitted)
                    else:
                        emission(j, steps, v_in, v_down, v_up, down, j - 1, j > 0, work, emitted)
                    multiply(emitted, wave, driving)
                    leave(left, j * per_step, orbitals, driving, outgoing)
                    for s in range(per_step):
                        for b in range(channels):
                            for c in range(channels):
                                out[i, x, j * per_step + s, b, c] = 1j * outgoing[s * channels + b, c]
                    multiply(up[j] if direction == 0 else down[j], wave, driving)
                    wave[:, :] = driving
                    j = j + 1 if direction == 0 else j - 1
                # What the end of the ladder would pass on, over the largest share that it can pass on.
                multiply(v_up if direction == 0 else v_down, wave, driving)
                ended += weight_of(driving, 0, size) / max(largest_column(v_up if direction == 0 else v_down), 1e-300)
            out_tail[i, x] = ended / entered if entered > 0.0 else 0.0
