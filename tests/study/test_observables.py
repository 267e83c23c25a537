"""What is observed: transmissions and currents, at energies and Fermi energies, with spin, and an observable of one's own."""

import numpy as np
import pytest

import floquant as fq
from floquant.study.description.observables import OBSERVABLES, Observable
from study.problems import DRIVE, NAMED, RING


def test_transmissions_of_all_pairs_are_those_of_single_calls():
    energies, flux = np.array([-0.3, 0.05, 0.31]), np.array([0.1, 0.3])
    data = fq.Study(RING, DRIVE, axes={"flux": flux, "energy": energies}, observe="transmission").run()
    scattering = fq.scatter(RING, DRIVE, energies, flux=flux)
    for out in "LR":
        for into in "LR":
            direct = scattering.transmission(out, into)
            np.testing.assert_array_equal(data.transmission.sel(lead_out=out, lead_in=into), direct)
            found = data.transmission_error.sel(lead_out=out, lead_in=into)
            # one for all sidebands, whatever the length of each block's ladder
            assert np.all(found >= direct.transmission_error)
            assert np.all(found <= 2 * direct.transmission_error.max("sideband"))


@pytest.mark.parametrize("kind", ["total", "elastic", "static"])
def test_each_kind_of_transmission(kind):
    axes = {"flux": [0.1, 0.3], "energy": [0.0, 0.05], "v": 0.07, "omega": 0.2}
    data = fq.Study(RING, NAMED, axes=axes, observe={"transmission": {"kind": kind}}).run()
    scattering = fq.scatter(RING, DRIVE, [0.0, 0.05], flux=[0.1, 0.3])
    assert data.transmission.dims == ("flux", "energy", "lead_out", "lead_in")
    direct = scattering.transmission("R", "L", kind=kind)
    np.testing.assert_allclose(data.transmission.sel(lead_out="R", lead_in="L"), direct, atol=1e-13)


def test_without_energies_transmissions_are_at_the_fermi_energy():
    data = fq.Study(
        RING, DRIVE, axes={"fermi_energy": [0.0, 0.05], "flux": 0.3}, observe=["dc_current", "transmission"]
    ).run()
    assert data.transmission.dims == ("fermi_energy", "sideband", "lead_out", "lead_in")
    known = [2.2605670e-4, 2.71015998e-2, 0.2554194781, 1.50653742e-2, 1.0380252e-4]
    found = data.transmission.sel(fermi_energy=0.05, lead_out="R", lead_in="L").sel(sideband=slice(-2, 2))
    np.testing.assert_allclose(found, known, rtol=2e-7)


def test_energies_and_fermi_energies_side_by_side():
    axes = {"flux": [0.1, 0.3], "energy": [0.0, 0.1, 0.2], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, observe=["dc_current", "transmission"]).run()
    assert data.dc_current.dims == ("flux", "fermi_energy", "lead")
    assert data.transmission.dims == ("flux", "energy", "sideband", "lead_out", "lead_in")
    assert data.converged.dims == ("flux",)
    assert data.dc_current_converged.dims == ("flux", "fermi_energy")
    assert data.transmission_converged.dims == ("flux", "energy")


def test_ladders_of_different_length_are_one_array():
    axes = {"omega": [1.0, 0.05], "v": 0.3, "energy": [0.1], "flux": 0.3}
    data = fq.Study(RING, NAMED, axes=axes, observe="transmission").run()
    for omega in (1.0, 0.05):
        direct = fq.scatter(RING, NAMED.at(omega=omega, v=0.3), [0.1], flux=0.3).transmission("R", "L")
        found = data.transmission.sel(omega=omega, lead_out="R", lead_in="L")
        np.testing.assert_array_equal(found.sel(sideband=direct.sideband), direct)
        assert float(abs(found).sum()) == pytest.approx(float(abs(direct).sum()))
        assert np.all(data.transmission_error.sel(omega=omega) > 0)
    np.testing.assert_array_equal(data.sideband, -data.sideband[::-1])


def test_charge_and_spin_of_a_ring_with_spin():
    ring = fq.gallery.quantum_ring(spin=True)
    axes = {"fermi_energy": [0.0, 0.05], "flux_ab": 0.2, "flux_so": 0.1}
    observe = {"dc_current": {"resolve_spin": True}, "spin_current": {}, "transmission": {"kind": "total"}}
    data = fq.Study(ring, DRIVE, axes=axes, observe=observe).run()
    assert data.dc_current.dims == ("fermi_energy", "lead", "spin")
    assert data.spin_current.dims == ("fermi_energy", "lead", "direction")
    assert data.transmission.dims == ("fermi_energy", "lead_out", "lead_in", "spin_out", "spin_in")
    at = data.sel(fermi_energy=0.0, lead="R")
    assert float(at.dc_current.sum()) == pytest.approx(3.148070511439e-3, rel=2e-6)
    assert float(at.spin_current.sel(direction="z")) == pytest.approx(3.6096624e-4, rel=1e-5)
    direct = fq.scatter(ring, DRIVE, [0.0], flux_ab=0.2, flux_so=0.1).transmission("R", "L", kind="total")
    np.testing.assert_allclose(data.transmission.sel(lead_out="R", lead_in="L")[0], direct[0], atol=1e-7)


def test_a_line_in_the_table_is_all_that_an_observable_needs(monkeypatch):
    def doubled(solution, reservoirs, *, sign=1):
        result = 2 * sign * fq.dc_current(solution, reservoirs)
        return result.rename("doubled").assign_attrs(units="e/h * energy", long_name="twice the current")

    monkeypatch.setitem(OBSERVABLES, "doubled", Observable("reservoirs", doubled, "nobody, nowhere", {"sign": (1, -1)}))
    axes = {"flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}
    data = fq.Study(RING, DRIVE, axes=axes, observe={"dc_current": {}, "doubled": {"sign": -1}}).run()
    np.testing.assert_array_equal(data.doubled, -2 * data.dc_current)
    np.testing.assert_array_equal(data.doubled_error, 2 * data.dc_current_error)
    assert data.doubled.attrs["long_name"] == "twice the current"
    assert "nobody, nowhere" in data.attrs["references"]
    with pytest.raises(fq.BadInput, match=r'it has "dc_current", .*"doubled"'):
        fq.Study(RING, DRIVE, axes=axes, observe="trebled")
