"""Surfaces where they are hard: poles, flat bands, narrow gaps, end states; and both ends of a wire together."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from leads.wires import (
    DIMER,
    armchair,
    magnetic_strip,
    random_lead,
    residual,
    self_energy,
    spectral,
    strip,
    supercell,
    zigzag,
)


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
