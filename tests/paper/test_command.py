"""The command `floquant paper`: what it writes, keeps, refuses, and says when it is interrupted."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import floquant as fq
from floquant import paper
from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
from paper.expected import VERDICTS


def command(*arguments, **options):
    """The command line in a fresh interpreter."""
    code = "from floquant.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    out = tmp_path_factory.mktemp("papers") / "new" / "folder"
    return command("paper", "--quick", "--out", out, "--workers", 2), out


def test_the_command_writes_every_figure_its_data_and_a_summary(quick):
    run, out = quick
    assert run.returncode == 0, run.stderr
    figures = {f"{name}.{ending}" for name in FIGURE_DATASETS for ending in ("png", "pdf")}
    assert {path.name for path in out.iterdir()} == figures | {f"{name}.nc" for name in DATASETS} | {"summary.md"}
    assert all(path.stat().st_size > 1000 for path in out.iterdir())
    assert run.stderr == ""  # no bar where there is no terminal


def test_the_command_prints_and_keeps_the_verdicts(quick, claim):
    run, out = quick
    summary = (out / "summary.md").read_text(encoding="utf8")
    for each in claim.values():
        assert each.sentence.split()[0] in run.stdout
        assert each.sentence in summary
        assert each.how in summary
    assert run.stdout.count("imprecise") == summary.count("**imprecise**") == list(VERDICTS.values()).count("imprecise")
    for name in FIGURE_DATASETS:
        assert f"[{name}]({name}.png)" in summary


def test_the_data_open_without_the_package(quick):
    _, out = quick
    import xarray as xr

    with xr.open_dataset(out / "ring_map.nc", engine="h5netcdf") as made:
        assert made.dc_current.attrs["units"] == "e/h * γ"
        assert made.converged.all()
        assert "Ramos" in made.attrs["paper"]
        assert json.loads(made.attrs["parameters"])["observe"] == {"dc_current": {}}


def test_only_what_is_asked_for_is_made_and_a_second_run_may_follow_with_other_workers(quick, tmp_path):
    """`quick` has two workers; this process alone makes the same."""
    import xarray as xr

    for name in ("fig1_device", "fig2b_current"):
        run = command("paper", "--quick", "--out", tmp_path / "some", "--only", name, "--workers", 1)
        assert run.returncode == 0, run.stderr
    found = {path.name for path in (tmp_path / "some").iterdir()}
    assert found == {
        *("fig1_device.png", "fig1_device.pdf", "ring_device.nc"),
        *("fig2b_current.png", "fig2b_current.pdf", "ring_map.nc", "summary.md"),
    }
    one, two = (xr.load_dataset(out / "ring_map.nc", engine="h5netcdf") for out in (tmp_path / "some", quick[1]))
    xr.testing.assert_equal(one, two)


def spoiled(folder, content):
    folder.mkdir()
    (folder / content).write_text("mine")
    return folder


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda tmp: spoiled(tmp / "thesis", "chapter1.tex"), 'holds "chapter1.tex", which is not ours'),
        (
            lambda tmp: spoiled(tmp / "notes", "summary.md"),
            'holds "summary.md", but no summary.md that an earlier run wrote',
        ),
        (lambda tmp: spoiled(tmp / "maps", "ring_map.nc"), 'holds "ring_map.nc", but no summary.md'),
        (lambda tmp: spoiled(tmp / "folder", "file") / "file", "is a file, or lies below one"),
        (lambda tmp: spoiled(tmp / "folder", "file") / "file" / "below", "is a file, or lies below one"),
        (lambda tmp: Path("/proc/nowhere"), "cannot be made"),
    ],
)
def test_a_folder_that_holds_something_else_is_refused_and_nothing_overwritten(tmp_path, make, message):
    out = make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(fq.BadInput, match=re.escape(message)):
        paper.run(out, quick=True, only=["fig1_device"])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "fig2b_curent"], 'did you mean "fig2b_current"'),
        (["--workers", "0"], "must be an integer ≥ 1"),
        (["--out", "/proc/nowhere"], "cannot be made"),
    ],
)
def test_a_refusal_is_one_message_and_an_exit_code(tmp_path, arguments, message):
    run = command("paper", *arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("floquant: ")
    assert message.lower() in run.stderr.lower()
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def interrupted(run):
    """What it wrote to stderr after an interrupt. One that falls into a destructor is lost, as Python has it: a person presses again."""
    for _ in range(4):
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to this process and all its workers
        try:
            return run.communicate(timeout=12)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it goes on in spite of every interrupt")


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_says_what_is_kept(tmp_path, workers):
    out = tmp_path / "out"
    code = "from floquant.cli import main; main()"
    arguments = ["paper", "--out", str(out), "--workers", str(workers), "--only", "fig1_device,frequency"]
    run = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not (out / "fig1_device.pdf").exists() and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.2)
        errors = interrupted(run)
    finally:
        run.kill()
    assert run.returncode == 130
    assert re.search(r"stopped; what was finished, 1 of 2, is in .*out", errors)
    assert "Traceback" not in errors
    assert "not finished" in (out / "summary.md").read_text()
    kept = {path.name for path in out.iterdir() if not path.name.startswith(".unfinished-")}
    assert kept == {"fig1_device.png", "fig1_device.pdf", "ring_device.nc", "summary.md"}
    (out / ".unfinished-1").mkdir()
    paper.run(out, quick=True, only=["fig1_device"], workers=1)  # a folder that was left so is taken up again
    assert kept == {path.name for path in out.iterdir()}
