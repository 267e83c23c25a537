"""Charge per cycle, and results in SI units; against constants of nature and what drives are known to do."""

import numpy as np
import pytest
import xarray as xr
from scipy import constants

import floquant as fq
from results.samples import claimed, result

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)


def current(drive=DRIVE, device=RING, **knobs):
    return fq.dc_current(fq.solve(device, drive, window=(0, 0), flux=0.2, rtol=1e-4, **knobs), fq.Reservoirs(mu=0.0))


def of_unit(units, name="quantity", **labels):
    return result(name).assign_attrs(units=units, **labels)


# Charge


def test_the_charge_per_cycle_is_the_current_over_the_photon_energy():
    found = fq.charge_per_cycle(current())
    np.testing.assert_allclose(found.values, current().values / 0.2)
    np.testing.assert_allclose(claimed(found).values, claimed(current()).values / 0.2)
    assert found.name == "charge_per_cycle"
    assert found.attrs["units"] == "e"


def test_a_photon_energy_goes_by_the_name_that_the_drive_gives_it():
    named = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="omega")
    one = current(named, omega=0.2)
    assert float(one.omega) == 0.2
    assert "photon_energy" not in one.coords
    np.testing.assert_array_equal(fq.charge_per_cycle(one), fq.charge_per_cycle(current()))


def test_currents_of_several_drives_joined_have_each_its_own():
    drives = [fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=x) for x in (0.2, 0.4)]
    both = xr.concat([current(drive) for drive in drives], dim="run")
    for number, drive in enumerate(drives):
        np.testing.assert_array_equal(fq.charge_per_cycle(both).isel(run=number), fq.charge_per_cycle(current(drive)))
    assert "photon_energy" not in (current(drives[0]) - current(drives[1])).coords


def test_a_study_has_it_swept_or_fixed():
    named = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="photon_energy")
    data = fq.Study(RING, named, {"photon_energy": [0.2, 0.4], "fermi_energy": 0.0}, flux=0.2, rtol=1e-4).run()
    found = fq.charge_per_cycle(data.dc_current)
    np.testing.assert_allclose(found.values, data.dc_current.values / [[0.2], [0.4]])
    np.testing.assert_allclose(claimed(found).values, data.dc_current_error.values / [[0.2], [0.4]])
    fixed = fq.Study(RING, DRIVE, {"fermi_energy": 0.0}, flux=0.2, rtol=1e-4).run()
    np.testing.assert_allclose(fq.charge_per_cycle(fixed["dc_current"]).values, found.isel(photon_energy=0).values)


def test_a_parameter_of_that_name_is_not_taken_for_it():
    shaken = fq.Drive({"dot_level": fq.Cosine("photon_energy")}, photon_energy=0.2)
    with pytest.raises(fq.BadInput, match="no photon energy"):
        fq.charge_per_cycle(current(shaken, photon_energy=0.07))
    with pytest.raises(fq.BadInput, match='"photon_energy", which is reserved'):
        fq.Device([[0.0]], knobs={"photon_energy": fq.Onsite(0)})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: current(None), "no photon energy.*give the current of a driven device"),
        (lambda: current() / 2, "a unit that is not known.*before it was scaled"),
        (lambda: current().to_dataset(), 'is a ResultDataset.*give what dc_current returns, or data\\["dc_current"\\]'),
        (lambda: 0.1, "is a float"),
        (lambda: fq.to_si(current(), "meV"), "is in 'nA'"),
    ],
)
def test_what_is_no_current_of_a_driven_device_is_refused(given, message):
    with pytest.raises(fq.BadInput, match=message):
        fq.charge_per_cycle(given())


def test_a_photon_energy_of_zero_is_refused():
    still = current()
    still.coords["photon_energy"] = ((), 0.0, still.photon_energy.attrs)
    with pytest.raises(fq.BadInput, match="is 0, but a cycle needs a drive"):
        fq.charge_per_cycle(still)


# SI units


@pytest.mark.parametrize(
    ("units", "si", "factor"),
    [
        ("e/h * meV", "nA", constants.e**2 * 1e-3 / constants.h * 1e9),
        ("1/h * meV^2", "W", (1e-3 * constants.e) ** 2 / constants.h),
        ("e^2/h * meV", "A^2/Hz", constants.e**3 * 1e-3 / constants.h),
        ("e^2/h", "S", constants.e**2 / constants.h),
    ],
)
def test_results_in_si_units(units, si, factor):
    found = fq.to_si(of_unit(units))
    np.testing.assert_allclose(found.values, result().values * factor, rtol=1e-12)
    np.testing.assert_allclose(claimed(found).values, claimed(result()).values * factor, rtol=1e-12)
    assert found.attrs["units"] == claimed(found).attrs["units"] == si


