"""Leads: surfaces, bands, channels, against closed forms, recursion, high precision, and laws that hold for all leads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floquant as fq

DIMER = fq.PeriodicLead([[0, 0.5], [0.5, 0]], [[0, 0], [1, 0]])  # weak bond first: a state at its end, at E = 0


def random_lead(seed: int, orbitals: int, real: bool = False, rank: int | None = None, strength: float = 1.0):
    """A lead without any symmetry, H01 of a given rank."""
    rng = np.random.default_rng(seed)

    def matrix():
        return rng.normal(size=(orbitals, orbitals)) + (0 if real else 1j) * rng.normal(size=(orbitals, orbitals))

    h00, h01 = matrix(), strength * matrix()
    if rank is not None:
        h01[:, rank:] = 0
    return fq.PeriodicLead(h00 + h00.conj().T, h01)


def supercell(h00, h01, times: int):
    """The same wire with a cell of several cells."""
    unit, next_one = np.eye(times), np.eye(times, k=1)
    h = np.kron(unit, h00) + np.kron(next_one, h01) + np.kron(next_one.T, np.conj(h01).T)
    v = np.zeros_like(h)
    n = len(h00)
    v[-n:, :n] = h01
    return fq.PeriodicLead(h, v)


def strip(width: int):
    """A square lattice: H00 and H01."""
    return np.eye(width, k=1) + np.eye(width, k=-1), np.eye(width)


def magnetic_strip(width: int, flux: float):
    """A square lattice in a field: decaying waves lean on one edge and are nearly parallel."""
    return fq.PeriodicLead(strip(width)[0], np.diag(np.exp(2j * np.pi * flux * np.arange(width))))


def zigzag(chains: int):
    """A honeycomb ribbon with zigzag edges; H01 is singular."""
    h, v = np.zeros((2, 2 * chains, 2 * chains))
    for chain in range(chains):
        a, b = 2 * chain, 2 * chain + 1
        h[a, b] = h[b, a] = -1
        if chain < chains - 1:
            h[b, b + 1] = h[b + 1, b] = -1
        v[(b, a) if chain % 2 == 0 else (a, b)] = -1
    return fq.PeriodicLead(h, v)


def armchair(dimers: int):
    """A honeycomb ribbon with armchair edges, `dimers` dimer lines wide."""
    sites = [(x, y) for x in range(2) for y in range(dimers)]
    number = {site: i for i, site in enumerate(sites)}
    h, v = np.zeros((2, len(sites), len(sites)))
    for (x, y), i in number.items():
        if y + 1 < dimers:
            j = number[x, y + 1]
            h[i, j] = h[j, i] = -1
        if (x + y) % 2 == 0 and x == 0:
            j = number[1, y]
            h[i, j] = h[j, i] = -1
        elif (x + y) % 2 == 0:
            v[i, number[0, y]] = -1
    return fq.PeriodicLead(h, v)


def self_energy(lead, energy):
    """Σ = H01 g H01†."""
    return lead.h01 @ lead.surface(energy) @ lead.h01.conj().T


def residual(lead, energies):
    """‖Σ − H01 (E − H00 − Σ)⁻¹ H01†‖ / ‖Σ‖ at each energy."""
    sigma = self_energy(lead, energies)
    inverse = np.linalg.inv(np.asarray(energies)[:, None, None] * np.eye(lead.orbitals) - lead.h00 - sigma)
    again = lead.h01 @ inverse @ lead.h01.conj().T
    return np.linalg.norm(sigma - again, axis=(1, 2)) / np.linalg.norm(sigma, axis=(1, 2))


def spectral(surface):
    """a = i (g − g†)."""
    return 1j * (surface - np.conj(np.swapaxes(surface, -1, -2)))


# --- the surface ------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.booleans(), st.floats(-4, 4))
def test_the_self_energy_obeys_its_equation_and_absorbs(seed, orbitals, real, singular, energy):
    lead = random_lead(seed, orbitals, real, rank=max(1, orbitals - 1) if singular else None)
    surface = lead.surface(energy)
    size = np.linalg.norm(surface) * np.linalg.norm(
        lead.h01
    )  # near a pole of g the rounding of Σ is amplified by its square
    assert residual(lead, [energy])[0] < 1e-12 + 1e-15 * size**2
    assert np.linalg.eigvalsh(spectral(surface))[0] > -1e-6 * np.linalg.norm(surface)


@pytest.mark.parametrize("width", [2, 3, 6])
def test_the_equation_holds_on_band_edges_and_where_bands_cross(width):
    for lead in (supercell(*strip(width), 2), fq.PeriodicLead(*strip(width)), magnetic_strip(width + 4, 0.07)):
        energies = [0.0, 1e-13, -1e-7, *lead.edges()]
        assert residual(lead, energies).max() < 1e-12


def test_a_cell_of_several_sites_is_the_same_chain():
    energies = np.concatenate([np.linspace(-3, 3, 61), [1e-14, 1e-10, -1e-7, 1e-4]])
    for times in (2, 3, 4):
        lead = supercell(np.zeros((1, 1)), np.ones((1, 1)), times)
        assert np.allclose(lead.surface(energies)[:, 0, 0], fq.Chain().surface(energies)[:, 0, 0], rtol=0, atol=2e-7)
        inside = np.abs(np.abs(energies) - 2) > 1e-2
        expected = fq.Chain().surface(energies[inside])[:, 0, 0]
        assert np.abs(lead.surface(energies[inside])[:, 0, 0] - expected).max() < 1e-12


def test_a_doubled_strip_is_the_strip_also_where_its_folded_bands_cross():
    h00, h01 = strip(5)
    energies = np.array([0.0, 1e-12, 1e-8, -1e-5, 0.3, 1.1, 2.9, 4.1])
    expected = fq.PeriodicLead(h00, h01).surface(energies)
    assert np.abs(supercell(h00, h01, 2).surface(energies)[:, :5, :5] - expected).max() < 1e-12


def test_a_strip_is_its_transverse_modes():
    width, energy = 7, 0.37
    j = np.arange(1, width + 1)
    modes = np.sqrt(2 / (width + 1)) * np.sin(np.pi * np.outer(j, j) / (width + 1))
    chains = [fq.Chain(level=level).surface(energy)[0, 0] for level in 2 * np.cos(np.pi * j / (width + 1))]
    assert np.abs(fq.PeriodicLead(*strip(width)).surface(energy) - modes @ np.diag(chains) @ modes.T).max() < 1e-14


def test_an_orbital_far_away_shifts_the_level_and_spoils_nothing():
    """A site bound to one at 10⁴: E − 10²/(E − 10⁴) takes the place of E."""
    lead, energies = fq.PeriodicLead([[0, 10], [10, 1e4]], [[1, 0], [0, 0]]), np.array([-1.7, -0.02, 0.0, 1.2, 2.5])
    expected = [fq.Chain().surface(energy - 100 / (energy - 1e4))[0, 0] for energy in energies]
    assert np.abs(lead.surface(energies)[:, 0, 0] - expected).max() < 1e-11
    assert list(lead.open_channels(energies)) == [1, 1, 1, 1, 0]


def test_wires_that_share_a_cell_stay_apart_and_may_be_mixed_by_any_unitary():
    one, two, energies = random_lead(1, 2), random_lead(2, 3), np.array([-1.3, 0.2, 0.9])
    h, v = np.zeros((2, 6, 6), complex)
    for lead, at in ((one, [0, 3]), (two, [1, 4, 5])):
        h[np.ix_(at, at)], v[np.ix_(at, at)] = lead.h00, lead.h01
    h[2, 2] = 0.5  # an orbital that nothing is connected with
    both = fq.PeriodicLead(h, v).surface(energies)
    assert np.array_equal(both[:, [0, 0, 3, 3], [0, 3, 0, 3]], one.surface(energies).reshape(3, 4))
    assert np.abs(both[:, 2, 2] - 1 / (energies - 0.5)).max() < 1e-15
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(4, 4)))[0]
    twice = [turn @ np.kron(np.eye(2), m) @ turn.T for m in (one.h00, one.h01)]
    mixed = fq.PeriodicLead((twice[0] + twice[0].conj().T) / 2, twice[1]).surface(energies)
    assert np.abs(turn.T @ mixed @ turn - np.kron(np.eye(2), one.surface(energies))).max() < 1e-12


@pytest.mark.parametrize(
    "lead",
    [random_lead(4, 4), random_lead(5, 5, real=True, rank=2), DIMER, zigzag(3), armchair(5), magnetic_strip(12, 0.08)],
    ids=["generic", "singular", "dimers", "zigzag", "armchair", "magnetic"],
)
def test_above_the_axis_the_surface_is_the_limit_of_adding_cell_after_cell(lead):
    energy = 0.4 + 0.05j
    g = np.linalg.inv(energy * np.eye(lead.orbitals) - lead.h00)
    for _ in range(4000):
        g = np.linalg.inv(energy * np.eye(lead.orbitals) - lead.h00 - lead.h01 @ g @ lead.h01.conj().T)
    assert np.abs(lead.surface(energy) - g).max() < 1e-12 * np.abs(g).max()


@pytest.mark.parametrize("lead", [random_lead(6, 3), DIMER, zigzag(3), magnetic_strip(9, 0.1), supercell(*strip(2), 2)])
def test_the_continuation_through_the_band_is_analytic(lead):
    """The mean over a circle that crosses the axis is the value at its centre, and below the axis too."""
    edges = np.array(lead.edges())
    widest = np.argmax(np.diff(edges))
    radius = 0.2 * np.diff(edges)[widest]
    centre = (edges[widest] + edges[widest + 1]) / 2 - 0.1j * radius
    circle = centre + radius * np.exp(2j * np.pi * (np.arange(32) + 0.5) / 32)
    g = lead.surface(centre)
    assert np.abs(lead.surface(circle).mean(axis=0) - g).max() < 1e-8 * np.abs(g).max()


def test_below_the_axis_a_cell_of_several_sites_continues_as_the_chain_does():
    energies = np.linspace(-2.93, 2.93, 15)[:, None] - 1j * np.array([1e-9, 1e-4, 0.1, 1.0])
    energies = np.append(energies.ravel(), [-1e-9j, -0.2j])
    for times in (2, 3):
        g = supercell(np.zeros((1, 1)), np.ones((1, 1)), times).surface(energies)[:, 0, 0]
        assert np.abs(g - fq.Chain().surface(energies)[:, 0, 0]).max() < 1e-11


def decimated(lead, energy):
    """g in 160 digits, by doubling, at 10⁻⁴⁰ above the axis."""
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(160):
        surface = bulk = mpmath.matrix(lead.h00.tolist())
        right, one = mpmath.matrix(lead.h01.tolist()), mpmath.eye(lead.orbitals)
        left, z = right.H, mpmath.mpf(energy) + 1j * mpmath.mpf(10) ** -40
        while max(abs(x) for x in right) > mpmath.mpf(10) ** -30:
            g = (z * one - bulk) ** -1
            there, back = right * g, left * g
            surface, bulk = surface + there * left, bulk + there * left + back * right
            right, left = there * right, back * left
        return np.array(((z * one - surface) ** -1).tolist(), complex)


@pytest.mark.parametrize(
    ("lead", "energy"),
    [
        (random_lead(7, 3), 0.2),
        (random_lead(8, 3, rank=1), -0.4),
        (zigzag(2), 0.1),
        (supercell(*strip(2), 2), 0.0),
        (
            fq.PeriodicLead([[0, 1], [1, 0]], [[0.2, 0], [1, 0.2]]),
            -1.65,
        ),  # 2 cos k + 0.4 cos 2k = −1.65 twice at cos k = −1.25
    ],
    ids=["generic", "singular", "zigzag", "crossing", "decaying waves that coalesce"],
)
def test_the_surface_has_twelve_digits_on_the_real_axis(lead, energy):
    exact = decimated(lead, energy)
    assert np.abs(lead.surface(energy) - exact).max() < 1e-12 * np.abs(exact).max()


def test_a_pole_of_the_surface_is_a_limit():
    """The end state of a dimerised wire at E = 0 takes all weight from the site it is bound to: G = 0, and no nan."""
    energies = np.array([0.0, 1e-13, -1e-9])
    g = DIMER.surface(energies)
    assert np.all(np.isfinite(g))
    assert np.abs(1 / (energies - 0.3**2 * g[:, 0, 0])).max() < 1e-6
    ribbon = [np.linalg.norm(energy * armchair(8).surface(energy)) for energy in (1e-4, 1e-6)]
    assert ribbon[0] == pytest.approx(ribbon[1], rel=1e-3)  # end states of a metallic ribbon, where its bands cross too
    trivial = fq.PeriodicLead([[0, 1], [1, 0]], [[0, 0], [0.5, 0]]).surface(0.0)
    assert abs(trivial[0, 0]) < 1e-12  # no end state: the other phase
    assert np.all(np.isfinite(zigzag(4).surface(0.0)))
    assert np.all(np.isfinite(armchair(5).surface(0.0)))


def test_a_flat_band_does_not_spoil_the_self_energy():
    """An orbital that nothing is connected with, hidden by a rotation, seen at its energy and beside it; and a stub lattice."""
    lead = fq.PeriodicLead([[0, 1, 1], [1, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 0], [1.0, 0, 0]])
    wide = random_lead(9, 2)
    h, v = np.zeros((2, 3, 3), complex)
    h[:2, :2], v[:2, :2], h[2, 2] = wide.h00, wide.h01, 0.3
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    hidden = fq.PeriodicLead((turn @ h @ turn.T + (turn @ h @ turn.T).conj().T) / 2, turn @ v @ turn.T)
    for energy in (0.3, 0.3 + 1e-9, 0.3 - 1e-6):
        sigma = turn.T @ self_energy(hidden, energy) @ turn
        assert np.abs(sigma[:2, :2] - self_energy(wide, energy)).max() < 1e-7  # the rounding of a g of 1e8
    assert np.all(np.isfinite(lead.surface(0.0)))


@pytest.mark.parametrize("gap", [1e-4, 1e-7, 1e-8])
def test_a_narrow_gap_is_not_averaged_away(gap):
    """Two bands that would cross at E = 0: inside the gap a wave that enters comes back, beside it both channels are open."""
    lead = fq.PeriodicLead([[0, gap], [gap, 0]], np.exp(0.7j) * np.diag([1.4, -0.6]))
    assert residual(lead, np.array([2, 3, 10]) * gap).max() < 1e-12
    assert np.linalg.eigvalsh(spectral(lead.surface(3 * gap)))[0] > 1
    assert np.abs(spectral(lead.surface(0.0))).max() < 1e-15 / gap


@pytest.mark.parametrize("energy", [0.0, 1e-13, -1e-9, 1e-7])
def test_an_end_state_carries_no_current_where_waves_cross(energy):
    """A metallic armchair ribbon at E = 0: one open channel, bands that cross, and a pole of g at its end."""
    a = spectral(armchair(5).surface(energy))
    beside = spectral(armchair(5).surface(1e-3))
    assert np.abs(np.linalg.eigvalsh(a)[:-1]).max() < 1e-9
    assert np.abs(a - beside).max() < 1e-2


SYMMETRIC = random_lead(14, 5).h01[:, :2]
TURNED = {
    "zigzag": zigzag(5),
    "armchair": armchair(4),
    "real": random_lead(11, 6, real=True),
    "singular": random_lead(12, 6, real=True, rank=2),
    "a field": magnetic_strip(6, 0.1),
    "a strong field": magnetic_strip(12, 0.1),
    "symmetric and singular": fq.PeriodicLead(strip(5)[0], SYMMETRIC @ SYMMETRIC.T),
}


@pytest.mark.parametrize("name", TURNED)
def test_real_arithmetic_gives_what_complex_does(name):
    """Turning the phase of every orbital, and of H01, makes a real problem a complex one, and turns g."""
    lead = TURNED[name]
    phase = np.exp(2j * np.pi * np.random.default_rng(1).random(lead.orbitals))
    turned = fq.PeriodicLead(phase.conj()[:, None] * lead.h00 * phase, phase.conj()[:, None] * lead.h01 * phase)
    energies = np.concatenate([np.linspace(-2.9, 2.9, 24), np.linspace(-2, 2, 4) + 0.1j])
    for part in (energies[:24].real, energies[24:]):
        expected = phase[:, None] * turned.surface(part) * phase.conj()
        assert np.abs(lead.surface(part) - expected).max() < 1e-11 * np.abs(expected).max()
    both = [piece.cell.real or piece.cell.symmetric for piece in (*lead.pieces, *turned.pieces)]
    assert both[0]
    assert not both[-1]


@pytest.mark.parametrize(
    "lead",
    [*TURNED.values(), DIMER, random_lead(13, 4), supercell(*strip(4), 2), fq.PeriodicLead(*strip(4))],
)
def test_both_ends_of_a_wire_are_found_together(lead):
    """Waves that come in from one side go out on the other: H01† in the place of H01."""
    other = fq.PeriodicLead(lead.h00, lead.h01.conj().T)
    assert lead.is_opposite(other)
    energies = np.concatenate([np.linspace(-3, 3, 24), [0.0, 1e-9]])
    for found, alone in zip(lead.both_open_directions(energies), (lead, other), strict=True):
        expected = alone.surface(energies)
        size = np.abs(expected).max(axis=(1, 2))
        near_a_pole = 1e-15 * size  # there rounding is amplified once more
        assert np.all(np.abs(found.surface - expected).max(axis=(1, 2)) < (1e-11 + near_a_pole) * size)


# --- bands and channels -----------------------------------------------------------------------------------------------


def test_band_edges_are_those_of_closed_forms():
    assert np.allclose(DIMER.bands(), [(-1.5, -0.5), (0.5, 1.5)], rtol=1e-13)
    top = 2 + 2 * np.cos(np.pi / 6)
    assert np.allclose(supercell(*strip(5), 2).bands(), [(-top, top)], rtol=1e-13)
    for dimers in (4, 5, 6):  # two of three armchair ribbons have a gap
        levels = 1 + 2 * np.cos(np.pi * np.arange(1, dimers + 1) / (dimers + 1))
        gap, top = np.abs(levels).min(), np.abs(levels).max()
        expected = [(-top, -gap), (gap, top)] if gap > 1e-9 else [(-top, top)]
        assert np.allclose(armchair(dimers).bands(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("second", [0.2, 0.3, -0.8, 0.2501, 0.25002])
def test_an_extremum_inside_the_zone_is_found_to_rounding(second):
    """E(k) = 2 cos k + 2t₂ cos 2k turns at 0, π, and where cos k = −1/4t₂, with two sites per cell."""
    lead = fq.PeriodicLead([[0, 1], [1, 0]], [[second, 0], [1, second]])
    edges = [2 + 2 * second, -2 + 2 * second]
    if abs(1 / (4 * second)) < 1:
        edges.append(-1 / (4 * second) - 2 * second)
    assert np.allclose(lead.edges(), np.sort(edges), rtol=1e-12)
    middle = (np.sort(edges)[1:] + np.sort(edges)[:-1]) / 2
    k = np.linspace(0, 2 * np.pi, 5001)
    above = 2 * np.cos(k) + 2 * second * np.cos(2 * k) > middle[:, None]
    assert list(lead.open_channels(middle)) == list((~above[:, :-1] & above[:, 1:]).sum(axis=1))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.sampled_from([0.03, 0.4, 2.0]))
def test_open_channels_are_the_crossings_of_the_bands_and_the_rank_of_the_spectral_function(
    seed, orbitals, real, strength
):
    lead = random_lead(seed, orbitals, real, strength=strength)
    edges = np.array(lead.edges())
    wide = np.diff(edges) > 1e-4
    energies = (edges[1:] + edges[:-1])[wide] / 2
    k = np.linspace(-np.pi, np.pi, 3001)[:, None, None]
    levels = np.linalg.eigvalsh(lead.h00 + lead.h01 * np.exp(1j * k) + lead.h01.conj().T * np.exp(-1j * k))
    below = levels[:, :, None] < energies
    assert np.array_equal(lead.open_channels(energies), (below[:-1] & ~below[1:]).sum(axis=(0, 1)))
    surface = lead.surface(energies)
    weights = np.linalg.eigvalsh(spectral(surface))
    assert np.array_equal(
        lead.open_channels(energies), (weights > 1e-8 * np.abs(surface).max((1, 2))[:, None]).sum(axis=1)
    )


@pytest.mark.parametrize("split", [1e-5, 1e-8, 1e-10])
def test_bands_split_a_little_keep_their_own_edges(split):
    """Two equal leads of three orbitals, one of them moved by a small energy, seen in a turned basis."""
    lead = random_lead(5, 3, real=True)
    turn = np.linalg.qr(np.random.default_rng(6).normal(size=(6, 6)))[0]
    h00 = np.kron(np.eye(2), lead.h00) + split * np.diag([0, 0, 0, 1, 1, 1])
    both = fq.PeriodicLead(turn @ h00 @ turn.T, turn @ np.kron(np.eye(2), lead.h01) @ turn.T)
    expected = np.sort(np.concatenate([lead.edges(), np.array(lead.edges()) + split]))
    assert np.allclose(both.edges(), expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("gap", [0.3, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 0.0])
@pytest.mark.parametrize("tilt", [0.0, 0.4])
def test_a_band_turns_at_the_narrowest_avoided_crossing(gap, tilt):
    """E(k) = 2u cos k ± √(4 cos² k + g²), with k shifted: the bands end at ±g √(1 − u²), or cross if g = 0."""
    lead = fq.PeriodicLead([[0, gap], [gap, 0]], np.exp(0.7j) * np.diag([tilt + 1, tilt - 1]))
    edges = [sign * 2 * tilt + root * np.hypot(2, gap) for sign in (1, -1) for root in (1, -1)]
    if gap:
        edges += [gap * np.sqrt(1 - tilt**2), -gap * np.sqrt(1 - tilt**2)]
        assert lead.open_channels(0.0) == 0
        assert lead.open_channels(2 * gap) == 2 if gap < 0.1 else True
    else:
        assert lead.open_channels(0.0) == 2
    assert np.allclose(np.unique(np.round(lead.edges(), 13)), np.unique(np.round(edges, 13)), rtol=1e-12, atol=2e-13)


@pytest.mark.parametrize(
    "lead", [zigzag(3), magnetic_strip(6, 0.1), random_lead(21, 4)], ids=["zigzag", "field", "random"]
)
def test_segments_cover_the_zone_once_and_finer_ones_have_the_same_extrema(lead):
    from floquant.leads.bands.follow import FollowedBands, first_grid
    from floquant.leads.bands.stationary_points import stationary_points

    bands = FollowedBands(lead.pieces[0].cell)
    bands.cover(first_grid())
    found = []
    for _ in range(2):
        ends = np.array([segment.interval for segment in bands.path])
        assert np.allclose(ends[1:, 0], ends[:-1, 1], rtol=0, atol=1e-12)
        assert np.isclose(ends[-1, 1] - ends[0, 0], 2 * np.pi, rtol=1e-12)
        points, doubtful = stationary_points(bands.cell, bands.path)
        assert not doubtful
        gaps = [[gap.minimum for gap in bands.narrow_gaps], [gap.maximum for gap in bands.narrow_gaps], []]
        found.append([np.sort(kind + more) for kind, more in zip(points, gaps, strict=True)])
        bands.cover_again(bands.path)
    for coarse, fine in zip(*found, strict=True):
        assert np.allclose(coarse, fine, rtol=0, atol=1e-12 * bands.cell.scale)


@pytest.mark.parametrize(
    "lead",
    [
        lambda: magnetic_strip(8, 0.1),
        lambda: magnetic_strip(9, 0.16325829507983144),
        lambda: random_lead(18126, 5, real=True, strength=5.0),
    ],
)
def test_every_extremum_of_the_bands_on_a_fine_grid_is_an_edge_and_there_are_no_others(lead):
    """Bands with narrow avoided crossings, three levels at once; parabolas through three neighbours on a grid give their extrema."""
    lead = lead()
    count = 40001  # odd: no momentum is fixed by k → −k but one
    k = 2 * np.pi * (np.arange(count) + 0.123) / count
    levels = np.concatenate(
        [
            np.linalg.eigvalsh(lead.h00 + lead.h01 * phase + lead.h01.conj().T / phase)
            for phase in np.array_split(np.exp(1j * k)[:, None, None], 40)
        ]
    )
    before, after = np.roll(levels, 1, axis=0), np.roll(levels, -1, axis=0)
    for found, turns in (
        (lead.extrema.minima, (levels < before) & (levels < after)),
        (lead.extrema.maxima, (levels > before) & (levels > after)),
    ):
        half, bend = (after - before)[turns] / 2, (after - 2 * levels + before)[turns]
        assert np.allclose(found, np.sort(levels[turns] - half**2 / (2 * bend)), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "lead",
    [
        zigzag(3),
        zigzag(20),
        random_lead(3, 26),
        magnetic_strip(9, 0.1),
        fq.PeriodicLead(*strip(5)),
        supercell(*strip(3), 2),
    ],
    ids=["zigzag", "wide zigzag", "wide", "field", "closed form", "doubled"],
)
def test_open_directions_are_as_many_as_open_channels_and_make_up_the_spectral_function(lead):
    edges = np.array(lead.edges())
    width = edges[-1] - edges[0]
    energies = np.concatenate(
        [np.linspace(edges[0] - 0.1, edges[-1] + 0.1, 41), edges + 1e-8 * width, edges - 1e-6 * width]
    )
    energies = lead.off_edges(energies)
    found = lead.open_directions(energies)
    assert np.array_equal((found.weights > 0).sum(axis=1), lead.open_channels(energies))
    a, size = spectral(found.surface), np.abs(found.surface).max(axis=(1, 2))
    v = found.directions
    assert np.all(np.abs((v * found.weights[:, None]) @ v.conj().swapaxes(1, 2) - a).max(axis=(1, 2)) < 1e-8 * size)
    assert np.abs(found.projector @ found.projector - found.projector).max() < 1e-12
    assert np.all(np.abs(found.root @ found.root - a).max(axis=(1, 2)) < 1e-8 * size)


def test_a_contact_of_open_waves_is_the_contact():
    """w = w' V† and P = V V†; leads that are alike or opposite, asked once, give what each gives alone."""
    from floquant.model import sectors
    from floquant.solvers.ladder.contacts import contacts_at, open_waves_at

    right = zigzag(3)
    left, wide = fq.PeriodicLead(right.h00, right.h01.T), random_lead(2, 6)
    h = np.diag(np.linspace(-1, 1, 6)) + np.eye(6, k=1) + np.eye(6, k=-1)
    contacts = {
        "L": fq.Contact(left, range(6)), "R": fq.Contact(right, range(6)), "W": fq.Contact(wide, range(6), 0.3 * h),
        "C": fq.Contact(fq.Chain(), 2), "W2": fq.Contact(fq.PeriodicLead(wide.h00, wide.h01), range(6)),
    }  # fmt: skip
    sector = sectors(fq.Device(h, contacts), None)[0]
    energies = np.array([-1.3, 0.1, 0.7, 2.4])
    table = contacts_at(sector, energies)
    for i, (waves, v) in enumerate(open_waves_at(sector, energies)):
        assert np.array_equal(waves.self_energy, table.self_energy[i])
        assert np.abs(waves.injection @ v.conj().T - table.injection[i]).max() < 1e-12
        assert np.abs(v @ v.conj().T - table.projector[i]).max() < 1e-12
    alone = [
        contacts_at(sectors(fq.Device(h, {name: one}), None)[0], energies).spread(6) for name, one in contacts.items()
    ]
    sigma, w = table.spread(6)
    assert np.abs(sum(one[0] for one in alone) - sigma).max() < 1e-12
    assert np.abs(np.concatenate([one[1] for one in alone], axis=2) - w).max() < 1e-12


