"""From the start of a process to the first driven T^(n), with a warm compile cache."""

from __future__ import annotations

import subprocess
import sys
import time

SCRIPT = """
import floquant as fq
drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
print(float(fq.scatter(fq.gallery.quantum_ring(), drive, [0.05], flux=0.3).transmission("R", "L").sel(sideband=1)[0]))
"""


def report(quick: bool) -> None:
    times = []
    for _ in range(3 if quick else 7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    print(
        f"\nProcess start to the first driven T^(n), warm cache: {sorted(times)[len(times) // 2]:.2f} s (goal: 2.5 s)"
    )
