"""A script whose blocks take a while, run in a process of its own, which may be killed; what it computes, and waiting for it."""

import subprocess
import sys
import time

import numpy as np

import floquant as fq
from store.six_blocks import DRIVE

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
    data = study({delay}).run(folder, workers={workers})
    np.save(sys.argv[2], data.dc_current.values) if len(sys.argv) > 2 else None
"""


def written(place, hook="pass", blocks=8, delay=0.0, workers=1):
    """Write the script into a folder; returns a function that starts it there with these arguments."""
    path = place / "script.py"
    path.write_text(SCRIPT.format(hook=hook, blocks=blocks, delay=delay, workers=workers))

    def start(*arguments, **keywords):
        command = [sys.executable, str(path), *map(str, arguments)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | keywords
        return subprocess.Popen(command, cwd=place, **streams)

    return start


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
