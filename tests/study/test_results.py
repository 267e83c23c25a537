"""What travels with a result: units, provenance, the certificate."""

import json
import subprocess
import sys
import warnings

import xarray as xr

import floquant as fq
from floquant.study.compute.block import compute_block
from study.problems import DRIVE, RING


def test_everything_has_units_and_a_long_name():
    def ring(dot_coupling=0.25):
        return fq.gallery.quantum_ring(dot_coupling=dot_coupling, spin=True)

    drive = fq.Drive({"dot_level": fq.Cosine("v", phase="shift")}, photon_energy="omega")
    axes = {
        "dot_coupling": [0.25], "omega": [0.2], "v": [0.07], "shift": [0.0], "flux_ab": xr.DataArray([0.1, 0.2], dims="step"),
        "dot_coupling_left": 1.0, "fermi_energy": [0.0, 0.05], "temperature": 0.0, "bias": 0.0, "energy": [0.0],
    }  # fmt: skip
    observe = {"dc_current": {"resolve_spin": True}, "spin_current": None, "transmission": {}}
    data = fq.Study(ring, drive, axes=axes, observe=observe, max_nodes=100).run()
    for name, variable in data.variables.items():
        if name != "step":
            assert variable.attrs.get("units"), name
            assert variable.attrs.get("long_name"), name
    assert data.flux_ab.attrs["units"] == "flux quanta"
    assert data["shift"].attrs["units"] == "rad"
    assert data.omega.attrs["units"] == data.fermi_energy.attrs["units"] == data.v.attrs["units"] == "energy"
    assert data.dc_current.attrs["units"] == "e/h * energy"


def test_provenance_tells_versions_parameters_time_and_certificate():
    data = fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}, rtol=1e-7).run()
    attrs = data.attrs
    assert attrs["Conventions"].startswith("CF")
    assert attrs["floquant_version"] == fq.__version__
    for word in ("floquant", "Python", "numpy", "numba", "scipy", "xarray"):
        assert word in attrs["source"]
    assert 0 < attrs["seconds"] < 100
    told = json.loads(attrs["parameters"])
    assert told["axes"]["fermi_energy"] == 0.05
    assert told["axes"]["flux"]["values"] == 2
    assert told["rtol"] == 1e-7
    assert "0.07 cos(Ωt)" in "".join(told["drive"])
    assert data.dc_current.attrs["certificate"].startswith("converged: ports")
    certified = json.loads(attrs["certificates"])["dc_current"]
    assert 0 <= certified["current_leak"] < 1e-7
    assert "bound_states" not in certified  # 4 for each of many settings would be a book
    assert fq.Certificate(**certified).converged


def test_the_certificate_is_that_of_the_solve_to_the_last_digit():
    study = fq.Study(
        RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}, observe=["dc_current", "transmission"]
    )
    parts = compute_block(study.description, study.blocks[0])
    solution = fq.solve(RING, DRIVE, window=(0.05, 0.05), flux=[0.1, 0.2])
    assert repr(parts["dc_current"].certificate) == repr(solution.certificate)
    assert solution.certificate.bound_states
    scattering = fq.scatter(RING, DRIVE, [0.05], flux=[0.1, 0.2])
    assert repr(parts["transmission"].certificate) == repr(scattering.certificate)


def test_a_study_reads_well():
    shown = repr(fq.Study(RING, DRIVE, axes={"flux": [0.1, 0.2], "fermi_energy": 0.05}))
    assert "dc_current over flux (2)" in shown
    assert "fermi_energy = 0.05" in shown
    assert "0.07 cos(Ωt)" in shown


def test_making_a_study_loads_no_compiler_and_no_table_library():
    code = (
        "import sys, floquant as fq; fq.Study(fq.gallery.quantum_ring(), None, axes={'fermi_energy': 0.0, 'flux': [0.1, 0.2]}); "
        "print(*(name for name in ('numba', 'xarray', 'pandas', 'h5py', 'rich') if name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_xarray_can_save_it_by_itself(tmp_path):
    data = fq.Study(
        RING, DRIVE, axes={"flux": [0.1, 0.3], "fermi_energy": 0.0}, observe=["dc_current", "transmission"]
    ).run()
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    assert xr.load_dataset(tmp_path / "data.nc", engine="h5netcdf").equals(data)


def test_nothing_is_warned_about():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fq.Study(
            RING, DRIVE, axes={"flux": [0.0, 0.5, 1.0], "fermi_energy": [0.0]}, observe=["dc_current", "transmission"]
        ).run()