def test_a_clean_strip_transmits_its_open_channels():
    h00, h01 = strip(4)
    leads = {name: fq.Contact(fq.PeriodicLead(h00, h01), range(4)) for name in ("L", "R")}
    energies = [0.1, 1.5, 2.0, 3.0, 3.7]
    scattering = fq.scatter(fq.Device(h00, contacts=leads), None, energies)
    assert np.allclose(
        scattering.transmission("R", "L").values.ravel(), leads["L"].lead.open_channels(energies), atol=1e-12
    )


# --- modes ------------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.floats(-3, 3))
def test_modes_carry_the_whole_spectral_function(seed, orbitals, real, energy):
    lead = random_lead(seed, orbitals, real)
    modes, surface = lead.modes(energy), lead.surface(energy)
    edges = np.array(lead.edges())
    if np.abs(edges - energy).min() < 1e-3:
        return
    for vectors in (modes.outgoing, modes.incoming):
        assert vectors.shape[1] == lead.open_channels(energy)
        assert np.abs(vectors @ vectors.conj().T - spectral(surface)).max() < 1e-10 * np.abs(surface).max()
    for waves, velocities, momenta, sign in (
        (modes.waves_out, modes.velocities_out, modes.momenta_out, 1),
        (modes.waves_in, modes.velocities_in, modes.momenta_in, -1),
    ):
        for phi, velocity, k in zip(waves.T, velocities, momenta, strict=True):
            bloch = lead.h00 + lead.h01 * np.exp(1j * k) + (lead.h01 * np.exp(1j * k)).conj().T
            assert np.linalg.norm(bloch @ phi - energy * phi) < 1e-9
            slope = 1j * lead.h01 * np.exp(1j * k)
            assert np.vdot(phi, (slope + slope.conj().T) @ phi).real == pytest.approx(sign * velocity, abs=1e-8)
            assert velocity > 0


