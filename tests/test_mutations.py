"""Mistakes that pass the usual checks, planted one by one in every path used in production, each caught by a test of the ordinary suite.

A mutant is a copy of the package with one piece of text replaced. The test that should catch it runs on the copy in a process of its own,
with kernels as plain Python; it must fail there, and pass on the package as it is. The list is in mutants.py, from which the table of
docs/mistakes.md is made.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

import floquant

TESTS = Path(__file__).parent
PACKAGE = Path(floquant.__file__).parent


def _run(tests: list[str], source: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source), "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        f"--basetemp={tmp_path / 'inner'}",
        *(str(TESTS / test) for test in tests),
    ]
    return subprocess.run(command, env=environment, cwd=TESTS.parent, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_mistake_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    copy = tmp_path / "source" / "floquant"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    mutant.plant(copy)
    done = _run([mutant.caught_by], tmp_path / "source", tmp_path)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Error" in done.stdout
    # It fails for what it computes, not because the copy does not run.
    assert not any(
        word in done.stdout for word in ("SyntaxError", "NameError", "ImportError", "ModuleNotFoundError", "IndexError")
    ), done.stdout[-3000:]


def test_what_catches_mistakes_passes_without_them(tmp_path: Path) -> None:
    done = _run(sorted({mutant.caught_by for mutant in MUTANTS}), PACKAGE.parent, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
