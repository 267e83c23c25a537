"""Several nodes of a scalar ladder side by side: lanes, the last axis of an array, on which one instruction works together.

All numbers of a rung lie in one array (R + 2, SLOTS, LANES) of fixed size, rung r in row r + 1, real and imaginary parts in two slots: the
compiler works on lanes together only where it knows that what is written and what is read do not overlap. Functions are written into
their callers (`inlined`) for the same reason.

The reference is put there once for all settings, as a device on two ports of which the second is driven; a single port has one beside it
that nothing reaches. With δ = det V, Δ = det g and D = det (1 − gV) = 1 − tr gV + δ Δ, what a setting needs of `dressing` is

    g' = (g₁₁ − v₀₀ Δ)/D,    l' = l (1 − Vg)⁻¹ e₁ = l ((Vg)₀₁, 1 − (Vg)₀₀)/D,    T = V (1 − gV)⁻¹ = (V − δ adj g)/D.
"""

from __future__ import annotations

import numba
import numpy as np

from floquant.solvers.kernels.compiler import compiled, inlined
from floquant.solvers.kernels.dressing import dress_rung
from floquant.solvers.kernels.linear import reciprocal

LANES = 8
# Slots of the reference: g, Δ, r r† (its element between both ports, and its diagonal), squared norms from channels and from ports.
G00, G01, G10, G11, DET, MIXED, INWARD, REFERENCE = 0, 2, 4, 6, 8, 10, 12, 14
# Of a setting: |D|², g', (1 − Vg)⁻¹ e₁, squared norms.
SIZE, G, BACK, NORMS = 16, 17, 19, 23
# Of its ladder, see `scalar_columns`. UP and DOWN: F or B, |F|², |e|², what it passes on from the other end, and by what that leaves.
UP, DOWN, SOLVED, SOURCE, POWER, SHARE = 25, 31, 37, 38, 39, 40
REACH, SPREAD, ARRIVING, GROWTH, SLOTS = 41, 42, 43, 44, 45
RATIO, SQUARE, EMITTED, PASSED, LEAVING = 0, 2, 3, 4, 5
# |D|² from which on Cramer's rule keeps its digits.
REGULAR = 1e-12


@numba.njit(inline="always")
def room_for_lanes(rungs, channels):
    """All slots; left of the reference (R, C, 2, X), l' (R, C, X) and |l'|² (R, C, X)."""
    slots = np.zeros((rungs + 2, SLOTS, LANES))
    outward = np.zeros((rungs, channels, 2, LANES), np.complex128)
    left, weight = np.empty((rungs, channels, LANES), np.complex128), np.empty((rungs, channels, LANES))
    return slots, outward, left, weight


@inlined
def square(z):
    """|z|²."""
    return z.real**2 + z.imag**2


@inlined
def number(slots, row, slot, x):
    """A complex number in two slots."""
    return complex(slots[row, slot, x], slots[row, slot + 1, x])


@compiled
def write(slots, row, slot, x, z):
    """Put a complex number into two slots."""
    slots[row, slot, x], slots[row, slot + 1, x] = z.real, z.imag


@compiled
def put_in_lanes(table, t, begin, driven, slots, outward, width):
    """Nodes from `begin` on of row t; lanes beyond the last node repeat it."""
    one, two = driven[0], table.green.shape[3] == 2
    other = 1 - one
    for r in range(table.green.shape[2]):
        for x in range(width):
            at, row = min(begin + x, table.green.shape[1] - 1), r + 1
            g00, g01, g10, g11 = 0.0j, 0.0j, 0.0j, table.green[t, at, r, one, one]
            first, second, mixed = 0.0, 0.0, 0.0j
            for c in range(table.left.shape[3]):
                outward[r, c, 1, x] = table.left[t, at, r, c, one]
                r1 = table.right[t, at, r, one, c]
                second += r1.real**2 + r1.imag**2
                if two:
                    outward[r, c, 0, x] = table.left[t, at, r, c, other]
                    r0 = table.right[t, at, r, other, c]
                    first += r0.real**2 + r0.imag**2
                    mixed += r0 * r1.conjugate()
            if two:
                g00, g01 = table.green[t, at, r, other, other], table.green[t, at, r, other, one]
                g10 = table.green[t, at, r, one, other]
            write(slots, row, G00, x, g00)
            write(slots, row, G01, x, g01)
            write(slots, row, G10, x, g10)
            write(slots, row, G11, x, g11)
            write(slots, row, DET, x, g00 * g11 - g01 * g10)
            write(slots, row, MIXED, x, mixed)
            slots[row, INWARD, x], slots[row, INWARD + 1, x] = first, second
            slots[row, REFERENCE, x], slots[row, REFERENCE + 1, x] = table.norms[t, at, r, 0], table.norms[t, at, r, 1]


@inlined
def leave_lanes(slots, outward, left, width):
    """l' of all rungs."""
    for r in range(left.shape[0]):
        for c in range(left.shape[1]):
            for x in range(width):
                w0, w1 = number(slots, r + 1, BACK, x), number(slots, r + 1, BACK + 2, x)
                left[r, c, x] = outward[r, c, 0, x] * w0 + outward[r, c, 1, x] * w1


