"""Currents that the paper's ring pumps into R, of one spin, at zero temperature and bias: stored ones, and others as they are asked for.

ring_currents.npz holds, for each row of `asked` (flux, E_F, v, ħΩ, refined), the `current`. What is not there is computed, which takes
0.1 seconds or more. NumPy alone: this file imports nothing from floquant.

    python tests/reference/ring_currents.py             computes all stored ones again
    KEEP_RING_CURRENTS=1 python -m pytest tests/paper   adds those that are missing
"""

import atexit
import os
import sys
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reference.brute_force import brute_current
from reference.dense_floquet import ring
from reference.pumped_current import pumped_current

FILE = Path(__file__).with_name("ring_currents.npz")


def current(flux, fermi_energy=0.0, *, v=0.07, photon_energy=0.2, refined=False):
    """I_R of one spin, stored or computed: by dense Floquet matrices on a graded grid, or `refined` by brute force."""
    asked = tuple(float(each) for each in (flux, fermi_energy, v, photon_energy, refined))
    known = stored()
    if asked not in known:
        known[asked] = computed(*asked)
    return known[asked]


@cache
def stored():
    """{(flux, E_F, v, ħΩ, refined): I_R}; what is computed is added, and written back at the end if KEEP_RING_CURRENTS is set."""
    known = {}
    if FILE.exists():
        with np.load(FILE) as file:
            known = {tuple(asked): float(value) for asked, value in zip(file["asked"], file["current"], strict=True)}
    if os.environ.get("KEEP_RING_CURRENTS"):
        atexit.register(write, known)
    return known


def computed(flux, fermi_energy, v, photon_energy, refined):
    """The current computed afresh. Slow drives need more sidebands; the ring's resonance at E = 0 is all that the graded grid knows of."""
    problem = ring(flux, v, photon_energy=photon_energy)
    if refined:
        return float(brute_current(problem, fermi_energy).current[1])
    sidebands = 7 if photon_energy >= 0.2 else int(6 + 0.4 / photon_energy)
    return float(pumped_current(problem, fermi_energy, sidebands=sidebands))


def write(known):
    """Write all of them, in order."""
    asked = sorted(known)
    np.savez_compressed(FILE, asked=np.array(asked), current=np.array([known[each] for each in asked]))


if __name__ == "__main__":
    write({asked: computed(*asked) for asked in stored()})
