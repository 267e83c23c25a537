"""Finished blocks on disk: read and not computed again, unless they are damaged."""

import numpy as np
import pytest

import floquant as fq
from floquant.study.compute.block import compute_block
from floquant.study.store.store import Store
from store.six_blocks import DRIVE, same_bits, study

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
def test_a_damaged_block_is_computed_again(finished, damage):
    folder, first = finished
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


def test_leftovers_of_a_killed_run_are_deleted(finished):
    folder, _ = finished
    leftover = folder / "blocks" / ".unfinished-12-000003.npz"
    leftover.write_bytes(b"half")
    study().run(folder)
    assert not leftover.exists()