def scattering_of_modes(h, contacts, energy):
    """S between Bloch waves of unit current, by NumPy alone: S = −δ out† a⁺ in + i out† τ† G τ in."""
    inverse = energy * np.eye(len(h)) - h
    for lead, tau in contacts:
        inverse = inverse - tau @ lead.surface(energy) @ tau.conj().T
    g, blocks = np.linalg.inv(inverse), []
    for b, (out, tau_out) in enumerate(contacts):
        row = []
        for a, (back, tau_in) in enumerate(contacts):
            outgoing, incoming = out.modes(energy).outgoing.conj().T, back.modes(energy).incoming
            block = 1j * outgoing @ tau_out.conj().T @ g @ tau_in @ incoming
            if a == b:
                block = block - outgoing @ np.linalg.pinv(spectral(out.surface(energy)), rcond=1e-9) @ incoming
            row.append(block)
        blocks.append(row)
    return np.block(blocks)


@pytest.mark.parametrize("hopping", [1.0, -0.7, 0.6 + 0.5j])
def test_a_wave_through_a_clean_chain_gains_its_phase(hopping):
    """From cell 0 of one lead to cell 0 of the other over three sites: t = e^{4ik}, and nothing comes back."""
    energy = 0.35
    right, left = fq.Chain(hopping, 0.1), fq.Chain(np.conj(hopping), 0.1)
    h = 0.1 * np.eye(3) + hopping * np.eye(3, k=1) + np.conj(hopping) * np.eye(3, k=-1)
    ends = np.eye(3)[:, :1], np.eye(3)[:, 2:]
    contacts = [(left, ends[0] * np.conj(hopping)), (right, ends[1] * hopping)]
    s = scattering_of_modes(h, contacts, energy)
    k_right, k_left = right.modes(energy).momenta_out[0], left.modes(energy).momenta_out[0]
    assert np.abs(s - [[0, np.exp(4j * k_left)], [np.exp(4j * k_right), 0]]).max() < 1e-13
    assert 0.1 + 2 * abs(hopping) * np.cos(k_right + np.angle(hopping)) == pytest.approx(energy)
    assert right.modes(energy).velocities_out[0] == pytest.approx(np.sqrt(4 * abs(hopping) ** 2 - 0.25**2))