def test_one_unit_of_current_in_mev():
    assert fq.to_si(of_unit("e/h * meV")).values[0, 0] == pytest.approx(38.7404, rel=1e-5)


def test_signs_stay_and_the_long_name_says_so():
    found = fq.to_si(current(), "2 meV")
    assert np.array_equal(np.sign(found.values), np.sign(current().values))
    assert (
        found.attrs["long_name"]
        == "charge current into the lead (e times particles; the conventional current is the negative)"
    )
    assert "conventional" not in fq.to_si(of_unit("1/h * meV^2")).attrs["long_name"]


@pytest.mark.parametrize(
    ("unit", "joule"),
    [
        ("J", 1.0), ("eV", constants.e), ("meV", 1e-3 * constants.e), ("µeV", 1e-6 * constants.e), ("μeV", 1e-6 * constants.e),
        ("K", constants.k), ("mK", 1e-3 * constants.k), ("2.7 eV", 2.7 * constants.e), ("1e-3eV", 1e-3 * constants.e),
        (" 3.5e1  meV ", 35e-3 * constants.e),
    ],
)  # fmt: skip
def test_an_energy_unit_is_a_name_or_a_number_and_a_name(unit, joule):
    found = fq.to_si(of_unit("e/h * γ"), unit)
    np.testing.assert_allclose(found.values, result().values * constants.e * joule / constants.h * 1e9, rtol=1e-12)


@pytest.mark.parametrize(
    "unit", ["γ", "furlong", "-1 meV", "0 eV", "nan eV", "", 2.7, ("2.7", "eV"), "eV 2", "inf eV", "1.2.3 eV"]
)
def test_another_energy_unit_is_refused(unit):
    with pytest.raises(fq.BadInput, match=r'energy_unit is .*must be one of J, eV.*give for example "meV" or "2.7 eV"'):
        fq.to_si(of_unit("e/h * γ"), unit)


def test_the_unit_of_the_device_is_taken_and_not_contradicted():
    device = fq.Device([[0.1]], {name: fq.Contact(fq.WideBand(0.3), 0) for name in "LR"}, energy_unit="meV")
    found = fq.dc_current(fq.solve(device, None, window=(-1, 1)), fq.Reservoirs(mu={"L": 0.5, "R": -0.5}))
    np.testing.assert_array_equal(fq.to_si(found), fq.to_si(found, "1 meV"))
    with pytest.raises(fq.BadInput, match="says that its energies are in meV; leave energy_unit out"):
        fq.to_si(found, "eV")
    with pytest.raises(
        fq.BadInput, match=r'energy unit "energy", of which floquant does not know the size.*energy_unit="meV"'
    ):
        fq.to_si(current())


def test_what_has_no_unit_that_can_be_converted_is_refused():
    for other in (current() / 2, of_unit("1"), of_unit("e"), of_unit("nA"), of_unit("e/h * meV^2")):
        with pytest.raises(fq.BadInput, match="has no number in one of the units that can be converted"):
            fq.to_si(other, "meV")
    with pytest.raises(fq.BadInput, match="must be a DataArray or a Dataset"):
        fq.to_si(1.0, "meV")
    with pytest.raises(fq.BadInput, match="The Dataset has no number"):
        fq.to_si(xr.Dataset({"a": 1.0}), "meV")


def test_of_a_dataset_all_is_converted_that_can_be():
    data = fq.Study(
        RING, DRIVE, {"fermi_energy": [0.0, 0.05]}, ["dc_current", "transmission"], flux=0.2, rtol=1e-4
    ).run()
    found = fq.to_si(data, "meV")
    one = fq.to_si(data["dc_current"], "meV")
    np.testing.assert_array_equal(found["dc_current"], one)
    np.testing.assert_array_equal(found["dc_current_error"], claimed(one))
    xr.testing.assert_identical(found["transmission"], data["transmission"])
    xr.testing.assert_identical(found["converged"], data["converged"])
    assert found.attrs == data.attrs
