"""One driven orbital, one harmonic: amplitudes for waves that enter at one rung (see `scalar`), and what the ladder's ends see.

With F and B of `scalar`, a unit wave on rung r−1 drives e_r = F_r/g_r on rung r. Bounds ask for squares only: |F|², |e|² and those of B.
"""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled, inlined
from floquant.solvers.kernels.dressing import dress_rung
from floquant.solvers.kernels.lanes import (
    ARRIVING,
    DOWN,
    EMITTED,
    GROWTH,
    LANES,
    LEAVING,
    NORMS,
    PASSED,
    POWER,
    RATIO,
    REACH,
    REGULAR,
    SHARE,
    SIZE,
    SOLVED,
    SOURCE,
    SPREAD,
    SQUARE,
    UP,
    G,
    dress_lanes,
    dress_one_by_one,
    enter_lane,
    number,
    put_in_lanes,
    room_for_lanes,
    square,
)  # fmt: skip
from floquant.solvers.kernels.linear import reciprocal
from floquant.solvers.kernels.room import room_for_dressed


@inlined
def ladder_in_lanes(w, along, way, slots, width):
    """F (`way` UP) or B (DOWN) of all rungs, with |F|² and |e|²; `along` drives the way that they go."""
    back, rows = along.conjugate(), slots.shape[0]
    ahead = 1 if way == UP else -1
    for step in range(rows - 2):
        r = rows - 2 - step if way == UP else 1 + step
        for x in range(width):
            g = number(slots, r, G, x)
            away = 1.0 - g * (w + back * number(slots, r + ahead, way + RATIO, x))
            # a vanishing pivot as in `reciprocal`, without a branch
            least = 1.0 / max(square(away), 1e-40)
            real = away.real if square(away) > 0.0 else 1e-20
            emitted = along * complex(real * least, -away.imag * least)
            ratio = g * emitted
            slots[r, way + RATIO, x], slots[r, way + RATIO + 1, x] = ratio.real, ratio.imag
            slots[r, way + SQUARE, x], slots[r, way + EMITTED, x] = square(ratio), square(emitted)


@inlined
def sources_in_lanes(w, v_up, slots, width):
    """Of each rung |s|², s = w + V₊ B + V₋ F what a field there gets from the rungs around it, and |1 − g s|⁻²."""
    v_down = v_up.conjugate()
    for r in range(1, slots.shape[0] - 1):
        for x in range(width):
            source = w + v_up * number(slots, r - 1, DOWN + RATIO, x) + v_down * number(slots, r + 1, UP + RATIO, x)
            slots[r, SOURCE, x] = square(source)
            slots[r, SOLVED, x] = 1.0 / max(square(1.0 - number(slots, r, G, x) * source), 1e-40)


@inlined
def driven_from(centre, slots, width):
    """What a unit field on row `centre` drives on each rung, squared, and its share there."""
    for x in range(width):
        slots[centre, POWER, x], slots[centre, SHARE, x] = slots[centre, SOURCE, x], 1.0
    for r in range(centre + 1, slots.shape[0] - 1):
        for x in range(width):
            slots[r, POWER, x] = slots[r, UP + EMITTED, x] * slots[r - 1, SHARE, x]
            slots[r, SHARE, x] = slots[r, UP + SQUARE, x] * slots[r - 1, SHARE, x]
    for r in range(centre - 1, 0, -1):
        for x in range(width):
            slots[r, POWER, x] = slots[r, DOWN + EMITTED, x] * slots[r + 1, SHARE, x]
            slots[r, SHARE, x] = slots[r, DOWN + SQUARE, x] * slots[r + 1, SHARE, x]


@inlined
def follow_from_end(way, slots, width):
    """What a ladder's end sees: a unit source on the driven orbital of its last rung, followed back through the ladder, downwards from the
    upper end by B (`way` DOWN).

    LEAVING becomes |V o|², o the outgoing amplitudes of all channels, and PASSED |V G|², G from the end to each rung: on the last one V G
    is its ratio, and V (1 + s G) what it emits.
    """
    rows = slots.shape[0]
    ahead, end = (1, rows - 1) if way == DOWN else (-1, 0)
    for x in range(width):
        slots[end, way + PASSED, x] = 1.0
    for step in range(rows - 2):
        r = rows - 2 - step if way == DOWN else 1 + step
        for x in range(width):
            before = slots[r + ahead, way + PASSED, x]
            slots[r, way + LEAVING, x] = slots[r, REACH, x] * slots[r, way + EMITTED, x] * before
            slots[r, way + PASSED, x] = slots[r, way + SQUARE, x] * before