@inlined
def dress_lanes(v, driven, slots, outward, left, width):
    """Dress all rungs with one setting, norms as by `dressing.write_norms`; nothing of worth where |D|² is not `REGULAR`.

    Σ_c |T r_c|², the norm of what enters, is Tr T† T r r†, whatever the number of channels.
    """
    one = driven[0]
    v00, v01, v10, v11 = 0.0j, 0.0j, 0.0j, v[one, one]
    if v.shape[0] == 2:
        v00, v01, v10 = v[1 - one, 1 - one], v[1 - one, one], v[one, 1 - one]
    delta = v00 * v11 - v01 * v10
    for r in range(1, slots.shape[0] - 1):
        for x in range(width):
            g00, g01 = number(slots, r, G00, x), number(slots, r, G01, x)
            g10, g11 = number(slots, r, G10, x), number(slots, r, G11, x)
            det, first = number(slots, r, DET, x), 1.0 - (v00 * g00 + v01 * g10)
            determinant = first - (v10 * g01 + v11 * g11) + delta * det
            size = square(determinant)
            least = 1.0 / size
            scale = complex(determinant.real * least, -determinant.imag * least)
            g, w0, w1 = (g11 - v00 * det) * scale, (v00 * g01 + v01 * g11) * scale, first * scale
            t00, t01, t10, t11 = v00 - delta * g11, v01 + delta * g01, v10 + delta * g10, v11 - delta * g00
            crossed = (t00 * t01.conjugate() + t10 * t11.conjugate()) * number(slots, r, MIXED, x)
            entering = (square(t00) + square(t10)) * slots[r, INWARD, x] + 2.0 * crossed.real
            entering += (square(t01) + square(t11)) * slots[r, INWARD + 1, x]
            known, grown = slots[r, REFERENCE, x], slots[r, REFERENCE + 1, x]
            slots[r, SIZE, x] = size
            slots[r, G, x], slots[r, G + 1, x] = g.real, g.imag
            slots[r, BACK, x], slots[r, BACK + 1, x] = w0.real, w0.imag
            slots[r, BACK + 2, x], slots[r, BACK + 3, x] = w1.real, w1.imag
            slots[r, NORMS, x] = 2.0 * (known + grown * max(entering, 0.0) * least)
            slots[r, NORMS + 1, x] = 2.0 * grown * (1.0 + square(w0) + square(w1 - 1.0))
    leave_lanes(slots, outward, left, width)


@compiled
def dress_one_by_one(table, t, begin, lanes, v, driven, room, slots, left):
    """Dress by `dressing` what is not: rungs of two ports at a pole of the setting, or all of more ports."""
    a, y, lv, g, own, right, static, norms = room
    for r in range(left.shape[0]):
        for x in range(lanes):
            if v.shape[0] <= 2 and slots[r + 1, SIZE, x] >= REGULAR:
                continue
            at = begin + x
            dress_rung(
                table.green[t, at], table.left[t, at], table.right[t, at], table.static[t, at], v, driven, a, y, lv, r, False,
                table.norms[t, at], g, own, right, static, norms,
            )  # fmt: skip
            write(slots, r + 1, G, x, g[r, 0, 0])
            slots[r + 1, NORMS, x], slots[r + 1, NORMS + 1, x] = norms[r, 0], norms[r, 1]
            for c in range(left.shape[1]):
                left[r, c, x] = own[r, c, 0]


@compiled
def enter_lane(table, t, at, row, v, driven, slots, x, right, static):
    """r' (C,) and s' (C, C) of one rung of a lane, where D is regular."""
    one, two, rung = driven[0], v.shape[0] == 2, row - 1
    v00, v01, v10, v11 = 0.0j, 0.0j, 0.0j, v[one, one]
    if two:
        v00, v01, v10 = v[1 - one, 1 - one], v[1 - one, one], v[one, 1 - one]
    delta = v00 * v11 - v01 * v10
    g00, g01 = number(slots, row, G00, x), number(slots, row, G01, x)
    g10, g11 = number(slots, row, G10, x), number(slots, row, G11, x)
    first = 1.0 - (g00 * v00 + g01 * v10)
    scale = reciprocal(first - (g10 * v01 + g11 * v11) + delta * number(slots, row, DET, x))
    t00, t01, t10, t11 = v00 - delta * g11, v01 + delta * g01, v10 + delta * g10, v11 - delta * g00
    for c in range(len(right)):
        r0, r1 = table.right[t, at, rung, 1 - one, c] if two else 0.0j, table.right[t, at, rung, one, c]
        right[c] = ((g10 * v00 + g11 * v10) * r0 + first * r1) * scale
        w0, w1 = (t00 * r0 + t01 * r1) * scale, (t10 * r0 + t11 * r1) * scale
        for b in range(len(right)):
            static[b, c] = table.static[t, at, rung, b, c] + table.left[t, at, rung, b, one] * w1
            if two:
                static[b, c] += table.left[t, at, rung, b, 1 - one] * w0
