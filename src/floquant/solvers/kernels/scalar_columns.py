"""One driven orbital, one harmonic: amplitudes for waves that enter at one rung (see `scalar`), and what the ladder's ends see."""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.linear import reciprocal
from floquant.solvers.kernels.room import room_for_dressed
from floquant.solvers.kernels.scalar import ladder_ratios


@compiled
def follow_from_end(end, ahead, w, along, back, g, reach, ratio, leaving):
    """What a ladder's end sees: a unit source on the driven orbital of its last rung, followed back through the ladder.

    `along` drives from rung to rung towards this end, `back` away from it; `ratio` carries a wave away from it; `reach` (R,) is Σ_b |l_b|²,
    by which a source there leaves. Fills `leaving` (R,) with |V o|², o the outgoing amplitudes of all channels, and returns |G| at the end,
    and from there to the other end.
    """
    rungs = len(reach)
    size = along.real**2 + along.imag**2
    behind = end - ahead
    source = w
    if 0 <= behind < rungs:
        source += along * ratio[behind]
    green = g[end, 0, 0] * reciprocal(1.0 - g[end, 0, 0] * source)
    wave, emitted = green, 1.0 + source * green
    r = end
    while 0 <= r < rungs:
        if r != end:
            beyond = along * ratio[r - ahead] if 0 <= r - ahead < rungs else 0.0j
            emitted = (back + (w + beyond) * ratio[r]) * wave
            wave = ratio[r] * wave
        leaving[r] = size * reach[r] * (emitted.real**2 + emitted.imag**2)
        r -= ahead
    return abs(green), abs(wave)


@compiled
def add_arriving(w, along, back, ratio, ahead, spread, growth):
    """Add to `growth` what sources on all rungs behind each rung drive there: |𝒯_nm|² spread_m, `spread` with the field at rung m."""
    rungs = spread.shape[0]
    r = 0 if ahead > 0 else rungs - 1
    arriving = 0.0
    while 0 <= r < rungs:
        beyond = back * ratio[r + ahead] if 0 <= r + ahead < rungs else 0.0j
        emitted = along + (w + beyond) * ratio[r]
        growth[r] += arriving * (emitted.real**2 + emitted.imag**2)
        arriving = spread[r] + arriving * (ratio[r].real ** 2 + ratio[r].imag ** 2)
        r += ahead


@compiled
def detected(w, v_up, g, reach, norms, up, down, spread, growth):
    """Overwrite `growth` (R,) by bounds of ‖l_n‖², the norm on all orbitals and rungs of what detectors on rung n send back:

    2 (‖l'_n‖² + ‖left_n‖² Σ_m γ_m² |𝒯_nm|²),   𝒯 = V + V G V with the reference's absorption, γ_m the norm of G from the driven orbital.
    """
    rungs = len(reach)
    v_down = v_up.conjugate()
    for r in range(rungs):
        below = v_up * down[r - 1] if r > 0 else 0.0j
        above = v_down * up[r + 1] if r < rungs - 1 else 0.0j
        source = w + below + above
        here = reciprocal(1.0 - g[r, 0, 0] * source)
        spread[r] = norms[r, 1] * (here.real**2 + here.imag**2)
        growth[r] = spread[r] * (source.real**2 + source.imag**2)
    add_arriving(w, v_up, v_down, up, 1, spread, growth)
    add_arriving(w, v_down, v_up, down, -1, spread, growth)
    for r in range(rungs):
        growth[r] = 2.0 * (norms[r, 0] + reach[r] * growth[r])


@compiled
def scalar_columns(table, v0, w, v1, driven, pairs, centre, bank, out, out_powers, out_ends, out_leaving, out_growth):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, for each (problem, row) pair and each node of the row; `out_powers`:
    |S|² summed over banks, `bank` (C,) of each channel. Either is left out if it has no pairs.

    `out_ends` (i, x, 4), `out_leaving` (i, x, 2, R) and `out_growth` (i, x, R), ‖l_n‖² ‖r‖²: what the ladder's ends see, see
    `ladder.ends.LadderEnds`.
    """
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels = table.left.shape[3]
    a, y, lv, g, left, right, static, norms = room_for_dressed(rungs, d, 1, channels, rungs)
    up, down = np.empty(rungs, np.complex128), np.empty(rungs, np.complex128)
    share, emitted = np.empty(rungs, np.complex128), np.empty(rungs, np.complex128)
    spread, reach = np.empty(rungs), np.empty(rungs)
    for i in range(pairs.problem.shape[0]):
        p, t = pairs.problem[i], pairs.row[i]
        v_up = v1[p]
        v_down = v_up.conjugate()
        size = v_up.real**2 + v_up.imag**2
        for x in range(n_node):
            dress(
                table.green[t, x], table.left[t, x], table.right[t, x], table.static[t, x], v0[p], driven, a, y, lv, centre, centre,
                table.norms[t, x], g, left, right, static, norms,
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
            entered = 0.0
            for c in range(channels):
                field = 1j * right[centre, 0, c] * scale
                entered += field.real**2 + field.imag**2
                for r in range(rungs):
                    wave = emitted[r] * field
                    for b in range(channels):
                        amplitude = left[r, b, 0] * wave
                        if r == centre:
                            amplitude += 1j * static[centre, b, c]
                        if out.shape[0] > 0:
                            out[i, x, r, b, c] = amplitude
                        if out_powers.shape[0] > 0:
                            out_powers[i, x, r, bank[b], bank[c]] += amplitude.real**2 + amplitude.imag**2
            for r in range(rungs):
                reach[r] = 0.0
                for b in range(channels):
                    reach[r] += left[r, b, 0].real ** 2 + left[r, b, 0].imag ** 2
            growth = out_growth[i, x]
            detected(w, v_up, g, reach, norms, up, down, spread, growth)
            driven_by = 0.0
            for r in range(rungs):
                driven_by += norms[r, 1] * (emitted[r].real ** 2 + emitted[r].imag ** 2)
            waves = 2.0 * (norms[centre, 0] + entered * driven_by)
            for r in range(rungs):
                growth[r] *= waves
            if size == 0.0 or rungs == 1:
                out_leaving[i, x] = 0.0
                out_ends[i, x] = 0.0
                continue
            top, through = follow_from_end(rungs - 1, 1, w, v_up, v_down, g, reach, down, out_leaving[i, x, 0])
            bottom, back = follow_from_end(0, -1, w, v_down, v_up, g, reach, up, out_leaving[i, x, 1])
            crossing = 0.5 * size * (through + back)
            upper, lower = share[rungs - 1], share[0]
            out_ends[i, x, 0] = size * entered * (upper.real**2 + upper.imag**2) if centre < rungs - 1 else 0.0
            out_ends[i, x, 1] = size * entered * (lower.real**2 + lower.imag**2) if centre > 0 else 0.0
            out_ends[i, x, 2] = size * top + crossing
            out_ends[i, x, 3] = size * bottom + crossing