@inlined
def add_arriving(way, slots, width):
    """Add to GROWTH what sources on all rungs behind each rung drive there: |𝒯_nm|² spread_m, SPREAD with the field at rung m."""
    rows = slots.shape[0]
    ahead, end = (1, 0) if way == UP else (-1, rows - 1)
    for x in range(width):
        slots[end, ARRIVING, x] = 0.0
    for step in range(rows - 2):
        r = 1 + step if way == UP else rows - 2 - step
        for x in range(width):
            arriving = slots[r - ahead, ARRIVING, x]
            slots[r, GROWTH, x] += arriving * slots[r, way + EMITTED, x]
            slots[r, ARRIVING, x] = slots[r, SPREAD, x] + arriving * slots[r, way + SQUARE, x]


@inlined
def detected(slots, width):
    """GROWTH becomes bounds of ‖l_n‖², the norm on all orbitals and rungs of what detectors on rung n send back:

    2 (‖l'_n‖² + ‖left_n‖² Σ_m γ_m² |𝒯_nm|²),   𝒯 = V + V G V with the reference's absorption, γ_m the norm of G from the driven orbital.
    """
    rows = slots.shape[0]
    for r in range(1, rows - 1):
        for x in range(width):
            slots[r, SPREAD, x] = slots[r, NORMS + 1, x] * slots[r, SOLVED, x]
            slots[r, GROWTH, x] = slots[r, NORMS + 1, x] * slots[r, SOLVED, x] * slots[r, SOURCE, x]
    add_arriving(UP, slots, width)
    add_arriving(DOWN, slots, width)
    for r in range(1, rows - 1):
        for x in range(width):
            slots[r, GROWTH, x] = 2.0 * (slots[r, NORMS, x] + slots[r, REACH, x] * slots[r, GROWTH, x])


@inlined
def reach_of(left, weight, slots, width):
    """|l_b|² of all channels, and their sum, by which a source on a rung leaves."""
    for r in range(left.shape[0]):
        for x in range(width):
            slots[r + 1, REACH, x] = 0.0
        for b in range(left.shape[1]):
            for x in range(width):
                weight[r, b, x] = square(left[r, b, x])
                slots[r + 1, REACH, x] += square(left[r, b, x])


@compiled
def write_amplitudes(w, v_up, centre, slots, left, x, emitted, field, static, out, i, at):
    """S (R, C, C) of a lane, for incoming fields at the centre (C,)."""
    rungs, v_down = len(emitted), v_up.conjugate()
    for ahead, way, along, back in ((1, UP, v_up, v_down), (-1, DOWN, v_down, v_up)):
        share = 1.0 + 0.0j
        r = centre + ahead
        while 0 <= r < rungs:
            ratio, beyond = number(slots, r + 1, way + RATIO, x), number(slots, r + 1 + ahead, way + RATIO, x)
            emitted[r] = (along + (w + back * beyond) * ratio) * share
            share *= ratio
            r += ahead
    for r in range(rungs):
        for c in range(len(field)):
            for b in range(len(field)):
                out[i, at, r, b, c] = left[r, b, x] * (emitted[r] * field[c])
    for c in range(len(field)):
        for b in range(len(field)):
            out[i, at, centre, b, c] += 1j * static[b, c]


@compiled
def write_powers(slots, left, weight, x, centre, driving, field, static, bank, out_powers, i, at):
    """|S|² summed over banks (R, B, B) of a lane; `driving` is what is driven at the centre."""
    for r in range(weight.shape[0]):
        if r != centre:
            power = slots[r + 1, POWER, x]
            for b in range(len(field)):
                for c in range(len(field)):
                    out_powers[i, at, r, bank[b], bank[c]] += (
                        weight[r, b, x] * power * (field[c].real ** 2 + field[c].imag ** 2)
                    )
    for c in range(len(field)):
        for b in range(len(field)):
            amplitude = left[centre, b, x] * driving * field[c] + 1j * static[b, c]
            out_powers[i, at, centre, bank[b], bank[c]] += amplitude.real**2 + amplitude.imag**2


@compiled
def write_ends(slots, x, centre, size, entered, i, at, out_ends, out_leaving, out_growth):
    """What the ends see of a lane, and ‖l_n‖² ‖r‖²: `entered` is the squared field at the centre, `size` |V|²."""
    rungs, driven_by = out_growth.shape[2], 0.0
    for r in range(rungs):
        driven_by += slots[r + 1, NORMS + 1, x] * slots[r + 1, POWER, x]
    waves = 2.0 * (slots[centre + 1, NORMS, x] + entered * driven_by)
    for r in range(rungs):
        out_growth[i, at, r] = slots[r + 1, GROWTH, x] * waves
    if rungs == 1:
        out_leaving[i, at] = 0.0
        out_ends[i, at] = 0.0
        return
    for r in range(rungs):
        out_leaving[i, at, 0, r] = slots[r + 1, DOWN + LEAVING, x]
        out_leaving[i, at, 1, r] = slots[r + 1, UP + LEAVING, x]
    out_ends[i, at, 0] = size * entered * slots[rungs, SHARE, x] if centre < rungs - 1 else 0.0
    out_ends[i, at, 1] = size * entered * slots[1, SHARE, x] if centre > 0 else 0.0
    through, back = slots[1, DOWN + PASSED, x], slots[rungs, UP + PASSED, x]
    crossing = 0.5 * np.sqrt(size) * (np.sqrt(through) + np.sqrt(back))
    out_ends[i, at, 2] = np.sqrt(size * slots[rungs, DOWN + PASSED, x]) + crossing
    out_ends[i, at, 3] = np.sqrt(size * slots[1, UP + PASSED, x]) + crossing


