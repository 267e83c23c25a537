"""Several driven orbitals or several harmonics: what waves of the window's own rungs do, and what they leave at the ladder's ends.

See `block_flows` for α and β, `ladder.flow_layout` for what is written.
"""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.detection import weight_of_energy
from floquant.solvers.kernels.products import add_sandwich, expectation, multiply, row_expectation
from floquant.solvers.kernels.steps import leave


@compiled
def own_amplitudes(left, static, orbitals, start, source, field, driven_field, outgoing):
    """S from the rungs of one step to themselves, (M·C, M·C), for all that drives the step, `source`."""
    channels = left.shape[1]
    multiply(source, field, driven_field)
    leave(left, start, orbitals, driven_field, outgoing)
    for s in range(field.shape[0] // orbitals):
        for c in range(channels):
            for b in range(channels):
                outgoing[s * channels + b, s * channels + c] += static[start + s, b, c]
    for m in range(outgoing.shape[0]):
        for n in range(outgoing.shape[1]):
            outgoing[m, n] *= 1j


@compiled
def reading(outgoing, per_step, channels, one, other, pauli, column):
    """What a detector reads of one column of a step's own amplitudes."""
    flow = 0.0
    for sub in range(per_step):
        first = outgoing[sub * channels + one, column]
        if pauli == 0:
            flow += first.real**2 + first.imag**2
        else:
            product = first.conjugate() * outgoing[sub * channels + other, column]
            flow += 2.0 * product.real if pauli == 1 else 2.0 * product.imag
    return flow


@compiled
def weighed_reading(outgoing, per_step, channels, one, power, energies, start, reference, column):
    """The same of a detector that weighs by energy; the step's rungs begin at `start`."""
    flow = 0.0
    for sub in range(per_step):
        first = outgoing[sub * channels + one, column]
        flow += weight_of_energy(power, energies[start + sub] - reference) * (first.real**2 + first.imag**2)
    return flow


@compiled
def write_rung(j, s, steps, window, counting, energies, is_open, field, outgoing, up, down, out):
    """Transmissions, row defects and the elastic probe of the window rung that is the s-th of step j."""
    phase_in, phase_out, n_group = counting.phase_in, counting.phase_out, counting.n_group
    beta_up, beta_down, alpha_up, alpha_down = up.beta, down.beta, up.alpha, down.alpha
    out_up, out_down = up.outgoing, down.outgoing
    group, detectors, n_rung = counting.group, counting.detectors, window.n_rung
    total_at, defect_at, elastic_at = counting.starts[1], counting.starts[2], counting.starts[4]
    channels = group.shape[0]
    per_step = outgoing.shape[0] // channels
    start = j * per_step
    rung = start + s
    k = rung - window.first
    elastic = 0.0j
    for c in range(channels):
        column = s * channels + c
        for b in range(channels):
            if group[b] != group[c]:
                elastic += outgoing[s * channels + b, column] * phase_out[rung, b] * phase_in[rung, c]
        for q in range(detectors.shape[0]):
            flow = expectation(beta_up[j, q], field, column) + expectation(beta_down[j, q], field, column)
            one, other, pauli, power = detectors[q, 0], detectors[q, 1], detectors[q, 2], detectors[q, 3]
            if power == 0:
                flow += reading(outgoing, per_step, channels, one, other, pauli, column)
            else:
                flow += weighed_reading(
                    outgoing, per_step, channels, one, power, energies, start, counting.reference, column
                )  # fmt: skip
            out[total_at + (q * n_group + group[c]) * n_rung + k] += flow
        # Row of channel c at this rung: all that arrives there, from the step itself, from below and from above.
        arrives = 0.0
        for other in range(per_step * channels):
            arrives += outgoing[column, other].real ** 2 + outgoing[column, other].imag ** 2
        if j > 0:
            arrives += row_expectation(out_up[j], column, alpha_up[j - 1])
        if j < steps.number - 1:
            arrives += row_expectation(out_down[j], column, alpha_down[j + 1])
        out[defect_at + c * n_rung + k] = is_open[rung, c] - arrives
    out[elastic_at + k] = elastic.real
    out[elastic_at + n_rung + k] = elastic.imag


@compiled
def write_ends(rung, steps, ahead, along, way, room, out):
    """What the ladder's end would pass on, Σ |V ψ|²: of the waves up to this rung, times the rungs from there to the end, into out[0],
    and of all waves into out[2]. The most of all ways of laying steps over the rungs."""
    source, work, emitted, ratio, alpha = room.source, room.work, room.emitted, way.ratio, way.alpha
    size, end = alpha.shape[1], steps.number - 1 if ahead > 0 else 0
    j = min(max((rung - steps.offset) // steps.per_step, 0), steps.number - 1)
    beyond = abs((steps.offset + (end + (ahead > 0)) * steps.per_step - (ahead > 0)) - rung)
    source[:, :] = alpha[j]
    while j != end:
        j += ahead
        emitted[:, :] = 0.0
        add_sandwich(ratio[j], source, work, emitted)
        source[:, :] = emitted
    emitted[:, :] = 0.0
    add_sandwich(along, source, work, emitted)
    passed = 0.0
    for m in range(size):
        passed += emitted[m, m].real
    out[0] = max(out[0], beyond * passed)
    emitted[:, :] = 0.0
    add_sandwich(along, alpha[end], work, emitted)
    passed = 0.0
    for m in range(size):
        passed += emitted[m, m].real
    out[2] = max(out[2], passed)
