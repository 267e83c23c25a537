"""Runs that are killed or interrupted: what is finished is kept, and they go on to the same bits."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

import floquant as fq
from store.slow_script import straight, wait_for_blocks


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_takes_its_workers_along_and_goes_on_bit_for_bit(script, tmp_path, workers):
    folder, pids = tmp_path / "run", tmp_path / "pids"
    pids.mkdir()
    run = script(hook=f'open("{pids}/" + str(os.getpid()), "w").close()', delay=0.15, workers=workers)
    first = run(folder)
    wait_for_blocks(folder, 2, first)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    wait_for_ends({int(path.name) for path in pids.iterdir()} - {first.pid}, workers)
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("blocks/[0-9]*.npz")}
    assert 2 <= len(kept) < 8
    assert not (folder / "data.nc").exists()

    again = run(folder, tmp_path / "resumed.npy")
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())  # none was computed twice

    assert np.load(tmp_path / "resumed.npy").tobytes() == straight(8)
    assert "blocks from an earlier run" in fq.open(folder / "data.nc").attrs["history"]


def wait_for_ends(pids, workers):
    """Wait until these workers have ended."""
    assert bool(pids) == (workers > 1)
    end = time.monotonic() + 60
    while any(alive(Path(f"/proc/{pid}/stat")) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(stat):
    """Whether a process is there that has not ended, by its file in /proc."""
    try:
        return " Z " not in stat.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_what_is_finished_and_says_where(script, tmp_path, workers):
    folder = tmp_path / "run"
    run = script(delay=0.3, workers=workers)(folder, start_new_session=True)
    wait_for_blocks(folder, 1, run)
    os.killpg(run.pid, signal.SIGINT)  # a terminal sends it to the workers too
    _, errors = run.communicate(timeout=300)
    assert run.returncode != 0
    finished = len(list(folder.glob("blocks/[0-9]*.npz")))
    assert f'Interrupted: {finished} of 8 blocks are kept in "{folder}"' in errors
    assert errors.count("Traceback") == 1
    assert not list(folder.rglob(".unfinished*"))


def test_an_interrupt_without_a_folder_says_that_nothing_was_kept(script, tmp_path):
    run = script(hook='number == 1 and print("in a block", flush=True)', delay=0.1)()
    assert run.stdout.readline() == "in a block\n"
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=300)
    assert run.returncode != 0
    assert "Interrupted: nothing was kept, because the run has no folder" in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["script.py"]
