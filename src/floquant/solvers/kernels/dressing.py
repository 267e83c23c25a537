"""From the reference device to one knob setting, at one energy: a small linear system on the ports.

With g, l, r, s the reference Green function on ports, from ports to channels, from channels to ports and between channels,
and V what the setting adds on the ports,

    y = (1 − gV)⁻¹ [g_D | r],    g' = y_g,   r' = y_r,   l' = l_D + lV y_g,   s' = s + lV y_r,

restricted to the driven ports D. No inverse of g is ever taken, so poles and zeros of g are harmless. On the driven ports the
reference's absorption −iκ stays, and the ladder gives it back: a state that only the drive reaches is no pole of g' on the real axis.
"""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled
from floquant.solvers.kernels.linear import reciprocal, solve_in_place


@compiled
def dress(tg, tl, tr, ts, v, driven, a, y, lv, first, last, tn, g, left, right, static, norms):
    """Dress all rungs of one node with one setting: tg (R, d, d), tl (R, C, d), tr (R, d, C), ts (R, C, C), v (d, d).

    Fills g (R, e, e), left (R, C, e), right (R, e, C), and static (R, C, C) on rungs first … last only, where a window asks for it.
    `norms` (R, 2) become bounds of the dressed device's squared norms, from those of the reference `tn` (R, 2); nothing if R is 0 there.
    Scratch: a (d, d), y (d, e + C), lv (C, d). One and two ports with one driven orbital, the commonest cases, are written out.
    """
    if driven.shape[0] == 1 and v.shape[0] == 1:
        dress_one_port(tg, tl, tr, ts, v, first, last, tn, g, left, right, static, norms)
    elif driven.shape[0] == 1 and v.shape[0] == 2:
        dress_two_ports(tg, tl, tr, ts, v, driven, a, y, lv, first, last, tn, g, left, right, static, norms)
    else:
        for r in range(tg.shape[0]):
            dress_rung(tg, tl, tr, ts, v, driven, a, y, lv, r, first <= r <= last, tn, g, left, right, static, norms)


@compiled
def dress_rung(tg, tl, tr, ts, v, driven, a, y, lv, r, window, tn, g, left, right, static, norms):
    """`dress` of one rung for any number of ports and driven orbitals, by elimination; `static` only in the window."""
    d = v.shape[0]
    e = driven.shape[0]
    channels = tl.shape[1]
    for i in range(d):
        for j in range(d):
            total = 0.0j
            for k in range(d):
                total -= tg[r, i, k] * v[k, j]
            a[i, j] = total
        a[i, i] += 1.0
        for j in range(e):
            y[i, j] = tg[r, i, driven[j]]
        for c in range(channels):
            y[i, e + c] = tr[r, i, c]
    solve_in_place(a, y, d, e + channels)
    for c in range(channels):
        for j in range(d):
            total = 0.0j
            for k in range(d):
                total += tl[r, c, k] * v[k, j]
            lv[c, j] = total
    for i in range(e):
        for j in range(e):
            g[r, i, j] = y[driven[i], j]
        for c in range(channels):
            right[r, i, c] = y[driven[i], e + c]
            total = tl[r, c, driven[i]]
            for k in range(d):
                total += lv[c, k] * y[k, i]
            left[r, c, i] = total
    if window:
        for c in range(channels):
            for b in range(channels):
                total = ts[r, c, b]
                for k in range(d):
                    total += lv[c, k] * y[k, e + b]
                static[r, c, b] = total
    if norms.shape[0] > 0:
        turned, entering = 0.0, 0.0
        for i in range(d):
            for j in range(e + channels):
                total = 0.0j
                for k in range(d):
                    total += v[i, k] * y[k, j]
                if j < e:
                    turned += total.real**2 + total.imag**2
                else:
                    entering += total.real**2 + total.imag**2
        write_norms(tn, r, entering, turned, norms)


@compiled
def write_norms(tn, r, entering, turned, norms):
    """Bounds of ‖G'w‖² and ‖G'_D‖² on all orbitals, from the squared norms of V y_r and V y_g; (a + b)² ≤ 2 (a² + b²)."""
    norms[r, 0] = 2.0 * (tn[r, 0] + tn[r, 1] * entering)
    norms[r, 1] = 2.0 * tn[r, 1] * (1.0 + turned)


