"""Several driven orbitals or several harmonics: amplitudes for waves that enter at one rung, step by step (see `steps`)."""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.products import largest_column, multiply, weight_of
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
def follow(
    ahead, v_in, along, back, ratio, step, steps, left, orbitals, field, wave, driving, outgoing, work, emitted, out
):  # fmt: skip
    """Write S on all steps ahead of `step`, where `field` is; returns the weight that the ladder's end would pass on.

    The weight is over the largest share that the end can pass on.
    """
    per_step = field.shape[0] // orbitals
    wave[:, :] = field
    j = step + ahead
    while 0 <= j < steps:
        emission(j, steps, ahead, v_in, along, back, ratio, work, emitted)
        multiply(emitted, wave, driving)
        leave(left, j * per_step, orbitals, driving, outgoing)
        write_step(outgoing, j, per_step, out)
        multiply(ratio[j], wave, driving)
        wave[:, :] = driving
        j += ahead
    multiply(along, wave, driving)
    return weight_of(driving, 0, field.shape[0]) / max(largest_column(along), 1e-300)


@compiled
def block_columns(table, v0, vin, vup, driven, pairs, centre, out, out_tail):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, and the weight at the ladder's ends (see `scalar.scalar_columns`)."""
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels, orbitals = table.left.shape[3], driven.shape[0]
    size = vin.shape[1]
    per_step = size // orbitals
    steps = rungs // per_step
    a, y, lv, g, left, right, static = room_for_dressed(rungs, d, orbitals, channels)
    up, down = np.empty((steps, size, size), np.complex128), np.empty((steps, size, size), np.complex128)
    source, work, green, emitted = room_for_steps(size)
    field, wave = np.empty((size, channels), np.complex128), np.empty((size, channels), np.complex128)
    driving = np.empty((size, channels), np.complex128)
    outgoing = np.empty((per_step * channels, channels), np.complex128)
    step, within = centre // per_step, centre % per_step
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        v_in, v_up = vin[p], vup[p]
        v_down = np.ascontiguousarray(v_up.conjugate().T)
        for x in range(n_node):
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, centre, centre,
                g, left, right, static,
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
            write_step(outgoing, step, per_step, out[i, x])
            for b in range(channels):
                for c in range(channels):
                    out[i, x, centre, b, c] += 1j * static[centre, b, c]
            entered = weight_of(field, within * orbitals, (within + 1) * orbitals)
            scratch = field, wave, driving, outgoing, work, emitted
            ended = follow(1, v_in, v_up, v_down, up, step, steps, left, orbitals, *scratch, out[i, x])
            ended += follow(-1, v_in, v_down, v_up, down, step, steps, left, orbitals, *scratch, out[i, x])
            out_tail[i, x] = ended / entered if entered > 0.0 else 0.0
