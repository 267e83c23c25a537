"""What the slow script computes, and waiting for it."""

import time

import numpy as np

import floquant as fq
from store.six_blocks import DRIVE


def straight(blocks):
    """The currents of the script, computed here without interruption."""

    def ring(number):
        return fq.gallery.quantum_ring(dot_coupling=0.2 + 0.01 * number)

    axes = {"number": np.arange(blocks), "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}
    return fq.Study(ring, DRIVE.at(omega=0.3), axes=axes).run().dc_current.values.tobytes()


def wait_for_blocks(folder, count, process, seconds=300):
    """Wait until so many blocks are finished."""
    end = time.monotonic() + seconds
    while len(list(folder.glob("blocks/[0-9]*.npz"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
