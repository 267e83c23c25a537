"""Peak memory of a map of 10^7 points, beyond its result, in a fresh process."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import resource, sys
import numpy as np
import floquant as fq
fluxes, energies = int(sys.argv[1]), int(sys.argv[2])
ring = fq.gallery.quantum_ring()
drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
solution = fq.solve(ring, drive, (-0.6, 0.6), flux=np.linspace(0.05, 0.45, fluxes))
current = fq.dc_current(solution, fq.Reservoirs(mu=np.linspace(-0.6, 0.6, energies)))
result = current.nbytes + current.dc_current_error.nbytes
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - result, result)
"""


def report(quick: bool) -> None:
    print("\nPeak memory beyond the result, fresh process")
    for fluxes, energies in ((1000, 1000), (3163, 3163)) if not quick else ((1000, 1000),):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(fluxes), str(energies)], check=True, capture_output=True, text=True
        )
        beyond, result = (float(x) for x in done.stdout.split())
        print(f"  {fluxes * energies:9.0e} points: {beyond / 1e6:6.0f} MB beyond the result of {result / 1e6:.0f} MB")
