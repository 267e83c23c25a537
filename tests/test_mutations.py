"""Mistakes that pass the usual checks, planted one by one in every path used in production, each caught by a test of the ordinary suite.

A mutant is a copy of the package with one piece of text replaced. The test that should catch it runs on the copy in a process of its own,
with kernels as plain Python; it must fail there, and pass on the package as it is. The mistakes are in planted/, from which the table of
docs/mistakes.md is made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutants import Mutant
from nursery import Done, Nursery
from planted import MUTANTS

import floquant

PACKAGE = Path(floquant.__file__).parent
# It must fail for what it computes, not because the copy does not run.
DOES_NOT_RUN = ("SyntaxError", "NameError", "ImportError", "ModuleNotFoundError", "IndexError")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as process:
        yield process


def run(nursery: Nursery, mutants: list[Mutant], source: Path, folder: Path) -> Done:
    """The tests that catch these mistakes, on the package in `source`."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder / 'inner'}"]
    tests = sorted({str(mutant.catching_test) for mutant in mutants})
    return nursery.run([*options, *tests], source, folder / "printed")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_mistake_is_caught(mutant: Mutant, nursery: Nursery, tmp_path: Path) -> None:
    copy = tmp_path / "source" / "floquant"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.nbi", "*.nbc"))
    mutant.plant(copy)
    done = run(nursery, [mutant], copy.parent, tmp_path)
    assert done.returncode == 1, done.output[-3000:]
    assert "Error" in done.output
    assert not any(word in done.output for word in DOES_NOT_RUN), done.output[-3000:]


def test_what_catches_mistakes_passes_without_them(nursery: Nursery, tmp_path: Path) -> None:
    done = run(nursery, MUTANTS, PACKAGE.parent, tmp_path)
    assert done.returncode == 0, done.output[-3000:]
