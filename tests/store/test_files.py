"""Files give back what was put in, bit for bit, and other programs can read them."""

import subprocess
import sys
import textwrap

import h5netcdf
import numpy as np

import floquant as fq
from floquant.study.result.provenance import FORMAT
from store.six_blocks import DRIVE, RING, same_bits, study
from store.strange import strange


def test_a_file_gives_back_every_bit(tmp_path):
    data = strange()
    assert fq.save(data, tmp_path / "deep" / "data.nc") == tmp_path / "deep" / "data.nc"
    back = fq.open(tmp_path / "deep" / "data.nc")
    assert set(back.variables) == set(data.variables)
    for name in data.variables:
        assert back[name].dtype == data[name].dtype, name
        assert back[name].dims == data[name].dims
        assert np.ascontiguousarray(back[name].values).tobytes() == np.ascontiguousarray(data[name].values).tobytes(), (
            name
        )
        assert back[name].attrs == data[name].attrs
    assert back.attrs["long"] == data.attrs["long"]
    assert back.attrs["n"] == 3
    assert back.attrs["flag"] == 1
    assert "nothing" not in back.attrs
    assert data.attrs["nothing"] is None  # the user's own Dataset is as it was
    same_bits(back, fq.open(fq.save(back, tmp_path / "again.nc")))


def test_a_study_survives_a_file(tmp_path):
    data = fq.Study(
        RING, DRIVE, axes={"omega": [0.2], "flux": [0.002, 0.3], "fermi_energy": 0.0}, observe=["dc_current", "transmission"],
        max_nodes=240,
    ).run()  # fmt: skip
    assert not data.converged.all()
    back = fq.open(fq.save(data, tmp_path / "data.nc"))
    same_bits(data, back)
    assert back.identical(data.assign_attrs(back.attrs))
    assert {key: back.attrs[key] for key in data.attrs} == data.attrs


def test_a_complex_amplitude_and_its_certificate_are_saved_as_they_are(tmp_path):
    amplitude = fq.scatter(RING, DRIVE.at(omega=0.2), [0.05], flux=[0.1, 0.3]).amplitude("R", "L")
    back = fq.open(fq.save(amplitude, tmp_path / "amplitude.nc"))
    assert back.amplitude.dtype == complex
    assert back.amplitude.values.tobytes() == amplitude.values.tobytes()
    current = fq.dc_current(fq.solve(RING, DRIVE.at(omega=0.2), window=(0, 0), flux=0.3), fq.Reservoirs())
    back = fq.open(fq.save(current, tmp_path / "current.nc"))
    assert back.dc_current.values.tobytes() == current.values.tobytes()
    assert back.dc_current_error.values.tobytes() == current.dc_current_error.values.tobytes()


def test_a_file_opens_without_floquant(tmp_path):
    fq.save(strange(), tmp_path / "data.nc")
    code = """
        import sys
        import numpy as np, xarray as xr
        data = xr.open_dataset(sys.argv[1], engine="h5netcdf").load()
        assert data.amplitude.dtype == complex and data.amplitude.values[0] == 1 + 2j
        assert data.converged.dtype == bool and not data.converged.values[1]
        assert list(data.lead.values) == ["L", "R"] and data.attrs["floquant_format"] == int(sys.argv[2])
        assert xr.open_dataset(sys.argv[1])["real"].load().values[3] == 5e-324
        assert not any(name.startswith("floquant") for name in sys.modules)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "data.nc"), str(FORMAT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_a_file_is_plain_netcdf_four(tmp_path):
    """What ncdump needs: dimension scales, a compound (r, i) type for complex numbers, and no tricks beyond the format."""
    fq.save(strange(), tmp_path / "data.nc")
    with h5netcdf.File(tmp_path / "data.nc", "r") as file:  # it checks what it reads against the format
        assert set(file.dimensions) == {"bond", "lead"}
        assert file["matrix"].dimensions == ("bond", "lead")
        assert file["amplitude"].dtype == complex


def test_cite_names_software_version_and_methods():
    text = fq.cite(study(omega=[0.2]).run())
    assert "@software{floquant" in text
    assert fq.__version__ in text
    assert "Moskalets" in text
    assert text.count("{") == text.count("}")
    assert "@software{floquant" in fq.cite()
