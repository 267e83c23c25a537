"""Runs that are killed, interrupted, resumed and shared among workers give the same bits; files give back what was put in."""

import json
import os
import pty
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import h5netcdf
import numpy as np
import pytest
import xarray as xr

import floquant as fq
from floquant.errors import FloquantError
from floquant.study.compute.block import compute_block
from floquant.study.result.provenance import FORMAT
from floquant.study.store.identity import digest
from floquant.study.store.store import Store

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="omega")
OMEGA = np.linspace(0.2, 0.6, 6)


def study(omega=OMEGA, **keywords):
    """Six photon energies: six blocks."""
    return fq.Study(RING, DRIVE, axes={"omega": omega, "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}, **keywords)


def same_bits(one, other):
    """Two Datasets have the same variables, bit for bit."""
    assert list(one.variables) == list(other.variables)
    for name in one.variables:
        assert one[name].dims == other[name].dims
        assert one[name].dtype == other[name].dtype
        assert np.ascontiguousarray(one[name].values).tobytes() == np.ascontiguousarray(other[name].values).tobytes(), (
            name
        )


# A script whose blocks take a while; run in a process of its own, which may be killed.
SCRIPT = """
import os, sys, time
import numpy as np
import floquant as fq

def slow_ring(number, delay=0.0):
    time.sleep(delay)
    hook(number)
    return fq.gallery.quantum_ring(dot_coupling=0.2 + 0.01 * number)

def hook(number):
    {hook}

def study(delay):
    drive = fq.Drive({{"dot_level": fq.Cosine(0.07)}}, photon_energy=0.3)
    axes = {{"number": np.arange({blocks}), "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05], "delay": delay}}
    return fq.Study(slow_ring, drive, axes=axes)

if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else None
    print("ready", flush=True)
    data = study({delay}).run(folder, workers={workers}, progress={progress})
    np.save(sys.argv[2], data.dc_current.values) if len(sys.argv) > 2 else None
    print("finished", flush=True)
"""


def straight(blocks):
    """The currents of the script, computed here without interruption."""

    def ring(number):
        return fq.gallery.quantum_ring(dot_coupling=0.2 + 0.01 * number)

    axes = {"number": np.arange(blocks), "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}
    return fq.Study(ring, DRIVE.at(omega=0.3), axes=axes).run().dc_current.values.tobytes()


@pytest.fixture
def script(tmp_path):
    """Write the script; returns a function that starts it with these arguments."""

    def write(hook="pass", blocks=8, delay=0.0, workers=1, progress=None):
        path = tmp_path / "script.py"
        path.write_text(SCRIPT.format(hook=hook, blocks=blocks, delay=delay, workers=workers, progress=progress))

        def start(*arguments, **keywords):
            command = [sys.executable, str(path), *map(str, arguments)]
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | keywords
            return subprocess.Popen(command, cwd=tmp_path, **streams)

        return start

    return write


def wait_for_blocks(folder, count, process, seconds=300):
    """Wait until so many blocks are finished."""
    end = time.monotonic() + seconds
    while len(list(folder.glob("blocks/[0-9]*.npz"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


# Killed, interrupted, resumed


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_bit_for_bit(script, tmp_path, workers):
    folder = tmp_path / "run"
    run = script(delay=0.15, workers=workers)
    first = run(folder)
    wait_for_blocks(folder, 2, first)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("blocks/[0-9]*.npz")}
    assert 2 <= len(kept) < 8
    assert not (folder / "data.nc").exists()

    again = run(folder, tmp_path / "resumed.npy")
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())  # none was computed twice

    assert np.load(tmp_path / "resumed.npy").tobytes() == straight(8)
    assert "blocks from an earlier run" in fq.open(folder / "data.nc").attrs["history"]


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
    run = script(delay=0.5)()
    assert run.stdout.readline() == "ready\n"
    time.sleep(2.0)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=300)
    assert run.returncode != 0
    assert "Interrupted: nothing was kept, because the run has no folder" in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["script.py"]


def test_workers_end_when_the_run_is_killed(script, tmp_path):
    pids = tmp_path / "pids"
    pids.mkdir()
    run = script(hook=f'open("{pids}/" + str(os.getpid()), "w").close()', delay=0.3, workers=2)(tmp_path / "run")
    wait_for_blocks(tmp_path / "run", 2, run)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    workers = {int(path.name) for path in pids.iterdir()} - {run.pid}
    assert workers
    end = time.monotonic() + 60
    while any(
        Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text() for pid in workers
    ):
        assert time.monotonic() < end
        time.sleep(0.05)


# Several workers


def test_two_workers_give_the_same_bits_as_one(tmp_path):
    alone = study().run()
    together = study().run(tmp_path / "run", workers=2)
    same_bits(alone, together)
    same_bits(alone, fq.open(tmp_path / "run" / "data.nc"))


def test_a_worker_has_one_thread(script, tmp_path):
    hook = (
        "import multiprocessing, threadpoolctl; multiprocessing.parent_process() and "
        f'open("{tmp_path}/threads", "a").write("".join(str(pool["num_threads"]) for pool in threadpoolctl.threadpool_info()))'
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    run = script(hook=hook, workers=2, blocks=3)(env=environment)
    _, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    assert set((tmp_path / "threads").read_text()) == {"1"}


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


# The folder


# Every device that `noted_ring` has built, by its number; a global, because what a function reads there belongs to no study.
BUILT = []


def noted_ring(number):
    BUILT.append(number)
    return fq.gallery.quantum_ring(dot_coupling=0.2 + 0.01 * number)


def noted_study():
    """Three devices: three blocks."""
    axes = {"number": [0, 1, 2], "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}
    return fq.Study(noted_ring, DRIVE.at(omega=0.3), axes=axes)


def test_a_finished_run_is_read_and_not_computed_again(tmp_path):
    folder = tmp_path / "run"
    first = noted_study().run(folder)
    written = (folder / "data.nc").stat().st_mtime_ns
    again = noted_study()
    BUILT.clear()
    same_bits(first, again.run(folder))
    assert (folder / "data.nc").stat().st_mtime_ns == written
    (folder / "data.nc").unlink()
    same_bits(first, again.run(folder))  # from the blocks alone
    assert BUILT == []
    (folder / "data.nc").unlink()
    (folder / "blocks" / "000001.npz").unlink()
    same_bits(first, again.run(folder))
    assert BUILT == [1]  # only what is missing


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "of another block", "not an archive"])
def test_a_damaged_block_is_computed_again(tmp_path, damage):
    folder = tmp_path / "run"
    first = study().run(folder)
    (folder / "data.nc").unlink()
    block = folder / "blocks" / "000002.npz"
    data = bytearray(block.read_bytes())
    if damage == "truncated":
        data = data[: len(data) // 2]
    elif damage == "flipped":
        data[len(data) // 3] ^= 1
    elif damage == "emptied":
        data = bytearray()
    elif damage == "of another block":
        data = bytearray((folder / "blocks" / "000001.npz").read_bytes())
    else:
        data = bytearray(b"something else altogether")
    block.write_bytes(data)
    same_bits(first, study().run(folder))


def test_every_bit_of_a_block_is_guarded(tmp_path):
    """A flipped bit is found wherever it lies, or lies where it changes nothing."""
    made = study(omega=[0.3])
    first = made.run(tmp_path / "run")
    block = tmp_path / "run" / "blocks" / "000000.npz"
    whole = block.read_bytes()
    with Store(tmp_path / "run", made.description, made.blocks) as store:
        for place in range(0, len(whole), max(1, len(whole) // 200)):
            data = bytearray(whole)
            data[place] ^= 16
            block.write_bytes(data)
            parts = store.finished().get(0)
            if parts is not None:
                found = parts["dc_current"].values.reshape(first.dc_current.shape)
                np.testing.assert_array_equal(found, first.dc_current)


def test_a_block_comes_back_from_its_file_with_everything(tmp_path):
    made = study(omega=[0.3], observe=["dc_current", "transmission"])
    parts = compute_block(made.description, made.blocks[0])
    with Store(tmp_path / "run", made.description, made.blocks) as store:
        store.keep(0, parts)
        found = store.finished()[0]
    assert list(found) == list(parts)
    for name, part in parts.items():
        for array in ("values", "error", "converged"):
            assert getattr(found[name], array).dtype == getattr(part, array).dtype
            assert getattr(found[name], array).tobytes() == np.ascontiguousarray(getattr(part, array)).tobytes()
        for label in ("dims", "coords", "attrs", "certificate"):
            assert repr(getattr(found[name], label)) == repr(getattr(part, label))


def test_leftovers_of_a_killed_run_are_deleted(tmp_path):
    folder = tmp_path / "run"
    study().run(folder)
    leftover = folder / "blocks" / ".unfinished-12-000003.npz"
    leftover.write_bytes(b"half")
    study().run(folder)
    assert not leftover.exists()


def test_a_second_run_is_refused_while_the_first_works(tmp_path):
    made = study()
    with (
        Store(tmp_path / "run", made.description, made.blocks),
        pytest.raises(fq.BadInput, match="is in use: another run works in it"),
    ):
        study().run(tmp_path / "run")
    study().run(tmp_path / "run")  # the lock is free again


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
def test_a_folder_of_another_study_is_refused(tmp_path, other, part):
    study().run(tmp_path / "run")
    before = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file()}
    with pytest.raises(fq.BadInput, match=f"holds a run of another study: {part}.*Nothing was overwritten"):
        other().run(tmp_path / "run")
    assert before == {path: path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file()}


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


def test_a_run_of_another_version_is_refused(tmp_path):
    folder = tmp_path / "run"
    study().run(folder)
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
    same_bits(study().run(tmp_path / "empty"), study().run(tmp_path / "deep" / "down"))


# What makes two studies the same

DIGESTS = """
import numpy as np, floquant as fq
from floquant.study.store.identity import digest
def device(length, scale=2.0):
    return fq.gallery.quantum_ring(dot_coupling=scale * length)
h = np.array([[0, 1], [1, 0]])
h_device = fq.Device(h, {"L": fq.Contact(fq.Chain(), [0])}, {"set": fq.Function(1, lambda value: [[value]])})
print(digest([fq.gallery.quantum_ring(), device, h_device, {"a": 1.5, "b": np.arange(3)}, (None, "x", 1j), fq.Cosine(0.1)]))
"""


def test_a_digest_is_the_same_in_every_process(tmp_path):
    (tmp_path / "digests.py").write_text(DIGESTS)
    found = set()
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "digests.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        found.add(run.stdout)
    assert len(found) == 1


def test_a_digest_tells_apart_what_gives_other_numbers():
    import functools

    import scipy.sparse

    def scaled(scale):
        return lambda length: scale * length

    h = np.array([[0.0, 1.0], [1.0, 0.0]])
    things = [
        None, 0, 0.0, -0.0, False, "0", b"0", 1, 1.0, 1j, (), [1, 2], [[1], 2], {"a": 1}, {"b": 1}, {1, 2},
        np.zeros(2), np.zeros(2, int), np.zeros((2, 1)), np.float64(1.0), xr.DataArray([1.0], dims="a"), xr.DataArray([1.0], dims="b"),
        scipy.sparse.csr_array(h), scipy.sparse.csr_array(2 * h), scaled(1), scaled(2),
        functools.partial(max, 1), functools.partial(max, 2),
        fq.Cosine(0.1), fq.Cosine(0.2), fq.Chain(1.0), fq.Chain(1.1), fq.Onsite(0), fq.Onsite(1), len, dict,
        RING, RING.at(flux=0.1), fq.gallery.quantum_ring(dot_coupling=0.26), DRIVE, DRIVE.at(omega=0.2), Path("a"), Path("b"),
    ]  # fmt: skip
    assert len({digest(thing) for thing in things}) == len(things)
    assert digest(scipy.sparse.csr_array(h)) == digest(scipy.sparse.csc_array(h))
    cycle: list = []
    cycle.append(cycle)
    assert digest(cycle) == digest(cycle)


# Files


def strange():
    """A Dataset with everything that a file could lose."""
    numbers = np.array([1 + 2j, complex(np.nan, -0.0), complex(-0.0, np.inf), complex(1e-310, np.nextafter(1, 2))])
    reals = np.array([-0.0, np.nan, -np.inf, 5e-324])
    return xr.Dataset(
        {
            "amplitude": (("bond",), numbers, {"units": "1"}),
            "matrix": (("bond", "lead"), np.stack([numbers, numbers[::-1]], axis=1)),
            "real": (("bond",), reals, {"long_name": "ħΩ · Γ"}),
            "single": (("bond",), reals.astype(np.float32)),
            "converged": (("bond",), np.array([True, False, True, True])),
            "count": (("bond",), np.array([1, -(2**62), 2**62, 0])),
            "scalar": ((), 3.5),
            "flag": ((), True),
            "error": (("bond", "lead"), np.broadcast_to(np.float64(1e-9), (4, 2))),
        },
        coords={"bond": ("bond", [0.5, 0.5j, 1 + 1j, -1.0]), "lead": ["L", "R"], "kind": "grün", "temperature": 0.0},
        attrs={"title": "ε", "long": "x" * 200_000, "n": 3, "flag": True, "nothing": None, "list": [1.0, 2.0]},
    )


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


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    path = fq.save(strange(), tmp_path / "data.nc")
    before = path.read_bytes()
    with pytest.raises(fq.BadInput, match="cannot be saved"):
        fq.save(xr.Dataset(attrs={"device": RING}), path)
    assert path.read_bytes() == before
    fq.save(xr.Dataset({"a": 1}), path)
    assert set(fq.open(path).variables) == {"a"}


def test_a_folder_opens_as_its_dataset(tmp_path):
    data = study().run(tmp_path / "run")
    same_bits(data, fq.open(tmp_path / "run"))


def test_cite_names_software_version_and_methods():
    text = fq.cite(study(omega=[0.2]).run())
    assert "@software{floquant" in text
    assert fq.__version__ in text
    assert "Moskalets" in text
    assert text.count("{") == text.count("}")
    assert "@software{floquant" in fq.cite()


# The bar


def seen_on_a_terminal(script, **keywords):
    """What the script writes to stderr if that is a terminal."""
    try:
        controller, terminal = pty.openpty()
    except OSError as reason:  # a container without /dev/pts
        pytest.skip(f"this machine has no pseudo-terminals: {reason}")
    # one that can move its cursor, whatever the tests run in
    run = script(**keywords)(stderr=terminal, env=os.environ | {"TERM": "xterm"})
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:  # the terminal is closed when the script ends
            break
        if not piece:
            break
        shown += piece
    run.communicate(timeout=300)
    os.close(controller)
    assert run.returncode == 0, shown
    return shown.decode()


def test_a_long_run_shows_rate_and_time_left_on_a_terminal(script):
    shown = seen_on_a_terminal(script, delay=0.4)
    assert "32 points" in shown
    assert "points/s" in shown
    assert "0:00:0" in shown
    assert "left" in shown


def test_quick_work_shows_no_bar_and_the_user_may_refuse_one(script):
    # quick: less than the patience, which is set here to what the slowest machine needs to start
    hook = "import floquant.study.compute.progress; floquant.study.compute.progress.PATIENCE = 300.0"
    assert "points" not in seen_on_a_terminal(script, hook=hook, blocks=2)
    assert "points" not in seen_on_a_terminal(script, blocks=6, delay=0.4, progress=False)


def test_a_long_run_is_silent_where_nobody_watches(script):
    run = script(delay=0.3)()
    output, errors = run.communicate(timeout=300)
    assert run.returncode == 0
    assert output == "ready\nfinished\n"
    assert errors == ""


def test_what_is_raised_inside_a_worker_reaches_the_user(script, tmp_path):
    run = script(hook="if number == 3: raise fq.BadInput('three is bad; take four')", workers=2)(tmp_path / "run")
    _, errors = run.communicate(timeout=300)
    assert run.returncode != 0
    assert "BadInput: three is bad; take four" in errors


def test_errors_of_floquant_have_one_root():
    assert issubclass(fq.BadInput, FloquantError)
