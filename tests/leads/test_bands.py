"""Edges and extrema of bands, between which channels open."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from leads.wires import DIMER, armchair, magnetic_strip, random_lead, strip, supercell, zigzag


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
