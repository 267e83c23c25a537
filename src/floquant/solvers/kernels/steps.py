"""The ladder of sidebands as matrix continued fractions: several driven orbitals or several harmonics.

M harmonics couple rungs up to M apart. M consecutive rungs of e driven orbitals form one step of size B = M·e, so that steps couple to
neighbours only: V_in within a step, V₊ from the step below, V₋ = V₊† from the step above. With G the block-diagonal dressed Green function,

    F_j = [1 − G (V_in + V₋ F_{j+1})]⁻¹ G V₊,   B_j = [1 − G (V_in + V₊ B_{j−1})]⁻¹ G V₋,
    ψ_j = [1 − G (V_in + V₊ B_{j−1} + V₋ F_{j+1})]⁻¹ r_j.

Upwards (`ahead` = 1) and downwards (−1) are the same with V₊ and V₋, F and B, and the neighbours exchanged: `along` is V₊ or V₋, `back` the
other one, and ψ_j = ratio_j ψ_{j−ahead}.
"""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.linear import solve_in_place
from floquant.solvers.kernels.products import add_product


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
def fill_ratios(g, orbitals, offset, steps, ahead, v_in, along, back, ratio, source, work, green):
    """Fill `ratio`, from its far end; rung `offset` begins the first step."""
    per_step = along.shape[0] // orbitals
    for n in range(steps):
        j = steps - 1 - n if ahead > 0 else n
        source[:, :] = v_in
        if n > 0:
            add_product(back, ratio[j + ahead], source)
        start = offset + j * per_step
        apply_green(g, start, orbitals, along, ratio[j])
        solve_step(g, start, orbitals, source, ratio[j], work, green)


@compiled
def full_source(j, steps, v_in, v_up, v_down, up, down, source):
    """V_in + V₊ B_{j−1} + V₋ F_{j+1}: all that drives step j when a wave enters there."""
    source[:, :] = v_in
    if j > 0:
        add_product(v_up, down[j - 1], source)
    if j < steps - 1:
        add_product(v_down, up[j + 1], source)


@compiled
def emission(j, steps, ahead, v_in, along, back, ratio, work, out):
    """The source at step j for a wave on the step before it: along + (V_in + back · ratio of the step ahead) ratio_j."""
    work[:, :] = v_in
    beyond = j + ahead
    if 0 <= beyond < steps:
        add_product(back, ratio[beyond], work)
    out[:, :] = along
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
