"""Writes bound_references.npz: the true currents of 1,000 random problems, by brute force. Imports nothing from floquant.

    python tests/reference/make_bound_references.py [how many, 1000 unless given]

Deterministic; about 15 minutes on one core. Arrays over problems: `seed`; `current`, `flow` and `error` over contacts (nan where there
are fewer than three); `half_width` of the narrowest resonance, −Im of a zero of det D found by Newton from where the mesh is finest.
"""

import os
import sys
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reference.brute_force import brute_current, find_pole  # noqa: E402
from reference.random_problems import as_matrices, random_problem  # noqa: E402

FILE = Path(__file__).with_name("bound_references.npz")


def reference(seed):
    """Current, flow, error (three numbers each) and half width of one problem."""
    made = random_problem(seed)
    problem = as_matrices(made)
    result = brute_current(problem, made["mu"], made["temperature"])
    rows = np.full((3, 3), np.nan)
    rows[:, : len(result.current)] = result.current, result.flow, result.error
    return *rows, _narrowest(problem, result)


def _narrowest(problem, result):
    """The smallest −Im of the zeros of det D that Newton finds from where the mesh is finest."""
    found = [np.nan]
    for spot, length in result.spots:
        try:
            pole = find_pole(problem, spot - 0.5j * length, result.sidebands + 8)
        except np.linalg.LinAlgError:
            continue
        away = np.mod(pole.real - spot + problem.photon_energy / 2, problem.photon_energy) - problem.photon_energy / 2
        if abs(away) < 5 * length and -5 * length < pole.imag < 0:
            found.append(-pole.imag)
    return np.nanmin(found) if len(found) > 1 else np.nan


def main(count):
    """All of them, in the order of their seeds."""
    rows = []
    for seed in range(count):
        rows.append(reference(seed))
        if seed % 50 == 49:
            print(seed + 1, flush=True)
    current, flow, error, half_width = (np.array(x) for x in zip(*rows, strict=True))
    np.savez_compressed(FILE, seed=np.arange(count), current=current, flow=flow, error=error, half_width=half_width)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
