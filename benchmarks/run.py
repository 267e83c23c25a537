"""All benchmarks in one run on one core: `make benchmark`, or `python benchmarks/run.py [--quick]`.

Speed is claimed as ratios to peers timed in the same run. Every library is held to one thread.
"""

from __future__ import annotations

import os
import sys

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import extended  # noqa: E402
import memory  # noqa: E402
import ring_map  # noqa: E402
import scaling  # noqa: E402
import slow_regimes  # noqa: E402
import startup  # noqa: E402

if __name__ == "__main__":
    quick = "--quick" in sys.argv[1:]
    for part in (ring_map, scaling, startup, memory, extended, slow_regimes):
        part.report(quick)
