"""Quadrature on a line of energies that is broken at edges: a mesh graded around the zeros of det D, and Kronrod's rule bisected on it.

NumPy alone: this file imports nothing from floquant. The method is described in brute_force.py.
"""

from itertools import pairwise

import numpy as np

from .dense_floquet import floquet_matrix

NODES = np.array(  # Kronrod's 21 points; every second one is Gauss–Legendre's
    [
        0.995657163025808080735527280689003, 0.973906528517171720077964012084452, 0.930157491355708226001207180059508,
        0.865063366688984510732096688423493, 0.780817726586416897063717578345042, 0.679409568299024406234327365114874,
        0.562757134668604683339000099272694, 0.433395394129247190799265943165784, 0.294392862701460198131126603103866,
        0.14887433898163121088482600112972, 0.0,
    ]
)  # fmt: skip
KRONROD = np.array(
    [
        0.011694638867371874278064396062192, 0.03255816230796472747881897245938, 0.05475589657435199603138130024458,
        0.07503967481091995276704314091619, 0.093125454583697605535065465083366, 0.109387158802297641899210590325805,
        0.123491976262065851077958109585166, 0.134709217311473325928054001771707, 0.142775938577060080797094273138717,
        0.147739104901338491374841515972068, 0.149445554002916905664936468389821,
    ]
)  # fmt: skip
GAUSS = np.array(
    [
        0.066671344308688137593568809893332, 0.149451349150580593145863396957658, 0.219086362515982043995534934228163,
        0.269266719309996355091226921569469, 0.295524224714752870173815619188769,
    ]
)  # fmt: skip
POINTS = np.concatenate([-NODES, NODES[-2::-1]])
FINE = np.concatenate([KRONROD, KRONROD[-2::-1]])
COARSE = np.zeros(21)
COARSE[1:20:2] = np.concatenate([GAUSS, GAUSS[::-1]])


def bisected(values, panels, rtol, atol, max_nodes):
    """Bisect panels until the rules agree: integrals of currents and flows, (2, contacts), their bounds, nodes and panels."""
    fine, wrong = values(panels)
    nodes = 21 * len(panels)
    while True:
        total = fine.sum(0)
        target = rtol * total[1] + atol
        if (wrong.sum(0) <= target).all():
            return total, wrong.sum(0), nodes, panels
        worst = (wrong > 0.3 * target / len(panels)).any(1)
        nodes += 42 * int(worst.sum())
        if nodes > max_nodes:
            raise ArithmeticError(f"brute force: {wrong.sum(0)} is left of {total[1]} after {nodes} nodes")
        children = [half for p, bad in zip(panels, worst, strict=True) if bad for half in halves(p)]
        panels = [p for p, bad in zip(panels, worst, strict=True) if not bad] + children
        more, more_wrong = values(children)
        fine = np.concatenate([fine[~worst], more])
        wrong = np.concatenate([wrong[~worst], more_wrong])


def values_over(problem, integrand, zone, rungs, panels):
    """Kronrod's integrals of currents and flows over panels, (panels, 2, contacts), and how far Gauss's are from them."""
    piece, low, high = (np.array(x) for x in zip(*panels, strict=True))
    s = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * POINTS
    energy, slope = zone.place(np.repeat(piece, 21), s.ravel())
    parts = [integrand(e) for e in in_blocks(problem, rungs, energy)]
    f = np.concatenate(parts) * (slope * np.repeat((high - low) / 2, 21))[:, None, None]
    f = f.reshape(len(panels), 21, 2, -1)
    fine = np.einsum("pkxb,k->pxb", f, FINE)
    return fine, np.abs(fine - np.einsum("pkxb,k->pxb", f, COARSE)).max(1)


def in_blocks(problem, rungs, energy):
    """Energies in pieces whose matrices fit into the processor's cache, or nearly so."""
    step = max(1, 2_000_000 // (len(problem.hamiltonian) * len(rungs)) ** 2)
    return [energy[i : i + step] for i in range(0, len(energy), step)]


def halves(panel):
    piece, low, high = panel
    return [(piece, low, (low + high) / 2), (piece, (low + high) / 2, high)]


class Line:
    """A line of energies broken at `stops`; each piece is cut in two halves ε = stop + direction · h · s², s in [0, 1]."""

    def __init__(self, start, stops, unit):
        self.start, self.unit = start, unit
        self.pieces = []
        for a, b in pairwise(stops):
            self.pieces += [(a, (b - a) / 2, 1), (b, (b - a) / 2, -1)]
        self.table = np.array(self.pieces, float).reshape(-1, 3)

    def place(self, piece, s):
        """ε and |dε/ds|; for complex s too."""
        edge, size, sign = self.table[piece].T
        return self.start + edge + sign * size * s**2, 2 * size * np.abs(s)

    def length(self, panel):
        """How much energy a panel spans."""
        piece, low, high = panel
        return self.pieces[piece][1] * (high**2 - low**2)

    def middle(self, panel):
        """The energy in the middle of a panel."""
        piece, low, high = panel
        return float(self.place(np.array([piece]), np.array([(low + high) / 2]))[0][0])


def apart(values, unit):
    """Sorted, and without those that differ by rounding only."""
    values = np.unique(values)
    return values[np.concatenate([[True], np.diff(values) > 1e-13 * unit])]


def graded(problem, zone, rungs, spots):
    """Panels (piece, s_low, s_high), halved until no zero of det D, and none of `spots`, is near on the scale of a panel."""
    floor = 1e-13 * zone.unit
    waiting = [(i, k / 4, (k + 1) / 4) for i in range(len(zone.pieces)) for k in range(4)]
    done = []
    while waiting:
        piece, low, high = (np.array(x) for x in zip(*waiting, strict=True))
        sign = zone.table[piece, 2]
        s = np.stack([low, (low + high) / 2, high], axis=1) + 0.5j * (sign * (high - low))[:, None]
        energy, _ = zone.place(np.repeat(piece, 3), s.ravel())
        blocks = in_blocks(problem, rungs, energy)
        phase = np.concatenate([np.linalg.slogdet(floquet_matrix(problem, e, rungs))[0] for e in blocks]).reshape(-1, 3)
        turn = np.abs(np.angle(phase[:, 1:] / phase[:, :-1]))
        split = turn.max(1) > 0.5
        ends = zone.place(piece, low)[0], zone.place(piece, high)[0]
        span = np.abs(ends[1] - ends[0])
        for spot in spots:
            away = np.maximum(np.minimum(*ends) - spot, spot - np.maximum(*ends))
            split |= away < span / 2
        split &= span > np.where(low == 0, 1e-8 * zone.unit, floor)
        done += [p for p, bad in zip(waiting, split, strict=True) if not bad]
        waiting = [half for p, bad in zip(waiting, split, strict=True) if bad for half in halves(p)]
    return done
