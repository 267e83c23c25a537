"""What makes two studies the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import xarray as xr

import floquant as fq
from floquant.study.store.identity import digest
from store.six_blocks import DRIVE, RING

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