def test_scattering_between_modes_is_unitary():
    rng = np.random.default_rng(5)
    h = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    contacts = [
        (lead, rng.normal(size=(4, lead.orbitals))) for lead in (random_lead(1, 3), random_lead(2, 2), zigzag(2))
    ]
    for energy in (-0.8, 0.3, 1.2):
        s = scattering_of_modes(h + h.conj().T, contacts, energy)
        assert len(s) > 1
        assert np.abs(s.conj().T @ s - np.eye(len(s))).max() < 1e-11


def test_modes_of_equal_wires_are_told_apart_by_their_velocity():
    """At E = 0 the folded bands of a doubled strip cross: outgoing and incoming waves share their λ."""
    lead = supercell(*strip(4), 2)
    modes, single = lead.modes(0.0), fq.PeriodicLead(*strip(4)).modes(0.0)
    assert np.allclose(np.sort(modes.velocities_out), np.sort(single.velocities_out) / 2, rtol=1e-12)
    assert np.abs(modes.outgoing @ modes.outgoing.conj().T - spectral(lead.surface(0.0))).max() < 1e-12


# --- other leads ------------------------------------------------------------------------------------------------------


def test_a_wide_band_may_differ_from_channel_to_channel():
    rng = np.random.default_rng(0)
    h = rng.normal(size=(2, 2))
    h, gamma = h + h.T, np.array([[0.5, 0.2j], [-0.2j, 0.3]])
    energies = np.array([-0.4, 0.7])
    for given_gamma, matrix in (([0.5, 0.2], np.diag([0.5, 0.2])), (gamma, gamma)):
        device = fq.Device(
            h, contacts={"L": fq.Contact(fq.WideBand(given_gamma), [0, 1]), "R": fq.Contact(fq.WideBand(0.4), [1])}
        )
        right = np.diag([0, 0.4])
        g = np.linalg.inv(energies[:, None, None] * np.eye(2) - h + 0.5j * (matrix + right))
        expected = np.einsum("ij,njk,kl,nil->n", right, g, matrix, g.conj()).real
        found = fq.scatter(device, None, energies).transmission("R", "L").values.ravel()
        assert np.allclose(found, expected, rtol=1e-12)


