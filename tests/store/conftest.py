"""A script whose blocks take a while; run in a process of its own, which may be killed."""

import subprocess
import sys

import pytest

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
