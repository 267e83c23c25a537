"""Several driven orbitals or several harmonics: amplitudes for waves that enter at one rung, step by step (see `steps`)."""

from __future__ import annotations

import math

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.products import multiply, row_expectation, weight_of
from floquant.solvers.kernels.room import room_for_dressed, room_for_steps
from floquant.solvers.kernels.steps import emission, fill_ratios, full_source, leave, solve_step


@compiled
def write_step(outgoing, step, per_step, out):
    """S = i × what leaves the rungs of a step."""
    channels = outgoing.shape[1]
    for s in range(per_step):
        for b in range(channels):
            for c in range(channels):
                out[step * per_step + s, b, c] = 1j * outgoing[s * channels + b, c]


@compiled
def add_powers(s, bank, powers):
    """Add |s|² (R, C, C) between banks to `powers` (R, B, B), `bank` (C,) of each channel."""
    for r in range(s.shape[0]):
        for b in range(s.shape[1]):
            for c in range(s.shape[1]):
                powers[r, bank[b], bank[c]] += s[r, b, c].real ** 2 + s[r, b, c].imag ** 2


@compiled
def follow(
    ahead, v_in, along, back, ratio, step, steps, left, orbitals, norms, field, wave, driving, outgoing, work, emitted, out
):  # fmt: skip
    """Write S on all steps ahead of `step`, where `field` is. Returns Σ |V ψ|² of what the ladder's end would pass on, and Σ γ² |u|² of
    what drives the steps."""
    per_step = field.shape[0] // orbitals
    driven_by = 0.0
    wave[:, :] = field
    j = step + ahead
    while 0 <= j < steps:
        emission(j, steps, ahead, v_in, along, back, ratio, work, emitted)
        multiply(emitted, wave, driving)
        leave(left, j * per_step, orbitals, driving, outgoing)
        write_step(outgoing, j, per_step, out)
        driven_by += weighed(driving, norms, j * per_step, orbitals)
        multiply(ratio[j], wave, driving)
        wave[:, :] = driving
        j += ahead
    multiply(along, wave, driving)
    return weight_of(driving, 0, field.shape[0]), driven_by


