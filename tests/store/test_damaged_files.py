"""Bytes that were overwritten, anywhere in a file that floquant wrote: refused in words, or found out and made again."""

import sys

import numpy as np
import pytest

import floquant as fq
from store.six_blocks import same_bits, study

TRIALS = 25


def overwritten(content, rng):
    """The bytes with four, somewhere, that are others, cut off somewhere, or with some put in between."""
    at = int(rng.integers(len(content)))
    kind = rng.integers(3)
    if kind == 0:
        return content[:at] + rng.bytes(4) + content[at + 4 :]
    return content[:at] if kind == 1 else content[:at] + rng.bytes(5) + content[at:]


@pytest.mark.parametrize("start", [500, None], ids=["its first bytes", "anywhere"])
def test_a_damaged_dataset_is_refused_in_words_or_read(finished, tmp_path, start, monkeypatch):
    folder, _ = finished
    content, rng = (folder / "data.nc").read_bytes(), np.random.default_rng(7)
    refused, unheard = [], []
    monkeypatch.setattr(sys, "unraisablehook", unheard.append)  # what a library says while it is cleaned up
    damaged = tmp_path / "damaged.nc"
    for _ in range(TRIALS):
        damaged.write_bytes(overwritten(content[:start], rng) + (content[start:] if start else b""))
        try:
            fq.open(damaged)
        except fq.BadInput as refusal:
            refused.append(str(refusal))
    assert refused
    assert all(str(damaged) in text for text in refused)
    assert not unheard


def test_a_damaged_dataset_of_a_run_is_put_together_again_from_its_blocks(finished):
    folder, first = finished
    content, rng = (folder / "data.nc").read_bytes(), np.random.default_rng(8)
    for _ in range(TRIALS):
        broken = bytearray(content)
        broken[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
        (folder / "data.nc").write_bytes(broken)
        found = study().run(folder)
        np.testing.assert_array_equal(found.dc_current, first.dc_current)
        np.testing.assert_array_equal(found.dc_current_error, first.dc_current_error)


def test_a_damaged_manifest_is_refused_in_words_or_read(finished):
    folder, first = finished
    (manifest,) = (path for path in folder.iterdir() if path.suffix == ".json")
    content, rng = manifest.read_bytes(), np.random.default_rng(9)
    refused = []
    for _ in range(TRIALS):
        manifest.write_bytes(overwritten(content, rng))
        try:
            found = study().run(folder)
        except fq.BadInput as refusal:
            refused.append(str(refusal))
        else:
            same_bits(first, found)
    assert refused
    assert all(str(folder) in text for text in refused)
