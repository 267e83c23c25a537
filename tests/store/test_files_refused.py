"""Files that are not opened or not overwritten."""

import h5netcdf
import pytest
import xarray as xr

import floquant as fq
from floquant.study.result.provenance import FORMAT
from store.six_blocks import RING
from store.strange import strange


def test_a_file_of_another_version_is_refused(tmp_path):
    path = fq.save(strange(), tmp_path / "data.nc")
    for other in (FORMAT - 1, 99):
        with h5netcdf.File(path, "a") as file:
            file.attrs["floquant_format"] = other
        with pytest.raises(fq.BadInput, match=f"has file format {other}, but this floquant reads format {FORMAT}"):
            fq.open(path)


def test_files_of_others_are_refused_and_left_alone(tmp_path):
    text, other = tmp_path / "notes.nc", tmp_path / "other.nc"
    text.write_text("notes")
    xr.Dataset({"a": 1}).to_netcdf(other, engine="h5netcdf")
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(fq.BadInput, match="is not a file that floquant wrote"):
            fq.open(path)
        with pytest.raises(fq.BadInput, match=r"exists and is not a file that floquant wrote.*Nothing was overwritten"):
            fq.save(strange(), path)
        assert path.read_bytes() == before


def test_what_cannot_be_saved_or_opened_is_told_in_words(tmp_path):
    with pytest.raises(fq.BadInput, match="There is no file"):
        fq.open(tmp_path / "nowhere.nc")
    with pytest.raises(fq.BadInput, match="is a folder, but save writes a file"):
        fq.save(strange(), tmp_path)
    with pytest.raises(fq.BadInput, match="cannot be written"):
        fq.save(strange(), "/proc/data.nc")
    with pytest.raises(fq.BadInput, match="is dict, but it must be a Dataset"):
        fq.save({}, tmp_path / "data.nc")
    with pytest.raises(fq.BadInput, match=r"(?s)cannot be saved.*numbers or texts"):
        fq.save(xr.Dataset(attrs={"device": RING}), tmp_path / "data.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    path = fq.save(strange(), tmp_path / "data.nc")
    before = path.read_bytes()
    with pytest.raises(fq.BadInput, match="cannot be saved"):
        fq.save(xr.Dataset(attrs={"device": RING}), path)
    assert path.read_bytes() == before
    fq.save(xr.Dataset({"a": 1}), path)
    assert set(fq.open(path).variables) == {"a"}
