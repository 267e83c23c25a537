"""One driven orbital, one harmonic: amplitudes for waves that enter at one rung (see `scalar`), and what the ladder's ends see.

With F and B of `scalar`, a unit wave on rung r−1 drives e_r = F_r/g_r on rung r. Bounds ask for squares only: |F|², |e|² and those of B.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress
from floquant.solvers.kernels.lanes import (
    LANES, dress_lanes, dress_one_by_one, put_in_lanes, room_for_lanes, room_for_reference,
)  # fmt: skip
from floquant.solvers.kernels.linear import reciprocal
from floquant.solvers.kernels.room import room_for_dressed


@compiled
def square(z):
    """|z|²."""
    return z.real**2 + z.imag**2


@compiled
def ratios_in_lanes(g, w, v_up, lanes, ratios, squares):
    """`ratios` (2, R + 2, X): F and B, of rung r in place r + 1, and 0 beyond the ends; `squares` (2, 2, R, X): |F|² and |e|² of either."""
    rungs = g.shape[0]
    for way in range(2):
        along, back = (v_up, v_up.conjugate()) if way == 0 else (v_up.conjugate(), v_up)
        ratios[way, 0], ratios[way, rungs + 1] = 0.0, 0.0
        for step in range(rungs):
            r = rungs - 1 - step if way == 0 else step
            beyond = r + 2 if way == 0 else r
            for x in range(lanes):
                emitted = along * reciprocal(1.0 - g[r, x] * (w + back * ratios[way, beyond, x]))
                ratio = g[r, x] * emitted
                ratios[way, r + 1, x] = ratio
                squares[way, 0, r, x], squares[way, 1, r, x] = square(ratio), square(emitted)


@compiled
def sources_in_lanes(g, w, v_up, lanes, ratios, solved, sources):
    """Of each rung `sources` |s|², s = w + V₊ B + V₋ F what a field there gets from the rungs around it, and `solved` |1 − g s|⁻²."""
    v_down = v_up.conjugate()
    for r in range(g.shape[0]):
        for x in range(lanes):
            source = w + v_up * ratios[1, r, x] + v_down * ratios[0, r + 2, x]
            sources[r, x] = square(source)
            solved[r, x] = 1.0 / max(square(1.0 - g[r, x] * source), 1e-40)


@compiled
def driven_from_centre(centre, lanes, squares, sources, powers, shares):
    """`powers` (R, X): what a unit field at the centre drives on each rung, |…|²; `shares` (2, X): the field at either end."""
    rungs = powers.shape[0]
    powers[centre, :lanes] = sources[centre, :lanes]
    for way in range(2):
        shares[way, :lanes] = 1.0
        for step in range(1, rungs - centre if way == 0 else centre + 1):
            r = centre + step if way == 0 else centre - step
            for x in range(lanes):
                powers[r, x] = squares[way, 1, r, x] * shares[way, x]
                shares[way, x] *= squares[way, 0, r, x]


@compiled
def follow_from_end(end, ahead, lanes, squares, reach, passed, leaving):
    """What a ladder's end sees: a unit source on the driven orbital of its last rung, followed back through the ladder.

    `squares` (2, R, X) of the ratios that carry a wave away from it; `reach` (R, X) is Σ_b |l_b|², by which a source there leaves. Fills
    `leaving` (R, X) with |V o|², o the outgoing amplitudes of all channels, and `passed` (2, X) with |V G|² of G at the end, and from there
    to the other end: on the last rung V G is its ratio, and V (1 + s G) what it emits.
    """
    rungs = len(reach)
    passed[1, :lanes] = 1.0
    r = end
    while 0 <= r < rungs:
        for x in range(lanes):
            leaving[r, x] = reach[r, x] * squares[1, r, x] * passed[1, x]
            passed[1, x] *= squares[0, r, x]
        r -= ahead
    passed[0, :lanes] = squares[0, end, :lanes]


@compiled
def add_arriving(ahead, lanes, squares, spread, arriving, growth):
    """Add to `growth` what sources on all rungs behind each rung drive there: |𝒯_nm|² spread_m, `spread` with the field at rung m."""
    rungs = spread.shape[0]
    r = 0 if ahead > 0 else rungs - 1
    arriving[:lanes] = 0.0
    while 0 <= r < rungs:
        for x in range(lanes):
            growth[r, x] += arriving[x] * squares[1, r, x]
            arriving[x] = spread[r, x] + arriving[x] * squares[0, r, x]
        r += ahead


@compiled
def detected(lanes, squares, solved, sources, reach, norms, spread, arriving, growth):
    """Overwrite `growth` (R, X) by bounds of ‖l_n‖², the norm on all orbitals and rungs of what detectors on rung n send back:

    2 (‖l'_n‖² + ‖left_n‖² Σ_m γ_m² |𝒯_nm|²),   𝒯 = V + V G V with the reference's absorption, γ_m the norm of G from the driven orbital.
    """
    rungs = len(reach)
    for r in range(rungs):
        for x in range(lanes):
            spread[r, x] = norms[r, 1, x] * solved[r, x]
            growth[r, x] = spread[r, x] * sources[r, x]
    add_arriving(1, lanes, squares[0], spread, arriving, growth)
    add_arriving(-1, lanes, squares[1], spread, arriving, growth)
    for r in range(rungs):
        for x in range(lanes):
            growth[r, x] = 2.0 * (norms[r, 0, x] + reach[r, x] * growth[r, x])


@compiled
def emitted_from(w, v_up, centre, ratios, x, emitted):
    """`emitted` (R,): what a unit field at the centre drives on each rung of a lane, with its phase."""
    rungs = len(emitted)
    v_down = v_up.conjugate()
    up, down = ratios[0, :, x], ratios[1, :, x]
    emitted[centre] = w + v_up * down[centre] + v_down * up[centre + 2]
    share = 1.0 + 0.0j
    for r in range(centre + 1, rungs):
        emitted[r] = (v_up + (w + v_down * up[r + 2]) * up[r + 1]) * share
        share *= up[r + 1]
    share = 1.0 + 0.0j
    for r in range(centre - 1, -1, -1):
        emitted[r] = (v_down + (w + v_up * down[r]) * down[r + 1]) * share
        share *= down[r + 1]


@compiled
def write_amplitudes(left, x, centre, emitted, field, static, s):
    """S (R, C, C) of a lane, for incoming fields at the centre (C,)."""
    for r in range(len(emitted)):
        for c in range(len(field)):
            wave = emitted[r] * field[c]
            for b in range(len(field)):
                s[r, b, c] = left[r, b, x] * wave
    s[centre] += 1j * static


@compiled
def write_powers(left, x, centre, driving, powers, field, static, bank, s):
    """|S|² summed over banks (R, B, B) of a lane; `driving` is what is driven at the centre."""
    for r in range(powers.shape[0]):
        if r != centre:
            for b in range(len(field)):
                leaving = square(left[r, b, x]) * powers[r, x]
                for c in range(len(field)):
                    s[r, bank[b], bank[c]] += leaving * square(field[c])
    for c in range(len(field)):
        for b in range(len(field)):
            s[centre, bank[b], bank[c]] += square(left[centre, b, x] * driving * field[c] + 1j * static[b, c])


@compiled
def scalar_columns(table, v0, w, v1, driven, pairs, centre, bank, out, out_powers, out_ends, out_leaving, out_growth):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, for each (problem, row) pair and each node of the row; `out_powers`:
    |S|² summed over banks, `bank` (C,) of each channel. Either is left out if it has no pairs.

    `out_ends` (i, x, 4), `out_leaving` (i, x, 2, R) and `out_growth` (i, x, R), ‖l_n‖² ‖r‖²: what the ladder's ends see, see
    `ladder.ends.LadderEnds`.
    """
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels = table.left.shape[3]
    width = min(LANES, n_node)
    room = room_for_dressed(rungs, d, 1, channels, rungs)
    a, y, lv, own_g, own_left, right, static, own_norms = room
    reference = room_for_reference(rungs, channels, width)
    g, left, norms, regular = room_for_lanes(rungs, channels, width)
    ratios, squares = np.empty((2, rungs + 2, width), np.complex128), np.empty((2, 2, rungs, width))
    solved, sources, powers = np.empty((rungs, width)), np.empty((rungs, width)), np.empty((rungs, width))
    reach, spread, growth = np.empty((rungs, width)), np.empty((rungs, width)), np.empty((rungs, width))
    shares, passed, leaving = np.empty((2, width)), np.empty((2, 2, width)), np.empty((2, rungs, width))
    emitted, field, arriving = np.empty(rungs, np.complex128), np.empty(channels, np.complex128), np.empty(width)
    for begin in range(0, n_node, width):
        lanes, held = min(width, n_node - begin), -1
        for i in range(pairs.problem.shape[0]):
            p, t = pairs.problem[i], pairs.row[i]
            v_up = v1[p]
            size = square(v_up)
            if d <= 2:
                if t != held:
                    put_in_lanes(table, t, begin, lanes, driven, *reference)
                    held = t
                dress_lanes(v0[p], driven, lanes, *reference, g, left, norms, regular)
            dress_one_by_one(table, t, begin, lanes, v0[p], driven, d <= 2, room, g, left, norms, regular)
            ratios_in_lanes(g, w, v_up, lanes, ratios, squares)
            sources_in_lanes(g, w, v_up, lanes, ratios, solved, sources)
            driven_from_centre(centre, lanes, squares, sources, powers, shares)
            for r in range(rungs):
                for x in range(lanes):
                    reach[r, x] = 0.0
                    for b in range(channels):
                        reach[r, x] += square(left[r, b, x])
            follow_from_end(rungs - 1, 1, lanes, squares[1], reach, passed[0], leaving[0])
            follow_from_end(0, -1, lanes, squares[0], reach, passed[1], leaving[1])
            detected(lanes, squares, solved, sources, reach, norms, spread, arriving, growth)
            for x in range(lanes):
                at = begin + x
                dress(
                    table.green[t, at, centre : centre + 1], table.left[t, at, centre : centre + 1],
                    table.right[t, at, centre : centre + 1], table.static[t, at, centre : centre + 1], v0[p], driven, a, y, lv, 0, 0,
                    table.norms[t, at, centre : centre + 1], own_g, own_left, right, static, own_norms[:0],
                )  # fmt: skip
                source = w + v_up * ratios[1, centre, x] + v_up.conjugate() * ratios[0, centre + 2, x]
                scale = 1j * reciprocal(1.0 - g[centre, x] * source)
                entered, driven_by = 0.0, 0.0
                for c in range(channels):
                    field[c] = right[0, 0, c] * scale
                    entered += square(field[c])
                if out.shape[0] > 0:
                    emitted_from(w, v_up, centre, ratios, x, emitted)
                    write_amplitudes(left, x, centre, emitted, field, static[0], out[i, at])
                if out_powers.shape[0] > 0:
                    write_powers(left, x, centre, source, powers, field, static[0], bank, out_powers[i, at])
                for r in range(rungs):
                    driven_by += norms[r, 1, x] * powers[r, x]
                waves = 2.0 * (norms[centre, 0, x] + entered * driven_by)
                for r in range(rungs):
                    out_growth[i, at, r] = growth[r, x] * waves
                    out_leaving[i, at, 0, r] = leaving[0, r, x] if rungs > 1 else 0.0
                    out_leaving[i, at, 1, r] = leaving[1, r, x] if rungs > 1 else 0.0
                if rungs == 1:
                    out_ends[i, at] = 0.0
                    continue
                out_ends[i, at, 0] = size * entered * shares[0, x] if centre < rungs - 1 else 0.0
                out_ends[i, at, 1] = size * entered * shares[1, x] if centre > 0 else 0.0
                crossing = 0.5 * np.sqrt(size) * (np.sqrt(passed[0, 1, x]) + np.sqrt(passed[1, 1, x]))
                out_ends[i, at, 2] = np.sqrt(size * passed[0, 0, x]) + crossing
                out_ends[i, at, 3] = np.sqrt(size * passed[1, 0, x]) + crossing
