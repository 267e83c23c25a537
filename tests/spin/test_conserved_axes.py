"""Which axes a lead conserves the spin along, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from spin.spinors import ONE, SIGMA, X, along, numbers, valve


def wire(h00, h01):
    return fq.PeriodicLead(h00, h01)


def rashba_wire(strength=0.4):
    return wire(0 * ONE, ONE * 0.9 + 1j * strength * SIGMA[1])


def between(left, right=None):
    sites = left.orbitals // 2 if not left.spinless else 1
    return fq.Device(
        np.kron(np.diag(np.linspace(0, 0.5, sites)), ONE),
        {"L": fq.Contact(left, range(sites)), "R": fq.Contact(right or fq.Chain(), 0)},
        orbitals=2,
        spin=True,
    )


def test_a_rashba_wire_conserves_the_spin_across_it_and_no_other():
    scattering = fq.scatter(between(rashba_wire()), None, [0.3])
    assert numbers(scattering.transmission("R", "L", spin_axis="y")).shape == (1, 1, 2, 2)
    for axis in ("x", "z", (0, 1, 1e-3)):
        with pytest.raises(fq.BadInput, match=r'Lead "L" does not conserve the spin along .* along y; give that axis'):
            scattering.transmission("R", "L", spin_axis=axis)
    with pytest.raises(fq.BadInput, match=r"along z.*spin_axis=None"):
        scattering.transmission("R", "L")
    scattering.transmission("R", "R")
    # an axis that is given to six digits is the lead's own
    tilt = np.array([0.6, 0.0, 0.8])
    tilted = fq.scatter(between(wire(0.3 * along(tilt), ONE)), None, [0.3])
    found = tilted.transmission("R", "L", spin_axis=(0.6000001, 0, 0.8))
    np.testing.assert_allclose(found.values, tilted.transmission("R", "L", spin_axis=tilt).values, rtol=0, atol=1e-12)
    assert found.attrs["spin_axis"] == "(0.6, 0, 0.8)"


def test_a_ribbon_of_rashba_and_zeeman_fields_conserves_no_axis():
    h00 = np.kron([[0, -1], [-1, 0]], ONE) + np.kron([[0, 0.4j], [-0.4j, 0]], SIGMA[0])
    ribbon = wire(h00, np.kron(np.eye(2), -ONE + 0.4j * SIGMA[1]))
    device = between(ribbon)
    scattering = fq.scatter(device, None, [0.3])
    with pytest.raises(fq.BadInput, match=r'Lead "L" .* along no axis; give spin_axis=None'):
        scattering.transmission("R", "L", spin_axis="y")
    assert float(scattering.transmission("R", "L", spin_axis=None).squeeze()) > 0
    solution = fq.solve(device, None, window=(0.2, 0.4))
    reservoirs = fq.Reservoirs(mu={"L": 0.4, "R": 0.2})
    with pytest.raises(fq.BadInput, match=r'Lead "L" conserves the spin along no axis.*axes=\{"R": "z"\}'):
        fq.spin_current(solution, reservoirs)
    with pytest.raises(fq.BadInput, match="along no axis; ask for dc_current"):
        fq.spin_current(solution, reservoirs, axes="z")
    assert np.isfinite(fq.spin_current(solution, reservoirs, axes={"R": "z"}).values).all()
    with pytest.raises(fq.BadInput, match="mixes spins"):
        fq.dc_current(solution, reservoirs, resolve_spin=True)


def test_a_given_self_energy_conserves_what_commutes_with_it_at_every_energy():
    def magnetic(energy):
        return -0.3j * ONE - 0.1j * along(X) * (1 + 0.2 * np.tanh(np.real(energy)))

    def turning(energy):
        return -0.3j * ONE - 0.1j * along((np.cos(0.3 * energy), np.sin(0.3 * energy), 0))

    scattering = fq.scatter(between(fq.SelfEnergy(magnetic, orbitals=2)), None, [0.1, 0.5])
    scattering.transmission("R", "L", spin_axis="x")
    with pytest.raises(fq.BadInput, match="along x"):
        scattering.transmission("R", "L", spin_axis="y")
    with pytest.raises(fq.BadInput, match="along no axis"):
        fq.scatter(between(fq.SelfEnergy(turning, orbitals=2)), None, [0.1, 0.5]).transmission("R", "L", spin_axis="x")


def test_a_ferromagnet_along_z_resolves_its_spins_and_keeps_them_resolved():
    device = between(wire(0.5 * SIGMA[2], ONE))
    solution = fq.solve(device, None, window=(0.2, 0.4))
    reservoirs = fq.Reservoirs(mu={"L": 0.4, "R": 0.2})
    by_spin = fq.dc_current(solution, reservoirs, resolve_spin=True)
    vector = fq.spin_current(solution, reservoirs)
    difference = by_spin.sel(spin="up") - by_spin.sel(spin="down")
    np.testing.assert_allclose(vector.sel(direction="z").values, difference.values, rtol=1e-9)
    assert np.isnan(vector.sel(lead="L", direction="x"))
    np.testing.assert_allclose(vector.sel(lead="R", direction=["x", "y"]).values, 0, atol=1e-14)
    tilted = fq.solve(between(wire(0.5 * along((0.6, 0, 0.8)), ONE)), None, window=(0.2, 0.4))
    with pytest.raises(fq.BadInput, match="mixes spins"):
        fq.dc_current(tilted, reservoirs, resolve_spin=True)


def test_axes_that_cannot_be_are_refused():
    scattering = fq.scatter(between(fq.Chain()), None, [0.3])
    for axis, said in (
        ("w", 'must be a direction; give "x", "y", "z"'),
        ((0, 0, 0), "must be a direction"),
        ({"L": "z"}, 'lead "R" needs one too'),
        ({"L": "z", "Q": "x"}, 'no lead "Q"'),
    ):
        with pytest.raises(fq.BadInput, match=said):
            scattering.transmission("R", "L", spin_axis=axis)
    spinless = fq.scatter(fq.gallery.driven_level(), None, [0.3])
    assert spinless.transmission("R", "L", spin_axis=None).dims == ("energy", "sideband")
    with pytest.raises(fq.BadInput, match="has no spin"):
        spinless.transmission("R", "L", spin_axis="x")
    solution = fq.solve(between(fq.Chain()), None, window=(0, 0))
    with pytest.raises(fq.BadInput, match="empty dict"):
        fq.spin_current(solution, fq.Reservoirs(mu=0.0), axes={})


def test_a_study_sums_over_spins_or_turns_the_axis():
    device, _, _ = valve(0.9, 0.5)
    data = fq.Study(device, None, {"energy": [0.0, 0.3]}, {"transmission": {"spin_axis": None, "kind": "total"}}).run()
    assert data.transmission.dims == ("energy", "lead_out", "lead_in")
    assert float(data.transmission.sel(energy=0, lead_out="R", lead_in="L")) == pytest.approx(
        2 * 0.75 / (1 - 0.25 * np.cos(0.45) ** 2), rel=1e-10
    )
    chains = between(fq.Chain())
    turned = fq.Study(chains, None, {"energy": [0.3]}, {"transmission": {"spin_axis": "x", "kind": "total"}}).run()
    assert turned.transmission.dims == ("energy", "lead_out", "lead_in", "spin_out", "spin_in")
