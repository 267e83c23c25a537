"""Workers that are killed before they begin: the guard of the script is there, and is not to blame."""

import subprocess
import sys
import textwrap


def test_workers_that_are_killed_at_once_are_no_missing_guard(tmp_path):
    (tmp_path / "guarded.py").write_text(
        textwrap.dedent("""
        import os, signal
        if __name__ == "__mp_main__":
            os.kill(os.getpid(), signal.SIGKILL)  # as a machine without memory does
        import numpy as np, floquant as fq
        if __name__ == "__main__":
            ring, drive = fq.gallery.quantum_ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="omega")
            fq.Study(ring, drive, axes={"omega": [0.2, 0.3], "fermi_energy": 0.05}, flux=0.3).run(workers=2)
        """)
    )
    run = subprocess.run(
        [sys.executable, "guarded.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode != 0
    assert "killed its worker 3 times" in run.stderr
    assert "__main__" not in run.stderr.splitlines()[-1]
