"""Several nodes of a scalar ladder side by side: lanes, the last axis of every array. Their recursions over rungs do not wait for each other.

The reference is put into lanes once for all settings, as a device on two ports of which the second is driven; a single port has one beside
it that nothing reaches. With δ = det V, Δ = det g and D = det (1 − gV) = 1 − tr gV + δ Δ, what a setting needs of `dressing` is

    g' = (g₁₁ − v₀₀ Δ)/D,    l' = l (1 − Vg)⁻¹ e₁ = l ((Vg)₀₁, 1 − (Vg)₀₀)/D,    T = V (1 − gV)⁻¹ = (V − δ adj g)/D.
"""

from __future__ import annotations

import numba
import numpy as np

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.dressing import dress, dress_rung
from floquant.solvers.kernels.linear import reciprocal

# Nodes side by side: what a ladder of some twenty rungs holds of them stays in the processor's second memory.
LANES = 16
# |D|² from which on Cramer's rule keeps its digits.
REGULAR = 1e-12


@numba.njit(inline="always")
def room_for_reference(rungs, channels, lanes):
    """What `put_in_lanes` fills: g (R, 4, X), Δ (R, X), l (R, C, 2, X), of r r† the diagonal (R, 2, X) and the element between both ports
    (R, X), and squared norms (R, 2, X)."""
    green, det = np.zeros((rungs, 4, lanes), np.complex128), np.empty((rungs, lanes), np.complex128)
    outward = np.zeros((rungs, channels, 2, lanes), np.complex128)
    inward, mixed = np.empty((rungs, 2, lanes)), np.empty((rungs, lanes), np.complex128)
    return green, det, outward, inward, mixed, np.empty((rungs, 2, lanes))


@numba.njit(inline="always")
def room_for_lanes(rungs, channels, lanes):
    """What `dress_lanes` fills: g' (R, X), l' (R, C, X), squared norms (R, 2, X) and |D|² (R, X)."""
    g, left = np.empty((rungs, lanes), np.complex128), np.empty((rungs, channels, lanes), np.complex128)
    return g, left, np.empty((rungs, 2, lanes)), np.empty((rungs, lanes))


@compiled
def put_in_lanes(table, t, begin, lanes, driven, green, det, outward, inward, mixed, reference):
    """Nodes from `begin` on of row t into `room_for_reference`."""
    one, two, channels = driven[0], table.green.shape[3] == 2, table.left.shape[3]
    other = 1 - one
    for r in range(table.green.shape[2]):
        for x in range(lanes):
            at = begin + x
            inward[r, 0, x], inward[r, 1, x], mixed[r, x] = 0.0, 0.0, 0.0j
            green[r, 3, x] = table.green[t, at, r, one, one]
            for c in range(channels):
                outward[r, c, 1, x] = table.left[t, at, r, c, one]
                r1 = table.right[t, at, r, one, c]
                inward[r, 1, x] += r1.real**2 + r1.imag**2
                if two:
                    outward[r, c, 0, x] = table.left[t, at, r, c, other]
                    r0 = table.right[t, at, r, other, c]
                    inward[r, 0, x] += r0.real**2 + r0.imag**2
                    mixed[r, x] += r0 * r1.conjugate()
            if two:
                green[r, 0, x] = table.green[t, at, r, other, other]
                green[r, 1, x] = table.green[t, at, r, other, one]
                green[r, 2, x] = table.green[t, at, r, one, other]
            det[r, x] = green[r, 0, x] * green[r, 3, x] - green[r, 1, x] * green[r, 2, x]
            reference[r, 0, x], reference[r, 1, x] = table.norms[t, at, r, 0], table.norms[t, at, r, 1]


@compiled
def dress_lanes(v, driven, lanes, green, det, outward, inward, mixed, reference, g, left, norms, size):
    """Dress all rungs with one setting, norms as by `dressing.write_norms`; nothing of worth where |D|² is not `REGULAR`.

    Σ_c |T r_c|², the norm of what enters, is Tr T† T R with R = r r†, whatever the number of channels.
    """
    one, channels = driven[0], outward.shape[1]
    v00, v01, v10, v11 = 0.0j, 0.0j, 0.0j, v[one, one]
    if v.shape[0] == 2:
        v00, v01, v10 = v[1 - one, 1 - one], v[1 - one, one], v[one, 1 - one]
    delta = v00 * v11 - v01 * v10
    for r in range(g.shape[0]):
        for x in range(lanes):
            g00, g01, g10, g11 = green[r, 0, x], green[r, 1, x], green[r, 2, x], green[r, 3, x]
            first = 1.0 - (v00 * g00 + v01 * g10)
            determinant = first - (v10 * g01 + v11 * g11) + delta * det[r, x]
            size[r, x] = determinant.real**2 + determinant.imag**2
            least = 1.0 / size[r, x]
            scale = complex(determinant.real * least, -determinant.imag * least)
            g[r, x] = (g11 - v00 * det[r, x]) * scale
            w0, w1 = (v00 * g01 + v01 * g11) * scale, first * scale
            for c in range(channels):
                left[r, c, x] = outward[r, c, 0, x] * w0 + outward[r, c, 1, x] * w1
            turned = w0.real**2 + w0.imag**2 + (w1.real - 1.0) ** 2 + w1.imag**2
            t00, t01, t10, t11 = v00 - delta * g11, v01 + delta * g01, v10 + delta * g10, v11 - delta * g00
            crossed = (t00 * t01.conjugate() + t10 * t11.conjugate()) * mixed[r, x]
            entering = (t00.real**2 + t00.imag**2 + t10.real**2 + t10.imag**2) * inward[r, 0, x]
            entering += (t01.real**2 + t01.imag**2 + t11.real**2 + t11.imag**2) * inward[r, 1, x] + 2.0 * crossed.real
            norms[r, 0, x] = 2.0 * (reference[r, 0, x] + reference[r, 1, x] * max(entering, 0.0) * least)
            norms[r, 1, x] = 2.0 * reference[r, 1, x] * (1.0 + turned)


@compiled
def dress_one_by_one(table, t, begin, lanes, v, driven, regular, room, g, left, norms, size):
    """Dress by `dressing` what is not `regular`: rungs of two ports at a pole of the setting, or all of more ports."""
    a, y, lv, own_g, own_left, own_right, own_static, own_norms = room
    for r in range(g.shape[0]):
        for x in range(lanes):
            if regular and size[r, x] >= REGULAR:
                continue
            at = begin + x
            dress_rung(
                table.green[t, at], table.left[t, at], table.right[t, at], table.static[t, at], v, driven, a, y, lv, r, False,
                table.norms[t, at], own_g, own_left, own_right, own_static, own_norms,
            )  # fmt: skip
            g[r, x] = own_g[r, 0, 0]
            norms[r, 0, x], norms[r, 1, x] = own_norms[r, 0], own_norms[r, 1]
            for c in range(left.shape[1]):
                left[r, c, x] = own_left[r, c, 0]