def test_a_chain_given_by_its_self_energy_is_that_chain():
    chain = fq.Chain(0.8, 0.1)
    same = fq.SelfEnergy(lambda energy: 0.8**2 * chain.surface(energy), bands=chain.bands())
    h, energies = [[0.2, 0.5], [0.5, -0.1]], [-0.7, 0.4, 1.5]
    found = []
    for lead in (chain, same):
        device = fq.Device(h, contacts={"L": fq.Contact(lead, [0]), "R": fq.Contact(fq.Chain(), [1])})
        found.append(fq.scatter(device, None, energies).transmission("R", "L").values)
    assert np.allclose(found[0], found[1], rtol=1e-12)
    assert same.edges() == chain.bands()[0]


def test_a_lead_with_spin_and_a_lead_for_both_spins_are_the_same():
    lead, h = random_lead(3, 2), np.array([[0.1, 0.4], [0.4, -0.2]])
    energies, found = [-3.0, 3.0], []
    spinful = fq.PeriodicLead(np.kron(lead.h00, np.eye(2)), np.kron(lead.h01, np.eye(2)))
    alike = fq.PeriodicLead(lead.h00, lead.h01, spinless=True)
    for one, spin in ((spinful, True), (alike, True), (lead, False)):
        matrix = np.kron(h, np.eye(2)) if spin else h
        contacts = {
            "L": fq.Contact(one, [0, 1], 0.6), "R": fq.Contact(fq.Chain(2.0), [1], np.kron([[1.0]], np.eye(2)) if spin else 1.0)
        }  # fmt: skip
        device = fq.Device(matrix, contacts=contacts, orbitals=2 if spin else 1, spin=spin)
        found.append(fq.scatter(device, None, energies).transmission("R", "L").values)
    up = found[0][..., 0, 0]
    assert np.allclose(found[0], found[1], rtol=1e-12)
    assert np.allclose(up, found[2], rtol=1e-12)
    assert np.abs(found[0][..., 0, 1]).max() == 0


