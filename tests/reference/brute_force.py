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

from typing import NamedTuple

import numpy as np

from .dense_floquet import floquet_matrix, probabilities, window_integrand
from .quadrature import Line, apart, bisected, graded, values_over


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
    panels = graded(problem, zone, rungs, folded)
    spots = _shortest(zone, panels)

    total, wrong, nodes, panels = bisected(
        lambda batch: _window_values(problem, mu, temperature, zone, rungs, batch), panels, rtol, atol, max_nodes
    )
    return Current(total[0], total[1], wrong, nodes, len(panels), reach, spots), panels


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
    return values_over(problem, lambda e: window_integrand(problem, e, rungs, mu, temperature), zone, rungs, panels)


class _Zone(Line):
    """One Floquet zone, broken at the folded edges and Fermi levels."""

    def __init__(self, problem, mu, temperature):
        self.omega = omega = problem.photon_energy
        edges = sorted({edge for contact in problem.contacts for edge in contact.edges})
        self.bottom, self.top = -np.inf, np.inf
        if all(contact.edges for contact in problem.contacts):
            self.bottom, self.top = edges[0], edges[-1]
        self.low, self.high = mu.min() - 34 * temperature.max(), mu.max() + 34 * temperature.max()
        special = np.array([*edges, *mu])
        folded = apart(np.mod(special - special[0], omega), omega)
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
    line = Line(0.0, apart(np.array([low, high, *inside]), omega), omega)
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

    panels = graded(problem, line, rungs, ())
    total, *_ = bisected(lambda batch: values_over(problem, integrand, line, rungs, batch), panels, rtol, atol, 400_000)
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
