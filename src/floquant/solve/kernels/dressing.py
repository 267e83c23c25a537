"""From the reference device to one knob setting, at one energy: a small linear system on the ports.

With g, l, r, s the reference Green function on ports, from ports to channels, from channels to ports and between channels,
and V what the setting adds on the ports,

    y = (1 − gV)⁻¹ [g_D | r],    g' = y_g,   r' = y_r,   l' = l_D + lV y_g,   s' = s + lV y_r,

restricted to the driven ports D. No inverse of g is ever taken, so poles and zeros of g are harmless.
"""

from __future__ import annotations

from floquant.solve.kernels.compiler import compiled
from floquant.solve.kernels.linear import solve_in_place


@compiled
def dress(tg, tl, tr, ts, t, x, r, v, p, driven, a, y, lv, g, left, right, static, want_static):
    """Dress the table's entry [t, x, r] with the setting v[p]; results go to row r of g, left, right and static.

    Scratch: a (d, d), y (d, e + C), lv (C, d). `static` is filled only where `want_static` (only window rungs need it).
    """
    d = tg.shape[3]
    e = driven.shape[0]
    channels = tl.shape[3]
    for i in range(d):
        for j in range(d):
            total = 0.0j
            for k in range(d):
                total -= tg[t, x, r, i, k] * v[p, k, j]
            a[i, j] = total
        a[i, i] += 1.0
        for j in range(e):
            y[i, j] = tg[t, x, r, i, driven[j]]
        for c in range(channels):
            y[i, e + c] = tr[t, x, r, i, c]
    solve_in_place(a, y, d, e + channels)
    for c in range(channels):
        for j in range(d):
            total = 0.0j
            for k in range(d):
                total += tl[t, x, r, c, k] * v[p, k, j]
            lv[c, j] = total
    for i in range(e):
        for j in range(e):
            g[r, i, j] = y[driven[i], j]
        for c in range(channels):
            right[r, i, c] = y[driven[i], e + c]
            total = tl[t, x, r, c, driven[i]]
            for k in range(d):
                total += lv[c, k] * y[k, i]
            left[r, c, i] = total
    if want_static:
        for c in range(channels):
            for b in range(channels):
                total = ts[t, x, r, c, b]
                for k in range(d):
                    total += lv[c, k] * y[k, e + b]
                static[r, c, b] = total