@compiled
def weighed(driving, norms, start, orbitals):
    """Σ γ² |u|² of what drives the step that starts at rung `start`, γ the norm of G from the driven orbitals, `norms` squared."""
    total = 0.0
    for s in range(driving.shape[0] // orbitals):
        total += norms[start + s, 1] * weight_of(driving, s * orbitals, (s + 1) * orbitals)
    return total


@compiled
def add_weighed(outgoing, matrix, step, per_step, growth):
    """Add Re o matrix o† to `growth` on each rung of a step, o (M·C, B) its outgoing amplitudes for sources on a step."""
    channels = outgoing.shape[0] // per_step
    for s in range(per_step):
        for b in range(channels):
            growth[step * per_step + s] += row_expectation(outgoing, s * channels + b, matrix)


@compiled
def add_arriving(
    ahead, v_in, along, back, ratio, steps, left, orbitals, spread, arriving, work, emitted, outgoing, growth
):
    """Add to `growth` (R,) what sources on all steps behind each step drive there (see `scalar_columns.detected`)."""
    size = along.shape[0]
    per_step = size // orbitals
    j = 0 if ahead > 0 else steps - 1
    arriving[:, :] = 0.0
    while 0 <= j < steps:
        emission(j, steps, ahead, v_in, along, back, ratio, work, emitted)
        leave(left, j * per_step, orbitals, emitted, outgoing)
        add_weighed(outgoing, arriving, j, per_step, growth)
        emitted[:, :] = spread[j]
        multiply(ratio[j], arriving, work)
        arriving[:, :] = emitted
        for a in range(size):
            for b in range(size):
                for k in range(size):
                    arriving[a, b] += work[a, k] * ratio[j, b, k].conjugate()
        j += ahead


@compiled
def detected(
    g, left, norms, orbitals, steps, v_in, v_up, v_down, up, down, spread, source, work, green, emitted, wave, driving, outgoing, growth
):  # fmt: skip
    """Overwrite `growth` (R,) by bounds of ‖l_n‖²: as `scalar_columns.detected`, step by step."""
    size = v_in.shape[0]
    per_step = size // orbitals
    growth[:] = 0.0
    for j in range(steps):
        full_source(j, steps, v_in, v_up, v_down, up, down, source)
        wave[:, :] = 0.0
        for k in range(size):
            wave[k, k] = math.sqrt(norms[j * per_step + k // orbitals, 1])
        solve_step(g, j * per_step, orbitals, source, wave, work, green)
        spread[j] = 0.0
        for a in range(size):
            for b in range(size):
                for k in range(size):
                    spread[j, a, b] += wave[a, k] * wave[b, k].conjugate()
        leave(left, j * per_step, orbitals, source, outgoing)
        add_weighed(outgoing, spread[j], j, per_step, growth)
    add_arriving(1, v_in, v_up, v_down, up, steps, left, orbitals, spread, driving, work, emitted, outgoing, growth)
    add_arriving(-1, v_in, v_down, v_up, down, steps, left, orbitals, spread, driving, work, emitted, outgoing, growth)
    for r in range(steps * per_step):
        growth[r] = 2.0 * (norms[r, 0] + max(growth[r], 0.0))


@compiled
def add_end(outgoing, along, step, per_step, leaving):
    """Add |V o†|² to `leaving`, o (M·C, B) the outgoing amplitudes of one step for unit sources on the end's step."""
    size = along.shape[0]
    channels = outgoing.shape[0] // per_step
    for s in range(per_step):
        for b in range(channels):
            for k in range(size):
                total = 0.0j
                for m in range(size):
                    total += along[k, m] * outgoing[s * channels + b, m].conjugate()
                leaving[step * per_step + s] += total.real**2 + total.imag**2


@compiled
def follow_from_end(
    g, left, orbitals, steps, ahead, v_in, along, back, ratio, source, work, green, emitted, wave, driving, outgoing, leaving
):  # fmt: skip
    """What a ladder's end sees: unit sources on the driven orbitals of its last step, followed back through the ladder.

    As `scalar_columns.follow_from_end`; `ratio` carries waves away from the end. Returns the norms of V G V† there, and from there to the
    other end.
    """
    size = along.shape[0]
    per_step = size // orbitals
    end = steps - 1 if ahead > 0 else 0
    behind = end - ahead
    source[:, :] = v_in
    if 0 <= behind < steps:
        multiply(along, ratio[behind], work)
        source += work
    wave[:, :] = 0.0
    for s in range(per_step):
        for i in range(orbitals):
            for k in range(orbitals):
                wave[s * orbitals + i, s * orbitals + k] = g[end * per_step + s, i, k]
    solve_step(g, end * per_step, orbitals, source, wave, work, green)
    passed = passed_on(along, along, wave, driving)
    multiply(source, wave, driving)
    for k in range(size):
        driving[k, k] += 1.0
    leave(left, end * per_step, orbitals, driving, outgoing)
    add_end(outgoing, along, end, per_step, leaving)
    j = behind
    while 0 <= j < steps:
        emission(j, steps, -ahead, v_in, back, along, ratio, work, emitted)
        multiply(emitted, wave, driving)
        leave(left, j * per_step, orbitals, driving, outgoing)
        add_end(outgoing, along, j, per_step, leaving)
        multiply(ratio[j], wave, driving)
        wave[:, :] = driving
        j -= ahead
    return passed, passed_on(back, along, wave, driving)


@compiled
def passed_on(out, into, wave, work):
    """The norm of out ψ into†."""
    passed, size = 0.0, out.shape[0]
    multiply(out, wave, work)
    for i in range(size):
        for j in range(size):
            total = 0.0j
            for k in range(size):
                total += work[i, k] * into[j, k].conjugate()
            passed += total.real**2 + total.imag**2
    return math.sqrt(passed)


@compiled
def block_columns(table, v0, vin, vup, driven, pairs, centre, bank, out, out_powers, out_ends, out_leaving, out_growth):
    """S[i, x, rung, out, in] or |S|² for a wave that enters at rung `centre`, and what the ladder's ends see (see `scalar_columns`)."""
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels, orbitals = table.left.shape[3], driven.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    steps = rungs // per_step
    a, y, lv, g, left, right, static, norms = room_for_dressed(rungs, d, orbitals, channels, rungs)
    up, down = np.empty((steps, size, size), np.complex128), np.empty((steps, size, size), np.complex128)
    source, work, green, emitted = room_for_steps(size)
    field, wave = np.empty((size, channels), np.complex128), np.empty((size, channels), np.complex128)
    driving = np.empty((size, channels), np.complex128)
    outgoing = np.empty((per_step * channels, channels), np.complex128)
    end_wave, end_driving = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    end_outgoing = np.empty((per_step * channels, size), np.complex128)
    spread = np.empty((steps, size, size), np.complex128)
    step, within = centre // per_step, centre % per_step
    s = np.zeros((rungs, channels, channels), np.complex128)  # rungs beyond the last whole step are not solved
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        v_in, v_up = vin[p], vup[p]
        v_down = np.ascontiguousarray(v_up.conjugate().T)
        for x in range(n_node):
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, centre, centre,
                table.norms[t, x], g, left, right, static, norms,
            )  # fmt: skip
            fill_ratios(g, orbitals, 0, steps, 1, v_in, v_up, v_down, up, source, work, green)
            fill_ratios(g, orbitals, 0, steps, -1, v_in, v_down, v_up, down, source, work, green)
            field[:, :] = 0.0
            for k in range(orbitals):
                for c in range(channels):
                    field[within * orbitals + k, c] = right[centre, k, c]
            full_source(step, steps, v_in, v_up, v_down, up, down, source)
            solve_step(g, step * per_step, orbitals, source, field, work, green)
            multiply(source, field, driving)
            leave(left, step * per_step, orbitals, driving, outgoing)
            write_step(outgoing, step, per_step, s)
            driven_by = weighed(driving, norms, step * per_step, orbitals)
            for b in range(channels):
                for c in range(channels):
                    s[centre, b, c] += 1j * static[centre, b, c]
            scratch = field, wave, driving, outgoing, work, emitted
            above, up_driven = follow(1, v_in, v_up, v_down, up, step, steps, left, orbitals, norms, *scratch, s)
            below, down_driven = follow(-1, v_in, v_down, v_up, down, step, steps, left, orbitals, norms, *scratch, s)
            if out.shape[0] > 0:
                out[i, x] = s
            if out_powers.shape[0] > 0:
                add_powers(s, bank, out_powers[i, x])
            leaving = out_leaving[i, x]
            leaving[:] = 0.0
            room = source, work, green, emitted, end_wave, end_driving, end_outgoing
            top, through = follow_from_end(g, left, orbitals, steps, 1, v_in, v_up, v_down, down, *room, leaving[0])
            bottom, back = follow_from_end(g, left, orbitals, steps, -1, v_in, v_down, v_up, up, *room, leaving[1])
            out_ends[i, x, 0] = above
            out_ends[i, x, 1] = below
            out_ends[i, x, 2] = top + 0.5 * (through + back)
            out_ends[i, x, 3] = bottom + 0.5 * (through + back)
            growth = out_growth[i, x]
            links = (
                v_in,
                v_up,
                v_down,
                up,
                down,
                spread,
                source,
                work,
                green,
                emitted,
                end_wave,
                end_driving,
                end_outgoing,
            )
            detected(g, left, norms, orbitals, steps, *links, growth)
            waves = 2.0 * (norms[centre, 0] + driven_by + up_driven + down_driven)
            for r in range(rungs):
                growth[r] *= waves
