"""Several workers give the bits of one; what they need is said, and one that dies harms no other block."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import floquant as fq
from store.six_blocks import DRIVE, same_bits, study
from store.slow_script import straight, written


def test_two_workers_give_the_same_bits_as_one(run_once, tmp_path):
    _, alone = run_once
    together = study().run(tmp_path / "run", workers=2)
    same_bits(alone, together)
    same_bits(alone, fq.open(tmp_path / "run" / "data.nc"))


@pytest.fixture(scope="module")
def ended_run(tmp_path_factory):
    """A run of two workers that note their threads, until one raises: (what it wrote to stderr, its exit code, the notes)."""
    folder = tmp_path_factory.mktemp("ended_run")
    hook = (
        "import multiprocessing, threadpoolctl; multiprocessing.parent_process() and "
        f'open("{folder}/threads", "a").write("".join(str(pool["num_threads"]) for pool in threadpoolctl.threadpool_info()))\n'
        "    if number == 3: raise fq.BadInput('three is bad; take four')"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    run = written(folder, hook=hook, workers=2, blocks=4)(folder / "run", env=environment)
    _, errors = run.communicate(timeout=300)
    return errors, run.returncode, (folder / "threads").read_text()


def test_a_worker_has_one_thread(ended_run):
    _, _, threads = ended_run
    assert set(threads) == {"1"}


def test_what_is_raised_inside_a_worker_reaches_the_user(ended_run):
    errors, code, _ = ended_run
    assert code != 0
    assert "BadInput: three is bad; take four" in errors


def test_a_run_without_a_folder_writes_nothing_and_needs_no_guard(tmp_path):
    (tmp_path / "plain.py").write_text(
        textwrap.dedent("""
        import floquant as fq
        ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
        print(float(fq.Study(ring, drive, axes={"fermi_energy": 0.05}, flux=0.3).run().dc_current.sel(lead="R")))
        """)
    )
    run = subprocess.run([sys.executable, "plain.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(run.stdout) == pytest.approx(1.612667831821e-3, rel=1e-6)
    assert run.stderr == ""  # no bar where nobody watches
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.py"]


def test_workers_without_a_guard_are_refused_in_words(tmp_path):
    (tmp_path / "plain.py").write_text(
        textwrap.dedent("""
        import numpy as np, floquant as fq
        ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="omega")
        fq.Study(ring, drive, axes={"omega": [0.2, 0.3, 0.4], "fermi_energy": 0.05}, flux=0.3).run(workers=2)
        """)
    )
    run = subprocess.run(
        [sys.executable, "plain.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode != 0
    assert 'must do so under if __name__ == "__main__":' in run.stderr


def test_what_cannot_be_sent_to_workers_is_refused_in_words():
    ring = lambda number: fq.gallery.quantum_ring()  # noqa: E731
    drive = DRIVE.at(omega=0.3)
    with pytest.raises(fq.BadInput, match=r"cannot be sent to worker processes.*top level of a module.*workers=1"):
        fq.Study(ring, drive, axes={"number": [1, 2], "fermi_energy": 0.0}).run(workers=2)


def test_a_worker_that_dies_is_replaced_and_a_block_that_kills_three_is_named(script, tmp_path):
    folder, flag = tmp_path / "run", tmp_path / "died"
    once = f'number == 1 and not os.path.exists("{flag}") and (open("{flag}", "w").close(), os.kill(os.getpid(), 9))'
    run = script(hook=f"{once}; number == 3 and os.kill(os.getpid(), 9)", workers=2, blocks=6)(folder)
    _, errors = run.communicate(timeout=300)
    assert run.returncode != 0
    assert flag.exists()
    assert "Block 3, number = 3" in errors
    assert "killed its worker 3 times" in errors
    assert sorted(path.name for path in folder.glob("blocks/*")) == [f"{n:06d}.npz" for n in (0, 1, 2, 4, 5)]
    expected = np.frombuffer(straight(6)).reshape(6, -1)
    for n in (0, 1, 2, 4, 5):
        with np.load(folder / "blocks" / f"{n:06d}.npz") as block:
            assert block["dc_current.values"].tobytes() == expected[n].tobytes()
