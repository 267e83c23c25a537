"""Memory, the compile cache, and what a process loads: asserted in fresh processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from floquant.solvers.kernels.folder import is_private


def _run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PEAK + textwrap.dedent(script)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


# The most that this program has held, in bytes; what getrusage says is no less than what its parent had held.
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
MAP = """
    import numpy as np
    import floquant as fq
    ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    fluxes, energies = np.linspace(0.05, 0.45, FLUXES), np.linspace(-0.6, 0.6, ENERGIES)
    solution = fq.solve(ring, drive, (-0.6, 0.6), flux=fluxes)
    current = fq.dc_current(solution, fq.Reservoirs(mu=energies))
    assert current.shape == (FLUXES, ENERGIES, 2)
    result = current.nbytes + current.dc_current_error.nbytes
    print(peak() - result)
"""


@pytest.mark.parametrize(("fluxes", "energies"), [(3200, 3200), (100, 100_000)])
def test_a_map_of_ten_million_points_needs_less_than_a_gigabyte_beyond_its_result(fluxes: int, energies: int) -> None:
    done = _run(MAP.replace("FLUXES", str(fluxes)).replace("ENERGIES", str(energies)))
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1e9


def test_transmissions_at_a_million_points_are_solved_in_blocks() -> None:
    script = """
        import numpy as np
        import floquant as fq
        ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
        scattering = fq.scatter(ring, drive, np.linspace(-1.9, 1.9, 1000), flux=np.linspace(0.05, 0.45, 1000))
        total = scattering.transmission("R", "L", kind="total")
        assert float(total.max()) <= 1 + 1e-9
        result = total.nbytes + total.transmission_error.nbytes
        print(peak() - result)
    """
    done = _run(script)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1e9


def test_thousands_of_harmonics_take_no_gigabytes() -> None:
    """A kink in a drive, seen by a short ladder: what lies beyond its ends is counted without a table of all harmonics by all others."""
    script = """
        import numpy as np
        import floquant as fq
        kink = fq.Sampled(np.abs(np.cos(2 * np.pi * np.arange(5001) / 5001)))
        device = fq.gallery.driven_level()
        found = fq.scatter(device, fq.Drive({"level": kink}, photon_energy=0.8), [0.3], sidebands=10)
        assert found.parts[0].sector.harmonic_count > 2000
        assert np.isfinite(found.transmission("R", "L").transmission_error).all()
        print(peak())
    """
    done = _run(script)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 5e8


# One kernel and what it calls: that of a ladder whose length is given.
SOLVE = """
    import floquant as fq
    device, drive = fq.gallery.driven_level(), fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=1.0)
    print(float(fq.scatter(device, drive, [0.1], sidebands=2, solver="ports").transmission("R", "L", kind="total")[0]))
"""


def test_kernels_are_not_kept_where_others_could_write(tmp_path: Path) -> None:
    """What is read from the cache is run: a folder that another user may write is neither read nor written."""
    open_to_all = tmp_path / "cache" / "floquant-kernels"
    open_to_all.mkdir(parents=True)
    open_to_all.chmod(0o777)
    private = tmp_path / "private"
    private.mkdir()
    script = (
        textwrap.dedent(SOLVE) + "from floquant.solvers.kernels.folder import kernel_folder\nprint(kernel_folder())\n"
    )
    done = _run(script, NUMBA_CACHE_DIR=str(tmp_path / "cache"), TMPDIR=str(private))
    assert done.returncode == 0, done.stderr
    current, folder = done.stdout.split()
    assert 0 < float(current) < 1
    assert Path(folder).parent == private
    assert not any(open_to_all.rglob("*.nbi"))
    assert not any(private.iterdir())  # gone at exit


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners here")
@pytest.mark.parametrize(("mode", "private"), [(0o755, True), (0o1777, True), (0o777, False)])
def test_nobody_may_put_another_folder_in_the_place_of_the_kernels(tmp_path: Path, mode: int, private: bool) -> None:
    """Where all may rename, a folder that is private now may be another's when it is read; in a sticky one, as /tmp, they may not."""
    above = tmp_path / "above"
    (above / "kernels").mkdir(parents=True, mode=0o700)
    above.chmod(mode)
    assert is_private(above / "kernels") is private


def test_a_lenient_mask_still_keeps_the_kernels_private(tmp_path: Path) -> None:
    """A group that may write what a user makes, as is usual on Debian, is no reason to compile in every process."""
    script = (
        "import os\nos.umask(0o002)\nfrom floquant.solvers.kernels.folder import kernel_folder\nprint(kernel_folder())"
    )
    done = _run(script, NUMBA_CACHE_DIR=str(tmp_path / "new" / "cache"))
    assert Path(done.stdout.strip()).parent == tmp_path / "new" / "cache" / "floquant-kernels"


FIRST = """
    import sys
    import floquant as fq
    ring, drive = fq.gallery.quantum_ring(dot_coupling=0.25), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    level, shaken = fq.gallery.driven_level(), fq.Drive({"level": fq.Cosine(0.3)}, photon_energy=1.0)
    total = fq.scatter(ring, drive, [0.05], flux=0.3).transmission("R", "L", kind="total")
    solution = fq.solve(level, shaken, window=(-1, 1))
    cold = fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.3, "R": -0.2}))
    for result in (total, cold):
        error = result.coords[result.name + "_error"]
        print(*(f"{float(x)!r} {float(e)!r}" for x, e in zip(result.values, error.values)))
    print("numba" in sys.modules, solution.outcome.solver)
"""


def test_a_first_number_needs_no_compiled_kernel_and_has_the_same_bound(tmp_path: Path) -> None:
    cold, warm = _run(FIRST, NUMBA_CACHE_DIR=str(tmp_path)), _run(FIRST)
    assert cold.returncode == 0, cold.stderr
    assert cold.stderr == ""
    assert not any(tmp_path.rglob("*.nbi"))
    *numbers, last = cold.stdout.splitlines()
    assert last == "False dense"
    *others, last = warm.stdout.splitlines()
    assert last == "True ports + scalar sidebands"
    for mine, theirs in zip(numbers, others, strict=True):
        (value, error), (other, bound) = (np.array(line.split(), float).reshape(-1, 2).T for line in (mine, theirs))
        assert np.all(np.abs(value - other) <= error + bound)
        np.testing.assert_allclose(error, bound, rtol=1e-2, atol=1e-15)


def test_the_first_solve_names_each_kernel_that_it_compiles_and_the_second_process_is_silent(tmp_path: Path) -> None:
    first, second = (_run(SOLVE, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    named = re.findall(r"compiling the kernel (\w+), once on this machine", first.stderr)
    assert sorted(set(named)) == sorted(named) == ["scalar_columns"]
    assert second.stderr == ""
    assert first.stdout == second.stdout
