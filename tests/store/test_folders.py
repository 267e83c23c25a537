"""The folder of a run: whose it is, and what is refused so that nothing in it is overwritten."""

import json

import numpy as np
import pytest

import floquant as fq
from floquant.study.result.provenance import FORMAT
from floquant.study.store.store import Store
from store.six_blocks import OMEGA, same_bits, study


def test_a_second_run_is_refused_while_the_first_works(tmp_path):
    made = study(omega=[0.3])
    with (
        Store(tmp_path / "run", made.description, made.blocks),
        pytest.raises(fq.BadInput, match="is in use: another run works in it"),
    ):
        study(omega=[0.3]).run(tmp_path / "run")
    study(omega=[0.3]).run(tmp_path / "run")  # the lock is free again


@pytest.mark.parametrize(
    ("other", "part"),
    [
        (lambda: study(omega=OMEGA[:5]), "axes, blocks differ"),
        (lambda: study(omega=OMEGA + 1e-12), "axes differs"),
        (lambda: study(rtol=1e-7), "accuracy differs"),
        (lambda: study(window=(-1, 1)), "window differs"),
        (lambda: study(observe={"dc_current": {"form": "window"}}), "observe differs"),
    ],
)
def test_a_folder_of_another_study_is_refused(finished, other, part):
    folder, _ = finished
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(fq.BadInput, match=f"holds a run of another study: {part}.*Nothing was overwritten"):
        other().run(folder)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("do not touch")
    with pytest.raises(fq.BadInput, match=r"holds something else \(thesis.tex\).*Nothing was overwritten"):
        study().run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex"]
    with pytest.raises(fq.BadInput, match="is a file, but a run needs a folder"):
        study().run(tmp_path / "thesis.tex")
    assert (tmp_path / "thesis.tex").read_text() == "do not touch"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "run", "/proc/run"):
        with pytest.raises(fq.BadInput, match="cannot be written"):
            study().run(folder)
    with pytest.raises(fq.BadInput, match="folder is 3, but it must be a path"):
        study().run(3)


def test_a_full_disk_is_told_in_words(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(fq.BadInput, match="cannot be written: No space left on device"):
        study().run(tmp_path / "run")
    assert not list((tmp_path / "run").rglob(".unfinished*"))


def test_a_run_of_another_version_is_refused(finished):
    folder, _ = finished
    manifest = json.loads((folder / "study.json").read_text())
    assert manifest["floquant_format"] == FORMAT
    for other in (FORMAT - 1, 99):
        (folder / "study.json").write_text(json.dumps(manifest | {"floquant_format": other}))
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        words = f"holds a run in format {other}, but this floquant writes format {FORMAT}; give another folder.*Nothing was overwritten"
        with pytest.raises(fq.BadInput, match=words):
            study().run(folder)
        assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "study.json").write_text("{")
    with pytest.raises(fq.BadInput, match="cannot be read as what a run wrote"):
        study().run(folder)
    assert (folder / "study.json").read_text() == "{"


def test_an_empty_folder_and_one_that_does_not_exist_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    one, other = (study(omega=[0.3, 0.4]).run(tmp_path / folder) for folder in ("empty", "deep/down"))
    same_bits(one, other)


def test_a_folder_opens_as_its_dataset(run_once):
    folder, data = run_once
    same_bits(data, fq.open(folder))