@compiled
def dress_one_port(tg, tl, tr, ts, v, first, last, tn, g, left, right, static, norms):
    """`dress` for a single port, which is the driven orbital: the linear system is a division."""
    value = v[0, 0]
    channels = tl.shape[1]
    for r in range(tg.shape[0]):
        scale = reciprocal(1.0 - tg[r, 0, 0] * value)
        own = tg[r, 0, 0] * scale
        g[r, 0, 0] = own
        entering = 0.0
        for c in range(channels):
            enters = tr[r, 0, c] * scale
            right[r, 0, c] = enters
            entering += enters.real**2 + enters.imag**2
            left[r, c, 0] = tl[r, c, 0] * (1.0 + value * own)
            if first <= r <= last:
                for b in range(channels):
                    static[r, b, c] = ts[r, b, c] + tl[r, b, 0] * value * enters
        if norms.shape[0] > 0:
            turned = value * own
            size = value.real**2 + value.imag**2
            write_norms(tn, r, size * entering, turned.real**2 + turned.imag**2, norms)


@compiled
def dress_two_ports(tg, tl, tr, ts, v, driven, a, y, lv, first, last, tn, g, left, right, static, norms):
    """`dress` for two ports of which one is driven, by Cramer's rule; by elimination where that would lose digits."""
    one = driven[0]
    v00, v01, v10, v11 = v[0, 0], v[0, 1], v[1, 0], v[1, 1]
    channels = tl.shape[1]
    for r in range(tg.shape[0]):
        g00, g01, g10, g11 = tg[r, 0, 0], tg[r, 0, 1], tg[r, 1, 0], tg[r, 1, 1]
        a00 = 1.0 - g00 * v00 - g01 * v10
        a01 = -(g00 * v01 + g01 * v11)
        a10 = -(g10 * v00 + g11 * v10)
        a11 = 1.0 - g10 * v01 - g11 * v11
        determinant = a00 * a11 - a01 * a10
        # 1 − gV is of order one but at a pole of the setting, where Cramer's rule would mix the pole into all that is regular.
        if determinant.real**2 + determinant.imag**2 < 1e-12:
            dress_rung(tg, tl, tr, ts, v, driven, a, y, lv, r, first <= r <= last, tn, g, left, right, static, norms)
            continue
        scale = reciprocal(determinant)
        i00, i01, i10, i11 = a11 * scale, -a01 * scale, -a10 * scale, a00 * scale
        own0, own1 = (i10, i11) if one == 1 else (i00, i01)
        # T = V (1 − gV)⁻¹: g' = g_D by its own row of the inverse, l' = l (1_D + T g_D) and s' = s + l T r.
        t00, t01, t10, t11 = v00 * i00 + v01 * i10, v00 * i01 + v01 * i11, v10 * i00 + v11 * i10, v10 * i01 + v11 * i11
        b0, b1 = (g01, g11) if one == 1 else (g00, g10)
        g[r, 0, 0] = own0 * b0 + own1 * b1
        w0, w1 = t00 * b0 + t01 * b1, t10 * b0 + t11 * b1
        turned, entering = w0.real**2 + w0.imag**2 + w1.real**2 + w1.imag**2, 0.0
        if one == 1:
            w1 += 1.0
        else:
            w0 += 1.0
        for c in range(channels):
            left[r, c, 0] = tl[r, c, 0] * w0 + tl[r, c, 1] * w1
            b0, b1 = tr[r, 0, c], tr[r, 1, c]
            right[r, 0, c] = own0 * b0 + own1 * b1
            if norms.shape[0] > 0 or first <= r <= last:
                w2, w3 = t00 * b0 + t01 * b1, t10 * b0 + t11 * b1
                entering += w2.real**2 + w2.imag**2 + w3.real**2 + w3.imag**2
            if first <= r <= last:
                for b in range(channels):
                    static[r, b, c] = ts[r, b, c] + tl[r, b, 0] * w2 + tl[r, b, 1] * w3
        if norms.shape[0] > 0:
            write_norms(tn, r, entering, turned, norms)