def test_a_sparse_lead_is_the_dense_one():
    from scipy.sparse import csr_array

    h00, h01 = strip(3)
    assert np.array_equal(
        fq.PeriodicLead(csr_array(h00), csr_array(h01)).surface(0.3), fq.PeriodicLead(h00, h01).surface(0.3)
    )


REFUSED = {
    "shapes": (lambda: fq.PeriodicLead(np.eye(2), np.eye(3)), r"h01 .* has shape \(3, 3\), but h00 has shape \(2, 2\)"),
    "not Hermitian": (lambda: fq.PeriodicLead([[0, 1], [2, 0]], np.eye(2)), "h00 .* is not Hermitian"),
    "nothing propagates": (lambda: fq.PeriodicLead([[0.0]], [[0.0]]), "nothing propagates"),
    "nan": (lambda: fq.PeriodicLead([[0.0]], [[np.nan]]), "h01 .* nan"),
    "spinless": (lambda: fq.PeriodicLead([[0.0]], [[1.0]], spinless=2), "spinless"),
    "negative channel": (lambda: fq.WideBand([0.1, -0.2]), "none may be negative"),
    "gamma against orbitals": (lambda: fq.WideBand([0.1, 0.2, 0.3], orbitals=2), "must agree"),
    "gain": (lambda: fq.SelfEnergy(lambda energy: 0.2j).surface([0.5]), r"amplifies at E = 0\.5: .*0\.2"),
    "shape": (
        lambda: fq.SelfEnergy(lambda energy: np.eye(3), 2).surface(0.0),
        r"shape \(3, 3\) .* must return \(2, 2\)",
    ),
    "not finite": (lambda: fq.SelfEnergy(lambda energy: np.inf).surface(1.0), "nan or inf at E = 1"),
    "not a function": (lambda: fq.SelfEnergy(0.3), "must be callable"),
    "bands": (lambda: fq.SelfEnergy(lambda energy: 0, bands=[(1, -1)]), "intervals"),
    "fails": (lambda: fq.SelfEnergy(lambda: 0).surface(0.0), "fails at E = 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_lead_that_cannot_be_is_refused(case):
    make, words = REFUSED[case]
    with pytest.raises(fq.BadInput, match=words):
        make()
