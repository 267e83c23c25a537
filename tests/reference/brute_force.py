"""The dc current by quadrature that is refined until it stops moving. NumPy alone: this file imports nothing from floquant.

    I_b = Σ_{a,n} ∫ dE |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)],    flow_b = Σ_{a,n} ∫ dE |S_ba|² |f_a(E) − f_b(E_n)|,

as one integral over a Floquet zone of the sum over the ladder ε + mħΩ, with dense Floquet matrices.

1. The zone is broken at every band edge and Fermi level, folded by ħΩ; each piece is cut in two, and both halves are mapped
   by ε = e ± h s², which removes the square root at the edge e. S is then analytic in s on each half.
2. Resonances, however narrow, are found before anything is integrated: det D has its zeros below the real axis, so on a
   line at height η above it the phase of det D turns by π over a length η for each zero less than η below the axis. A
   panel over which the phase turns, seen from half its own length above, is halved, down to 1e-13 of the zone. Two
   resonances at one place turn the phase twice and cannot hide behind each other. What is left is a mesh that is graded
   geometrically around every resonance, with panels no longer than about twice their distance to one.
3. Gauss–Legendre points with Kronrod's extension on each panel (10 and 21), bisected where the two differ, until the sum of
   all differences is below the tolerance. The value is the finer rule's, so that the bound is a generous one.
4. The number of sidebands is raised until the integrand at scattered points, and then the integral, stop moving.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .dense_floquet import floquet_matrix, probabilities, window_integrand

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


class Current(NamedTuple):
    """Currents into the contacts, unsigned flows, the bound on the error of the currents, and how they were got."""

    current: np.ndarray
    flow: np.ndarray
    error: np.ndarray
    nodes: int
    panels: int
    sidebands: int
    spots: tuple  # (energy, length) of the first mesh's locally shortest panels: a resonance is near each


def brute_current(
    problem, mu=0.0, temperature=0.0, *, rtol=1e-11, atol=None, sidebands=None, resonances=(), max_nodes=400_000
):
    """The dc currents into all contacts: `mu` and `temperature` are numbers, or one for each contact.

    `resonances` are places (energies) to grade the mesh around, on top of those that the phase of det D shows.
    The error is below rtol · (unsigned flow) + atol for each contact, or this raises. `atol` defaults to 1e-15 ħΩ: an energy is known
    to 1e-16, so the integral over a resonance is known to about 1e-16, however narrow the resonance.
    """
    atol = 1e-15 * problem.photon_energy if atol is None else atol
    count = len(problem.contacts)
    mu = np.broadcast_to(np.asarray(mu, float), (count,))
    temperature = np.broadcast_to(np.asarray(temperature, float), (count,))
    zone = _Zone(problem, mu, temperature)
    if not zone.pieces:
        zero = np.zeros(count)
        return Current(zero, zero, zero, 0, 0, 0, ())
    reach = _enough_sidebands(problem, zone) if sidebands is None else sidebands
    while True:
        found = _refined(problem, mu, temperature, zone, reach, rtol, atol, resonances, max_nodes)
        if sidebands is not None or not _moves(problem):
            return found[0]
        result, panels = found
        again, _ = _window_values(problem, mu, temperature, zone, zone.rungs(reach + 2), panels)
        moved = np.abs(again.sum(0)[0] - result.current)
        if (moved <= rtol * result.flow + atol).all():
            return result._replace(error=result.error + moved)
        reach += 3


def _moves(problem):
    return bool(problem.harmonics) or any(c.motion for c in problem.contacts)


def _refined(problem, mu, temperature, zone, reach, rtol, atol, resonances, max_nodes):
    """The integral with this many sidebands, and the panels that it took."""
    rungs = zone.rungs(reach)
    folded = [np.mod(r - zone.start, zone.omega) + zone.start for r in resonances]
    panels = _graded(problem, zone, rungs, folded)
    spots = _shortest(zone, panels)

    total, wrong, nodes, panels = _bisected(
        lambda batch: _window_values(problem, mu, temperature, zone, rungs, batch), panels, rtol, atol, max_nodes
    )
    return Current(total[0], total[1], wrong, nodes, len(panels), reach, spots), panels


def _bisected(values, panels, rtol, atol, max_nodes):
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
        children = [half for p, bad in zip(panels, worst, strict=True) if bad for half in _halves(p)]
        panels = [p for p, bad in zip(panels, worst, strict=True) if not bad] + children
        more, more_wrong = values(children)
        fine = np.concatenate([fine[~worst], more])
        wrong = np.concatenate([wrong[~worst], more_wrong])


def _shortest(zone, panels):
    """Middles and lengths of the panels that are shorter than both neighbours, in their piece."""
    found = []
    for piece in range(len(zone.pieces)):
        mine = sorted(p for p in panels if p[0] == piece)
        sizes = [zone.length(p) for p in mine]
        for before, p, after in zip([np.inf, *sizes], mine, [*sizes[1:], np.inf], strict=False):
            if zone.length(p) <= before and zone.length(p) <= after and p[1] > 0:
                found.append((zone.middle(p), float(zone.length(p))))
    return tuple(found)


def _window_values(problem, mu, temperature, zone, rungs, panels):
    return _values(problem, lambda e: window_integrand(problem, e, rungs, mu, temperature), zone, rungs, panels)


def _values(problem, integrand, zone, rungs, panels):
    """Kronrod's integrals of currents and flows over panels, (panels, 2, contacts), and how far Gauss's are from them."""
    piece, low, high = (np.array(x) for x in zip(*panels, strict=True))
    s = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * POINTS
    energy, slope = zone.place(np.repeat(piece, 21), s.ravel())
    parts = [integrand(e) for e in _in_blocks(problem, rungs, energy)]
    f = np.concatenate(parts) * (slope * np.repeat((high - low) / 2, 21))[:, None, None]
    f = f.reshape(len(panels), 21, 2, -1)
    fine = np.einsum("pkxb,k->pxb", f, FINE)
    return fine, np.abs(fine - np.einsum("pkxb,k->pxb", f, COARSE)).max(1)


def _in_blocks(problem, rungs, energy):
    """Energies in pieces whose matrices fit into the processor's cache, or nearly so."""
    step = max(1, 2_000_000 // (len(problem.hamiltonian) * len(rungs)) ** 2)
    return [energy[i : i + step] for i in range(0, len(energy), step)]


def _halves(panel):
    piece, low, high = panel
    return [(piece, low, (low + high) / 2), (piece, (low + high) / 2, high)]


class _Line:
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


def _apart(values, unit):
    """Sorted, and without those that differ by rounding only."""
    values = np.unique(values)
    return values[np.concatenate([[True], np.diff(values) > 1e-13 * unit])]


class _Zone(_Line):
    """One Floquet zone, broken at the folded edges and Fermi levels."""

    def __init__(self, problem, mu, temperature):
        self.omega = omega = problem.photon_energy
        edges = sorted({edge for contact in problem.contacts for edge in contact.edges})
        self.bottom, self.top = -np.inf, np.inf
        if all(contact.edges for contact in problem.contacts):
            self.bottom, self.top = edges[0], edges[-1]
        self.low, self.high = mu.min() - 34 * temperature.max(), mu.max() + 34 * temperature.max()
        special = np.array([*edges, *mu])
        folded = _apart(np.mod(special - special[0], omega), omega)
        stops = np.append(folded[folded < omega * (1 - 1e-13)], omega)
        if self.high <= self.low and not _moves(problem):
            stops = []  # no bias, no temperature, no drive: nothing flows
        super().__init__(special[0], stops, omega)

    def rungs(self, sidebands):
        """Every rung that can carry a current, and never fewer than the sidebands on both sides of the Fermi levels."""
        reach = sidebands * self.omega
        low = max(self.low - reach, self.bottom - reach)
        high = min(self.high + reach, self.top + reach)
        first = int(np.floor((low - self.start) / self.omega)) - 1
        last = int(np.ceil((high - self.start) / self.omega))
        return range(min(first, last), max(first, last) + 1)


def _graded(problem, zone, rungs, spots):
    """Panels (piece, s_low, s_high), halved until no zero of det D, and none of `spots`, is near on the scale of a panel."""
    floor = 1e-13 * zone.unit
    waiting = [(i, k / 4, (k + 1) / 4) for i in range(len(zone.pieces)) for k in range(4)]
    done = []
    while waiting:
        piece, low, high = (np.array(x) for x in zip(*waiting, strict=True))
        sign = zone.table[piece, 2]
        s = np.stack([low, (low + high) / 2, high], axis=1) + 0.5j * (sign * (high - low))[:, None]
        energy, _ = zone.place(np.repeat(piece, 3), s.ravel())
        blocks = _in_blocks(problem, rungs, energy)
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
        waiting = [half for p, bad in zip(waiting, split, strict=True) if bad for half in _halves(p)]
    return done


def _enough_sidebands(problem, zone, tolerance=3e-13):
    """The first number of sidebands beyond which the integrand, at scattered points and near resonances, does not move."""
    if not _moves(problem):
        return 0
    mu = np.array([(zone.low + zone.high) / 2] * len(problem.contacts))
    energies = zone.start + zone.omega * np.mod(0.5 * (np.sqrt(5) - 1) * np.arange(1, 18), 1)
    temperature = np.full(len(mu), (zone.high - zone.low) / 68)
    reach = 4
    last = window_integrand(problem, energies, zone.rungs(reach), mu, temperature)
    quiet = 0
    while quiet < 2:
        reach += 1
        if reach > 80:
            raise ArithmeticError("brute_current: more than 80 sidebands")
        new = window_integrand(problem, energies, zone.rungs(reach), mu, temperature)
        scale = new[:, 1].max()
        quiet = quiet + 1 if np.abs(new - last).max() <= tolerance * max(scale, 1e-6) else 0
        last = new
    return reach


def current_by_energy(problem, mu, sidebands, *, form="window", rtol=1e-11, atol=1e-16):
    """The currents at zero temperature and one Fermi level, each energy by itself with sidebands −N…N (chains only).

    `form` "window": Σ_n of T^(n) + R^(n) over the window between E_F − nħΩ and E_F. "landauer": ∫ Σ_{a≠b} [T_ba − T_ab] up to E_F.
    """
    omega, count = problem.photon_energy, len(problem.contacts)
    edges = [edge for contact in problem.contacts for edge in contact.edges]
    low, high = min(edges), max(edges)
    if form == "window":
        low, high = max(low, mu - sidebands * omega), min(high, mu + sidebands * omega)
    else:
        high = mu
    special = np.array([*edges, mu])[:, None] + omega * np.arange(-200, 201)
    inside = special[(special > low) & (special < high)]
    line = _Line(0.0, _apart(np.array([low, high, *inside]), omega), omega)
    rungs = range(-sidebands, sidebands + 1)
    n = np.arange(-sidebands, sidebands + 1)

    def integrand(energies):
        p = probabilities(problem, energies, sidebands)
        if form == "window":
            step = (energies < mu)[:, None] * 1.0 - ((energies[:, None] + n * omega) < mu)
            net = (p.sum(3) * step[:, :, None]).sum(1)
            return np.stack([net, (p.sum(3) * np.abs(step)[:, :, None]).sum(1)], axis=1)
        total = p.sum(1) * (1 - np.eye(count))
        return np.stack([total.sum(2) - total.sum(1), total.sum(2) + total.sum(1)], axis=1)

    panels = _graded(problem, line, rungs, ())
    total, *_ = _bisected(lambda batch: _values(problem, integrand, line, rungs, batch), panels, rtol, atol, 400_000)
    return total[0]


def find_pole(problem, start, sidebands, steps=60):
    """A complex zero of det D near `start` by Newton's method; leads continued through the cut (chain_surface).

    f'/f = tr(D⁻¹ D′), D′ by a complex difference: D is analytic between folded edges.
    """
    rungs = range(-sidebands, sidebands + 1)
    energy = complex(start)
    for _ in range(steps):
        h = 1e-6 * problem.photon_energy
        d, up, down = floquet_matrix(problem, np.array([energy, energy + h, energy - h]), rungs)
        step = 1 / np.trace(np.linalg.solve(d, (up - down) / (2 * h)))
        energy -= step
        if abs(step) < 1e-15:
            break
    return energy