@inlined
def solve_lanes(w, v_up, centre, slots, left, weight, width):
    """All slots of the ladder of one setting."""
    ladder_in_lanes(w, v_up, UP, slots, width)
    ladder_in_lanes(w, v_up.conjugate(), DOWN, slots, width)
    sources_in_lanes(w, v_up, slots, width)
    driven_from(centre + 1, slots, width)
    reach_of(left, weight, slots, width)
    follow_from_end(DOWN, slots, width)
    follow_from_end(UP, slots, width)
    detected(slots, width)


@compiled
def scalar_columns(table, v0, w, v1, driven, pairs, centre, bank, out, out_powers, out_ends, out_leaving, out_growth):
    """S[i, x, rung, out, in] for a wave that enters at rung `centre`, for each (problem, row) pair and each node of the row; `out_powers`:
    |S|² summed over banks, `bank` (C,) of each channel. Either is left out if it has no pairs.

    `out_ends` (i, x, 4), `out_leaving` (i, x, 2, R) and `out_growth` (i, x, R), ‖l_n‖² ‖r‖²: what the ladder's ends see, see
    `ladder.ends.LadderEnds`.
    """
    n_node, rungs, d = table.green.shape[1], table.green.shape[2], table.green.shape[3]
    channels = table.left.shape[3]
    room = room_for_dressed(rungs, d, 1, channels, rungs)
    a, y, lv, g, own, right, static, norms = room
    slots, outward, left, weight = room_for_lanes(rungs, channels)
    emitted, field = np.empty(rungs, np.complex128), np.empty(channels, np.complex128)
    own_right, own_static = np.empty(channels, np.complex128), np.empty((channels, channels), np.complex128)
    width = 1 if n_node == 1 else LANES
    for begin in range(0, n_node, LANES):
        lanes, held = min(LANES, n_node - begin), -1
        for i in range(pairs.problem.shape[0]):
            p, t = pairs.problem[i], pairs.row[i]
            v_up = v1[p]
            if d <= 2:
                if t != held:
                    put_in_lanes(table, t, begin, driven, slots, outward, width)
                    held = t
                if width == 1:
                    dress_lanes(v0[p], driven, slots, outward, left, 1)
                else:
                    dress_lanes(v0[p], driven, slots, outward, left, LANES)
            dress_one_by_one(table, t, begin, lanes, v0[p], driven, room, slots, left)
            # a constant number of lanes, each time, for the compiler
            if width == 1:
                solve_lanes(w, v_up, centre, slots, left, weight, 1)
            else:
                solve_lanes(w, v_up, centre, slots, left, weight, LANES)
            for x in range(lanes):
                at = begin + x
                if d <= 2 and slots[centre + 1, SIZE, x] >= REGULAR:
                    enter_lane(table, t, at, centre + 1, v0[p], driven, slots, x, own_right, own_static)
                else:
                    dress_rung(
                        table.green[t, at], table.left[t, at], table.right[t, at], table.static[t, at], v0[p], driven, a, y, lv, centre,
                        True, table.norms[t, at], g, own, right, static, norms,
                    )  # fmt: skip
                    own_right[:] = right[centre, 0]
                    own_static[:] = static[centre]
                source = w + v_up * number(slots, centre, DOWN, x) + v_up.conjugate() * number(slots, centre + 2, UP, x)
                scale = reciprocal(1.0 - number(slots, centre + 1, G, x) * source)
                entered = 0.0
                for c in range(channels):
                    field[c] = 1j * own_right[c] * scale
                    entered += field[c].real ** 2 + field[c].imag ** 2
                if out.shape[0] > 0:
                    emitted[centre] = source
                    write_amplitudes(w, v_up, centre, slots, left, x, emitted, field, own_static, out, i, at)
                if out_powers.shape[0] > 0:
                    write_powers(slots, left, weight, x, centre, source, field, own_static, bank, out_powers, i, at)
                size = v_up.real**2 + v_up.imag**2
                write_ends(slots, x, centre, size, entered, i, at, out_ends, out_leaving, out_growth)
